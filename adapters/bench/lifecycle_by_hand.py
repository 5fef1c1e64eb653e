"""The same life of a dossier in hand-written SQL: the same tables, rows, commits and checks, and nothing else.

Written as a careful person would for one fixed workflow: what follows each step stands in the code, times are added
without a calendar, and no value is turned into an object. The journal's chain and the ciphertext are the same.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from adapters.bench.lifecycle_case import CODE, STEPS, form
from adapters.vault import FileVault

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_IN_ORDER = "ORDER BY priority DESC, (due_at IS NULL), due_at, id LIMIT ?"
_TEAMS = {"receive": "manual-front", "enter": "manual-entry", "verify": "manual-verify",
          "approve": "manual-approve-population"}  # fmt: skip
_ROLES = {"receive": "front_office", "enter": "siak_operator", "verify": "verifier", "approve": "division_head"}
_NAMES = [name for name, _ in STEPS]

_HELD = (
    "SELECT t.step, t.status, t.assignee, t.version, t.barred, d.id, d.number, d.version, d.journal_seq, d.journal_head"
    " FROM task t JOIN dossier d ON d.id = t.dossier_id WHERE t.id = ?"
)
_JOURNAL = "INSERT INTO journal (dossier_id, seq, at, actor, event, data, hash) VALUES (?, ?, ?, ?, ?, ?, ?)"
_TASK = (
    "INSERT INTO task (dossier_id, lane, code, step, kind, status, team, role, barred, priority, ready_at, due_at,"
    " attempts, details, version) VALUES (?, 'manual', ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, 0, '{}', 1) RETURNING id"
)
_CLOCK = (
    "INSERT INTO clock (dossier_id, task_id, lane, kind, budget, budget_s, working, ledger, due_at, wake_at)"
    " VALUES (?, ?, 'manual', ?, ?, ?, ?, ?, ?, ?)"
)
_ENDED = (
    "UPDATE task SET status = 'done', outcome = 'on', done_at = ?, done_by = ?, lease_owner = NULL, lease_until = NULL,"
    " details = '{}', version = version + 1 WHERE id = ? AND version = ?"
)
_SAVED = "UPDATE dossier SET journal_seq = ?, journal_head = ?, version = version + 1 WHERE id = ? AND version = ?"


class ByHand:
    """A connection of its own to a migrated database; `sqlite3` or psycopg."""

    def __init__(self, connection: sqlite3.Connection | psycopg.Connection[Any], vault: FileVault) -> None:
        self._db: Any = connection
        self._vault = vault
        self._lite = isinstance(connection, sqlite3.Connection)
        self._lock = "" if self._lite else " FOR UPDATE"
        self._many: Any = connection if self._lite else connection.cursor()
        self._served = 0

    @contextmanager
    def _writing(self) -> Iterator[None]:
        if self._lite:
            self._db.execute("BEGIN IMMEDIATE")
        yield  # a fault ends the whole bench, so nothing is rolled back here
        self._db.commit()

    def _run(self, sql: str, values: Sequence[Any] = ()) -> Any:
        return self._db.execute(sql if self._lite else sql.replace("?", "%s"), values)

    def _run_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        if len(rows) == 1:
            self._run(sql, rows[0])
            return
        self._many.executemany(sql if self._lite else sql.replace("?", "%s"), rows)

    def _at(self, moment: datetime) -> Any:
        return (moment - _EPOCH) // _MICROSECOND if self._lite else moment

    def rows(self, table: str) -> int:
        """How many rows a table has."""
        (count,) = self._run(f"SELECT count(*) FROM {table}").fetchone()
        return int(count)

    def serve(self, dossiers: int) -> None:
        """Take so many dossiers in and bring each to its end, in the order in which `Ours` does."""
        for serial in range(self._served, self._served + dossiers):
            self._submit(form(serial))
        self._served += dossiers
        for step, person in STEPS:
            if person is None:
                for task in self._lease(dossiers):
                    self._end(task, "running", "jalur")
                continue
            open_tasks = f"SELECT id FROM task WHERE status = 'open' AND lane = 'manual' AND team = ? {_IN_ORDER}"
            for (task,) in self._run(open_tasks, (_TEAMS[step], dossiers)).fetchall():
                self._claim(task, person)
                self._end(task, "claimed", person)

    def _submit(self, fields: Mapping[str, object]) -> None:
        now = datetime.now(UTC)
        at, due = self._at(now), self._at(now + timedelta(hours=7))
        code = "-".join(secrets.token_hex(2).upper() for _ in range(3))
        open_key = self._vault.index("open", hashlib.sha256(f"{CODE}|{fields['applicant_nik']}".encode()).hexdigest())
        tokens = [("tracking", token) for token in self._vault.index("tracking", code)]
        for name, kind in (("applicant_nik", "nik"), ("applicant_name", "name"),
                           ("applicant_family_card", "family_card"), ("applicant_phone", "phone")):  # fmt: skip
            tokens += [(kind, token) for token in self._vault.index(kind, str(fields[name]))]
        with self._writing():
            if self._run("SELECT number FROM dossier WHERE open_key = ?", open_key).fetchone():
                raise RuntimeError("the same person applied twice")
            (serial,) = self._run(
                "INSERT INTO counter (name, value) VALUES (?, 1) ON CONFLICT (name)"
                " DO UPDATE SET value = counter.value + 1 RETURNING value",
                (f"dossier:manual:{now.year}",),
            ).fetchone()
            number = f"MN-{now.year}-{serial:06d}"
            events: list[tuple[str, dict[str, Any]]] = [
                ("dossier_submitted", {"lane": "manual", "channel": "counter", "type": CODE, "papers": []}),
                ("steps_opened", {"steps": [_NAMES[0]]}),
            ]
            rows = _chained(number, 0, "", now, "applicant", events)
            (dossier,) = self._run(
                "INSERT INTO dossier (number, lane, channel, code, workflow_version, status, facts, district, village,"
                " priority, submitted_at, due_at, open_key, version, journal_seq, journal_head, sealed_seq)"
                " VALUES (?, 'manual', 'counter', ?, 'bench', 'submitted', '{}', '', ?, 0, ?, ?, ?, 1, ?, ?, 0)"
                " RETURNING id",
                (number, CODE, fields["village"], at, due, open_key[0], rows[-1][0], rows[-1][-1]),
            ).fetchone()
            self._keep(dossier, at, rows)
            case = {"fields": fields, "code": code, "deficiencies": [], "reason": ""}
            self._run(
                "INSERT INTO personal (dossier_id, key_id, cipher) VALUES (?, ?, ?)",
                (dossier, *self._vault.lock(case, context=number)),
            )
            self._run_many(
                "INSERT INTO personal_index (kind, token, dossier_id) VALUES (?, ?, ?)",
                [(kind, token, dossier) for kind, token in tokens],
            )
            self._open(dossier, _NAMES[0], now)
            self._run(
                'INSERT INTO outbox (key, lane, dossier_id, message, "values", status, attempts, next_at, queued_at)'
                " VALUES (?, 'manual', ?, 'received', '{}', 'queued', 0, ?, ?)",
                (f"{number}:received:2", dossier, at, at),
            )

    def _claim(self, task: int, person: str) -> None:
        now = datetime.now(UTC)
        with self._writing():
            held = self._run(_HELD + self._lock, (task,)).fetchone()
            step, status, _, version, barred, dossier, number, dossier_version, seq, head = held
            if status != "open" or person in json.loads(barred):
                raise RuntimeError("not to be claimed")
            changed = self._run(
                "UPDATE task SET status = 'claimed', assignee = ?, claimed_at = ?, version = version + 1"
                " WHERE id = ? AND version = ?",
                (person, self._at(now), task, version),
            )
            _one(changed.rowcount)
            rows = _chained(number, seq, head, now, person, [("task_claimed", {"step": step})])
            _one(self._run(_SAVED, (rows[-1][0], rows[-1][-1], dossier, dossier_version)).rowcount)
            self._keep(dossier, self._at(now), rows)

    def _end(self, task: int, expected: str, by: str) -> None:
        now = datetime.now(UTC)
        at = self._at(now)
        with self._writing():
            held = self._run(_HELD + self._lock, (task,)).fetchone()
            step, status, _, version, _, dossier, number, dossier_version, seq, head = held
            if status != expected:
                raise RuntimeError("not to be ended")
            _one(self._run(_ENDED, (at, by, task, version)).rowcount)
            events: list[tuple[str, dict[str, Any]]] = [("step_completed", {"step": step, "outcome": "on"})]
            if step == _NAMES[-1]:
                events.append(("dossier_issued", {}))
                rows = _chained(number, seq, head, now, by, events)
                running = "UPDATE clock SET stopped_at = ?, wake_at = NULL WHERE dossier_id = ? AND stopped_at IS NULL"
                self._run(running, (at, dossier))
                closed = _SAVED.replace("SET", "SET status = 'issued', closed_at = ?, open_key = NULL,")
                _one(self._run(closed, (at, rows[-1][0], rows[-1][-1], dossier, dossier_version)).rowcount)
                self._keep(dossier, at, rows)
                return
            stop = "UPDATE clock SET stopped_at = ?, wake_at = NULL WHERE task_id = ? AND stopped_at IS NULL"
            self._run(stop, (at, task))
            save, more = _SAVED, tuple[Any, ...]()
            if step == _NAMES[0]:
                due = now + timedelta(hours=7)
                for kind, text, budget in (("limit", "14d", timedelta(days=14)), ("target", "1wd", due - now)):
                    self._start(dossier, None, kind, text, budget, now)
                events.append(("found_complete", {"due": due}))
                save = _SAVED.replace("SET", "SET status = 'in_process', accepted_at = ?, due_at = ?,")
                more = (at, self._at(due))
            following = _NAMES[_NAMES.index(step) + 1]
            self._open(dossier, following, now)
            events.append(("steps_opened", {"steps": [following]}))
            rows = _chained(number, seq, head, now, by, events)
            _one(self._run(save, (*more, rows[-1][0], rows[-1][-1], dossier, dossier_version)).rowcount)
            self._keep(dossier, at, rows)

    def _open(self, dossier: int, step: str, now: datetime) -> None:
        due = now + timedelta(hours=2)
        barred = "[]"
        if step == "verify":
            query = "SELECT done_by FROM task WHERE dossier_id = ? AND step = 'enter' AND status = 'done'"
            barred = json.dumps([by for (by,) in self._run(query, (dossier,))])
        kind, status = ("human", "open") if step in _TEAMS else ("automatic", "ready")
        (task,) = self._run(
            _TASK,
            (dossier, CODE, step, kind, status, _TEAMS.get(step), _ROLES.get(step), barred, self._at(now),
             self._at(due)),
        ).fetchone()  # fmt: skip
        self._start(dossier, task, "step", "2wh", due - now, now)

    def _start(
        self, dossier: int, task: int | None, kind: str, text: str, budget: timedelta, now: datetime
    ) -> None:  # fmt: skip
        due = self._at(now + budget)
        ledger = f'[["{now.isoformat()}",null,null]]'
        seconds = int(budget.total_seconds())
        self._run(_CLOCK, (dossier, task, kind, text, seconds, text.startswith("w"), ledger, due, due))

    def _keep(self, dossier: int, at: Any, rows: Iterable[tuple[Any, ...]]) -> None:
        self._run_many(_JOURNAL, [(dossier, seq, at, *rest) for seq, *rest in rows])

    def _lease(self, limit: int) -> list[int]:
        now = datetime.now(UTC)
        with self._writing():
            ready = f"SELECT id FROM task WHERE status = 'ready' AND lane = 'manual' {_IN_ORDER}"
            found = [task for (task,) in self._run(ready + self._lock, (limit,)).fetchall()]
            marks = ", ".join("?" * len(found))
            self._run(
                "UPDATE task SET status = 'running', lease_owner = 'bench', lease_until = ?, attempts = attempts + 1,"
                f" version = version + 1 WHERE id IN ({marks})",
                (self._at(now + timedelta(minutes=5)), *found),
            )
        return found


def _chained(
    number: str, seq: int, head: str, at: datetime, actor: str, events: Iterable[tuple[str, Mapping[str, Any]]]
) -> list[tuple[Any, ...]]:
    """Journal rows (seq, actor, event, data, hash), chained as `domain.journal` chains them."""
    rows = []
    for seq, (event, values) in enumerate(events, seq + 1):  # noqa: B020
        data = json.dumps(values, sort_keys=True, separators=(",", ":"), default=str)
        text = "\x1f".join((head or number, number, str(seq), at.isoformat(), actor, event, data))
        head = hashlib.sha256(text.encode()).hexdigest()
        rows.append((seq, actor, event, data, head))
    return rows


def _one(rows: int) -> None:
    if rows != 1:
        raise RuntimeError("somebody else was faster")
