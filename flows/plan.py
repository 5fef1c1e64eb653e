"""Which flows run on a schedule: watched by `flows.serve` on one machine, deployed to work pools on many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from prefect.flows import Flow

from domain.duration import elapsed
from domain.office import OfficeConfig
from domain.roles import Lane
from flows.sweeps import housekeeping, lane_parity, watch_sla

HOUSEKEEPING = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scheduled:
    """A flow, its deployment's name, how often it runs and with what; `lane` is whose workers run it."""

    flow: Flow[..., Any]
    name: str
    every: timedelta
    lane: Lane
    parameters: Mapping[str, Any] = field(default_factory=dict)


def sweeps(config: OfficeConfig) -> list[Scheduled]:
    """The office's sweeps, each lane's as often as its own file says."""
    watches = [
        Scheduled(
            flow=watch_sla, name=lane.value, every=elapsed(rules.watch.every), lane=lane,
            parameters={"lane": lane.value},
        )
        for lane, rules in config.lanes.items()
    ]  # fmt: skip
    parity = config.lanes[Lane.ONLINE].parity
    whole = [Scheduled(flow=housekeeping, name="office", every=HOUSEKEEPING, lane=Lane.MANUAL)]
    if parity is not None:
        whole.append(Scheduled(flow=lane_parity, name="office", every=elapsed(parity.every), lane=Lane.ONLINE))
    return [*watches, *whole]
