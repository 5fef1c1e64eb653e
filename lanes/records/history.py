"""The journal of all dossiers, searched; and proofs of the whole of it, as kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from domain.journal import Entry


class Mark(NamedTuple):
    """Where an entry stands in the order of the search: the newest first, and within an instant the later ones of the
    later dossiers."""

    at: datetime
    dossier_id: int
    seq: int


class Found(NamedTuple):
    """An entry of a dossier's journal."""

    number: str
    dossier_id: int
    entry: Entry

    @property
    def mark(self) -> Mark:
        """Where it stands."""
        return Mark(self.entry.at, self.dossier_id, self.entry.seq)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sought:
    """What is looked for: of one dossier, by one actor, of one kind, from an instant on, before another; None leaves
    each open."""

    number: str | None = None
    actor: str | None = None
    event: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Verification:
    """A proof of the whole journal: asked for, begun and ended; `found` faults, of which `faults` are the first."""

    id: int
    asked_at: datetime
    asked_by: str
    began_at: datetime | None = None
    ended_at: datetime | None = None
    found: int = 0
    faults: Sequence[str] = ()


class History(Protocol):
    """Searches the journal, and keeps what its proofs found."""

    def search(self, sought: Sought, *, after: Mark | None = None, limit: int = 50) -> list[Found]: ...
    def ask(self, at: datetime, by: str) -> Verification: ...
    def verifications(self, limit: int = 10, *, lock: bool = False) -> list[Verification]: ...
    def keep(self, verification: Verification) -> None: ...
