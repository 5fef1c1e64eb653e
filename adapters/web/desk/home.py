"""My desk: the next task in one key, what I hold, what waits in my teams' lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web import typed
from adapters.web.desk.live import as_event
from adapters.web.desk.words import Line, lines
from adapters.web.pages import page
from adapters.web.session import Me, OfficeNow
from adapters.web.words import gettext as _
from adapters.web.words import told
from domain.dossier import TaskStatus
from lanes.worklist import Counts

router = APIRouter()
_MOST = 50


@router.get("")
def desk(
    request: Request, me: Me, office: OfficeNow, done: str = "", missing: str = "", nothing: bool = False
) -> Response:
    """The desk of who is signed in; `done` is the dossier whose step was just ended, `missing` how many things its
    applicant is asked for."""
    found = lines(office, office.views.tasks(of=me.username, limit=_MOST))
    mine = [each for each in found if each.task.status is TaskStatus.CLAIMED]
    waiting = [each for each in found if each.task.status is TaskStatus.OPEN]
    seen = request.app.state.looks.counts(office, me.username)
    teams = list(dict.fromkeys(
        told(office.config.lanes[lane].team[team].title) for lane, team in sorted(me.actor.teams)
        if team in office.config.lanes[lane].team
    ))  # fmt: skip
    return page(
        request, "desk/home.html", nothing=nothing and not found, teams=teams, most=_MOST, seen=as_event(seen),
        counts=seen if len(found) >= _MOST else _counted(mine, waiting, office.clock.now()),
        done=done if _is_number(done) else "", missing=typed.whole(missing, 3),
        mine=mine, waiting=waiting,
        crumbs=[_("My desk")],
    )  # fmt: skip


def _counted(mine: Sequence[Line], waiting: Sequence[Line], now: datetime) -> Counts:
    """The counts of lists that are shown whole: theirs, so that the page never says two things."""
    overdue = sum(each.task.due_at is not None and each.task.due_at <= now for each in waiting)
    return Counts(held=len(mine), waiting=len(waiting), overdue=overdue)


def _is_number(text: str) -> bool:
    return len(text) <= 20 and text.replace("-", "").isalnum() and text.isascii()


@router.post("/next")
def next_task(me: Me, office: OfficeNow) -> Response:
    """Take the most urgent task and go to it."""
    found = office.desk.next(me.username)
    return RedirectResponse(f"/desk/tasks/{found[0].id}" if found else "/desk?nothing=true", 303)
