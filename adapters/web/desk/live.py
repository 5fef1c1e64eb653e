"""Counts that tell a page when to look again: server-sent events. A page that stays open keeps no session alive."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from adapters.web.looks import EVERY_S
from adapters.web.session import office_of, session_cookie, settings_of
from lanes.office import Office
from lanes.worklist import Counts

router = APIRouter()
_LONGEST_S: Final = 600.0  # then the browser asks again by itself
_MOST: Final = 3  # streams of a session at once; a page more shows the counts of when it was opened


@router.get("/live")
async def live(request: Request) -> Response:
    """The counts of who is signed in, whenever they change; 429 to a session that has as many streams as it may."""
    token = request.cookies.get(session_cookie(settings_of(request)), "")
    session = await run_in_threadpool(office_of(request).sign_in.session, token, seen=False)
    if session is None or not session.whole:
        return Response(status_code=204)  # the browser does not ask again
    return _Stream(_told(request, token, session.username), session.key, request.app.state.streams)


class _Stream(StreamingResponse):
    """A stream of events that counts among those of its session from its first byte to its end."""

    def __init__(self, events: AsyncIterator[str], session: str, streams: Counter[str]) -> None:
        super().__init__(events, media_type="text/event-stream")
        self._session, self._streams = session, streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._streams[self._session] >= _MOST:
            await Response(status_code=429)(scope, receive, send)  # the browser does not ask again
            return
        self._streams[self._session] += 1
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._streams[self._session] -= 1
            if not self._streams[self._session]:
                del self._streams[self._session]


def as_event(counts: Counts) -> str:
    """Counts as the stream tells them."""
    return json.dumps(asdict(counts))


async def _told(request: Request, token: str, username: str) -> AsyncIterator[str]:
    last, until = None, time.monotonic() + _LONGEST_S
    while time.monotonic() < until and not await request.is_disconnected():
        office: Office = await run_in_threadpool(request.app.state.current.office)
        if await run_in_threadpool(office.sign_in.session, token, seen=False) is None:
            return
        counts = await run_in_threadpool(request.app.state.looks.counts, office, username)
        yield f"data: {as_event(counts)}\n\n" if counts != last else ": \n\n"
        last = counts
        await asyncio.sleep(EVERY_S)
