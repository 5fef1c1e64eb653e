"""What finished dossiers took, read for comparisons and reports; nothing personal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.roles import Lane


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """A dossier whose document was issued, or one that still stands, up to now (`closed_at`). `worked`: when somebody
    of the office had it in hand; `answering`: when it waited for its applicant (both from, until); `taken_out_of_turn`:
    at least once."""

    lane: Lane
    code: str
    submitted_at: datetime
    closed_at: datetime
    due_at: datetime | None
    worked: Sequence[tuple[datetime, datetime]]
    answering: Sequence[tuple[datetime, datetime]]
    taken_out_of_turn: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What one person did in one lane: tasks done, dossiers touched, time in hand."""

    tasks: int
    dossiers: int
    worked: timedelta


class Figures(Protocol):
    """Figures of finished work."""

    def passages(self, lane: Lane, code: str, step: str, limit: int) -> Sequence[tuple[datetime, datetime]]: ...

    def arrivals(self, since: datetime, until: datetime) -> Mapping[tuple[Lane, str], int]: ...
    def finished(self, since: datetime, until: datetime) -> Sequence[Finished]: ...
    def standing(self, at: datetime, most: int) -> Sequence[Finished]: ...
    def worked(self, since: datetime, until: datetime) -> dict[Lane, timedelta]: ...
    def work_of(self, username: str, lane: Lane, since: datetime, until: datetime) -> Work: ...
