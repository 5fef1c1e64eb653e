"""The HTTP API: an application to be mounted under `/api`. `router` has the page that tells people of it."""

from __future__ import annotations

import structlog
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from adapters.current import Current
from adapters.web.api import applications, dossiers, figures, hooks, tasks, types
from adapters.web.api.asking import paced
from adapters.web.api.describing import description_of
from adapters.web.api.page import router
from adapters.web.pace import Pace
from adapters.web.problems import problem_of
from domain.errors import ConfigError, Refused
from lanes.ports import Unavailable

__all__ = ["create_api", "router"]

log = structlog.get_logger()


def create_api(current: Current, *, per_minute: int = 600) -> FastAPI:
    """The API over the office that `current` gives, to be asked `per_minute` times at most by each token, or by each
    address without a good one. Its description is at `openapi.json`."""
    app = FastAPI(
        openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, dependencies=[Depends(paced)]
    )
    app.state.current, app.state.pace = current, Pace(per_minute)
    for part in (types, applications, dossiers, tasks, figures, hooks):
        app.include_router(part.router)
    app.openapi = description_of(app)  # type: ignore[method-assign]
    for kind in (Refused, ConfigError, Unavailable, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, _told)

    @app.get("/openapi.json", include_in_schema=False)
    def description() -> JSONResponse:
        """The description, which may be kept for a while."""
        return JSONResponse(app.openapi(), headers={"cache-control": "public, max-age=300"})

    return app


def _told(request: Request, error: Exception) -> Response:
    answer = problem_of(error)
    if isinstance(error, Refused):
        log.info("api_refused", code=error.code, status=answer.status_code)
    if isinstance(error, HTTPException):
        answer.headers.update(error.headers or {})
    return answer
