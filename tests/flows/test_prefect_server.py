"""Whose Prefect server answers on this machine."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from support.processes import Processes

from adapters.settings import Settings
from domain.errors import Refused
from flows.prefect_server import prefect_server as a_server

pytestmark = pytest.mark.process


async def asked(settings: Settings) -> str:
    async with a_server(settings) as found:
        return found


def test_the_home_s_own_server_is_used_and_another_one_s_is_not(prefect_server: Processes, tmp_path: Path) -> None:
    own = prefect_server.settings
    assert asyncio.run(asked(own)) == "running"
    other = Settings(home=tmp_path, prefect_port=own.prefect_port)
    with pytest.raises(Refused, match="taken by a Prefect server of another home"):
        asyncio.run(asked(other))
    named = Settings(home=tmp_path, prefect_api_url=own.prefect_api)  # type: ignore[arg-type]
    assert asyncio.run(asked(named)) == "running"
