"""The courier's round on a phone: what is to be delivered, by district and village, and the two quick answers."""

from __future__ import annotations

from collections import defaultdict

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web.desk.words import Line, line, ways
from adapters.web.pages import page
from adapters.web.session import Me, OfficeNow, Posted
from adapters.web.words import gettext as _
from domain.errors import Refused
from domain.roles import Role

router = APIRouter()
_MOST = 200
_QUICK = ("not_home", "refused")  # answers at the door that need nothing filled in


@router.get("/round")
def courier(request: Request, me: Me, office: OfficeNow, done: str = "") -> Response:
    """What waits for this courier, in the order of places."""
    stops: dict[tuple[str, str], list[tuple[Line, list[tuple[str, str]]]]] = defaultdict(list)
    for task, dossier in office.views.tasks(of=me.username, limit=_MOST):
        workflow = office.config.workflows.get(dossier.code)
        step = workflow.in_lane(dossier.lane).steps.get(task.step) if workflow else None
        if task.role is not Role.HANDOVER_OFFICER or workflow is None or step is None or "delivered" not in step.on:
            continue
        quick = [(way.name, way.words) for way in ways(step, workflow.in_lane(dossier.lane)) if way.name in _QUICK
                 and way.kind == "on"]  # fmt: skip
        place = (office.tools.places.name(dossier.district), office.tools.places.name(dossier.village))
        stops[place].append((line(office, task, dossier), quick))
    return page(
        request, "desk/round.html", stops=sorted(stops.items()), done=done if done.replace("-", "").isalnum() else "",
        crumbs=[(_("My desk"), "/desk"), _("Round")],
    )  # fmt: skip


@router.post("/round/{task_id}")
def answered(me: Me, office: OfficeNow, task_id: int, form: Posted) -> Response:
    """Nobody was at home, or they would not take it."""
    outcome = str(form.get("outcome", ""))
    if outcome not in _QUICK:
        raise Refused("unknown_outcome", _("Choose how the step ends."))
    dossier = office.desk.complete_task(task_id, outcome, by=me.username)
    return RedirectResponse(f"/desk/round?done={dossier.number}", 303)
