"""Versions of a lane's rules, as kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.roles import Lane


@dataclass(frozen=True, kw_only=True, slots=True)
class RulesVersion:
    """A version of a lane's rules: `source` is the lane file's text as it stood, `body` what `domain.rules_version`
    wrote; in force from `effective_at` on, for open dossiers too when `policy` is "recompute"."""

    id: int = 0
    lane: Lane
    digest: str
    source: str
    body: str
    author: str
    reason: str
    policy: str  # keep | recompute
    applied_at: datetime
    effective_at: datetime
    carried_out_at: datetime | None = None


class RulesVersions(Protocol):
    """Versions of lane rules."""

    def body(self, version: int) -> str: ...
