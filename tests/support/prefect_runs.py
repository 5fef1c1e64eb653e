"""What Prefect has on record, for tests."""

from __future__ import annotations

import asyncio

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, TaskRun
from prefect.client.schemas.sorting import FlowRunSort, TaskRunSort


def task_runs() -> list[TaskRun]:
    """The newest 200 task runs."""

    async def read() -> list[TaskRun]:
        async with get_client() as client:
            return await client.read_task_runs(limit=200, sort=TaskRunSort.END_TIME_DESC)

    return asyncio.run(read())


def flow_runs() -> list[FlowRun]:
    """The newest 200 flow runs."""

    async def read() -> list[FlowRun]:
        async with get_client() as client:
            return await client.read_flow_runs(limit=200, sort=FlowRunSort.START_TIME_DESC)

    return asyncio.run(read())
