"""`jalur operator`: who works here."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import As, InLane, Json, command, group, moment
from adapters.cli.output import local, say, say_json, table
from adapters.cli.session import open_office, who
from domain.access import GIVEN_LASTS
from domain.roles import Lane
from domain.staff import AwayFor
from domain.words import counted

if TYPE_CHECKING:
    from lanes.office import Office

Username = Annotated[str, typer.Argument(metavar="USERNAME", help="The person: see `jalur operator list`.")]
IntoLane = Annotated[Lane, typer.Option("--lane", help="The lane of the team.")]
Team = Annotated[str, typer.Option("--team", help="The team, such as online-front.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    operator = group("Who works here: teams, loans to another lane, absences.")
    command(operator, "list", "jalur operator list", "jalur operator list --lane online --json")(list_)
    command(
        operator, "add",
        "jalur operator add sinta.wowor --name 'Sinta Wowor' --lane online --team online-front --as maria.lumowa",
        "jalur operator add sinta.wowor --name 'Sinta Wowor' --lane online --team online-front --team online-entry "
        "--as maria.lumowa",
    )(add)  # fmt: skip
    command(
        operator, "loan",
        "jalur operator loan grace.supit --lane manual --team manual-front --until 2026-12-31 --reason TEXT "
        "--as maria.lumowa",
    )(loan)  # fmt: skip
    command(
        operator, "recall", "jalur operator recall grace.supit --lane manual --team manual-front --as maria.lumowa"
    )(recall)  # fmt: skip
    command(
        operator, "give",
        "jalur operator give grace.supit --lane online --team online-entry --reason TEXT --as maria.lumowa",
    )(give)  # fmt: skip
    command(
        operator, "take",
        "jalur operator take grace.supit --lane online --team online-entry --reason TEXT --as maria.lumowa",
    )(take)  # fmt: skip
    command(operator, "leave", "jalur operator leave grace.supit --reason TEXT --as admin",
            "jalur operator leave grace.supit --back --reason TEXT --as admin")(leave)  # fmt: skip
    command(operator, "changes", "jalur operator changes --as auditor",
            "jalur operator changes grace.supit --as admin --json")(changes)  # fmt: skip
    command(
        operator, "absent", "jalur operator absent grace.supit --until 2026-12-31 --as yohanes.pangemanan",
        "jalur operator absent grace.supit --from 2026-12-20 --until 2026-12-31 --why leave --as yohanes.pangemanan",
        "jalur operator absent grace.supit --back --as yohanes.pangemanan",
    )(absent)  # fmt: skip
    command(
        operator, "password", "jalur operator password grace.supit", "jalur operator password grace.supit --once",
        "jalur operator password grace.supit --as admin < file",
    )(password)  # fmt: skip
    command(operator, "loans", "jalur operator loans", "jalur operator loans --days 365 --json")(loans)
    app.add_typer(operator, name="operator", rich_help_panel="Configuration and people")


def list_(lane: InLane = None, as_json: Json = False) -> None:
    """List everybody with the teams they work in now."""
    office = open_office()
    found = [each for each in office.people.listing()
             if lane is None or any(team.startswith(f"{lane}/") for team in each.teams)]  # fmt: skip
    if as_json:
        say_json(found)
        return
    zone = office.config.office.timezone
    rows = [(each.username, each.name, ", ".join(each.teams),
             "works here no more" if each.left else local(each.absent_until, zone),
             "; ".join(f"{loan.lane}/{loan.team} until {local(loan.until, zone)}" for loan in each.loans))
            for each in found]  # fmt: skip
    table("People", ("Username", "Name", "Teams", "Absent until", "Loans"), rows)
    say("What one of them has to do: `jalur tasks --mine --as USERNAME`.")


def add(
    username: Username,
    name: Annotated[str, typer.Option("--name", help="Their name.")],
    lane: IntoLane,
    team: Annotated[list[str], typer.Option("--team", help="A team, such as online-front; repeat it for more.")],
    email: Annotated[str | None, typer.Option("--email", help="Where office messages reach them.")] = None,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Add a person to one team or more of a lane; for the lane's manager, the head or an administrator."""
    by = who(as_)
    office = open_office()
    office.people.add(username, name, email=email, lane=lane, teams=team, by=by)
    if as_json:
        say_json({"username": username, "lane": lane, "teams": team})
    else:
        places = ", ".join(f"{lane}/{each}" for each in team)
        say(f"{username} works in {places} now. They begin with `jalur next --as {username}`.")


