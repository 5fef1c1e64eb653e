"""How finished work would have looked under other rules: each ledger as it was, with another budget and calendar.

A year of a city is half a million clocks, so this counts on whole microseconds since 1970 instead of building an
`SlaClock` for each. Both give the same due times; the tests hold one against the other.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
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

    def is_kept(self, start: int, stop: int, pauses: Pauses = ()) -> bool:
        """Whether a clock that stopped then was in time; in the very instant in which it fell due it was."""
        if stop - start <= self.amount:  # not even on the wall was there more time, so nothing need be counted
            return True
        due = self.used_up(self.amount, start, pauses) if pauses else self._after(start)
        return due is None or stop <= due

    def _after(self, start: int) -> int:
        return start + self.amount if self._calendar is None else self._calendar.reached(start, self.amount)

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
    """Count the clocks under both promises (before, after) of what they measured."""
    found: dict[K, tuple[list[int], Promise, Promise | None]] = {}
    for key, start, stop, due, pauses in ran:
        known = found.get(key)
        if known is None:
            before, after = rules(key)
            known = found[key] = [0] * 8, before, None if before.says_the_same(after) else after
        counts, before, other = known
        then = due is None or stop <= due
        was = before.is_kept(start, stop, pauses)
        is_ = was if other is None else other.is_kept(start, stop, pauses)
        counts[4 * then + 2 * was + is_] += 1
    return {key: _tally(counts) for key, (counts, _, _) in found.items()}


def _tally(counts: Sequence[int]) -> Tally:
    """Of clocks counted by 4 (in time as they were) + 2 (under the rules before) + 1 (under those after)."""

    def count(bits: int, value: int) -> int:
        return sum(number for kind, number in enumerate(counts) if kind & bits == value)

    return Tally(clocks=sum(counts), then=count(4, 4), before=count(2, 2), after=count(1, 1),
                 made_late=count(3, 2), made_timely=count(3, 1))  # fmt: skip
