"""The first page of all."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.web.pages import page

router = APIRouter()


@router.get("/")
def home(request: Request) -> Response:
    """Where one is."""
    return page(request, "citizen/home.html")
