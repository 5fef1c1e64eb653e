"""Places in teams as power: who may be put where by whom, and what a place makes nobody.

A lane's manager answers for its times and its people. Who signs for the office, who approves for a division and which
role a team has is not theirs to give, in no way: not by a place or a loan, nor by the lane's rules.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.lane import LaneRules, Team
from domain.permissions import STAFFING, Actor
from domain.roles import OFFICE_ROLES, Division, Role, lacking
from domain.sentence import Sentence, say
from domain.staff import own_place


def why_not_fill(actor: Actor, person: Actor, team: Team) -> Sentence | None:
    """Why this person may not put somebody into a team; None when they may. Who signs for the office is named in
    office.yaml alone, and who approves for a division by who decides for both lanes."""
    if missing := lacking(team.roles, person.roles):
        words = (
            f"Team {team.id} is of people with the office's own role {missing[0]}, and {person.username} does not have "
            "it"
        )
        return say("not_of_the_office_s", words, who=person.username, team=team.id)
    if Role.DIVISION_HEAD in team.roles and STAFFING.isdisjoint(actor.roles):
        words = f"Only the head or an administrator says who approves for a division, and {actor.username} is neither"
        return say("not_filling", words, who=actor.username)
    return None


def why_not_restaff(actor: Actor, before: LaneRules, after: LaneRules) -> Sentence | None:
    """Why this person may not put rules in force that change who does what in a lane; None when they may, and where
    nothing of that differs. What teams are called gives no power, and is anybody's who tunes the rules; but a name that
    stays keeps its roles, for places and loans are given in teams by their names."""
    changed = _seats(before) ^ _seats(after)
    if any(actor.username == who for who, _, _ in changed):
        return own_place(actor.username)
    same = (
        _powers_of(before.team[name]) == _powers_of(after.team[name]) for name in before.team.keys() & after.team.keys()
    )
    given = before.manager != after.manager or _powers(before) != _powers(after) or not all(same)
    if STAFFING.isdisjoint(actor.roles) and (given or any(_GIVEN & roles for _, _, roles in changed)):
        words = (
            f"Only the head or an administrator changes the lane's manager, what roles its teams have, and who signs "
            f"or approves for a division, and {actor.username} is neither"
        )
        return say("not_restaffing", words, who=actor.username)
    return None


_GIVEN = OFFICE_ROLES | {Role.DIVISION_HEAD}
"""The roles that are not a lane's own to give."""


def _seats(rules: LaneRules) -> set[tuple[str, str, frozenset[Role]]]:
    """Everybody with what they are in a lane, and the roles that it gives them."""
    seats = {(rules.manager, "manager", frozenset[Role]())}
    for team in rules.teams:
        roles = frozenset(team.roles)
        seats |= {(team.lead, f"lead {team.division}", roles)}
        seats |= {(each, f"member {team.division}", roles) for each in team.members}
    return seats


def _powers(rules: LaneRules) -> set[tuple[frozenset[Role], Division | None]]:
    return {_powers_of(team) for team in rules.teams}


def _powers_of(team: Team) -> tuple[frozenset[Role], Division | None]:
    return frozenset(team.roles), team.division


def roles_by_place(teams: Iterable[Team]) -> set[Role]:
    """The roles that places in these teams give: those of a lane, and none of the office's own."""
    return {role for team in teams for role in team.roles} - OFFICE_ROLES
