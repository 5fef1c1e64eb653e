"""Open intervals with running totals, so that a question about any span is two binary searches.

`before[i]` is how much was worked before interval i begins. What was worked up to an instant is then one
search in `starts`, and when so much has been worked is one search in `before`. The first interval is an empty one
at the very start of the table, so that a search always finds an interval at or before its instant.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from domain.calendar.plan import Interval


@dataclass(frozen=True, slots=True)
class Timetable:
    """What is open within [low, high]; never changed once made, so threads may share it.

    Instants and amounts are whole microseconds. Questions about instants outside [low, high] are the caller's
    mistake and get no sensible answer.
    """

    low: int
    high: int
    starts: list[int]
    ends: list[int]
    before: list[int]
    total: int

    @classmethod
    def of(cls, intervals: Iterable[Interval], low: int, high: int) -> Self:
        """A table of intervals that are in order, free of overlaps and within [low, high]."""
        starts, ends, before, total = [low], [low], [0], 0
        for start, end in intervals:
            starts.append(start)
            ends.append(end)
            before.append(total)
            total += end - start
        return cls(low, high, starts, ends, before, total)

    def worked(self, at: int) -> int:
        """How much has been worked from `low` until `at`."""
        i = bisect_right(self.starts, at) - 1
        end = self.ends[i]
        return self.before[i] + (at if at < end else end) - self.starts[i]

    def reached(self, amount: int) -> int:
        """The earliest instant by which `amount` has been worked since `low`; above 0 and at most `total`."""
        i = bisect_left(self.before, amount) - 1
        return self.starts[i] + amount - self.before[i]

    def after(self, at: int, amount: int) -> int | None:
        """The earliest instant by which `amount`, above 0, has been worked since `at`; None when the table ends before.
        Both searches in one call, since calling takes longer than searching."""
        starts, before = self.starts, self.before
        i = bisect_right(starts, at) - 1
        end = self.ends[i]
        target = before[i] + (at if at < end else end) - starts[i] + amount
        if target > self.total:
            return None
        i = bisect_left(before, target) - 1
        return starts[i] + target - before[i]

    def open_at(self, at: int) -> bool:
        """Whether the instant lies in an open interval, which holds its start and not its end."""
        return at < self.ends[bisect_right(self.starts, at) - 1]

    def within(self, low: int, high: int) -> list[Interval]:
        """The open intervals cut to [low, high), without empty ones."""
        first = bisect_right(self.starts, low) - 1
        last = bisect_left(self.starts, high)
        pairs = zip(self.starts[first:last], self.ends[first:last], strict=True)
        cut = ((max(start, low), min(end, high)) for start, end in pairs)
        return [(start, end) for start, end in cut if start < end]


NOTHING = Timetable(1, 0, [1], [1], [0], 0)
"""The table that holds no instant, from which every calendar begins."""
