"""A lead's page: what stands with the team, who holds it, who is there; work is handed on at each task's own page."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web import typed
from adapters.web.desk.words import lines
from adapters.web.pages import page
from adapters.web.refusals import in_words, status_of
from adapters.web.session import Me, OfficeNow, Posted, SignedIn
from adapters.web.titles import lane_title, team_title
from adapters.web.too_few import too_few
from adapters.web.words import gettext as _
from domain.errors import Refused
from domain.roles import Lane
from lanes.office import Office

router = APIRouter()
_MOST: Final = 30


@router.get("/team")
def team(request: Request, me: Me, office: OfficeNow) -> Response:
    """The teams that one leads, or of the lane that one manages."""
    return _shown(request, office, me)


@router.post("/team/absent")
def absent(request: Request, me: Me, office: OfficeNow, form: Posted) -> Response:
    """Somebody is away until a day, or back."""
    try:
        until = None if form.get("back") else typed.last_day(form, office.config.office.timezone)
        office.people.absent(str(form.get("username", "")), until, by=me.username)
    except Refused as refused:
        return _shown(request, office, me, refused)
    return RedirectResponse("/desk/team", 303)


def _shown(request: Request, office: Office, me: SignedIn, refused: Refused | None = None) -> Response:
    places = [(lane, each.id) for lane in Lane for each in office.config.lanes[lane].teams
              if (lane, each.id) in me.actor.leads or lane in me.actor.manages]  # fmt: skip
    teams = [_team(office, lane, name) for lane, name in places]
    away = [each.username for team in teams for each in team["hands"] if each.away_until]
    return page(
        request, "desk/team.html", status=status_of(refused) if refused else 200, teams=teams, most=_MOST,
        names=office.people.names(), short=too_few(office, *away), problem=in_words(refused) if refused else "",
        crumbs=[(_("My desk"), "/desk"), _("My team")],
    )  # fmt: skip


def _team(office: Office, lane: Lane, name: str) -> dict[str, Any]:
    return {"lane": lane_title(office, lane), "title": team_title(office, lane, name), "id": name,
            "hands": office.worklist.hands(lane, name),
            "work": lines(office, office.views.tasks(lane=lane, team=name, limit=_MOST))}  # fmt: skip
