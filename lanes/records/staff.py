"""People of the office, as kept: who was added, places in teams given while the office runs, absences, and the register
of what was changed about whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from domain.journal import Entry
from domain.roles import Lane
from domain.staff import Absence


@dataclass(frozen=True, kw_only=True, slots=True)
class Membership:
    """A place in a team given while the office runs; a loan when it has a reason and an end."""

    username: str
    lane: Lane
    team: str
    reason: str | None = None
    until: datetime | None = None
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Operator:
    """A person added while the office runs."""

    username: str
    name: str
    email: str | None = None


class Change(NamedTuple):
    """An entry of the register, and about whom it is."""

    about: str
    entry: Entry


class People(Protocol):
    """What changed about people since the configuration was written."""

    def operators(self) -> dict[str, Operator]: ...
    def put_operator(self, operator: Operator) -> None: ...
    def move(self, lane: Lane, old: str, new: str) -> None: ...
    def memberships(self, now: datetime) -> list[Membership]: ...
    def loans(self, since: datetime) -> list[Membership]: ...
    def end_loans(self, username: str, lane: Lane, team: str, at: datetime) -> int: ...
    def end_places(self, username: str, lane: Lane, team: str, at: datetime) -> int: ...
    def add_membership(self, membership: Membership) -> None: ...
    def absences(self, now: datetime) -> list[Absence]: ...
    def absences_of(self, username: str, limit: int = 20) -> list[Absence]: ...
    def add_absence(self, absence: Absence) -> None: ...
    def end_absence(self, absence_id: int, at: datetime) -> None: ...
    def register(self, event: str, about: str, data: Mapping[str, Any], *, at: datetime, actor: str) -> None: ...
    def registered(self, about: str | None = None, *, before: int | None = None, limit: int = 50) -> list[Change]: ...
