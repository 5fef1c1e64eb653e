"""Rows as they are, whatever stands in them: what the audit reads (see `lanes.evidence`).

SQLite keeps a text where a number belongs, PostgreSQL a time beyond Python's; neither may end the audit. So the driver
gives every value raw, and each is turned into its column's type by itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import orjson
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    Select,
    Table,
    Text,
    cast,
    func,
    select,
    type_coerce,
)
from sqlalchemy.types import NullType

from adapters.sql import tables as t
from adapters.sql.types import Instant, Json, instant_of
from domain.proof import Row
from lanes.evidence import Record

_BATCH = 500
_DOSSIER, _JOURNAL = (t.table(model) for model in (t.DossierRow, t.JournalRow))
_OF_A_DOSSIER = {  # as `Record` calls them
    "journal": _JOURNAL, "tasks": t.table(t.TaskRow), "documents": t.table(t.DocumentRow),
    "pauses": t.table(t.PauseRow), "overtakings": t.table(t.OvertakingRow),
    "escalations": t.table(t.EscalationRow), "complaints": t.table(t.ComplaintRow),
    "clocks": t.table(t.ClockRow),
}  # fmt: skip
_OUTAGE, _OUTBOX = t.table(t.OutageRow), t.table(t.OutboxRow)
_REGISTER, _TICKET = t.table(t.RegisterRow), t.table(t.TicketRow)
_MOVE, _STOCK = t.table(t.StockMoveRow), t.table(t.StockRow)
_SEAL, _HEAD, _COUNTER = (t.table(model) for model in (t.SealRow, t.SealedHeadRow, t.CounterRow))

Reader = Callable[[Any], Any]  # raises ValueError, TypeError or OverflowError for what is none of its type


class SqlEvidence:
    """See `lanes.evidence.Evidence`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def dossiers(self) -> Iterator[Record]:
        """Every dossier, in order, a batch at a time."""
        last = 0
        while True:
            batch = self._rows(_DOSSIER, _raw(_DOSSIER, self._kind).where(_DOSSIER.c.id > last)
                               .order_by(_DOSSIER.c.id).limit(_BATCH))  # fmt: skip
            if not batch:
                return
            first, last = last, batch[-1].id
            yield from self._records(batch, first, last)

    def dossier(self, number: str) -> Record | None:
        """The dossier with this number; None when there is none."""
        found = self._rows(_DOSSIER, _raw(_DOSSIER, self._kind).where(_DOSSIER.c.number == number))
        return next(self._records(found, found[0].id - 1, found[0].id), None) if found else None

    def _records(self, dossiers: Sequence[Row], first: int, last: int) -> Iterator[Record]:
        kept = {name: self._by_dossier(table, first, last) for name, table in _OF_A_DOSSIER.items()}
        for dossier in dossiers:
            yield Record(dossier=dossier, **{name: rows.get(dossier.id, []) for name, rows in kept.items()})

    def heads(self, number: str) -> list[tuple[int, int, str]]:
        """The seals that cover a dossier, oldest first, each with the entry and hash with which its chain ended."""
        h = _HEAD.c
        query = select(h.seal_id, h.seq, h.hash).join_from(_SEAL, _HEAD, (h.seal_id == _SEAL.c.id))
        return [(row[0], row[1], row[2]) for row in
                self._db.execute(query.where(h.number == number).order_by(_SEAL.c.id))]  # fmt: skip

    def roots(self, root: str) -> bool:
        """Whether a seal has this root."""
        return self._db.execute(select(_SEAL.c.id).where(_SEAL.c.root == root).limit(1)).first() is not None

    def _by_dossier(self, table: Table, first: int, last: int) -> dict[int, list[Row]]:
        of = table.c.dossier_id
        kept: dict[int, list[Row]] = {}
        for row in self._rows(table, _raw(table, self._kind).where(of > first, of <= last).order_by(of, _key(table))):
            kept.setdefault(row.values["dossier_id"], []).append(row)
        return kept

    def journal(self, number: str) -> list[Row]:
        """The journal of the dossier with this number, in order; [] when there is none."""
        its = select(_DOSSIER.c.id).where(_DOSSIER.c.number == number).scalar_subquery()
        return self._rows(_JOURNAL, _raw(_JOURNAL, self._kind).where(_JOURNAL.c.dossier_id == its)
                          .order_by(_JOURNAL.c.seq))  # fmt: skip

    def strays(self) -> dict[str, int]:
        """How many rows of each table belong to no dossier; only the tables that have some."""
        found = {}
        for table in _OF_A_DOSSIER.values():
            its = select(_DOSSIER.c.id).where(_DOSSIER.c.id == table.c.dossier_id).exists()
            found[table.name] = self._db.execute(select(func.count()).select_from(table).where(~its)).scalar_one()
        return {name: count for name, count in found.items() if count}

    def seals(self) -> Iterator[tuple[Row, list[Row]]]:
        """Every seal, oldest first, with the heads it covers."""
        for seal in self._rows(_SEAL, _raw(_SEAL, self._kind).order_by(_SEAL.c.id)):
            yield seal, self._rows(_HEAD, _raw(_HEAD, self._kind).where(_HEAD.c.seal_id == seal.id))

    def outages(self) -> list[Row]:
        """Every outage."""
        return self._rows(_OUTAGE, _raw(_OUTAGE, self._kind).order_by(_OUTAGE.c.id))

    def messages(self, dossier_id: int | None = None) -> dict[int, Counter[str]]:
        """How many messages of each name there are to the applicant of each dossier, by its id; or of one dossier."""
        o = _OUTBOX.c
        query = select(o.dossier_id, o.message, func.count()).where(o.to_person.is_(None))
        query = query if dossier_id is None else query.where(o.dossier_id == dossier_id)
        found: dict[int, Counter[str]] = defaultdict(Counter)
        for dossier, name, count in self._any_text(query.group_by(o.dossier_id, o.message)):
            found[dossier or 0][name] = count
        return found

    def blanks(self, dossier_id: int | None = None) -> dict[int, Counter[tuple[str, str]]]:
        """How many movements of blanks of each item and kind there are, by the id of the dossier (0: of none); or of
        one dossier."""
        m = _MOVE.c
        query = select(m.dossier_id, m.item, m.kind, func.count()).group_by(m.dossier_id, m.item, m.kind)
        query = query if dossier_id is None else query.where(m.dossier_id == dossier_id)
        found: dict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
        for dossier, item, kind, count in self._any_text(query):
            found[dossier or 0][item, kind] = count
        return found

    def available(self) -> dict[str, object]:
        """How many blanks of each item are available by all movements together."""
        used = _MOVE.c.kind == "consume"  # of those that were set aside before
        query = select(_MOVE.c.item, func.sum(_MOVE.c.count)).where(~used).group_by(_MOVE.c.item)
        return {row[0]: row[1] for row in self._any_text(query)}

    def tickets(self) -> list[Row]:
        """The numbers of the waiting room that are still kept."""
        return self._rows(_TICKET, _raw(_TICKET, self._kind).order_by(_TICKET.c.id))

    def stock(self) -> list[Row]:
        """How many blanks of each item there are."""
        return self._rows(_STOCK, _raw(_STOCK, self._kind).order_by(_STOCK.c.item))

    def counters(self) -> list[Row]:
        """The gapless sequences with the last number taken from each."""
        return self._rows(_COUNTER, _raw(_COUNTER, self._kind).order_by(_COUNTER.c.name))

    def register(self) -> list[Row]:
        """What was changed about people, in order."""
        return self._rows(_REGISTER, _raw(_REGISTER, self._kind).order_by(_REGISTER.c.seq))

    @property
    def _kind(self) -> str:
        return self._db.dialect.name

    def _rows(self, table: Table, query: Select[Any]) -> list[Row]:
        columns, key = _readers(table, self._kind), _key(table).name
        return [_row(table.name, key, columns, values) for values in self._any_text(query)]

    def _any_text(self, query: Select[Any]) -> Sequence[Any]:
        raw: Any = self._db.connection.dbapi_connection
        if self._kind == "sqlite":
            raw.text_factory = _text  # a text that is no UTF-8 would end the whole query
        try:
            return self._db.execute(query).all()
        finally:
            if self._kind == "sqlite":
                raw.text_factory = str


