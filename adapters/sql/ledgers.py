"""Clocks and tasks in bulk. Instants leave the database as whole numbers, since half a million datetimes take seconds
to make and to take apart again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import BigInteger, ColumnElement, Connection, Select, Text, and_, cast, extract, func, or_, select
from sqlalchemy import type_coerce as as_type

from adapters.sql.rows import CLOCK, DOSSIER, TASK
from domain.calendar.plan import EPOCH, MICROSECOND, micros
from domain.clock import ClockKind
from domain.dossier import CLOSED, DossierStatus, TaskKind, TaskStatus
from domain.duration import Budget
from domain.foresight import OpenClock, OpenDossier
from domain.hindsight import Pauses, Ran
from domain.roles import Lane
from domain.staffing import TeamTask
from lanes.records.ledgers import StepKey, Whole

_UNPAUSED = '{"pauses":[],"start":"'
_ROWS = 10_000
_BEGINS = len(_UNPAUSED)
_UNREADABLE = (ValueError, KeyError, TypeError, OverflowError)
_HUMAN, _APPLICANT = TaskKind.HUMAN.value, TaskKind.APPLICANT.value


class SqlLedgers:
    """See `lanes.records.ledgers.Ledgers`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def open_dossiers(self, lane: Lane) -> list[OpenDossier]:
        """A lane's open dossiers, in the order of their ids."""
        d = DOSSIER.c
        answered = select(func.max(TASK.c.done_at)).where(TASK.c.dossier_id == d.id, TASK.c.kind == _APPLICANT)
        came_in = func.coalesce(answered.scalar_subquery(), d.submitted_at, type_=d.submitted_at.type)
        columns = (d.id, d.number, d.code, d.workflow_version, d.status, self._us(came_in), d.accepted_at,
                   self._us(d.due_at))  # fmt: skip
        return [
            OpenDossier(id=id_, number=number, code=code, workflow_version=version, status=DossierStatus(status),
                        promised_from=came_in, accepted=accepted is not None, due=due)
            for id_, number, code, version, status, came_in, accepted, due in self._rows(
                select(*columns).where(_is_open(lane)).order_by(d.id)
            )
        ]  # fmt: skip

    def open_clocks(self, lane: Lane, failed: dict[int, str]) -> list[OpenClock]:
        """The running and the held clocks of a lane's open dossiers, in the order of their ids. `failed` gets
        the dossiers of those that cannot be read, with what was wrong."""
        c, t = CLOCK.c, TASK.c
        columns = (c.dossier_id, c.kind, t.step, t.kind, t.team, as_type(c.ledger, Text), self._us(c.due_at), c.budget,
                   c.budget_s, c.working, c.rules)  # fmt: skip
        query = (
            select(*columns)
            .join_from(DOSSIER, CLOCK, c.dossier_id == DOSSIER.c.id)
            .outerjoin(TASK, t.id == c.task_id)
            .where(_is_open(lane), c.stopped_at.is_(None))
            .order_by(c.id)
        )
        found = []
        for dossier, kind, step, whose, team, ledger, due, budget, seconds, working, rules in self._rows(query):
            try:
                start, pauses = _read(ledger)
                given = Budget(budget, timedelta(seconds=seconds), bool(working))
                found.append(
                    OpenClock(dossier_id=dossier, kind=ClockKind(kind), step=step or "", human=whose == _HUMAN,
                              team=team, start=start, pauses=pauses, due=due, budget=given, rules=rules)
                )  # fmt: skip
            except _UNREADABLE as fault:
                failed[dossier] = type(fault).__name__
        return found

    def finished_dossiers(
        self, lane: Lane, codes: Collection[str], since: datetime, until: datetime, failed: dict[int, str]
    ) -> list[Whole]:
        """The finished dossiers of some types that were found complete. `failed` gets those whose ledger cannot be
        read, with what was wrong."""
        c, d = CLOCK.c, DOSSIER.c
        columns = (d.id, d.code, d.workflow_version, self._us(c.stopped_at), self._us(d.due_at), self._us(c.due_at),
                   as_type(c.ledger, Text))  # fmt: skip
        query = select(*columns).join_from(DOSSIER, CLOCK, c.dossier_id == d.id)
        query = query.where(_finished(lane, codes, since, until), c.kind == ClockKind.LIMIT.value)
        found = []
        for dossier, code, version, stop, due, limit_due, ledger in self._rows(query):
            if ran := _read_if_whole(ledger, dossier, failed):
                start, pauses = ran
                found.append(Whole(code, version, start, stop, due, limit_due, pauses))
        return found

    def finished_steps(
        self, lane: Lane, codes: Collection[str], since: datetime, until: datetime, failed: dict[int, str]
    ) -> Iterator[Ran[StepKey]]:
        """The steps that people did in the finished dossiers of some types. `failed` gets those whose ledger cannot
        be read, with what was wrong."""
        c, t = CLOCK.c, TASK.c
        columns = (
            DOSSIER.c.id,
            DOSSIER.c.code,
            t.team,
            t.step,
            self._us(c.stopped_at),
            self._us(c.due_at),
            as_type(c.ledger, Text),
        )
        query = (
            select(*columns)
            .join_from(DOSSIER, CLOCK, c.dossier_id == DOSSIER.c.id)
            .join(TASK, t.id == c.task_id)
            .where(_finished(lane, codes, since, until), t.kind == _HUMAN, t.outcome.is_not(None))
        )
        for dossier, code, team, step, stop, due, ledger in self._rows(query):
            if ran := _read_if_whole(ledger, dossier, failed):
                start, pauses = ran
                yield (code, team, step), start, stop, due, pauses

    def team_tasks(self, lane: Lane, team: str, since: datetime) -> Sequence[TeamTask]:
        """A team's tasks that became ready after an instant, or were not done by then; without those that were
        cancelled. In the order of their ids."""
        t = TASK.c
        columns = (t.id, t.step, t.priority, self._us(t.ready_at), self._us(t.due_at), self._us(t.claimed_at),
                   self._us(t.done_at), t.done_by)  # fmt: skip
        query = select(*columns).where(
            t.lane == lane.value, t.team == team, t.status != TaskStatus.CANCELLED.value,
            or_(t.ready_at > since, t.done_at.is_(None), t.done_at > since),
        )  # fmt: skip
        return [
            TeamTask(id=id_, step=step, priority=priority, ready=ready, due=due, claimed=claimed, done=done, by=by)
            for id_, step, priority, ready, due, claimed, done, by in self._rows(query.order_by(t.id))
        ]

    def _rows(self, query: Select[Any]) -> Iterator[Any]:
        """The driver's own rows, some at a time: none of these columns has anything to be converted."""
        result = self._db.execute(query)
        cursor: Any = result.cursor
        try:
            while rows := cursor.fetchmany(_ROWS):
                yield from rows
        finally:
            result.close()

    def _us(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """An instant as whole microseconds."""
        if self._db.dialect.name == "sqlite":
            return as_type(column, BigInteger)
        return cast(extract("epoch", column) * 1_000_000, BigInteger)


def _is_open(lane: Lane) -> ColumnElement[bool]:
    return and_(DOSSIER.c.lane == lane.value, DOSSIER.c.status.in_(sorted({*DossierStatus} - CLOSED)))


def _finished(lane: Lane, codes: Collection[str], since: datetime, until: datetime) -> ColumnElement[bool]:
    d = DOSSIER.c
    ended = [DossierStatus.ISSUED.value, DossierStatus.REJECTED.value]
    types = d.code.in_(sorted(codes))
    return and_(d.lane == lane.value, types, d.closed_at > since, d.closed_at <= until, d.status.in_(ended))


def _read(ledger: str) -> tuple[int, Pauses]:
    """A clock's start and pauses."""
    if ledger.startswith(_UNPAUSED):  # most of them: no need to take it apart, nor to call anything twice
        return (datetime.fromisoformat(ledger[_BEGINS:-2]) - EPOCH) // MICROSECOND, ()
    whole = orjson.loads(ledger)
    pauses = tuple((_instant(start), end and _instant(end)) for start, end, _ in whole["pauses"])
    return _instant(whole["start"]), pauses


def _read_if_whole(ledger: str, dossier: int, failed: dict[int, str]) -> tuple[int, Pauses] | None:
    """The same; None for one that cannot be read, whose dossier `failed` gets then, with what was wrong."""
    try:
        return _read(ledger)
    except _UNREADABLE as fault:
        failed[dossier] = type(fault).__name__
        return None


def _instant(text: str) -> int:
    return micros(datetime.fromisoformat(text))
