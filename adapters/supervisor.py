"""`jalur up`: everything one machine needs, in processes that are started, watched, started again and stopped together.

Prefect's server, a worker for each lane, the sweeps and the web are child processes, each with a pipe from here as its
standard input: when it closes, also because this process was killed, they stop by themselves (`adapters.lifeline`).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from logging import Formatter, LogRecord, makeLogRecord
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import httpx
import orjson

from adapters import lifeline
from adapters.bootstrap import build
from adapters.config_watch import ConfigWatch
from adapters.current import Current
from adapters.prefect_env import process_environment
from adapters.settings import Settings
from adapters.starting import DYING_S, free_the_ports, must_be_real, only_one
from adapters.up_screen import in_words
from adapters.web.building import must_be_built
from adapters.web.demo_people import demo_applicant, demo_people
from domain.errors import Refused
from domain.roles import Lane
from lanes.office import Office

Report = Callable[[str, Mapping[str, Any]], None]

LOOK_S = 1.0  # how often Prefect's server is asked whether it is there
ANSWER_S = 5.0  # how long it may take to answer: on a loaded machine one second is nothing
DOWN_AFTER = 3  # it is down when it gave no answer this often in a row; a single miss is told to nobody
SWEEPS_S = 30.0  # how often it is asked whether a sweep is late
RULES_S = 1.0  # how often it is looked whether other rules are in force, or a file of the configuration has changed
STOP_S = 12.0  # how long children may take to stop before they are killed
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 30.0  # before a process that died is started again; doubling
STEADY_S = 60.0  # a process that lived this long starts anew with the first wait
LOG_BYTES, LOGS_KEPT = 5_000_000, 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Child:
    """A process of the office: its name, the arguments after `python`, and what it is for, in words."""

    name: str
    arguments: tuple[str, ...]
    purpose: str


def children(settings: Settings) -> list[Child]:
    """What `jalur up` runs; a further service of the office is one more line here."""
    server = Child(name="prefect", arguments=("-m", "flows.server"), purpose=f"Prefect, {_page(settings)}")
    lanes = [
        Child(name=f"work-{lane}", arguments=("-m", "flows.work", "--lane", lane.value),
              purpose=f"automatic steps and messages of the {lane} lane")
        for lane in Lane
    ]  # fmt: skip
    sweeps = Child(name="serve", arguments=("-m", "flows.serve"), purpose="what falls due; keeping house")
    web = Child(name="web", arguments=("-m", "adapters.web.serve"), purpose=f"pages for people, {settings.web_page}")
    return [*([] if settings.prefect_api_url else [server]), *lanes, sweeps, web]


def _page(settings: Settings) -> str:
    return settings.prefect_api.removesuffix("/api")


class Supervisor:
    """Runs the children until it is stopped, and reports what happens to them and to Prefect's server."""

    def __init__(self, settings: Settings, office: Office, report: Report, own: Sequence[Child] | None = None) -> None:
        self.settings, self.office, self.report = settings, office, report
        self.children = list(own if own is not None else children(settings))
        self.stop = asyncio.Event()
        self.broken: str | None = None  # the first mistake in the configuration's files as they are now
        self.environment = {**os.environ, **process_environment(settings), lifeline.NAME: "1"}

    async def run(self) -> None:
        """Start everything; return when `stop` was set and every child has ended."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.stop.set)
        watches = [asyncio.create_task(watch()) for watch in (
            self._watch_prefect, self._watch_sweeps, self._watch_rules
        )]  # fmt: skip
        lives = [asyncio.create_task(self._keep_alive(child)) for child in self.children]
        stopping = asyncio.create_task(self.stop.wait())
        await asyncio.wait([stopping, *lives], return_when=asyncio.FIRST_COMPLETED)
        self.stop.set()  # also when a child could not be started at all, which the gathering below raises
        self.report("stopping", {})
        for watch in watches:
            watch.cancel()
        ended = await asyncio.gather(*lives, return_exceptions=True)
        self.report("stopped", {})
        for failure in ended:
            if failure is not None:
                raise failure

    async def _keep_alive(self, child: Child) -> None:
        loop = asyncio.get_running_loop()
        wait = FIRST_WAIT_S
        with _log_file(self.settings.home / "log" / f"{child.name}.log") as write:
            while not self.stop.is_set():
                began = loop.time()
                code, last = await self._live(child, write)
                if self.stop.is_set():
                    return
                wait = FIRST_WAIT_S if loop.time() - began > STEADY_S else min(wait * 2, LONGEST_WAIT_S)
                self.report("died", {"name": child.name, "code": code, "again_in_s": wait, "last": last})
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.stop.wait(), wait)

    async def _live(self, child: Child, write: Callable[[str], None]) -> tuple[int, str]:
        """One life of a child, from its start to its end; gives its exit code and the last line it wrote."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, *child.arguments, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        self.report("started", {"name": child.name, "pid": process.pid, "purpose": child.purpose})
        reading = asyncio.create_task(_copy(process, write))
        ending = asyncio.create_task(process.wait())
        stopping = asyncio.create_task(self.stop.wait())
        await asyncio.wait([ending, stopping], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not ending.done():
            _signal(process.pid, signal.SIGTERM)
            await asyncio.wait([ending], timeout=STOP_S)
        _signal(process.pid, signal.SIGKILL)  # the whole group, whatever the child may have left behind
        code = await ending
        return code, await reading

    async def _watch_prefect(self) -> None:
        """Tell in words when Prefect's server is there, when it is not, and what waits meanwhile."""
        there: bool | None = None
        missed = 0
        waiting: dict[str, int] = {}
        async with httpx.AsyncClient(timeout=ANSWER_S) as client:
            while True:
                try:
                    now = (await client.get(f"{self.settings.prefect_api}/health")).is_success
                except httpx.TransportError:
                    now = False
                missed = 0 if now else missed + 1
                if now and there is not True:
                    if there is None:
                        found = demo_applicant(self.office)
                        applicant = (found.name, found.nik, found.family_card) if found else None
                        self.report("prefect_up", {"page": _page(self.settings), "people": demo_people(self.office),
                                                   "applicant": applicant})  # fmt: skip
                    else:
                        self.report("prefect_back", {"page": _page(self.settings)})
                    there = True
                elif missed >= DOWN_AFTER and there is not None:
                    steps = await asyncio.to_thread(self._waiting)
                    if there or steps != waiting:
                        self.report("prefect_down", {"waiting": steps})
                    there, waiting = False, steps
                await asyncio.sleep(LOOK_S)

    async def _watch_sweeps(self) -> None:
        """Tell of a sweep that does not run, and of a dossier that it cannot treat, once each time: whoever watches the
        clocks is watched too. Of that, and of mistakes in the files, people are told by message as well."""
        told, broken = set[str](), set[str]()
        began = self.office.clock.now()
        while True:
            await asyncio.sleep(SWEEPS_S)
            with contextlib.suppress(Refused):
                found = await asyncio.to_thread(lambda: self.office.warnings.late(began))
                late = {each.name: each.told for each in found}
                for sweep in sorted(late.keys() - told):
                    self.report("late", {"sweep": late[sweep]})
                told = set(late)
                names = {name for lane in Lane for name in await asyncio.to_thread(self.office.warnings.broken, lane)}
                for name in sorted(names - broken):
                    self.report("broken", {"what": name})
                broken = names
                if self.broken is not None:
                    await asyncio.to_thread(self.office.warnings.files, self.broken)

    async def _watch_rules(self) -> None:
        """Tell when new rules came into force or could not, and what an edit of the configuration's files comes to."""
        current, files = Current(self.office, self._rules_trouble), ConfigWatch(self.settings)
        warned: list[str] = []
        while True:
            with contextlib.suppress(Refused, OSError):  # what could not be looked at now is looked at next time
                before, self.office = self.office, await asyncio.to_thread(current.office)
                if self.office is not before:
                    rules = self.office.config.rules
                    self.report("rules_taken_up", {"versions": {lane.value: rules[lane] for lane in Lane}})
                warnings = self.office.config.warnings(self.office.clock.now())
                if warnings and warnings != warned:  # once a day, since they count the days
                    self.report("calendar_ends", {"warnings": warnings})
                warned = warnings
                said = await asyncio.to_thread(files.look, self.office)
                if said is not None:
                    self.report(*said)
                    self.broken = said[1]["first"] if said[0] == "config_broken" else None
            await asyncio.sleep(RULES_S)

    def _rules_trouble(self, words: str | None) -> None:
        self.report("rules_not_taken_up" if words else "rules_well", {"why": words} if words else {})

    def _waiting(self) -> dict[str, int]:
        with contextlib.suppress(Refused):  # the database is busy: what waits is told at the next look
            return {lane.value: self.office.engine.waiting(lane) for lane in Lane}
        return {}


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)


