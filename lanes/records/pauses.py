"""Pauses of dossiers and the outages that cause them, as kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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

    @property
    def is_empty(self) -> bool:
        """Whether it held nothing: the dossier came in after an outage that was recorded later still."""
        return self.ended_at is not None and self.ended_at <= self.started_at


@dataclass(frozen=True, kw_only=True, slots=True)
class Outage:
    """A time in which the office could not work, in one lane or (None) in both. `why` is what happened, in the words of
    who recorded it: for who works here, never for applicants. `carried_out_at` is None until it is over, or withdrawn
    because it never was, and every dossier it touched says so."""

    id: int = 0
    reason: str
    lane: Lane | None = None
    started_at: datetime
    ended_at: datetime | None = None
    recorded_at: datetime
    by: str
    why: str | None = None
    ended_by: str | None = None
    carried_out_at: datetime | None = None
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_why: str | None = None

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """The lanes it holds."""
        return tuple(Lane) if self.lane is None else (self.lane,)


class Pauses(Protocol):
    """Pauses and outages."""

    def add(self, pause: PauseRecord) -> None: ...
    def end(self, dossier_id: int, reason: str, at: datetime, *, outage: bool = False) -> None: ...
    def of(self, dossier_id: int) -> Sequence[PauseRecord]: ...
    def set_alone(self, since: datetime, until: datetime) -> Sequence[PauseRecord]: ...
    def lasting_alone(self, lane: Lane) -> Sequence[tuple[str, PauseRecord]]: ...
    def add_outage(self, outage: Outage) -> Outage: ...
    def save_outage(self, outage: Outage) -> None: ...
    def outage(self, outage_id: int) -> Outage: ...
    def outages(self, *, reason: str | None = None, unfinished: bool = False, limit: int = 1000) -> list[Outage]: ...
    def lock_outages(self) -> None: ...
    def missing(self, outage: Outage, types: Mapping[Lane, Collection[str] | None]) -> list[int]: ...
    def marks(self, outage_id: int, dossiers: Collection[int]) -> dict[int, PauseRecord]: ...
    def remove(self, pause_id: int) -> None: ...
    def marked(self, outage_id: int) -> list[int]: ...
    def lasting(self, outage_id: int) -> list[int]: ...
