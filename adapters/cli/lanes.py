"""`jalur lane`: how the two lanes do, each and against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapters.cli.options import Json, command, group
from adapters.cli.output import local, say, say_json, table
from adapters.cli.session import open_engine, open_office

if TYPE_CHECKING:
    from domain.lane_report import LaneReport, LaneRow
    from domain.parity import Side

_VERDICTS = {"slower": "ONLINE IS SLOWER", "keeps_up": "keeps up", "too_few": "too few to say", "exempt": "exempt"}


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    lane = group("How the lanes do.")
    command(lane, "report", "jalur lane report", "jalur lane report --history --json")(report)
    command(lane, "parity", "jalur lane parity", "jalur lane parity --alarms --json")(parity)
    app.add_typer(lane, name="lane", rich_help_panel="History and proof")


def report(
    history: Annotated[bool, typer.Option("--history", help="Only imported history.")] = False,
    live: Annotated[bool, typer.Option("--live", help="Only this office's own dossiers.")] = False,
    as_json: Json = False,
) -> None:
    """Report throughput and promptness per lane and channel, of live dossiers and of imported history.

    Hours are elapsed hours from a case's first event to its last.
    """
    from adapters.history import kept_cases
    from adapters.sql.store import SqlStore
    from domain.lane_report import lane_report
    from lanes.eventlog import live_cases

    engine = open_engine()
    both = history == live
    reports: dict[str, LaneReport] = {}
    if live or both:
        reports["live"] = lane_report(live_cases(SqlStore(engine)))
    if history or both:
        reports["history"] = lane_report(kept_cases(engine, attributes=False))
    if as_json:
        say_json({name: each.to_dict() for name, each in reports.items()})
        return
    titles = {"live": "Live dossiers", "history": "Imported history"}
    for name, each in reports.items():
        if each.all.cases:
            _table(titles[name], each)
    if not any(each.all.cases for each in reports.values()):
        say("There is nothing to report yet.")
        say("To try: `jalur demo`, or `jalur history import FILE --map config/maps/receipt.yaml`.")


def _table(title: str, told: LaneReport) -> None:
    columns = ("Lane", "Channel", "Cases", "Events", "People", "Mean h", "Median h", "P90 h", "On time")
    rows = [_cells(row) for row in (*told.rows, told.all)]
    table(title, columns, rows, right=columns[2:])


def _cells(row: LaneRow) -> list[Any]:
    hours = ["-" if value is None else f"{value:.2f}" for value in (row.mean_hours, row.median_hours, row.p90_hours)]
    on_time = "-" if row.on_time is None else f"{row.on_time:.1%} of {row.with_deadline}"
    channel = row.channel or ("all" if row.lane else "")
    return [row.lane or "all", channel, row.cases, row.events, row.people, *hours, on_time]


def parity(
    alarms: Annotated[bool, typer.Option("--alarms", help="The alarms on record, ended ones too.")] = False,
    as_json: Json = False,
) -> None:
    """Hold the online lane against the walk-in lane, by document type and in all, over the window of its lane file.

    Hours are elapsed hours from handing in to the document, less those in which the applicant was to answer. All types
    together are compared at the online lane's own mix of types.
    """
    office = open_office()
    zone = office.config.office.timezone
    if alarms:
        found = office.parity.alarms()
        if as_json:
            say_json(found)
            return
        spans = [(a.code or "all", local(a.opened_at, zone), local(a.closed_at, zone) or "open") for a in found]
        table("Parity alarms", ("Type", "Since", "Until"), spans)
        return
    told = office.parity.report()
    if as_json:
        say_json(told)
        return
    columns = ("Type", "Online", "Manual", "Median h", "P90 h", "On time", "Waited h", "Out of turn", "")
    rows = [
        (c.code or "all", c.online.dossiers if c.online else 0, c.manual.dossiers if c.manual else 0,
         _both(c.online, c.manual, "median_hours"), _both(c.online, c.manual, "p90_hours"),
         _both(c.online, c.manual, "on_time"), _both(c.online, c.manual, "waited_hours"),
         _both(c.online, c.manual, "out_of_turn"), _VERDICTS[c.verdict])
        for c in told.comparisons
    ]  # fmt: skip
    title = f"Online / manual, issued from {local(told.since, zone)} on"
    table(title, columns, rows, right=columns[1:8])
    shares = ", ".join(
        f"{lane}: {told.people[lane]:.0%} of the people" + (f", {work:.0%} of the time at work" if work else "")
        for lane, work in told.work.items()
    )
    say(f"{shares}. Alarms open: {len(told.alarms)} (`jalur lane parity --alarms`).")


def _both(online: Side | None, manual: Side | None, name: str) -> str:
    share = name in ("on_time", "out_of_turn")
    return " / ".join(
        "-" if side is None else f"{getattr(side, name):{'.0%' if share else '.1f'}}" for side in (online, manual)
    )
