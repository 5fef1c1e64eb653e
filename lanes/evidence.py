"""The port by which the audit reads the store: rows as they are, whatever somebody has written into them.

Every other port gives values of the domain and may count on what this program wrote; this one must not fail where a
column holds something that it cannot hold, or the proof would end where it is needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.proof import Row


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """All that is kept of a dossier and proven: its row, its journal by number, the others by id."""

    dossier: Row
    journal: Sequence[Row]
    tasks: Sequence[Row]
    documents: Sequence[Row]
    pauses: Sequence[Row]
    overtakings: Sequence[Row]
    escalations: Sequence[Row]
    complaints: Sequence[Row]
    clocks: Sequence[Row]


class Evidence(Protocol):
    """Reads for the audit."""

    def dossiers(self) -> Iterator[Record]:
        """Every dossier, in order, a batch at a time."""
        ...

    def dossier(self, number: str) -> Record | None:
        """The dossier with this number; None when there is none."""
        ...

    def heads(self, number: str) -> list[tuple[int, int, str]]:
        """The seals that cover a dossier, oldest first, each with the entry and hash with which its chain ended."""
        ...

    def roots(self, root: str) -> bool:
        """Whether a seal has this root."""
        ...

    def journal(self, number: str) -> list[Row]:
        """The journal of the dossier with this number, in order; [] when there is none."""
        ...

    def strays(self) -> dict[str, int]:
        """How many rows of each table belong to no dossier; only the tables that have some."""
        ...

    def seals(self) -> Iterator[tuple[Row, list[Row]]]:
        """Every seal, oldest first, with the heads it covers."""
        ...

    def outages(self) -> list[Row]:
        """Every outage."""
        ...

    def messages(self, dossier_id: int | None = None) -> Mapping[int, Mapping[str, int]]:
        """How many messages of each name there are to the applicant of each dossier, by its id; or of one dossier."""
        ...

    def blanks(self, dossier_id: int | None = None) -> Mapping[int, Mapping[tuple[str, str], int]]:
        """How many movements of blanks of each item and kind there are, by the id of the dossier (0: of none); or
        of one dossier."""
        ...

    def available(self) -> Mapping[str, object]:
        """How many blanks of each item are available by all movements together."""
        ...

    def tickets(self) -> list[Row]:
        """The numbers of the waiting room that are still kept."""
        ...

    def stock(self) -> list[Row]:
        """How many blanks of each item there are."""
        ...

    def counters(self) -> list[Row]:
        """The gapless sequences with the last number taken from each."""
        ...

    def register(self) -> list[Row]:
        """What was changed about people, in order."""
        ...
