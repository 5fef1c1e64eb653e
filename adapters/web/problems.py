"""RFC 9457 problems: what the API says when it cannot do something."""

from __future__ import annotations

from typing import Any

from fastapi.responses import JSONResponse


def problem(status: int, code: str, detail: str, allowed: str = "", **more: Any) -> JSONResponse:
    """An answer of type application/problem+json: `code` is a stable name for programs, `allowed` what would do."""
    body: dict[str, Any] = {"type": "about:blank", "title": code, "status": status, "code": code, "detail": detail}
    if allowed:
        body["allowed"] = allowed
    return JSONResponse(body | more, status, media_type="application/problem+json")
