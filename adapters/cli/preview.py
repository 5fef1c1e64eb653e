"""`jalur config preview`: what a lane's file would change, before it is applied."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapters.cli.boundary import REFUSED
from adapters.cli.options import InLane, Json, command, moment
from adapters.cli.output import console, local, say, say_json, table
from adapters.cli.session import open_office_to_tune
from domain.words import counted, length

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from domain.foresight import Group
    from domain.hindsight import Tally
    from domain.rule_changes import Changes
    from lanes.previewed import Effect, Heard, Hearing, LanePreview, OpenWork, Past

_MOST = 15  # lines of one table; --json has all
_PEOPLE = 8  # told by name
_HEARD: dict[str, Callable[[Heard], int]] = {
    "applicants told that they are late": lambda heard: heard.late,
    "applicants reminded to answer": lambda heard: heard.reminded,
    "applications closed, no answer": lambda heard: heard.closed,
    "people of the office told": lambda heard: len(heard.people),
    "tasks handed to somebody else": lambda heard: heard.handed_on,
}
_CHANGES = {"becomes_overdue": "become overdue", "no_longer_overdue": "no longer overdue",
            "becomes_at_risk": "become at risk", "no_longer_at_risk": "no longer at risk"}  # fmt: skip


def add_to(config: typer.Typer) -> None:
    """Add the command to the group `config`."""
    command(
        config, "preview", "jalur config preview", "jalur config preview --lane online --days 90 --recompute",
        "jalur config preview --lane online --svg preview.svg --json",
    )(preview)  # fmt: skip


def preview(
    lane: InLane = None,
    days: Annotated[int, typer.Option("--days", min=1, max=3_660, help="How many past days are replayed.")] = 365,
    recompute: Annotated[
        bool | None,
        typer.Option("--recompute/--keep", help="Show only what this policy does to open dossiers; both if not given."),
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="When it would come into force; now when not given.")
    ] = None,
    svg: Annotated[Path | None, typer.Option("--svg", help="Also draw the past, in this file.")] = None,
    as_json: Json = False,
) -> None:
    """Show what the lanes' files and calendars would change against the rules in force; changes nothing.

    All files are checked first. At risk is what has used 80 % of its time. The past is replayed with each dossier's own
    pauses: as it was promised then, under the rules in force, and under the proposed ones. Exit code 1 when a dossier
    is broken and could not be looked at, which is named.
    """
    office = open_office_to_tune()
    zone = office.config.office.timezone
    at = moment(from_, zone, "--from", ends=False) if from_ else None
    with console(error=True).status("Replaying the past: seconds."):
        found = office.previews.preview(lane, days=days, at=at)
    if svg is not None:
        _draw(found, svg)
    if as_json:
        say_json([_whole(each) for each in found])
    else:
        for each in found:
            _tell(each, recompute, zone)
        if svg is not None:
            say(f"The chart is in {svg}.")
    if any(each.failed for each in found):
        raise typer.Exit(REFUSED)


def _draw(found: list[LanePreview], file: Path) -> None:
    from adapters.preview_chart import on_time_chart
    from domain.errors import Refused

    if not any(each.past is not None and each.past.dossiers for each in found):
        raise Refused("nothing_to_draw", "Nothing that was finished in these days would look different.",
                      allowed="more --days, or no --svg")  # fmt: skip
    file.write_text(on_time_chart(found), encoding="utf-8")


def _whole(each: LanePreview) -> dict[str, Any]:
    told: dict[str, Any] = {**asdict(each), "changed": each.changes.any}
    if each.past is not None:
        steps = each.past.steps.items()
        told["past"]["steps"] = [{"team": team, "step": step, **asdict(tally)} for (team, step), tally in steps]
    return told


def _tell(each: LanePreview, recompute: bool | None, zone: str) -> None:
    for words in each.warnings:
        say(f"Warning: {words}")
    if each.open is None or each.past is None:
        say(f"The {each.lane} lane's files say what is in force (version {each.version}).")
        return
    say(f"The {each.lane} lane, against version {each.version}, which is in force:")
    _tell_changes(each.changes)
    for words in each.moves:
        say(f"  {words}")
    for broken in each.failed:
        say(f"  Could not be looked at, and is left out: {broken} (`jalur audit verify` tells what is wrong)")
    _tell_open(each.open, recompute, zone)
    _tell_past(each.past, zone)
    say()


def _tell_changes(changes: Changes) -> None:
    alike: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for one in changes.promises:
        what = f"step {one.step}" if one.step else "other steps" if one.kind == "step" else str(one.kind)
        before, after = map(_worth, (one.before, one.after), changes.working_day)
        alike[what, before, after].append(one.code)
    rows = [(what, before, after, len(codes), _shortened(codes)) for (what, before, after), codes in alike.items()]
    _rows("Times that change", ("What", "Now", "Proposed", "Types", ""), rows)
    if changes.calendar:
        say("  Working hours, holidays or closed days change: every working time is counted anew.")
        open_before, open_after = (length(timedelta(minutes=each), working=True).en for each in changes.open_minutes)
        if open_before != open_after:
            say(f"  Open in an ordinary week: {open_before} now, {open_after} as proposed.")
    day_before, day_after = changes.working_day
    if day_before != day_after:
        say(f"  A working day (1wd) is {day_before} of working time now, {day_after} as proposed.")
    for line in changes.others:
        say(f"  Also different: {line}")


def _worth(text: str | None, working_day: str) -> str:
    """A promise, and what its working days stand for: `2wd (2 × 7h)`."""
    if text is None:
        return "none"
    return f"{text} ({text.removesuffix('wd')} × {working_day})" if text.endswith("wd") else text


def _tell_open(work: OpenWork, recompute: bool | None, zone: str) -> None:
    say(f"  Open dossiers: {work.dossiers}, of which {work.unaccepted} are not yet found complete and get their promise"
        " under the new rules then.")  # fmt: skip
    if recompute is not True:
        say(f"  With --policy keep no running clock changes: overdue {work.keep.overdue[0]}, "
            f"at risk {work.keep.at_risk[0]}. Steps that open later get the new times.")  # fmt: skip
    if recompute is False:
        return
    _tell_effect(work.recompute)
    _tell_hearing(work.hearing, zone)


def _tell_effect(effect: Effect) -> None:
    overdue, risk = (" -> ".join(map(str, pair)) for pair in (effect.overdue, effect.at_risk))
    say(f"  With --policy recompute: overdue {overdue}, at risk {risk} dossiers.")
    if effect.closings:
        say(f"  {counted(effect.closings, 'application')} would be closed for no answer (after a reminder).")
    rows = [
        (c.kind, c.open, c.changed, c.earlier, c.later, f"{c.overdue_before} -> {c.overdue_after}",
         f"{c.at_risk_before} -> {c.at_risk_after}")
        for c in effect.clocks
    ]  # fmt: skip
    _rows("Open clocks", ("Clock", "Open", "Change", "Earlier", "Later", "Overdue", "At risk"), rows)
    columns = ("Type", "Team", *(words.capitalize() for words in _CHANGES.values()), "The first")
    groups = sorted(effect.dossiers, key=_weight)
    _rows("Open dossiers that change", columns,
          [(g.code, g.team, *(getattr(g, name) for name in _CHANGES), _firsts(g)) for g in groups])  # fmt: skip
    loads = [
        (load.team, load.open, f"{load.due_today_before} -> {load.due_today_after}",
         f"{load.overdue_before} -> {load.overdue_after}")
        for load in effect.teams
    ]  # fmt: skip
    _rows("Each team's tasks", ("Team", "Open", "Due later today", "Overdue"), loads)


def _tell_hearing(hearing: Hearing, zone: str) -> None:
    both = (hearing.at_once, hearing.day_after)
    rows = [
        (words, *(f"{count(old)} -> {count(new)}" for old, new in both))
        for words, count in _HEARD.items()
        if any(count(each) for pair in both for each in pair)
    ]
    if not rows:
        say("  Nobody would be written to in the day after it, if nothing more happens.")
        return
    at, letters = local(hearing.at, zone), local(hearing.letters_at, zone)
    _rows("Who is written to, if nothing more happens", ("What", f"At once, {at}", "In the day after"), rows)
    if any(each.late or each.reminded for each in hearing.at_once):
        say(f"  Letters to applicants leave by day: those of the first look at {letters}.")
    if people := hearing.at_once[1].people:
        say(f"  Hear at once, in one message each: {_first_people(people)}.")


def _first_people(people: Mapping[str, int]) -> str:
    told = [f"{person} ({counted(dossiers, 'dossier')})" for person, dossiers in list(people.items())[:_PEOPLE]]
    rest = len(people) - _PEOPLE
    return ", ".join(told) + (f" and {rest} more (--json)" if rest > 0 else "")


def _weight(group: Group) -> tuple[int, str, str]:
    return -sum(getattr(group, name) for name in _CHANGES), group.code, group.team


def _firsts(group: Group) -> str:
    return "; ".join(f"{_CHANGES[name]}: {', '.join(numbers)}" for name, numbers in sorted(group.first.items()))


def _tell_past(past: Past, zone: str) -> None:
    if not past.dossiers:
        say(f"  No dossier that was finished since {local(past.since, zone)} would look different.")
        return
    say(f"  Finished since {local(past.since, zone)}: {past.dossiers} dossiers of the types that change.")
    columns = (
        "Type",
        "Dossiers",
        "As it was",
        "In force",
        "Proposed",
        "Made late / in time",
        "Limit in force",
        "Limit proposed",
    )
    rows = [
        (code, tally.clocks, *_shares(tally), _moved(tally), *_shares(past.limit[code])[1:])
        for code, tally in past.promise.items()
    ]  # fmt: skip
    rows.append(("all", past.all.clocks, *_shares(past.all), _moved(past.all), "", ""))
    _rows("In time: whole dossiers", columns, rows, most=100)
    steps_columns = ("Team", "Step", "Done", "As it was", "In force", "Proposed", "Made late / in time")
    teams = [(team, "all", tally.clocks, *_shares(tally), _moved(tally)) for team, tally in past.teams.items()]
    steps = [(team, step, t.clocks, *_shares(t), _moved(t)) for (team, step), t in past.steps.items()]
    _rows("In time: people's steps", steps_columns, sorted(teams + steps, key=lambda row: row[:2]), most=100)


def _moved(tally: Tally) -> str:
    return f"{tally.made_late} / {tally.made_timely}"


def _shares(tally: Tally) -> tuple[str, str, str]:
    then, before, after = (f"{count / tally.clocks:.1%}" for count in (tally.then, tally.before, tally.after))
    return then, before, after


def _shortened(codes: list[str]) -> str:
    return ", ".join(codes[:6]) + (" …" if len(codes) > 6 else "")


def _rows(title: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]], *, most: int = _MOST) -> None:
    if rows:
        words = ("Type", "Team", "Step", "What", "Clock", "The first", "")
        table(title, columns, rows[:most], right=[name for name in columns if name not in words])
    if len(rows) > most:
        say(f"  … and {len(rows) - most} more lines: --json.")
