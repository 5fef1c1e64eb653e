"""How the lanes did over time and where time went: the figures behind a report's charts.

They are counted as they stream by and keep a number for each day, step or reason, so a year of a city needs little
memory. What a log does not tell is None, never an empty list: imported history knows no pauses, turns or districts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.fairness import Overtaking, counted, published
from domain.periods import Period, local_day, readable_period
from domain.roles import Lane

AGES = (1, 3, 7, 14, 30, 60)
"""Where the classes of age part, in days."""
TOP_STEPS = 10
MOST_DISTRICTS = 12
"""So many districts are told one by one, those with most applications; the others together."""
OTHER_DISTRICTS = ""
NOT_YET_COMPLETE = "NOT_YET_COMPLETE"
"""Stands beside the reasons of pauses for the time in which applicants completed what no step had found complete yet:
nothing was paused, for no time counted."""


_HOURS = ("hours", "worked_hours", "mean_hours")


class CaseSpan(NamedTuple):
    """One case from its first event to its last; `ended` is None while it is open, `district` where none is told."""

    lane: Lane
    begun: datetime
    ended: datetime | None
    deadline: datetime | None = None
    district: str | None = None


class StepSpan(NamedTuple):
    """One passage of a step: how long it waited for somebody, and how long somebody had it in hand.

    `worked` is None where the two are not told apart; `waited` is then all of it.
    """

    lane: Lane
    step: str
    waited: timedelta
    worked: timedelta | None


class PauseSpan(NamedTuple):
    """How long a dossier's clocks stood for a reason, or had not begun (`NOT_YET_COMPLETE`)."""

    lane: Lane
    reason: str
    length: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """What a lane finished in a period. `on_time` is the share (0 to 1) of those `with_deadline`."""

    start: date
    lane: Lane
    finished: int
    with_deadline: int
    on_time: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Age:
    """How many of a lane's open cases are at least `from_days` and less than `to_days` old; None: any age above."""

    lane: Lane
    from_days: int
    to_days: int | None
    open: int


@dataclass(frozen=True, kw_only=True, slots=True)
class StepTime:
    """Elapsed hours that all passages of a step took together; `worked_hours` is None where it is not told apart."""

    lane: Lane
    step: str
    passages: int
    hours: float
    worked_hours: float | None

    @property
    def mean_hours(self) -> float:
        """Hours a passage."""
        return self.hours / self.passages


@dataclass(frozen=True, kw_only=True, slots=True)
class PauseTime:
    """Elapsed hours of all pauses for a reason; dossiers paused for two at once count for both."""

    lane: Lane
    reason: str
    pauses: int
    hours: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Overtaken:
    """How many tasks of a lane were taken out of their turn in a period, as it may be published."""

    start: date
    lane: Lane
    count: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Adoption:
    """Applications of a period, and how many of them came online; `district` None stands for all districts."""

    start: date
    district: str | None
    applications: int
    online: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LaneTrends:
    """See the module. Lists by time are in its order; steps and reasons begin with what took most time."""

    period: Period
    ended: tuple[Ended, ...]
    ages: tuple[Age, ...] | None
    steps: tuple[StepTime, ...]
    pauses: tuple[PauseTime, ...] | None
    overtakings: tuple[Overtaken, ...] | None
    adoption: tuple[Adoption, ...]

    def to_dict(self) -> dict[str, Any]:
        """For JSON: hours to the second decimal, shares to the fourth."""
        told: dict[str, Any] = asdict(self)
        for row, step in zip(told["steps"], self.steps, strict=True):
            row["mean_hours"] = step.mean_hours
        for row in (*told["steps"], *(told["pauses"] or ())):
            row.update({name: round(row[name], 2) for name in _HOURS if row.get(name) is not None})
        for row in told["ended"]:
            row["on_time"] = None if row["on_time"] is None else round(row["on_time"], 4)
        return told


