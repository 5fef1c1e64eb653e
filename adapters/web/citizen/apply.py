"""Applying online, in parts: the situation, the details, the papers, a look at all of it, and the receipt.

What was filled in is kept with every part, so that a lost connection or an empty battery costs one page at most; with
the draft's code one goes on later, on another phone too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile
from starlette.responses import Response

from adapters.web import fields, receipts
from adapters.web.citizen.keeping import HeldDraft, address, draft_of, keep_dossier, keep_draft
from adapters.web.citizen.services import known
from adapters.web.pages import page
from adapters.web.refusals import by_place, in_words, status_of
from adapters.web.session import OfficeNow, Posted, office_of
from adapters.web.vocabulary import shown_words
from adapters.web.words import gettext as _
from adapters.web.words import mark, told
from domain.application import InvalidApplication, check_application
from domain.errors import Refused
from domain.form import FormField, Requirement
from domain.form_parts import details, facts_of, relevant, situation
from domain.roles import Lane
from lanes.drafts import Draft
from lanes.office import Office
from lanes.papers import LARGEST, Paper

router = APIRouter()
_PARTS: Final = ("situation", "details", "papers", "check")
_TITLES: Final = {"situation": mark("Your situation"), "details": mark("Your details"), "papers": mark("Your papers"),
                  "check": mark("Check and send")}  # fmt: skip
_ALONE: Final = ("applicant_phone", "applicant_email")  # one of the two is enough


@router.post("/services/{code}/apply")
def begin(request: Request, office: OfficeNow, code: str) -> Response:
    """Begin an application; one of the same type that was begun in this browser is gone on with."""
    known(office, code)
    draft = draft_of(request, office)
    if draft is None or draft.type != code or draft.sent is not None:
        office.holders.may_begin(address=address(request))
        draft = office.drafts.begin(code)
    return _kept(request, draft, RedirectResponse(f"/apply/{_first(office, draft)}", 303))


def _first(office: Office, draft: Draft) -> str:
    return "situation" if situation(office.config.workflows[draft.type]) else "details"


def _kept(request: Request, draft: Draft, response: Response) -> Response:
    keep_draft(request, response, draft)
    return response


@router.get("/apply")
def apply(office: OfficeNow, draft: HeldDraft) -> Response:
    """Where the draft of this browser begins, or its receipt."""
    return RedirectResponse("/apply/done" if draft.sent else f"/apply/{_first(office, draft)}", 303)


@router.get("/resume")
def resume_form(request: Request, again: bool = False) -> Response:
    """Ask for a draft's code."""
    return _resume(request, again=again)


def _resume(request: Request, *, again: bool = False, status: int = 200, problem: str = "", code: str = "") -> Response:
    days = office_of(request).drafts.kept.days
    return page(request, "citizen/resume.html", status=status, again=again, problem=problem, code=code, days=days,
                crumbs=[(_("Home"), "/"), _("Go on with an application")])  # fmt: skip


@router.post("/resume")
def resume(request: Request, office: OfficeNow, form: Posted) -> Response:
    """Go on with a draft by its code."""
    code = str(form.get("code", ""))[:40]
    try:
        draft = _with_code(office, code, address(request))
    except Refused as refused:
        return _resume(request, status=status_of(refused), problem=in_words(refused), code=code)
    return _kept(request, draft, RedirectResponse("/apply", 303))


def _with_code(office: Office, code: str, comes_from: str) -> Draft:
    try:
        return office.drafts.get(code)
    except Refused as refused:
        if refused.code == "unknown_draft":
            office.holders.wrong(address=comes_from)
        raise


@router.get("/apply/situation")
@router.get("/apply/details")
def questions(request: Request, office: OfficeNow, draft: HeldDraft) -> Response:
    """A part of the form."""
    part = request.url.path.rpartition("/")[2]
    if draft.sent:
        return RedirectResponse("/apply/done", 303)
    return _questions(request, office, draft, part, {})


