"""What somebody has filled in, ticked or noted of a task and not ended yet: kept while they hold it, encrypted.

It belongs to the task and to who holds it, and is gone when the task is ended, given back or handed on. Two windows on
one task never write over each other: each says what it saw last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from domain.dossier import Task, TaskStatus
from domain.errors import Conflict, Refused
from lanes.ports import Clock, Vault
from lanes.records.unfinished import UnfinishedRecord
from lanes.store import Store, Work

LARGEST: Final = 100_000
"""Signs of everything filled in of one task."""
Part = Mapping[str, str | list[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What is filled in so far, by part of the page; `version` 0 and no time when nothing is."""

    version: int = 0
    saved_at: datetime | None = None
    parts: Mapping[str, Part] = field(default_factory=dict)


class Unfinished:
    """See the module."""

    def __init__(self, store: Store, clock: Clock, vault: Vault) -> None:
        self._store, self._clock, self._vault = store, clock, vault

    def of(self, task: Task, *, by: str) -> Kept:
        """What this person filled in since they took the task."""
        with self._store.read() as work:
            return self._read(work, task, by)

    def keep(self, task_id: int, part: str, filled_in: Part, *, by: str, seen: int) -> Kept:
        """Keep a part as it is now, in place of what was kept of it; `seen` is the version that its window saw last.
        Raises Refused when the task is not in this person's hands, Conflict when another window saved meanwhile."""
        now = self._clock.now()
        with self._store.begin() as work:
            found = work.tasks.get(task_id, lock=True)
            if found is None or found[0].status is not TaskStatus.CLAIMED or found[0].assignee != by:
                raise Refused("not_held", "You do not hold this task any more, so nothing of it is kept.",
                              allowed="a task that you have taken")  # fmt: skip
            kept = self._read(work, found[0], by)
            if kept.version != seen:
                raise Conflict("saved_elsewhere", "This task was saved in another window since.",
                               allowed="the page as it is now")  # fmt: skip
            parts: dict[str, Any] = {**kept.parts, part: dict(filled_in)}
            if len(str(parts)) > LARGEST:
                raise Refused("too_much", "This is more than a form holds.", allowed=f"{LARGEST} signs")
            key_id, cipher = self._vault.lock({"parts": parts}, context=_context(task_id, by))
            kept = Kept(version=seen + 1, saved_at=now, parts=parts)
            work.unfinished.put(UnfinishedRecord(task_id=task_id, username=by, version=kept.version, saved_at=now,
                                                 key_id=key_id, cipher=cipher))  # fmt: skip
        return kept

    def forget(self) -> int:
        """Forget what is kept of tasks that were ended or let go in some way that could not; gives how many."""
        with self._store.begin() as work:
            return work.unfinished.forget_let_go()

    def _read(self, work: Work, task: Task, by: str) -> Kept:
        record = work.unfinished.get(task.id)
        if record is None or record.username != by or task.status is not TaskStatus.CLAIMED or task.assignee != by:
            return Kept()
        if task.claimed_at is not None and record.saved_at < task.claimed_at:
            return Kept()
        plain = self._vault.unlock(record.key_id, record.cipher, context=_context(task.id, by))
        return Kept(version=record.version, saved_at=record.saved_at, parts=plain["parts"])


def _context(task_id: int, username: str) -> str:
    return f"unfinished:{task_id}:{username}"
