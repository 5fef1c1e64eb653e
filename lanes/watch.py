"""The sweep: finds what fell due in a lane and flags each once, at the cost of what fell due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.clock import ClockKind
from domain.duration import elapsed
from domain.office import OfficeConfig
from domain.roles import Lane
from lanes.engine import ENGINE
from lanes.moves import Moves
from lanes.people import People
from lanes.ports import Clock
from lanes.store import Store, StoredClock, Work

_BATCH = 200
_LATE_AFTER = 3  # a sweep that has not run for this many of its intervals is late


@dataclass(frozen=True, kw_only=True, slots=True)
class SweepResult:
    """How many clocks had fallen due, how many this sweep flagged, and the dossiers it could not treat."""

    found: int
    flagged: int
    failed: tuple[str, ...]


class Watch:
    """Watches the clocks of a lane."""

    def __init__(self, store: Store, config: OfficeConfig, clock: Clock, people: People, moves: Moves) -> None:
        self._store, self._config, self._clock, self._people, self._moves = store, config, clock, people, moves

    def sweep(self, lane: Lane) -> SweepResult:
        """Flag what fell due, each by itself: one that cannot be treated is named and does not stop the others.

        Work that a guest holds after the end of their loan goes back to its team first, so that somebody can do it.
        """
        now = self._clock.now()
        self._people.hand_back(lane)
        found, flagged = 0, 0
        failed: dict[int, str] = {}
        while True:
            with self._store.read() as work:
                batch = [c for c in work.clocks.due(lane, now, _BATCH + len(failed)) if c.id not in failed]
            if not batch:
                break
            found += len(batch)
            for clock in batch:
                try:
                    with self._store.begin() as work:
                        flagged += self._flag(work, clock, now)
                except Exception as fault:  # whatever it is, the others get their treatment
                    failed[clock.id] = f"dossier {clock.dossier_id}: {type(fault).__name__}"
        with self._store.begin() as work:
            work.clocks.swept(f"watch-sla/{lane}", now, found)
        return SweepResult(found=found, flagged=flagged, failed=tuple(failed.values()))

    def _flag(self, work: Work, clock: StoredClock, now: datetime) -> bool:
        dossier = work.dossiers.by_id(clock.dossier_id, lock=True)
        if not work.clocks.flag(clock, now):
            return False
        found = work.tasks.get(clock.task_id) if clock.task_id else None
        step = found[0].step if found else ""
        rules = self._config.lanes[clock.lane]
        team = rules.team.get(found[0].team or "") if found else None
        told = team.lead if team and clock.kind is ClockKind.STEP else rules.manager
        work.outbox.put([
            self._moves.message(dossier, "staff_overdue", now, to=told, key=f"{dossier.number}:overdue:{clock.id}",
                                step=step or clock.kind, due=clock.due_at and clock.due_at.isoformat())
        ])  # fmt: skip
        event = ("fell_due", {"clock": clock.kind, "step": step, "due": clock.due_at, "told": told})
        work.dossiers.save(dossier, [event], at=now, actor=ENGINE)
        return True

    def late(self, now: datetime | None = None) -> list[str]:
        """The sweeps that did not run when they should have, in words."""
        now = now or self._clock.now()
        with self._store.read() as work:
            ran = work.clocks.sweeps()
        late = []
        for lane in Lane:
            every: timedelta = elapsed(self._config.lanes[lane].watch.every)
            last = ran.get(f"watch-sla/{lane}")
            if last is not None and now - last > every * _LATE_AFTER:
                late.append(f"watch-sla/{lane} last ran {last:%Y-%m-%d %H:%M} UTC; it should run every {every}")
        return late
