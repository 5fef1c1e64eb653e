"""Dossiers with their journal, personal data and papers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, insert, or_, select, update

from adapters.sql import tables as t
from adapters.sql.prepared import Prepared, new_values
from adapters.sql.readable import readable
from adapters.sql.rows import (
    CLOCK,
    DOSSIER,
    DOSSIER_COLUMNS,
    IS_CLOSED,
    NEW_DOSSIER,
    TASK,
    dossier,
    dossier_values,
)
from adapters.sql.upsert import upsert
from adapters.sql.webhooks import queue
from domain.dossier import Dossier, DossierStatus
from domain.errors import Conflict
from domain.journal import Entry, chain
from domain.roles import Lane
from lanes.store import Attachment, Event, Watched

_JOURNAL = t.table(t.JournalRow)
_PERSONAL = t.table(t.PersonalRow)
_INDEX = t.table(t.PersonalIndexRow)
_ATTACHMENT = t.table(t.AttachmentRow)
_COUNTER = t.table(t.CounterRow)
_VERSION = t.table(t.WorkflowVersionRow)

_BY_NUMBER = select(*DOSSIER_COLUMNS).where(DOSSIER.c.number == bindparam("of"))
_BY_ID = select(*DOSSIER_COLUMNS).where(DOSSIER.c.id == bindparam("of"))
_GET = {lock: Prepared(_BY_NUMBER.with_for_update() if lock else _BY_NUMBER) for lock in (True, False)}
_GET_BY_ID = {lock: Prepared(_BY_ID.with_for_update() if lock else _BY_ID) for lock in (True, False)}
_BY_KEY = Prepared(select(*DOSSIER_COLUMNS).where(DOSSIER.c.open_key == bindparam("of")))
_ADD = Prepared(insert(DOSSIER).returning(DOSSIER.c.id), columns=(*NEW_DOSSIER, "sealed_seq"))
_CHANGING = ("status", "facts", "district", "village", "priority", "accepted_at", "closed_at", "due_at", "held",
             "open_key", "journal_seq", "journal_head", "workflow_version")  # fmt: skip
_SAVE = Prepared(
    update(DOSSIER)
    .where(DOSSIER.c.id == bindparam("of"), DOSSIER.c.version == bindparam("was"))
    .values({**new_values(DOSSIER, _CHANGING), DOSSIER.c.version: DOSSIER.c.version + 1})
)
_NOTE = Prepared(
    update(DOSSIER)
    .where(DOSSIER.c.id == bindparam("of"), DOSSIER.c.version == bindparam("was"))
    .values(priority=bindparam("new_priority"), journal_seq=bindparam("new_seq"), journal_head=bindparam("new_head"),
            version=DOSSIER.c.version + 1)
)  # fmt: skip
_APPEND = Prepared(insert(_JOURNAL), columns=("dossier_id", "seq", "at", "actor", "event", "data", "hash"))
_ENTRIES = (
    select(_JOURNAL.c.seq, _JOURNAL.c.at, _JOURNAL.c.actor, _JOURNAL.c.event, _JOURNAL.c.data, _JOURNAL.c.hash)
    .where(_JOURNAL.c.dossier_id == bindparam("of"))
    .order_by(_JOURNAL.c.seq)
)
_TAKE = Prepared(
    upsert(_COUNTER, {"value": _COUNTER.c.value + 1}, index=("name",)).returning(_COUNTER.c.value),
    columns=("name", "value"),
)
_PUT_PERSONAL = Prepared(
    upsert(_PERSONAL, ("key_id", "cipher"), index=("dossier_id",)), columns=("dossier_id", "key_id", "cipher")
)
_GET_PERSONAL = Prepared(
    select(_PERSONAL.c.key_id, _PERSONAL.c.cipher).where(_PERSONAL.c.dossier_id == bindparam("of"))
)
_FIND_BY = Prepared(insert(_INDEX), columns=("kind", "token", "dossier_id"))


class SqlDossiers:
    """See `lanes.store.Dossiers`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def take_number(self, counter: str) -> int:
        """The next number of a gapless sequence, from 1."""
        ((value,),) = _TAKE.rows(self._db, {"name": counter, "value": 1})
        return int(value)

    def add(self, value: Dossier, events: Sequence[Event], *, at: datetime, actor: str) -> Dossier:
        """Insert a dossier with the first entries of its journal."""
        entries = chain(number=value.number, seq=0, head="", at=at, actor=actor, events=events)
        value = replace(value, journal_seq=len(entries), journal_head=entries[-1].hash)
        ((dossier_id,),) = _ADD.rows(self._db, {**dossier_values(value), "sealed_seq": 0})
        self._append([(dossier_id, entry) for entry in entries])
        return replace(value, id=dossier_id)

    def get(self, number: str, *, lock: bool = False) -> Dossier | None:
        """The dossier with this number; `lock` keeps others from changing it until the end."""
        row = _GET[lock].row(self._db, {"of": number})
        return None if row is None else dossier(row)

    def by_id(self, dossier_id: int, *, lock: bool = False) -> Dossier:
        """The dossier with this id, which must exist."""
        (row,) = _GET_BY_ID[lock].rows(self._db, {"of": dossier_id})
        return dossier(row)

    def numbers(self, dossier_ids: Collection[int]) -> Mapping[int, str]:
        """The numbers of dossiers by id."""
        query = select(DOSSIER.c.id, DOSSIER.c.number).where(DOSSIER.c.id.in_(sorted(dossier_ids)))
        return {row.id: row.number for row in self._db.execute(query)}

    def number_of(
        self, *, dossier_id: int | None = None, clock_id: int | None = None, task_id: int | None = None
    ) -> str | None:
        """The number of a dossier by its id or that of a clock or task of it, whatever is broken about it."""
        query = select(DOSSIER.c.number)
        if clock_id is not None:
            query = query.join(CLOCK, CLOCK.c.dossier_id == DOSSIER.c.id).where(CLOCK.c.id == clock_id)
        elif task_id is not None:
            query = query.join(TASK, TASK.c.dossier_id == DOSSIER.c.id).where(TASK.c.id == task_id)
        else:
            query = query.where(DOSSIER.c.id == dossier_id)
        return self._db.execute(query).scalar_one_or_none()

    def with_open_key(self, open_key: str) -> Dossier | None:
        """The open dossier for the same person and document type."""
        row = _BY_KEY.row(self._db, {"of": open_key})
        return None if row is None else dossier(row)

    def save(self, value: Dossier, events: Sequence[Event], *, at: datetime, actor: str) -> Dossier:
        """Write a changed dossier and append its events. Raises Conflict when somebody was faster."""
        entries = chain(
            number=value.number, seq=value.journal_seq, head=value.journal_head, at=at, actor=actor, events=events
        )
        seq, head = (entries[-1].seq, entries[-1].hash) if entries else (value.journal_seq, value.journal_head)
        changes = {f"new_{name}": getattr(value, name) for name in _CHANGING}
        changes |= {"of": value.id, "was": value.version, "new_journal_seq": seq, "new_journal_head": head}
        if _SAVE.run(self._db, changes) != 1:
            raise Conflict("dossier_changed", f"Dossier {value.number} was changed by somebody else just now.")
        self._append([(value.id, entry) for entry in entries])
        return replace(value, version=value.version + 1, journal_seq=seq, journal_head=head)

    def note(self, noted: Sequence[tuple[Watched, int, Sequence[Event]]], *, at: datetime, actor: str) -> None:
        """Append events to several dossiers and write their new priority, and nothing else of them, in two statements.
        Raises Conflict when somebody was faster."""
        changes, entries = [], []
        for value, priority, events in noted:
            new = chain(
                number=value.number, seq=value.journal_seq, head=value.journal_head, at=at, actor=actor, events=events
            )
            entries += [(value.id, entry) for entry in new]
            changes.append({"of": value.id, "was": value.version, "new_priority": priority,
                            "new_seq": new[-1].seq, "new_head": new[-1].hash})  # fmt: skip
        if changes and _NOTE.run_many(self._db, changes) != len(changes):
            raise Conflict("dossier_changed", "A dossier was changed by somebody else just now.")
        self._append(entries)

    def _append(self, entries: Sequence[tuple[int, Entry]]) -> None:
        if entries:
            _APPEND.run_many(
                self._db,
                [
                    {"dossier_id": dossier_id, "seq": e.seq, "at": e.at, "actor": e.actor, "event": e.event,
                     "data": e.data, "hash": e.hash}
                    for dossier_id, e in entries
                ],
            )  # fmt: skip
            queue(self._db, entries)

    def journal(self, dossier_id: int) -> list[Entry]:
        """The dossier's history, oldest first."""
        return [_entry(row) for row in self._db.execute(_ENTRIES, {"of": dossier_id})]

    def put_personal(self, dossier_id: int, key_id: str, cipher: bytes) -> None:
        """Keep (or replace) the encrypted personal data."""
        _PUT_PERSONAL.run(self._db, {"dossier_id": dossier_id, "key_id": key_id, "cipher": cipher})

    def personal(self, dossier_id: int) -> tuple[str, bytes]:
        """The key's id and the ciphertext."""
        ((key_id, cipher),) = _GET_PERSONAL.rows(self._db, {"of": dossier_id})
        return key_id, bytes(cipher)

    def index(self, dossier_id: int, tokens: Iterable[tuple[str, str]]) -> None:
        """Make the dossier findable by these (kind, token) pairs."""
        rows = [{"kind": kind, "token": token, "dossier_id": dossier_id} for kind, token in sorted(set(tokens))]
        if rows:
            _FIND_BY.run_many(self._db, rows)

    def reindex(self, dossier_id: int, tokens: Iterable[tuple[str, str]]) -> None:
        """Make the dossier findable by these pairs only."""
        self._db.execute(delete(_INDEX).where(_INDEX.c.dossier_id == dossier_id))
        self.index(dossier_id, tokens)

    def find(self, tokens: Collection[tuple[str, str]], *, lanes: Collection[Lane], limit: int = 100) -> list[Dossier]:
        """The dossiers of these lanes that have all the tokens, newest first."""
        query = select(*DOSSIER_COLUMNS).where(DOSSIER.c.lane.in_([lane.value for lane in lanes]))
        for kind, token in tokens:
            having = select(_INDEX.c.dossier_id).where(_INDEX.c.kind == kind, _INDEX.c.token == token)
            query = query.where(DOSSIER.c.id.in_(having))
        return readable(self._db, query.order_by(DOSSIER.c.id.desc()), DOSSIER.c.id, dossier, limit=limit)

    def attach(self, dossier_id: int, papers: Sequence[Attachment]) -> None:
        """Add papers handed in."""
        if papers:
            names = ("requirement", "shown", "media_type", "size", "sha256", "file", "at")
            rows = [{"dossier_id": dossier_id, **{name: getattr(p, name) for name in names}} for p in papers]
            self._db.execute(insert(_ATTACHMENT), rows)

    def attachments(self, dossier_id: int) -> list[Attachment]:
        """The papers handed in, in order."""
        a = _ATTACHMENT.c
        query = select(a.requirement, a.shown, a.media_type, a.size, a.sha256, a.file, a.at)
        return [
            Attachment(**row._mapping)
            for row in self._db.execute(query.where(a.dossier_id == dossier_id).order_by(a.id))
        ]

    def keep_version(self, version: str, code: str, body: str, at: datetime) -> None:
        """Keep what a workflow says, so that dossiers begun under it can go on under it."""
        statement = upsert(_VERSION, None, index=("version",))
        self._db.execute(statement, {"version": version, "code": code, "body": body, "first_used_at": at})

    def version(self, version: str) -> str | None:
        """The workflow of that version as JSON."""
        return self._db.execute(select(_VERSION.c.body).where(_VERSION.c.version == version)).scalar_one_or_none()

    def listing(
        self, *, lane: Lane | None, open_only: bool, overdue_at: datetime | None = None,
        after: tuple[datetime, int] | None = None, limit: int = 100,
    ) -> list[Dossier]:  # fmt: skip
        """Dossiers, the earliest due first; those `after` a due time and an id."""
        query = select(*DOSSIER_COLUMNS)
        if lane is not None:
            query = query.where(DOSSIER.c.lane == lane.value)
        if open_only or overdue_at is not None:
            query = query.where(~IS_CLOSED)
        if overdue_at is not None:  # as `Dossier.is_overdue`, by the index
            query = query.where(DOSSIER.c.due_at <= overdue_at, DOSSIER.c.status != DossierStatus.RETURNED.value)
        if after is not None:
            due, last = after
            query = query.where(or_(DOSSIER.c.due_at > due, and_(DOSSIER.c.due_at == due, DOSSIER.c.id > last)))
        query = query.order_by(DOSSIER.c.due_at.nulls_last(), DOSSIER.c.id)
        return readable(self._db, query, DOSSIER.c.id, dossier, limit=limit)

    def page(self, lane: Lane, statuses: Collection[DossierStatus], *, after: int, limit: int) -> list[Dossier]:
        """Dossiers of a lane with one of these statuses, in the order in which they came in, those `after` an id.

        One status at a time is read in order from its index; several at once would be sorted.
        """
        asked = select(*DOSSIER_COLUMNS).where(DOSSIER.c.lane == lane.value, DOSSIER.c.id > after)
        asked = asked.order_by(DOSSIER.c.id)
        found = [
            each
            for status in sorted(set(statuses))
            for each in readable(
                self._db, asked.where(DOSSIER.c.status == status.value), DOSSIER.c.id, dossier, limit=limit
            )
        ]
        return sorted(found, key=lambda each: each.id)[:limit]

    def everything(
        self, events: Collection[str] | None = None, *, since: datetime | None = None
    ) -> Iterator[tuple[Dossier, list[Entry]]]:
        """Every dossier that is open or closed after `since` (None: every one) with its journal, or with its entries of
        these `events`; in order, a batch at a time."""
        asked = select(*DOSSIER_COLUMNS).order_by(DOSSIER.c.id)
        entries = select(_JOURNAL.c.dossier_id, *_ENTRIES.selected_columns)
        if since is not None:
            recent = or_(DOSSIER.c.closed_at.is_(None), DOSSIER.c.closed_at > since)
            asked = asked.where(recent)
            entries = entries.join(DOSSIER, DOSSIER.c.id == _JOURNAL.c.dossier_id).where(recent)
        if events is not None:
            entries = entries.where(_JOURNAL.c.event.in_(sorted(events)))
        last = 0
        while True:
            batch = readable(self._db, asked.where(DOSSIER.c.id > last), DOSSIER.c.id, dossier, limit=500)
            if not batch:
                return
            journals: dict[int, list[Entry]] = {}
            for row in self._db.execute(
                entries.where(and_(_JOURNAL.c.dossier_id > last, _JOURNAL.c.dossier_id <= batch[-1].id)).order_by(
                    _JOURNAL.c.dossier_id, _JOURNAL.c.seq
                )
            ):
                journals.setdefault(row[0], []).append(_entry(row[1:]))
            last = batch[-1].id
            for value in batch:
                yield value, journals.get(value.id, [])


def _entry(row: Sequence[object]) -> Entry:
    seq, at, actor, event, data, digest = row
    return Entry(seq=seq, at=at, actor=actor, event=event, data=data, hash=digest)  # type: ignore[arg-type]
