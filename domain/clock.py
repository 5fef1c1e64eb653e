"""An SLA clock: a time budget and the ledger of when it ran. The due time is derived from both, never edited.

Legal basis of counting from "complete and valid" and of the pauses: the office's service standards under
UU 25/2009 (see docs/decisions). Working budgets count only while the lane's calendar is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.calendar import WorkingCalendar
from domain.duration import Budget
from domain.errors import Refused


class ClockKind(StrEnum):
    """What a clock measures: the lane's softer promise, the hard limit, or one step."""

    TARGET = "target"
    LIMIT = "limit"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Run:
    """One stretch in which the clock ran; `end` is None while it runs. `reason` says why it stopped."""

    start: datetime
    end: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SlaClock:
    """A budget and its ledger. Changed by returning a copy."""

    budget: Budget
    runs: Sequence[Run]

    @classmethod
    def started(cls, budget: Budget, at: datetime) -> SlaClock:
        """A clock that runs from `at` on."""
        return cls(budget=budget, runs=(Run(at),))

    @property
    def running(self) -> bool:
        """Whether time counts now."""
        return self.runs[-1].end is None

    def paused(self, at: datetime, reason: str) -> SlaClock:
        """The clock stopped at `at`. Raises Refused when it does not run, or did not yet run at `at`."""
        last = self.runs[-1]
        if not self.running or at < last.start:
            raise Refused("clock_not_running", "The clock does not run at that time, so it cannot be paused.")
        return replace(self, runs=(*self.runs[:-1], Run(last.start, at, reason)))

    def resumed(self, at: datetime) -> SlaClock:
        """The clock running again from `at` on. Raises Refused when it runs already, or `at` is before the pause."""
        last = self.runs[-1]
        if last.end is None or at < last.end:
            raise Refused("clock_not_paused", "The clock is not paused at that time, so it cannot be resumed.")
        return replace(self, runs=(*self.runs, Run(at)))

    def used(self, now: datetime, calendar: WorkingCalendar) -> timedelta:
        """How much of the budget is spent at `now`."""
        return sum((self._spent(run.start, run.end or now, calendar) for run in self.runs), timedelta())

    def due(self, calendar: WorkingCalendar) -> datetime | None:
        """When the budget is spent if the clock keeps running; None while it is paused."""
        last = self.runs[-1]
        if last.end is not None:
            return None
        spent = timedelta()
        if len(self.runs) > 1:
            spent = sum((self._spent(run.start, run.end or run.start, calendar) for run in self.runs[:-1]), spent)
        left = max(self.budget.amount - spent, timedelta())
        return calendar.add(last.start, left) if self.budget.working else last.start + left

    def _spent(self, start: datetime, end: datetime, calendar: WorkingCalendar) -> timedelta:
        if end <= start:
            return timedelta()
        return calendar.between(start, end) if self.budget.working else end - start
