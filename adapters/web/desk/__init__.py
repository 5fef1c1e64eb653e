"""The operator's desk: what somebody of the office does all day."""

from __future__ import annotations

from fastapi import APIRouter

from adapters.web.desk import counter, courier, home, live, papers, search, sign, task

router = APIRouter()
for _part in (home, live, task, papers, search, sign, courier, counter):
    router.include_router(_part.router, prefix="/desk")

__all__ = ["router"]
