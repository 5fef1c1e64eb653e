"""`jalur lane`: how the two lanes do, each and against each other."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from adapters.cli import staffing
from adapters.cli.options import Json, command, group
from adapters.cli.output import console, local, say, say_json, table
from adapters.cli.session import configuration, open_engine, open_office
from domain.fairness import RARE, WITHHELD

if TYPE_CHECKING:
    from adapters.reports import Source
    from domain.lane import Parity
    from domain.lane_report import LaneReport, LaneRow
    from domain.office import OfficeConfig
    from domain.parity import Comparison, Side
    from lanes.office import Office
    from lanes.reports import Report

_VERDICTS = {"slower": "ONLINE IS SLOWER", "keeps_up": "keeps up", "too_few": "too few to say", "exempt": "exempt"}
_MEASURES = {"median": "its median", "p90": "its 90th percentile"}


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    lane = group("How the lanes do.")
    command(lane, "report", "jalur lane report", "jalur lane report --history --json",
            "jalur lane report --live --days 28 --html report.html")(report)  # fmt: skip
    command(lane, "parity", "jalur lane parity", "jalur lane parity --alarms --json")(parity)
    staffing.add_to(lane)
    app.add_typer(lane, name="lane", rich_help_panel="History and proof")


def report(
    history: Annotated[bool, typer.Option("--history", help="Only imported history.")] = False,
    live: Annotated[bool, typer.Option("--live", help="Only this office's own dossiers.")] = False,
    days: Annotated[
        int | None,
        typer.Option(
            "--days",
            min=1,
            max=3_660,
            help="Only what was finished in so many days; for history, in so many "
            "before its last event. What is open counts always.",
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write one HTML file with charts, which can be mailed."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Report throughput and promptness per lane and channel, of live dossiers and of imported history.

    Hours are elapsed hours from a case's first event to its last. An open dossier does not count in them, and in the
    on-time share only once it is late. With --html and --json also over time: what was finished and on time, ageing,
    steps, pauses, overtakings, and the online share by district. Nobody is named.
    """  # fmt: skip
    both = history == live
    office = open_office() if live or both else None
    config = office.config if office else configuration()
    reports: dict[Source, Report] = {}
    with nullcontext() if as_json else console(error=True).status("Counting what the lanes did"):
        if office is not None:
            reports["live"] = office.reports.live(days=days)
        if office is None or both:
            reports["history"] = _of_history(office, config, days)
        if html is not None:
            _write(html, reports, office, config)
    if as_json:
        told: dict[str, Any] = {name: each.to_dict() for name, each in reports.items()}
        say_json(told if html is None else {**told, "html": html})
        return
    titles = {"live": "Live dossiers", "history": "Imported history"}
    for name, each in reports.items():
        if each.lanes.all.cases:
            _table(titles[name], each.lanes)
    if not any(each.lanes.all.cases for each in reports.values()):
        say("There is nothing to report yet.")
        say("To try: `jalur demo`, or `jalur history import FILE --map config/maps/receipt.yaml`.")
    if html is not None:
        say(f"The report with its charts is in {html}.")


def _of_history(office: Office | None, config: OfficeConfig, days: int | None) -> Report:
    from adapters.history import kept_cases, last_event
    from adapters.sql.store import SqlStore
    from lanes.reports import history_report

    engine = office.store.engine if office and isinstance(office.store, SqlStore) else open_engine()
    last = last_event(engine)
    zone = ZoneInfo(config.office.timezone)
    return history_report(kept_cases(engine, attributes=False), zone, last=last, days=days)


def _write(html: Path, reports: Mapping[Source, Report], office: Office | None, config: OfficeConfig) -> None:
    from adapters.clock import SystemClock
    from adapters.files import write_whole
    from adapters.places import LokalPlaces
    from adapters.reports import report_page

    now = (office.clock if office else SystemClock()).now()
    page = report_page(reports, config, made_at=now, place=LokalPlaces().name)
    write_whole(html, page.encode())


def _table(title: str, told: LaneReport) -> None:
    columns = ("Lane", "Channel", "Cases", "Open", "Events", "People", "Mean h", "Median h", "P90 h", "On time")
    rows = [_cells(row) for row in (*told.rows, told.all)]
    table(title, columns, rows, right=columns[2:])


