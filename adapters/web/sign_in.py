"""Signing in and out, and the first page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web.pages import page
from adapters.web.refusals import in_words, status_of
from adapters.web.session import Maybe, OfficeNow, Posted, session_cookie, settings_of
from domain.errors import Refused

router = APIRouter()


def safe(target: str) -> str:
    """An address within this site to go on to; the desk for every other."""
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) else "/desk"


@router.get("/sign-in")
def form(request: Request, me: Maybe, next: str = "/desk") -> Response:  # noqa: A002 - the name in the address
    """The form; who is signed in already goes on."""
    if me is not None:
        return RedirectResponse(safe(next), 303)
    return page(request, "sign_in.html", next=safe(next), username="", problem=None)


@router.post("/sign-in")
def sign_in(request: Request, office: OfficeNow, form: Posted) -> Response:
    """Sign somebody in; the cookie goes with the browser's window."""
    username, target = str(form.get("username", "")).strip(), safe(str(form.get("next", "")))
    try:
        token = office.sign_in.begin(username, str(form.get("password", ""))[:1000])
    except Refused as refused:
        return page(request, "sign_in.html", status=status_of(refused), next=target, username=username,
                    problem=in_words(refused))  # fmt: skip
    response = RedirectResponse(target, 303)
    settings = settings_of(request)
    response.set_cookie(session_cookie(settings), token, httponly=True, secure=settings.production, samesite="lax")
    return response


@router.post("/sign-out")
def sign_out(request: Request, office: OfficeNow) -> Response:
    """End the session, here and in the store."""
    name = session_cookie(settings_of(request))
    if token := request.cookies.get(name):
        office.sign_in.end(token)
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(name, secure=settings_of(request).production, httponly=True, samesite="lax")
    return response
