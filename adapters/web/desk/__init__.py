"""The operator's desk: what somebody of the office does all day."""

from __future__ import annotations

from fastapi import APIRouter

from adapters.web.desk import home, papers, search, task

router = APIRouter()
for _part in (home, task, papers, search):
    router.include_router(_part.router, prefix="/desk")

__all__ = ["router"]
