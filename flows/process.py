"""A process of ours that works in an event loop until it is asked to stop.

The loop runs beside the main thread: in the main thread Prefect turns SIGTERM into an exception wherever a flow
stands just then, and an orderly stop could not be had.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from prefect.events.worker import EventsWorker

from adapters import lifeline, logs
from adapters.cli.boundary import guarded
from adapters.cli.output import say
from adapters.status import tell
from flows.runtime import workplace

log = structlog.get_logger()

_WORDS = {
    "working": "At work: ready automatic steps are executed within a second or two. Ctrl-C stops.",
    "waiting_for_prefect": "Prefect's server does not answer: automatic steps wait for it; people go on meanwhile.",
}
Main = Callable[["Told"], Awaitable[None]]


class Told:
    """What a process is asked (`stop`), and what it says of itself."""

    def __init__(self, name: str, home: Path) -> None:
        self.name, self.home = name, home
        self.stop = asyncio.Event()
        self._state = ""

    def say(self, state: str) -> None:
        """Log a change of state once, and leave it where other processes can read it."""
        if state != self._state:
            self._state = state
            log.info("process_" + state, process=self.name)
            tell(self.home, self.name, state)
            if sys.stdout.isatty() and state in _WORDS:  # a person looks on; a service's log has it above
                say(_WORDS[state])

    async def sleep(self, seconds: float) -> None:
        """Wait, but no longer than until the stop."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stop.wait(), seconds)


def run(name: str, main: Main, *, as_json: bool = False) -> None:
    """Build the office and call `main` with it open, until it ends by itself or SIGTERM or SIGINT sets `stop`.

    Ends the process: 0 after a stop, 1 when the office cannot be opened, with why on standard error, in words or as
    JSON.
    """
    logs.configure()
    lifeline.watch()
    if code := guarded(workplace, as_json=as_json):
        sys.exit(code)
    told = Told(name, workplace().settings.home)
    failed: list[BaseException] = []
    loops: list[asyncio.AbstractEventLoop] = []

    async def begin() -> None:
        loops.append(asyncio.get_running_loop())
        await main(told)

    def beside() -> None:
        try:
            asyncio.run(begin())
        except BaseException as error:
            failed.append(error)

    def stop(*_: object) -> None:
        if loops:
            loops[0].call_soon_threadsafe(told.stop.set)
        else:
            told.stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    thread = threading.Thread(target=beside, name=name, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(0.2)
    if failed:
        raise failed[0]
    EventsWorker.drain_all(timeout=3)  # the last task runs, still on their way to Prefect
    told.say("stopped")
    sys.stderr.flush()
    os._exit(0)  # threads of steps that hang must not hold the process
