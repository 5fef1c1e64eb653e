"""The same sweep in hand-written SQL: the same index, rows, journal chain and durability, for one fixed ladder.

Written as a careful person would who knows which rung comes: times are added without a calendar, nothing becomes an
object, whom the rung tells stands in the code. One transaction; on PostgreSQL with the same locks.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from datetime import datetime, timedelta
from typing import Any

import psycopg

from adapters.bench.sweep_case import DUE, LEAD, NOW, Many

_EPOCH = datetime(1970, 1, 1, tzinfo=NOW.tzinfo)
_MICROSECOND = timedelta(microseconds=1)
_NEXT = NOW + timedelta(hours=4)

_WOKEN = (
    "SELECT c.id, c.task_id, c.rung, d.id, d.number, d.version, d.journal_seq, d.journal_head, d.priority, t.step"
    " FROM clock c JOIN dossier d ON d.id = c.dossier_id JOIN task t ON t.id = c.task_id"
    " WHERE c.lane = 'manual' AND c.wake_at IS NOT NULL AND c.wake_at <= ? ORDER BY c.wake_at, c.id LIMIT 200"
)
_CLIMB = "UPDATE clock SET rung = ?, wake_at = ?, flagged_at = ? WHERE id = ? AND rung = ? AND stopped_at IS NULL"
_SAVED = (
    "UPDATE dossier SET priority = ?, journal_seq = ?, journal_head = ?, version = version + 1"
    " WHERE id = ? AND version = ?"
)
_JOURNAL = "INSERT INTO journal (dossier_id, seq, at, actor, event, data, hash) VALUES (?, ?, ?, ?, ?, ?, ?)"
_DONE = (
    "INSERT INTO escalation (clock_id, action, lane, dossier_id, step, kind, place, due_at, at, person, told_at)"
    " VALUES (?, 'notify_lead', 'manual', ?, ?, 'step', '100%', ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_RAISED = (
    "UPDATE task SET priority = priority + 1 WHERE dossier_id = ? AND status NOT IN ('done', 'cancelled')"
    " AND priority < 3"
)
_MESSAGE = (
    'INSERT INTO outbox (key, lane, to_person, message, "values", status, attempts, next_at, queued_at)'
    " VALUES (?, 'manual', ?, 'staff_escalations', ?, 'queued', 0, ?, ?) ON CONFLICT (key) DO NOTHING"
)
_SWEPT = (
    "INSERT INTO sweep (name, at, found) VALUES ('watch-sla/manual', ?, ?)"
    " ON CONFLICT (name) DO UPDATE SET at = excluded.at, found = excluded.found"
)


class ByHand:
    """A connection of its own to a migrated database; `sqlite3` or psycopg."""

    def __init__(self, connection: sqlite3.Connection | psycopg.Connection[Any], many: Many) -> None:
        self._db: Any = connection
        self.many = many
        self._lite = isinstance(connection, sqlite3.Connection)
        self._lock = "" if self._lite else " FOR UPDATE OF d, c SKIP LOCKED"
        self._many: Any = connection if self._lite else connection.cursor()

    def sweep(self) -> int:
        """Sweep the lane; gives how many clocks were treated."""
        now, due, later = self._at(NOW), self._at(DUE), self._at(_NEXT)
        if self._lite:
            self._db.execute("BEGIN IMMEDIATE")
        woken = self._run(_WOKEN + self._lock, (now,)).fetchall()
        climbed, saved, journal, done, raised, numbers = [], [], [], [], [], []
        for clock, _task, rung, dossier, number, version, seq, head, priority, step in woken:
            climbed.append((rung + 1, later, now, clock, rung))
            rows = _chained(number, seq, head, [
                ("fell_due", {"clock": "step", "step": step, "due": DUE}),
                ("rung_passed", {"clock": "step", "step": step, "rung": "100%", "told": [LEAD],
                                 "actions": ["notify_lead", "raise_priority"], "was_priority": priority}),
            ])  # fmt: skip
            journal += [(dossier, each[0], now, *each[1:]) for each in rows]
            saved.append((min(priority + 1, 3), rows[-1][0], rows[-1][-1], dossier, version))
            done.append((clock, dossier, step, due, now, LEAD, now))
            raised.append((dossier,))
            numbers.append(number)
        for statement, values in (
            (_CLIMB, climbed), (_SAVED, saved), (_JOURNAL, journal), (_DONE, done), (_RAISED, raised),
        ):  # fmt: skip
            changed = self._run_many(statement, values)
            if changed != len(values):
                raise RuntimeError("somebody else was faster")
        told = json.dumps({"count": len(numbers), "numbers": "\n".join(numbers[:20]), "lane": "Loket"})
        self._run(_MESSAGE, (f"escalation:{climbed[0][3]}:100%:{LEAD}", LEAD, told, now, now))
        self._run(_SWEPT, (now, len(woken)))
        self._db.commit()
        return len(woken)

    def _run(self, sql: str, values: tuple[Any, ...] = ()) -> Any:
        return self._db.execute(sql if self._lite else sql.replace("?", "%s"), values)

    def _run_many(self, sql: str, rows: list[tuple[Any, ...]]) -> int:
        done = self._many.executemany(sql if self._lite else sql.replace("100%'", "100%%'").replace("?", "%s"), rows)
        return int(done.rowcount if self._lite else self._many.rowcount)

    def _at(self, moment: datetime) -> Any:
        return (moment - _EPOCH) // _MICROSECOND if self._lite else moment


def _chained(number: str, seq: int, head: str, events: list[tuple[str, dict[str, Any]]]) -> list[tuple[Any, ...]]:
    """Journal rows (seq, actor, event, data, hash), chained as `domain.journal` chains them."""
    rows = []
    for place, (event, values) in enumerate(events, seq + 1):
        data = json.dumps(values, sort_keys=True, separators=(",", ":"), default=str)
        parts = (head or number, number, str(place), NOW.isoformat(), "jalur", event, data)
        head = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
        rows.append((place, "jalur", event, data, head))
    return rows
