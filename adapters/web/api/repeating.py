"""Idempotency-Key: a POST that is sent again with the same key gets the first answer, and has no second effect.

Only what succeeded is kept: what was refused changed nothing, so it may be tried again under the same key.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from adapters.web.api.asking import office_of
from domain.errors import Refused

HEADER: Final = "idempotency-key"
DESCRIPTION: Final = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "A text of your own, such as a UUID. A request sent again with the same one within 24 hours gets "
    "the first answer and has no second effect; another request with it is refused.",
}  # fmt: skip
_KEPT_HEADERS: Final = ("content-type", "etag", "location")
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Repeatable(APIRoute):
    """A route whose POST can be sent again."""

    def get_route_handler(self) -> Handler:
        """See `fastapi.routing.APIRoute`."""
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            key = request.headers.get(HEADER)
            if request.method != "POST" or key is None:
                return await handle(request)
            if not 1 <= len(key) <= 200 or not key.isascii() or not key.isprintable() or " " in key:
                raise Refused("bad_idempotency_key", "The Idempotency-Key cannot be used.",
                              allowed="1 to 200 ASCII characters without spaces")  # fmt: skip
            return await _once(request, key, handle)

        return handler


async def _once(request: Request, key: str, handle: Handler) -> Response:
    body = await request.body()
    answers = (await run_in_threadpool(office_of, request)).answers
    sent = (request.method, request.url.path, request.url.query, request.headers.get("if-match", ""))
    fingerprint = hashlib.sha256("\0".join(sent).encode() + b"\0" + body).hexdigest()
    begun = await run_in_threadpool(answers.begin, _sender(request, body), key, fingerprint)
    if not isinstance(begun, str):
        return _again(*begun)
    try:
        response = await handle(request)
    except BaseException:
        await run_in_threadpool(answers.drop, begun)
        raise
    if 200 <= response.status_code < 300:
        headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        kept = json.dumps([headers, base64.b64encode(response.body).decode()]).encode()
        await run_in_threadpool(answers.finish, begun, fingerprint, response.status_code, kept)
    else:
        await run_in_threadpool(answers.drop, begun)
    return response


def _again(status: int, kept: bytes) -> Response:
    headers, body = json.loads(kept)
    return Response(base64.b64decode(body), status, {**headers, "idempotency-replayed": "true"})


def _sender(request: Request, body: bytes) -> str:
    """Whose key it is, so that strangers who choose the same one do not meet: the token's, or the dossier's that an
    applicant names."""
    token = request.headers.get("authorization")
    if token is not None:
        return f"token:{token}"
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return "nobody"
    return f"dossier:{told.get('number')}" if isinstance(told, dict) else "nobody"
