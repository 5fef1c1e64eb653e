"""Pauses of dossiers and the outages that cause them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, exists, insert, or_, select, update

from adapters.sql import tables as t
from adapters.sql.prepared import Prepared
from adapters.sql.rows import DOSSIER
from domain.pausing import OFFICE_REASONS
from domain.roles import Lane
from lanes.records.pauses import Outage, PauseRecord

_PAUSE = t.table(t.PauseRow)
_OUTAGE = t.table(t.OutageRow)

_ADD = Prepared(insert(_PAUSE), columns=[column.name for column in _PAUSE.columns if column.name != "id"])
_OF = Prepared(
    select(*_PAUSE.columns).where(_PAUSE.c.dossier_id == bindparam("of")).order_by(_PAUSE.c.started_at, _PAUSE.c.id)
)
_CHANGING = ("ended_at", "ended_by", "carried_out_at", "withdrawn_at", "withdrawn_by", "withdrawn_why")
_END = {
    outage: Prepared(
        update(_PAUSE)
        .where(_PAUSE.c.dossier_id == bindparam("of"), _PAUSE.c.reason == bindparam("why"))
        .where(_PAUSE.c.ended_at.is_(None), _PAUSE.c.outage_id.is_not(None) if outage else _PAUSE.c.outage_id.is_(None))
        .values(ended_at=bindparam("at", type_=_PAUSE.c.ended_at.type))
    )
    for outage in (True, False)
}


class SqlPauses:
    """See `lanes.records.pauses.Pauses`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, pause: PauseRecord) -> None:
        """Keep a pause."""
        _ADD.run(self._db, asdict(pause))

    def end(self, dossier_id: int, reason: str, at: datetime, *, outage: bool = False) -> None:
        """Note when the pause that lasts for this reason ended: the outage's, or the one set on this dossier alone."""
        _END[outage].run(self._db, {"of": dossier_id, "why": reason, "at": at})

    def of(self, dossier_id: int) -> Sequence[PauseRecord]:
        """A dossier's pauses, oldest first."""
        names = [column.name for column in _PAUSE.columns]
        return [_pause(dict(zip(names, row, strict=True))) for row in _OF.rows(self._db, {"of": dossier_id})]

    def set_alone(self, since: datetime, until: datetime) -> Sequence[PauseRecord]:
        """The pauses that people set on single dossiers in this time, oldest first."""
        p = _PAUSE.c
        query = select(_PAUSE).where(
            p.lane.in_(list(Lane)), p.started_at > since, p.started_at <= until, p.outage_id.is_(None)
        )
        rows = self._db.execute(query.order_by(p.started_at, p.id))
        return [_pause(dict(row._mapping)) for row in rows]

    def lasting_alone(self, lane: Lane) -> Sequence[tuple[str, PauseRecord]]:
        """The pauses that people set on single open dossiers of a lane and that last, each with the dossier's number;
        not those in which the applicant's answer is awaited."""
        p, d = _PAUSE.c, DOSSIER.c
        query = select(d.number, _PAUSE).join(DOSSIER, d.id == p.dossier_id)
        query = query.where(p.lane == lane.value, p.ended_at.is_(None), p.outage_id.is_(None), d.closed_at.is_(None),
                            p.reason.in_(OFFICE_REASONS))  # fmt: skip
        rows = [dict(row._mapping) for row in self._db.execute(query)]
        return [(row.pop("number"), _pause(row)) for row in rows]

    def add_outage(self, outage: Outage) -> Outage:
        """Keep an outage; it comes back with its id."""
        values = asdict(outage)
        del values["id"]
        found = self._db.execute(insert(_OUTAGE).returning(_OUTAGE.c.id), values).scalar_one()
        return replace(outage, id=found)

    def save_outage(self, outage: Outage) -> None:
        """Write how an outage ended or was withdrawn, and that it was carried out."""
        changes = {name: getattr(outage, name) for name in _CHANGING}
        self._db.execute(update(_OUTAGE).where(_OUTAGE.c.id == outage.id).values(changes))

    def outage(self, outage_id: int) -> Outage:
        """An outage, which must exist; nobody can end it before the transaction does."""
        query = select(_OUTAGE).where(_OUTAGE.c.id == outage_id).with_for_update(read=True)
        return _outage(dict(self._db.execute(query).one()._mapping))

    def outages(self, *, reason: str | None = None, unfinished: bool = False, limit: int = 1000) -> list[Outage]:
        """The newest outages, the oldest of them first: all, those for a reason, those not yet carried out."""
        query = select(_OUTAGE)
        if reason is not None:
            query = query.where(_OUTAGE.c.reason == reason)
        if unfinished:
            query = query.where(_OUTAGE.c.carried_out_at.is_(None))
        rows = self._db.execute(query.order_by(_OUTAGE.c.id.desc()).limit(limit)).all()
        return [_outage(dict(row._mapping)) for row in reversed(rows)]

    def lock_outages(self) -> None:
        """Let nobody else record an outage before the transaction ends. SQLite's write lock does so by itself."""
        if self._db.dialect.name == "postgresql":
            self._db.exec_driver_sql("LOCK TABLE outage IN SHARE ROW EXCLUSIVE MODE")

    def missing(self, outage: Outage, types: Mapping[Lane, Collection[str] | None]) -> list[int]:
        """The dossiers of these types (None: all) that the outage has touched and not marked: those that are open, and
        once its end is known only from before that, and those that closed since it began."""
        marked = exists().where(_PAUSE.c.outage_id == outage.id, _PAUSE.c.dossier_id == DOSSIER.c.id)
        touched = [
            and_(DOSSIER.c.lane == lane.value, *(() if codes is None else (DOSSIER.c.code.in_(sorted(codes)),)))
            for lane, codes in types.items()
        ]
        d = DOSSIER.c
        query = select(d.id).where(or_(*touched), ~marked)
        if outage.ended_at is None:
            query = query.where(d.closed_at.is_(None))
        else:
            was_open = or_(d.closed_at.is_(None), d.closed_at > outage.started_at)
            query = query.where(was_open, d.submitted_at < outage.ended_at)
        return list(self._db.execute(query.order_by(DOSSIER.c.id)).scalars())

    def marks(self, outage_id: int, dossiers: Collection[int]) -> dict[int, PauseRecord]:
        """The pauses by which an outage has marked these dossiers."""
        query = select(_PAUSE).where(_PAUSE.c.outage_id == outage_id, _PAUSE.c.dossier_id.in_(sorted(dossiers)))
        found = [_pause(dict(row._mapping)) for row in self._db.execute(query)]
        return {each.dossier_id: each for each in found}

    def remove(self, pause_id: int) -> None:
        """Forget a pause that never was; the journal tells of it."""
        self._db.execute(delete(_PAUSE).where(_PAUSE.c.id == pause_id))

    def marked(self, outage_id: int) -> list[int]:
        """The dossiers that this outage has marked."""
        query = select(_PAUSE.c.dossier_id).where(_PAUSE.c.outage_id == outage_id)
        return list(self._db.execute(query.order_by(_PAUSE.c.dossier_id)).scalars())

    def lasting(self, outage_id: int) -> list[int]:
        """The dossiers that this outage still holds."""
        query = select(_PAUSE.c.dossier_id).where(_PAUSE.c.outage_id == outage_id, _PAUSE.c.ended_at.is_(None))
        return list(self._db.execute(query.order_by(_PAUSE.c.dossier_id)).scalars())


def _pause(values: Mapping[str, Any]) -> PauseRecord:
    return PauseRecord(**{**values, "lane": Lane(values["lane"])})


def _outage(values: Mapping[str, Any]) -> Outage:
    return Outage(**{**values, "lane": values["lane"] and Lane(values["lane"])})
