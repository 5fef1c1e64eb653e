"""Signing in and out, and the first page."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final
from urllib.parse import quote

import segno
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web.citizen.keeping import keep, kept
from adapters.web.desk.courier import stops
from adapters.web.pages import page
from adapters.web.provider import COOKIE, LIVES_S, Provider
from adapters.web.refusals import in_words, status_of
from adapters.web.session import Maybe, OfficeNow, Posted, SignedIn, session_cookie, session_of, settings_of
from domain.errors import Refused
from domain.permissions import why_not_administer
from domain.staff import why_not_read_journal
from lanes.office import Office
from lanes.records.access import Session
from lanes.sign_in import is_secret

router = APIRouter()
_KNOWN: Final = "known"
_KNOWN_FOR: Final = timedelta(days=90)
"""How long a browser stays one in which somebody signed in before (`SignIn.begin`)."""


def safe(target: str) -> str:
    """An address within this site to go on to; the sign-in page, which leads on by role (`_home`), for every other."""
    within = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if within else "/sign-in"


def _home(office: Office, me: SignedIn) -> str:
    """Where somebody's work begins: both lanes for a manager, the journal for the auditor, the round for a courier who
    has one, else the desk."""
    if me.actor.manages:
        return "/manager"
    if why_not_administer(me.actor) is None:
        return "/admin"
    if not me.actor.teams and why_not_read_journal(me.actor) is None:
        return "/admin/journal"
    return "/desk/round" if stops(office, me.username) else "/desk"


@router.get("/sign-in")
def form(request: Request, me: Maybe, office: OfficeNow, next: str = "") -> Response:  # noqa: A002 - the name in the address
    """The form; who is signed in already goes on, to where they were going or to their own work."""
    if me is not None:
        target = safe(next)
        return RedirectResponse(_home(office, me) if target.startswith("/sign-in") else target, 303)
    session = _half(request)
    if session is not None:
        missing = "password" if session.second else "code"
        return RedirectResponse(f"/sign-in/{missing}?next={quote(safe(next))}", 303)
    return _form(request, safe(next))


def _form(request: Request, target: str, username: str = "", refused: Refused | None = None) -> Response:
    return page(
        request, "sign_in.html", status=status_of(refused) if refused else 200, next=target, username=username,
        problem=in_words(refused) if refused else None, provider=request.app.state.provider is not None,
    )  # fmt: skip


@router.post("/sign-in")
def sign_in(request: Request, office: OfficeNow, form: Posted) -> Response:
    """Sign somebody in; the cookie goes with the browser's window."""
    username, target = str(form.get("username", "")).strip(), safe(str(form.get("next", "")))
    try:
        token = office.sign_in.begin(username, str(form.get("password", ""))[:1000], known_as=kept(request, _KNOWN))
    except Refused as refused:
        return _form(request, target, username, refused)
    response = _signed_in(request, token, target)
    keep(request, response, _KNOWN, username, secrets.token_hex(8), _KNOWN_FOR)
    return response


@router.get("/sign-in/code")
def code(request: Request, me: Maybe, office: OfficeNow, next: str = "") -> Response:  # noqa: A002
    """The form for the code of one's own device; who has none yet takes one up."""
    if me is not None:
        return RedirectResponse(safe(next), 303)
    session = _half(request)
    if session is None or session.second:
        return RedirectResponse("/sign-in", 303)
    return _code_page(request, office, session, safe(next))


@router.post("/sign-in/code")
def give_code(request: Request, office: OfficeNow, form: Posted) -> Response:
    """Complete the session."""
    token, target = request.cookies.get(session_cookie(settings_of(request)), ""), safe(str(form.get("next", "")))
    session = _half(request)
    if session is None or session.second:
        return RedirectResponse("/sign-in", 303)
    given, secret = str(form.get("code", ""))[:20], str(form.get("secret", ""))
    try:
        if secret:
            office.sign_in.confirm(token, secret, given)
        else:
            office.sign_in.give_code(token, given)
    except Refused as refused:
        return _code_page(request, office, session, target, refused, secret)
    return RedirectResponse(target, 303)


def _half(request: Request) -> Session | None:
    """A session that still needs its second factor, or a password of the person's own."""
    session = session_of(request)
    return None if session is None or session.whole else session


def _code_page(
    request: Request, office: Office, session: Session, target: str, refused: Refused | None = None, secret: str = ""
) -> Response:
    fresh = not office.sign_in.has_device(session.username)
    if fresh and not is_secret(secret):
        secret = office.sign_in.new_secret()
    picture = segno.make(office.sign_in.address(secret, session.username)).svg_data_uri(scale=5) if fresh else ""
    return page(
        request, "code.html", status=status_of(refused) if refused else 200, next=target,
        secret=secret if fresh else "", picture=picture, problem=in_words(refused) if refused else None,
    )  # fmt: skip


@router.get("/sign-in/office")
def ask_provider(request: Request, next: str = "") -> Response:  # noqa: A002
    """On to the office's identity provider."""
    address, kept = _provider(request).ask(_back(request), safe(next))
    response = RedirectResponse(address, 303)
    response.set_cookie(COOKIE, kept, max_age=LIVES_S, httponly=True, samesite="lax", path="/sign-in",
                        secure=settings_of(request).production)  # fmt: skip
    return response


@router.get("/sign-in/back")
def back_from_provider(request: Request, office: OfficeNow) -> Response:
    """Back from there: sign in who it vouches for."""
    given = dict(request.query_params)
    account, target = _provider(request).answered(_back(request), given, request.cookies.get(COOKIE, ""))
    token = office.sign_in.begin_vouched(account.username, strong=account.strong)
    response = _signed_in(request, token, safe(target))
    response.delete_cookie(COOKIE, path="/sign-in")
    return response


def _provider(request: Request) -> Provider:
    found: Provider | None = request.app.state.provider
    if found is None:
        raise HTTPException(404)
    return found


def _back(request: Request) -> str:
    return str(request.base_url.replace(path="/sign-in/back"))


def _signed_in(request: Request, token: str, target: str) -> Response:
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
