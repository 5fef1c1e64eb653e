"""My desk: the next task, what I hold, what my teams have."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.web.pages import page
from adapters.web.session import Me, OfficeNow

router = APIRouter()


@router.get("")
def desk(request: Request, me: Me, office: OfficeNow) -> Response:
    """The desk of who is signed in."""
    found = office.views.tasks(of=me.username)
    return page(request, "desk/home.html", found=found)
