"""Rows held against what the journal tells of them (`domain.replay`): each disagreement named by table, column and row.

A fault never repeats what a row holds, for whoever tampered with it may have written anything there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.dossier import TaskKind, TaskStatus
from domain.replay import ANYTHING, Expected


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row as it stands in the store. A value that is none of its column's type is not among `values`; `unreadable`
    names the column, and what it should hold. `id` is its number in the table, of a journal's row in the dossier; 0
    where it has none."""

    table: str
    id: int
    values: Mapping[str, Any]
    unreadable: Mapping[str, str] = field(default_factory=dict)

    def fault(self, column: str, says: str) -> str:
        """A fault of one column of this row, in words."""
        return f"{self.table}.{column}, row {self.id}: {says}" if self.id else f"{self.table}.{column}: {says}"


#: The ways to find a row again, the surest first: by all of these columns that the journal tells.
TASK_KEYS = (("step", "kind", "status", "ready_at", "outcome", "done_by", "done_at"), ("step", "status", "ready_at"),
             ("step", "ready_at"), ("step", "status"), ("step",), ("ready_at", "status"))  # fmt: skip
PAUSE_KEYS = (("reason", "started_at", "recorded_at", "ended_at"), ("reason", "started_at"), ("reason", "recorded_at"),
              ("started_at", "recorded_at"), ("reason",))  # fmt: skip
OVERTAKING_KEYS = (("at", "step", "officer", "reason"), ("at", "step"), ("step", "officer", "reason"), ("at",))
COMPLAINT_KEYS = (("number",), ("filed_at", "topic"))
DOCUMENT_KEYS = (("number",), ("key",), ("sha256", "made_at"))

_KIND = {TaskStatus.OPEN: TaskKind.HUMAN, TaskStatus.READY: TaskKind.AUTOMATIC, TaskStatus.RUNNING: TaskKind.AUTOMATIC}


def unreadable(row: Row) -> list[str]:
    """The faults of values that are none of their column's type."""
    return [row.fault(column, f"holds no {kind}") for column, kind in row.unreadable.items()]


def disagreements(expected: Expected, row: Row) -> list[str]:
    """The faults of a row that must hold what is expected."""
    return [
        row.fault(column, "is not what the journal says")
        for column, value in expected.items()
        if column not in row.unreadable and not _is(value, row.values[column])
    ]


def with_kind(expected: Expected, row: Row) -> Expected:
    """What is expected of a task, with the kind that its status tells where the journal does not."""
    kind = _KIND.get(row.values.get("status", ""))
    return expected if "kind" in expected or kind is None else {**expected, "kind": kind}


def paired(
    expected: Sequence[Expected], rows: Sequence[Row], keys: Sequence[Sequence[str]]
) -> tuple[list[tuple[Expected, Row]], list[Expected], list[Row]]:
    """What is expected with the row that it tells of; then what has no row, and the rows that nothing tells of."""
    pairs: list[tuple[Expected, Row]] = []
    missing, extra = list(expected), list(rows)
    for key in keys:
        waiting, missing = missing, []
        for told in waiting:
            place = next((place for place, row in enumerate(extra) if _fits(told, row, key)), None)
            if place is None:
                missing.append(told)
            else:
                pairs.append((told, extra.pop(place)))
    return pairs, missing, extra


def _fits(told: Expected, row: Row, key: Sequence[str]) -> bool:
    return all(column in row.values and _is(told[column], row.values[column]) for column in key if column in told)


def _is(expected: object, value: object) -> bool:
    if expected is ANYTHING:
        return value is not None
    return value in expected if isinstance(expected, frozenset) else value == expected
