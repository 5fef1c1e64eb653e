"""Outreach, as kept: where and when the office told people about the online lane, and how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Outreach:
    """What was done in a district (its code) from `since` until `until`; `what` in the office's words."""

    id: int = 0
    district: str
    since: datetime
    until: datetime
    what: str
    by: str
    recorded_at: datetime


class Outreaches(Protocol):
    """Outreaches."""

    def add(self, outreach: Outreach) -> int: ...
    def listing(self, limit: int = 100) -> Sequence[Outreach]: ...
