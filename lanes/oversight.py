"""Both lanes at a glance for those who answer for them: what is open, at risk and overdue, where it waits, how old it
is, and which notices nobody has reacted to.

At risk is what has less than a fifth of its document type's promise left, as the lane's rules in force have it
(`domain.foresight.AT_RISK_PERCENT`). Counts are of both lanes for everybody who oversees one; lists, which name
officers, only of the lanes one answers for (`domain.permissions`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.foresight import AT_RISK_PERCENT
from domain.lane_trends import AGES
from domain.office import OfficeConfig
from domain.permissions import not_allowed, why_not_look_into, why_not_oversee
from domain.roles import Lane
from lanes.people import People
from lanes.ports import Clock
from lanes.records.overview import OpenOfType, OpenOne, Queue, Queued, Shown, Unanswered
from lanes.store import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class LaneStanding:
    """How a lane stands. `ages`: (from days, to days or None, dossiers); `returned` ones wait for their applicants."""

    lane: Lane
    open: int
    at_risk: int
    overdue: int
    returned: int
    ages: Sequence[tuple[int, int | None, int]]
    types: Sequence[OpenOfType]
    queues: Sequence[Queue]


class Oversight:
    """Reads; changes nothing. Everything raises Refused, with the reason, for who may not see it."""

    def __init__(self, store: Store, config: OfficeConfig, clock: Clock, people: People) -> None:
        self._store, self._config, self._clock, self._people = store, config, clock, people

    def lanes(self, *, by: str) -> list[LaneStanding]:
        """How each lane stands."""
        self.must_oversee(by)
        now = self._clock.now()
        since, night = [now - timedelta(days=days) for days in AGES], self._config.office.midnight(now)
        with self._store.read() as work:
            return [
                _standing(
                    lane, work.overview.open_by_type(lane, now, self._risk(lane, now), since),
                    work.overview.queues(lane, now, night),
                )
                for lane in Lane
            ]  # fmt: skip

    def dossiers(
        self, lane: Lane, which: Shown, *, by: str, age: tuple[int, int | None] = (0, None), limit: int = 200
    ) -> list[OpenOne]:
        """A lane's open dossiers of an age (from days, to days or None), those due first before the others."""
        self.must_look_into(lane, by)
        now, (youngest, oldest) = self._clock.now(), age
        with self._store.read() as work:
            return work.overview.open_dossiers(
                lane, which, now, self._risk(lane, now), limit,
                after=None if oldest is None else now - timedelta(days=oldest),
                until=now - timedelta(days=youngest) if youngest else None,
            )  # fmt: skip

    def queue(self, lane: Lane, step: str, *, by: str, limit: int = 200) -> list[Queued]:
        """The open steps of one name in a lane, in lane order, with who has them in hand."""
        self.must_look_into(lane, by)
        with self._store.read() as work:
            return work.overview.queue(lane, step, limit)

    def unanswered(self, lane: Lane, *, by: str, limit: int = 200) -> list[Unanswered]:
        """The notices of a lane that nobody has reacted to, the oldest first."""
        self.must_look_into(lane, by)
        with self._store.read() as work:
            return work.overview.unanswered(lane, limit)

    def must_oversee(self, by: str) -> None:
        """Raises Refused unless a person may look at how both lanes stand."""
        with self._store.read() as work:
            reason = why_not_oversee(self._people.actor(work, by, self._clock.now()))
        if reason:
            raise not_allowed(reason)

    def must_look_into(self, lane: Lane, by: str) -> None:
        """Raises Refused unless a person may see who does what in a lane."""
        with self._store.read() as work:
            reason = why_not_look_into(self._people.actor(work, by, self._clock.now()), lane)
        if reason:
            raise not_allowed(reason)

    def _risk(self, lane: Lane, now: datetime) -> dict[str, datetime]:
        """For each document type, up to which due time a dossier is at risk now."""
        rules, calendar = self._config.lanes[lane], self._config.calendars[lane]
        found = {}
        for code, workflow in self._config.workflows.items():
            promise = rules.promise(code, workflow.limit)
            left = promise.amount * (100 - AT_RISK_PERCENT) / 100
            found[code] = calendar.add(now, left) if promise.working else now + left
        return found


def _standing(lane: Lane, types: Sequence[OpenOfType], queues: Sequence[Queue]) -> LaneStanding:
    whole = sum(each.dossiers for each in types)
    younger = [0, *(sum(each.younger[place] for each in types) for place in range(len(AGES))), whole]
    bounds = [0, *AGES, None]
    ages = [
        (bounds[place] or 0, bounds[place + 1], younger[place + 1] - younger[place]) for place in range(len(AGES) + 1)
    ]
    return LaneStanding(
        lane=lane, open=whole, at_risk=sum(each.at_risk for each in types),
        overdue=sum(each.overdue for each in types), returned=sum(each.returned for each in types),
        ages=ages, types=types, queues=queues,
    )  # fmt: skip
