"""How many requests somebody may send in a while, so that one program or one address does not take the office's machine
from all others.

Kept in each process's memory: it protects the machine, and needs to be neither exact nor remembered. Guessing codes
and passwords is slowed by `lanes.holders` and `lanes.sign_in`, which remember.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from threading import Lock
from typing import Final

from fastapi import HTTPException, Request

from adapters.web.citizen.keeping import address
from adapters.web.session import visitor

_MOST_KEPT: Final = 20_000


class Pace:
    """A bucket for each key that holds `per_minute` requests and fills again by as many a minute."""

    def __init__(self, per_minute: int) -> None:
        self._most, self._lock = per_minute, Lock()
        self._left = OrderedDict[str, tuple[float, float]]()  # what is left, and when that was; last heard of last

    def wait(self, key: str, now: float) -> int:
        """Count a request at `now` (seconds of a steady clock); gives the whole seconds to wait before it is answered,
        0 when it may be at once. Beyond the most buckets that are kept, the one unused for longest is forgotten."""
        with self._lock:
            left, at = self._left.pop(key, (float(self._most), now))
            left = min(self._most, left + (now - at) * self._most / 60)
            self._left[key] = (left - 1 if left >= 1 else left, now)
            if len(self._left) > _MOST_KEPT:
                self._left.popitem(last=False)
        return 0 if left >= 1 else math.ceil((1 - left) * 60 / self._most)


class TooMany(HTTPException):
    """Too many requests from one token or address; `Retry-After` says for how many seconds to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(429, headers={"retry-after": str(seconds)})


def paced_form(request: Request) -> None:
    """Raise TooMany when too many forms come from an address at which nobody is signed in."""
    if request.method == "POST" and not request.url.path.startswith("/api/") and visitor(request) is None:
        count(request, address(request))


def count(request: Request, key: str) -> None:
    """Count a request for a token or an address. Raises TooMany."""
    pace: Pace = request.app.state.pace
    if seconds := pace.wait(key, time.monotonic()):
        raise TooMany(seconds)
