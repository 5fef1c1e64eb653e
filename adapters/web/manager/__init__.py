"""The manager's room: both lanes at a glance, the rules of one's own lane, and what asks for somebody to look."""

from __future__ import annotations

from fastapi import APIRouter

from adapters.web.manager import editor, escalations, form, glance, people, staffing, turns, versions

router = APIRouter()
for _part in (glance, people, versions, editor, form, escalations, turns, staffing):
    router.include_router(_part.router, prefix="/manager")

__all__ = ["router"]
