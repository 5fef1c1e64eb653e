"""Dossiers and tasks, and the two machines that say which status may follow which.

The machines are declared with `transitions`; the engine asks them with `after`, so a status is never set by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from transitions import Machine

from domain.errors import Refused
from domain.roles import Lane, Role
from domain.status_words import DOSSIER_ACT, DOSSIER_IS, STEP_ACT, STEP_IS


class DossierStatus(StrEnum):
    """Where a dossier stands as a whole."""

    SUBMITTED = "submitted"  # taken in, not yet found complete
    IN_PROCESS = "in_process"  # found complete and valid: the statutory clock counts
    RETURNED = "returned"  # the applicant has to act
    ISSUED = "issued"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


class TaskStatus(StrEnum):
    """Where one step of a dossier stands."""

    OPEN = "open"  # a person's, not yet taken
    CLAIMED = "claimed"  # a person's, taken by `assignee`
    WAITING = "waiting"  # the applicant's: the dossier was returned
    READY = "ready"  # automatic, to be executed from `not_before` on
    RUNNING = "running"  # automatic, executed by the holder of the lease
    STUCK = "stuck"  # automatic, gave up: a person has to look
    DONE = "done"
    CANCELLED = "cancelled"


class TaskKind(StrEnum):
    """Who does a step."""

    HUMAN = "human"
    AUTOMATIC = "automatic"
    APPLICANT = "applicant"


CLOSED = frozenset({DossierStatus.ISSUED, DossierStatus.REJECTED, DossierStatus.CANCELLED, DossierStatus.WITHDRAWN})
LIVE_TASK = frozenset(set(TaskStatus) - {TaskStatus.DONE, TaskStatus.CANCELLED})

_IN_WORK = ["submitted", "in_process"]
_ALIVE = [*_IN_WORK, "returned"]

#: (trigger, sources, destination); `=` keeps the status.
DOSSIER_TRANSITIONS: tuple[tuple[str, list[str], str], ...] = (
    ("accept", _ALIVE, "in_process"),
    ("return_to_applicant", _ALIVE, "returned"),
    ("resubmit", ["returned"], "submitted"),
    ("resume", ["returned"], "in_process"),
    ("issue", _ALIVE, "issued"),
    ("reject", _ALIVE, "rejected"),
    ("cancel", _ALIVE, "cancelled"),
    ("withdraw", _ALIVE, "withdrawn"),
)

TASK_TRANSITIONS: tuple[tuple[str, list[str], str], ...] = (
    ("claim", ["open"], "claimed"),
    ("release", ["claimed"], "open"),
    ("reassign", ["open", "claimed"], "claimed"),
    ("complete", ["claimed", "waiting", "running"], "done"),
    ("stop", ["ready", "running", "stuck"], "done"),
    ("lease", ["ready", "running"], "running"),
    ("defer", ["running"], "ready"),
    ("give_up", ["ready", "running"], "stuck"),
    ("retry", ["stuck"], "ready"),
    ("cancel", ["open", "claimed", "waiting", "ready", "running", "stuck"], "cancelled"),
)


class _Transitions:
    """A machine's table, read once from `transitions`: what a trigger makes of a status."""

    def __init__(
        self, name: str, states: type[StrEnum], rows: tuple[tuple[str, list[str], str], ...],
        is_: Mapping[str, str], act: Mapping[str, str],
    ) -> None:  # fmt: skip
        self.name, self._is, self._act = name, is_, act
        known = {state.value for state in states}
        for trigger, sources, target in rows:  # the library takes unknown states silently
            unknown = {*sources, target} - known
            if unknown:
                raise ValueError(f"{name} machine: transition {trigger} names unknown states {sorted(unknown)}")
        self.machine = Machine(
            model=None,
            states=[state.value for state in states],
            transitions=[[trigger, sources, target] for trigger, sources, target in rows],
            initial=next(iter(known)),
            auto_transitions=False,
        )
        self._after = {
            (trigger, source): states(str(transition.dest))
            for trigger, event in self.machine.events.items()
            for source, transitions in event.transitions.items()
            for transition in transitions
        }

    def after(self, status: str, trigger: str) -> Any:
        """The status that `trigger` leads to. Raises Refused naming what is allowed from here, KeyError for a trigger
        that is not declared."""
        target = self._after.get((trigger, status))
        if target is None:
            allowed = sorted(self._act[name] for name, source in self._after if source == status)
            led_here = any(name == trigger and then == status for (name, _), then in self._after.items())
            again = " again" if led_here and not allowed else ""
            raise Refused(
                "wrong_status",
                f"The {self.name} {self._is[status]}, so it cannot be {self._act[trigger]}{again}.",
                allowed=f"to be {', '.join(allowed)}" if allowed else "nothing, it is finished",
            )
        return target


