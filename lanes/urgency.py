"""How urgent a dossier is: one more for each rung that raised it, and one less again once that rung is no longer true.

A rung raises because a due time came near or passed. When that due time moves to a time to come, because rules were
rolled back or an outage was recorded late, what it raised is taken back: who sets a short promise for an hour moves
nothing ahead for good. At the new due time the ladder is climbed again. What a step raised that is done stays, and so
does what a dossier had before any rung.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain.calendar import WorkingCalendar
from domain.dossier import Dossier
from domain.escalation import MOST_PRIORITY
from domain.journal import Entry
from domain.ladder import Place, Rung, RungAction
from domain.lane import LaneRules
from lanes.store import Event, StoredClock, Work
from lanes.timing import Timing

_RAISED, _LOWERED = "rung_passed", "priority_lowered"
_JUST_BEFORE_DUE: Place = (99, timedelta.max)
_Told = tuple[Entry, Mapping[str, Any]]


def settled_urgency(
    work: Work, timing: Timing, dossier: Dossier, now: datetime, *, early: bool
) -> tuple[Dossier, list[Event]]:
    """To be called when the clocks of a locked dossier were moved: gives it as urgent as it is now, its tasks with it,
    and the event that says so, if it is less than before; the caller saves both. Of rungs before the due time nothing
    is taken back unless `early`, for they are not climbed again."""
    if not dossier.is_open or not 0 < dossier.priority <= MOST_PRIORITY:
        return dossier, []
    journal = [(entry, json.loads(entry.data)) for entry in work.dossiers.journal(dossier.id)
               if entry.event in (_RAISED, _LOWERED)]  # fmt: skip
    steps = {task.id: task.step for task in work.tasks.of(dossier.id)}
    gone = [
        {"clock": stored.kind, "step": step}
        for stored in work.clocks.of(dossier.id)
        for step in [steps.get(stored.task_id or 0, "")]
        for _ in range(_untrue(journal, stored, step, dossier, timing.rules(work, dossier.lane, stored.rules), now,
                               early=early))
    ]  # fmt: skip
    raises = [data for _, data in journal if RungAction.RAISE_PRIORITY in data.get("actions", ())]
    raised = len(raises) - sum(len(data["clocks"]) for entry, data in journal if entry.event == _LOWERED)
    guess = max(0, dossier.priority - raised)  # what was raised before that was written down
    before = raises[0].get("was_priority", guess) if raises else dossier.priority
    priority = min(dossier.priority, before + max(0, raised - len(gone)))
    if priority == dossier.priority:
        return dossier, []
    work.tasks.lower_priority(dossier.id, priority)
    event = (_LOWERED, {"was": dossier.priority, "now": priority, "clocks": gone})
    return replace(dossier, priority=priority), [event]


def _untrue(
    journal: Sequence[_Told], stored: StoredClock, step: str, dossier: Dossier,
    rules: tuple[LaneRules, WorkingCalendar], now: datetime, *, early: bool,
) -> int:  # fmt: skip
    """How many times a clock raised, and has not been taken back, though the rungs that did are to come now."""
    due = stored.clock.due(rules[1])
    if due is None or due <= now:
        return 0
    own = [told for told in journal if told[0].at >= stored.clock.start]  # of this clock, not of an earlier one's step
    climbed = [data for entry, data in own
               if entry.event == _RAISED and (data["clock"], data["step"]) == (stored.kind, step)]  # fmt: skip
    known = {"clock": stored.kind.value, "step": step}
    already: int = sum(data["clocks"].count(known) for entry, data in own if entry.event == _LOWERED)
    ladder, day = rules[0].ladder(dossier.code, stored.kind), rules[0].day
    standing = {rung.place(day) for rung in ladder
                if RungAction.RAISE_PRIORITY in rung.actions
                and (at := rung.at(stored.clock, rules[1])) is not None and at <= now}  # fmt: skip
    untrue = sum(
        not any(low < place <= high for place in standing) and (early or high > _JUST_BEFORE_DUE)
        for low, high in _raising(climbed, day)
    )
    return max(0, untrue - already)


def _raising(climbed: Sequence[Mapping[str, Any]], day: timedelta) -> Iterator[tuple[Place, Place]]:
    """Between which places each rung lay that raised: above what was passed before, up to what was passed then."""
    last: Place = (0, timedelta())
    for data in climbed:
        place = Rung.read(data["rung"], (), working_day=day).place(day)
        if place <= last:  # climbed again from the due time on
            last = _JUST_BEFORE_DUE
        if RungAction.RAISE_PRIORITY in data["actions"]:
            yield last, place
        last = place
