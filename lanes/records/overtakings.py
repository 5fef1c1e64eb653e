"""Tasks taken out of their turn, and what they are held against, as kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.fairness import Verdict
from domain.roles import Lane


@dataclass(frozen=True, kw_only=True, slots=True)
class OvertakingRecord:
    """A task taken before its turn. `applicant` is the blind-index token of the applicant's number, never the number;
    `passed` are the ids of the first dossiers whose turn came before. `verdict`, with a `remark`: what who answers for
    the lane says of it; None until then."""

    id: int = 0
    at: datetime
    lane: Lane
    team: str
    code: str
    step: str
    officer: str
    task_id: int
    dossier_id: int
    reason: str
    applicant: str
    passed: Sequence[int]
    verdict: Verdict | None = None
    remark: str | None = None
    reviewed_at: datetime | None = None
    reviewed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A task that a person took, or was handed."""

    at: datetime
    lane: Lane
    code: str
    officer: str


@dataclass(frozen=True, slots=True)
class LetBy:
    """A task that `officer` held and gave back, and how many whose turn came later others took meanwhile."""

    at: datetime
    lane: Lane
    officer: str
    others: Mapping[str, int]


class Overtakings(Protocol):
    """Overtakings. Times are after `since` and up to `until`."""

    def add(self, overtaking: OvertakingRecord) -> None: ...
    def listing(self, since: datetime, until: datetime) -> Sequence[OvertakingRecord]: ...
    def get(self, overtaking_id: int) -> OvertakingRecord | None: ...
    def review(self, reviewed: OvertakingRecord) -> bool: ...
    def unreviewed(self, lane: Lane, limit: int) -> Sequence[OvertakingRecord]: ...
    def count_unreviewed(self, lane: Lane) -> int: ...
    def claims(self, since: datetime, until: datetime) -> Sequence[Claimed]: ...
    def let_by(self, since: datetime, until: datetime) -> Sequence[LetBy]: ...
