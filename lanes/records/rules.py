"""Versions of a lane's rules, as kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.roles import Lane


class Policy(StrEnum):
    """What new rules mean for the clocks that run already."""

    KEEP = "keep"  # they go on under the rules they began under
    RECOMPUTE = "recompute"  # they get the new budget, ladder and calendar


@dataclass(frozen=True, kw_only=True, slots=True)
class RulesVersion:
    """A version of a lane's rules: `source` and `calendar` are the texts of the lane file and of its calendar file as
    they stood, `body` what `domain.rules_version` wrote of them. It comes into force at `effective_at` unless a later
    version is in force by then; the lane's first one (`follows` 0) holds for all time before the second."""

    id: int = 0
    lane: Lane
    follows: int = 0
    digest: str
    source: str
    calendar: str
    body: str
    author: str
    reason: str
    policy: Policy
    applied_at: datetime
    effective_at: datetime
    carried_out_at: datetime | None = None
    settled_at: datetime | None = None


class RulesVersions(Protocol):
    """Versions of lane rules, and the open dossiers that run under earlier ones."""

    def newest(self, now: datetime) -> Mapping[Lane, int]: ...
    def body(self, version: int) -> str: ...
    def get(self, version: int) -> RulesVersion | None: ...
    def last(self, lane: Lane) -> RulesVersion | None: ...
    def listing(self, lane: Lane | None = None) -> Sequence[RulesVersion]: ...
    def add(self, version: RulesVersion) -> int | None: ...
    def adopt(self, lane: Lane, version: int) -> None: ...
    def unsettled(self, now: datetime) -> Sequence[RulesVersion]: ...
    def carried_out(self, version: int, at: datetime) -> None: ...
    def settled(self, version: int, at: datetime) -> None: ...
    def count_before(self, version: RulesVersion) -> int: ...
    def dossiers_before(self, version: RulesVersion, after: int, limit: int) -> Sequence[int]: ...
