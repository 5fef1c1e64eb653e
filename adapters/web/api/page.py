"""The description for people: a page at `/api`, without scripts from anywhere."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from adapters.web.pages import page
from domain.scopes import ALL_SCOPES
from domain.webhooks import KINDS

router = APIRouter()


@router.get("/api")
def overview(request: Request) -> HTMLResponse:
    """Every operation by subject, as the OpenAPI description has it."""
    api = next(route.app for route in request.app.routes if getattr(route, "name", "") == "api")
    told = api.openapi()
    subjects: dict[str, tuple[str, list[Any]]] = {tag["name"]: (tag["description"], []) for tag in told["tags"]}
    for path, ways in told["paths"].items():
        for method, operation in ways.items():
            subjects[operation["tags"][0]][1].append((method.upper(), path, operation))
    return page(request, "api/overview.html", subjects=subjects, scopes=ALL_SCOPES, kinds=KINDS.values())
