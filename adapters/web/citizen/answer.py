"""Answering for a returned dossier: everything that was missing, in one form, and sent at once."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web import fields
from adapters.web.citizen.apply import paper_rows, scans_in
from adapters.web.citizen.keeping import Held, keep_dossier
from adapters.web.citizen.track import tracked_now
from adapters.web.pages import page
from adapters.web.refusals import in_words, status_of
from adapters.web.session import OfficeNow, Posted
from adapters.web.words import gettext as _
from domain.application import InvalidApplication
from domain.errors import Refused
from domain.roles import Lane
from domain.workflow import Workflow
from lanes.office import Office
from lanes.papers import LARGEST

router = APIRouter()


@router.get("/track/answer")
def answer_form(request: Request, office: OfficeNow, held: Held) -> Response:
    """What is missing, each with its place in the form."""
    return _form(request, office, held, {}, {})


@router.post("/track/answer")
def answer(request: Request, office: OfficeNow, held: Held, form: Posted) -> Response:
    """Send what was missing. A wrong or missing part is told with all others, and nothing is kept then."""
    workflow = _workflow(office, held)
    wanted = {each.item for each in tracked_now(office, held).deficiencies}
    asked = [field for field in workflow.asked_at_submission if field.id in wanted]
    values = fields.read(form, asked)
    try:
        office.intake.resubmit(*held, fields=values, papers=scans_in(form, wanted))
    except InvalidApplication as wrong:
        return _form(request, office, held, values, fields.problems_by_field(wrong.problems), status=422)
    except Refused as refused:
        return _form(request, office, held, values, {"": in_words(refused)}, status=status_of(refused))
    return RedirectResponse("/track/dossier?told=answered", 303)


def _workflow(office: Office, held: tuple[str, str]) -> Workflow:
    with office.store.read() as work:
        dossier = office.intake.owned(work, *held, lock=False)
        return office.tools.moves.workflow(work, dossier).workflow


def _form(
    request: Request, office: Office, held: tuple[str, str], values: Mapping[str, str], problems: Mapping[str, str],
    status: int = 200,
) -> Response:  # fmt: skip
    tracked, workflow = tracked_now(office, held), _workflow(office, held)
    if tracked.status != "returned":
        return RedirectResponse("/track/dossier", 303)
    notes = {each.item: each.note for each in tracked.deficiencies}
    asked = [field for field in workflow.asked_at_submission if field.id in notes]
    papers = [paper for paper in workflow.requirements if paper.id in notes and Lane.ONLINE in paper.shown]
    drawn = fields.shown(workflow, asked, values, problems, office.tools.places.name)
    rows = paper_rows(papers, {}, problems)
    summary = [{"text": f"{each.label}: {each.problem}", "href": f"#{each.id}"} for each in drawn if each.problem]
    summary += [{"text": f"{row['title']}: {row['problem']}", "href": f"#paper-{row['id']}"} for row in rows
                if row["problem"]]  # fmt: skip
    shown = {each.id for each in drawn} | {row["id"] for row in rows}
    summary += [{"text": words} for name, words in problems.items() if name not in shown]
    response = page(
        request, "citizen/answer.html", status=status, tracked=tracked, fields=drawn, rows=rows, notes=notes,
        others=[each for each in tracked.deficiencies if each.kind == "other"], problems=summary,
        largest=LARGEST // 1024 // 1024,
        crumbs=[{"text": _("Home"), "href": "/"}, {"text": held[0], "href": "/track/dossier"},
                {"text": _("Send what is missing")}],
    )  # fmt: skip
    keep_dossier(request, response, *held)
    return response
