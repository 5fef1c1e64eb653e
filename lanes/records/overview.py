"""What is open in a lane, counted and listed for those who oversee it. Nothing personal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from domain.dossier import DossierStatus, TaskStatus
from domain.roles import Lane
from lanes.records.escalations import Escalation


class Shown(StrEnum):
    """Which open dossiers a list shows."""

    ALL = "open"
    AT_RISK = "at_risk"
    OVERDUE = "overdue"
    RETURNED = "returned"


class OpenOfType(NamedTuple):
    """The open dossiers of a document type; `younger` counts those that came in after each instant asked for."""

    code: str
    dossiers: int
    at_risk: int
    overdue: int
    returned: int
    younger: tuple[int, ...]


class OpenOne(NamedTuple):
    """An open dossier. `due_at`: what the office answers for; `answer_by`: until when a returned one waits for its
    applicant; `held`: whether something holds its time."""

    number: str
    code: str
    status: DossierStatus
    submitted_at: datetime
    due_at: datetime | None
    answer_by: datetime | None
    held: bool

    def stands(self, now: datetime) -> bool:
        """Whether its time stands still; time that was up before stays up."""
        return self.status is DossierStatus.RETURNED or (self.held and (self.due_at is None or self.due_at > now))


class Queue(NamedTuple):
    """The open steps of one name, of one team (None: the system's), with one status. `oldest`: when the first of them
    became ready."""

    step: str
    team: str | None
    status: TaskStatus
    steps: int
    overdue: int
    today: int
    oldest: datetime


class Queued(NamedTuple):
    """An open step of a queue."""

    number: str
    code: str
    step: str
    team: str | None
    status: TaskStatus
    assignee: str | None
    ready_at: datetime
    due_at: datetime | None


class Unanswered(NamedTuple):
    """A notice since which nobody of the office has done anything to the dossier; `holder` has the step in hand."""

    notice: Escalation
    holder: str | None


class Overview(Protocol):
    """What is open. `risk` says for each document type up to which due time a dossier is at risk."""

    def open_by_type(self, lane: Lane, now: datetime, risk: Mapping[str, datetime],
                     since: Sequence[datetime]) -> list[OpenOfType]: ...  # fmt: skip
    def open_dossiers(self, lane: Lane, which: Shown, now: datetime, risk: Mapping[str, datetime],
                      limit: int, *, after: datetime | None = None,
                      until: datetime | None = None) -> list[OpenOne]: ...  # fmt: skip
    def queues(self, lane: Lane, now: datetime, night: datetime) -> list[Queue]: ...
    def queue(self, lane: Lane, step: str, limit: int) -> list[Queued]: ...
    def unanswered(self, lane: Lane, limit: int) -> list[Unanswered]: ...
