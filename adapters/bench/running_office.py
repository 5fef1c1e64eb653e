"""A whole office with real processes, for the benchmarks that watch one at work: `jalur up` on a home of its own.

The bench itself is one more process on the same store: it does what people do, and looks at what became of it.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.bench.postgres import database_url
from adapters.bootstrap import build
from adapters.settings import Settings
from adapters.status import told
from domain.errors import Refused
from domain.roles import Lane
from lanes.office import Office

DATABASES = ("sqlite", "postgresql")
_START_S = 180.0
_STOP_S = 30.0
_LOOK_S = 0.2


@contextmanager
def running(database: str) -> Iterator[tuple[Office, Settings]]:
    """An office on `database` (one of DATABASES) with `jalur up` working in it; everything is removed at the end.

    Raises Refused when its processes do not come up within three minutes; the end of what they said is in the message.
    """
    with tempfile.TemporaryDirectory(prefix="jalur-bench-") as folder, database_url(database) as url:
        settings = Settings(
            home=Path(folder),
            config=Settings().config.absolute(),
            database_url=url,
            prefect_port=free_port(),
            web_port=free_port(),
        )
        office = build(settings)
        with started("up", settings, _both_lanes_work):
            yield office, settings


@contextmanager
def started(command: str, settings: Settings, is_up: Callable[[Settings], bool]) -> Iterator[None]:
    """An office's process, `jalur COMMAND`, from when it `is_up` until it is stopped.

    Raises Refused when it does not come up within three minutes; the end of what it said is in the message.
    """
    given = {
        "JALUR_HOME": str(settings.home),
        "JALUR_CONFIG": str(settings.config),
        "JALUR_PREFECT_PORT": str(settings.prefect_port),
        "JALUR_WEB_PORT": str(settings.web_port),
        **({"JALUR_DATABASE_URL": settings.database_url} if settings.database_url else {}),
    }
    others = {name: value for name, value in os.environ.items() if not name.startswith(("JALUR_", "PREFECT_"))}
    log = settings.home / f"{command}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            (sys.executable, "-m", "adapters.cli.main", command), env={**others, **given}, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=output, stderr=output,
        )  # fmt: skip
    try:
        limit = time.monotonic() + _START_S
        while not is_up(settings):
            if process.poll() is not None or time.monotonic() > limit:
                said = log.read_text(errors="replace")[-500:]
                raise Refused("bench_not_up", f"`jalur {command}` did not come up for the benchmark: {said}")
            time.sleep(_LOOK_S)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _both_lanes_work(settings: Settings) -> bool:
    return all((told(settings.home, f"work-{lane}") or {}).get("state") == "working" for lane in Lane)


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
