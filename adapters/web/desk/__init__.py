"""The operator's desk: what somebody of the office does all day."""

from __future__ import annotations

from fastapi import APIRouter

from adapters.web.desk import answer, counter, courier, hall, home, live, papers, search, sign, task, team

router = APIRouter()
for _part in (home, live, task, papers, search, sign, answer, courier, hall, counter, team):
    router.include_router(_part.router, prefix="/desk")
router.include_router(hall.screen)

__all__ = ["router"]
