"""Fairness, told: to everybody without names, to those who answer for a lane with its officers (`domain.fairness`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.clock import ClockKind
from domain.fairness import (
    Counts,
    LetBy,
    Pair,
    Published,
    counted,
    just_before_due,
    let_by,
    pairs,
    passed_over,
    published,
)
from domain.journal import ENGINE
from domain.office import OfficeConfig
from domain.periods import Period
from domain.permissions import may_see_officers
from domain.roles import Lane
from lanes.people import People
from lanes.ports import Clock
from lanes.records.overtakings import OvertakingRecord
from lanes.records.pauses import PauseRecord
from lanes.store import Store, Work
from lanes.timing import Timing, shown


@dataclass(frozen=True, kw_only=True, slots=True)
class LatePause:
    """A pause that a person set just before a dossier was due."""

    number: str
    by: str
    reason: str
    at: datetime
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Inside:
    """A lane for those who answer for it. `passed_over`: numbers of dossiers, with how often; `let_by`: who gave back
    what they held while the same other one took later tasks."""

    counts: Counts
    pairs: Sequence[Pair]
    pauses: Sequence[LatePause]
    passed_over: Sequence[tuple[str, int]]
    let_by: Sequence[LetBy]


@dataclass(frozen=True, kw_only=True, slots=True)
class FairnessReport:
    """How the order was kept in a time; `inside` holds only the lanes whose officers the asker may see."""

    since: datetime
    until: datetime
    published: Sequence[Published]
    inside: Mapping[Lane, Inside]


class Fairness:
    """Reads overtakings and pauses; `lanes.turns` keeps the overtakings."""

    def __init__(self, store: Store, config: OfficeConfig, clock: Clock, people: People, timing: Timing) -> None:
        self._store, self._config, self._clock = store, config, clock
        self._people, self._timing = people, timing

    def report(self, *, days: int, lane: Lane | None = None, by: str | None = None) -> FairnessReport:
        """The last so many days, of one lane or both, as `by` (None: anybody) may see it. Raises Refused for a
        stranger."""
        until = self._clock.now()
        since = until - timedelta(days=days)
        lanes = [lane] if lane else list(Lane)
        with self._store.read() as work:
            actor = self._people.actor(work, by, until) if by else None
            over = work.overtakings.listing(since, until)
            claims = work.overtakings.claims(since, until)
            weeks = Period.WEEK.run(self._config.office.day(since), self._config.office.day(until))
            counts = [counted(each, over, claims, self._week, weeks) for each in lanes]
            inside = {
                each.lane: self._inside(work, each, over, since, until)
                for each in counts
                if actor is not None and may_see_officers(actor, each.lane)
            }
        return FairnessReport(since=since, until=until, published=[published(each) for each in counts], inside=inside)

    def _inside(
        self, work: Work, counts: Counts, over: Sequence[OvertakingRecord], since: datetime, until: datetime
    ) -> Inside:
        own = [each for each in over if each.lane is counts.lane]
        most = passed_over(own)
        pauses = [each for each in work.pauses.set_alone(since, until) if each.lane is counts.lane]
        late = [each for each in pauses if each.by != ENGINE and self._saved_a_due_time(work, each)]
        numbers = work.dossiers.numbers({*(found for found, _ in most), *(each.dossier_id for each in late)})
        return Inside(
            counts=counts, pairs=pairs(own),
            pauses=[LatePause(number=numbers[each.dossier_id], by=each.by, reason=each.reason, at=each.started_at,
                              due_at=each.due_at)
                    for each in late if each.due_at],
            passed_over=[(numbers[found], times) for found, times in most],
            let_by=let_by(each for each in work.overtakings.let_by(since, until) if each.lane is counts.lane),
        )  # fmt: skip

    def _saved_a_due_time(self, work: Work, pause: PauseRecord) -> bool:
        at, due = pause.started_at, pause.due_at
        if just_before_due(at, due):
            return True
        if due is None or at > due:
            return False
        whole = [
            stored
            for stored in work.clocks.of(pause.dossier_id, live=False)
            if stored.kind in (ClockKind.TARGET, ClockKind.LIMIT)
        ]
        if not whole:
            return False
        stored = shown(whole)
        _, calendar = self._timing.rules(work, pause.lane, stored.rules)
        return just_before_due(at, due, used=stored.clock.used(at, calendar), budget=stored.clock.budget.amount)

    def _week(self, at: datetime) -> date:
        """The Monday of an instant's week, in office time."""
        return Period.WEEK.start(self._config.office.day(at))
