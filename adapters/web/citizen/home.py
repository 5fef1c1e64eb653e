"""The first page of all, and leaving it so that the next person on this phone sees nothing."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web.citizen.keeping import draft_of, forget
from adapters.web.pages import page
from adapters.web.session import OfficeNow
from adapters.web.words import told

router = APIRouter()


@router.get("/")
def home(request: Request, office: OfficeNow, left: bool = False) -> Response:
    """What a citizen can do here."""
    draft = draft_of(request, office)
    return page(
        request, "citizen/home.html", brand=office.config.office.online_brand, left=left,
        guided=office.config.services is not None,
        draft=draft and told(office.config.workflows[draft.type].title) if draft and not draft.sent else None,
    )  # fmt: skip


@router.post("/leave")
def leave(request: Request) -> Response:
    """Forget dossier and draft in this browser."""
    response = RedirectResponse("/?left=true", 303)
    forget(request, response)
    return response
