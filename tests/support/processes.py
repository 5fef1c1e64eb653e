"""Real processes for tests: Prefect's server, lane workers, and waiting for what they should bring about."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from adapters.prefect_env import process_environment
from adapters.settings import Settings

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(
    condition: Callable[[], object], seconds: float, what: str | Callable[[], object], *, rest_s: float = 1.0
) -> None:
    """Return as soon as the condition holds. Raises AssertionError after `seconds`, saying what did not come.

    Between two looks it rests three times as long as the last one took, `rest_s` at most: what is waited for needs the
    machine too.
    """
    end = time.monotonic() + seconds
    while True:
        began = time.monotonic()
        if condition():
            return
        looked = time.monotonic()
        if looked > end:
            raise AssertionError(f"not within {seconds:g} s: {what() if callable(what) else what}")
        time.sleep(min(rest_s, max(0.05, 3 * (looked - began))))


def environment(settings: Settings) -> dict[str, str]:
    """The environment of a process that works for this office, with nothing of Prefect's from outside."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "JALUR_"))}
    return clean | process_environment(settings)


@dataclass
class Processes:
    """Processes of one office; all are ended when the test is over."""

    settings: Settings
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start `python …` under a name, with its output in the office's `var/log`."""
        logs = self.settings.home / "log"
        logs.mkdir(parents=True, exist_ok=True)
        with (logs / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments], env=environment(self.settings), cwd=ROOT, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.running[name] = process
        return process

    def prefect(self) -> None:
        """Start Prefect's server and wait until it answers."""
        self.start("prefect", "-m", "flows.server")
        wait_until(self.prefect_answers, 60, lambda: self.log("prefect"))

    def prefect_answers(self) -> bool:
        """Whether the server answers now."""
        try:
            return httpx.get(f"{self.settings.prefect_api}/health", timeout=2).is_success
        except httpx.TransportError:
            return False

    def worker(self, lane: str) -> None:
        """Start a lane's worker."""
        self.start(f"work-{lane}", "-m", "flows.work", "--lane", lane)

    def kill(self, *names: str) -> None:
        """kill -9, all at once, with what they started: a Prefect worker gives each run a session of its own."""
        gone = [self.running.pop(name) for name in names or list(self.running)]
        for process in gone:
            _signal_group(process.pid, signal.SIGSTOP)  # so that none starts anything more while we look
        started = [run for process in gone for run in _descendants(process.pid)]
        for run in started:
            with contextlib.suppress(psutil.NoSuchProcess):
                run.kill()
        for process in gone:
            _signal_group(process.pid, signal.SIGKILL)
        for process in gone:
            process.wait()
        psutil.wait_procs(started)

    def log(self, name: str) -> str:
        """The end of what a process has written."""
        return (self.settings.home / "log" / f"{name}.log").read_text(errors="replace")[-3000:]


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has ended by itself
        os.killpg(pid, number)


def _descendants(pid: int) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).children(recursive=True)
    return []
