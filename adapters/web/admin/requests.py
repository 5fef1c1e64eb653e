"""What people ask about their own data: listed with their clock, recorded, looked at masked, handed out, erased, ended.

Who takes requests and who oversees that come here too; only administrators see whom a request is about. Nobody is named
in an address.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, StreamingResponse
from starlette.responses import Response

from adapters.person_archive import archive, archive_name
from adapters.web.admin.words import way
from adapters.web.history import actor_words
from adapters.web.pages import page, roles_of
from adapters.web.refusals import by_place, in_words, status_of
from adapters.web.session import Me, OfficeNow, Posted, SignedIn
from adapters.web.times import instant
from adapters.web.titles import lane_title
from adapters.web.vocabulary import status_words
from adapters.web.words import gettext as _
from adapters.web.words import mark, told
from domain.errors import Refused
from domain.numbers import mask_email, mask_name, mask_nik, mask_phone
from domain.permissions import (
    not_allowed,
    why_not_answer_request,
    why_not_erase,
    why_not_take_request,
)
from domain.person_request import IdentityCheck, InvalidPersonRequest, RequestEnd, RequestKind
from domain.retention import Part, Why
from lanes.office import Office
from lanes.person_data import Holdings
from lanes.person_requests import Asker, Sheet
from lanes.records.person_requests import Act

router = APIRouter()
_PATH: Final = "/admin/requests"
_FIELDS: Final = ("kind", "nik", "name", "contact", "checked", "received")
_ENDS: Final = {RequestEnd.ANSWERED: mark("answered"), RequestEnd.ERASED: mark("erased"),
                RequestEnd.NOTHING_ERASED: mark("nothing could be erased"),
                RequestEnd.REFUSED: mark("refused")}  # fmt: skip
_ACTS: Final = {
    "recorded": mark("Request recorded"), "exported": mark("Copy handed out"), "erased": mark("Erased"),
    "nothing_erased": mark("Nothing could be erased"),
    "files_removed": mark("Files removed from the disk"), "answered": mark("Answered"), "refused": mark("Refused"),
}  # fmt: skip
_WORDS: Final = {
    "reason_missing": mark("Write it in 10 to 1,000 characters."),
    "erase_it": mark("This asks for an erasure: erase what may go, or refuse it with the reason."),
    "not_for_erasure": mark("This request asks for something else than an erasure."),
}


@router.get("/requests")
def requests(request: Request, me: Me, office: OfficeNow, show: str = "") -> Response:
    """The open requests, or all."""
    now, everything = office.clock.now(), show == "all"
    found = office.person_requests.listing(by=me.username, open_only=not everything)
    rows = [{"record": each, "kind": told(each.kind.words), "late": each.state.is_late(now),
             "ended": _(_ENDS[each.ended_how]) if each.ended_how else ""} for each in found]  # fmt: skip
    may_take = why_not_take_request(me.username, roles_of(office, me.actor)) is None
    return page(request, "admin/requests.html", rows=rows, everything=everything, may_take=may_take,
                crumbs=way(me, _("Requests about data")))  # fmt: skip


@router.get("/new-request")
def new(request: Request, me: Me, office: OfficeNow) -> Response:
    """The form to record one."""
    if reason := why_not_take_request(me.username, roles_of(office, me.actor)):
        raise not_allowed(reason)
    return _new(request, me, {})


@router.post("/new-request")
def record(request: Request, me: Me, office: OfficeNow, form: Posted) -> Response:
    """Record one."""
    given = {name: str(form.get(name, "")).strip()[:300] for name in _FIELDS}
    try:
        received = instant(given["received"], office.config.office.timezone, ends=False)
        made = office.person_requests.record(
            given["kind"], nik=given["nik"], name=given["name"], contact=given["contact"], checked=given["checked"],
            received_at=received, by=me.username,
        )  # fmt: skip
    except InvalidPersonRequest as invalid:
        return _new(request, me, given, by_place(invalid.problems))
    except Refused as refused:
        if refused.code != "unknown_time":
            raise
        return _new(request, me, given, {"received": in_words(refused)})
    return RedirectResponse(f"{_PATH}/{made.number}", 303)


@router.get("/requests/{number}")
def one(request: Request, me: Me, office: OfficeNow, number: str, done: str = "") -> Response:
    """One request, and for an administrator what is held, masked."""
    return _one(request, me, office, number, done=done in ("erased", "ended"))


@router.post("/requests/{number}/export")
def export(me: Me, office: OfficeNow, number: str) -> Response:
    """Everything that is held, as one archive, made while it is taken."""
    made = office.person_export.export(number, by=me.username)
    headers = {"content-disposition": f'attachment; filename="{archive_name(made)}"', "cache-control": "no-store"}
    parts = archive(made, office.person_export, office.config)
    return StreamingResponse(parts, media_type="application/zip", headers=headers)


@router.post("/requests/{number}/erase")
def erase(request: Request, me: Me, office: OfficeNow, number: str, form: Posted) -> Response:
    """Erase what may go."""
    if form.get("sure") != "yes":
        problem = {"text": _("Tick that you are sure: an erasure cannot be taken back."), "href": "#sure"}
        return _one(request, me, office, number, problem=problem, status=422, typed=form)
    try:
        office.erasing.erase(number, reason=str(form.get("reason", ""))[:400], by=me.username)
    except Refused as refused:
        if refused.code != "reason_missing":
            raise
        problem = {"text": _("Write the reason in 5 to 300 characters: it goes on record."), "href": "#reason"}
        return _one(request, me, office, number, problem=problem, status=422, typed=form)
    return RedirectResponse(f"{_PATH}/{number}?done=erased", 303)


@router.post("/requests/{number}/end")
def end(request: Request, me: Me, office: OfficeNow, number: str, form: Posted) -> Response:
    """Answer it, or refuse it with the reason."""
    try:
        office.person_requests.end(
            number, text=str(form.get("text", ""))[:2000], by=me.username, refused=form.get("how") == "refuse"
        )
    except Refused as refused:
        known = _WORDS.get(refused.code)
        if known is None:
            raise
        return _one(request, me, office, number, problem={"text": _(known), "href": "#text"}, status=status_of(refused),
                    typed=form)  # fmt: skip
    return RedirectResponse(f"{_PATH}/{number}?done=ended", 303)


def _new(request: Request, me: SignedIn, given: dict[str, str], problems: dict[str, str] | None = None) -> Response:
    kinds = [{"value": each.value, "text": told(each.words)} for each in RequestKind]
    checks = [{"value": each.value, "text": told(each.words)} for each in IdentityCheck]
    return page(
        request, "admin/new_request.html", status=422 if problems else 200, given=given, wrong=problems or {},
        kinds=kinds, checks=checks,
        problems=[{"text": words, "href": f"#{place}"} for place, words in (problems or {}).items()],
        crumbs=way(me, (_("Requests about data"), _PATH), _("New request")),
    )  # fmt: skip


def _one(
    request: Request, me: SignedIn, office: Office, number: str, *, problem: dict[str, str] | None = None,
    status: int = 200, done: bool = False, typed: Mapping[str, Any] = MappingProxyType({}),
) -> Response:  # fmt: skip
    sheet, roles, names = (
        office.person_requests.sheet(number, by=me.username),
        roles_of(office, me.actor),
        office.people.names(),
    )
    record = sheet.record
    why_not = why_not_erase(me.username, roles, record.recorded_by)
    return page(
        request, "admin/request.html", status=status, record=record, kind=told(record.kind.words),
        checked=told(record.checked.words), names=names, late=record.state.is_late(office.clock.now()),
        ended=_(_ENDS[record.ended_how]) if record.ended_how else "", files_left=sheet.files_left,
        asker=_masked(sheet.asker) if sheet.asker and record.ended_at is None else None,
        may_answer=why_not_answer_request(me.username, roles) is None and record.ended_at is None,
        why_not_erase=in_words(not_allowed(why_not)) if why_not else "",
        erasure=record.kind is RequestKind.ERASURE, held=_held(office, sheet.holdings) if sheet.holdings else None,
        history=sheet.holdings.history if sheet.holdings else 0, outcome=_outcome(sheet),
        acts=[_act(each, names) for each in sheet.acts], problems=[problem] if problem else [], done=done,
        typed={name: str(typed.get(name, "")) for name in ("reason", "text")},
        crumbs=way(me, (_("Requests about data"), _PATH), record.number),
    )  # fmt: skip


def _masked(asker: Asker) -> dict[str, str]:
    masked = mask_email if "@" in asker.contact else mask_phone
    return {"name": mask_name(asker.name), "nik": mask_nik(asker.nik),
            "contact": masked(asker.contact) if asker.contact else _("none: they come for the answer")}  # fmt: skip


def _held(office: Office, held: Holdings) -> list[dict[str, Any]]:
    """What is held, a row for each application; nothing of what is in it."""
    rows = [
        {"number": each.dossier.number, "title": told(each.workflow.title),
         "lane": lane_title(office, each.dossier.lane), "status": status_words(each.dossier.status), "own": each.own,
         "parts": [{"part": told(part.words), "why": told(kept.why.words) if kept else "",
                    "until": kept.until if kept else None} for part, kept in each.parts.items()]}
        for each in held.dossiers
    ]  # fmt: skip
    workflows = office.config.workflows
    return rows + [
        {"number": "", "title": told(workflows[each.record.code].title) if each.record.code in workflows else "",
         "lane": "", "status": _("not sent yet"), "own": each.own,
         "parts": [{"part": told(Part.DRAFT.words), "why": told(each.kept.why.words) if each.kept else "",
                    "until": None}]}
        for each in held.drafts
    ]  # fmt: skip


def _outcome(sheet: Sheet) -> dict[str, Any] | None:
    """What an erasure did, from the record of processing: it holds no personal data."""
    ends = (RequestEnd.ERASED, RequestEnd.NOTHING_ERASED)
    done = next((act.data for act in sheet.acts if act.act in ends), None)
    if done is None:
        return None
    return {
        "gone": [(number, ", ".join(told(Part(part).words) for part in parts))
                 for number, parts in done["gone"].items()],
        "kept": [(each["dossier"], told(Part(each["part"]).words), told(Why(each["why"]).words))
                 for each in done["kept"]],
        "drafts": done["drafts"], "files": done["files"], "history": done["history"], "in_clear": done["in_clear"],
        "reason": done["reason"],
    }  # fmt: skip


def _act(act: Act, names: dict[str, str]) -> dict[str, Any]:
    return {"at": act.at, "by": actor_words(act.by, names), "what": _(_ACTS[act.act]) if act.act in _ACTS else act.act}
