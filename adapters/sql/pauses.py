"""Pauses of dossiers and the outages that cause them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from adapters.sql import tables as t
from domain.roles import Lane
from lanes.records.pauses import PauseRecord

_PAUSE = t.table(t.PauseRow)


class SqlPauses:
    """See `lanes.records.pauses.Pauses`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, pause: PauseRecord) -> None:
        """Keep a pause."""
        values = asdict(pause)
        del values["id"]
        self._db.execute(insert(_PAUSE), values)

    def end(self, dossier_id: int, reason: str, at: datetime) -> None:
        """Note when the pause that lasts for this reason ended."""
        lasting = (_PAUSE.c.dossier_id == dossier_id, _PAUSE.c.reason == reason, _PAUSE.c.ended_at.is_(None))
        self._db.execute(update(_PAUSE).where(*lasting).values(ended_at=at))

    def of(self, dossier_id: int) -> Sequence[PauseRecord]:
        """A dossier's pauses, oldest first."""
        query = select(_PAUSE).where(_PAUSE.c.dossier_id == dossier_id).order_by(_PAUSE.c.started_at, _PAUSE.c.id)
        return [_record(dict(row._mapping)) for row in self._db.execute(query)]


def _record(values: Mapping[str, Any]) -> PauseRecord:
    return PauseRecord(**{**values, "lane": Lane(values["lane"])})
