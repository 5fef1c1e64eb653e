"""Figures of finished work, read by the index on when dossiers closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, DateTime, and_, exists, extract, func, select, type_coerce

from adapters.sql import tables as t
from adapters.sql.rows import DONE_BY_OFFICE, DOSSIER, TASK
from domain.dossier import DossierStatus, TaskKind
from domain.roles import Lane
from lanes.records.figures import Finished, Work

_OVERTAKING = t.table(t.OvertakingRow)


class SqlFigures:
    """See `lanes.records.figures.Figures`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def finished(self, since: datetime, until: datetime) -> Sequence[Finished]:
        """The dossiers issued after `since` and up to `until`, in the order of their ids."""
        d = DOSSIER.c
        return [
            each
            for lane in Lane
            for each in self._measured(
                and_(d.lane == lane.value, d.closed_at > since, d.closed_at <= until,
                     d.status == DossierStatus.ISSUED.value)
            )
        ]  # fmt: skip

    def standing(self, at: datetime, most: int) -> Sequence[Finished]:
        """The open dossiers that are overdue at an instant and do not wait for their applicant, as if they were issued
        then; of each lane `most`, those overdue longest."""
        d = DOSSIER.c
        found: list[Finished] = []
        for lane in Lane:
            overdue = [
                select(d.id, d.due_at).where(d.lane == lane.value, d.status == status.value, d.due_at <= at)
                .order_by(d.due_at).limit(most)
                for status in (DossierStatus.SUBMITTED, DossierStatus.IN_PROCESS)
            ]  # fmt: skip
            first = sorted((due, dossier) for query in overdue for dossier, due in self._db.execute(query))[:most]
            found += self._measured(d.id.in_([dossier for _due, dossier in first]), until=at)
        return found

    def _measured(self, inside: ColumnElement[bool], until: datetime | None = None) -> list[Finished]:
        """Those of a condition, in the order of their ids, up to when they closed or `until`."""
        d = DOSSIER.c
        taken = self._spent(inside)
        out_of_turn = select(_OVERTAKING.c.dossier_id).join(DOSSIER, d.id == _OVERTAKING.c.dossier_id).where(inside)
        picked = set(self._db.execute(out_of_turn).scalars())
        columns = (d.id, d.lane, d.code, d.submitted_at, d.closed_at, d.due_at)
        return [
            Finished(
                lane=Lane(row.lane), code=row.code, submitted_at=row.submitted_at, closed_at=until or row.closed_at,
                due_at=row.due_at, worked=taken[TaskKind.HUMAN, row.id],
                answering=taken[TaskKind.APPLICANT, row.id], taken_out_of_turn=row.id in picked,
            )
            for row in self._db.execute(select(*columns).where(inside).order_by(d.id))
        ]  # fmt: skip

    def _spent(self, inside: ColumnElement[bool]) -> dict[tuple[str, int], list[tuple[datetime, datetime]]]:
        """For people's and the applicant's tasks of these dossiers, by kind and dossier, when they were in hand."""
        columns = (TASK.c.kind, TASK.c.dossier_id, TASK.c.ready_at, TASK.c.claimed_at, TASK.c.done_at)
        query = select(*columns).join(DOSSIER, DOSSIER.c.id == TASK.c.dossier_id).where(inside, _DONE)
        spent: dict[tuple[str, int], list[tuple[datetime, datetime]]] = defaultdict(list)
        for kind, dossier, ready, claimed, done in self._db.execute(query):
            begun = ready if kind == TaskKind.APPLICANT else claimed
            if begun is not None and done is not None:
                spent[kind, dossier].append((begun, done))
        return spent

    def arrivals(self, since: datetime, until: datetime) -> Mapping[tuple[Lane, str], int]:
        """How many dossiers came in after `since` and up to `until`, by lane and district."""
        d = DOSSIER.c
        query = select(d.lane, d.district, func.count()).where(d.submitted_at > since, d.submitted_at <= until)
        return {
            (Lane(lane), district): count
            for lane, district, count in self._db.execute(query.group_by(d.lane, d.district))
        }

    def passages(self, lane: Lane, code: str, step: str, limit: int) -> Sequence[tuple[datetime, datetime]]:
        """Of the dossiers of a type that were issued last after passing a step: when it first opened, and the end."""
        d = DOSSIER.c
        passed = exists().where(TASK.c.dossier_id == d.id, TASK.c.step == step, DONE_BY_OFFICE)
        last = (
            select(d.id, d.closed_at)
            .where(d.lane == lane.value, d.code == code, d.closed_at.is_not(None), passed)
            .where(d.status == DossierStatus.ISSUED.value)
            .order_by(d.closed_at.desc())
            .limit(limit)
            .subquery()
        )
        query = (
            select(func.min(TASK.c.ready_at), last.c.closed_at)
            .join_from(last, TASK, TASK.c.dossier_id == last.c.id)
            .where(TASK.c.step == step, DONE_BY_OFFICE)
            .group_by(last.c.id, last.c.closed_at)
        )
        return [(opened, closed) for opened, closed in self._db.execute(query)]

    def worked(self, since: datetime, until: datetime) -> dict[Lane, timedelta]:
        """For each lane, how much time its people had tasks in hand that they completed in this time."""
        query = select(TASK.c.lane, _span(self._db, TASK.c.claimed_at, TASK.c.done_at))
        query = query.where(_ended(since, until)).group_by(TASK.c.lane)
        found = {Lane(lane): timedelta(microseconds=int(span or 0)) for lane, span in self._db.execute(query)}
        return {lane: found.get(lane, timedelta()) for lane in Lane}

    def work_of(self, username: str, lane: Lane, since: datetime, until: datetime) -> Work:
        """What one person completed in one lane in this time."""
        span = _span(self._db, TASK.c.claimed_at, TASK.c.done_at)
        query = select(func.count(), func.count(TASK.c.dossier_id.distinct()), span)
        theirs = and_(TASK.c.lane == lane.value, TASK.c.done_by == username)
        tasks, dossiers, worked = self._db.execute(query.where(theirs, _ended(since, until))).one()
        return Work(tasks=tasks, dossiers=dossiers, worked=timedelta(microseconds=int(worked or 0)))


def _ended(since: datetime, until: datetime) -> ColumnElement[bool]:
    """Whether a person completed a task in this time."""
    return and_(TASK.c.done_at > since, TASK.c.done_at <= until, TASK.c.kind == TaskKind.HUMAN.value,
                TASK.c.outcome.is_not(None))  # fmt: skip


def _span(db: Connection, since: ColumnElement[Any], until: ColumnElement[Any]) -> ColumnElement[Any]:
    """The sum of all times between two columns, in microseconds."""
    if db.dialect.name == "sqlite":  # which keeps instants as microseconds
        return func.sum(type_coerce(until, BigInteger) - type_coerce(since, BigInteger))
    return func.sum(extract("epoch", type_coerce(until, DateTime) - type_coerce(since, DateTime))) * 1_000_000


_DONE = and_(TASK.c.outcome.is_not(None), TASK.c.kind.in_([TaskKind.HUMAN.value, TaskKind.APPLICANT.value]))
