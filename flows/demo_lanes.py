"""The demo's automatic steps: one `drive_lane` run a lane, led by the simulation's clock, and what Prefect counted.

While the clock stands still at an instant, the runs work until nothing is left to do; in between they do not look.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from adapters.demo.city import City
from adapters.settings import Settings
from domain.errors import Refused
from domain.roles import Lane
from flows.drive_lane import drive_lane
from flows.runtime import Turn, during, in_thread, using
from flows.sweeps import lane_parity, watch_sla

_MINUTES = 24 * 60.0  # longest life of the two runs
_RECORDED_S = 240.0  # Prefect's server writes task runs down after they end, and may be far behind


@dataclass(frozen=True, kw_only=True, slots=True)
class LaneRun:
    """A lane's `drive_lane` run, and how many task runs (steps and messages) it executed."""

    flow_run: UUID
    task_runs: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """What Prefect shows: task runs of steps by lane and document type; whether it has written all down by now."""

    steps: dict[str, dict[str, int]]
    all_written: bool


class _Runs:
    """The `drive_lane` runs of both lanes, led by the simulation's clock."""

    def __init__(self, city: City) -> None:
        self._office = city.office
        self._turns = {lane: Turn(led=True) for lane in Lane}
        self._runs = {lane: asyncio.create_task(self._drive(lane)) for lane in Lane}

    async def _drive(self, lane: Lane) -> LaneRun:
        with during(self._turns[lane]):
            state = await drive_lane(lane, minutes=_MINUTES, return_state=True)
        if not state.is_completed() or state.state_details.flow_run_id is None:
            raise Refused("lane_stopped", f"The {lane} lane's run ended as {state.name}.", allowed="the log says why")
        counts = await state.aresult()
        return LaneRun(flow_run=state.state_details.flow_run_id, task_runs=sum(counts.values()))

    async def execute(self) -> None:
        """Let both lanes work until nothing is left to do at this instant. Raises what ended a run before its time."""
        while waiting := await in_thread(self._lanes_with_work):
            idle = [asyncio.create_task(self._idle(self._turns[lane])) for lane in waiting]
            for one in idle:
                both: list[asyncio.Task[Any]] = [one, *self._runs.values()]
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
                if not one.done():
                    await self.end()

    async def _idle(self, turn: Turn) -> None:
        turn.idle.clear()
        turn.look.set()
        await turn.idle.wait()

    def _lanes_with_work(self) -> list[Lane]:
        now = self._office.clock.now()
        with self._office.store.read() as work:
            return [lane for lane in Lane if work.tasks.any_ready(lane, now) or work.outbox.any_due(lane, now)]

    async def end(self) -> list[LaneRun]:
        """End both runs; gives what came of them."""
        for turn in self._turns.values():
            turn.stop.set()
        return list(await asyncio.gather(*self._runs.values()))


async def live(city: City, settings: Settings, show: Callable[[City], None]) -> list[LaneRun]:
    """Run the simulation to its end, then the office's sweeps by their own flows; gives the lanes' runs: two, and two
    more for each time that new rules came into force, by which the lanes' runs must work.

    Before its end the simulation calls what the sweeps call: a flow run each time would cost more than all the rest.
    """
    ended: list[LaneRun] = []
    going = True
    while going:
        with using(city.office, settings):
            runs, office = _Runs(city), city.office
            while going and city.office is office:
                await runs.execute()
                await in_thread(city.executed)
                show(city)
                going = await in_thread(city.run)
            if not going:
                await runs.execute()
                for lane in Lane:
                    await watch_sla(lane)
                await lane_parity()
                await runs.execute()  # the messages about what has just fallen due
            ended += await runs.end()
    return ended


async def count_runs(settings: Settings, runs: Sequence[LaneRun], codes: Sequence[str]) -> Counted:
    """The task runs of steps that Prefect's server knows, by its API, once it has written all of them down."""
    ids = {"any_": [str(run.flow_run) for run in runs]}
    async with httpx.AsyncClient(base_url=settings.prefect_api, timeout=30) as client:

        async def count(**more: Any) -> int:
            found = await client.post("/task_runs/count", json={"task_runs": {"flow_run_id": ids, **more}})
            return int(found.raise_for_status().json())

        expected, limit = sum(run.task_runs for run in runs), time.monotonic() + _RECORDED_S
        while (ended := await count(state={"type": {"any_": ["COMPLETED", "FAILED"]}})) < expected:
            if time.monotonic() > limit:
                break
            await asyncio.sleep(1)
        steps = {lane: {code: await count(tags={"all_": [f"lane:{lane}", f"type:{code}"]}) for code in codes}
                 for lane in Lane}  # fmt: skip
    found = {lane.value: {code: n for code, n in types.items() if n} for lane, types in steps.items()}
    return Counted(steps=found, all_written=ended >= expected)
