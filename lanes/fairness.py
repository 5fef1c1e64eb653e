"""Fairness, told: to everybody without names, to those who answer for a lane with its officers (`domain.fairness`).

What everybody may know is counted over whole weeks that are over, of which only a few lengths are told. Who could
choose the days, or ask again at each moment, would find what is withheld by subtracting one answer from another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

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
from lanes.late_outages import LateOutage, late_outages
from lanes.people import People
from lanes.ports import Clock
from lanes.records.overtakings import OvertakingRecord
from lanes.records.pauses import PauseRecord
from lanes.store import Store, Work
from lanes.timing import Timing, is_held, shown

WEEKS = (4, 13, 52)
"""How many whole weeks the public figures may cover."""
_OFFICES = frozenset({ClockKind.TARGET, ClockKind.LIMIT, ClockKind.STEP})
"""The times that the office has; the applicant's to answer is the applicant's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LatePause:
    """A pause that a person set just before something was due: what the dossier's target or limit promises, or its step
    `step` (empty for the whole dossier)."""

    number: str
    by: str
    reason: str
    at: datetime
    due_at: datetime
    kind: ClockKind
    step: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Inside:
    """A lane for those who answer for it. `passed_over`: numbers of dossiers, with how often; `let_by`: who gave back
    what they held while the same other one took later tasks."""

    counts: Counts
    pairs: Sequence[Pair]
    pauses: Sequence[LatePause]
    passed_over: Sequence[tuple[str, int]]
    let_by: Sequence[LetBy]
    late_outages: Sequence[LateOutage]


@dataclass(frozen=True, kw_only=True, slots=True)
class FairnessReport:
    """How the order was kept: `inside` from `since` to `until`, only the lanes whose officers the asker may see;
    `published` in the whole weeks from `opened` until `closed`, Mondays at midnight in office time."""

    since: datetime
    until: datetime
    opened: datetime
    closed: datetime
    published: Sequence[Published]
    inside: Mapping[Lane, Inside]


class Fairness:
    """Reads overtakings and pauses; `lanes.turns` keeps the overtakings."""

    def __init__(self, store: Store, config: OfficeConfig, clock: Clock, people: People, timing: Timing) -> None:
        self._store, self._config, self._clock = store, config, clock
        self._people, self._timing = people, timing

    def report(self, *, days: int, lane: Lane | None = None, by: str | None = None) -> FairnessReport:
        """The last so many days, of one lane or both, as `by` (None: anybody) may see it; what everybody may know in
        the most whole weeks of `WEEKS` that fit into them, at least the fewest. Raises Refused for a stranger."""
        until, office = self._clock.now(), self._config.office
        since = until - timedelta(days=days)
        closed = office.midnight(until - timedelta(days=office.day(until).weekday() + 1)).astimezone(UTC)
        opened = closed - timedelta(weeks=max((each for each in WEEKS if 7 * each <= days), default=WEEKS[0]))
        lanes = [lane] if lane else list(Lane)
        with self._store.read() as work:
            actor = self._people.actor(work, by, until) if by else None
            _, public = self._counts(work, lanes, opened, closed - timedelta.resolution)
            seen = [each for each in lanes if actor is not None and may_see_officers(actor, each)]
            over, counts = self._counts(work, seen, since, until) if seen else ([], [])
            inside = {each.lane: self._inside(work, each, over, since, until) for each in counts}
        return FairnessReport(since=since, until=until, opened=opened, closed=closed,
                              published=[published(each) for each in public], inside=inside)  # fmt: skip

    def _counts(
        self, work: Work, lanes: Sequence[Lane], since: datetime, until: datetime
    ) -> tuple[Sequence[OvertakingRecord], list[Counts]]:
        over, claims = work.overtakings.listing(since, until), work.overtakings.claims(since, until)
        weeks = Period.WEEK.run(self._config.office.day(since), self._config.office.day(until))
        return over, [counted(each, over, claims, self._week, weeks) for each in lanes]

    def _inside(
        self, work: Work, counts: Counts, over: Sequence[OvertakingRecord], since: datetime, until: datetime
    ) -> Inside:
        own = [each for each in over if each.lane is counts.lane]
        most = passed_over(own)
        pauses = [each for each in work.pauses.set_alone(since, until) if each.lane is counts.lane]
        late = [(each, *saved) for each in pauses if each.by != ENGINE for saved in self._saved(work, each)]
        numbers = work.dossiers.numbers({*(found for found, _ in most), *(each.dossier_id for each, *_ in late)})
        return Inside(
            counts=counts, pairs=pairs(own),
            pauses=[LatePause(number=numbers[each.dossier_id], by=each.by, reason=each.reason, at=each.started_at,
                              due_at=due, kind=kind, step=step)
                    for each, due, kind, step in late],
            passed_over=[(numbers[found], times) for found, times in most],
            let_by=let_by(each for each in work.overtakings.let_by(since, until) if each.lane is counts.lane),
            late_outages=late_outages(work, self._timing, counts.lane, since, until),
        )  # fmt: skip

    def _saved(self, work: Work, pause: PauseRecord) -> list[tuple[datetime, ClockKind, str]]:
        """The due times that a pause was set just before: of the dossier's target, of its limit, of a step; each is
        judged for itself, for who missed the target may still save the limit."""
        at = pause.started_at
        ran = [
            each
            for each in work.clocks.of(pause.dossier_id, live=False)
            if each.kind in _OFFICES and is_held(each.kind, pause.reason) and each.clock.start <= at
            and (each.stopped_at is None or at < each.stopped_at)
        ]  # fmt: skip
        whole = [each for each in ran if each.kind is not ClockKind.STEP]
        steps = {task.id: task.step for task in work.tasks.of(pause.dossier_id, live=False)} if ran else {}
        if not whole and just_before_due(at, pause.due_at) and pause.due_at:  # nobody had found it complete yet
            return [(pause.due_at, ClockKind.TARGET, "")]
        found = []
        for each in ran:
            _, calendar = self._timing.rules(work, pause.lane, each.rules)
            clock = each.clock.as_it_stood(at)
            told = whole and each == shown(whole)  # its due time was kept, and rules may have been recomputed since
            due = pause.due_at if told and pause.due_at else clock.due(calendar)
            step = each.kind is ClockKind.STEP
            used = clock.used(at, calendar)
            if due and just_before_due(at, due, used=used, budget=clock.budget.amount, step=step):
                found.append((due, each.kind, steps[each.task_id] if step and each.task_id else ""))
        return found

    def _week(self, at: datetime) -> date:
        """The Monday of an instant's week, in office time."""
        return Period.WEEK.start(self._config.office.day(at))
