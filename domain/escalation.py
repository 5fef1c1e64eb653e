"""Whom a rung of a ladder reaches: somebody who works here and is present, whatever is missing on the way there.

The way goes from who holds the work to the lead of its team, the lane's manager, the head, the acting head and the
administrators; each action enters it where its name says. One function serves the sweep, the dry run and the checker.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain.ladder import STAFF, RungAction
from domain.lane import LaneRules
from domain.office import OfficeSpec
from domain.roles import Role

MOST_PRIORITY = 3
"""How urgent late work may become: before all that is in time, and no further."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Staff:
    """Who answers for a lane, in the order in which they are asked; `known` all who work here, `away` the absent."""

    manager: str
    heads: tuple[str, ...]
    administrators: tuple[str, ...]
    known: frozenset[str]
    away: frozenset[str] = frozenset()

    @classmethod
    def of(cls, rules: LaneRules, office: OfficeSpec) -> Staff:
        """The staff of a lane as configured."""
        return cls(
            manager=rules.manager,
            heads=office.people_with(Role.AGENCY_HEAD),
            administrators=office.people_with(Role.ADMINISTRATOR),
            known=frozenset(person.username for person in office.people),
        )


@dataclass(frozen=True, slots=True)
class Reached:
    """Who is told, and who was passed over on the way and why (`debora.paputungan is absent`)."""

    person: str
    instead_of: str | None = None


def reached(action: RungAction, staff: Staff, *, holder: str | None, lead: str | None) -> Reached:
    """Who hears of a rung: never nobody, as long as anybody works here. `holder` has the task, `lead` leads its team.

    When everybody is away the head is told, and finds it on coming back. Raises ValueError for an action that tells
    nobody of the office, and when nobody on the way works here, which the checker does not let happen.
    """
    passed_over: dict[str, str] = {}
    for person, missing in _way(action, staff, holder, lead):
        if person is None:
            passed_over[missing] = missing
        elif person not in staff.known:
            passed_over[person] = f"{person} does not work here any more"
        elif person in staff.away:
            passed_over[person] = f"{person} is absent"
        else:
            return Reached(person, "; ".join(passed_over.values()) or None)
    everybody = [person for person, _ in _way(action, staff, holder, lead) if person in staff.known]
    last = next((head for head in staff.heads if head in staff.known), None) or next(iter(everybody), None)
    if last is None:
        raise ValueError(f"{action} reaches nobody")
    return Reached(last, "; ".join((*passed_over.values(), "nobody is present")))


def unreachable_now(staff: Staff) -> tuple[str, ...]:
    """The people who stand at the end of every ladder, the head and those after, when all of them are absent now: a
    rung then reaches one of them only on coming back. Empty when somebody is present."""
    end = [person for person, _ in _way(RungAction.NOTIFY_HEAD, staff, None, None) if person in staff.known]
    return tuple(sorted(set(end))) if staff.away.issuperset(end) else ()


def _way(
    action: RungAction, staff: Staff, holder: str | None, lead: str | None
) -> Iterator[tuple[str | None, str]]:  # fmt: skip
    """The people in the order in which they are asked, and what it means where there is none."""
    begin = STAFF.index(action)
    asked = ((holder, "nobody holds it"), (lead, "no team has it"), (staff.manager, ""))
    yield from asked[begin:]
    yield from ((person, "") for person in (*staff.heads, *staff.administrators))
