"""Messages waiting to be sent, documents, and card blanks: what leaves the office."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, text, update

from adapters.sql import tables as t
from adapters.sql.prepared import Prepared
from adapters.sql.upsert import upsert
from domain.roles import Lane
from lanes.store import Document, Message

_OUTBOX = t.table(t.OutboxRow)
_UNSENT = text("status IN ('queued', 'sending')")  # in the very words of the partial index
_PUT = Prepared(
    upsert(_OUTBOX, None, index=("key",)), columns=[column.name for column in _OUTBOX.columns if column.name != "id"]
)
_DOCUMENT = t.table(t.DocumentRow)
_STOCK = t.table(t.StockRow)
_MOVE = t.table(t.StockMoveRow)


def _without_id(value: Any) -> dict[str, Any]:
    values = asdict(value)
    del values["id"]
    return values


class SqlOutbox:
    """See `lanes.store.Outbox`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def put(self, messages: Sequence[Message]) -> None:
        """Queue messages; a key that was queued before is left alone."""
        if messages:
            _PUT.run_many(self._db, [_without_id(message) for message in messages])

    def claim(self, lane: Lane, *, now: datetime, until: datetime, limit: int) -> list[Message]:
        """Take messages that are to be sent now. What was taken before and never finished comes as `sending`."""
        o = _OUTBOX.c
        query = (
            select(_OUTBOX)
            .where(o.lane == lane.value, _UNSENT, o.next_at <= now)
            .order_by(o.next_at, o.id)
            .limit(limit)
        )
        taken = [_message(row) for row in self._db.execute(query.with_for_update(skip_locked=True))]
        if taken:
            self._db.execute(
                update(_OUTBOX)
                .where(o.id.in_([message.id for message in taken]))
                .values(status="sending", next_at=until, attempts=o.attempts + 1)
            )
        return [replace(message, attempts=message.attempts + 1) for message in taken]

    def any_due(self, lane: Lane, now: datetime) -> bool:
        """Whether `claim` would find something: a look that takes no lock."""
        o = _OUTBOX.c
        query = select(o.id).where(o.lane == lane.value, _UNSENT, o.next_at <= now)
        return self._db.execute(query.limit(1)).first() is not None

    def save(self, message: Message) -> None:
        """Write what became of a message."""
        self._db.execute(
            update(_OUTBOX)
            .where(_OUTBOX.c.id == message.id)
            .values(status=message.status, attempts=message.attempts, next_at=message.next_at, sent_at=message.sent_at,
                    error=message.error)
        )  # fmt: skip

    def get(self, message_id: int, *, lock: bool = False) -> Message | None:
        """A message, if there is one."""
        query = select(_OUTBOX).where(_OUTBOX.c.id == message_id)
        row = self._db.execute(query.with_for_update() if lock else query).one_or_none()
        return None if row is None else _message(row)

    def told(self, dossier_ids: Collection[int], since: datetime, messages: Collection[str]) -> set[int]:
        """Which of these dossiers' applicants were sent, or will be, one of these messages since then."""
        o = _OUTBOX.c
        query = select(o.dossier_id).where(o.dossier_id.in_(sorted(dossier_ids)), o.to_person.is_(None))
        query = query.where(o.queued_at >= since, o.message.in_(sorted(messages)))
        return set(self._db.execute(query).scalars())

    def listing(self, *, status: str | None = None, limit: int = 100) -> list[Message]:
        """The newest messages first."""
        query = select(_OUTBOX) if status is None else select(_OUTBOX).where(_OUTBOX.c.status == status)
        return [_message(row) for row in self._db.execute(query.order_by(_OUTBOX.c.id.desc()).limit(limit))]

    def of_dossier(self, dossier_id: int) -> list[Message]:
        """The messages to a dossier's applicant, oldest first."""
        o = _OUTBOX.c
        query = select(_OUTBOX).where(o.dossier_id == dossier_id, o.to_person.is_(None)).order_by(o.id)
        return [_message(row) for row in self._db.execute(query)]

    def counts(self) -> dict[str, int]:
        """How many messages there are of each status."""
        query = select(_OUTBOX.c.status, func.count()).group_by(_OUTBOX.c.status)
        return {str(row[0]): int(row[1]) for row in self._db.execute(query)}


