"""Outages that were recorded after the fact, and what that made of dossiers that were late or about to be.

Who may record an outage answers for the lane's figures, so what a late record saves is told to others (`lanes.outages`
tells the head at once, `lanes.fairness` shows it).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from domain.clock import ClockKind
from domain.fairness import just_before_due
from domain.pausing import Hold, PauseReason, is_recorded_late
from domain.roles import Lane
from lanes.records.pauses import Outage, PauseRecord
from lanes.store import StoredClock, Work
from lanes.timing import Timing

_BATCH = 500  # dossiers a query


@dataclass(frozen=True, kw_only=True, slots=True)
class LateOutage:
    """An outage recorded late: by whom, what happened in their words (`why`; None: they gave none), and of the lane's
    dossiers that it touched (`touched`) how many were late when it was recorded, or in the last hour or tenth of a due
    time, and no longer are by it (`saved`)."""

    reason: str
    why: str | None
    by: str
    started_at: datetime
    ended_at: datetime | None
    recorded_at: datetime
    touched: int
    saved: int


def late_outages(work: Work, timing: Timing, lane: Lane, since: datetime, until: datetime) -> list[LateOutage]:
    """Those of a lane that were recorded in a time and not taken back, oldest first."""
    return [
        _judged(work, timing, lane, each)
        for each in work.pauses.outages()
        if since < each.recorded_at <= until and each.withdrawn_at is None and lane in each.lanes
        and is_recorded_late(each.started_at, each.recorded_at)
    ]  # fmt: skip


def _judged(work: Work, timing: Timing, lane: Lane, outage: Outage) -> LateOutage:
    touched = saved = 0
    dossiers = iter(work.pauses.marked(outage.id))
    while batch := list(islice(dossiers, _BATCH)):
        marks = [mark for mark in work.pauses.marks(outage.id, batch).values()
                 if mark.lane is lane and not mark.is_empty]  # fmt: skip
        clocks = work.clocks.of_all([mark.dossier_id for mark in marks])
        touched += len(marks)
        saved += sum(_was_saved(work, timing, mark, clocks.get(mark.dossier_id, ()), outage.recorded_at)
                     for mark in marks)  # fmt: skip
    return LateOutage(
        reason=outage.reason, why=outage.why, by=outage.by, started_at=outage.started_at, ended_at=outage.ended_at,
        recorded_at=outage.recorded_at, touched=touched, saved=saved,
    )  # fmt: skip


def _was_saved(
    work: Work, timing: Timing, mark: PauseRecord, clocks: Sequence[StoredClock], recorded: datetime
) -> bool:
    return any(_saves(work, timing, mark, each, recorded) for each in clocks if each.kind is not ClockKind.ANSWER)


def _saves(work: Work, timing: Timing, mark: PauseRecord, stored: StoredClock, recorded: datetime) -> bool:
    """Whether an outage's pause made good, or kept from harm, what this clock promises: as it stood when the outage was
    recorded, or when it stopped if that was before."""
    hold = str(Hold(PauseReason(mark.reason), True))
    without = stored.clock.without(hold, mark.started_at, mark.ended_at)
    if without == stored.clock:
        return False
    at = min(stored.stopped_at or recorded, recorded)
    _, calendar = timing.rules(work, mark.lane, stored.rules)
    clock = without.as_it_stood(at)
    due, now_due = clock.due(calendar), stored.clock.due(calendar)
    if due is None or (now_due is not None and now_due < at):
        return False
    ran_on = stored.stopped_at is None or stored.stopped_at > recorded
    used, step = clock.used(at, calendar), stored.kind is ClockKind.STEP
    return due < at or (ran_on and just_before_due(at, due, used=used, budget=clock.budget.amount, step=step))
