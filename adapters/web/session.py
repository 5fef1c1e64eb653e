"""Who asks, and whether a form is one of ours: what routes depend on.

`OfficeNow`, `Me` and `Maybe` are parameters of routes. Every POST outside the API is checked for its form token by the
application (`checked_form`), whether its route thinks of it or not.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from adapters.settings import Settings
from adapters.web.words import mark
from domain.errors import Refused
from domain.permissions import Actor
from lanes.office import Office
from lanes.records.access import Session

FIELD = "form_token"
HEADER = "x-form-token"
UNATTENDED = "x-unattended"
"""The header of what a page asks for by itself: it keeps no session alive."""
_SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedIn:
    """Somebody of the office who is signed in, with both factors where their role needs two."""

    username: str
    name: str
    actor: Actor


class SignInFirst(Exception):
    """Nobody is signed in, or the session is over: the answer leads to the sign-in page and back from there."""


def session_cookie(settings: Settings) -> str:
    """The name of the session's cookie; `__Host-` binds it to HTTPS and to this very host."""
    return "__Host-jalur" if settings.production else "jalur"


def settings_of(request: Request) -> Settings:
    """The settings the application was made with."""
    settings: Settings = request.app.state.settings
    return settings


def office_of(request: Request) -> Office:
    """The office, with the rules in force now."""
    if not hasattr(request.state, "office"):
        request.state.office = request.app.state.current.office()
    office: Office = request.state.office
    return office


def visitor(request: Request) -> SignedIn | None:
    """Who is signed in; None when nobody is."""
    if not hasattr(request.state, "me"):
        request.state.me = _found(request)
    me: SignedIn | None = request.state.me
    return me


def session_of(request: Request) -> Session | None:
    """The session that this browser holds, whole or not."""
    token = request.cookies.get(session_cookie(settings_of(request)))
    return office_of(request).sign_in.session(token, seen=UNATTENDED not in request.headers) if token else None


def _found(request: Request) -> SignedIn | None:
    session, office = session_of(request), office_of(request)
    if session is None or not session.whole:
        return None
    names = {person.username: person.name for person in office.config.office.people}
    name = names.get(session.username) or office.people.names().get(session.username, session.username)
    return SignedIn(username=session.username, name=name, actor=office.sign_in.actor(session.username))


def signed_in(request: Request) -> SignedIn:
    """Who is signed in. Raises SignInFirst."""
    me = visitor(request)
    if me is None:
        raise SignInFirst
    return me


def form_token(request: Request) -> str:
    """The token that a form of this browser and session carries."""
    session = request.cookies.get(session_cookie(settings_of(request)), "")
    return hmac.new(str(request.state.form_seed).encode(), session.encode(), hashlib.sha256).hexdigest()


async def checked_form(request: Request) -> None:
    """Raise Refused for a POST that did not come from a form of ours in this very session."""
    if request.method in _SAFE or request.url.path.startswith("/api/"):
        return
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise foreign_form()
    given = request.headers.get(HEADER) or (await request.form()).get(FIELD)
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), form_token(request).encode()):
        raise foreign_form()


def foreign_form() -> Refused:
    """The refusal of a form that is not ours, or of a session that ended meanwhile."""
    return Refused("form_expired", mark("This form is no longer valid: you signed in or out since it was shown, or it "
                   "was not shown by this site. Nothing was changed."))  # fmt: skip


async def posted(request: Request) -> FormData:
    """What a form sent."""
    return await request.form()


OfficeNow = Annotated[Office, Depends(office_of)]
Me = Annotated[SignedIn, Depends(signed_in)]
Maybe = Annotated[SignedIn | None, Depends(visitor)]
Posted = Annotated[FormData, Depends(posted)]