def _text(value: bytes) -> str:
    return value.decode(errors="replace")


def _key(table: Table) -> ColumnElement[Any]:
    """The column that names a row: its id, or its place in its dossier's journal."""
    return table.c.seq if table is _JOURNAL else next(iter(table.primary_key.columns))


@cache
def _raw(table: Table, kind: str) -> Select[Any]:
    """Every column of a table as the driver gives it: PostgreSQL's times as text, for it knows more than Python's."""
    as_text = kind == "postgresql"
    return select(
        *(
            cast(c, Text) if as_text and isinstance(c.type, Instant) else type_coerce(c, NullType()).label(c.name)
            for c in table.columns
        )
    )


@cache
def _readers(table: Table, kind: str) -> tuple[tuple[str, bool, str, Reader], ...]:
    """Of each column: its name, whether it may be empty, what it holds in words, and how a raw value is read."""
    return tuple((c.name, bool(c.nullable), *_reader(c.type, kind)) for c in table.columns)


def _reader(kind: object, database: str) -> tuple[str, Reader]:
    match kind:
        case Instant():
            return "time", _time_of_text if database == "postgresql" else _time_of_number
        case Json():
            return "JSON", _json
        case Integer():
            return "whole number", _whole
        case Boolean():
            return "yes or no", _yes_or_no
        case LargeBinary():
            return "bytes", bytes
        case _:
            return "text", _string


def _row(table: str, key: str, columns: Sequence[tuple[str, bool, str, Reader]], raw: Sequence[Any]) -> Row:
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for (name, nullable, holds, read), value in zip(columns, raw, strict=True):
        try:
            values[name] = None if value is None and nullable else read(value)
        except (TypeError, ValueError, OverflowError):
            wrong[name] = holds
    number = values.get(key)
    return Row(table=table, id=number if isinstance(number, int) else 0, values=values, unreadable=wrong)


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError
    return value


def _yes_or_no(value: Any) -> bool:
    if value not in (False, True):
        raise ValueError
    return bool(value)


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _json(value: Any) -> Any:
    read = orjson.loads(_string(value))
    if not isinstance(read, (dict, list)):
        raise TypeError
    return read


def _time_of_number(value: Any) -> datetime:
    return instant_of(_whole(value))


def _time_of_text(value: Any) -> datetime:
    return datetime.fromisoformat(_string(value)).astimezone(UTC)