@router.post("/apply/situation")
@router.post("/apply/details")
def answers(request: Request, office: OfficeNow, draft: HeldDraft, form: Posted) -> Response:
    """Keep a part of the form, and go on when nothing in it is wrong."""
    part = request.url.path.rpartition("/")[2]
    asked = _asked(office, draft, part)
    read = fields.read(form, asked)
    draft = office.drafts.fill_in(draft.code, {field.id: read.get(field.id, "") for field in asked})
    problems = {name: words for name, words in _problems(office, draft).items() if name in {each.id for each in asked}}
    if problems:
        return _questions(request, office, draft, part, problems)
    return _kept(request, draft, RedirectResponse(f"/apply/{_PARTS[_PARTS.index(part) + 1]}", 303))


def _asked(office: Office, draft: Draft, part: str) -> tuple[FormField, ...]:
    workflow = office.config.workflows[draft.type]
    return situation(workflow) if part == "situation" else details(workflow, _facts(office, draft))


def _facts(office: Office, draft: Draft) -> dict[str, Any]:
    today = office.config.office.day(office.clock.now())
    return facts_of(office.config.workflows[draft.type], draft.fields, today)


def _problems(office: Office, draft: Draft) -> dict[str, str]:
    """What is wrong or missing in the whole form, by field or paper, in the reader's words."""
    workflow, today = office.config.workflows[draft.type], office.config.office.day(office.clock.now())
    filled_in = relevant(workflow, draft.fields, today)
    try:
        check_application(workflow, Lane.ONLINE, filled_in, sorted(draft.scans), today=today)
    except InvalidApplication as wrong:
        return by_place(each for each in wrong.problems if each.code != "not_handed_in")
    return {}


def _questions(
    request: Request, office: Office, draft: Draft, part: str, problems: Mapping[str, str]
) -> Response:  # fmt: skip
    workflow = office.config.workflows[draft.type]
    drawn = fields.shown(workflow, _asked(office, draft, part), draft.fields, problems, office.tools.places.name)
    return _page(request, office, draft, part, status=422 if problems else 200, fields=drawn, alone=_ALONE,
                 problems=[{"text": f"{each.label}: {each.problem}", "href": f"#{each.id}"} for each in drawn
                           if each.problem])  # fmt: skip


def _page(
    request: Request, office: Office, draft: Draft, part: str, *, status: int = 200, **values: Any
) -> Response:  # fmt: skip
    workflow = office.config.workflows[draft.type]
    parts = [each for each in _PARTS if each != "situation" or situation(workflow)]
    back = parts[parts.index(part) - 1] if parts.index(part) else ""
    response = page(
        request, f"citizen/{part if part in ('papers', 'check') else 'questions'}.html", status=status, part=part,
        title=_(_TITLES[part]), service=told(workflow.title), place=parts.index(part) + 1, of=len(parts), draft=draft,
        back=f"/apply/{back}" if back else f"/services/{draft.type}", **values,
    )  # fmt: skip
    return _kept(request, draft, response)


@router.get("/apply/papers")
def papers_page(request: Request, office: OfficeNow, draft: HeldDraft, kept: str = "") -> Response:
    """The papers asked for, each with the scan that is there; `kept` is the one that has just been sent."""
    if draft.sent:
        return RedirectResponse("/apply/done", 303)
    return _papers(request, office, draft, {}, kept=kept)


@router.post("/apply/papers")
def hand_in(request: Request, office: OfficeNow, draft: HeldDraft, form: Posted) -> Response:
    """Keep the scans that were sent and are in order."""
    sent = scans_in(form, {paper.id for paper in _wanted(office, draft)})
    draft, wrong = office.drafts.hand_in(draft.code, sent)
    problems = by_place(wrong)
    if not sent:
        problems = {str(form.get("paper", "")): _("Choose a photo or a PDF first.")}
    if problems:
        return _papers(request, office, draft, problems)
    return _kept(request, draft, RedirectResponse(f"/apply/papers?kept={[*sent][-1]}#kept", 303))


def scans_in(form: Any, wanted: set[str]) -> dict[str, Paper]:
    """The files of a form that are not empty, by requirement; of each at most one byte more than is taken."""
    found = {}
    for name, value in form.multi_items():
        paper = name.removeprefix("paper-")
        if paper in wanted and isinstance(value, UploadFile) and value.filename:
            found[paper] = Paper(value.file.read(LARGEST + 1))
    return found


def _wanted(office: Office, draft: Draft) -> Sequence[Requirement]:
    return office.config.workflows[draft.type].in_lane(Lane.ONLINE).requirements(_facts(office, draft))


