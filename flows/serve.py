"""The scheduled sweeps of one machine, in one process: Prefect schedules them, this process executes them in itself.

Prefect's own `serve` starts a process for each run, 3 s of processor time and 95 MB; a lane is watched every minute
or so. See docs/decisions/0004-sweeps-in-one-process.md. Run as `python -m flows.serve`.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import httpx
import structlog
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import PrefectHTTPStatusError
from prefect.flow_engine import run_flow
from prefect.flows import Flow
from prefect.states import Cancelled, Pending

from flows import process
from flows.health import AGAIN_S, answers
from flows.plan import Scheduled, sweeps
from flows.process import Told
from flows.runtime import in_thread, workplace

log = structlog.get_logger()

Running = dict[UUID, asyncio.Task[None]]
"""The sweeps that are being executed, by deployment."""

POLL_S = 1.0  # a sweep begins at most this long after its time


async def serve(told: Told) -> None:
    """Register the office's sweeps with Prefect, anew when their schedules change, and execute each when it is due."""
    api = workplace().settings.prefect_api
    running: Running = {}
    while not told.stop.is_set():
        if not await answers(api):
            told.say("waiting_for_prefect")
            await told.sleep(AGAIN_S)
            continue
        try:
            plan = sweeps((await in_thread(workplace)).office.config)
            served = await register(plan)
            told.say("serving")
            while not told.stop.is_set() and plan == sweeps((await in_thread(workplace)).office.config):
                async with get_client() as client:
                    await begin_due(client, served, running)
                await told.sleep(POLL_S)
        except (httpx.TransportError, PrefectHTTPStatusError) as error:
            log.warning("serving_interrupted", error=type(error).__name__)
            await told.sleep(AGAIN_S)
    await asyncio.gather(*running.values())


async def register(plan: Sequence[Scheduled]) -> dict[UUID, Flow[..., Any]]:
    """Make or renew a deployment with its schedule for each sweep; gives the flows by deployment."""
    served = {}
    for each in plan:
        deployment = await each.flow.ato_deployment(
            each.name, schedules=each.schedules(), parameters=dict(each.parameters), tags=[f"lane:{each.lane}"]
        )
        served[await deployment.aapply()] = each.flow
    return served


async def begin_due(client: PrefectClient, served: dict[UUID, Flow[..., Any]], running: Running) -> None:
    """Begin what is due, once for each deployment: what was missed while nobody served is not made up for. None waits
    for another, so that a flood in one lane delays no sweep of the other; one that still runs is not begun again."""
    for deployment in [each for each, task in running.items() if task.done()]:
        del running[deployment]
    free = [each for each in served if each not in running]
    if not free:
        return
    due: dict[UUID, list[FlowRun]] = defaultdict(list)
    for run in await client.get_scheduled_flow_runs_for_deployments(free, scheduled_before=datetime.now(UTC)):
        due[cast(UUID, run.deployment_id)].append(run)
    for deployment, runs in due.items():
        *missed, last = sorted(runs, key=lambda run: run.expected_start_time or datetime.min.replace(tzinfo=UTC))
        for run in missed:
            await client.set_flow_run_state(run.id, Cancelled(message="Missed; a later run did its work."), force=True)
        await client.set_flow_run_state(last.id, Pending())
        begun = await client.read_flow_run(last.id)
        running[deployment] = asyncio.create_task(_execute(served[deployment], begun))


async def _execute(flow: Flow[..., Any], run: FlowRun) -> None:
    try:
        state = await cast(Any, run_flow(flow, run, return_type="state"))
    except (httpx.TransportError, PrefectHTTPStatusError) as error:
        log.warning("sweep_interrupted", flow=flow.name, error=type(error).__name__)
        return
    if not state.is_completed():
        log.warning("sweep_failed", flow=flow.name, state=state.name)


def run() -> None:
    """Serve until SIGTERM or SIGINT; see `flows.process.run`."""
    process.run("serve", serve)


if __name__ == "__main__":
    run()
