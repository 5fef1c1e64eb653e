"""Clocks and tasks read by the hundred thousand, as plain values: for previews of rules and for what-ifs.

Nothing personal. Instants are whole microseconds since 1970.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from domain.foresight import OpenClock, OpenDossier
from domain.hindsight import Pauses, Ran
from domain.roles import Lane
from domain.staffing import TeamTask

StepKey = tuple[str, str, str]
"""A document type, a team, and a person's step that it did."""


class Whole(NamedTuple):
    """A finished dossier's ledger: its promise and its limit run by the same one. `due` is the promise's."""

    code: str
    workflow_version: str
    start: int
    stop: int
    due: int | None
    limit_due: int | None
    pauses: Pauses


class Ledgers(Protocol):
    """Clocks and tasks in bulk. Finished: issued or rejected after `since` and up to `until`. `failed` gets the
    ids of dossiers of which something cannot be read, with what was wrong; that is left out."""

    def open_dossiers(self, lane: Lane) -> list[OpenDossier]: ...
    def open_clocks(self, lane: Lane, failed: dict[int, str]) -> list[OpenClock]: ...
    def finished_dossiers(self, lane: Lane, codes: Collection[str], since: datetime, until: datetime,
                          failed: dict[int, str]) -> list[Whole]: ...  # fmt: skip
    def finished_steps(self, lane: Lane, codes: Collection[str], since: datetime, until: datetime,
                       failed: dict[int, str]) -> Iterator[Ran[StepKey]]: ...  # fmt: skip
    def team_tasks(self, lane: Lane, team: str, since: datetime) -> Sequence[TeamTask]: ...
