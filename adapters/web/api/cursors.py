"""Cursors: where the next page of a list begins. Their content is ours; one that is not of this list is refused."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final, TypeVar

import orjson
from fastapi import Query

from domain.errors import Refused

Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
At = Annotated[
    str | None, Query(max_length=300, description="`next` of the page before; the list begins with no cursor.")
]
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
T = TypeVar("T")


def encode(of: Sequence[object], place: Sequence[int | datetime | None]) -> str:
    """A cursor of the list that is told apart by `of` (its name and filters), at a place in it."""
    values = [each.isoformat() if isinstance(each, datetime) else each for each in place]
    return base64.urlsafe_b64encode(orjson.dumps([_name(of), *values])).decode().rstrip("=")


def decode(cursor: str | None, of: Sequence[object], read: Callable[..., T], first: T) -> T:
    """The place that a cursor of this list holds, as `read` takes it apart; `first` without one. Raises Refused."""
    if cursor is None:
        return first
    try:
        name, *place = orjson.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if name == _name(of):
            return read(*place)
    except (ValueError, TypeError):
        pass
    raise Refused("bad_cursor", "This is no cursor of this list.",
                  allowed="`next` of a page of the same list with the same filters")  # fmt: skip


def whole(value: Any, *, least: int = 0) -> int:
    """A whole number of a cursor. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value < 2**62:
        raise ValueError
    return value


def instant(value: Any) -> datetime | None:
    """An instant of a cursor, or none. Raises ValueError or TypeError."""
    if value is None:
        return None
    at = datetime.fromisoformat(value)
    if at.tzinfo is None or at < _EPOCH:
        raise ValueError
    return at


def _name(of: Sequence[object]) -> str:
    return hashlib.sha256(orjson.dumps([str(each) for each in of])).hexdigest()[:12]
