"""Whether Prefect's server is there. Asked without Prefect's client, which would go on asking for many seconds."""

from __future__ import annotations

from pathlib import Path

import httpx

from adapters.settings import Settings

AGAIN_S = 1.0  # between two looks whether the server is back


async def answers(api: str) -> bool:
    """Whether the server at this API address can start a run now."""
    try:
        async with httpx.AsyncClient(timeout=2) as client:
            return (await client.get(f"{api}/health")).is_success
    except httpx.TransportError:
        return False


async def is_ours(settings: Settings) -> bool:
    """Whether the server that answers on this machine is the home's own, and not another office's or project's."""
    async with httpx.AsyncClient(timeout=10) as client:
        answer = await client.get(f"{settings.prefect_api}/admin/settings")
    return answer.is_success and Path(answer.json()["home"]) == settings.prefect_home.absolute()
