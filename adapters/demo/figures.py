"""What the demo's days came to, by lane, read from the office's own store."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import timedelta
from statistics import median, quantiles
from typing import Any

from domain.dossier import DossierStatus, Task, TaskStatus
from domain.roles import Lane
from lanes.office import Office

_ALL = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class LaneFigures:
    """A lane's dossiers. `on_time_percent`: of the issued ones, those issued by the promised time. Durations run from
    submission to issue, in working hours of the lane; None while nothing was issued."""

    lane: str
    submitted: int
    issued: int
    open: int
    returned: int
    rejected: int
    cancelled: int
    withdrawn: int
    on_time_percent: float | None
    median_working_hours: float | None
    p90_working_hours: float | None
    overdue: int
    stuck: int

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class Somewhere:
    """Where to look next: a dossier whose way is interesting, and a person with work to do (None: nobody has)."""

    number: str | None
    user: str | None


def lane_figures(office: Office, lane: Lane) -> LaneFigures:
    """Count a lane's dossiers as they stand now."""
    now, calendar = office.clock.now(), office.config.calendars[lane]
    with office.store.read() as work:
        dossiers = work.dossiers.listing(lane=lane, open_only=False, limit=_ALL)
        stuck = work.tasks.counts(lane).get(TaskStatus.STUCK, 0)
    statuses = Counter(dossier.status for dossier in dossiers)
    ended = [(d, d.closed_at) for d in dossiers if d.status is DossierStatus.ISSUED and d.closed_at]
    hours = [calendar.between(d.submitted_at, closed) / timedelta(hours=1) for d, closed in ended]
    in_time = sum(d.due_at is None or closed <= d.due_at for d, closed in ended)
    return LaneFigures(
        lane=lane, submitted=len(dossiers), issued=len(ended), open=sum(d.is_open for d in dossiers),
        returned=statuses[DossierStatus.RETURNED], rejected=statuses[DossierStatus.REJECTED],
        cancelled=statuses[DossierStatus.CANCELLED], withdrawn=statuses[DossierStatus.WITHDRAWN],
        on_time_percent=round(100 * in_time / len(ended), 1) if ended else None,
        median_working_hours=round(median(hours), 2) if hours else None,
        p90_working_hours=round(quantiles(hours, n=10, method="inclusive")[-1], 2) if len(hours) > 1 else None,
        overdue=sum(dossier.is_overdue(now) for dossier in dossiers), stuck=stuck,
    )  # fmt: skip


def somewhere(office: Office) -> Somewhere:
    """An open dossier and somebody of its lane who has a task: the most urgent of what nobody has taken."""
    with office.store.read() as work:
        tasks = work.tasks.listing(statuses=[TaskStatus.OPEN], limit=200)
    at_desks = [(t, d) for t, d in tasks if t.step not in ("handover", "pickup", "deliver", "deliver_again")] or tasks
    if not at_desks:
        return Somewhere(number=None, user=None)
    task, dossier = at_desks[0]
    return Somewhere(number=dossier.number, user=_who_may(office, task))


def _who_may(office: Office, task: Task) -> str | None:
    team = office.config.lanes[task.lane].team[task.team or ""]
    return next((name for name in reversed(team.members) if name not in task.barred), None)
