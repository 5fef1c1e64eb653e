"""Alarms about the office as a whole, on record until it is better; as kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """Something that is not as promised: what (`name`), for which document type ("": all), and the figures when it
    began and when it ended."""

    id: int = 0
    name: str
    code: str
    opened_at: datetime
    closed_at: datetime | None = None
    figures: Mapping[str, Any]
    closing: Mapping[str, Any] | None = None


class Alarms(Protocol):
    """Alarms."""

    def raise_(self, alarm: Alarm) -> int | None: ...
    def close(self, alarm_id: int, at: datetime, figures: Mapping[str, Any]) -> bool: ...
    def listing(self, name: str, *, open_only: bool = False, limit: int = 100) -> Sequence[Alarm]: ...
