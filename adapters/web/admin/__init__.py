"""The administrator's room: whether all is well, and what keeps the office running."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from adapters.web.admin import journal, outages, overview, people, requests, tending, webhooks
from adapters.web.admin.words import administrators_only

router = APIRouter()
for _part in (overview, tending, outages, people, webhooks):
    router.include_router(_part.router, prefix="/admin", dependencies=[Depends(administrators_only)])
router.include_router(journal.router, prefix="/admin", dependencies=[Depends(journal.readers_only)])
router.include_router(requests.router, prefix="/admin")  # each asks for itself: who takes requests comes in too

__all__ = ["router"]
