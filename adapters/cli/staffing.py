"""`jalur lane staffing`: more or fewer people in a team, by simulation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import Json, command
from adapters.cli.output import console, local, say, say_json, table
from adapters.cli.session import open_office
from domain.roles import Lane

if TYPE_CHECKING:
    from domain.staffing import Interval
    from lanes.staffing import Simulated, WhatIf


def add_to(lane: typer.Typer) -> None:
    """Add the command to the group `lane`."""
    command(lane, "staffing", "jalur lane staffing --lane online --team online-verify --people 6",
            "jalur lane staffing --lane online --team online-verify --people 3 --days 56 --json")(staffing)  # fmt: skip


def staffing(
    lane: Annotated[Lane, typer.Option("--lane", help="The lane.")],
    team: Annotated[str, typer.Option("--team", help="The team's id, as in the lane file.")],
    people: Annotated[int, typer.Option("--people", min=1, max=200, help="How many people it would have.")],
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="Of how many past days it learns.")] = 28,
    runs: Annotated[int, typer.Option("--runs", min=10, max=1_000, help="How often each size is simulated.")] = 30,
    as_json: Json = False,
) -> None:
    """Ask what a team would do with more or fewer people, from its own tasks of the past days.

    The tasks come in when they really did and are taken in lane order, in working hours; how long each takes is drawn
    from what tasks of its step took. Measured and simulated stand beside each other: judge first whether they agree.
    """
    office = open_office()
    with console(error=True).status("Simulating: seconds.") as status:
        told = office.staffing.what_if(
            lane, team, people, days=days, runs=runs,
            progress=lambda done, whole: status.update(f"Simulating: {done} of {whole}."),
        )  # fmt: skip
    if as_json:
        say_json(told)
        return
    _tell(told, office.config.office.timezone)


def _tell(told: WhatIf, zone: str) -> None:
    since = local(told.since, zone)
    if told.unknown:
        say(f"Unknown: {told.unknown} (team {told.team}, since {since}). More --days may help.")
        return
    measured = told.measured
    assert measured is not None
    first = ("measured", told.worked_by, "", f"{measured.median_wait_hours:.2f}", f"{measured.p90_wait_hours:.2f}",
             f"{measured.on_time:.1%}", measured.longest_queue, f"{measured.utilisation:.0%}")  # fmt: skip
    rows = [first, *(_row(told, each) for each in told.simulated)]
    columns = ("", "People", "Load", "Median wait h", "P90 wait h", "In time", "Longest line", "At work")
    table(f"Team {told.team} since {since}: {measured.tasks} tasks; waits in working hours", columns, rows,
          right=columns[1:])  # fmt: skip
    say(f"In brackets: where the mean lies with 95 % confidence, of {told.runs} runs each; "
        f"{told.learned_from} tasks told how long one takes.")  # fmt: skip
    if told.near:
        say("The simulation with those who did the work comes near what was measured.")
    else:
        say("CAREFUL: the simulation with those who did the work is not near what was measured. They did other work as "
            "well, were away, or did not take tasks in lane order: plan with what was measured.")  # fmt: skip
    for each in told.simulated:
        if each.grows:
            say(f"WARNING: with {each.people} the load is {each.load:.0%}: more comes in than they can do, so the line "
                "grows without end; the waits above hold only for these days.")  # fmt: skip


def _row(told: WhatIf, each: Simulated) -> tuple[object, ...]:
    names = {told.asked: "asked for", told.present: "present now", told.worked_by: "did the work"}
    return (
        f"simulated, {names[each.people]}", each.people, f"{each.load:.0%}", _hours(each.median_wait_hours),
        _hours(each.p90_wait_hours), _share(each.on_time, 1), f"{each.longest_queue.mean:.0f}",
        _share(each.utilisation, 0),
    )  # fmt: skip


def _hours(value: Interval) -> str:
    return f"{value.mean:.2f} ({value.low:.2f}-{value.high:.2f})"


def _share(value: Interval, digits: int) -> str:
    return f"{value.mean:.{digits}%} ({value.low:.{digits}%}-{value.high:.{digits}%})"
