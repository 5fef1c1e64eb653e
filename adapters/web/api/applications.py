"""Applications: handed in with a token, and followed, answered and withdrawn by who holds number and tracking code.

Number and code travel in the body of a POST, never in an address.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Request, Response
from pydantic import Field

from adapters.web.api.asking import Me, OfficeNow, SeenBefore, tagged
from adapters.web.api.repeating import Repeatable
from adapters.web.api.shapes import (
    Code,
    DocumentLine,
    DossierLine,
    Fields,
    Given,
    Number,
    Papers,
    ReceiptTold,
    TrackingCode,
)
from domain.errors import Refused
from domain.roles import Lane
from domain.scopes import Right
from lanes.intake import Application
from lanes.papers import Paper
from lanes.views import Tracked

router = APIRouter(tags=["Applications"], route_class=Repeatable)


class ApplicationGiven(Given):
    """An application. Without `channel` it came in by the lane's first one."""

    code: Code
    lane: Lane
    channel: Annotated[str, Field(max_length=40)] | None = None
    fields: Fields
    papers: Papers = Field(default_factory=dict)


class Holding(Given):
    """Number and tracking code as on the receipt: who has both is the applicant."""

    number: Number
    code: TrackingCode


class Following(Holding):
    """And the language of what is told."""

    language: Literal["id", "en"] = "id"


class AnswerGiven(Holding):
    """The answer to a returned dossier: everything that was asked for."""

    fields: Fields = Field(default_factory=dict)
    papers: Papers = Field(default_factory=dict)


class DocumentWanted(Holding):
    """Which document; the latest when `document` is left out."""

    document: Annotated[int, Field(ge=1, lt=2**62)] | None = None


def scans(given: Mapping[str, str | None]) -> dict[str, Paper | None]:
    """Papers with their content; one that cannot be read keeps its fault, to be told with everything else."""
    return {name: None if text is None else _scan(text) for name, text in given.items()}


def _scan(text: str) -> Paper:
    content = text.partition(",")[2] if text.startswith("data:") else text
    try:
        return Paper(base64.b64decode(content, validate=True))
    except ValueError:
        return Paper(fault="is no base64 text (allowed: the file's content in base64)")


def _proved(request: Request, office: OfficeNow, holding: Holding) -> tuple[str, str]:
    """Number and code, when they belong together. Raises Refused; each wrong try makes the next one wait longer."""
    address = request.client.host if request.client else "?"
    return office.holders.prove(holding.number, holding.code, address=address)


@router.post("/dossiers", status_code=201, summary="Hand in an application")
def submit(given: Annotated[ApplicationGiven, Body()], me: Me, office: OfficeNow, response: Response) -> ReceiptTold:
    """Take an application in (`LANE:submit`). Everything that is wrong with it is told at once, and nothing is kept
    then; a person who has one open for the same document is refused another, in either lane."""
    by = me.must(Right.SUBMIT, given.lane)
    channel = given.channel or office.config.lanes[given.lane].channels[0]
    receipt = office.intake.submit(Application(
        lane=given.lane, channel=channel, code=given.code, fields=given.fields, papers=scans(given.papers), by=by,
    ))  # fmt: skip
    response.headers["location"] = f"/api/dossiers/{receipt.number}"
    return ReceiptTold.model_validate(receipt)


@router.post("/applications/track", summary="See where an application stands")
def track(given: Annotated[Following, Body()], request: Request, office: OfficeNow, response: Response) -> Tracked:
    """Position, estimate and due time with its story, what happened, and what the applicant can do now. The ETag is
    what an answer or a withdrawal is sent with."""
    number, code = _proved(request, office, given)
    dossier = office.views.dossier(number)[0]  # read first: a change in between makes the tag stale, never too new
    tagged(response, dossier)
    return office.views.track(number, code, given.language)


@router.post("/applications/resubmit", summary="Answer a returned application")
def resubmit(
    given: Annotated[AnswerGiven, Body()], request: Request, seen: SeenBefore, office: OfficeNow, response: Response
) -> DossierLine:
    """Send everything that the office asked for: corrected fields and further papers."""
    number, code = _proved(request, office, given)
    papers = scans(given.papers)
    dossier = office.intake.resubmit(number, code, fields=given.fields, papers=papers, seen=seen)
    tagged(response, dossier)
    return DossierLine.model_validate(dossier)


@router.post("/applications/withdraw", summary="Withdraw an application")
def withdraw(
    holding: Annotated[Holding, Body()], request: Request, seen: SeenBefore, office: OfficeNow, response: Response
) -> DossierLine:
    """End it at the applicant's own wish; what is open in it is cancelled."""
    number, code = _proved(request, office, holding)
    dossier = office.closing.withdraw(number, code, seen=seen)
    tagged(response, dossier)
    return DossierLine.model_validate(dossier)


@router.post("/applications/documents", summary="List the issued documents of an application")
def documents(holding: Annotated[Holding, Body()], request: Request, office: OfficeNow) -> list[DocumentLine]:
    """The documents that were issued, oldest first; none when there are none yet."""
    number, _ = _proved(request, office, holding)
    found = office.views.dossier(number)[3]
    return [DocumentLine.model_validate(each) for each in found if each.sealed_at]


class Pdf(Response):
    """A PDF."""

    media_type = "application/pdf"


@router.post("/applications/document", summary="Fetch an issued document", response_class=Pdf)
def document(wanted: Annotated[DocumentWanted, Body()], request: Request, office: OfficeNow) -> Pdf:
    """The signed PDF. It holds personal data in full."""
    number, code = _proved(request, office, wanted)
    return pdf_of([(each.id, content) for each, content in office.products.for_applicant(number, code)],
                  wanted.document)  # fmt: skip


def pdf_of(found: list[tuple[int, bytes]], wanted: int | None) -> Pdf:
    """One of these documents, the last without a wish. Raises Refused."""
    contents = dict(found)
    if wanted is None:
        return Pdf(found[-1][1])
    if wanted not in contents:
        raise Refused("unknown_document", "The dossier has no such document.", allowed="an id of its documents")
    return Pdf(contents[wanted])
