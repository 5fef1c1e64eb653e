"""Between rows and the domain's values, written out once per kind because the hot path runs through here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_

from adapters.sql import tables as t
from domain.clock import ClockKind, Pause, SlaClock
from domain.dossier import CLOSED, Dossier, DossierStatus, Task, TaskKind, TaskStatus
from domain.duration import Budget
from domain.roles import Lane, Role
from lanes.store import StoredClock

DOSSIER = t.table(t.DossierRow)
TASK = t.table(t.TaskRow)
CLOCK = t.table(t.ClockRow)

_dossier_names = (
    "id", "number", "lane", "channel", "code", "workflow_version", "status", "facts", "district", "village", "priority",
    "submitted_at", "accepted_at", "closed_at", "due_at", "held", "open_key", "version", "journal_seq", "journal_head",
)  # fmt: skip
_task_names = (
    "id", "dossier_id", "lane", "code", "step", "kind", "status", "team", "role", "assignee", "barred", "priority",
    "ready_at", "not_before", "due_at", "claimed_at", "done_at", "done_by", "outcome", "lease_owner", "lease_until",
    "attempts", "error", "details", "version",
)  # fmt: skip
_clock_names = (
    "id", "dossier_id", "task_id", "lane", "kind", "budget", "budget_s", "working", "ledger", "rules", "rung", "passed",
    "summits", "due_at", "wake_at", "flagged_at", "stopped_at",
)  # fmt: skip
DOSSIER_COLUMNS = [DOSSIER.c[name] for name in _dossier_names]
TASK_COLUMNS = [TASK.c[name] for name in _task_names]
CLOCK_COLUMNS = [CLOCK.c[name] for name in _clock_names]
NEW_DOSSIER, NEW_TASK, NEW_CLOCK = _dossier_names[1:], _task_names[1:], _clock_names[1:]
"""The columns that a new row is given; the database gives its id."""
TASK_WIDTH, CLOCK_WIDTH = len(TASK_COLUMNS), len(CLOCK_COLUMNS)

IS_CLOSED = DOSSIER.c.status.in_(sorted(status.value for status in CLOSED))
DONE_BY_OFFICE = and_(TASK.c.outcome.is_not(None), TASK.c.kind != TaskKind.APPLICANT.value)
"""Whether a dossier is closed, and whether a task was done, by a person or by itself, and not by the applicant."""

LANES = {lane.value: lane for lane in Lane}
_ROLES = {role.value: role for role in Role}
_STATUSES = {status.value: status for status in DossierStatus}
_TASK_STATUSES = {status.value: status for status in TaskStatus}
_KINDS = {kind.value: kind for kind in TaskKind}


def dossier(row: Sequence[Any]) -> Dossier:
    """A dossier from a row that selects DOSSIER_COLUMNS."""
    values = dict(zip(_dossier_names, row, strict=True))
    values["lane"] = LANES[values["lane"]]
    values["status"] = _STATUSES[values["status"]]
    return Dossier(**values)


def task(row: Sequence[Any]) -> Task:
    """A task from a row that selects TASK_COLUMNS."""
    values = dict(zip(_task_names, row, strict=True))
    values["lane"] = LANES[values["lane"]]
    values["kind"] = _KINDS[values["kind"]]
    values["status"] = _TASK_STATUSES[values["status"]]
    values["role"] = _ROLES.get(values["role"])
    values["barred"] = tuple(values["barred"])
    return Task(**values)


def task_and_dossier(row: Sequence[Any]) -> tuple[Task, Dossier]:
    """Both, from a row that selects TASK_COLUMNS and then DOSSIER_COLUMNS."""
    return task(row[:TASK_WIDTH]), dossier(row[TASK_WIDTH:])


def dossier_values(value: Dossier) -> dict[str, Any]:
    """The columns of a new dossier."""
    return {name: getattr(value, name) for name in NEW_DOSSIER}


def task_values(value: Task) -> dict[str, Any]:
    """The columns of a new task."""
    return {name: getattr(value, name) for name in NEW_TASK}


def clock(row: Sequence[Any]) -> StoredClock:
    """A clock from a row that selects CLOCK_COLUMNS."""
    values = dict(zip(_clock_names, row, strict=True))
    budget = Budget(values.pop("budget"), timedelta(seconds=values.pop("budget_s")), values.pop("working"))
    ledger = values.pop("ledger")
    pauses = tuple(
        Pause(datetime.fromisoformat(start), end and datetime.fromisoformat(end), reason)
        for start, end, reason in ledger["pauses"]
    )
    values["summits"] = {datetime.fromisoformat(at): place for at, place in (values["summits"] or {}).items()}
    values["lane"] = LANES[values["lane"]]
    values["kind"] = ClockKind(values["kind"])
    return StoredClock(
        **values, clock=SlaClock(budget=budget, start=datetime.fromisoformat(ledger["start"]), pauses=pauses)
    )


def summits(value: StoredClock) -> dict[str, str] | None:
    """The column of that name; None for a clock that has none, as most have."""
    return {at.isoformat(): place for at, place in value.summits.items()} or None


def clock_values(value: StoredClock) -> dict[str, Any]:
    """The columns of a clock, without its id."""
    budget = value.clock.budget
    return {
        "dossier_id": value.dossier_id,
        "task_id": value.task_id,
        "lane": value.lane,
        "kind": value.kind,
        "budget": budget.text,
        "budget_s": int(budget.amount.total_seconds()),
        "working": budget.working,
        "ledger": {
            "start": value.clock.start.isoformat(),
            "pauses": [[p.start.isoformat(), p.end and p.end.isoformat(), p.reason] for p in value.clock.pauses],
        },
        "rules": value.rules,
        "rung": value.rung,
        "passed": value.passed,
        "summits": summits(value),
        "due_at": value.due_at,
        "wake_at": value.wake_at,
        "flagged_at": value.flagged_at,
        "stopped_at": value.stopped_at,
    }
