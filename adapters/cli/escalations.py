"""`jalur escalation`: who will hear of what is late, rehearsed, and the morning's list."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.boundary import REFUSED
from adapters.cli.options import As, InLane, Json, Limit, command, group
from adapters.cli.output import local, say, say_json, table
from adapters.cli.session import open_office, who
from domain.roles import Lane

if TYPE_CHECKING:
    from lanes.records.rules import RulesVersion
    from lanes.rehearsal import Coming

_DAY_HOURS = 24


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    escalation = group("What happens as clocks run: who hears what, when.")
    command(
        escalation, "dry-run", "jalur escalation dry-run --lane online --hours 8",
        "jalur escalation dry-run --days 3 --json", "jalur escalation dry-run --type KK-BARU",
    )(dry_run)  # fmt: skip
    command(escalation, "digest", "jalur escalation digest --as maria.lumowa")(digest)
    app.add_typer(escalation, name="escalation", rich_help_panel="Seeing")


def dry_run(
    lane: InLane = None,
    hours: Annotated[int | None, typer.Option("--hours", min=1, max=24 * 366, help="So many hours ahead.")] = None,
    days: Annotated[int | None, typer.Option("--days", min=1, max=366, help="So many days ahead.")] = None,
    code: Annotated[
        str | None, typer.Option("--type", metavar="CODE", help="The ladders of this document type, from now on.")
    ] = None,
    limit: Limit = 200,
    as_json: Json = False,
) -> None:
    """Show who would hear what, when, for the open dossiers if nothing more happens; a day ahead unless said otherwise.

    With --type: the ladders as the rules in force have them, for a dossier whose clocks all start now and that nobody
    takes. It is worked out by the functions by which the sweep acts, for the people who are present at each time, by
    the rules in force now; versions that come into force meanwhile are named. Exit code 1 when a dossier is broken and
    could not be looked at, which is named; the others are told of.
    """
    if (hours and days) or (code and (hours or days)):
        raise typer.BadParameter("name one of --hours, --days and --type", param_hint="--hours / --days / --type")
    office = open_office()
    lanes = [lane] if lane else list(Lane)
    failed = list[str]()
    scheduled: list[RulesVersion]
    if code is not None:
        _known(code, sorted(office.config.workflows))
        found = [each for one in lanes for each in office.rehearsal.timeline(code, one)]
        scheduled = [each for one in lanes for each in office.rehearsal.scheduled(one)]
        title = f"Ladders of {code}, from now on"
    else:
        span = timedelta(days=days) if days else timedelta(hours=hours or _DAY_HOURS)
        until = office.clock.now() + span
        rehearsed = [office.rehearsal.dry_run(one, until) for one in lanes]
        found = sorted((each for one in rehearsed for each in one.coming), key=lambda each: (each.at, each.number))
        scheduled = [each for one in rehearsed for each in one.scheduled]
        failed = [name for one in rehearsed for name in one.failed]
        title = f"Until {local(until, office.config.office.timezone)}, if nothing more happens"
    if as_json:
        versions = [
            {"lane": each.lane, "version": each.id, "effective_at": each.effective_at, "policy": each.policy}
            for each in scheduled
        ]
        say_json({"coming": [asdict(each) for each in found], "failed": failed, "scheduled": versions})
    else:
        for each in scheduled:
            say(_scheduled(each, office.config.office.timezone))
        _say(found, failed, title, limit, office.config.office.timezone)
    if failed:
        raise typer.Exit(REFUSED)


def _scheduled(version: RulesVersion, zone: str) -> str:
    whom = "every open clock" if version.policy == "recompute" else "clocks that start from then on"
    return (
        f"Version {version.id} of the {version.lane} lane's rules comes into force at "
        f"{local(version.effective_at, zone)} for {whom}, which this does not show: "
        f"`jalur config diff {version.id} --lane {version.lane}`."
    )


def _say(found: list[Coming], failed: list[str], title: str, limit: int, zone: str) -> None:
    for broken in failed:
        say(f"Could not be looked at, and no sweep treats it: {broken} (`jalur audit verify` tells what is wrong)")
    if not found:
        say("Nobody would hear of anything.")
        say("Further ahead: `jalur escalation dry-run --days 7`. What is overdue already: `jalur overdue`.")
        return
    _coming_table(title, found[:limit], zone)
    if len(found) > limit:
        say(f"The first {limit} of {len(found)} are shown (--limit).")
    say("Who answers for what stands in config/lanes; absences: `jalur operator absent --help`.")


def _known(code: str, codes: list[str]) -> None:
    from domain.checks.finding import unknown
    from domain.errors import Refused

    if code not in codes:
        raise Refused("unknown_type", f"There is an {unknown('document type', code, codes)}.", allowed=", ".join(codes))


def _coming_table(title: str, found: list[Coming], zone: str) -> None:
    rows = [
        (local(each.at, zone), each.lane, each.number or each.code, each.step or each.clock, each.place,
         each.action.replace("_", " "), each.person or "", _because(each))
        for each in found
    ]  # fmt: skip
    table(title, ("When", "Lane", "Dossier", "Step or clock", "Rung", "Does", "Who hears", "Because"), rows)


def _because(each: Coming) -> str:
    at = f"while it is at {', '.join(each.while_at)}" if each.while_at else ""
    return "; ".join(filter(None, (at, each.instead_of)))


def digest(as_: As = None, as_json: Json = False) -> None:
    """Show the morning's list of a lead or manager, as it would be now: open, due today, overdue, stuck, not taken."""
    office = open_office()
    lists = office.digest.lists(who(as_))
    if as_json:
        say_json([asdict(each) for each in lists])
        return
    for each in lists:
        whose = "the whole lane" if each.teams is None else ", ".join(each.teams)
        say(f"{each.lane} lane, {whose}: open steps {each.open}, of them not taken {each.unassigned}.")
        say(f"  {each.overdue} overdue, {each.today} due today, {each.stuck} stuck.")
        if each.out_of_turn:
            say(f"  {each.out_of_turn} taken out of turn that you have not answered: `jalur turn list`.")
        if each.held:
            say(f"  {each.held} pauses and outages have lasted for long: `jalur overdue` names them.")
        if each.exemptions:
            say(f"  Parity exemptions that end soon or have ended, with their last day: {', '.join(each.exemptions)}.")
        for number in each.numbers:
            say(f"  {number}")
    say("All of it: `jalur tasks`, `jalur overdue`, `jalur tasks --stuck`.")
