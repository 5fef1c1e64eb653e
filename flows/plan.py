"""Which flows run on a schedule: watched by `flows.serve` on one machine, deployed to work pools on many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from prefect.flows import Flow
from prefect.schedules import Cron, Interval, Schedule

from domain.duration import elapsed
from domain.office import OfficeConfig
from domain.roles import Lane
from flows.sweeps import digest, housekeeping, lane_parity, watch_sla
from lanes.watch import HOUSEKEEPING_EVERY

ANCHOR = datetime(2026, 1, 1, tzinfo=UTC)
"""From when all intervals count: renewing a deployment then puts none of its runs off."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Daily:
    """Every day at a time ("07:30") of a timezone."""

    at: str
    timezone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Scheduled:
    """A flow, its deployment's name, when it runs and with what; `lane` is whose workers run it."""

    flow: Flow[..., Any]
    name: str
    when: timedelta | Daily
    lane: Lane
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def schedules(self, at_once: int = 1) -> list[Schedule]:
        """The schedules of its deployment; `at_once` runs begin within each interval, evenly apart."""
        if isinstance(self.when, Daily):
            hour, minute = self.when.at.split(":")
            return [Cron(f"{int(minute)} {int(hour)} * * *", timezone=self.when.timezone)]
        every = self.when
        return [Interval(every, anchor_date=ANCHOR + every * part / at_once) for part in range(at_once)]


def sweeps(config: OfficeConfig) -> list[Scheduled]:
    """The office's scheduled flows, each lane's as its own file says."""
    watches = [
        Scheduled(
            flow=watch_sla, name=lane.value, when=elapsed(rules.watch.every), lane=lane,
            parameters={"lane": lane.value},
        )
        for lane, rules in config.lanes.items()
    ]  # fmt: skip
    digests = [
        Scheduled(
            flow=digest, name=lane.value, when=Daily(at=rules.watch.digest, timezone=config.office.timezone), lane=lane,
            parameters={"lane": lane.value},
        )
        for lane, rules in config.lanes.items()
    ]  # fmt: skip
    parity = config.lanes[Lane.ONLINE].parity
    whole = [Scheduled(flow=housekeeping, name="office", when=HOUSEKEEPING_EVERY, lane=Lane.MANUAL)]
    if parity is not None:
        whole.append(Scheduled(flow=lane_parity, name="office", when=elapsed(parity.every), lane=Lane.ONLINE))
    return [*watches, *digests, *whole]
