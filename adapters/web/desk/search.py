"""Search, and the page of a dossier. What is looked for is sent, never put into an address."""

from __future__ import annotations

import json
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web.desk.answer import may_answer
from adapters.web.desk.words import field_rows, line
from adapters.web.history import actor_words, event_words
from adapters.web.pages import page
from adapters.web.refusals import in_words, status_of
from adapters.web.session import Me, OfficeNow, Posted, SignedIn
from adapters.web.vocabulary import pause_words, purpose_words, status_words
from adapters.web.words import gettext as _
from adapters.web.words import told
from domain.dossier import TaskKind
from domain.errors import Refused
from domain.journal import Entry
from domain.pausing import OFFICE_REASONS, Hold, can_stop
from lanes.office import Office
from lanes.reveal import PURPOSES
from lanes.sheets import Sheet

router = APIRouter()


@router.get("/search")
def search(request: Request, me: Me) -> Response:
    """The form."""
    return page(request, "desk/search.html", found=None, problem=None, crumbs=[(_("My desk"), "/desk"), _("Search")])


@router.post("/search")
def find(request: Request, me: Me, office: OfficeNow, form: Posted) -> Response:
    """What was found."""
    try:
        dossiers = office.searching.find(str(form.get("text", ""))[:100], by=me.username)
    except Refused as refused:
        return page(request, "desk/search.html", status=status_of(refused), found=None, problem=in_words(refused),
                    crumbs=[(_("My desk"), "/desk"), _("Search")])  # fmt: skip
    workflows = office.config.workflows
    found = [
        {"dossier": each, "status": status_words(each.status),
         "title": told(workflows[each.code].title) if each.code in workflows else each.code}
        for each in dossiers
    ]  # fmt: skip
    return page(request, "desk/search.html", found=found, problem=None, crumbs=[(_("My desk"), "/desk"), _("Search")])


@router.get("/dossiers/{number}")
def dossier(request: Request, me: Me, office: OfficeNow, number: str) -> Response:
    """A dossier: where it stands, what happened, who has it."""
    return _dossier(request, office, me, office.sheets.dossier(number, by=me.username))


@router.post("/dossiers/{number}/reveal")
def reveal(request: Request, me: Me, office: OfficeNow, number: str, form: Posted) -> Response:
    """Its form in full, for a purpose."""
    whole = office.reveal.full(number, by=me.username, purpose=str(form.get("purpose", "")))
    return _dossier(request, office, me, office.sheets.dossier(number, by=me.username), whole)


@router.post("/dossiers/{number}/pause")
def pause(me: Me, office: OfficeNow, number: str, form: Posted) -> Response:
    """Its time stands still from now on, for a reason of the office; the applicant is told."""
    paused = office.pausing.pause(number, str(form.get("reason", "")), by=me.username)
    return RedirectResponse(f"/desk/dossiers/{paused.number}", 303)


@router.post("/dossiers/{number}/resume")
def resume(me: Me, office: OfficeNow, number: str, form: Posted) -> Response:
    """Its time runs again, as far as this pause held it."""
    going_on = office.pausing.resume(number, str(form.get("reason", "")), by=me.username)
    return RedirectResponse(f"/desk/dossiers/{going_on.number}", 303)


def _dossier(
    request: Request, office: Office, me: SignedIn, sheet: Sheet, whole: dict[str, object] | None = None
) -> Response:
    steps, names = sheet.workflow.steps, office.people.names()
    holds = [(Hold.read(name), datetime.fromisoformat(since)) for name, since in sheet.dossier.held.items()]
    history = [
        {"at": entry.at, "who": actor_words(entry.actor, names), "what": event_words(entry.event),
         "steps": ", ".join(told(steps[each].title) for each in _steps_of(entry) if each in steps)}
        for entry in sheet.journal
    ]  # fmt: skip
    return page(
        request, "desk/dossier.html", answers=may_answer(office, sheet.dossier, me.username),
        sheet=sheet, title=told(sheet.workflow.workflow.title), whole=whole is not None,
        lane=told(office.config.lanes[sheet.dossier.lane].title), standing=status_words(sheet.dossier.status),
        rows=field_rows(sheet.workflow, whole or sheet.fields, office.tools.places.name),
        live=[line(office, task, sheet.dossier) for task in sheet.live],
        peoples={task.id for task in sheet.live
                 if task.kind is TaskKind.HUMAN or (task.kind is TaskKind.AUTOMATIC and steps[task.step].by_people)},
        holds=[{"why": pause_words(each.reason), "since": since} for each, since in holds],
        by_hand={each.reason: pause_words(each.reason) for each, _since in holds if each.by_hand},
        reasons={each.value: pause_words(each) for each in OFFICE_REASONS
                 if can_stop(each, sheet.workflow.workflow, sheet.dossier.lane)},
        pauses=office.pausing.is_for(sheet.dossier, by=me.username),
        history=history, names=names, purposes={each: purpose_words(each) for each in PURPOSES},
        crumbs=[(_("My desk"), "/desk"), sheet.dossier.number],
    )  # fmt: skip


def _steps_of(entry: Entry) -> list[str]:
    """The steps that an entry is about."""
    data = json.loads(entry.data)
    return [data["step"]] if "step" in data else [str(each) for each in data.get("steps", ())]
