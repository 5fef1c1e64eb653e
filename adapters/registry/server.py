"""Serves any `Registry` over the HTTP protocol that `HttpRegistry` speaks.

It documents the protocol (its OpenAPI description stands under /openapi.json) and lets an office try it with made-up
residents before its own register is connected.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from adapters.registry.protocol import (
    DEDUPLICATE,
    EVENTS,
    FAMILY,
    KEY_HEADER,
    RESIDENT,
    UNKNOWN,
    Deduplicated,
    Event,
    FamilyQuestion,
    Problem,
    Recorded,
    ResidentQuestion,
)
from domain.errors import Refused
from lanes.ports import Registry, Resident, Unavailable

_Key = Annotated[str, Header(alias=KEY_HEADER, min_length=1, max_length=200)]
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "The token is missing or wrong"},
    422: {"model": Problem, "description": "The request cannot be carried out; sending it again will not help"},
    503: {"model": Problem, "description": "Not now; send the same request again"},
}


def serve_registry(registry: Registry, token: str) -> FastAPI:
    """The web application. Every request needs `Authorization: Bearer TOKEN`; a request that changes something needs
    an `Idempotency-Key`, and the same key gives the same answer without doing it again."""

    def allowed(given: Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]) -> None:
        if given is None or not secrets.compare_digest(given.credentials.encode(), token.encode()):
            raise _Stranger

    app = FastAPI(title="Register of residents", version="1", dependencies=[Depends(allowed)], responses=_PROBLEMS)
    app.add_exception_handler(_Stranger, _stranger)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(Unavailable, _unavailable)
    app.add_exception_handler(RequestValidationError, _malformed)

    @app.post(RESIDENT, responses={404: {"model": Problem, "description": f"Nobody: code {UNKNOWN}"}})
    def find_resident(question: ResidentQuestion) -> Resident:
        found = registry.resident(question.nik)
        if found is None:
            raise _Nobody(UNKNOWN, "Nobody with this NIK is registered.")
        return found

    @app.post(FAMILY)
    def find_family(question: FamilyQuestion) -> Sequence[Resident]:
        return registry.family(question.family_card)

    @app.post(EVENTS)
    def record(event: Event, key: _Key) -> Recorded:
        changes = {one.nik: {name.value: value for name, value in one.values.items()} for one in event.changes}
        reference = registry.record(event=event.event, nik=event.nik, details=event.details, changes=changes, key=key)
        return Recorded(reference=reference)

    @app.post(DEDUPLICATE)
    def deduplicate(question: ResidentQuestion, key: _Key) -> Deduplicated:
        return Deduplicated(unique=registry.deduplicate(nik=question.nik, key=key))

    return app


class _Stranger(Exception):
    """No token, or a wrong one."""


class _Nobody(Refused):
    """A look-up that found nobody."""


def _problem(status: int, problem: Problem) -> JSONResponse:
    return JSONResponse(problem.model_dump(), status, media_type="application/problem+json")


def _stranger(request: Request, error: Exception) -> JSONResponse:
    return _problem(401, Problem(code="token_refused", detail="The token is missing or wrong."))


def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)
    status = 404 if isinstance(error, _Nobody) else 422
    return _problem(status, Problem(code=error.code, detail=error.message, allowed=error.allowed))


def _unavailable(request: Request, error: Exception) -> JSONResponse:
    return _problem(503, Problem(code="unavailable", detail="The register does not answer now."))


def _malformed(request: Request, error: Exception) -> JSONResponse:
    """Only where it is wrong: FastAPI's own answer would repeat what was sent."""
    assert isinstance(error, RequestValidationError)
    places = sorted({".".join(str(part) for part in one["loc"]) for one in error.errors()})
    return _problem(422, Problem(code="request_malformed", detail=f"Wrong or missing: {', '.join(places)}."))
