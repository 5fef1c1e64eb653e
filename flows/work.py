"""`jalur work --lane L`: a process that keeps one lane moving by calling `drive_lane`, turn after turn.

Run as `python -m flows.work --lane online`. SIGTERM ends it in a few seconds with its leases handed back; killed
outright, its leases run out and others take its steps up.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading

import httpx
import structlog
from prefect.events.worker import EventsWorker

from adapters import lifeline, logs
from adapters.status import tell
from domain.roles import Lane
from flows.drive_lane import drive_lane
from flows.driver import STOP_S
from flows.runtime import Turn, during, workplace

log = structlog.get_logger()

MINUTES = 5.0  # a turn: bounds what one run of Prefect's holds, and is how long a dead one is shown as running
AGAIN_S = 1.0  # between two looks whether Prefect's server is back


class Worker:
    """Keeps calling `drive_lane` for one lane until `stop` is set."""

    def __init__(self, lane: Lane, *, minutes: float = MINUTES) -> None:
        self.lane, self.minutes = lane, minutes
        settings = workplace().settings
        self.home, self.api = settings.home, settings.prefect_api
        self.stop = asyncio.Event()
        self.state = ""

    async def run(self) -> None:
        """Turn after turn; the next begins when the one before claims no more, while its last steps come to an end."""
        turns: set[asyncio.Task[None]] = set()
        while not self.stop.is_set():
            if not await prefect_answers(self.api):
                self._tell("waiting_for_prefect")
                await self._sleep(AGAIN_S)
                continue
            self._tell("working")
            own = Turn(stop=self.stop)
            task = asyncio.create_task(self._turn(own))
            turns.add(task)
            task.add_done_callback(turns.discard)
            draining = asyncio.create_task(own.draining.wait())
            await asyncio.wait([task, draining], return_when=asyncio.FIRST_COMPLETED)
            draining.cancel()
            if not own.draining.is_set():  # it failed before it began
                await self._sleep(AGAIN_S)
        self._tell("stopping")
        if turns:  # a turn cannot tell its end to a server that is down, and need not
            await asyncio.wait(turns, timeout=STOP_S + 2)

    async def _turn(self, own: Turn) -> None:
        try:
            with during(own):
                await drive_lane(self.lane, minutes=self.minutes)
        except Exception as error:
            # What the turn executed stands in the database; at worst Prefect shows the run as running for a while.
            log.warning("turn_broken", lane=self.lane, error=type(error).__name__)

    def _tell(self, state: str) -> None:
        if state != self.state:
            self.state = state
            log.info("lane_" + state, lane=self.lane)
            tell(self.home, f"work-{self.lane}", state)

    async def _sleep(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stop.wait(), seconds)


async def prefect_answers(api: str) -> bool:
    """Whether Prefect's server can start a run now. Asked without Prefect's client, which would ask for minutes."""
    try:
        async with httpx.AsyncClient(timeout=2) as client:
            return (await client.get(f"{api}/health")).is_success
    except httpx.TransportError:
        return False


def run(lane: str) -> None:
    """Work in `lane` until SIGTERM or SIGINT. Raises ValueError for another lane, ConfigError for a broken office."""
    logs.configure(process="work")
    lifeline.watch()
    worker = Worker(Lane(lane))
    failed: list[BaseException] = []
    loops: list[asyncio.AbstractEventLoop] = []

    async def main() -> None:
        loops.append(asyncio.get_running_loop())
        await worker.run()

    def target() -> None:
        try:
            asyncio.run(main())
        except BaseException as error:
            failed.append(error)

    def stop(*_: object) -> None:
        if loops:
            loops[0].call_soon_threadsafe(worker.stop.set)
        else:
            worker.stop.set()

    # The flows run beside the main thread, where Prefect would turn SIGTERM into an exception in their midst.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    thread = threading.Thread(target=target, name="lane")
    thread.start()
    while thread.is_alive():
        thread.join(0.5)
    if failed:
        raise failed[0]
    EventsWorker.drain_all(timeout=3)  # the last task runs still on their way to Prefect
    tell(worker.home, f"work-{worker.lane}", "stopped")
    sys.stderr.flush()
    os._exit(0)  # threads of steps that hang must not hold the process


if __name__ == "__main__":
    run(sys.argv[sys.argv.index("--lane") + 1])