class TrendTally:
    """Counts spans into `LaneTrends`. Days are those of `zone`; only what happened after `since` counts as begun or
    finished; `now` is when the age of open cases is taken."""

    def __init__(self, zone: ZoneInfo, *, now: datetime, since: datetime | None = None) -> None:
        self._zone, self._now, self._since = zone, now, since
        self._ended: dict[tuple[Lane, date], list[int]] = defaultdict(lambda: [0, 0, 0])
        self._ages: Counter[tuple[Lane, int]] = Counter()
        self._begun: Counter[tuple[str | None, date, bool]] = Counter()
        self._steps: dict[tuple[Lane, str], _StepSum] = defaultdict(_StepSum)
        self._pauses: dict[tuple[Lane, str], list[float]] = defaultdict(lambda: [0, 0.0])
        self._taken: list[Overtaking] = []

    def case(self, span: CaseSpan) -> None:
        """Count a case."""
        if self._counts(span.begun):
            self._begun[span.district, local_day(span.begun, self._zone), span.lane is Lane.ONLINE] += 1
        if span.ended is None:
            days = (self._now - span.begun) / timedelta(days=1)
            self._ages[span.lane, sum(days >= edge for edge in AGES)] += 1
        elif self._counts(span.ended):
            counts = self._ended[span.lane, local_day(span.ended, self._zone)]
            counts[0] += 1
            if span.deadline is not None:
                counts[1] += 1
                counts[2] += span.ended <= span.deadline

    def step(self, span: StepSpan) -> None:
        """Count a passage of a step."""
        self._steps[span.lane, span.step].add(span)

    def pause(self, span: PauseSpan) -> None:
        """Count a pause."""
        total = self._pauses[span.lane, span.reason]
        total[0] += 1
        total[1] += span.length / timedelta(hours=1)

    def overtaking(self, taken: Overtaking) -> None:
        """Count a task taken out of its turn."""
        self._taken.append(taken)

    def trends(self, *, live: bool) -> LaneTrends:
        """What was counted. Not `live`: open cases, pauses and turns are not told, rather than none."""
        turns = [local_day(taken.at, self._zone) for taken in self._taken]
        days = [*(day for _, day in self._ended), *(day for _, day, _ in self._begun), *turns]
        today = local_day(self._now, self._zone)
        first, last = min(days, default=today), max(days, default=today)
        period = readable_period(first, last)
        # Centuries of years, which only a broken log has, are told without the empty ones.
        starts = sorted({period.start(day) for day in days}) if period is Period.YEAR else period.run(first, last)
        starts = starts if days else []
        return LaneTrends(
            period=period,
            ended=tuple(self._by_period(period, starts)),
            ages=tuple(self._by_age()) if live else None,
            steps=tuple(self._by_step()),
            pauses=tuple(self._by_reason()) if live else None,
            overtakings=tuple(self._by_turn(period, starts)) if live else None,
            adoption=tuple(self._by_district(period, starts)),
        )

    def _counts(self, at: datetime) -> bool:
        return self._since is None or at > self._since

    def _by_period(self, period: Period, starts: Iterable[date]) -> Iterable[Ended]:
        sums: dict[tuple[Lane, date], list[int]] = defaultdict(lambda: [0, 0, 0])
        for (lane, day), counts in self._ended.items():
            into = sums[lane, period.start(day)]
            into[:] = [a + b for a, b in zip(into, counts, strict=True)]
        lanes = {lane for lane, _ in sums}
        for start in starts:
            for lane in (lane for lane in Lane if lane in lanes):
                finished, due, in_time = sums.get((lane, start), (0, 0, 0))
                share = in_time / due if due else None
                yield Ended(start=start, lane=lane, finished=finished, with_deadline=due, on_time=share)

    def _by_age(self) -> Iterable[Age]:
        edges = (0, *AGES)
        for lane in Lane:
            for place, edge in enumerate(edges):
                above = edges[place + 1] if place + 1 < len(edges) else None
                yield Age(lane=lane, from_days=edge, to_days=above, open=self._ages[lane, place])

    def _by_step(self) -> Iterable[StepTime]:
        ordered = sorted(self._steps.items(), key=lambda item: (-item[1].hours, item[0][1]))
        for lane in Lane:
            for (_, step), total in [item for item in ordered if item[0][0] is lane][:TOP_STEPS]:
                yield StepTime(lane=lane, step=step, passages=total.passages, hours=total.hours,
                               worked_hours=total.worked if total.told_apart else None)  # fmt: skip

    def _by_reason(self) -> Iterable[PauseTime]:
        ordered = sorted(self._pauses.items(), key=lambda item: (-item[1][1], item[0][1]))
        for lane in Lane:
            for (_, reason), (pauses, hours) in [item for item in ordered if item[0][0] is lane]:
                yield PauseTime(lane=lane, reason=reason, pauses=int(pauses), hours=hours)

    def _by_turn(self, period: Period, starts: Sequence[date]) -> Iterable[Overtaken]:
        """As the fairness page tells them: a report is mailed to people who may not see who took what."""
        shown = {}
        for lane in Lane:
            counts = counted(lane, self._taken, (), lambda at: period.start(local_day(at, self._zone)), starts)
            shown[lane] = {row.key: row.overtakings for row in published(counts).weeks}
        for start in starts:
            for lane in Lane:
                yield Overtaken(start=start, lane=lane, count=shown[lane][f"{start}"])

    def _by_district(self, period: Period, starts: Iterable[date]) -> Iterable[Adoption]:
        sizes: Counter[str] = Counter()
        for (district, _, _), count in self._begun.items():
            if district is not None:
                sizes[district] += count
        ordered = sorted(sizes, key=lambda district: (-sizes[district], district))
        few = len(ordered) <= MOST_DISTRICTS
        named = sorted(ordered if few else ordered[: MOST_DISTRICTS - 1])
        sums: Counter[tuple[str | None, date, bool]] = Counter()
        for (district, day, online), count in self._begun.items():
            sums[None, period.start(day), online] += count
            if district is not None:
                sums[district if district in named else OTHER_DISTRICTS, period.start(day), online] += count
        for start in starts:
            for each in (None, *named, *(() if few else (OTHER_DISTRICTS,))):
                ours, others = sums[each, start, True], sums[each, start, False]
                yield Adoption(start=start, district=each, applications=ours + others, online=ours)


@dataclass(slots=True)
class _StepSum:
    passages: int = 0
    hours: float = 0.0
    worked: float = 0.0
    told_apart: bool = True

    def add(self, span: StepSpan) -> None:
        hour = timedelta(hours=1)
        worked = span.worked or timedelta()
        self.passages += 1
        self.hours += (span.waited + worked) / hour
        self.worked += worked / hour
        self.told_apart &= span.worked is not None
