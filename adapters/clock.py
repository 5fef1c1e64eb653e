"""The machine's clock: the one place where the present is read."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """See `lanes.ports.Clock`."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)
