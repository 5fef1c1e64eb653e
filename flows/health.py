"""Whether Prefect's server is there. Asked without Prefect's client, which would go on asking for many seconds."""

from __future__ import annotations

import httpx

AGAIN_S = 1.0  # between two looks whether the server is back


async def answers(api: str) -> bool:
    """Whether the server at this API address can start a run now."""
    try:
        async with httpx.AsyncClient(timeout=2) as client:
            return (await client.get(f"{api}/health")).is_success
    except httpx.TransportError:
        return False
