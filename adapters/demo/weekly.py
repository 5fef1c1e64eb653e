"""How each lane did week by week: what came in, how long it waited for somebody, what was warned of, what was late."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from domain.calendar import WorkingCalendar
from domain.dossier import DossierStatus, Task, TaskStatus
from domain.ladder import STAFF, Rung
from domain.quantile import weighted_quantile
from domain.roles import SERVED_AS_THEY_COME, Lane, Role
from lanes.office import Office

_ALL: Final = 1_000_000
_HOUR: Final = timedelta(hours=1)
Span = tuple[datetime, datetime]


def weekly_figures(office: Office, weeks: Sequence[Span]) -> list[dict[str, Any]]:
    """One entry for each week (from, until), by lane. Hours are working hours of the lane, shares from 0 to 1:

    `waited`: of the tasks at desks that were taken in the week, how long they had waited for somebody; `took`: from
    submission to issue, of the dossiers issued in it; `on_time`: those of them issued by their due time; `warnings`,
    `escalations`: rungs before and after a due time; `people`: how many people heard of one.
    """
    with office.store.read() as work:
        dossiers = {lane: work.dossiers.listing(lane=lane, open_only=False, limit=_ALL) for lane in Lane}
        done = [task for task, _ in work.tasks.listing(statuses=[TaskStatus.DONE], limit=_ALL) if _at_a_desk(task)]
        passed = [
            (dossier.lane, entry.at, json.loads(entry.data))
            for dossier, entries in work.dossiers.everything({"rung_passed"})
            for entry in entries
        ]

    def lane_in(lane: Lane, span: Span) -> dict[str, Any]:
        calendar, day = office.config.calendars[lane], office.config.lanes[lane].day
        own = dossiers[lane]
        issued = [(d, d.closed_at) for d in own if d.status is DossierStatus.ISSUED and _within(d.closed_at, span)]
        waits = [_hours(calendar, task.ready_at, task.claimed_at) for task in done
                 if task.lane is lane and task.claimed_at and _within(task.claimed_at, span)]  # fmt: skip
        took = [_hours(calendar, d.submitted_at, closed) for d, closed in issued if closed]
        rungs = [data for where, at, data in passed if where is lane and _within(at, span)]
        late = Counter(Rung.read(data["rung"], (), working_day=day).is_late
                       for data in rungs if set(STAFF) & set(data["actions"]))  # fmt: skip
        on_time = sum(d.due_at is None or closed <= d.due_at for d, closed in issued if closed)
        return {
            "submitted": sum(_within(d.submitted_at, span) for d in own), "issued": len(issued),
            "waited_median_h": _quantile(waits, 0.5), "waited_p95_h": _quantile(waits, 0.95),
            "took_median_h": _quantile(took, 0.5), "took_p90_h": _quantile(took, 0.9),
            "on_time": round(on_time / len(issued), 3) if issued else None,
            "warnings": late[False], "escalations": late[True],
            "people": len({person for data in rungs for person in data["told"]}),
        }  # fmt: skip

    return [{lane.value: lane_in(lane, span) for lane in Lane} for span in weeks]


def _at_a_desk(task: Task) -> bool:
    """Whether only the lane's own people make it wait: no visitor, no date, no batch of signatures."""
    visited = task.role in SERVED_AS_THEY_COME or task.step in ("record_biometrics", "withdraw_extract")
    return task.role not in (None, Role.AGENCY_HEAD) and not visited


def _within(at: datetime | None, span: Span) -> bool:
    return at is not None and span[0] <= at < span[1]


def _hours(calendar: WorkingCalendar, start: datetime, end: datetime | None) -> float:
    return calendar.between(start, end) / _HOUR if end and end > start else 0.0


def _quantile(values: Sequence[float], share: float) -> float | None:
    return round(weighted_quantile(((value, 1.0) for value in values), share), 2) if values else None
