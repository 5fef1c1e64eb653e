"""An SLA clock: a time budget and a ledger of when it did not run. Every instant it promises is derived from both.

The ledger is when the clock started and the pauses since, each with its reason; pauses of different reasons may
overlap (the register is down while the applicant is asked), and the clock runs when none of them holds. A pause may
be entered late: it is an interval, not a button, so an outage that nobody had time to record still counts.

Legal basis of counting from "complete and valid" and of the pauses: the office's service standards under
UU 25/2009 (see docs/decisions). Working budgets count only while the lane's calendar is open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.calendar import WorkingCalendar
from domain.duration import Budget
from domain.errors import Refused

Run = tuple[datetime, datetime | None]
"""One stretch in which a clock ran; the end is None while it runs."""


class ClockKind(StrEnum):
    """What a clock measures."""

    TARGET = "target"  # the lane's softer promise for the whole dossier
    LIMIT = "limit"  # the hard limit for the whole dossier
    STEP = "step"  # one step of the office
    ANSWER = "answer"  # the applicant's time to answer a returned dossier


@dataclass(frozen=True, slots=True)
class Pause:
    """One stretch in which the clock stood; `end` is None while it lasts. `reason` is a code of the office."""

    start: datetime
    end: datetime | None
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SlaClock:
    """A budget and its ledger. Changed by returning a copy; pauses stand in the order of their start."""

    budget: Budget
    start: datetime
    pauses: Sequence[Pause] = ()

    @classmethod
    def started(cls, budget: Budget, at: datetime) -> SlaClock:
        """A clock that runs from `at` on."""
        return cls(budget=budget, start=at)

    @property
    def running(self) -> bool:
        """Whether no pause holds it now."""
        return all(pause.end is not None for pause in self.pauses)

    def is_held_by(self, reason: str) -> bool:
        """Whether a pause of this reason lasts."""
        return any(pause.end is None and pause.reason == reason for pause in self.pauses)

    def paused(self, at: datetime, reason: str) -> SlaClock:
        """The clock held from `at` on; from its start when `at` lies before that, since nothing counted then.

        Raises Refused when the same reason holds it already.
        """
        if self.is_held_by(reason):
            raise Refused("clock_paused", f"The clock is paused already for {reason}.", allowed="another reason")
        return self._with(Pause(max(at, self.start), None, reason))

    def resumed(self, at: datetime, reason: str) -> SlaClock:
        """The clock no longer held by `reason` from `at` on. Raises Refused when that holds nothing, or began later."""
        held = next((p for p in self.pauses if p.end is None and p.reason == reason), None)
        if held is None:
            raise Refused("clock_not_paused", f"The clock is not paused for {reason}.", allowed=self._holding())
        if at < held.start:
            raise Refused("resumed_before_pause", f"The pause for {reason} began later than that.",
                          allowed=f"from {held.start:%Y-%m-%dT%H:%M:%SZ} on")  # fmt: skip
        rest = replace(self, pauses=tuple(p for p in self.pauses if p is not held))
        return rest._with(replace(held, end=at))

    def stood(self, start: datetime, end: datetime, reason: str) -> SlaClock:
        """The clock with a pause that is over: what was recorded late. Nothing changes when it ended before the
        clock started."""
        return self if end <= self.start else self._with(Pause(max(start, self.start), end, reason))

    def without(self, reason: str, start: datetime, end: datetime | None) -> SlaClock:
        """The clock as if it had not stood for `reason` from `start` until `end` (None: it lasts): a pause that was
        entered by mistake. The only change by which a due time comes earlier."""
        kept = (p for p in self.pauses if p.reason != reason or p.start < start or (end is not None and p.start >= end))
        return replace(self, pauses=tuple(kept))

    def as_it_stood(self, at: datetime) -> SlaClock:
        """The clock without whatever held it at that instant or later: its due time is the one that stood then."""
        kept = (replace(p, end=at if p.end is None else min(p.end, at)) for p in self.pauses if p.start < at)
        return replace(self, pauses=tuple(kept))

    def _with(self, pause: Pause) -> SlaClock:
        return replace(self, pauses=tuple(sorted((*self.pauses, pause), key=lambda p: (p.start, p.reason))))

    def _holding(self) -> str:
        return ", ".join(p.reason for p in self.pauses if p.end is None) or "nothing, the clock runs"

    def runs(self) -> Iterator[Run]:
        """The stretches in which the clock ran, oldest first; the last one has no end while it runs."""
        at = self.start
        for pause in self.pauses:
            if pause.start > at:
                yield at, pause.start
            if pause.end is None:
                return
            at = max(at, pause.end)
        yield at, None

    def used(self, now: datetime, calendar: WorkingCalendar) -> timedelta:
        """How much time has counted until `now`, by the budget's kind of time."""
        counted = timedelta()
        for start, end in self.runs():
            if start >= now:
                break
            counted += self.between(start, min(end or now, now), calendar, working=self.budget.working)
        return counted

    def due(self, calendar: WorkingCalendar) -> datetime | None:
        """When the budget is used up if nothing more holds the clock; None while a pause does and time is left."""
        return self.reached(self.budget.amount, calendar)

    def reached(self, amount: timedelta, calendar: WorkingCalendar, *, then: Budget | None = None) -> datetime | None:
        """The instant at which `amount` of the budget's time has counted, and after that `then` of its own kind.

        None while a pause holds the clock before that.
        """
        at = self._counted(self.start, amount, calendar, self.budget.working)
        return at if at is None or then is None else self._counted(at, then.amount, calendar, then.working)

    def _counted(self, since: datetime, amount: timedelta, calendar: WorkingCalendar, working: bool) -> datetime | None:
        left = amount
        for start, end in self.runs():
            begin = max(start, since)
            if end is not None and end <= begin:
                continue
            counts = None if end is None else self.between(begin, end, calendar, working=working)
            if counts is None or counts >= left:
                return calendar.add(begin, left) if working else begin + left
            left -= counts
        return None

    @staticmethod
    def between(start: datetime, end: datetime, calendar: WorkingCalendar, *, working: bool) -> timedelta:
        """How much time counts from `start` to `end`: the calendar's working time, or all of it."""
        return calendar.between(start, end) if working else end - start