_dossiers = _Transitions("dossier", DossierStatus, DOSSIER_TRANSITIONS, DOSSIER_IS, DOSSIER_ACT)
_tasks = _Transitions("step", TaskStatus, TASK_TRANSITIONS, STEP_IS, STEP_ACT)


def dossier_after(status: DossierStatus, trigger: str) -> DossierStatus:
    """The dossier's next status. Raises Refused when the machine does not declare it."""
    result: DossierStatus = _dossiers.after(status, trigger)
    return result


def task_after(status: TaskStatus, trigger: str) -> TaskStatus:
    """The task's next status. Raises Refused when the machine does not declare it."""
    result: TaskStatus = _tasks.after(status, trigger)
    return result


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """One application for one document. Holds no personal data; `facts` are choices and flags of the form; `held`
    names the reasons for which its clocks stand now, each with the instant (ISO 8601) since when."""

    id: int = 0
    number: str
    lane: Lane
    channel: str
    code: str
    workflow_version: str
    status: DossierStatus
    facts: Mapping[str, Any] = field(default_factory=dict)
    district: str
    village: str
    priority: int = 0
    submitted_at: datetime
    accepted_at: datetime | None = None
    closed_at: datetime | None = None
    due_at: datetime | None = None
    held: Mapping[str, str] = field(default_factory=dict)
    open_key: str | None = None
    version: int = 1
    journal_seq: int = 0
    journal_head: str = ""

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do."""
        return self.status not in CLOSED

    @property
    def deadline(self) -> datetime | None:
        """The due time that the office answers for: none while the dossier waits for its applicant, and none for one
        that its applicant left, or took back, before it was ever found complete, for then no promise had begun."""
        left = self.status in (DossierStatus.CANCELLED, DossierStatus.WITHDRAWN) and self.accepted_at is None
        return None if left or self.status is DossierStatus.RETURNED else self.due_at

    def with_facts(self, facts: Mapping[str, Any]) -> Dossier:
        """As it is with these facts of the form too; where its applicant lives is one of them."""
        all_facts = {**self.facts, **facts}
        district, village = (str(all_facts.get(place, kept)) for place, kept in
                             (("district", self.district), ("village", self.village)))  # fmt: skip
        return replace(self, facts=all_facts, district=district, village=village)

    def is_overdue(self, now: datetime) -> bool:
        """Whether it is open past its due time. A returned one waits for its applicant, and its clock with it."""
        return self.is_open and self.deadline is not None and self.deadline <= now


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One step of one dossier. `barred` are people who may not do it (four-eyes)."""

    id: int = 0
    dossier_id: int
    lane: Lane
    code: str
    step: str
    kind: TaskKind
    status: TaskStatus
    team: str | None = None
    role: Role | None = None
    assignee: str | None = None
    barred: tuple[str, ...] = ()
    priority: int = 0
    ready_at: datetime
    not_before: datetime | None = None
    due_at: datetime | None = None
    claimed_at: datetime | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    outcome: str | None = None
    lease_owner: str | None = None
    lease_until: datetime | None = None
    attempts: int = 0
    error: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    version: int = 1
