"""One's own account: who one is here, and another password. Who signed in with a password that somebody else gave them
chooses their own first (`/sign-in/password`)."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web.pages import page
from adapters.web.refusals import in_words, status_of
from adapters.web.session import Maybe, Me, OfficeNow, Posted, SignedIn, session_cookie, session_of, settings_of
from adapters.web.titles import lane_title, team_title
from adapters.web.words import gettext as _
from domain.access import SHORTEST_PASSWORD
from domain.errors import Refused
from lanes.office import Office

router = APIRouter()
_FIELDS = {"weak_password": "new", "same_password": "new", "not_repeated": "again"}


@router.get("/account")
def account(request: Request, me: Me, office: OfficeNow, done: str = "") -> Response:
    """What the office knows of whoever is signed in."""
    return _account(request, office, me, done=bool(done))


@router.post("/account/password")
def choose(request: Request, me: Me, office: OfficeNow, form: Posted) -> Response:
    """Another password; one's other sessions end."""
    try:
        _choose(request, office, form)
    except Refused as refused:
        return _account(request, office, me, refused)
    return RedirectResponse("/account?done=yes", 303)


@router.get("/sign-in/password")
def renew(request: Request, me: Maybe, next: str = "") -> Response:  # noqa: A002 - as in sign-in
    """The form for who has to choose a password of their own."""
    if me is not None or not _has_to(request):
        return RedirectResponse(f"/sign-in?next={quote(next)}", 303)
    return _form(request, next)


@router.post("/sign-in/password")
def renewed(request: Request, office: OfficeNow, form: Posted) -> Response:
    """Choose it, and go on."""
    target = str(form.get("next", ""))
    if not _has_to(request):
        return RedirectResponse("/sign-in", 303)
    try:
        _choose(request, office, form)
    except Refused as refused:
        return _form(request, target, refused)
    return RedirectResponse(f"/sign-in?next={quote(target)}", 303)


def _choose(request: Request, office: Office, form: Posted) -> None:
    new = str(form.get("new", ""))[:1000]
    if new != str(form.get("again", ""))[:1000]:
        raise Refused("not_repeated", _("The two new passwords differ: type the same twice."))
    token = request.cookies.get(session_cookie(settings_of(request)), "")
    office.sign_in.choose_password(token, str(form.get("old", ""))[:1000], new)


def _has_to(request: Request) -> bool:
    session = session_of(request)
    return session is not None and session.second and session.renew


def _form(request: Request, target: str, refused: Refused | None = None) -> Response:
    return page(
        request, "renew.html", status=status_of(refused) if refused else 200, next=target, problems=_problems(refused),
        shortest=SHORTEST_PASSWORD,
    )  # fmt: skip


def _account(
    request: Request, office: Office, me: SignedIn, refused: Refused | None = None, done: bool = False
) -> Response:
    mine = office.directory.me(me.username)
    places = [
        {"team": team_title(office, each.lane, each.team), "lane": lane_title(office, each.lane), "lead": each.lead,
         "until": each.until}
        for each in mine.places
    ]  # fmt: skip
    return page(
        request, "account.html", status=status_of(refused) if refused else 200, mine=mine, account=mine.account,
        places=places, manages=[lane_title(office, lane) for lane in mine.manages], done=done,
        problems=_problems(refused), shortest=SHORTEST_PASSWORD, crumbs=[_("My account")],
    )  # fmt: skip


def _problems(refused: Refused | None) -> list[dict[str, str]]:
    return [{"text": in_words(refused), "href": f"#{_FIELDS.get(refused.code, 'old')}"}] if refused else []
