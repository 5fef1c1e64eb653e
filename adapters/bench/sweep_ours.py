"""The sweep as the scheduled flow calls it."""

from __future__ import annotations

from adapters.bench.sweep_case import NOW, Many
from adapters.bootstrap import build
from adapters.demo.clock import SimulatedClock
from adapters.settings import Settings
from adapters.sql.store import SqlStore
from domain.roles import Lane


class Ours:
    """An office as shipped, on the database of `settings`."""

    def __init__(self, settings: Settings) -> None:
        self._office = build(settings, clock=SimulatedClock(NOW), registry=None)
        assert isinstance(self._office.store, SqlStore)
        self.many = Many(self._office.store.engine)

    def sweep(self) -> int:
        """Sweep the lane; gives how many clocks were treated."""
        result = self._office.watch.sweep(Lane.MANUAL)
        if result.failed:
            raise RuntimeError(f"the sweep failed: {result.failed[0]}")
        return result.found
