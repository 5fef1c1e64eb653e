"""The task page: the case and its papers beside the form, and every way the step can end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.datastructures import FormData
from starlette.responses import Response

from adapters.web import fields, times, typed
from adapters.web.desk.filled import as_shown, part_of
from adapters.web.desk.words import field_rows, line, ways
from adapters.web.ids import Id
from adapters.web.pages import page
from adapters.web.refusals import by_place, in_words, sentence_words, status_of, summary
from adapters.web.session import Me, OfficeNow, Posted, SignedIn
from adapters.web.vocabulary import purpose_words, shown_words
from adapters.web.words import gettext as _
from adapters.web.words import told
from domain.application import InvalidApplication
from domain.dossier import LIVE_TASK, DossierStatus, TaskKind, TaskStatus
from domain.errors import Refused
from domain.form import FACT_TYPES, FormField, holds
from lanes.case import Deficiency
from lanes.office import Office
from lanes.reveal import PURPOSES
from lanes.sheets import Sheet
from lanes.unfinished import Part

router = APIRouter()


@router.get("/tasks/{task_id}")
def task(request: Request, me: Me, office: OfficeNow, task_id: Id) -> Response:
    """A task."""
    return _shown(request, office, me, office.sheets.task(task_id, by=me.username))


@router.post("/tasks/{task_id}/claim")
def claim(request: Request, me: Me, office: OfficeNow, task_id: Id, form: Posted) -> Response:
    """Take it; out of its turn with a reason of the list."""
    try:
        office.desk.claim_task(task_id, by=me.username, out_of_turn=str(form.get("out_of_turn", "")) or None)
    except Refused as refused:
        return _again(request, office, me, task_id, refused)
    return RedirectResponse(f"/desk/tasks/{task_id}", 303)


@router.post("/tasks/{task_id}/release")
def release(request: Request, me: Me, office: OfficeNow, task_id: Id, form: Posted) -> Response:
    """Give it back to its team."""
    sheet = office.sheets.task(task_id, by=me.username)
    reason = str(form.get("out_of_turn", "")) or None
    try:
        office.desk.release(sheet.dossier.number, _step(sheet), by=me.username, out_of_turn=reason)
    except Refused as refused:
        return _again(request, office, me, task_id, refused)
    return RedirectResponse("/desk", 303)


@router.post("/tasks/{task_id}/hand")
def hand(request: Request, me: Me, office: OfficeNow, task_id: Id, form: Posted) -> Response:
    """Hand it to somebody of the team; out of the line's order with a reason of the list."""
    sheet = office.sheets.task(task_id, by=me.username)
    try:
        if not form.get("to"):
            raise Refused("nobody_chosen", _("Choose who does it."))
        office.desk.reassign(sheet.dossier.number, _step(sheet), to=str(form.get("to", "")), by=me.username,
                             out_of_turn=str(form.get("out_of_turn", "")) or None)  # fmt: skip
    except Refused as refused:
        return _again(request, office, me, task_id, refused)
    return RedirectResponse("/desk/team", 303)


@router.post("/tasks/{task_id}/reveal")
def reveal(request: Request, me: Me, office: OfficeNow, task_id: Id, form: Posted) -> Response:
    """Show the form in full, for a purpose; it is in the dossier's journal."""
    sheet = office.sheets.task(task_id, by=me.username)
    try:
        whole = office.reveal.full(sheet.dossier.number, by=me.username, purpose=str(form.get("purpose", "")))
    except Refused as refused:
        return _again(request, office, me, task_id, refused)
    return _shown(request, office, me, office.sheets.task(task_id, by=me.username), whole=whole)


