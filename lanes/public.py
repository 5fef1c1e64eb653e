"""What everybody may know of how the office does: waiting times per lane, and who applies online, by district.

Small counts are withheld as in the figures of fairness (`domain.fairness`), so that none of them points at anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.duration import Budget
from domain.estimate import Estimate
from domain.fairness import RARE
from domain.office import OfficeConfig
from domain.quantile import weighted_quantile
from domain.roles import Lane
from lanes.estimates import Estimates
from lanes.intake import known_type
from lanes.ports import Clock
from lanes.records.figures import Finished
from lanes.store import Store

_KEPT = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A lane: of the `finished` documents, half came within `half` of the application and nine in ten within `most`;
    `on_time` (0 to 1) of those with a due time kept it. None where fewer than `RARE` were finished."""

    lane: Lane
    finished: int
    half: timedelta | None
    most: timedelta | None
    on_time: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class District:
    """Applications of a district ("" where the form asks for none), and the share (0 to 1) that came online; None where
    either count, or the rest, is so small that it could point at somebody."""

    code: str
    applications: int | None
    online: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicFigures:
    """The last days, in figures for everybody."""

    since: datetime
    until: datetime
    waiting: Sequence[Waiting]
    districts: Sequence[District]


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """What a lane says of a document type's time: what its rules promise, and what its own past tells."""

    lane: Lane
    promised: Budget
    told: Estimate | None


class Public:
    """Reads; what was worked out is kept for some minutes, because everybody may ask for it."""

    def __init__(self, store: Store, config: OfficeConfig, clock: Clock, estimates: Estimates) -> None:
        self._store, self._config, self._clock, self._estimates = store, config, clock, estimates
        self._kept: dict[int, PublicFigures] = {}

    def figures(self, *, days: int = 30) -> PublicFigures:
        """Waiting times and adoption of the last days."""
        now = self._clock.now()
        kept = self._kept.get(days)
        if kept is None or abs(now - kept.until) >= _KEPT:
            since = now - timedelta(days=days)
            with self._store.read() as work:
                finished = work.figures.finished(since, now)
                arrivals = work.figures.arrivals(since, now)
            codes = sorted({code for _, code in arrivals if code})
            districts = [
                _district(code, arrivals.get((Lane.ONLINE, code), 0), arrivals.get((Lane.MANUAL, code), 0))
                for code in codes
            ]
            kept = PublicFigures(
                since=since, until=now, districts=districts,
                waiting=[_waiting(lane, [each for each in finished if each.lane is lane]) for lane in Lane],
            )  # fmt: skip
            self._kept[days] = kept
        return kept

    def promises(self, code: str) -> list[Promise]:
        """What each lane says of a document type's time. Raises Refused for an unknown one."""
        workflow, now = known_type(self._config, code), self._clock.now()
        with self._store.read() as work:
            return [
                Promise(lane=lane, promised=self._config.lanes[lane].promise(code, workflow.limit),
                        told=self._estimates.for_new(work, lane, workflow, now))
                for lane in Lane
            ]  # fmt: skip


def _waiting(lane: Lane, finished: Sequence[Finished]) -> Waiting:
    if len(finished) < RARE:
        return Waiting(lane=lane, finished=len(finished), half=None, most=None, on_time=None)
    took = [((each.closed_at - each.submitted_at).total_seconds(), 1.0) for each in finished]
    held = [each.closed_at <= each.due_at for each in finished if each.due_at is not None]
    return Waiting(
        lane=lane, finished=len(finished), half=timedelta(seconds=weighted_quantile(took, 0.5)),
        most=timedelta(seconds=weighted_quantile(took, 0.9)), on_time=sum(held) / len(held) if held else None,
    )  # fmt: skip


def _district(code: str, online: int, manual: int) -> District:
    whole = online + manual
    if 0 < whole < RARE:
        return District(code=code, applications=None, online=None)
    few = 0 < online < RARE or 0 < manual < RARE
    return District(code=code, applications=whole, online=None if few or not whole else online / whole)
