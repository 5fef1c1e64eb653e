"""Alarms about the office as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, text, update

from adapters.sql import tables as t
from adapters.sql.upsert import upsert
from lanes.records.alarms import Alarm

_ALARM = t.table(t.AlarmRow)
_RAISE = upsert(_ALARM, None, index=("name", "code"), where=text("closed_at IS NULL")).returning(_ALARM.c.id)


class SqlAlarms:
    """See `lanes.records.alarms.Alarms`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def raise_(self, alarm: Alarm) -> int | None:
        """Keep a new alarm; gives its id, or None when the same one is open already (another look was faster)."""
        values = asdict(alarm)
        del values["id"]
        return self._db.execute(_RAISE, values).scalar_one_or_none()

    def close(self, alarm_id: int, at: datetime, figures: Mapping[str, Any]) -> bool:
        """Note that it is better; False when that was noted already."""
        closing = update(_ALARM).where(_ALARM.c.id == alarm_id, _ALARM.c.closed_at.is_(None))
        return self._db.execute(closing.values(closed_at=at, closing=dict(figures))).rowcount == 1

    def listing(self, name: str, *, open_only: bool = False, limit: int = 100) -> Sequence[Alarm]:
        """The newest alarms of this name."""
        query = select(_ALARM).where(_ALARM.c.name == name).order_by(_ALARM.c.id.desc()).limit(limit)
        if open_only:
            query = query.where(_ALARM.c.closed_at.is_(None))
        return [Alarm(**row._mapping) for row in self._db.execute(query)]
