"""Dossiers as the office sees them; held and released."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Response
from pydantic import Field

from adapters.web.api.applications import Pdf, pdf_of
from adapters.web.api.asking import Me, OfficeNow, SeenBefore, tagged
from adapters.web.api.cursors import At, Limit, decode, encode, whole
from adapters.web.api.repeating import Repeatable
from adapters.web.api.shapes import (
    DocumentLine,
    DossierLine,
    DossierShown,
    Entry,
    Given,
    Page,
    StepDone,
)
from adapters.web.ids import Id
from domain.dossier import Dossier, DossierStatus
from domain.errors import Refused
from domain.roles import Lane
from domain.scopes import Right

router = APIRouter(prefix="/dossiers", tags=["Dossiers"], route_class=Repeatable)
Called = Annotated[str, Path(pattern=r"^(ON|MN)-\d{4}-\d{6,9}$", examples=["ON-2026-000123"])]


class Reason(Given):
    """Why its time stands still; the document types' guide names the reasons."""

    reason: Annotated[str, Field(max_length=60, examples=["registry_unavailable"])]


class PerhapsReason(Given):
    """Which pause is to end; it may be left out when only one was set by hand."""

    reason: Annotated[str, Field(max_length=60)] | None = None


@router.get("", summary="List a lane's dossiers")
def listing(
    lane: Lane,
    me: Me,
    office: OfficeNow,
    status: Annotated[list[DossierStatus] | None, Query(description="Only these; all when left out.")] = None,
    cursor: At = None,
    limit: Limit = 50,
) -> Page[DossierLine]:
    """In the order in which they came in (`LANE:read`), so that no page repeats or leaves out what was there before
    the first."""
    me.must(Right.READ, lane)
    statuses = sorted(set(status or DossierStatus))
    of = ["dossiers", lane, *statuses]
    after = decode(cursor, of, whole, 0)
    found = office.views.dossiers(lane, statuses, after=after, limit=limit + 1)
    more = encode(of, [found[limit - 1].id]) if len(found) > limit else None
    return Page(items=[DossierLine.model_validate(each) for each in found[:limit]], next=more)


@router.get("/{number}", summary="Show a dossier")
def show(number: Called, me: Me, office: OfficeNow, response: Response) -> DossierShown:
    """With its form (masked), papers, steps, documents and journal (`LANE:read`)."""
    dossier, steps, journal, documents = office.views.dossier(number)
    by = me.must(Right.READ, dossier.lane)
    with office.store.read() as work:
        papers = {paper.requirement: paper.shown for paper in work.dossiers.attachments(dossier.id)}
    tagged(response, dossier)
    return DossierShown(
        **DossierLine.model_validate(dossier).model_dump(), held=dict(dossier.held), papers=papers,
        form=_masked(office, number, by), steps=[StepDone.model_validate(each) for each in steps],
        documents=[DocumentLine.model_validate(each) for each in documents],
        journal=[Entry.model_validate(each) for each in journal],
    )  # fmt: skip


def _masked(office: OfficeNow, number: str, by: str) -> dict[str, object] | None:
    try:
        return office.reveal.masked(number, by=by)
    except Refused as refused:
        if refused.code != "not_allowed":
            raise
        return None


def _worked_on(office: OfficeNow, number: str, me: Me) -> tuple[Dossier, str]:
    dossier = office.views.dossier(number)[0]
    return dossier, me.must(Right.WORK, dossier.lane)


@router.post("/{number}/pause", summary="Let a dossier's time stand still")
def pause(
    number: Called, given: Annotated[Reason, Body()], me: Me, seen: SeenBefore, office: OfficeNow, response: Response
) -> DossierLine:
    """For a reason of the office's list; its applicant is told (`LANE:work`; leads and managers)."""
    _, by = _worked_on(office, number, me)
    dossier = office.pausing.pause(number, given.reason, by=by, seen=seen)
    tagged(response, dossier)
    return DossierLine.model_validate(dossier)


@router.post("/{number}/resume", summary="Let a dossier's time run again")
def resume(
    number: Called,
    given: Annotated[PerhapsReason, Body()],
    me: Me,
    seen: SeenBefore,
    office: OfficeNow,
    response: Response,
) -> DossierLine:
    """As far as nothing else holds it (`LANE:work`; leads and managers)."""
    _, by = _worked_on(office, number, me)
    dossier = office.pausing.resume(number, given.reason, by=by, seen=seen)
    tagged(response, dossier)
    return DossierLine.model_validate(dossier)


@router.get("/{number}/documents/{document}", summary="Fetch a document, a draft too", response_class=Pdf)
def document(number: Called, document: Id, me: Me, office: OfficeNow) -> Pdf:
    """For people of the dossier's lane (`LANE:read`); each reading goes into the journal. It holds personal data in
    full."""
    dossier = office.views.dossier(number)[0]
    found = office.products.for_office(number, by=me.must(Right.READ, dossier.lane))
    return pdf_of([(each.id, content) for each, content in found], document)
