"""`jalur deploy`: the same flows for many machines, in two Prefect work pools on PostgreSQL.

Ordinary workers run them: `prefect worker start --pool online`. See docs/many-machines.md. Run as
`python -m flows.deploy`.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectAlreadyExists
from prefect.types.entrypoint import EntrypointType

from adapters import logs
from adapters.cli.boundary import guarded
from adapters.cli.output import say, say_json
from adapters.settings import Settings
from domain.errors import Refused
from domain.roles import Lane
from flows.drive_lane import drive_lane
from flows.health import answers
from flows.plan import Scheduled, sweeps
from flows.runtime import workplace
from flows.work import MINUTES

AT_ONCE = 2  # runs of a lane up at any time, half a turn apart: one covers while the other ends and begins anew


async def deploy() -> list[str]:
    """Make the work pools and deployments, or renew them. Gives the deployments' names; raises Refused without a
    server."""
    api = Settings().prefect_api
    if not await answers(api):  # before the office is opened, which takes its time
        raise Refused(
            "prefect_down",
            f"Prefect's server does not answer at {api}.",
            allowed="start it with `prefect server start`, or set JALUR_PREFECT_API_URL to where it runs",
        )
    place = workplace()
    async with get_client() as client:
        for lane in Lane:
            try:
                await client.create_work_pool(WorkPoolCreate(name=lane.value, type="process"))
            except ObjectAlreadyExists:
                continue
    turn = timedelta(minutes=MINUTES)
    drives = [
        Scheduled(flow=drive_lane, name=lane.value, when=turn, lane=lane,
                  parameters={"lane": lane.value, "minutes": MINUTES})
        for lane in Lane
    ]  # fmt: skip
    names = []
    async with get_client() as client:
        for each in drives:
            # The schedule's next turn may be minutes away: this one covers the time until then.
            await client.create_flow_run_from_deployment(await _deploy(each, AT_ONCE))
            names.append(f"{each.flow.name}/{each.name}")
    for each in sweeps(place.office.config):
        await _deploy(each, 1)
        names.append(f"{each.flow.name}/{each.name}")
    return names


async def _deploy(each: Scheduled, at_once: int) -> UUID:
    deployment = cast(RunnerDeployment, await cast(Any, each.flow).ato_deployment(
        each.name, schedules=each.schedules(at_once), parameters=dict(each.parameters), tags=[f"lane:{each.lane}"],
        work_pool_name=each.lane.value, entrypoint_type=EntrypointType.MODULE_PATH,
        # Jalur is installed in the same folder on every machine; relative settings are relative to it.
        job_variables={"working_dir": str(Path.cwd())},
    ))  # fmt: skip
    return await deployment.aapply()


def run(*, as_json: bool) -> None:
    """Deploy, and say what to start where. Raises Refused when that cannot be done."""
    logs.configure()
    try:
        names = asyncio.run(deploy())
    except httpx.HTTPError as error:
        raise Refused("prefect_failed", f"Prefect's server did not take it: {type(error).__name__}.",
                      allowed="the same again once it answers") from error  # fmt: skip
    workers = [f"prefect worker start --pool {lane} --type process" for lane in Lane]
    if as_json:
        say_json({"deployed": names, "workers": workers})
    else:
        say(f"Deployed: {', '.join(names)}.\nNow start workers, as many and where you like:")
        for worker in workers:
            say(f"  {worker}")


if __name__ == "__main__":
    as_json = "--json" in sys.argv
    sys.exit(guarded(lambda: run(as_json=as_json), as_json=as_json))
