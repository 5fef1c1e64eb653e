"""Rungs that were passed, as kept: what was done at each, and whom of the office it tells."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.clock import ClockKind
from domain.ladder import RungAction
from domain.roles import Lane


@dataclass(frozen=True, kw_only=True, slots=True)
class Escalation:
    """One action at one place of a clock's ladder. `step` is "" for a whole dossier's clock; `person` is who hears of
    it (None when the action tells nobody of the office), `instead_of` who was passed over and why; `told_at` is None
    until the message is queued."""

    id: int = 0
    clock_id: int
    action: RungAction
    lane: Lane
    dossier_id: int
    step: str
    kind: ClockKind
    place: str
    due_at: datetime | None
    at: datetime
    person: str | None = None
    instead_of: str | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Untold:
    """A notice whose person was not told yet, with its dossier."""

    id: int
    person: str
    dossier_id: int
    number: str
    code: str
    clock_id: int
    step: str
    kind: ClockKind
    place: str
    due_at: datetime | None


class Escalations(Protocol):
    """Rungs that were passed."""

    def add(self, passed: Sequence[Escalation]) -> None: ...
    def of(self, dossier_id: int) -> list[Escalation]: ...
    def untold(self, lane: Lane) -> list[Untold]: ...
    def told(self, ids: Collection[int], at: datetime) -> None: ...
