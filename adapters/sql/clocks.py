"""SLA clocks. `wake_at` is the sweep's index: its cost follows what fell due, not what is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from adapters.sql import tables as t
from adapters.sql.prepared import Prepared
from adapters.sql.rows import CLOCK, CLOCK_COLUMNS, NEW_CLOCK, clock, clock_values
from adapters.sql.upsert import upsert
from domain.roles import Lane
from lanes.store import StoredClock

_SWEEP = t.table(t.SweepRow)
_START = Prepared(insert(CLOCK), columns=NEW_CLOCK)
_RUNNING = CLOCK.c.stopped_at.is_(None)
_AT = bindparam("at", type_=CLOCK.c.stopped_at.type)
_STOP_TASK, _STOP_ALL = (
    Prepared(update(CLOCK).where(whose == bindparam("of"), _RUNNING).values(stopped_at=_AT, wake_at=None))
    for whose in (CLOCK.c.task_id, CLOCK.c.dossier_id)
)
_ALL_OF = select(*CLOCK_COLUMNS).where(CLOCK.c.dossier_id == bindparam("of")).order_by(CLOCK.c.id)
_OF = {live: Prepared(_ALL_OF.where(_RUNNING) if live else _ALL_OF) for live in (True, False)}
_SAVE = Prepared(
    update(CLOCK)
    .where(CLOCK.c.id == bindparam("of"))
    .values({CLOCK.c[name]: bindparam(f"new_{name}", type_=CLOCK.c[name].type) for name in NEW_CLOCK})
)
_DUE = (
    select(*CLOCK_COLUMNS)
    .where(
        CLOCK.c.lane == bindparam("lane"),
        CLOCK.c.wake_at.is_not(None),
        CLOCK.c.wake_at <= bindparam("now", type_=CLOCK.c.wake_at.type),
    )
    .order_by(CLOCK.c.wake_at)
    .limit(bindparam("most"))
)
_FLAG = (
    update(CLOCK)
    .where(CLOCK.c.id == bindparam("of"), CLOCK.c.wake_at == bindparam("was", type_=CLOCK.c.wake_at.type))
    .values(flagged_at=_AT, wake_at=None)
)


class SqlClocks:
    """See `lanes.store.Clocks`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def start(self, clocks: Sequence[StoredClock]) -> None:
        """Keep new clocks."""
        if clocks:
            _START.run_many(self._db, [clock_values(value) for value in clocks])

    def of(self, dossier_id: int, *, live: bool = True) -> list[StoredClock]:
        """The clocks of a dossier and its tasks; only those that are not stopped, unless told otherwise."""
        return [clock(row) for row in _OF[live].rows(self._db, {"of": dossier_id})]

    def save(self, value: StoredClock) -> None:
        """Write a changed clock."""
        new = {f"new_{name}": written for name, written in clock_values(value).items()}
        _SAVE.run(self._db, {"of": value.id, **new})

    def stop(self, at: datetime, *, task_id: int | None = None, dossier_id: int | None = None) -> None:
        """Stop the clock of a task, or every clock of a dossier."""
        if task_id is not None:
            _STOP_TASK.run(self._db, {"of": task_id, "at": at})
        else:
            _STOP_ALL.run(self._db, {"of": dossier_id, "at": at})

    def due(self, lane: Lane, now: datetime, limit: int) -> list[StoredClock]:
        """The clocks a sweep has to look at, the longest due first."""
        return [clock(row) for row in self._db.execute(_DUE, {"lane": lane.value, "now": now, "most": limit})]

    def flag(self, value: StoredClock, now: datetime) -> bool:
        """Mark a clock as overdue; False when another sweep, or the end of the work, was faster."""
        return self._db.execute(_FLAG, {"of": value.id, "was": value.wake_at, "at": now}).rowcount == 1

    def swept(self, name: str, at: datetime, found: int) -> None:
        """Note that a scheduled flow ran."""
        self._db.execute(upsert(_SWEEP, ("at", "found"), index=("name",)), {"name": name, "at": at, "found": found})

    def sweeps(self) -> dict[str, datetime]:
        """When each scheduled flow last ran."""
        return {row.name: row.at for row in self._db.execute(select(_SWEEP.c.name, _SWEEP.c.at))}
