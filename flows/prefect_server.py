"""A Prefect server for as long as one command runs: the one that answers already, or a child of our own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters import lifeline
from adapters.settings import Settings
from domain.errors import Refused
from flows.health import answers, is_ours

START_S = 90.0  # a first start lays out its database
_END_S = 15.0
_LOOK_S = 0.2


@asynccontextmanager
async def prefect_server(settings: Settings) -> AsyncIterator[str]:
    """Gives "running" when a server answered at once, "started" when this call started one and will end it.

    Raises Refused when none answers and none can be started, its log then says why, and when somebody else's is there.
    """
    if await answers(settings.prefect_api):
        await _must_be_ours(settings)
        yield "running"
        return
    if settings.prefect_api_url is not None:
        raise Refused("no_prefect", "Prefect's server at JALUR_PREFECT_API_URL does not answer.",
                      allowed="start it, or unset JALUR_PREFECT_API_URL")  # fmt: skip
    log = settings.home / "log" / "prefect-server.log"
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with log.open("ab") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "flows.server"], stdin=subprocess.PIPE, stdout=output, stderr=output,
            env={**os.environ, lifeline.NAME: "1"},
        )  # fmt: skip
    try:
        await _wait(child, settings, str(log))
        yield "started"
    finally:
        assert child.stdin is not None
        child.stdin.close()  # its lifeline: it ends by itself, also when we are killed
        try:
            await asyncio.to_thread(child.wait, _END_S)
        except subprocess.TimeoutExpired:
            child.kill()


async def _wait(child: subprocess.Popen[bytes], settings: Settings, log: str) -> None:
    loop = asyncio.get_running_loop()
    limit = loop.time() + START_S
    while not await answers(settings.prefect_api):
        if child.poll() is not None or loop.time() > limit:
            raise Refused("no_prefect", f"Prefect's server could not be started; {log} says why.",
                          allowed="a free port, named by JALUR_PREFECT_PORT")  # fmt: skip
        await asyncio.sleep(_LOOK_S)
    await _must_be_ours(settings)  # somebody may have taken the port while it started


async def _must_be_ours(settings: Settings) -> None:
    if settings.prefect_api_url is None and not await is_ours(settings):
        raise Refused("no_prefect", f"Port {settings.prefect_port} is taken by a Prefect server of another home.",
                      allowed="a free port, such as JALUR_PREFECT_PORT=4201, or that server's end")  # fmt: skip