def loan(
    username: Username,
    lane: IntoLane,
    team: Team,
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="The last day, or an instant.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it goes on record.")] = "",
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Let a person work in another lane's team until a day; for the manager of the lane that gives them up.

    The head and administrators may too. The loan ends by itself, or earlier: `jalur operator recall`.
    """
    by = who(as_)
    office = open_office()
    end = moment(until, office.config.office.timezone, "--until")
    office.people.lend(username, lane=lane, team=team, reason=reason, until=end, by=by)
    if as_json:
        say_json({"username": username, "lane": lane, "team": team, "until": end})
    else:
        say(f"{username} also works in {lane}/{team} until {local(end, office.config.office.timezone)}.")


def password(
    username: Username,
    lost_device: Annotated[
        bool, typer.Option("--lost-device", help="Forget the device that gives their codes: they take up another.")
    ] = False,
    once: Annotated[
        bool, typer.Option("--once", help="Make one up and print it: they choose their own when they sign in with it.")
    ] = False,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Set the password that somebody signs in to the pages with; it is asked for, or read from standard input.

    Their sessions end. Without --as it counts as done by whoever runs this machine.
    """
    office = open_office()
    office.sign_in.actor(username)  # a stranger is told before anything is typed
    if once:
        made = office.credentials.give_password(username, by=as_)
        if lost_device:
            office.credentials.forget_device(username, by=as_)
        if as_json:
            say_json({"username": username, "password": made})
        else:
            say(f"{username} signs in once with {made} within {GIVEN_LASTS.days} days, and chooses another one then.")
        return
    if sys.stdin.isatty():
        given = typer.prompt(f"New password of {username}", hide_input=True, confirmation_prompt=True)
    else:
        given = sys.stdin.readline().rstrip("\n")
    office.credentials.set_password(username, given, by=as_)
    if lost_device:
        office.credentials.forget_device(username, by=as_)
    if as_json:
        say_json({"username": username, "password": "set"})
    else:
        say(f"{username} signs in with the new password now; every session of theirs has ended.")


def recall(username: Username, lane: IntoLane, team: Team, as_: As = None, as_json: Json = False) -> None:
    """End a loan now; the work they hold there goes back to the team.

    For either lane's manager, the head or an administrator.
    """
    by = who(as_)
    office = open_office()
    count = office.loans.recall(username, lane=lane, team=team, by=by)
    if as_json:
        say_json({"username": username, "lane": lane, "team": team, "handed_back": count})
    else:
        say(f"The loan of {username} to {lane}/{team} is over; {counted(count, 'task')} went back to the team.")


Reason = Annotated[str, typer.Option("--reason", help="Why; it goes on record.")]


def give(username: Username, lane: IntoLane, team: Team, reason: Reason = "", as_: As = None,
         as_json: Json = False) -> None:  # fmt: skip
    """Give a person a place in a team of their lane for good; nobody gives themself one.

    For the lane's manager, the head or an administrator. Members that stand in the lane's file are changed there.
    """
    by = who(as_)
    open_office().directory.give(username, lane=lane, team=team, reason=reason, by=by)
    if as_json:
        say_json({"username": username, "lane": lane, "team": team})
    else:
        say(f"{username} works in {lane}/{team} too now.")


def take(username: Username, lane: IntoLane, team: Team, reason: Reason = "", as_: As = None,
         as_json: Json = False) -> None:  # fmt: skip
    """Take a place from a person that was given with `add` or `give`; what they hold there goes back to the team."""
    by = who(as_)
    count = open_office().directory.take(username, lane=lane, team=team, reason=reason, by=by)
    if as_json:
        say_json({"username": username, "lane": lane, "team": team, "handed_back": count})
    else:
        say(f"{username} no longer works in {lane}/{team}; {counted(count, 'task')} went back to the team.")