async def _copy(process: asyncio.subprocess.Process, write: Callable[[str], None]) -> str:
    assert process.stdout is not None
    last = ""
    while chunk := await process.stdout.read(65_536):
        for line in chunk.decode(errors="replace").splitlines():
            if line.strip():
                last = line.strip()
                write(line)
    return last[-300:]


@contextmanager
def _log_file(path: Path) -> Iterator[Callable[[str], None]]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=LOGS_KEPT)
    handler.setFormatter(Formatter("%(message)s"))
    handler.handleError = lambda record: None  # type: ignore[method-assign]  # a full disk stops no office

    def write(line: str) -> None:
        record: LogRecord = makeLogRecord({"msg": "%s", "args": (line,)})
        handler.emit(record)

    try:
        yield write
    finally:
        handler.close()


def run(settings: Settings, *, as_json: bool = False) -> None:
    """Serve the office on this machine until SIGINT or SIGTERM. Raises Refused, ConfigError or OSError when it cannot
    be opened."""
    report: Report = _as_json if as_json else in_words(settings, _say)
    must_be_real(settings)
    with only_one(settings.home) as cut_off:
        asyncio.run(free_the_ports(settings, wait_s=DYING_S if cut_off else 0))
        office = build(settings)
        office.credentials.refuse_a_demo()
        must_be_built()
        report("opening", {"children": [child.name for child in children(settings)]})
        asyncio.run(_supervise(partial(Supervisor, settings, office, report)))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def _supervise(make: Callable[[], Supervisor]) -> None:
    await make().run()


def _as_json(event: str, told: Mapping[str, Any]) -> None:
    sys.stdout.buffer.write(orjson.dumps({"event": event, **told}) + b"\n")
    sys.stdout.flush()
