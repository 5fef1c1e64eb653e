"""Notices of rungs. The unique key on clock, place, action and due time lets each be given once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, text, update

from adapters.sql import tables as t
from adapters.sql.prepared import Prepared
from adapters.sql.rows import DOSSIER
from adapters.sql.upsert import upsert
from domain.clock import ClockKind
from domain.ladder import RungAction
from domain.roles import Lane
from lanes.records.escalations import Escalation

_ESCALATION = t.table(t.EscalationRow)
_NAMES = [column.name for column in _ESCALATION.columns]
_GIVEN = [name for name in _NAMES if name not in ("id", "told_at")]
_ADD = Prepared(
    upsert(_ESCALATION, None, index=("clock_id", "place", "action", "due_at")), columns=[*_GIVEN, "told_at"]
)
ESCALATIONS = (
    select(*_ESCALATION.columns, DOSSIER.c.number, DOSSIER.c.code)
    .join_from(_ESCALATION, DOSSIER, _ESCALATION.c.dossier_id == DOSSIER.c.id)
    .order_by(_ESCALATION.c.id)
)
_OF = Prepared(ESCALATIONS.where(_ESCALATION.c.dossier_id == bindparam("of")))
_UNTOLD = Prepared(
    ESCALATIONS.where(_ESCALATION.c.lane == bindparam("lane"), text("escalation.told_at IS NULL")).with_for_update(
        of=_ESCALATION, skip_locked=True
    )
)
_TOLD = Prepared(
    update(_ESCALATION)
    .where(_ESCALATION.c.id == bindparam("of"))
    .values(told_at=bindparam("at", type_=_ESCALATION.c.told_at.type))
)


class SqlEscalations:
    """See `lanes.records.escalations.Escalations`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, notices: Sequence[Escalation], told_at: datetime | None) -> None:
        """Keep notices, told or still to be told; one that was given before is left alone."""
        if notices:
            rows = [{**{name: getattr(each, name) for name in _GIVEN}, "told_at": told_at} for each in notices]
            _ADD.run_many(self._db, rows)

    def of(self, dossier_id: int) -> list[Escalation]:
        """The notices about a dossier, in order."""
        return [escalation(row) for row in _OF.rows(self._db, {"of": dossier_id})]

    def untold(self, lane: Lane) -> list[Escalation]:
        """The notices of a lane that nobody was told yet, oldest first; those that another sweep is telling are left
        to it."""
        return [escalation(row) for row in _UNTOLD.rows(self._db, {"lane": lane.value})]

    def told(self, ids: Collection[int], at: datetime) -> None:
        """Note that the messages for these notices are queued."""
        if ids:
            _TOLD.run_many(self._db, [{"of": each, "at": at} for each in sorted(ids)])


def escalation(row: Sequence[Any]) -> Escalation:
    values = dict(zip((*_NAMES, "number", "code"), row, strict=True))
    read = {"action": RungAction, "lane": Lane, "kind": ClockKind}
    return Escalation(**{**values, **{name: kind(values[name]) for name, kind in read.items()}})