def _cells(row: LaneRow) -> list[Any]:
    hours = ["-" if value is None else f"{value:.2f}" for value in (row.mean_hours, row.median_hours, row.p90_hours)]
    on_time = "-" if row.on_time is None else f"{row.on_time:.1%} of {row.with_deadline}"
    channel = row.channel or ("all" if row.lane else "")
    told = "-" if row.open is None else row.open
    return [row.lane or "all", channel, row.cases, told, row.events, row.people, *hours, on_time]


def _verdict(found: Comparison, rules: Parity) -> str:
    exemption = rules.exempt.get(found.code) if found.verdict == "exempt" else None
    return f"exempt until {exemption.until}: {exemption.reason}" if exemption else _VERDICTS[found.verdict]


def _then(figures: Mapping[str, Any], measure: str) -> str:
    """What a measure was in both lanes when an alarm went up."""
    sides = [figures.get(lane) for lane in ("online", "manual")]
    return " / ".join("-" if side is None else f"{side[f'{measure}_hours']:.1f}" for side in sides)


def parity(
    alarms: Annotated[bool, typer.Option("--alarms", help="The alarms on record, ended ones too.")] = False,
    as_json: Json = False,
) -> None:
    """Hold the online lane against the walk-in lane, by document type and in all, over the window of its lane file.

    Hours are those in which the counters are open, for both lanes, from handing in to the document, less those in which
    the applicant was to answer. What is open and overdue counts with its hours so far. On time is the share of all of
    these that were issued by their due time; `lane report` also counts what ended otherwise. All types together are
    compared at the online lane's own mix of types.
    """
    office = open_office()
    zone = office.config.office.timezone
    if alarms:
        found = office.parity.alarms()
        if as_json:
            say_json(found)
            return
        spans = [
            (a.code or "all", local(a.opened_at, zone), local(a.closed_at, zone) or "open",
             *(_then(a.figures, name) for name in _MEASURES), ", ".join(a.figures["slower_in"]))
            for a in found
        ]  # fmt: skip
        table("Parity alarms", ("Type", "Since", "Until", "Median h then", "P90 h then", "Slower by"), spans)
        say("Hours: online / at the counters, when the alarm went up.")
        return
    told = office.parity.report()
    if as_json:
        say_json(told)
        return
    columns = ("Type", "Online", "Manual", "Median h", "P90 h", "On time", "Waited h", "Out of turn", "")
    rows = [
        (c.code or "all, at online's mix", c.online.dossiers if c.online else 0, c.manual.dossiers if c.manual else 0,
         _both(c.online, c.manual, "median_hours"), _both(c.online, c.manual, "p90_hours"),
         _both(c.online, c.manual, "on_time"), _both(c.online, c.manual, "waited_hours"),
         _both(c.online, c.manual, "out_of_turn"), _verdict(c, office.parity.rules))
        for c in told.comparisons
    ]  # fmt: skip
    title = f"Online / manual, issued from {local(told.since, zone)} on, or open and overdue"
    table(title, columns, rows, right=columns[1:8])
    for c in told.comparisons:
        if c.slower_by:
            by = ", ".join(f"{_MEASURES[name]} is {hours:.1f} h longer" for name, hours in c.slower_by.items())
            exempt = " (exempt)" if c.verdict == "exempt" else ""
            say(f"{c.code or 'All'}{exempt}: online is slower: {by}.")
    left = sum(c.online.dossiers for c in told.comparisons if c.verdict == "exempt" and c.online)
    say("All: the types that both lanes issued, but exempt ones, weighed as often as the online lane issued each."
        + (f" Left out by that: {left} online." if left else ""))  # fmt: skip
    if any(side and side.out_of_turn is None for c in told.comparisons for side in (c.online, c.manual)):
        say(f"Out of turn, {WITHHELD}: of a type fewer than {RARE} were, which could point at somebody.")
    shares = ", ".join(
        f"{lane}: {told.people[lane]:.0%} of the people ({told.present[lane]:.0%} of those present)"
        + (f", {work:.0%} of the time at work" if work else "")
        for lane, work in told.work.items()
    )
    say(f"{shares}. Alarms open: {len(told.alarms)} (`jalur lane parity --alarms`).")


def _both(online: Side | None, manual: Side | None, name: str) -> str:
    share = name in ("on_time", "out_of_turn")
    values = [(side, side and getattr(side, name)) for side in (online, manual)]
    return " / ".join(
        "-" if side is None else WITHHELD if value is None else f"{value:{'.0%' if share else '.1f'}}"
        for side, value in values
    )  # fmt: skip
