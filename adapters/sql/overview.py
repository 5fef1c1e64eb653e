"""What is open, counted by the database: a page that managers keep open must not read every dossier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, literal, or_, select

from adapters.sql import tables as t
from adapters.sql.escalations import ESCALATIONS, escalation
from adapters.sql.rows import CLOCK, DOSSIER, TASK
from adapters.sql.tasks import IN_WORK, LANE_ORDER, has_status
from domain.dossier import CLOSED, DossierStatus, TaskKind, TaskStatus
from domain.journal import ENGINE
from domain.roles import Lane
from lanes.intake import APPLICANT
from lanes.records.overview import OpenOfType, OpenOne, Queue, Queued, Shown, Unanswered

_JOURNAL = t.table(t.JournalRow)
_ESCALATION = t.table(t.EscalationRow)
_OPEN = DOSSIER.c.status.in_(sorted(each.value for each in {*DossierStatus} - CLOSED))
_WAITS = TASK.c.kind != TaskKind.APPLICANT.value
_ANSWER_BY = (
    select(func.min(TASK.c.due_at, type_=TASK.c.due_at.type))
    .where(TASK.c.dossier_id == DOSSIER.c.id, ~_WAITS, has_status(TaskStatus.WAITING))
    .where(DOSSIER.c.status == DossierStatus.RETURNED.value)
    .scalar_subquery()
)


class SqlOverview:
    """See `lanes.records.overview.Overview`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def open_by_type(
        self, lane: Lane, now: datetime, risk: Mapping[str, datetime], since: Sequence[datetime]
    ) -> list[OpenOfType]:
        """The open dossiers of a lane by document type, in the order of their codes."""
        d = DOSSIER.c
        counts = (_shown(which, now, risk) for which in (Shown.AT_RISK, Shown.OVERDUE, Shown.RETURNED))
        columns = [*counts, *(d.submitted_at > each for each in since)]
        query = select(d.code, func.count(), *map(_count, columns)).where(d.lane == lane.value, _OPEN)
        return [
            OpenOfType(code, dossiers, at_risk, overdue, returned, tuple(younger))
            for code, dossiers, at_risk, overdue, returned, *younger in self._db.execute(
                query.group_by(d.code).order_by(d.code)
            )
        ]

    def open_dossiers(
        self, lane: Lane, which: Shown, now: datetime, risk: Mapping[str, datetime], limit: int, *,
        after: datetime | None = None, until: datetime | None = None,
    ) -> list[OpenOne]:  # fmt: skip
        """The open dossiers of a lane, those due first before the others; those that came in `after` and up to
        `until`."""
        d = DOSSIER.c
        ours = case((d.status != DossierStatus.RETURNED.value, d.due_at))
        query = select(d.number, d.code, d.status, d.submitted_at, ours, _ANSWER_BY, d.held)
        query = query.where(d.lane == lane.value, _OPEN)
        if after is not None:
            query = query.where(d.submitted_at > after)
        if until is not None:
            query = query.where(d.submitted_at <= until)
        query = query.where(_shown(which, now, risk)).order_by(d.due_at.is_(None), d.due_at, d.id).limit(limit)
        return [OpenOne(number, code, DossierStatus(status), submitted, due, answer_by, bool(held))
                for number, code, status, submitted, due, answer_by, held in self._db.execute(query)]  # fmt: skip

    def queues(self, lane: Lane, now: datetime, night: datetime) -> list[Queue]:
        """The open steps of a lane but for those that wait for applicants, by step, team and status."""
        c = TASK.c
        sums = map(_count, (c.due_at <= now, and_(c.due_at > now, c.due_at < night)))
        query = select(c.step, c.team, c.status, func.count(), *sums, func.min(c.ready_at, type_=c.ready_at.type))
        query = query.where(c.lane == lane.value, _WAITS).group_by(c.step, c.team, c.status)
        found = [
            Queue(step, team, TaskStatus(status), *rest)
            for each in IN_WORK  # one status at a time is found by its index; all at once, by reading every task
            for step, team, status, *rest in self._db.execute(query.where(has_status(each)))
        ]
        return sorted(found, key=lambda each: (each.step, each.team or "", each.status))

    def queue(self, lane: Lane, step: str, limit: int) -> list[Queued]:
        """The open steps of one name, in lane order."""
        c = TASK.c
        columns = (DOSSIER.c.number, c.code, c.step, c.team, c.status, c.assignee, c.ready_at, c.due_at)
        query = select(*columns).join_from(TASK, DOSSIER, c.dossier_id == DOSSIER.c.id)
        query = query.where(c.lane == lane.value, c.step == step, _WAITS, has_status(*IN_WORK)).order_by(*LANE_ORDER)
        return [Queued(number, code, name, team, TaskStatus(status), *rest)
                for number, code, name, team, status, *rest in self._db.execute(query.limit(limit))]  # fmt: skip

    def unanswered(self, lane: Lane, limit: int) -> list[Unanswered]:
        """The notices of clocks that still run, since which no person has entered anything in the dossier's journal;
        the oldest first."""
        e, j = _ESCALATION.c, _JOURNAL.c
        acted = exists().where(j.dossier_id == e.dossier_id, j.at > e.at, j.actor.not_in((APPLICANT, ENGINE)))
        query = (
            ESCALATIONS.add_columns(TASK.c.assignee)
            .join(CLOCK, CLOCK.c.id == e.clock_id)
            .outerjoin(TASK, TASK.c.id == CLOCK.c.task_id)
            .where(e.lane == lane.value, CLOCK.c.stopped_at.is_(None), _OPEN, ~acted)
            .order_by(None)
            .order_by(e.at, e.id)
            .limit(limit)
        )
        return [Unanswered(escalation(row[:-1]), row[-1]) for row in self._db.execute(query)]


def _shown(which: Shown, now: datetime, risk: Mapping[str, datetime]) -> ColumnElement[bool]:
    d = DOSSIER.c
    ours = d.status != DossierStatus.RETURNED.value  # as `Dossier.is_overdue`: a returned one waits for its applicant
    match which:
        case Shown.AT_RISK:
            near = [and_(d.code == code, d.due_at <= at) for code, at in sorted(risk.items())]
            return and_(ours, d.due_at > now, or_(literal(False), *near))
        case Shown.OVERDUE:
            return and_(ours, d.due_at <= now)
        case Shown.RETURNED:
            return d.status == DossierStatus.RETURNED.value
        case Shown.ALL:
            return d.id > 0


def _count(holds: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((holds, 1), else_=0)), 0)
