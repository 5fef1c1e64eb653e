"""Rules about a lane's people: who is in its teams, that they are its own, and that each role has one team."""

from __future__ import annotations

from collections.abc import Iterator

from domain.checks.finding import Finding, listed, unknown
from domain.checks.office import Surroundings
from domain.lane import LaneRules, Team
from domain.roles import OFFICE_ROLES, TEAM_ROLES, Division, lacking

Path = tuple[str | int, ...]


def people_are_known(rules: LaneRules, around: Surroundings) -> Iterator[Finding]:
    if around.office is None:
        return
    known = [person.username for person in around.office.people]
    for path, username in _everybody(rules):
        if username not in known:
            yield Finding(path, unknown("person", username, known), "somebody listed under people in office.yaml")


def people_work_in_one_lane(rules: LaneRules, around: Surroundings) -> Iterator[Finding]:
    for other in around.others:
        theirs = {username for path, username in _everybody(other) if not _is_office_wide(other, path)}
        told: set[str] = set()
        for path, username in _everybody(rules):
            if username in theirs and username not in told and not _is_office_wide(rules, path):
                told.add(username)
                problem = f"{username!r} works in the {other.lane} lane too"
                yield Finding(path, problem, f"one lane for each person; only {listed(OFFICE_ROLES)} serve both")


def _everybody(rules: LaneRules) -> Iterator[tuple[Path, str]]:
    yield ("manager",), rules.manager
    for place, team in enumerate(rules.teams):
        yield ("teams", place, "lead"), team.lead
        for seat, username in enumerate(team.members):
            yield ("teams", place, "members", seat), username


def _is_office_wide(rules: LaneRules, path: Path) -> bool:
    """Whether the seat at `path` is in a team of office roles only, such as the head's."""
    return path[0] == "teams" and isinstance(path[1], int) and OFFICE_ROLES.issuperset(rules.teams[path[1]].roles)


def teams_are_declared_once(rules: LaneRules, _: Surroundings) -> Iterator[Finding]:
    names = [team.id for team in rules.teams]
    for place, name in enumerate(names):
        if name in names[:place]:
            yield Finding(("teams", place, "id"), f"team {name!r} is declared twice", "one entry for each id")


def teams_have_members(rules: LaneRules, _: Surroundings) -> Iterator[Finding]:
    for place, team in enumerate(rules.teams):
        if not team.members:
            yield Finding(("teams", place, "members"), f"team {team.id!r} has no members", "at least one person")
        for seat, username in enumerate(team.members):
            if username in team.members[:seat]:
                problem = f"{username!r} is named twice in team {team.id!r}"
                yield Finding(("teams", place, "members", seat), problem, "each member once")


def teams_have_roles_of_a_lane(rules: LaneRules, _: Surroundings) -> Iterator[Finding]:
    for place, team in enumerate(rules.teams):
        for seat, role in enumerate(team.roles):
            if role not in TEAM_ROLES:
                problem = f"{role} is no role of a team: it reaches over both lanes"
                yield Finding(("teams", place, "roles", seat), problem, listed(TEAM_ROLES))


def who_signs_has_the_role_in_the_office(rules: LaneRules, around: Surroundings) -> Iterator[Finding]:
    """A place in a lane's team makes nobody the head."""
    if around.office is None:
        return
    known = {person.username: person.roles for person in around.office.people}
    for path, username in _everybody(rules):
        if path[0] == "teams" and isinstance(path[1], int) and username in known:
            for role in lacking(rules.teams[path[1]].roles, known[username]):
                able = listed(each for each, roles in known.items() if role in roles)
                yield Finding(path, f"{username!r} has no role {role} in office.yaml", able or "somebody who has it")


def one_team_does_a_role(rules: LaneRules, _: Surroundings) -> Iterator[Finding]:
    for place, team in enumerate(rules.teams):
        for seat, role in enumerate(team.roles):
            rival = next((o for o in rules.teams[:place] if role in o.roles and _divisions(o) & _divisions(team)), None)
            if rival is not None:
                shared = listed(_divisions(rival) & _divisions(team))
                problem = f"teams {rival.id!r} and {team.id!r} both have the role {role} for {shared}"
                yield Finding(("teams", place, "roles", seat), problem, "one team for each role and division")


def _divisions(team: Team) -> frozenset[Division]:
    return frozenset({team.division}) if team.division else frozenset(Division)
