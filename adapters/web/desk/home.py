"""My desk: the next task in one key, what I hold, what waits in my teams' lines."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web.desk.words import lines
from adapters.web.pages import page
from adapters.web.session import Me, OfficeNow
from adapters.web.words import gettext as _
from adapters.web.words import told
from domain.dossier import TaskStatus

router = APIRouter()
_MOST = 50


@router.get("")
def desk(request: Request, me: Me, office: OfficeNow, done: str = "", nothing: bool = False) -> Response:
    """The desk of who is signed in; `done` is the dossier whose step was just ended."""
    found = lines(office, office.views.tasks(of=me.username, limit=_MOST))
    teams = list(dict.fromkeys(
        told(office.config.lanes[lane].team[team].title) for lane, team in sorted(me.actor.teams)
        if team in office.config.lanes[lane].team
    ))  # fmt: skip
    return page(
        request, "desk/home.html", nothing=nothing,
        counts=request.app.state.looks.counts(office, me.username), teams=teams, most=_MOST,
        done=done if _is_number(done) else "",
        mine=[each for each in found if each.task.status is TaskStatus.CLAIMED],
        waiting=[each for each in found if each.task.status is TaskStatus.OPEN],
        crumbs=[_("My desk")],
    )  # fmt: skip


def _is_number(text: str) -> bool:
    return len(text) <= 20 and text.replace("-", "").isalnum() and text.isascii()


@router.post("/next")
def next_task(me: Me, office: OfficeNow) -> Response:
    """Take the most urgent task and go to it."""
    found = office.desk.next(me.username)
    return RedirectResponse(f"/desk/tasks/{found[0].id}" if found else "/desk?nothing=true", 303)
