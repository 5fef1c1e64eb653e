"""What a returned walk-in application lacked, brought to the counter: all of it in one form."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web import fields
from adapters.web.pages import page
from adapters.web.refusals import by_place, status_of, summary
from adapters.web.session import Me, OfficeNow, Posted
from adapters.web.vocabulary import shown_words
from adapters.web.words import gettext as _
from adapters.web.words import told
from domain.application import InvalidApplication
from domain.dossier import Dossier, DossierStatus
from domain.errors import Refused
from domain.form import FormField
from domain.roles import Lane
from lanes.office import Office
from lanes.sheets import Sheet

router = APIRouter()


def may_answer(office: Office, dossier: Dossier, username: str) -> bool:
    """Whether this person can take in what the dossier lacks."""
    waits = dossier.status is DossierStatus.RETURNED and dossier.lane is Lane.MANUAL
    return waits and office.counter.why_not(username) is None


@router.get("/dossiers/{number}/answer")
def answer_form(request: Request, me: Me, office: OfficeNow, number: str) -> Response:
    """What is missing, each with its place in the form."""
    sheet = office.sheets.dossier(number, by=me.username)
    if not may_answer(office, sheet.dossier, me.username):
        return RedirectResponse(f"/desk/dossiers/{number}", 303)
    return _form(request, office, sheet, {}, [])


@router.post("/dossiers/{number}/answer")
def answer(request: Request, me: Me, office: OfficeNow, number: str, form: Posted) -> Response:
    """Take it in; the dossier goes on where it stopped."""
    sheet = office.sheets.dossier(number, by=me.username)
    values, seen = fields.read(form, _asked(sheet)), [str(each) for each in form.getlist("paper")]
    try:
        office.counter.complete(number, values, seen, by=me.username)
    except Refused as refused:
        return _form(request, office, sheet, values, seen, refused)
    return RedirectResponse(f"/desk?done={number}", 303)


def _asked(sheet: Sheet) -> list[FormField]:
    wanted = {each.item for each in sheet.deficiencies}
    return [field for field in sheet.workflow.workflow.asked_at_submission if field.id in wanted]


def _form(
    request: Request, office: Office, sheet: Sheet, values: Mapping[str, str], seen: list[str],
    refused: Refused | None = None,
) -> Response:  # fmt: skip
    known = sheet.workflow.workflow
    found = by_place(refused.problems) if isinstance(refused, InvalidApplication) else {}
    notes = {each.item: each.note for each in sheet.deficiencies}
    titles, asked = fields.titles_of(known), _asked(sheet)
    return page(
        request, "desk/answer.html", status=status_of(refused) if refused else 200, sheet=sheet,
        problems=summary(refused, found, titles), title=told(known.title), notes=notes,
        asked=fields.shown(known, asked, values, found, office.tools.places.name),
        papers=[{"id": each.id, "title": told(each.title), "how": shown_words(each.shown.get(Lane.MANUAL, "")),
                 "seen": each.id in seen} for each in known.requirements if each.id in notes],
        others=[note for item, note in notes.items() if item not in titles],
        crumbs=[(_("My desk"), "/desk"), (sheet.dossier.number, f"/desk/dossiers/{sheet.dossier.number}"),
                _("What was missing")],
    )  # fmt: skip