def paper_rows(
    wanted: Sequence[Requirement], scans: Mapping[str, Any], problems: Mapping[str, str]
) -> list[dict[str, Any]]:  # fmt: skip
    """Papers as a page lists them."""
    return [
        {"id": paper.id, "title": told(paper.title), "how": shown_words(paper.shown[Lane.ONLINE]),
         "blank": paper.shown[Lane.ONLINE] == "form_filled_in", "scan": scans.get(paper.id),
         "problem": problems.get(paper.id, "")}
        for paper in wanted
    ]  # fmt: skip


def _papers(
    request: Request, office: Office, draft: Draft, problems: Mapping[str, str], *, kept: str = ""
) -> Response:  # fmt: skip
    rows = paper_rows(_wanted(office, draft), draft.scans, problems)
    return _page(
        request, office, draft, "papers", status=422 if problems else 200, rows=rows, largest=LARGEST // 1024 // 1024,
        kept=kept, missing=[row for row in rows if not row["scan"]],
        problems=[{"text": f"{row['title']}: {row['problem']}", "href": f"#paper-{row['id']}"} for row in rows
                  if row["problem"]],
    )  # fmt: skip


@router.get("/apply/check")
def check(request: Request, office: OfficeNow, draft: HeldDraft) -> Response:
    """Everything once more, before it is sent."""
    if draft.sent:
        return RedirectResponse("/apply/done", 303)
    return _check(request, office, draft)


def _check(request: Request, office: Office, draft: Draft, refusal: str = "", status: int = 200) -> Response:
    workflow = office.config.workflows[draft.type]
    before = situation(workflow)
    problems = _problems(office, draft)
    rows = [
        {"label": told(field.title), "value": _answer(office, field, draft), "problem": problems.get(field.id, ""),
         "href": f"/apply/{'situation' if field in before else 'details'}#{field.id}", "id": field.id}
        for field in (*before, *details(workflow, _facts(office, draft)))
        if field.id in draft.fields or field.id in problems
    ]  # fmt: skip
    wanted = paper_rows(_wanted(office, draft), draft.scans, {})
    todo = [{"text": f"{row['label']}: {row['problem']}", "href": row["href"]} for row in rows if row["problem"]]
    todo += [{"text": _("%(paper)s: this paper is missing.") % {"paper": row["title"]}, "href": "/apply/papers"}
             for row in wanted if not row["scan"]]  # fmt: skip
    refused = [{"text": refusal}] if refusal else []
    return _page(request, office, draft, "check", status=status, rows=rows, wanted=wanted, todo=todo, problems=refused)


def _answer(office: Office, field: FormField, draft: Draft) -> str:
    value = draft.fields.get(field.id)
    if value is None:
        return ""
    if value in ("yes", "no"):
        value = value == "yes"
    return fields.answer(field, value, office.tools.places.name)


@router.post("/apply/send")
def send(request: Request, office: OfficeNow, draft: HeldDraft) -> Response:
    """Hand the application in: once, however often this is pressed."""
    if not draft.sent:
        workflow, today = office.config.workflows[draft.type], office.config.office.day(office.clock.now())
        if _problems(office, draft) or any(paper.id not in draft.scans for paper in _wanted(office, draft)):
            return _check(request, office, draft, status=422)
        left_over = draft.fields.keys() - relevant(workflow, draft.fields, today).keys()
        office.drafts.fill_in(draft.code, dict.fromkeys(left_over, ""))
        office.drafts.keep_only(draft.code, {paper.id for paper in _wanted(office, draft)})
    try:
        receipt = office.drafts.send(draft.code)
    except Refused as refused:
        return _check(request, office, draft, refusal=in_words(refused), status=status_of(refused))
    response = _kept(request, draft, RedirectResponse("/apply/done", 303))
    keep_dossier(request, response, receipt.number, receipt.code)
    return response


@router.get("/apply/done")
def done(request: Request, office: OfficeNow, draft: HeldDraft) -> Response:
    """The receipt: number, code, and a QR that holds both, to be printed or photographed."""
    if draft.sent is None:
        return RedirectResponse("/apply", 303)
    number, code = draft.sent
    response = page(request, "citizen/done.html", **receipts.receipt(office, number, code),
                    is_card=office.config.workflows[draft.type].product.card is not None)  # fmt: skip
    keep_dossier(request, response, number, code)
    return response