@router.post("/tasks/{task_id}/complete")
def complete(request: Request, me: Me, office: OfficeNow, task_id: Id, form: Posted) -> Response:
    """End the step the way of the button that was pressed."""
    sheet = office.sheets.task(task_id, by=me.username)
    outcome = str(form.get("outcome", ""))
    values = fields.read(form, asked_at(sheet)) if form.get("filled_in") else {}
    missing = _missing(form)
    try:
        if sheet.step is None or outcome not in sheet.step.on:
            raise Refused("unknown_outcome", _("Choose how the step ends."))
        if _contradicts(office, me, sheet, outcome):
            raise Refused("missing_ticked", _("Something is ticked as missing: untick it, or return the application."))
        dossier = office.desk.complete_task(
            task_id, outcome, by=me.username, values=values, deficiencies=missing,
            reason=str(form.get(f"reason_{outcome}", ""))[:1000],
        )  # fmt: skip
    except Refused as refused:
        return _again(request, office, me, task_id, refused, form)
    went = f"&missing={len(missing)}" if dossier.status is DossierStatus.RETURNED else ""
    return RedirectResponse(f"/desk?done={dossier.number}{went}", 303)


@router.post("/tasks/{task_id}/keep")
def keep(request: Request, me: Me, office: OfficeNow, task_id: Id, form: Posted) -> Response:
    """Keep what is filled in by now; the page's script is told in JSON, a person by the page."""
    sheet = office.sheets.task(task_id, by=me.username)
    part, filled_in = part_of(form, asked_at(sheet), dict(_items(sheet)))
    script = "application/json" in request.headers.get("accept", "")
    try:
        kept = office.unfinished.keep(task_id, part, filled_in, by=me.username,
                                      seen=typed.whole(form.get("kept_version"), 9))  # fmt: skip
    except Refused as refused:
        if script:
            return JSONResponse({"words": in_words(refused)}, status_of(refused))
        return _again(request, office, me, task_id, refused, form)
    if script:
        return JSONResponse({"version": kept.version, "words": _saved(office, kept.saved_at)})
    return RedirectResponse(f"/desk/tasks/{task_id}", 303)


def _saved(office: Office, at: datetime | None) -> str:
    if at is None:
        return ""
    return _("Saved at %(time)s.") % {"time": times.clock(at, office.config.office.timezone)}


def _contradicts(office: Office, me: SignedIn, sheet: Sheet, outcome: str) -> bool:
    """Whether the application is to go on as usual although something stands ticked as missing on the page."""
    if sheet.task is None or sheet.task.assignee != me.username or sheet.step is None or outcome != sheet.step.way_on:
        return False
    kept = as_shown(office.unfinished.of(sheet.task, by=me.username).parts)
    return bool(kept.ticked or kept.other)


def _step(sheet: Sheet) -> str:
    assert sheet.task is not None
    return sheet.task.step


def _missing(form: FormData) -> list[Deficiency]:
    """What was ticked, and anything else that was written."""
    ticked = [str(item) for item in form.getlist("missing")]
    found = [Deficiency(item=item, note=str(form.get(f"note_{item}", "")).strip()[:300]) for item in ticked]
    other = str(form.get("missing_other", "")).strip()[:300]
    return [*found, Deficiency(item="other", note=other)] if other else found


def asked_at(sheet: Sheet) -> list[FormField]:
    """The fields that the step fills in: its own, and those it may correct."""
    if sheet.step is None:
        return []
    known, facts = sheet.workflow.workflow, sheet.dossier.facts
    own = [known.field[name] for name in sheet.step.asks]
    asked = [each for each in own if holds(each.when, facts) or set(each.when or ()) & set(sheet.step.asks)]
    return [*asked, *(known.asked_at_submission if sheet.step.corrects else ())]


def _items(sheet: Sheet) -> list[tuple[str, str]]:
    """What may be missing or wrong: the papers asked for, then the fields of the form."""
    papers = [(each.requirement.id, told(each.requirement.title)) for each in sheet.papers]
    asked = sheet.workflow.workflow.asked_at_submission
    return [*papers, *((each.id, told(each.title)) for each in asked if holds(each.when, sheet.dossier.facts))]


