"""What a citizen's browser keeps for a while: the proof that a dossier is theirs, and the code of their draft.

Both are encrypted by the office and read by nobody else; the browser forgets them after a while, or when it is told to.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web.session import OfficeNow, office_of, settings_of
from domain.errors import Refused
from lanes.drafts import Draft
from lanes.holders import KEPT
from lanes.office import Office

_DOSSIER, _DRAFT = "dossier", "draft"
DRAFT_KEPT: Final = timedelta(hours=4)
"""How long a browser remembers a draft, from its last page; the draft itself is kept longer, under its code."""


class AskAgain(Exception):
    """What this page is about is not known any more: the citizen is asked for it again, at the address given."""


def address(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client else ""


def _name(request: Request, name: str) -> str:
    return f"__Host-{name}" if settings_of(request).production else name


def keep(request: Request, response: Response, name: str, about: str, code: str, longest: timedelta = KEPT) -> None:
    """Let this browser keep a code under a name, with what it is about, for so long."""
    value = office_of(request).holders.remember(about, code, longest)
    response.set_cookie(
        _name(request, name), value, max_age=int(longest.total_seconds()), httponly=True, samesite="lax",
        secure=settings_of(request).production,
    )  # fmt: skip


def kept(request: Request, name: str) -> tuple[str, str] | None:
    """What is kept under a name: what it is about, and the code; None when nothing is any more."""
    return office_of(request).holders.recall(request.cookies.get(_name(request, name), ""))


def keep_dossier(request: Request, response: Response, number: str, code: str) -> None:
    """Let this browser go on with a dossier that was proved to be theirs."""
    keep(request, response, _DOSSIER, number, code)


def keep_draft(request: Request, response: Response, draft: Draft) -> None:
    """Let this browser go on with a draft."""
    keep(request, response, _DRAFT, "", draft.code, DRAFT_KEPT)


def forget(request: Request, response: Response) -> None:
    """Let this browser forget both."""
    for name in (_DOSSIER, _DRAFT):
        response.delete_cookie(
            _name(request, name), httponly=True, samesite="lax", secure=settings_of(request).production
        )


def held_dossier(request: Request) -> tuple[str, str]:
    """Number and code of the dossier this browser goes on with. Raises AskAgain."""
    found = kept(request, _DOSSIER)
    if found is None or not found[0]:
        raise AskAgain("/track?again=1")
    return found


def held_draft(request: Request, office: OfficeNow) -> Draft:
    """The draft this browser goes on with. Raises AskAgain."""
    draft = draft_of(request, office)
    if draft is None:
        raise AskAgain("/resume?again=1")
    return draft


def draft_of(request: Request, office: Office) -> Draft | None:
    """The draft this browser goes on with; None when there is none."""
    found = kept(request, _DRAFT)
    if found is None:
        return None
    try:
        return office.drafts.get(found[1])
    except Refused:
        return None


def ask_again(request: Request, error: Exception) -> Response:
    """The answer to AskAgain."""
    return RedirectResponse(str(error), 303)


Held = Annotated[tuple[str, str], Depends(held_dossier)]
HeldDraft = Annotated[Draft, Depends(held_draft)]
