"""Prefect's own records kept true and small: it leaves runs of killed machines as running, and keeps all for ever.

Only Jalur's flows are touched: the server may be shared with others.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound
from prefect.states import Crashed

from flows.driver import DRAIN_S

OURS = ("drive-lane", "watch-sla", "digest", "lane-parity", "housekeeping")
BATCH, MOST_BATCHES = 200, 5  # at most a thousand runs a call: the next call goes on
LONGEST_SWEEP = timedelta(minutes=10)
MARGIN = timedelta(seconds=DRAIN_S + 60)
UNDER_WAY = (StateType.RUNNING, StateType.PENDING)


async def mark_crashed_runs(now: datetime | None = None) -> int:
    """Mark runs that have been under way for longer than they can be as crashed. Gives how many."""
    now = now or datetime.now(UTC)
    marked = 0
    async with get_client() as client:
        state = FlowRunFilterState(type=FlowRunFilterStateType(any_=list(UNDER_WAY)))
        for run in await client.read_flow_runs(
            flow_filter=_ours(), flow_run_filter=FlowRunFilter(state=state), limit=BATCH,
            sort=FlowRunSort.EXPECTED_START_TIME_ASC,
        ):  # fmt: skip
            if run.state is not None and run.state.timestamp + _longest(run) < now:
                said = "Its process was killed; what it had in hand was taken up by others."
                await client.set_flow_run_state(run.id, Crashed(message=said), force=True)
                marked += 1
    return marked


def _longest(run: FlowRun) -> timedelta:
    """How long a run can be under way: a drive as long as its turn and its last steps, a sweep ten minutes."""
    minutes = run.parameters.get("minutes")
    return timedelta(minutes=float(minutes)) + MARGIN if minutes is not None else LONGEST_SWEEP


async def delete_old_runs(keep_days: float) -> int:
    """Delete runs of ours that were expected to start more than `keep_days` ago. Gives how many."""
    before = datetime.now(UTC) - timedelta(days=keep_days)
    old = FlowRunFilter(
        expected_start_time=FlowRunFilterExpectedStartTime(before_=before),
        state=FlowRunFilterState(type=FlowRunFilterStateType(not_any_=list(UNDER_WAY))),
    )
    deleted = 0
    async with get_client() as client:
        for _ in range(MOST_BATCHES):
            runs = await client.read_flow_runs(
                flow_filter=_ours(), flow_run_filter=old, limit=BATCH, sort=FlowRunSort.EXPECTED_START_TIME_ASC
            )
            for run in runs:
                try:
                    await client.delete_flow_run(run.id)
                    deleted += 1
                except ObjectNotFound:  # another housekeeping was faster
                    continue
            if len(runs) < BATCH:
                break
    return deleted


def _ours() -> FlowFilter:
    return FlowFilter(name=FlowFilterName(any_=list(OURS)))
