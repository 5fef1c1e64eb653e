"""Rungs that were passed. The unique key on clock, place and action lets each be done once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, text, update

from adapters.sql import tables as t
from adapters.sql.prepared import Prepared
from adapters.sql.rows import DOSSIER
from adapters.sql.upsert import upsert
from domain.clock import ClockKind
from domain.ladder import RungAction
from domain.roles import Lane
from lanes.records.escalations import Escalation, Untold

_ESCALATION = t.table(t.EscalationRow)
_NAMES = [column.name for column in _ESCALATION.columns if column.name != "id"]
_ADD = Prepared(upsert(_ESCALATION, None, index=("clock_id", "place", "action")), columns=_NAMES)
_OF = Prepared(
    select(*_ESCALATION.columns).where(_ESCALATION.c.dossier_id == bindparam("of")).order_by(_ESCALATION.c.id)
)
_IS_UNTOLD = text("escalation.told_at IS NULL AND escalation.person IS NOT NULL")  # as the partial index says it
_UNTOLD_NAMES = ("id", "person", "dossier_id", "number", "code", "clock_id", "step", "kind", "place", "due_at")
_UNTOLD = Prepared(
    select(*(DOSSIER.c[name] if name in ("number", "code") else _ESCALATION.c[name] for name in _UNTOLD_NAMES))
    .join_from(_ESCALATION, DOSSIER, _ESCALATION.c.dossier_id == DOSSIER.c.id)
    .where(_ESCALATION.c.lane == bindparam("lane"), _IS_UNTOLD)
    .order_by(_ESCALATION.c.id)
    .with_for_update(of=_ESCALATION, skip_locked=True)
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

    def add(self, passed: Sequence[Escalation]) -> None:
        """Keep what was done; what was done before at the same place of the same clock is left alone."""
        if passed:
            _ADD.run_many(self._db, [{name: getattr(each, name) for name in _NAMES} for each in passed])

    def of(self, dossier_id: int) -> list[Escalation]:
        """What was done about a dossier, in order."""
        names = [column.name for column in _ESCALATION.columns]
        rows = (dict(zip(names, row, strict=True)) for row in _OF.rows(self._db, {"of": dossier_id}))
        return [
            Escalation(
                **{
                    **row,
                    "action": RungAction(row["action"]),
                    "lane": Lane(row["lane"]),
                    "kind": ClockKind(row["kind"]),
                }
            )
            for row in rows
        ]

    def untold(self, lane: Lane) -> list[Untold]:
        """The notices of a lane that nobody was told yet, oldest first; those that another sweep is telling are left
        to it."""
        rows = (dict(zip(_UNTOLD_NAMES, row, strict=True)) for row in _UNTOLD.rows(self._db, {"lane": lane.value}))
        return [Untold(**{**row, "kind": ClockKind(row["kind"])}) for row in rows]

    def told(self, ids: Collection[int], at: datetime) -> None:
        """Note that the messages for these notices are queued."""
        if ids:
            _TOLD.run_many(self._db, [{"of": each, "at": at} for each in sorted(ids)])
