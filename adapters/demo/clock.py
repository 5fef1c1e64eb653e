"""A clock that a simulation sets: everything the office does in between happens at that instant."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.errors import Refused


class SimulatedClock:
    """See `lanes.ports.Clock`. One writer; any number of threads read."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The instant that was last set."""
        return self._now

    def set(self, at: datetime) -> None:
        """Move on to `at`. Raises Refused for a step back."""
        if at < self._now:
            raise Refused("clock_back", f"The simulated clock cannot go back from {self._now} to {at}.")
        self._now = at.astimezone(UTC)
