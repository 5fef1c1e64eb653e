"""What must hold before anything starts: nobody else serves this data folder, the ports are free, and an office for
real use holds nothing that was made up."""

from __future__ import annotations

import asyncio
import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.demo.marker import marker
from adapters.settings import Settings
from domain.errors import Refused

DYING_S = 10.0  # how long the port may still be held by the children of a `jalur up` that was killed


def must_be_real(settings: Settings) -> None:
    """Raise Refused in production where a demo was played in this home, or made-up residents would be asked for."""
    if settings.production and marker(settings).exists():
        raise Refused("demo_office", f"JALUR_PRODUCTION is set, but a demo was played in {settings.home}: its dossiers "
                      "are made up.", allowed="an office of its own (JALUR_HOME)")  # fmt: skip
    if settings.production and settings.registry_url is None:
        raise Refused("made_up_residents", "JALUR_PRODUCTION is set, but the civil register is the sandbox, whose "
                      "residents are made up.", allowed="JALUR_REGISTRY_URL, the register over HTTP")  # fmt: skip


@contextmanager
def only_one(home: Path) -> Iterator[bool]:
    """Hold this data folder for one `jalur up`; gives whether the one before it was cut off. Raises Refused."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = home / "up.lock"
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                "already_up",
                f"Jalur is already up on {home} (process {os.read(lock, 20).decode() or 'unknown'}).",
                allowed="stop it with Ctrl-C where it runs, or give this one a folder of its own with JALUR_HOME",
            ) from None
        cut_off = bool(os.read(lock, 20))
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        yield cut_off
        os.ftruncate(lock, 0)
    finally:
        os.close(lock)


async def free_the_ports(settings: Settings, *, wait_s: float) -> None:
    """Return when the ports of Prefect and the web can be listened on, waiting for servers that are just stopping.
    Raises Refused."""
    loop = asyncio.get_running_loop()
    limit = loop.time() + wait_s
    while True:
        try:
            must_be_free(settings.web_host, settings.web_port, "the web", "JALUR_WEB_PORT")
            if not settings.prefect_api_url:
                must_be_free(
                    settings.prefect_host, settings.prefect_port, "Prefect's server", "JALUR_PREFECT_PORT",
                    f"; or, if it is a Prefect server to be used, set JALUR_PREFECT_API_URL={settings.prefect_api}",
                )  # fmt: skip
            return
        except Refused:
            if loop.time() > limit:
                raise
        await asyncio.sleep(0.1)


def must_be_free(host: str, port: int, whose: str, setting: str, otherwise: str = "") -> None:
    """Raise Refused when another program listens on a port; `whose` it has to be, and the `setting` that names it."""
    if not _is_free(host, port):
        raise Refused(
            "port_in_use", f"Another program listens on {host}:{port}, where {whose} has to listen.",
            allowed=f"stop that program; or set {setting} to a free port{otherwise}",
        )  # fmt: skip


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
