"""What is to happen when, in simulated time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Final

from adapters.demo.clock import SimulatedClock

PULSE: Final = timedelta(minutes=5)  # automatic steps are executed, and lists looked at, at most this late


class Timeline:
    """Events in the order of their instants; what is put in for the same instant happens in the order of putting in."""

    def __init__(self, clock: SimulatedClock, end: datetime) -> None:
        self._clock, self._end = clock, end
        self._heap: list[tuple[datetime, int, Callable[[], None] | None]] = []
        self._order = count()
        self._stirred = False

    def at(self, when: datetime, happens: Callable[[], None] | None) -> None:
        """Let something happen; what lies after the end never does."""
        heappush(self._heap, (when, next(self._order), happens))

    def stir(self) -> None:
        """Something happened that may have made an automatic step ready: a pulse is due soon."""
        if not self._stirred:
            self._stirred = True
            self.at(self._clock.now() + PULSE, None)

    def run(self) -> bool:
        """Let things happen up to the next pulse; False at the end."""
        while self._heap and self._heap[0][0] <= self._end:
            when, _, happens = heappop(self._heap)
            self._clock.set(max(when, self._clock.now()))
            if happens is None:
                self._stirred = False
                return True
            happens()
        self._clock.set(self._end)
        return False
