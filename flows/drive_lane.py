"""The flow that executes a lane's automatic steps: long-lived, so that a step costs a task run and not a flow run.

See docs/decisions/0002-long-lived-drive-lane.md. Any number of runs of one lane may be up at once.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from prefect import flow
from prefect.runtime import flow_run

from domain.roles import Lane
from flows.driver import Driver
from flows.runtime import Turn, turn, workplace


def _name() -> str:
    return f"drive {flow_run.parameters['lane']} {datetime.now(UTC):%Y-%m-%d %H:%M:%S}"


@flow(name="drive-lane", flow_run_name=_name, persist_result=False, log_prints=False, retries=0)
async def drive_lane(lane: Lane, minutes: float = 5, until_idle: bool = False) -> dict[str, int]:
    """Execute what is ready in `lane` for `minutes`, or until nothing is left to do.

    Gives how many steps ended how: `done`, `failed` (now stuck), `dropped` (another run has it), `messages`.
    Steps begun in time are brought to an end, for a minute at most; what is left is handed back to others.
    """
    own = turn()
    with _gentle(own):
        return await Driver(workplace(), Lane(lane), own).work(minutes * 60, until_idle=until_idle)


@contextmanager
def _gentle(own: Turn) -> Iterator[None]:
    """Turn SIGTERM into an orderly stop where a Prefect worker runs us. Prefect would raise an exception wherever
    the process stands just then. Off the main thread, our caller watches for signals (`flows.work`)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, own.stop.set)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
