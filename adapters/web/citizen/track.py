"""Following a dossier: where it stands, when it will be done and why then, what happened; and what is theirs to do."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from adapters.web.citizen.keeping import Held, address, keep_dossier
from adapters.web.pages import page
from adapters.web.refusals import in_words, status_of
from adapters.web.session import OfficeNow, Posted
from adapters.web.vocabulary import product_words, status_words
from adapters.web.words import gettext as _
from adapters.web.words import language, mark, said
from domain.citizen import Act
from domain.errors import Refused
from lanes.office import Office
from lanes.views import Tracked

router = APIRouter()


@router.get("/track")
def track_form(request: Request, again: bool = False) -> Response:
    """Ask for number and code."""
    return _form(request, again=again)


def _form(request: Request, *, again: bool = False, status: int = 200, problem: str = "", number: str = "") -> Response:
    return page(request, "citizen/track_form.html", status=status, again=again, problem=problem, number=number,
                crumbs=[(_("Home"), "/"), _("Follow an application")])  # fmt: skip


@router.post("/track")
def track(request: Request, office: OfficeNow, form: Posted) -> Response:
    """Number and code, when they belong together, lead to the dossier."""
    number, code = str(form.get("number", ""))[:40], str(form.get("code", ""))[:40]
    try:
        number, code = office.holders.prove(number, code, address=address(request))
    except Refused as refused:
        words = _("There is no application with this number and code. Look at the receipt again.")
        problem = words if refused.code == "unknown_dossier" else in_words(refused)
        return _form(request, status=status_of(refused), problem=problem, number=number)
    response = RedirectResponse("/track/dossier", 303)
    keep_dossier(request, response, number, code)
    return response


def tracked_now(office: Office, held: tuple[str, str]) -> Tracked:
    """The dossier of this browser, in the reader's language."""
    return office.views.track(*held, language="en" if language.get() == "en" else "id")


@router.get("/track/dossier")
def dossier(request: Request, office: OfficeNow, held: Held, told: str = "") -> Response:
    """Where it stands; `told` is what has just been done."""
    tracked, (number, code) = tracked_now(office, held), held
    acts = {choice.act: choice for choice in tracked.choices}
    response = page(
        request, "citizen/dossier.html", tracked=tracked, status_words=status_words(tracked.status),
        estimate="" if tracked.closed_at else said(tracked.expected(ZoneInfo(office.config.office.timezone))),
        signed=[(product_words(product), number) for product, number in
                zip(tracked.products, tracked.documents, strict=True)],
        story=said(tracked.due_story), stories=_stories(office, held), complaints=office.complaints.of_applicant(*held),
        topic=lambda each: said(each.record.topic.words), done=_(_DONE[told]) if told in _DONE else "",
        may_answer=Act.ANSWER in acts, answer_by=acts[Act.ANSWER].by if Act.ANSWER in acts else None,
        may_withdraw=Act.WITHDRAW in acts, may_complain=Act.COMPLAIN in acts or tracked.closed_at is not None,
        to_do=[said(choice.words) for choice in tracked.choices if choice.act in (Act.COME, Act.WAIT)],
        crumbs=[(_("Home"), "/"), number],
    )  # fmt: skip
    keep_dossier(request, response, number, code)
    return response


_DONE = {"answered": mark("Thank you: your answer was received, and the work goes on."),
         "withdrawn": mark("Your application was withdrawn."),
         "complained": mark("Your complaint was received.")}  # fmt: skip


def _stories(office: Office, held: tuple[str, str]) -> list[dict[str, Any]]:
    """How each due time comes about, in sentences."""
    return [{"sentences": [said(each) for each in due.story]} for due in office.explain.for_applicant(*held).dues]


@router.get("/track/documents/{place}")
def document(office: OfficeNow, held: Held, place: int) -> Response:
    """A signed PDF, by its place among those of the dossier."""
    found = office.products.for_applicant(*held)
    if not 0 <= place < len(found):
        raise HTTPException(404)
    about, pdf = found[place]
    name = f"{about.number.replace('/', '-')}.pdf"
    return Response(pdf, media_type="application/pdf",
                    headers={"content-disposition": f'attachment; filename="{name}"'})  # fmt: skip


@router.get("/track/withdraw")
def withdraw_form(request: Request, office: OfficeNow, held: Held) -> Response:
    """Ask once more."""
    tracked = tracked_now(office, held)
    if not any(choice.act is Act.WITHDRAW for choice in tracked.choices):
        return RedirectResponse("/track/dossier", 303)
    return page(request, "citizen/withdraw.html", tracked=tracked,
                crumbs=[(_("Home"), "/"), (held[0], "/track/dossier"),
                        _("Withdraw")])  # fmt: skip


@router.post("/track/withdraw")
def withdraw(office: OfficeNow, held: Held) -> Response:
    """End it at the applicant's wish; withdrawn before is withdrawn."""
    if tracked_now(office, held).status != "withdrawn":
        office.closing.withdraw(*held)
    return RedirectResponse("/track/dossier?told=withdrawn", 303)
