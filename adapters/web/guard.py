"""What stands around every request: its size, its language, a seed for its forms, headers of the answer, one log line.

The log line holds the route and not the address: an address may name a dossier or carry a code.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Final

import structlog
from fastapi import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import ClientDisconnect, Request, cookie_parser
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.faults import place_of
from adapters.settings import Settings
from adapters.web import refusals
from adapters.web.words import FIRST, LANGUAGES, language
from lanes.office import Office

log = structlog.get_logger()

LARGEST_FORM: Final = 1_000_000
"""Bytes of a request that brings no files."""
LARGEST_UPLOAD: Final = 25_000_000
"""Bytes of one that does."""
SLOWEST_S: Final = 30.0
"""How long the next part of a request may take to come, in seconds."""
LONGEST_S: Final = 300.0
"""How long all of it may take, in seconds: the largest upload at 0.7 Mbit/s."""

_HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; object-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(), microphone=(), payment=()",
    "cache-control": "no-store",
}


def _route(scope: Scope) -> str:
    """Which function of ours answered, such as "desk.task.claim"; "" when none did."""
    endpoint = scope.get("endpoint")
    module, name = getattr(endpoint, "__module__", ""), getattr(endpoint, "__name__", "")
    return f"{module.removeprefix('adapters.web.')}.{name}" if name else ""


class TooLarge(HTTPException):
    """A request's body is larger than is taken."""

    def __init__(self) -> None:
        super().__init__(413)


class TooSlow(HTTPException):
    """The next part of a request's body, or all of it, did not come in time."""

    def __init__(self) -> None:
        super().__init__(408)


class Guard:
    """ASGI middleware; see the module. `failed` answers a request in which the program itself failed; `office` is the
    one that requests go to."""

    def __init__(
        self, app: ASGIApp, settings: Settings, failed: Callable[[Request], Response], office: Callable[[], Office]
    ) -> None:
        self._app, self._production, self._failed, self._office = app, settings.production, failed, office

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "HEAD":  # answered as GET; the server sends no body
            scope = {**scope, "method": "GET"}
        headers, began = Headers(scope=scope), time.monotonic()
        cookies = cookie_parser(headers.get("cookie", ""))
        asked = QueryParams(scope.get("query_string", b"")).get("lang")
        chosen = next((each for each in (asked, cookies.get("lang")) if each in LANGUAGES), FIRST)
        language.set(chosen)
        refusals.asked.set(self._office)
        seed = cookies.get("form") or secrets.token_urlsafe(32)
        scope.setdefault("state", {})["form_seed"] = seed
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    given.setdefault(name, value)
                if self._production:
                    given.setdefault("strict-transport-security", "max-age=31536000; includeSubDomains")
                if "form" not in cookies and given.get("content-type", "").startswith("text/html"):
                    given.append("set-cookie", self._cookie("form", seed, http_only=True))
                if asked == chosen and cookies.get("lang") != chosen:
                    given.append("set-cookie", f"{self._cookie('lang', chosen)}; Max-Age=31536000")
            await send(message)

        try:
            limited = self._limited(headers, receive, api=scope["path"].startswith("/api/"))  # scans come in JSON
            await self._app(scope, limited, answer)
        except ClientDisconnect:
            log.info("request_left")
        except Exception as error:
            log.error("request_failed", error=type(error).__name__, at=place_of(error))  # noqa: TRY400 - no locals
            if not status:
                response = await run_in_threadpool(self._failed, Request(scope))
                await response(scope, receive, answer)
        finally:
            log.info("request_answered", method=scope["method"], route=_route(scope), status=status,
                     ms=round((time.monotonic() - began) * 1000))  # fmt: skip

    def _cookie(self, name: str, value: str, *, http_only: bool = False) -> str:
        flags = ("; HttpOnly" if http_only else "") + ("; Secure" if self._production else "")
        return f"{name}={value}; Path=/; SameSite=Lax{flags}"

    @staticmethod
    def _limited(headers: Headers, receive: Receive, *, api: bool) -> Receive:
        files = api or headers.get("content-type", "").startswith("multipart/form-data")
        most, read, until = LARGEST_UPLOAD if files else LARGEST_FORM, 0, time.monotonic() + LONGEST_S
        length = headers.get("content-length", "")
        announced = int(length) if length.isdecimal() else 0

        async def limited() -> Message:
            nonlocal read
            if announced > most:
                raise TooLarge
            if read < 0:
                return await receive()  # the body has come; what follows is only the end of the connection
            try:
                message = await asyncio.wait_for(receive(), min(SLOWEST_S, until - time.monotonic()))
            except TimeoutError:
                raise TooSlow from None
            read += len(message.get("body", b""))
            if read > most:
                raise TooLarge
            if not message.get("more_body", False):
                read = -1
            return message

        return limited