def _message(row: Any) -> Message:
    return Message(**{**row._mapping, "lane": Lane(row.lane)})


class SqlDocuments:
    """See `lanes.store.Documents`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def with_key(self, key: str) -> Document | None:
        """The document that this task began, if it did."""
        row = self._db.execute(select(_DOCUMENT).where(_DOCUMENT.c.key == key)).one_or_none()
        return None if row is None else Document(**row._mapping)

    def add(self, document: Document) -> Document:
        """Keep a document that took its number."""
        query = insert(_DOCUMENT).returning(_DOCUMENT.c.id)
        return replace(document, id=self._db.execute(query, _without_id(document)).scalar_one())

    def save(self, document: Document) -> None:
        """Write what became of a document: made, sealed."""
        self._db.execute(update(_DOCUMENT).where(_DOCUMENT.c.id == document.id).values(_without_id(document)))

    def of(self, dossier_id: int) -> list[Document]:
        """A dossier's documents, oldest first."""
        query = select(_DOCUMENT).where(_DOCUMENT.c.dossier_id == dossier_id).order_by(_DOCUMENT.c.id)
        return [Document(**row._mapping) for row in self._db.execute(query)]

    def with_token(self, token: str) -> Document | None:
        """The document a QR leads to."""
        row = self._db.execute(select(_DOCUMENT).where(_DOCUMENT.c.token == token)).one_or_none()
        return None if row is None else Document(**row._mapping)

    def about(self, about: str) -> list[Document]:
        """The documents about the same deed or family card, oldest first."""
        query = select(_DOCUMENT).where(_DOCUMENT.c.about == about).order_by(_DOCUMENT.c.id)
        return [Document(**row._mapping) for row in self._db.execute(query)]


class SqlStock:
    """See `lanes.store.Stock`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def levels(self) -> dict[str, tuple[int, int]]:
        """Per item: how many are available, how many reserved."""
        query = select(_STOCK.c.item, _STOCK.c.available, _STOCK.c.reserved).order_by(_STOCK.c.item)
        return {item: (available, reserved) for item, available, reserved in self._db.execute(query)}

    def open_item(self, item: str, available: int) -> None:
        """Begin to keep an item; one that is kept already is left alone."""
        statement = upsert(_STOCK, None, index=("item",))
        self._db.execute(statement, {"item": item, "available": available, "reserved": 0})

    def moved(self, key: str) -> bool:
        """Whether this movement happened."""
        return self._db.execute(select(_MOVE.c.key).where(_MOVE.c.key == key)).one_or_none() is not None

    def move(
        self, *, key: str, item: str, kind: str, available: int, reserved: int, dossier_id: int | None,
        at: datetime, actor: str,
    ) -> bool:  # fmt: skip
        """Change the level by these (signed) counts, once per key. False when there are not that many."""
        s = _STOCK.c
        changed = self._db.execute(
            update(_STOCK)
            .where(s.item == item, s.available + available >= 0, s.reserved + reserved >= 0)
            .values(available=s.available + available, reserved=s.reserved + reserved)
        )
        if changed.rowcount != 1:
            return False
        self._db.execute(
            insert(_MOVE),
            {"key": key, "item": item, "kind": kind, "count": available or reserved, "dossier_id": dossier_id,
             "at": at, "actor": actor},
        )  # fmt: skip
        return True

    def held(self, dossier_id: int) -> dict[str, int]:
        """Per item, how many blanks are reserved for a dossier and neither used nor given back."""
        m = _MOVE.c
        query = select(m.item, m.kind, func.count()).where(m.dossier_id == dossier_id).group_by(m.item, m.kind)
        held: dict[str, int] = {}
        for item, kind, count in self._db.execute(query):
            held[item] = held.get(item, 0) + (count if kind == "reserve" else -count)
        return {item: count for item, count in held.items() if count > 0}
