"""What runs all day long finds its rows in an index: its cost follows what there is to do, not what there is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, event

from adapters.sql import prepared
from adapters.sql.store import SqlStore, SqlWork
from domain.dossier import Task, TaskKind, TaskStatus
from domain.roles import Lane

NOW = datetime(2026, 3, 2, tzinfo=UTC)
WAITS = Task(dossier_id=1, lane=Lane.ONLINE, code="MTI", step="enter", kind=TaskKind.HUMAN, status=TaskStatus.OPEN,
             team="a", ready_at=NOW, due_at=NOW)  # fmt: skip
HELD = replace(WAITS, status=TaskStatus.CLAIMED, assignee="dewi", claimed_at=NOW)

# Where the order is not read from the index, SQLite says that it sorts.
USED: dict[str, tuple[Callable[[SqlWork], object], list[str], bool]] = {
    "next": (lambda work: work.tasks.next_for("dewi", Lane.ONLINE, ["a", "b"]),
             ["task_assignee", "task_team", "task_team"], True),
    "ahead": (lambda work: work.tasks.ahead_of(WAITS), ["task_team"], True),
    "passed over": (lambda work: work.tasks.passed_over("dewi", WAITS, 500), ["task_team", "task_team"], True),
    "let by": (lambda work: work.tasks.let_by(HELD), ["task_claimed"], False),
    "held before": (lambda work: work.tasks.held_before(HELD, "dewi"), ["task_assignee"], True),
    "taken after": (lambda work: work.tasks.taken_after(HELD), ["task_assignee"], False),
    "messages of a dossier": (lambda work: work.outbox.of_dossier(1), ["outbox_dossier"], True),
    "finished before": (lambda work: work.figures.passages(Lane.ONLINE, "MTI", "enter", 200), ["dossier_closed"],
                        False),
    "worklist": (lambda work: work.tasks.listing(lane=Lane.ONLINE, statuses=[TaskStatus.OPEN], teams=["a"]),
                 ["task_team"], True),
    "worklist of two teams": (lambda work: work.tasks.listing(statuses=[TaskStatus.OPEN], teams=["a", "b"]),
                              ["task_team"], True),
    "queues": (lambda work: work.overview.queues(Lane.ONLINE, NOW, NOW),
               ["task_team", "task_assignee", "task_ready", "task_leased", "task_stuck"], False),
    "lease": (lambda work: work.tasks.lease(Lane.ONLINE, "w", now=NOW, until=NOW, limit=5),
              ["task_leased", "task_ready"], False),  # the few lost ones are sorted
    "sweep": (lambda work: work.clocks.due(Lane.ONLINE, NOW, 100), ["clock_wake"], True),
    "held": (lambda work: work.tasks.held(Lane.ONLINE), ["task_assignee"], True),
    "outbox": (lambda work: work.outbox.claim(Lane.ONLINE, now=NOW, until=NOW, limit=5), ["outbox_due"], False),
    "seal": (lambda work: work.seals.unsealed(), ["dossier_unsealed"], False),
}  # fmt: skip


@pytest.mark.parametrize("name", USED)
def test_it_is_found_by_its_index(engine: Engine, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run, indexes, ordered = USED[name]
    statements: list[tuple[str, Any]] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if statement.startswith(("SELECT", "WITH")):
            statements.append((statement, parameters))

    class Noting:
        """The driver's cursor, to which prepared statements go."""

        def __init__(self, cursor: Any) -> None:
            self._cursor = cursor

        def execute(self, statement: str, values: Any) -> Any:
            note(None, None, statement, tuple(values) if isinstance(values, list) else values, None, False)
            return self._cursor.execute(statement, values)

    cursor = prepared._cursor
    monkeypatch.setattr(prepared, "_cursor", lambda db: Noting(cursor(db)))
    store = SqlStore(engine)
    with store.begin() as work:
        run(work)
    with engine.connect() as connection:
        explain = "EXPLAIN QUERY PLAN "
        if engine.dialect.name == "postgresql":  # which reads small tables whole unless told otherwise
            connection.exec_driver_sql("SET enable_seqscan = off")
            explain = "EXPLAIN "
        plans = [
            " / ".join(str(row[-1]) for row in connection.exec_driver_sql(explain + statement, parameters))
            for statement, parameters in statements
        ]
    assert len(plans) == len(indexes)
    for plan, index in zip(plans, indexes, strict=True):
        assert index in plan
        assert not (ordered and "TEMP B-TREE" in plan)
