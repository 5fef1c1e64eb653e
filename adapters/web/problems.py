"""RFC 9457 problems: what the API says when it cannot do something. They hold no personal data, and nothing that was
sent is repeated in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from domain.application import InvalidApplication
from domain.errors import ConfigError, Conflict, Refused
from domain.sentence import Sentence
from lanes.ports import Unavailable

MEDIA_TYPE: Final = "application/problem+json"

_STATUS: Final[Mapping[str, int]] = {
    "not_allowed": 403, "out_of_scope": 403, "no_token": 401, "unknown_dossier": 404, "unknown_task": 404,
    "unknown_webhook": 404, "unknown_version": 404, "no_document": 404, "unknown_document": 404,
    "already_open": 409, "sealed_already": 409, "recorded_already": 409, "registered_already": 409,
    "before_round": 409,
    "not_open": 409, "wrong_status": 409, "dossier_closed": 409, "no_such_task": 409,
    "paused_already": 409, "not_paused": 409, "not_returned": 409, "out_of_turn": 409, "stale": 412,
    "if_match_missing": 428, "bad_if_match": 400, "too_many_tries": 429,
}  # fmt: skip
_KNOWN_HTTP: Final[Mapping[int, tuple[str, str]]] = {
    400: ("malformed", "The body is not JSON."),
    404: ("not_found", "There is nothing at this address."),
    405: ("wrong_method", "This address is not used with this method."),
    408: ("too_slow", "The request did not arrive in time."),
    413: ("too_large", "The request is too large."),
    429: ("too_many_requests", "Too many requests: Retry-After says for how many seconds to wait."),
    415: ("wrong_media_type", "The request's content type is not taken here."),
}
_CLI: Final = re.compile(r"--|`jalur")
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")


def problem(status: int, code: str, detail: str, allowed: str = "", **more: Any) -> JSONResponse:
    """An answer of type application/problem+json: `code` is a stable name for programs, `allowed` what would do."""
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "code": code,
                            "detail": detail}  # fmt: skip
    if allowed:
        body["allowed"] = allowed
    headers = {401: {"www-authenticate": "Bearer"}, 503: {"retry-after": "5"}}.get(status)
    return JSONResponse(body | more, status, headers, MEDIA_TYPE)


def status_of(refused: Refused) -> int:
    """The HTTP status of a refusal: 409 for what another time or state would allow, 422 for a request that is wrong in
    itself."""
    if refused.code.startswith("store_") and not isinstance(refused, Conflict):
        return 503
    return _STATUS.get(refused.code, 409 if isinstance(refused, Conflict) else 422)


def problem_of(error: Exception) -> JSONResponse:
    """The problem that an error means; one that nobody foresaw is a 500 without its words, which may hold anything."""
    match error:
        case InvalidApplication():
            words = f"Not everything is in order ({len(error.problems)} to correct); nothing was kept."
            return problem(422, error.code, words, problems=list(error.problems))
        case Refused():
            # What the command line would take helps nobody here.
            allowed = "" if _CLI.search(error.allowed) else error.allowed
            answer = problem(status_of(error), error.code, error.message, allowed)
            if isinstance(error.message, Sentence) and "seconds" in error.message.facts:
                answer.headers["retry-after"] = str(error.message.facts["seconds"])
            return answer
        case ConfigError():
            words = f"The configuration has {len(error.problems)} mistakes; nothing was changed."
            return problem(422, "configuration", words, problems=[str(each) for each in error.problems])
        case RequestValidationError():
            mistakes = [_mistake(each) for each in error.errors()]
            return problem(422, "malformed", "The request is not as the description says.", problems=mistakes)
        case HTTPException():
            code, words = _KNOWN_HTTP.get(error.status_code, ("refused", "The request cannot be answered."))
            return problem(error.status_code, code, words)
        case Unavailable():
            return problem(503, "unavailable", "An outside system cannot be reached.", "the same request in a while")
    return problem(500, "failed", "Jalur itself failed; nothing of this request was kept.", "the same request again")


def _mistake(found: Mapping[str, Any]) -> str:
    """Where a mistake is and what it is. Of the place only what looks like a name of ours: a key may be anything."""
    where: Sequence[object] = found.get("loc", ())
    path = ".".join(str(p) if isinstance(p, int) or _PLAIN.fullmatch(str(p)) else "…" for p in where)
    return f"{path}: {found.get('msg', 'is wrong')}"
