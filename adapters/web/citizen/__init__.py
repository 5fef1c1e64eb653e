"""The citizen's window: pages that work on a cheap phone, without an account and without script.

No address holds a number with its code, or anything of a person: those are posted, and kept in cookies for a while.
"""

from __future__ import annotations

from fastapi import APIRouter

from adapters.web.citizen import answer, apply, complain, complaints, figures, home, services, track, verify

router = APIRouter()
for _part in (home, services, apply, track, answer, complain, complaints, verify, figures):
    router.include_router(_part.router)

__all__ = ["router"]
