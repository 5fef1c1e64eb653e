"""The citizen's window: pages that work on a cheap phone, without an account and without script."""

from __future__ import annotations

from adapters.web.citizen.home import router

__all__ = ["router"]
