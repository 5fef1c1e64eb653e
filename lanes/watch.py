"""The sweep: finds the clocks of a lane that reached a rung and has each treated once, at the cost of what fell due.

A batch is one transaction. When it fails, its clocks are treated one by one, so that what is broken is named and
everything else gets its treatment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.duration import parse
from domain.office import OfficeConfig
from domain.roles import Lane
from lanes.complaints import Complaints
from lanes.digest import SWEEP as DIGEST
from lanes.escalating import Escalating
from lanes.finding import broken
from lanes.notices import tell
from lanes.outages import Outages
from lanes.parity import SWEEP as PARITY
from lanes.ports import Clock
from lanes.records.escalations import Escalation
from lanes.rehoming import Rehoming
from lanes.rules import Rules
from lanes.store import BEFORE_ALL, Store, Work

_BATCH = 200
HOUSEKEEPING, HOUSEKEEPING_EVERY = "housekeeping", timedelta(minutes=5)
_SWEEP, _UNBROKEN = "watch-sla", "watch-sla-unbroken"
_LATE_AFTER = 3  # a sweep that has not run for this many of its intervals is late


@dataclass(frozen=True, kw_only=True, slots=True)
class SweepResult:
    """How many clocks this sweep looked at, how many it flagged as overdue, and the dossiers it could not treat."""

    found: int
    flagged: int
    failed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    """A sweep that is watched over: when it last ran (None: never), also in office time for people (`at`), after how
    long without a run it is late, when it should run, in words, and what it could not treat when it last ran."""

    name: str
    last: datetime | None
    at: str
    late_after: timedelta
    words: str
    late: bool
    failed: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """Its lateness, in words."""
        when = f"last ran {self.at}" if self.at else "has never run"
        return f"{self.name} {when}; it should run {self.words}"


class Watch:
    """Watches the clocks of a lane."""

    def __init__(
        self, store: Store, config: OfficeConfig, clock: Clock, rehoming: Rehoming, outages: Outages, rules: Rules,
        escalating: Escalating, complaints: Complaints,
    ) -> None:  # fmt: skip
        self._store, self._config, self._clock, self._rehoming = store, config, clock, rehoming
        self._outages, self._rules, self._escalating, self._complaints = outages, rules, escalating, complaints

    def sweep(self, lane: Lane) -> SweepResult:
        """Have every clock of a lane that reached a rung climb its ladder, and tell the people whom that concerns.

        Before that, what has changed meanwhile is made true of open dossiers: new rules whose time has come, outages,
        and work held by people who are not in its team any more. What cannot be done is named and stops nothing.
        """
        now = self._clock.now()
        failed = self._made_true(lane)
        found, flagged, after = 0, 0, BEFORE_ALL
        while True:
            try:
                with self._store.begin() as work:
                    woken = work.clocks.woken(lane, now, _BATCH, after=after)
                    last = len(woken) < _BATCH
                    late, notices = self._escalating.treat(work, lane, woken, now, telling=last)
                    if last:
                        self._end(work, lane, now, found + len(woken), failed, notices)
                found, flagged = found + len(woken), flagged + late
                treated = [(each.stored.wake_at or now, each.stored.id) for each in woken]
            except Exception:  # something in this batch is broken: which it is shows one by one
                with self._store.read() as work:
                    treated = work.clocks.due(lane, now, _BATCH, after=after)
                for _, clock_id in treated:
                    one = self._one(lane, clock_id, now, failed)
                    found += one is not None
                    flagged += one or 0
                if len(treated) < _BATCH:
                    with self._store.begin() as work:
                        self._end(work, lane, now, found, failed)
            if len(treated) < _BATCH:
                return SweepResult(found=found, flagged=flagged, failed=tuple(dict.fromkeys(failed)))
            after = treated[-1]

    def _end(
        self, work: Work, lane: Lane, now: datetime, found: int, failed: Sequence[str],
        notices: Sequence[Escalation] = (),
    ) -> None:  # fmt: skip
        tell(work, self._config, lane, now, fresh=notices)
        last = work.clocks.sweeps().get(f"{_SWEEP}/{lane}")
        if last is None or now - last > parse(self._config.lanes[lane].watch.every).amount * _LATE_AFTER:
            work.clocks.swept(f"{_UNBROKEN}/{lane}", now, 0)
        work.clocks.swept(f"{_SWEEP}/{lane}", now, found, [*dict.fromkeys(failed)])

    def _made_true(self, lane: Lane) -> list[str]:
        jobs: dict[str, Callable[[], Sequence[str]]] = {
            "new rules": lambda: self._rules.carry_out().failed,
            "outages": lambda: [name for marked in self._outages.apply_open() for name in marked.failed],
            "who left": lambda: self._rehoming.holders(lane).failed,
            "complaints": lambda: self._complaints.remind(lane),
        }
        failed: list[str] = []
        for job, do in jobs.items():
            try:
                failed += do()
            except Exception as fault:  # the other jobs, and the clocks, are looked at whatever happens
                failed.append(f"{job}: {type(fault).__name__}")
        return failed

    def _one(self, lane: Lane, clock_id: int, now: datetime, failed: list[str]) -> int | None:
        """Treat one clock by itself; gives how many it flagged, None when there was nothing left to do for it."""
        try:
            with self._store.begin() as work:
                woken = work.clocks.one_woken(clock_id, now)
                if not woken:
                    return None
                flagged, _ = self._escalating.treat(work, lane, woken, now)
                return flagged
        except Exception as fault:  # whatever it is, the others get their treatment
            with self._store.read() as work:
                failed.append(broken(work, fault, clock_id=clock_id))
            return 0

    def kept_house(self, failed: int) -> None:
        """Note that the office's house was kept now, and how many of its jobs failed."""
        with self._store.begin() as work:
            work.clocks.swept(HOUSEKEEPING, self._clock.now(), failed)

    def late(self, now: datetime | None = None, *, since: datetime | None = None) -> list[str]:
        """The sweeps that did not run when they should have, in words.

        `since` is when the service that runs them started: what it did not do before is not late, and a sweep that
        never ran is late too. Without it lateness counts from the last run, and one that never ran is not told of.
        """
        return [each.told for each in self.runs(now, since=since) if each.late]

    def failed(self, lane: Lane) -> tuple[str, ...]:
        """What a lane's sweep could not treat when it last ran, each with the kind of its fault: it tries again."""
        with self._store.read() as work:
            return work.clocks.failed().get(f"{_SWEEP}/{lane}", ())

    def unbroken(self, lane: Lane) -> datetime | None:
        """Since when a lane's sweep has run without being late in between, as long as it runs now; None before its
        first run. What did not run meanwhile either is not late for the office having been down."""
        with self._store.read() as work:
            return work.clocks.sweeps().get(f"{_UNBROKEN}/{lane}")

    def runs(self, now: datetime | None = None, *, since: datetime | None = None) -> list[Ran]:
        """Every sweep that is watched over, and whether it is late; `since` as for `late`."""
        now = now or self._clock.now()
        with self._store.read() as work:
            ran, failed = work.clocks.sweeps(), work.clocks.failed()
        found = []
        for name, every, words in self._scheduled():
            last = ran.get(name)
            counted_from = max(filter(None, (last, since)), default=now)
            late = now - counted_from > every
            at = self._config.office.told(last) if last else ""
            found.append(Ran(name=name, last=last, at=at, late_after=every, words=words, late=late,
                             failed=failed.get(name, ())))  # fmt: skip
        return found

    def _scheduled(self) -> Iterator[tuple[str, timedelta, str]]:
        """The sweeps that are watched over: their name, after how long one is late, and when it should run."""
        parity = self._config.lanes[Lane.ONLINE].parity
        often = {f"{_SWEEP}/{lane}": parse(self._config.lanes[lane].watch.every) for lane in Lane}
        often |= {PARITY: parse(parity.every)} if parity else {}
        for name, every in often.items():
            yield name, every.amount * _LATE_AFTER, f"every {every.words}"
        minutes = HOUSEKEEPING_EVERY // timedelta(minutes=1)
        yield HOUSEKEEPING, HOUSEKEEPING_EVERY * _LATE_AFTER, f"every {minutes} minutes"
        for lane in Lane:
            at = self._config.lanes[lane].watch.digest
            yield f"{DIGEST}/{lane}", timedelta(hours=25), f"every day at {at}"
