"""How finished work would have looked under other rules: each ledger as it was, with another budget and calendar.

A year of a city is half a million clocks, so this counts on whole microseconds since 1970 instead of building an
`SlaClock` for each. Both give the same due times; the tests hold one against the other.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from domain.calendar import WorkingCalendar
from domain.calendar.plan import MICROSECOND
from domain.duration import Budget

Pauses = tuple[tuple[int, int | None], ...]
"""When a clock stood, in the order of the starts: (from, until), the second None while it lasts."""

K = TypeVar("K", bound=Hashable)
Ran = tuple[K, int, int, int | None, Pauses]
"""A clock that ran to its end: what it measured, when it started, when it stopped, when it was due, its pauses."""


class Promise:
    """A budget as one calendar counts it."""

    __slots__ = ("_calendar", "amount", "budget")

    def __init__(self, budget: Budget, calendar: WorkingCalendar) -> None:
        self.budget = budget
        self.amount = budget.amount // MICROSECOND
        self._calendar = calendar if budget.working else None

    def says_the_same(self, other: Promise) -> bool:
        """Whether both give the same due time whatever the ledger."""
        if (self.amount, self.budget.working) != (other.amount, other.budget.working):
            return False
        mine, theirs = self._calendar, other._calendar
        return mine is theirs or (mine is not None and theirs is not None and mine.spec == theirs.spec)

    def due(self, start: int, pauses: Pauses = ()) -> int | None:
        """When the budget is used up; None while a pause lasts and time is left. See `SlaClock.due`."""
        return self.used_up(self.amount, start, pauses)

    def used_up(self, amount: int, start: int, pauses: Pauses = ()) -> int | None:
        """When so much of the budget's time (above 0) has counted; None while a pause holds the clock before that.

        Raises CalendarEnds when the calendar does not know that time.
        """
        calendar, left, at = self._calendar, amount, start
        for begin, end in pauses:
            if begin > at:
                counts = begin - at if calendar is None else calendar.worked(at, begin)
                if counts >= left:
                    break
                left -= counts
            if end is None:
                return None
            at = max(at, end)
        return at + left if calendar is None else calendar.reached(at, left)


@dataclass(slots=True)
class Tally:
    """Clocks that ran to their end: how many, how many were in time as they were then, how many are under the one rule
    and under the other, and how many the change makes late, or makes in time."""

    clocks: int = 0
    then: int = 0
    before: int = 0
    after: int = 0
    made_late: int = 0
    made_timely: int = 0

    def add(self, other: Tally) -> None:
        """Count the other's in."""
        for name in Tally.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def replay(ran: Iterable[Ran[K]], rules: Callable[[K], tuple[Promise, Promise]]) -> dict[K, Tally]:
    """Count the clocks under both promises (before, after) of what they measured.

    A clock that stopped in the instant in which it fell due was in time.
    """
    found: dict[K, tuple[Tally, Promise, Promise | None]] = {}
    for key, start, stop, due, pauses in ran:
        known = found.get(key)
        if known is None:
            before, after = rules(key)
            known = found[key] = Tally(), before, None if before.says_the_same(after) else after
        tally, before, other = known
        old = before.due(start, pauses)
        new = old if other is None else other.due(start, pauses)
        was, is_ = old is None or stop <= old, new is None or stop <= new
        tally.clocks += 1
        tally.then += due is None or stop <= due
        tally.before += was
        tally.after += is_
        tally.made_late += was and not is_
        tally.made_timely += is_ and not was
    return {key: tally for key, (tally, _, _) in found.items()}
