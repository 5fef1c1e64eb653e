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
from collections.abc import Iterator
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
_UP = (sys.executable, "-m", "adapters.cli.main", "up")
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
            prefect_port=_free_port(),
            web_port=_free_port(),
        )
        office = build(settings)
        with _up(settings):
            yield office, settings


@contextmanager
def _up(settings: Settings) -> Iterator[None]:
    given = {
        "JALUR_HOME": str(settings.home),
        "JALUR_CONFIG": str(settings.config),
        "JALUR_PREFECT_PORT": str(settings.prefect_port),
        "JALUR_WEB_PORT": str(settings.web_port),
        **({"JALUR_DATABASE_URL": settings.database_url} if settings.database_url else {}),
    }
    others = {name: value for name, value in os.environ.items() if not name.startswith(("JALUR_", "PREFECT_"))}
    log = settings.home / "up.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            _UP, env={**others, **given}, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=output, stderr=output,
        )  # fmt: skip
    try:
        _wait_for_workers(settings.home, process, log)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_for_workers(home: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    limit = time.monotonic() + _START_S
    while not all((told(home, f"work-{lane}") or {}).get("state") == "working" for lane in Lane):
        if process.poll() is not None or time.monotonic() > limit:
            said = log.read_text(errors="replace")[-500:]
            raise Refused("bench_not_up", f"`jalur up` did not come up for the benchmark: {said}")
        time.sleep(_LOOK_S)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
