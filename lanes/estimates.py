"""Estimates of when dossiers will be finished, from this office's own finished dossiers (`domain.estimate`).

Imported history is another system's and never mixed in. What was learned is kept for some minutes: it changes with
each finished dossier, but little.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.dossier import Dossier, Task, TaskKind
from domain.estimate import LAST, Estimate, Learned, Passage, estimate, learned
from domain.office import OfficeConfig
from domain.roles import Lane
from domain.workflow import Workflow
from lanes.store import Work

_KEPT = timedelta(minutes=10)
_Asked = tuple[Lane, str, str]


class Estimates:
    """Tells when a dossier's document will be issued."""

    def __init__(self, config: OfficeConfig) -> None:
        self._config = config
        self._learned: dict[_Asked, tuple[datetime, Learned | None]] = {}

    def for_dossier(self, work: Work, dossier: Dossier, now: datetime) -> Estimate | None:
        """The range for an open dossier, by its open step that ends last; None where it is not known: too few finished
        dossiers of its type and lane passed this step, it waits for its applicant, or a pause holds it."""
        return self.for_tasks(work, dossier, work.tasks.of(dossier.id), now)

    def for_tasks(self, work: Work, dossier: Dossier, live: list[Task], now: datetime) -> Estimate | None:
        """As `for_dossier`, for whoever has read the dossier's live tasks."""
        if not live or dossier.held or any(task.kind is TaskKind.APPLICANT for task in live):
            return None
        calendar = self._config.calendars[dossier.lane]
        told = [
            estimate(self._past(work, (task.lane, task.code, task.step), now), task.ready_at, now, calendar)
            for task in live
        ]
        known = [each for each in told if each is not None]
        return max(known, key=lambda each: (each.latest, each.earliest)) if len(known) == len(live) else None

    def for_new(self, work: Work, lane: Lane, workflow: Workflow, now: datetime) -> Estimate | None:
        """The range for an application that comes in now; None where too few of its type and lane have ended."""
        past = self._past(work, (lane, workflow.code, workflow.start), now)
        return estimate(past, now, now, self._config.calendars[lane])

    def _past(self, work: Work, asked: _Asked, now: datetime) -> Learned | None:
        kept = self._learned.get(asked)
        if kept is None or abs(now - kept[0]) >= _KEPT:
            calendar = self._config.calendars[asked[0]]
            passages = [
                Passage(opened, closed, calendar.between(opened, closed))
                for opened, closed in work.figures.passages(*asked, LAST)
            ]
            kept = self._learned[asked] = (now, learned(passages))
        return kept[1]
