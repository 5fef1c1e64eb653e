"""Notices that rungs of ladders gave to people of the office, as kept."""

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
    """What `person` hears of a place on a clock's ladder, by one of its actions, and who was passed over and why.

    `step` is "" for a whole dossier's clock; `told_at` is None until the message is queued.
    """

    id: int = 0
    clock_id: int
    action: RungAction
    lane: Lane
    dossier_id: int
    number: str
    code: str
    step: str
    kind: ClockKind
    place: str
    due_at: datetime | None
    at: datetime
    person: str
    instead_of: str | None = None
    told_at: datetime | None = None


class Escalations(Protocol):
    """Notices to people of the office."""

    def add(self, notices: Sequence[Escalation], told_at: datetime | None) -> None: ...
    def of(self, dossier_id: int) -> list[Escalation]: ...
    def untold(self, lane: Lane) -> list[Escalation]: ...
    def told(self, ids: Collection[int], at: datetime) -> None: ...