def _again(
    request: Request, office: Office, me: SignedIn, task_id: int, refused: Refused,
    form: FormData | None = None,
) -> Response:  # fmt: skip
    """The page again, with what was refused above it, and what was filled in."""
    sheet = office.sheets.task(task_id, by=me.username)
    sent = dict([part_of(form, asked_at(sheet), dict(_items(sheet)))]) if form is not None else {}
    found = by_place(refused.problems) if isinstance(refused, InvalidApplication) else {}
    titles = {field.id: told(field.title) for field in sheet.workflow.workflow.fields}
    return _shown(
        request, office, me, sheet, status=status_of(refused), sent=sent, found=found,
        problems=summary(refused, found, titles, _anchor(refused.code)),
        turn=refused.code == "out_of_turn",
    )  # fmt: skip


def _anchor(code: str) -> str:
    return {"deficiencies_missing": "return", "missing_ticked": "return", "reason_missing": "end",
            "nobody_chosen": "to", "out_of_turn": "out_of_turn",
            "purpose_missing": "purpose"}.get(code, "task")  # fmt: skip


def _shown(
    request: Request, office: Office, me: SignedIn, sheet: Sheet, *, status: int = 200,
    whole: Mapping[str, Any] | None = None, sent: Mapping[str, Part] | None = None,
    found: Mapping[str, str] | None = None, problems: list[dict[str, str]] | None = None, turn: bool = False,
) -> Response:  # fmt: skip
    task, dossier = sheet.task, sheet.dossier
    assert task is not None
    told_line, place = line(office, task, dossier), office.tools.places.name
    mine = task.status is TaskStatus.CLAIMED and task.assignee == me.username
    waits = task.kind is TaskKind.AUTOMATIC and task.status in LIVE_TASK
    stops = waits and sheet.step is not None and bool(sheet.step.by_people) and sheet.why_not is None
    facts = {field.id: dossier.facts[field.id] for field in sheet.workflow.workflow.fields
             if field.type in FACT_TYPES and field.id in dossier.facts}  # fmt: skip
    start = {**facts, **(whole or {})} if sheet.step and sheet.step.corrects else facts
    names = office.people.names()
    kept = office.unfinished.of(task, by=me.username)
    filled = as_shown({**kept.parts, **(sent or {})})
    return page(
        request, "desk/task.html", filled=filled, kept=kept, saved=_saved(office, kept.saved_at),
        status=status, line=told_line,
        why_not=sheet.why_not and sentence_words(sheet.why_not),
        sheet=sheet, mine=mine, turn=turn, waits=waits, stops=stops,
        open=task.status in (TaskStatus.OPEN, TaskStatus.CLAIMED),
        rows=field_rows(sheet.workflow, whole or sheet.fields, place), whole=whole is not None,
        papers=[{"id": each.requirement.id, "title": told(each.requirement.title), "how": shown_words(each.how),
                 "given": each.given, "scan": each.given is not None and each.given.file is not None,
                 "image": each.given is not None and (each.given.media_type or "").startswith("image/")}
                for each in sheet.papers],
        ways=ways(sheet.step, sheet.workflow) if sheet.step else [],
        asked=fields.shown(sheet.workflow.workflow, asked_at(sheet), {**start, **filled.values}, found or {}, place),
        items=_items(sheet), item_title=dict(_items(sheet)).get,
        corrects=sheet.step is not None and sheet.step.corrects, problems=problems or [],
        doers=[(told(sheet.workflow.steps[step].title), names.get(who, who)) for step, who in sheet.doers.items()
               if step in sheet.workflow.steps],
        reasons={code: told(text) for code, text in office.config.lanes[task.lane].out_of_turn.reasons.items()},
        purposes={purpose: purpose_words(purpose) for purpose in PURPOSES},
        holder=names.get(task.assignee or "", task.assignee),
        takers=[(who, names.get(who, who)) for who in office.desk.takers(task.id, by=me.username)],
        crumbs=[(_("My desk"), "/desk"), dossier.number],
    )  # fmt: skip
