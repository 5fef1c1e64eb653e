"""Complaints, and drafts of applications."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, Row, delete, insert, select, update

from adapters.sql import tables as t
from adapters.sql.upsert import upsert
from domain.complaint import Topic
from domain.roles import Lane
from lanes.records.complaints import ComplaintRecord
from lanes.records.drafts import DraftRecord

_COMPLAINT, _DRAFT = t.table(t.ComplaintRow), t.table(t.DraftRow)
_PUT_DRAFT = upsert(_DRAFT, ("changed_at", "files", "key_id", "cipher"), index=("key",))


class SqlComplaints:
    """See `lanes.records.complaints.Complaints`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, complaint: ComplaintRecord) -> None:
        """Keep a new complaint."""
        self._db.execute(insert(_COMPLAINT), _values(complaint))

    def save(self, complaint: ComplaintRecord) -> None:
        """Keep what became of one."""
        self._db.execute(update(_COMPLAINT).where(_COMPLAINT.c.id == complaint.id).values(_values(complaint)))

    def get(self, number: str, *, lock: bool = False) -> ComplaintRecord | None:
        """The complaint with a number."""
        query = select(_COMPLAINT).where(_COMPLAINT.c.number == number)
        row = self._db.execute(query.with_for_update() if lock else query).one_or_none()
        return None if row is None else _complaint(row)

    def of(self, dossier_id: int) -> Sequence[ComplaintRecord]:
        """The complaints about a dossier, oldest first."""
        query = select(_COMPLAINT).where(_COMPLAINT.c.dossier_id == dossier_id).order_by(_COMPLAINT.c.id)
        return [_complaint(row) for row in self._db.execute(query)]

    def listing(self, lane: Lane, *, open_only: bool) -> Sequence[ComplaintRecord]:
        """A lane's complaints, oldest first."""
        query = select(_COMPLAINT).where(_COMPLAINT.c.lane == lane.value)
        if open_only:
            query = query.where(_COMPLAINT.c.decided_at.is_(None))
        return [_complaint(row) for row in self._db.execute(query.order_by(_COMPLAINT.c.id))]

    def to_remind(self, lane: Lane, now: datetime, limit: int) -> Sequence[ComplaintRecord]:
        """The complaints of which the office has to be reminded now."""
        c = _COMPLAINT.c
        query = select(_COMPLAINT).where(c.lane == lane.value, c.remind_at <= now).order_by(c.remind_at).limit(limit)
        return [_complaint(row) for row in self._db.execute(query)]


def _values(complaint: ComplaintRecord) -> dict[str, object]:
    values = {**asdict(complaint), "lane": complaint.lane.value, "topic": complaint.topic.value}
    del values["id"]
    return values


def _complaint(row: Row[tuple[object, ...]]) -> ComplaintRecord:
    return ComplaintRecord(**{**row._mapping, "lane": Lane(row.lane), "topic": Topic(row.topic)})


class SqlDrafts:
    """See `lanes.records.drafts.Drafts`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def get(self, key: str, *, lock: bool = False) -> DraftRecord | None:
        """A draft; None when there is none, or no longer."""
        query = select(_DRAFT).where(_DRAFT.c.key == key)
        row = self._db.execute(query.with_for_update() if lock else query).one_or_none()
        return None if row is None else DraftRecord(**row._mapping)

    def put(self, draft: DraftRecord) -> None:
        """Keep a draft, or what it says now."""
        self._db.execute(_PUT_DRAFT, {**asdict(draft), "files": list(draft.files)})

    def remove(self, key: str) -> None:
        """Forget a draft."""
        self._db.execute(delete(_DRAFT).where(_DRAFT.c.key == key))

    def everything(self) -> Iterator[DraftRecord]:
        """Every draft: nothing of what is in them is indexed, and there are few at any time."""
        for row in self._db.execute(select(_DRAFT).order_by(_DRAFT.c.changed_at).execution_options(yield_per=200)):
            yield DraftRecord(**row._mapping)

    def left_before(self, before: datetime, limit: int) -> Sequence[DraftRecord]:
        """Drafts that nobody has changed since, the oldest first."""
        query = select(_DRAFT).where(_DRAFT.c.changed_at < before).order_by(_DRAFT.c.changed_at).limit(limit)
        return [DraftRecord(**row._mapping) for row in self._db.execute(query)]
