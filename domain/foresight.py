"""What other rules would do to the work that is open: each due time under both, and who becomes overdue or at risk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from domain.clock import ClockKind
from domain.dossier import DossierStatus
from domain.duration import Budget
from domain.hindsight import Pauses, Promise

AT_RISK_PERCENT = 80
"""From this share of the budget on a clock is at risk, as the ladders' first warning has it."""
_FIRST = 5  # numbers told of each group


class State(StrEnum):
    """How a clock stands."""

    FINE = "fine"
    AT_RISK = "at_risk"
    OVERDUE = "overdue"


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenDossier:
    """An open dossier; instants in microseconds since 1970."""

    id: int
    number: str
    code: str
    workflow_version: str
    status: DossierStatus
    promised_from: int
    accepted: bool
    due: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenClock:
    """A clock that has not stopped; `step`, `human` and `team` are of its task, where it has one."""

    dossier_id: int
    kind: ClockKind
    step: str
    human: bool
    team: str | None
    start: int
    pauses: Pauses
    due: int | None
    budget: Budget
    rules: int


@dataclass(frozen=True, slots=True)
class Standing:
    """When a clock falls due (None: held) and how it stands at the instant asked about."""

    due: int | None
    state: State


def standing(promise: Promise, start: int, pauses: Pauses, at: int) -> Standing:
    """How a clock stands at an instant, if nothing happens until then."""
    due = promise.due(start, pauses)
    if due is not None and due <= at:
        return Standing(due, State.OVERDUE)
    risk = promise.used_up(promise.amount * AT_RISK_PERCENT // 100, start, pauses)
    return Standing(due, State.AT_RISK if risk is not None and risk <= at else State.FINE)


@dataclass(frozen=True, slots=True)
class Both:
    """A clock, or the promise of a dossier that was not yet found complete, under the rules before and after."""

    dossier: OpenDossier
    kind: ClockKind
    team: str | None
    before: Standing
    after: Standing
    changed: bool


@dataclass(kw_only=True, slots=True)
class KindChange:
    """What happens to the clocks of one kind: how many are open, how many change, and which way; how many are overdue
    and at risk under the rules before and after."""

    kind: str
    open: int = 0
    changed: int = 0
    earlier: int = 0
    later: int = 0
    overdue_before: int = 0
    overdue_after: int = 0
    at_risk_before: int = 0
    at_risk_after: int = 0


@dataclass(kw_only=True, slots=True)
class Group:
    """The open dossiers of one type with a team: how many come into a state or leave it, and the first of them."""

    code: str
    team: str
    becomes_overdue: int = 0
    no_longer_overdue: int = 0
    becomes_at_risk: int = 0
    no_longer_at_risk: int = 0
    first: dict[str, list[str]] = field(default_factory=dict)

    def note(self, change: str, number: str) -> None:
        """Count one more."""
        setattr(self, change, getattr(self, change) + 1)
        numbers = self.first.setdefault(change, [])
        if len(numbers) < _FIRST:
            numbers.append(number)


@dataclass(kw_only=True, slots=True)
class Load:
    """A team's tasks that are open or in hand: how many, and how many fall due later today or are overdue."""

    team: str
    open: int = 0
    due_today_before: int = 0
    due_today_after: int = 0
    overdue_before: int = 0
    overdue_after: int = 0


SYSTEM = "system"
"""Stands for the team of a dossier that waits for an automatic step or its applicant only."""


def kinds(seen: Iterable[Both]) -> list[KindChange]:
    """By kind of clock, in the order in which kinds are declared."""
    found = {kind: KindChange(kind=kind) for kind in ClockKind}
    for each in seen:
        kind = found[each.kind]
        kind.open += 1
        if each.changed:
            kind.changed += 1
            old, new = each.before.due, each.after.due
            kind.earlier += old is not None and new is not None and new < old
            kind.later += old is not None and new is not None and new > old
        kind.overdue_before += each.before.state is State.OVERDUE
        kind.overdue_after += each.after.state is State.OVERDUE
        kind.at_risk_before += each.before.state is State.AT_RISK
        kind.at_risk_after += each.after.state is State.AT_RISK
    return [kind for kind in found.values() if kind.open]


def groups(promised: Iterable[Both], teams: Mapping[int, Sequence[str]]) -> list[Group]:
    """The dossiers whose state changes, by document type and by the teams (by dossier) that have a task of them; one
    with two teams counts with each. `promised` has one entry for each dossier."""
    found: dict[tuple[str, str], Group] = {}
    for each in promised:
        old, new = each.before.state, each.after.state
        if old is new:
            continue
        for team in teams.get(each.dossier.id) or (SYSTEM,):
            group = found.setdefault((each.dossier.code, team), Group(code=each.dossier.code, team=team))
            for state in (State.OVERDUE, State.AT_RISK):
                if new is state:
                    group.note(f"becomes_{state}", each.dossier.number)
                elif old is state:
                    group.note(f"no_longer_{state}", each.dossier.number)
    return [found[key] for key in sorted(found)]


def loads(tasks: Iterable[Both], at: int, midnight: int) -> list[Load]:
    """By team, what its people have before them at the instant `at` of the day that ends at `midnight`."""
    found: dict[str, Load] = {}
    for each in tasks:
        if each.team is None:
            continue
        load = found.setdefault(each.team, Load(team=each.team))
        load.open += 1
        load.due_today_before += _is_within(each.before.due, at, midnight)
        load.due_today_after += _is_within(each.after.due, at, midnight)
        load.overdue_before += each.before.state is State.OVERDUE
        load.overdue_after += each.after.state is State.OVERDUE
    return [found[team] for team in sorted(found)]


def _is_within(due: int | None, after: int, until: int) -> bool:
    return due is not None and after < due <= until
