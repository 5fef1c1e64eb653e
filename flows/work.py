"""`jalur work --lane L`: a process that keeps one lane moving by calling `drive_lane`, turn after turn.

Run as `python -m flows.work --lane online`. SIGTERM ends it in a few seconds with its leases handed back; killed
outright, its leases run out and others take its steps up.
"""

from __future__ import annotations

import asyncio
import sys
from functools import partial

import structlog

from domain.roles import Lane
from flows import process
from flows.drive_lane import drive_lane
from flows.driver import STOP_S
from flows.health import AGAIN_S, answers
from flows.process import Told
from flows.runtime import Turn, during, workplace

log = structlog.get_logger()

MINUTES = 5.0  # a turn: bounds what one run of Prefect's holds, and is how long a dead one is shown as running


async def work(lane: Lane, told: Told) -> None:
    """Turn after turn; the next begins when the one before claims no more, while its last steps come to an end."""
    api = workplace().settings.prefect_api
    turns: set[asyncio.Task[None]] = set()
    while not told.stop.is_set():
        if not await answers(api):
            told.say("waiting_for_prefect")
            await told.sleep(AGAIN_S)
            continue
        told.say("working")
        own = Turn(stop=told.stop)
        task = asyncio.create_task(_turn(lane, own))
        turns.add(task)
        task.add_done_callback(turns.discard)
        draining = asyncio.create_task(own.draining.wait())
        await asyncio.wait([task, draining], return_when=asyncio.FIRST_COMPLETED)
        draining.cancel()
        if not own.draining.is_set():  # it failed before it began
            await told.sleep(AGAIN_S)
    if turns:  # a turn cannot tell its end to a server that is down, and need not
        await asyncio.wait(turns, timeout=STOP_S + 2)


async def _turn(lane: Lane, own: Turn) -> None:
    try:
        with during(own):
            await drive_lane(lane, minutes=MINUTES)
    except Exception as error:
        # What the turn executed stands in the database; at worst Prefect shows the run as running for a while.
        log.warning("turn_broken", lane=lane, error=type(error).__name__)


def run(lane: str, *, as_json: bool = False) -> None:
    """Work in `lane` until SIGTERM or SIGINT; see `flows.process.run`. Raises ValueError for an unknown lane."""
    known = Lane(lane)
    process.run(f"work-{known}", partial(work, known), as_json=as_json)


if __name__ == "__main__":
    run(sys.argv[sys.argv.index("--lane") + 1], as_json="--json" in sys.argv)
