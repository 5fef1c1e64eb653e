"""Complaining about a dossier: what about, in one's own words; answered within 14 days, decided within 60."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web.citizen.keeping import Held, keep_dossier
from adapters.web.pages import page
from adapters.web.refusals import in_words, status_of
from adapters.web.session import OfficeNow, Posted
from adapters.web.words import gettext as _
from adapters.web.words import said
from domain.complaint import ANSWER_WITHIN, DECIDE_WITHIN, LONGEST, MOST_OPEN, SHORTEST, Topic
from domain.errors import Refused
from lanes.office import Office

router = APIRouter()


@router.get("/track/complain")
def form(request: Request, office: OfficeNow, held: Held) -> Response:
    """The form; why there is none while as many as may be are open."""
    return _form(request, office, held)


def _form(
    request: Request, office: Office, held: tuple[str, str], *, status: int = 200, problem: str = "", where: str = "",
    topic: str = "", text: str = "",
) -> Response:  # fmt: skip
    undecided = [each for each in office.complaints.of_applicant(*held) if each.record.decided_at is None]
    full = "" if len(undecided) < MOST_OPEN else in_words(Refused("complaints_open", ""))
    response = page(
        request, "citizen/complain.html", status=status, problem=problem, where=where, topic=topic, text=text,
        full=full, shortest=SHORTEST, longest=LONGEST,
        topics=[{"value": each.value, "text": said(each.words), "checked": each == topic} for each in Topic],
        answer_days=ANSWER_WITHIN.days, decide_days=DECIDE_WITHIN.days,
        crumbs=[(_("Home"), "/"), (held[0], "/track/dossier"),
                _("Complain")],
    )  # fmt: skip
    keep_dossier(request, response, *held)
    return response


@router.post("/track/complain")
def complain(request: Request, office: OfficeNow, held: Held, form: Posted) -> Response:
    """File it."""
    topic, text = str(form.get("topic", "")), str(form.get("text", ""))
    try:
        office.complaints.file(*held, topic=topic, text=text)
    except Refused as refused:
        where = "topic" if refused.code == "unknown_topic" else "text"
        return _form(request, office, held, status=status_of(refused), problem=in_words(refused), where=where,
                     topic=topic, text=text)  # fmt: skip
    return RedirectResponse("/track/dossier?told=complained", 303)
