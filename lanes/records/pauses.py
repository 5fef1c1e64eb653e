"""Pauses of dossiers and the outages that cause them, as kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.roles import Lane


@dataclass(frozen=True, kw_only=True, slots=True)
class PauseRecord:
    """A dossier's clocks held for a reason. `due_at` is the dossier's due time when the pause was set."""

    id: int = 0
    dossier_id: int
    outage_id: int | None = None
    lane: Lane
    code: str
    reason: str
    started_at: datetime
    ended_at: datetime | None = None
    recorded_at: datetime
    by: str
    due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Outage:
    """A time in which the office could not work, in one lane or (None) in both."""

    id: int = 0
    reason: str
    lane: Lane | None = None
    started_at: datetime
    ended_at: datetime | None = None
    recorded_at: datetime
    by: str
    ended_by: str | None = None


class Pauses(Protocol):
    """Pauses and outages."""

    def add(self, pause: PauseRecord) -> None: ...
    def end(self, dossier_id: int, reason: str, at: datetime) -> None: ...
    def of(self, dossier_id: int) -> Sequence[PauseRecord]: ...
