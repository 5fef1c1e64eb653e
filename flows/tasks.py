"""One automatic step, and one message, as a Prefect task run.

Prefect is given a name, tags and numbers only: no parameter, result or error that could hold personal data. What is
to be done stays in this process (`_jobs`), under the number Prefect knows it by.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, cast

import structlog
from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.context import TaskRunContext

from domain.errors import Refused
from flows.runtime import in_thread
from lanes.engine import LeaseLost
from lanes.ports import Unavailable

log = structlog.get_logger()

LONGEST_DELAY_S = 300.0


class StepFailed(Exception):
    """Why a step failed, in words that are safe to show: our own refusals, else only the kind of the error."""


@dataclass(slots=True)
class Job:
    """Something to execute: `call` blocks; `reason` becomes why its last attempt failed; `resting` is set while it
    waits to be tried again."""

    name: str
    tags: Sequence[str]
    call: Callable[[], Any]
    retries: int = 0
    delay_s: float = 0.0
    timeout_s: float | None = None
    reason: str = ""
    dropped: bool = False
    resting: bool = False
    key: int = field(default_factory=count(1).__next__)


_jobs: dict[int, Job] = {}


@task(name="step", persist_result=False, cache_policy=NO_CACHE, log_prints=False)
async def execute(key: int) -> None:
    """One attempt. Raises StepFailed, which holds nothing of the error it stands for."""
    job = _jobs[key]
    if context := TaskRunContext.get():
        # Not as options of the task: Prefect would ask its server about a limit for each tag before every run,
        # and could run nothing while the server is down. Set here, they are stored with the run's next state.
        context.task_run.tags = sorted({*context.task_run.tags, *job.tags})
    job.resting = False
    try:
        await in_thread(job.call)
    except LeaseLost:
        job.dropped = True
    except Exception as error:
        job.reason = explain(error)
        log.warning("attempt_failed", run=job.name, reason=job.reason)
    else:
        return
    finally:
        job.resting = True
    if not job.dropped:
        raise StepFailed(job.reason)  # outside the handler, so that Prefect's log has no other error behind it


def explain(error: Exception) -> str:
    """Why an attempt failed, without personal data: the words of our own errors, of others only their kind."""
    if isinstance(error, Refused | Unavailable):
        return f"{type(error).__name__}: {error}"
    return type(error).__name__


async def run(job: Job) -> str:
    """Execute a job as a task run with its retries and its timeout. Gives "done", "dropped" (somebody else has taken
    the step over) or "failed" (`job.reason` says why)."""
    _jobs[job.key] = job
    options = execute.with_options(
        task_run_name=job.name,
        retries=job.retries,
        retry_delay_seconds=backoff(job.delay_s, job.retries),
        timeout_seconds=job.timeout_s,
    )
    try:
        state: State[None] = await cast(Awaitable[State[None]], options(job.key, return_state=True))
    finally:
        del _jobs[job.key]
    if state.is_completed():
        return "dropped" if job.dropped else "done"
    if state.name == "TimedOut":
        job.reason = f"It did not end within {job.timeout_s:g} s and was stopped."
    return "failed"


def backoff(first_s: float, retries: int) -> list[float]:
    """The waits before each retry, in seconds: doubling, at most five minutes (or the first, if that is longer)."""
    longest = max(first_s, LONGEST_DELAY_S)
    return [min(first_s * 2**attempt, longest) for attempt in range(min(retries, 50))]  # Prefect repeats the last
