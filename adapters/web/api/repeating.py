"""Idempotency-Key: a POST that is sent again with the same key gets the first answer, and has no second effect.

Only what succeeded is kept: what was refused changed nothing, so it may be tried again under the same key. A kept
answer is given to who may still have it: the token is good now, and it and its person may still do what was done.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from adapters.web.api.asking import Caller, caller_of, office_of, paced
from domain.errors import Refused
from domain.roles import Lane
from domain.scopes import Right

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
        handle, for_tokens = super().get_route_handler(), _asks_who(self.dependant)

        async def handler(request: Request) -> Response:
            key = request.headers.get(HEADER)
            if request.method != "POST" or key is None:
                return await handle(request)
            if not 1 <= len(key) <= 200 or not key.isascii() or not key.isprintable() or " " in key:
                raise Refused("bad_idempotency_key", "The Idempotency-Key cannot be used.",
                              allowed="1 to 200 ASCII characters without spaces")  # fmt: skip
            await run_in_threadpool(paced, request)
            caller = await run_in_threadpool(caller_of, request, None) if for_tokens else None
            return await _once(request, key, caller, handle)

        return handler


def _asks_who(part: Dependant) -> bool:
    """Whether a route is for holders of tokens only."""
    return part.call is caller_of or any(_asks_who(each) for each in part.dependencies)


async def _once(request: Request, key: str, caller: Caller | None, handle: Handler) -> Response:
    body = await request.body()
    answers = (await run_in_threadpool(office_of, request)).answers
    sent = (request.method, request.url.path, request.url.query, request.headers.get("if-match", ""))
    fingerprint = hashlib.sha256("\0".join(sent).encode() + b"\0" + body).hexdigest()
    begun = await run_in_threadpool(answers.begin, _sender(caller, body), key, fingerprint)
    if not isinstance(begun, str):
        return _again(*begun, caller)
    try:
        response = await handle(request)
    except BaseException:
        await run_in_threadpool(answers.drop, begun)
        raise
    if 200 <= response.status_code < 300:
        headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        asked = caller.asked if caller else []
        kept = json.dumps([headers, base64.b64encode(response.body).decode(), *asked]).encode()
        await run_in_threadpool(answers.finish, begun, fingerprint, response.status_code, kept)
    else:
        await run_in_threadpool(answers.drop, begun)
    return response


def _again(status: int, kept: bytes, caller: Caller | None) -> Response:
    headers, body, *asked = json.loads(kept)
    if caller is not None:
        for right, lane in asked:
            caller.must(Right(right), Lane(lane))
    return Response(base64.b64decode(body), status, {**headers, "idempotency-replayed": "true"})


def _sender(caller: Caller | None, body: bytes) -> str:
    """Whose key it is, so that strangers who choose the same one do not meet: the token's, or the dossier's that an
    applicant names."""
    if caller is not None:
        return f"token:{caller.holder.token.id}"
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return "nobody"
    return f"dossier:{told.get('number')}" if isinstance(told, dict) else "nobody"
