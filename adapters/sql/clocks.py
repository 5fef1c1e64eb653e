"""SLA clocks. `wake_at` is the sweep's index: its cost follows what fell due, not what is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from adapters.sql import tables as t
from adapters.sql.prepared import Prepared, new_values
from adapters.sql.rows import (
    CLOCK,
    CLOCK_COLUMNS,
    CLOCK_WIDTH,
    DOSSIER,
    NEW_CLOCK,
    TASK,
    clock,
    clock_values,
    summits,
)
from adapters.sql.upsert import upsert
from domain.dossier import CLOSED, LIVE_TASK
from domain.errors import Conflict
from domain.roles import Lane
from lanes.store import BEFORE_ALL, Holding, StoredClock, Turn, Watched, Woken

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
_SAVE = Prepared(update(CLOCK).where(CLOCK.c.id == bindparam("of")).values(new_values(CLOCK, NEW_CLOCK)))
_NOW = bindparam("now", type_=CLOCK.c.wake_at.type)
_AFTER = bindparam("after", type_=CLOCK.c.wake_at.type)
_IS_DUE = (
    CLOCK.c.lane == bindparam("lane"),
    CLOCK.c.wake_at.is_not(None),
    CLOCK.c.wake_at <= _NOW,
    CLOCK.c.wake_at >= _AFTER,
    or_(CLOCK.c.wake_at > _AFTER, CLOCK.c.id > bindparam("after_id")),
)
_IN_TURN = (CLOCK.c.wake_at, CLOCK.c.id)
_DUE = select(*_IN_TURN).where(*_IS_DUE).order_by(*_IN_TURN).limit(bindparam("most"))
_HOLDING = (TASK.c.step, TASK.c.team, TASK.c.assignee, TASK.c.status)
_WATCHED = [DOSSIER.c["status" if name == "is_open" else name] for name in Watched._fields]
_TASK_AT, _DOSSIER_AT = CLOCK_WIDTH, CLOCK_WIDTH + len(_HOLDING)
_WATCHING = (
    select(*CLOCK_COLUMNS, *_HOLDING, *_WATCHED)
    .join_from(CLOCK, DOSSIER, CLOCK.c.dossier_id == DOSSIER.c.id)
    .outerjoin(TASK, CLOCK.c.task_id == TASK.c.id)
)
_KEPT = _WATCHING.with_for_update(of=[DOSSIER, CLOCK], skip_locked=True)
_WOKEN = {
    lock: Prepared((_KEPT if lock else _WATCHING).where(*_IS_DUE).order_by(*_IN_TURN).limit(bindparam("most")))
    for lock in (True, False)
}
_ONE_WOKEN = {
    lock: Prepared((_KEPT if lock else _WATCHING).where(CLOCK.c.id == bindparam("of"), CLOCK.c.wake_at <= _NOW))
    for lock in (True, False)
}
_CLIMBED = ("rung", "passed", "summits", "wake_at", "flagged_at", "stopped_at")
_CLIMB = Prepared(
    update(CLOCK)
    .where(
        CLOCK.c.id == bindparam("of"),
        CLOCK.c.rung == bindparam("was"),
        CLOCK.c.flagged_at.is_not_distinct_from(bindparam("flagged")),
        _RUNNING,
    )
    .values(new_values(CLOCK, _CLIMBED))
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

    def of_all(self, dossier_ids: Collection[int]) -> dict[int, list[StoredClock]]:
        """The clocks of these dossiers and their tasks, stopped ones too; a dossier that has none is left out."""
        query = select(*CLOCK_COLUMNS).where(CLOCK.c.dossier_id.in_(sorted(dossier_ids))).order_by(CLOCK.c.id)
        found: dict[int, list[StoredClock]] = defaultdict(list)
        for each in map(clock, self._db.execute(query)):
            found[each.dossier_id].append(each)
        return found

    def save(self, *values: StoredClock) -> None:
        """Write changed clocks."""
        if values:
            rows = [(value.id, clock_values(value)) for value in values]
            _SAVE.run_many(self._db, [{"of": of, **{f"new_{n}": v for n, v in row.items()}} for of, row in rows])

    def stop(self, at: datetime, *, task_id: int | None = None, dossier_id: int | None = None) -> None:
        """Stop the clock of a task, or every clock of a dossier."""
        if task_id is not None:
            _STOP_TASK.run(self._db, {"of": task_id, "at": at})
        else:
            _STOP_ALL.run(self._db, {"of": dossier_id, "at": at})

    def due(self, lane: Lane, now: datetime, limit: int, *, after: Turn = BEFORE_ALL) -> list[Turn]:
        """The clocks a sweep has to look at after this one, the longest due first."""
        rows = self._db.execute(_DUE, _values(lane, now, limit, after))
        return [(wake_at, clock_id) for wake_at, clock_id in rows]

    def woken(
        self, lane: Lane, now: datetime, limit: int, *, after: Turn = BEFORE_ALL, lock: bool = True
    ) -> list[Woken]:
        """The same with what belongs to them. `lock` keeps them from others until the end, and leaves those out that
        somebody changes now: the next sweep finds them."""
        return [_woken(row) for row in _WOKEN[lock].rows(self._db, _values(lane, now, limit, after))]

    def one_woken(self, clock_id: int, now: datetime, *, lock: bool = True) -> list[Woken]:
        """One of them, if it is still to be looked at."""
        return [_woken(row) for row in _ONE_WOKEN[lock].rows(self._db, {"of": clock_id, "now": now})]

    def running(self, dossier_ids: Collection[int]) -> list[Woken]:
        """The clocks of some dossiers that were not stopped, with what belongs to them, in the order of their ids."""
        query = _WATCHING.where(CLOCK.c.dossier_id.in_(sorted(dossier_ids)), _RUNNING).order_by(CLOCK.c.id)
        return [_woken(tuple(row)) for row in self._db.execute(query)]

    def climb(self, climbed: Sequence[tuple[StoredClock, StoredClock]]) -> None:
        """Write how far clocks climbed their ladders, each with how it was found. Raises Conflict when one is no longer
        where it was, or has stopped."""
        rows = []
        for was, now in climbed:
            new = {f"new_{name}": getattr(now, name) for name in _CLIMBED}
            rows.append({"of": was.id, "was": was.rung, "flagged": was.flagged_at, **new, "new_summits": summits(now)})
        if rows and _CLIMB.run_many(self._db, rows) != len(rows):
            raise Conflict("clock_changed", "A clock was changed by another sweep just now.")

    def swept(self, name: str, at: datetime, found: int, failed: Sequence[str] = ()) -> None:
        """Note that a scheduled flow ran, and what it could not treat."""
        values = {"name": name, "at": at, "found": found, "failed": [*failed] or None}
        self._db.execute(upsert(_SWEEP, ("at", "found", "failed"), index=("name",)), values)

    def sweeps(self) -> dict[str, datetime]:
        """When each scheduled flow last ran."""
        return {row.name: row.at for row in self._db.execute(select(_SWEEP.c.name, _SWEEP.c.at))}

    def failed(self) -> dict[str, tuple[str, ...]]:
        """What scheduled flows could not treat when they last ran, by flow; one that treated everything is left out."""
        query = select(_SWEEP.c.name, _SWEEP.c.failed).where(_SWEEP.c.failed.is_not(None))
        return {row.name: tuple(row.failed) for row in self._db.execute(query)}


def _values(lane: Lane, now: datetime, limit: int, after: Turn) -> dict[str, Any]:
    return {"lane": lane.value, "now": now, "most": limit, "after": after[0], "after_id": after[1]}


def _woken(row: Sequence[Any]) -> Woken:
    stored = clock(row[:_TASK_AT])
    step, team, assignee, state = row[_TASK_AT:_DOSSIER_AT]
    task = None if step is None else Holding(step, team, assignee, state in LIVE_TASK)
    dossier_id, number, _, code, status, *rest = row[_DOSSIER_AT:]
    return Woken(stored, Watched(dossier_id, number, stored.lane, code, status not in CLOSED, *rest), task)
