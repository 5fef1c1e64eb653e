"""Times in which the office could not work: recorded, ended, and taken back when recorded by mistake."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web.admin.words import crumbs, problem_of, where
from adapters.web.ids import Id
from adapters.web.pages import page
from adapters.web.refusals import status_of
from adapters.web.session import Me, OfficeNow, Posted
from adapters.web.times import instant
from adapters.web.titles import lane_title
from adapters.web.vocabulary import pause_words
from adapters.web.words import gettext as _
from adapters.web.words import told
from domain.errors import Refused
from domain.pausing import OFFICE_REASONS
from domain.roles import Lane
from lanes.office import Office
from lanes.outages import Carried
from lanes.records.pauses import Outage

router = APIRouter()
_MOST = 100
_TIMES = dict.fromkeys(("in_the_future", "too_long_ago", "unknown_time", "end_before_start", "naive_datetime"), "at")


@router.get("/outages")
def outages(request: Request, office: OfficeNow, failed: int = 0) -> Response:
    """The newest outages."""
    return _outages(request, office, failed=failed)


@router.post("/outages")
def start(request: Request, me: Me, office: OfficeNow, form: Posted) -> Response:
    """Record that the office cannot work."""
    lane = str(form.get("lane", ""))
    try:
        at = instant(str(form.get("at", "")), office.config.office.timezone, ends=False)
        carried = office.outages.start(
            str(form.get("reason", "")),
            lane=Lane(lane) if lane in set(Lane) else None,
            at=at,
            by=me.username,
            why=str(form.get("why", ""))[:300],
        )
    except Refused as refused:
        return _outages(request, office, refused)
    return _back(carried)


@router.get("/outages/{number}")
def outage(request: Request, office: OfficeNow, number: Id) -> Response:
    """One outage, to be ended or taken back."""
    return _outage(request, office, _known(office, number))


@router.post("/outages/{number}/end")
def end(request: Request, me: Me, office: OfficeNow, number: Id, form: Posted) -> Response:
    """Record that it is over."""
    known = _known(office, number)
    try:
        at = instant(str(form.get("at", "")), office.config.office.timezone, ends=False)
        carried = office.outages.end(known.reason, lane=known.lane, at=at, by=me.username)
    except Refused as refused:
        return _outage(request, office, known, refused)
    return _back(carried)


@router.post("/outages/{number}/withdraw")
def withdraw(request: Request, me: Me, office: OfficeNow, number: Id, form: Posted) -> Response:
    """Take it back: it never was."""
    known = _known(office, number)
    try:
        carried = office.outages.withdraw(known.reason, lane=known.lane, at=known.started_at, by=me.username,
                                          why=str(form.get("why", ""))[:300])  # fmt: skip
    except Refused as refused:
        return _outage(request, office, known, refused)
    return _back(carried)


def _back(carried: Carried) -> Response:
    failed = len(carried.failed)
    return RedirectResponse("/admin/outages" + (f"?failed={failed}" if failed else ""), 303)


def _known(office: Office, number: int) -> Outage:
    for each in office.outages.listing(_MOST):
        if each.id == number:
            return each
    raise Refused("no_outage", _("There is no such outage."))


def _outages(request: Request, office: Office, refused: Refused | None = None, failed: int = 0) -> Response:
    names = office.people.names()
    rows = [
        {"outage": each, "reason": pause_words(each.reason), "where": where(office, each.lane),
         "by": names.get(each.by, each.by)}
        for each in office.outages.listing(_MOST)
    ]  # fmt: skip
    return page(
        request, "admin/outages.html", status=status_of(refused) if refused else 200, rows=rows, failed=failed,
        reasons=[{"value": each.value, "text": told(each.words)} for each in OFFICE_REASONS],
        lanes=[{"value": "", "text": _("Both lanes")},
               *({"value": lane.value, "text": lane_title(office, lane)} for lane in Lane)],
        problems=problem_of(refused, _TIMES, "reason") if refused else [], crumbs=crumbs(_("Outages")),
    )  # fmt: skip


def _outage(request: Request, office: Office, known: Outage, refused: Refused | None = None) -> Response:
    names, reason = office.people.names(), pause_words(known.reason)
    other = "at" if known.ended_at is None and known.withdrawn_at is None else "why"
    return page(
        request, "admin/outage.html", status=status_of(refused) if refused else 200, outage=known, reason=reason,
        where=where(office, known.lane), names=names,
        problems=problem_of(refused, {**_TIMES, "reason_missing": "why"}, other) if refused else [],
        crumbs=crumbs((_("Outages"), "/admin/outages"), reason),
    )  # fmt: skip
