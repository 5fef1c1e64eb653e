"""Counter mode: somebody who walked in is taken in on one page, and leaves with a printed receipt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web import fields, receipts
from adapters.web.citizen.keeping import keep, kept
from adapters.web.desk.hall import first_words
from adapters.web.pages import page
from adapters.web.refusals import by_place, status_of, summary
from adapters.web.session import Me, OfficeNow, Posted, SignedIn
from adapters.web.vocabulary import shown_words
from adapters.web.words import gettext as _
from adapters.web.words import told
from domain.application import InvalidApplication
from domain.errors import Refused
from domain.form import FormField
from domain.form_parts import situation
from domain.permissions import not_allowed
from domain.roles import Lane
from domain.ticket import COUNTERS
from domain.workflow import Workflow
from lanes.office import Office

router = APIRouter()
_CHANNEL = "counter"
_RECEIPT = "receipt"


def _must_sit_there(office: Office, me: SignedIn) -> None:
    reason = office.counter.why_not(me.username)
    if reason:
        raise not_allowed(reason)


def _asked(workflow: Workflow) -> list[FormField]:
    """What the form asks: who it is first, then what papers hang on, then the rest."""
    first = [field for field in workflow.asked_at_submission if field.id.startswith("applicant_")]
    hang = [field for field in situation(workflow) if field not in first]
    return [*first, *hang, *(f for f in workflow.asked_at_submission if f not in first and f not in hang)]


def _type(office: Office, code: str) -> Workflow:
    if code not in office.config.workflows:
        raise Refused("unknown_type", _("There is no such document."))
    return office.config.workflows[code]


@router.get("/counter")
def counter(request: Request, me: Me, office: OfficeNow, nobody: bool = False) -> Response:
    """Whose turn it is, and which document it is about."""
    _must_sit_there(office, me)
    services = sorted((told(workflow.title), code) for code, workflow in office.config.workflows.items())
    held, last = office.hall.at(me.username)
    return page(
        request, "desk/counter.html", services=services, held=held, last=last or "", board=office.hall.board(),
        nobody=nobody, first=first_words(), most=COUNTERS, crumbs=[(_("My desk"), "/desk"), _("Counter")],
    )  # fmt: skip


@router.get("/counter/{code}")
def blank(request: Request, me: Me, office: OfficeNow, code: str) -> Response:
    """The form, empty."""
    _must_sit_there(office, me)
    return _form(request, office, me, _type(office, code))


@router.post("/counter/{code}")
def take_in(request: Request, me: Me, office: OfficeNow, code: str, form: Posted) -> Response:
    """Take the application in, and lead to the receipt to print."""
    workflow = _type(office, code)
    values, seen = fields.read(form, _asked(workflow)), [str(each) for each in form.getlist("paper")]
    held, _last = office.hall.at(me.username)
    try:
        receipt = office.counter.take_in(code, values, seen, channel=_CHANNEL, by=me.username)
    except Refused as refused:
        return _form(request, office, me, workflow, values=values, seen=seen, refused=refused)
    response = RedirectResponse(f"/desk/receipts/{receipt.number}", 303)
    about = " ".join((me.username, receipt.number, held.number if held else ""))
    keep(request, response, _RECEIPT, about, receipt.code)
    return response


@router.get("/receipts/{number}")
def receipt(request: Request, me: Me, office: OfficeNow, number: str) -> Response:
    """The receipt to print: for half an hour, and for who took the application in, at whose browser its code is kept
    encrypted. Raises Refused afterwards."""
    about, code = kept(request, _RECEIPT) or ("", "")
    username, _sign, dossier = about.partition(" ")
    dossier, _sign, ticket = dossier.partition(" ")
    if (username, dossier) != (me.username, number):
        raise Refused("receipt_gone", "The receipt is not kept any more.", allowed="the last one, for half an hour")
    return page(request, "desk/receipt.html", **receipts.receipt(office, dossier, code), ticket=ticket,
                crumbs=[(_("My desk"), "/desk"), _("Receipt")])  # fmt: skip


def _form(
    request: Request, office: Office, me: SignedIn, workflow: Workflow, *, values: Mapping[str, Any] | None = None,
    seen: list[str] | None = None, refused: Refused | None = None,
) -> Response:  # fmt: skip
    found = by_place(refused.problems) if isinstance(refused, InvalidApplication) else {}
    papers = [
        {"id": each.id, "title": told(each.title), "how": shown_words(how), "seen": each.id in (seen or ()),
         "hangs_on": fields.hangs_on(each.when)}
        for each in workflow.requirements if (how := each.shown.get(Lane.MANUAL, "not_needed")) != "not_needed"
    ]  # fmt: skip
    return page(
        request, "desk/intake.html", status=status_of(refused) if refused else 200, title=told(workflow.title),
        code=workflow.code, papers=papers, problems=summary(refused, found, fields.titles_of(workflow)),
        held=office.hall.at(me.username)[0],
        asked=fields.shown(workflow, _asked(workflow), values or {}, found, office.tools.places.name),
        crumbs=[(_("My desk"), "/desk"), (_("Counter"), "/desk/counter"), told(workflow.title)],
    )  # fmt: skip
