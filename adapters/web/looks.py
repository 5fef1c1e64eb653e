"""What everybody looks at, worked out once for all of them and then told for some seconds or minutes.

With 100,000 open dossiers such a figure costs up to a second: fifty people who ask for it must not each have it made.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

from domain.roles import Lane
from lanes.fairness import FairnessReport
from lanes.office import Office
from lanes.oversight import LaneStanding
from lanes.parity import ParityReport
from lanes.public import PublicFigures
from lanes.store import Standing
from lanes.worklist import Counts

T = TypeVar("T")
EVERY_S: Final = 5.0
_PARITY_S: Final = 60.0
_PUBLIC_S: Final = 300.0


class Kept(Generic[T]):
    """A figure that is at most `for_s` old, plus the time that working it out takes: while one caller does that, the
    others get what there was. An office with other rules has figures of its own."""

    def __init__(self, for_s: float) -> None:
        self._for_s, self._lock = for_s, threading.Lock()
        self._last: tuple[Office, float, T] | None = None

    def get(self, office: Office, work_out: Callable[[], T]) -> T:
        """The figure of this office."""
        last = self._last
        known = last is not None and last[0] is office
        if last is not None and known and time.monotonic() - last[1] < self._for_s:
            return last[2]
        if not self._lock.acquire(blocking=not known):
            assert last is not None
            return last[2]
        try:
            if self._last is last:  # nobody has worked it out while this one waited
                self._last = last = (office, time.monotonic(), work_out())
            else:
                last = self._last
            assert last is not None
            return last[2]
        finally:
            self._lock.release()


class Looks:
    """See the module."""

    def __init__(self) -> None:
        self._standing = Kept[dict[Lane, list[Standing]]](EVERY_S)
        self._lanes = Kept[list[LaneStanding]](EVERY_S)
        self._parity = Kept[ParityReport](_PARITY_S)
        self._public: dict[int, Kept[tuple[PublicFigures, FairnessReport]]] = {}

    def counts(self, office: Office, username: str) -> Counts:
        """Somebody's counts."""
        return office.worklist.counts(username, self._standing.get(office, office.worklist.standing))

    def lanes(self, office: Office, username: str) -> Sequence[LaneStanding]:
        """How both lanes stand. Raises Refused for who may not see it."""
        office.oversight.must_oversee(username)
        return self._lanes.get(office, lambda: office.oversight.lanes(by=username))

    def parity(self, office: Office) -> ParityReport:
        """How the lanes compare."""
        return self._parity.get(office, office.parity.report)

    def public(self, office: Office, days: int) -> tuple[PublicFigures, FairnessReport]:
        """What everybody may know of the last days."""
        kept = self._public.setdefault(days, Kept(_PUBLIC_S))
        return kept.get(office, lambda: (office.public.figures(days=days), office.fairness.report(days=days)))
