"""Scans and documents of a dossier, for people of its lane: shown in the page, kept by no browser."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from adapters.web.ids import Id
from adapters.web.session import Me, OfficeNow
from domain.errors import Refused

router = APIRouter()
_SHOWN = ("image/jpeg", "image/png", "image/webp", "application/pdf")


@router.get("/papers/{number}/{requirement}")
def paper(me: Me, office: OfficeNow, number: str, requirement: str) -> Response:
    """A scan that was handed in."""
    content, kind = office.sheets.paper(number, requirement, by=me.username)
    return _shown(content, kind)


@router.get("/documents/{number}/{document}")
def document(me: Me, office: OfficeNow, number: str, document: Id) -> Response:
    """A document of the dossier, a draft or sealed."""
    for found, content in office.products.for_office(number, by=me.username):
        if found.id == document:
            return _shown(content, "application/pdf")
    raise Refused("unknown_dossier", f"{number} has no such document.")


def _shown(content: bytes, kind: str) -> Response:
    """Shown within our pages; nothing in it can run or reach out."""
    shown = kind in _SHOWN
    headers = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
               "content-disposition": "inline" if shown else "attachment"}  # fmt: skip
    return Response(content, media_type=kind if shown else "application/octet-stream", headers=headers)
