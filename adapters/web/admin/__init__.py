"""The administrator's room: whether all is well, and what keeps the office running."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from adapters.web.admin import outages, overview, tending
from adapters.web.admin.words import administrators_only

router = APIRouter()
for _part in (overview, tending, outages):
    router.include_router(_part.router, prefix="/admin", dependencies=[Depends(administrators_only)])

__all__ = ["router"]
