"""Complaints as kept. What was said is encrypted; the rest can be counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.complaint import Complaint, Topic
from domain.roles import Lane


@dataclass(frozen=True, kw_only=True, slots=True)
class ComplaintRecord:
    """A complaint about a dossier. `remind_at` is when the office is reminded of it next; `cipher` holds what was said,
    answered and decided, under the key `key_id`."""

    id: int = 0
    number: str
    dossier_id: int
    lane: Lane
    topic: Topic
    filed_at: datetime
    answered_at: datetime | None = None
    answered_by: str | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    remind_at: datetime | None = None
    key_id: str
    cipher: bytes

    @property
    def state(self) -> Complaint:
        """Where it stands."""
        return Complaint(filed_at=self.filed_at, answered_at=self.answered_at, decided_at=self.decided_at)


class Complaints(Protocol):
    """Complaints."""

    def add(self, complaint: ComplaintRecord) -> None: ...
    def save(self, complaint: ComplaintRecord) -> None: ...
    def get(self, number: str, *, lock: bool = False) -> ComplaintRecord | None: ...
    def of(self, dossier_id: int) -> Sequence[ComplaintRecord]: ...
    def listing(self, lane: Lane, *, open_only: bool) -> Sequence[ComplaintRecord]: ...
    def to_remind(self, lane: Lane, now: datetime, limit: int) -> Sequence[ComplaintRecord]: ...
