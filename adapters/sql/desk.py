"""Numbers of the waiting room, and unfinished work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import ColumnElement, Connection, Row, bindparam, case, delete, exists, insert, select, update

from adapters.sql import tables as t
from adapters.sql.prepared import Prepared
from adapters.sql.upsert import upsert
from domain.dossier import TaskStatus
from domain.ticket import Ticket, TicketStatus
from lanes.records.unfinished import UnfinishedRecord

_TICKET, _UNFINISHED, _TASK = t.table(t.TicketRow), t.table(t.UnfinishedRow), t.table(t.TaskRow)
_WITH_DOSSIER = Prepared(select(_TICKET).where(_TICKET.c.dossier == bindparam("of")).order_by(_TICKET.c.id.desc()))
_PUT = upsert(_UNFINISHED, ("username", "version", "saved_at", "key_id", "cipher"), index=("task_id",))
_REMOVE = Prepared(delete(_UNFINISHED).where(_UNFINISHED.c.task_id == bindparam("of")))


class SqlTickets:
    """See `lanes.records.tickets.Tickets`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, ticket: Ticket) -> None:
        """Keep a new number."""
        self._db.execute(insert(_TICKET), _values(ticket))

    def save(self, ticket: Ticket) -> None:
        """Keep what became of one."""
        self._db.execute(update(_TICKET).where(_TICKET.c.id == ticket.id).values(_values(ticket)))

    def get(self, day: str, number: str, *, lock: bool = False) -> Ticket | None:
        """A number of a day."""
        return self._one(_TICKET.c.day == day, _TICKET.c.number == number, lock=lock)

    def first_waiting(self, day: str) -> Ticket | None:
        """The number that is called next, held until the transaction ends: two counters never call the same."""
        c = _TICKET.c
        waiting = select(_TICKET).where(c.day == day, c.status == TicketStatus.WAITING.value)
        in_order = waiting.order_by(case((c.first == "", 1), else_=0), c.id).limit(1)
        row = self._db.execute(in_order.with_for_update(skip_locked=True)).one_or_none()
        return None if row is None else _ticket(row)

    def held_by(self, day: str, username: str, *, lock: bool = False) -> Ticket | None:
        """The number that somebody has called to their counter."""
        c = _TICKET.c
        return self._one(c.day == day, c.called_by == username, c.status == TicketStatus.CALLED.value, lock=lock)

    def last_counter(self, day: str, username: str) -> int | None:
        """The counter to which somebody called last."""
        c = _TICKET.c
        query = select(c.counter).where(c.day == day, c.called_by == username).order_by(c.called_at.desc()).limit(1)
        return self._db.execute(query).scalar_one_or_none()

    def with_dossier(self, number: str) -> Ticket | None:
        """The number with which a dossier was handed in."""
        found = _WITH_DOSSIER.rows(self._db, {"of": number})
        names = [column.name for column in _TICKET.columns]
        return _from(dict(zip(names, found[0], strict=True))) if found else None

    def of_day(self, day: str) -> Sequence[Ticket]:
        """All of a day, in the order they were taken."""
        query = select(_TICKET).where(_TICKET.c.day == day).order_by(_TICKET.c.id)
        return [_ticket(row) for row in self._db.execute(query)]

    def forget_before(self, day: str) -> int:
        """Forget those of earlier days; gives how many."""
        return self._db.execute(delete(_TICKET).where(_TICKET.c.day < day)).rowcount

    def _one(self, *conditions: ColumnElement[bool], lock: bool) -> Ticket | None:
        query = select(_TICKET).where(*conditions).order_by(_TICKET.c.id).limit(1)
        row = self._db.execute(query.with_for_update() if lock else query).one_or_none()
        return None if row is None else _ticket(row)


def _values(ticket: Ticket) -> dict[str, object]:
    values = {**asdict(ticket), "status": ticket.status.value}
    del values["id"]
    return values


def _ticket(row: Row[tuple[object, ...]]) -> Ticket:
    return _from(dict(row._mapping))


def _from(values: dict[str, object]) -> Ticket:
    return Ticket(**{**values, "status": TicketStatus(str(values["status"]))})  # type: ignore[arg-type]


class SqlUnfinished:
    """See `lanes.records.unfinished.Unfinished`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def get(self, task_id: int) -> UnfinishedRecord | None:
        """What is kept of a task; None when nothing is."""
        row = self._db.execute(select(_UNFINISHED).where(_UNFINISHED.c.task_id == task_id)).one_or_none()
        return None if row is None else UnfinishedRecord(**row._mapping)

    def put(self, record: UnfinishedRecord) -> None:
        """Keep what is filled in by now."""
        self._db.execute(_PUT, asdict(record))

    def remove(self, task_id: int) -> None:
        """Forget it."""
        _REMOVE.run(self._db, {"of": task_id})

    def forget_let_go(self) -> int:
        """Forget what is kept of tasks that its writer does not hold any more; gives how many."""
        held = exists().where(
            _TASK.c.id == _UNFINISHED.c.task_id, _TASK.c.status == TaskStatus.CLAIMED.value,
            _TASK.c.assignee == _UNFINISHED.c.username, _TASK.c.claimed_at <= _UNFINISHED.c.saved_at,
        )  # fmt: skip
        return self._db.execute(delete(_UNFINISHED).where(~held)).rowcount
