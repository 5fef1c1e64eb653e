"""Requests of people about their data, the record of processing, and data that no other repository finds or forgets."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import Connection, Row, delete, exists, func, insert, or_, select, update

from adapters.history.tables import CASES, EVENTS
from adapters.sql import tables as t
from adapters.sql.upsert import upsert
from domain.person_request import IdentityCheck, RequestEnd, RequestKind
from lanes.records.person_requests import Act, RequestRecord

_REQUEST, _ACT, _DOOMED = t.table(t.PersonRequestRow), t.table(t.ProcessingRow), t.table(t.DoomedFileRow)
_PAPER, _OVERTAKING, _OUTBOX = t.table(t.AttachmentRow), t.table(t.OvertakingRow), t.table(t.OutboxRow)
_UNFINISHED, _TASK = t.table(t.UnfinishedRow), t.table(t.TaskRow)
_UNSENT = ("queued", "sending")
_DOOM = upsert(_DOOMED, None, index=("path",))


class SqlPersonRequests:
    """See `lanes.records.person_requests.PersonRequests`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, request: RequestRecord) -> RequestRecord:
        """Keep a new request."""
        query = insert(_REQUEST).returning(_REQUEST.c.id)
        return replace(request, id=self._db.execute(query, _values(request)).scalar_one())

    def save(self, request: RequestRecord) -> None:
        """Keep what became of one."""
        self._db.execute(update(_REQUEST).where(_REQUEST.c.id == request.id).values(_values(request)))

    def get(self, number: str, *, lock: bool = False) -> RequestRecord | None:
        """The request with a number."""
        query = select(_REQUEST).where(_REQUEST.c.number == number)
        row = self._db.execute(query.with_for_update() if lock else query).one_or_none()
        return None if row is None else _request(row)

    def by_id(self, request_id: int) -> RequestRecord:
        """The request with an id, which must exist."""
        return _request(self._db.execute(select(_REQUEST).where(_REQUEST.c.id == request_id)).one())

    def listing(self, *, open_only: bool, limit: int) -> Sequence[RequestRecord]:
        """The open ones, the first to be answered first; or the newest of all."""
        query = select(_REQUEST).limit(limit)
        if open_only:
            query = query.where(_REQUEST.c.ended_at.is_(None)).order_by(_REQUEST.c.received_at, _REQUEST.c.id)
        else:
            query = query.order_by(_REQUEST.c.id.desc())
        return [_request(row) for row in self._db.execute(query)]

    def to_remind(self, now: datetime, limit: int) -> Sequence[RequestRecord]:
        """Those of which the office has to be reminded now, held until the transaction ends."""
        c = _REQUEST.c
        query = select(_REQUEST).where(c.remind_at <= now).order_by(c.remind_at).limit(limit)
        return [_request(row) for row in self._db.execute(query.with_for_update(skip_locked=True))]

    def answered(self, limit: int) -> Sequence[RequestRecord]:
        """See the port."""
        c = _REQUEST.c
        on_its_way = exists().where(_OUTBOX.c.request_id == c.id, _OUTBOX.c.status.in_(_UNSENT))
        query = select(_REQUEST).where(c.ended_at.is_not(None), c.key_id != "", ~on_its_way).order_by(c.id)
        return [_request(row) for row in self._db.execute(query.limit(limit).with_for_update(skip_locked=True))]

    def ended_before(self, before: datetime, limit: int) -> Sequence[RequestRecord]:
        """See the port."""
        c = _REQUEST.c
        query = select(_REQUEST).where(c.ended_at < before, c.token.is_not(None)).order_by(c.id).limit(limit)
        return [_request(row) for row in self._db.execute(query.with_for_update(skip_locked=True))]

    def note(self, act: Act) -> None:
        """Add to the record of processing."""
        self._db.execute(insert(_ACT), {**asdict(act), "data": dict(act.data)})

    def acts(self, request_id: int) -> Sequence[Act]:
        """What was done for a request, oldest first."""
        a = _ACT.c
        query = select(a.request_id, a.at, a.by, a.act, a.data).where(a.request_id == request_id).order_by(a.id)
        return [Act(**row._mapping) for row in self._db.execute(query)]

    def doom(self, request_id: int, paths: Collection[str]) -> None:
        """See the port."""
        for path in sorted(set(paths)):
            self._db.execute(_DOOM, {"path": path, "request_id": request_id})

    def doomed(self, limit: int, *, request_id: int | None = None) -> Sequence[tuple[str, int]]:
        """See the port."""
        query = select(_DOOMED.c.path, _DOOMED.c.request_id).order_by(_DOOMED.c.path).limit(limit)
        if request_id is not None:
            query = query.where(_DOOMED.c.request_id == request_id)
        return [(row.path, row.request_id) for row in self._db.execute(query)]

    def removed(self, paths: Collection[str]) -> None:
        """See the port."""
        self._db.execute(delete(_DOOMED).where(_DOOMED.c.path.in_(sorted(paths))))

    def forget_papers(self, dossier_id: int) -> Sequence[str]:
        """See the port."""
        scans = (_PAPER.c.dossier_id == dossier_id, _PAPER.c.file.is_not(None))  # that a paper was shown stays
        files = list(self._db.execute(select(_PAPER.c.file).where(*scans).distinct()).scalars())
        self._db.execute(delete(_PAPER).where(*scans))
        others = set(self._db.execute(select(_PAPER.c.file).where(_PAPER.c.file.in_(files))).scalars())
        return [file for file in files if file not in others]

    def forget_applicant(self, dossier_id: int) -> None:
        """See the port."""
        self._db.execute(update(_OVERTAKING).where(_OVERTAKING.c.dossier_id == dossier_id).values(applicant=""))
        tasks = select(_TASK.c.id).where(_TASK.c.dossier_id == dossier_id)
        self._db.execute(delete(_UNFINISHED).where(_UNFINISHED.c.task_id.in_(tasks)))

    def stop_letters(self, dossier_id: int, now: datetime) -> None:
        """See the port."""
        o = _OUTBOX.c
        unsent = update(_OUTBOX).where(o.dossier_id == dossier_id, o.to_person.is_(None), o.status.in_(_UNSENT))
        self._db.execute(unsent.values(status="overtaken", error=None, next_at=now))

    def in_history(self, nik: str) -> int:
        """See the port."""
        named = or_(CASES.c.case_id.contains(nik), CASES.c.attributes.contains(nik))
        cases = select(CASES.c.log_id, CASES.c.number).where(named)
        events = select(EVENTS.c.log_id, EVENTS.c.case_number).where(EVENTS.c.attributes.contains(nik))
        found = cases.union(events).subquery()
        return int(self._db.execute(select(func.count()).select_from(found)).scalar_one())


def _values(request: RequestRecord) -> dict[str, object]:
    values = asdict(request)
    del values["id"]
    return values


def _request(row: Row[tuple[object, ...]]) -> RequestRecord:
    how = RequestEnd(row.ended_how) if row.ended_how else None
    return RequestRecord(**{**row._mapping, "kind": RequestKind(row.kind), "checked": IdentityCheck(row.checked),
                            "ended_how": how, "cipher": bytes(row.cipher)})  # fmt: skip