def leave(
    username: Username,
    reason: Reason = "",
    back: Annotated[bool, typer.Option("--back", help="They work here again.")] = False,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Let a person work here no more: signed out, able to do nothing, their work back with their teams.

    For an administrator, and not for themselves.
    """
    by = who(as_)
    office = open_office()
    count = 0
    if back:
        office.directory.come_back(username, reason=reason, by=by)
    else:
        count = office.directory.leave(username, reason=reason, by=by)
    short = office.people.left_short(username)
    if as_json:
        say_json({"username": username, "works_here": back, "handed_back": count, "left_short": short})
    elif back:
        say(f"{username} works here again, in the places they had.")
    else:
        say(f"{username} works here no more; {counted(count, 'task')} went back to teams.")
    if not as_json:
        _warn_of(office, short)


def _warn_of(office: Office, short: Mapping[Lane, float]) -> None:
    """Say which lanes somebody's being away leaves with too few people."""
    for lane, share in short.items():
        capacity = office.config.lanes[lane].capacity
        least = capacity.least_share if capacity else ""
        say(f"Warning: the {lane} lane has {share:.1%} of the people who are present then; it keeps {least}.")


def changes(
    username: Annotated[str | None, typer.Argument(metavar="[USERNAME]", help="Only about this person.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="So many of the newest.")] = 50,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Show what was changed about people, by whom and why; for administrators and the auditor."""
    by = who(as_)
    office = open_office()
    found = office.directory.changes(by=by, about=username, limit=limit)
    if as_json:
        say_json([{"about": about, **json.loads(entry.data), "event": entry.event, "by": entry.actor, "at": entry.at}
                  for about, entry in found])  # fmt: skip
        return
    zone = office.config.office.timezone
    rows = [(local(entry.at, zone), about, entry.event.replace("_", " "), _told(json.loads(entry.data)), entry.actor)
            for about, entry in found]  # fmt: skip
    table("Changes about people", ("At", "About", "What", "How", "By"), rows)


def _told(data: Mapping[str, object]) -> str:
    return "; ".join(str(value) for name, value in sorted(data.items()) if name != "about" and value)


def loans(
    days: Annotated[int, typer.Option("--days", min=1, help="Loans of the last so many days.")] = 90,
    as_json: Json = False,
) -> None:
    """Tell what loans between the lanes did: the guests' work there, and what they still did at home."""
    office = open_office()
    found = office.loans.report(days)
    if as_json:
        say_json(found)
        return
    if not found:
        say(f"Nobody was on loan in the last {days} days.")
        return
    zone = office.config.office.timezone
    columns = ("Username", "To", "From", "Until", "Reason", "There", "h", "At home", "h")
    rows = []
    for each in found:
        there = each.done[each.loan.lane]
        home = [done for lane, done in each.done.items() if lane is not each.loan.lane]
        rows.append((
            each.loan.username, each.loan.team, local(each.loan.at, zone),
            local(each.loan.until, zone) + ("" if each.lasts else " (over)"), each.loan.reason,
            there.tasks, f"{there.worked.total_seconds() / 3600:.1f}",
            sum(done.tasks for done in home), f"{sum(done.worked.total_seconds() for done in home) / 3600:.1f}",
        ))  # fmt: skip
    table("Loans: steps done there and at home, and hours at work on them", columns, rows, right=columns[5:],
          whole=columns[:2])  # fmt: skip


def absent(
    username: Username,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="The last day, or an instant.")] = None,
    back: Annotated[bool, typer.Option("--back", help="They are back.")] = False,
    start: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first day, or an instant; now if left out.")
    ] = None,
    why: Annotated[AwayFor, typer.Option("--why", help="Why; no more is kept.")] = AwayFor.OTHER,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Mark a person absent; the work they hold goes back to their teams, when the absence begins."""
    if why is AwayFor.LEFT:
        raise typer.BadParameter("who works here no more: `jalur operator leave`", param_hint="--why")
    if (until is None) != back:
        raise typer.BadParameter("give one of --until DATE and --back", param_hint="--until")
    by = who(as_)
    office = open_office()
    zone = office.config.office.timezone
    end = moment(until, zone, "--until") if until else None
    begin = moment(start, zone, "--from", ends=False) if start else None
    count = office.people.absent(username, end, start=begin, kind=why, by=by)
    short = office.people.left_short(username)
    if as_json:
        say_json({"username": username, "absent_from": begin, "absent_until": end, "handed_back": count,
                  "left_short": short})  # fmt: skip
    elif end:
        since = f"from {local(begin, zone)} " if begin else ""
        say(f"{username} is absent {since}until {local(end, zone)}; {counted(count, 'task')} went back to teams.")
    else:
        say(f"{username} is back.")
    if not as_json:
        _warn_of(office, short)
