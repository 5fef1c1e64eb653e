"""Whether a document is this office's, by what its QR leads to: number, kind and date, and nothing of a person."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web.citizen.keeping import address
from adapters.web.pages import Crumb, page
from adapters.web.refusals import in_words, status_of
from adapters.web.session import OfficeNow
from adapters.web.words import gettext as _
from domain.errors import Refused

router = APIRouter()


@router.get("/verify")
def form(request: Request, code: str = "") -> Response:
    """How to verify, and a place to type what stands under the QR."""
    typed = code.strip().rpartition("/")[2][:100]
    if typed:
        return RedirectResponse(f"/verify/{quote(typed, safe='')}", 303)
    return page(request, "citizen/verify_form.html",
                crumbs=[(_("Home"), "/"), _("Verify a document")])  # fmt: skip


@router.get("/verify/{token}")
def verify(request: Request, office: OfficeNow, token: str) -> Response:
    """What the office knows of a document. Tries with codes that are none are slowed, a document never is."""
    crumbs: list[Crumb] = [(_("Home"), "/"), _("Verify a document")]
    found, status, wait = office.verifying.document(token), 200, ""
    if found is None:
        try:
            office.holders.wrong(address=address(request))
            status = 404
        except Refused as refused:
            status, wait = status_of(refused), in_words(refused)
    return page(request, "citizen/verified.html", status=status, found=found, wait=wait, crumbs=crumbs)
