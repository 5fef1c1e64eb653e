"""The roles of the office and the lanes they work in (domain facts: Roles)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Lane(StrEnum):
    """The two ways a dossier can travel; they share no queue, team, calendar, timer or escalation."""

    ONLINE = "online"
    MANUAL = "manual"

    @property
    def prefix(self) -> str:
        """What the lane's dossier numbers begin with."""
        return {"online": "ON", "manual": "MN"}[self.value]


class Division(StrEnum):
    """The two divisions of the office; a division head approves only their own."""

    POPULATION = "population"
    CIVIL = "civil"


class Role(StrEnum):
    """What a person may be in the office."""

    FRONT_OFFICE = "front_office"
    SIAK_OPERATOR = "siak_operator"
    VERIFIER = "verifier"
    DIVISION_HEAD = "division_head"
    AGENCY_HEAD = "agency_head"
    PRINT_OPERATOR = "print_operator"
    HANDOVER_OFFICER = "handover_officer"
    COMPLAINT_OFFICER = "complaint_officer"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    MANAGER = "manager"


#: Roles of persons who answer for both lanes; every other role is held in one lane only, or under a loan.
OFFICE_ROLES = frozenset({Role.AGENCY_HEAD, Role.ADMINISTRATOR, Role.AUDITOR})


def lacking(roles: Iterable[Role], own: Iterable[Role]) -> list[Role]:
    """Of these roles those of the office itself that somebody does not have, whose `own` are these."""
    return sorted(OFFICE_ROLES.intersection(roles).difference(own))


#: Roles whose work waits for somebody to come or for a courier's round: whoever comes is served, so there is no turn.
SERVED_AS_THEY_COME = frozenset({Role.HANDOVER_OFFICER})

#: Roles that may be named in a workflow step: those who do the work on a dossier.
STEP_ROLES = frozenset(
    {
        Role.FRONT_OFFICE,
        Role.SIAK_OPERATOR,
        Role.VERIFIER,
        Role.DIVISION_HEAD,
        Role.AGENCY_HEAD,
        Role.PRINT_OPERATOR,
        Role.HANDOVER_OFFICER,
    }
)

#: Roles that a team of a lane may have.
TEAM_ROLES = STEP_ROLES | {Role.COMPLAINT_OFFICER}
