"""What a preview of a lane's rules tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.foresight import Group, KindChange, Load
from domain.hindsight import Tally
from domain.roles import Lane
from domain.rule_changes import Changes


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """What a policy does to the open dossiers: by kind of clock, by document type and team, and to each team's load.

    `overdue` and `at_risk` count dossiers (before, after) by their promise: the target, or the limit without one.
    `closings` counts the dossiers that would run out of their applicants' time to answer, and be closed by rule after a
    reminder.
    """

    clocks: Sequence[KindChange]
    dossiers: Sequence[Group]
    teams: Sequence[Load]
    overdue: tuple[int, int]
    at_risk: tuple[int, int]
    closings: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """Who is written to by the ladders: letters to applicants that they are late and that they must answer,
    applications that are closed (their applicants are told), work handed to somebody else, and the people of the
    office with the number of dossiers that each hears of, in one message a sweep."""

    late: int
    reminded: int
    closed: int
    handed_on: int
    people: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hearing:
    """What the ladders say if nothing more happens, each under the rules in force and under the proposed ones with
    `recompute`: at the first sweep, at `at`, and in the day after it. Letters to applicants of the first one leave at
    `letters_at`: by day."""

    at: datetime
    letters_at: datetime
    at_once: tuple[Heard, Heard]
    day_after: tuple[Heard, Heard]


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenWork:
    """The open dossiers at the instant asked about. Under `keep` their running clocks stay as they are; `unaccepted`
    of them were not yet found complete, so that their promise will begin under the new rules either way."""

    dossiers: int
    unaccepted: int
    keep: Effect
    recompute: Effect
    hearing: Hearing


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """Finished dossiers and the steps that people did in them, of the document types whose due times would differ.

    By document type for the promise and for the limit, by (team, step), and by team.
    """

    since: datetime
    until: datetime
    dossiers: int
    promise: Mapping[str, Tally]
    limit: Mapping[str, Tally]
    steps: Mapping[tuple[str, str], Tally]
    teams: Mapping[str, Tally]
    all: Tally


@dataclass(frozen=True, kw_only=True, slots=True)
class LanePreview:
    """What a lane's file would change; without any change there is nothing else to tell. `version` is in force.
    `failed` names the dossiers of which something could not be looked at: they are left out."""

    lane: Lane
    version: int
    changes: Changes
    open: OpenWork | None = None
    past: Past | None = None
    moves: tuple[str, ...] = ()  # what becomes of people and tasks
    warnings: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
