"""What somebody has filled in of a task that they hold and have not ended, as kept: encrypted, one for each task."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class UnfinishedRecord:
    """`version` counts from 1; `cipher` holds what was filled in, under the key `key_id`."""

    task_id: int
    username: str
    version: int
    saved_at: datetime
    key_id: str
    cipher: bytes


class Unfinished(Protocol):
    """Unfinished work."""

    def get(self, task_id: int) -> UnfinishedRecord | None: ...
    def put(self, record: UnfinishedRecord) -> None: ...
    def remove(self, task_id: int) -> None: ...
    def forget_let_go(self) -> int: ...
