"""The clocks of `jalur bench sweep`: dossiers that wait to be received, each with the clocks of its step, promise and
limit, and the means to let some of the steps fall due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Engine, bindparam, text

from adapters.sql import tables as t
from adapters.sql.engine import reading, writing

NOW = datetime(2026, 3, 3, 3, 0, tzinfo=UTC)  # a Tuesday, 11:00 in the office
STARTED = NOW - timedelta(minutes=40)
DUE = NOW - timedelta(minutes=10)  # after the 30 working minutes of the step
LATER = NOW + timedelta(days=20)
CODE, TEAM, STEP, LEAD = "KK-BARU", "manual-front", "receive", "leonard.kawengian"
_KINDS = ("step", "target", "limit")

_NUMBERS = (
    "WITH RECURSIVE n(i) AS (SELECT CAST(:first AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i < :last) "
)  # fmt: skip
_DOSSIERS = (
    "INSERT INTO dossier (id, number, lane, channel, code, workflow_version, status, facts, district, village,"
    " priority, submitted_at, due_at, held, version, journal_seq, journal_head, sealed_seq) "
    + _NUMBERS
    + "SELECT i, 'MN-2026-' || i, 'manual', 'counter', :code, :version, 'submitted', '{}', '71.72.01', '71.72.01.1001',"
    " 0, :started, :later, '{}', 1, 0, '', 0 FROM n"
)
_TASKS = (
    "INSERT INTO task (id, dossier_id, lane, code, step, kind, status, team, role, barred, priority, ready_at, due_at,"
    " attempts, details, version) "
    + _NUMBERS
    + "SELECT i, i, 'manual', :code, :step, 'human', 'open', :team, 'front_office', '[]', 0, :started, :later, 0, '{}',"
    " 1 FROM n"
)
_CLOCKS = (
    "INSERT INTO clock (id, dossier_id, task_id, lane, kind, budget, budget_s, working, ledger, rules, rung, due_at,"
    " wake_at) "
    + _NUMBERS
    + "SELECT (i - 1) * 3 + :place, i, CASE WHEN :kind = 'step' THEN i END, 'manual', :kind, '30wm', 1800, :working,"
    " :ledger, (SELECT coalesce(max(id), 0) FROM lane_rules WHERE lane = 'manual'), 1, :later, :later FROM n"
)
_LEDGER = f'{{"pauses":[],"start":"{STARTED.isoformat()}"}}'


class Many:
    """A database that is filled and read by the bench, outside of what is measured."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dossiers = 0
        self._draw, self._fallen = Random(1), set[int]()  # noqa: S311  which clocks, the same on both sides

    def grow_to(self, clocks: int) -> None:
        """Let there be so many open clocks, three for each dossier."""
        first, last = self._dossiers + 1, clocks // len(_KINDS)
        given: dict[str, Any] = {
            "first": first, "last": last, "code": CODE, "version": "bench", "step": STEP, "team": TEAM,
            "ledger": _LEDGER, "working": True, "started": STARTED, "later": LATER,
        }  # fmt: skip
        with writing(self._engine) as connection:
            for statement in (_DOSSIERS, _TASKS):
                connection.execute(_typed(statement), _used(statement, given))
            for place, kind in enumerate(_KINDS, 1):
                connection.execute(_typed(_CLOCKS), _used(_CLOCKS, {**given, "place": place, "kind": kind}))
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self._dossiers = last

    def let_fall_due(self, count: int, *, strewn: bool) -> None:
        """Let the steps of `count` dossiers be due, no dossier twice: strewn over all that there are, or of dossiers
        that came in one after another, as what falls due together mostly did."""
        left = [each for each in range(1, self._dossiers + 1) if each not in self._fallen]
        begin = self._draw.randrange(len(left) - count)
        ids = self._draw.sample(left, count) if strewn else left[begin : begin + count]
        self._fallen.update(ids)
        wake = text("UPDATE clock SET wake_at = :due, due_at = :due WHERE task_id = :of")
        with writing(self._engine) as connection:
            connection.execute(
                wake.bindparams(bindparam("due", type_=t.table(t.ClockRow).c.wake_at.type)),
                [{"due": DUE, "of": of} for of in ids],
            )

    def sum(self, table: str, what: str) -> int:
        """A figure over a whole table."""
        with reading(self._engine) as connection:
            return int(connection.exec_driver_sql(f"SELECT {what} FROM {table}").scalar_one() or 0)


def _typed(statement: str) -> Any:
    instant = t.table(t.ClockRow).c.wake_at.type
    return text(statement).bindparams(
        *(bindparam(name, type_=instant) for name in ("started", "later") if f":{name}" in statement)
    )


def _used(statement: str, given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if f":{name}" in statement}
