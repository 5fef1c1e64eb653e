"""Answering for a returned dossier: everything that was missing, in one form, and sent at once.

A scan that is in order is kept until all the rest is, so that none is sent twice over a slow line.
"""

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
from adapters.web.refusals import by_place, in_words, status_of
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
    return _form(request, office, held, {})


@router.post("/track/answer")
def answer(request: Request, office: OfficeNow, held: Held, form: Posted) -> Response:
    """Send what was missing. A wrong or missing part is told with all others, and the dossier waits on."""
    workflow = _workflow(office, held)
    wanted = {each.item for each in tracked_now(office, held).deficiencies}
    asked = [field for field in workflow.asked_at_submission if field.id in wanted]
    draft = office.drafts.for_answer(*held)
    draft, unusable = office.drafts.hand_in(draft.code, scans_in(form, wanted))
    draft = office.drafts.fill_in(draft.code, {field.id: "" for field in asked} | fields.read(form, asked))
    values = {field.id: draft.fields[field.id] for field in asked if field.id in draft.fields}
    papers = {name: paper for name, paper in office.drafts.papers(draft).items() if name in wanted}
    try:
        office.intake.resubmit(*held, fields=values, papers=papers)
    except InvalidApplication as wrong:
        return _form(request, office, held, by_place((*unusable, *wrong.problems)), status=422)
    except Refused as refused:
        return _form(request, office, held, {"": in_words(refused)}, status=status_of(refused))
    office.drafts.drop(draft)
    return RedirectResponse("/track/dossier?told=answered", 303)


def _workflow(office: Office, held: tuple[str, str]) -> Workflow:
    with office.store.read() as work:
        dossier = office.intake.owned(work, *held, lock=False)
        return office.tools.moves.workflow(work, dossier).workflow


def _form(
    request: Request, office: Office, held: tuple[str, str], problems: Mapping[str, str], status: int = 200
) -> Response:  # fmt: skip
    tracked, workflow = tracked_now(office, held), _workflow(office, held)
    if tracked.status != "returned":
        return RedirectResponse("/track/dossier", 303)
    notes = {each.item: each.note for each in tracked.deficiencies}
    asked = [field for field in workflow.asked_at_submission if field.id in notes]
    papers = [paper for paper in workflow.requirements if paper.id in notes and Lane.ONLINE in paper.shown]
    draft = office.drafts.for_answer(*held)
    drawn = fields.shown(workflow, asked, draft.fields, problems, office.tools.places.name)
    rows = paper_rows(papers, draft.scans, problems)
    summary = [{"text": f"{each.label}: {each.problem}", "href": f"#{each.id}"} for each in drawn if each.problem]
    summary += [{"text": f"{row['title']}: {row['problem']}", "href": f"#paper-{row['id']}"} for row in rows
                if row["problem"]]  # fmt: skip
    shown = {each.id for each in drawn} | {row["id"] for row in rows}
    summary += [{"text": words} for name, words in problems.items() if name not in shown]
    response = page(
        request, "citizen/answer.html", status=status, tracked=tracked, fields=drawn, rows=rows, notes=notes,
        others=[each for each in tracked.deficiencies if each.kind == "other"], problems=summary,
        largest=LARGEST // 1024 // 1024,
        crumbs=[(_("Home"), "/"), (held[0], "/track/dossier"),
                _("Send what is missing")],
    )  # fmt: skip
    keep_dossier(request, response, *held)
    return response
