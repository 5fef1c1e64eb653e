"""Tries at something secret, counted under a key: a password, a code, a dossier's number, an address they come from."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.access import FORGOTTEN, must_wait, too_many_tries
from lanes.records.access import Attempts
from lanes.store import Work


def of_password(username: str) -> str:
    """The key of tries at somebody's password; whoever is tried need not exist."""
    return f"password:{username.casefold()[:100]}"


def of_browser(username: str, mark: str) -> str:
    """The key of tries at somebody's password in a browser in which they signed in before; `mark` is what it keeps."""
    return f"browser:{username}:{mark}"


def of_code(username: str) -> str:
    """The key of tries at the code of somebody's device."""
    return f"code:{username}"


def count(work: Work, key: str, now: datetime, *, free: int = 0) -> None:
    """Count a try as wrong before it is looked at, of those at the same moment one after another; who was right clears
    it. Raises Refused, and counts none, while the next has to wait: the first `free` never have to."""
    work.access.lock_attempts(key)
    before = work.access.attempts(key)
    left = must_wait(max(before.failures - free, 0), before.last_at, now) if before else timedelta()
    if left:
        raise too_many_tries(left)
    failures = before.failures if before and now - before.last_at < FORGOTTEN else 0
    work.access.put_attempts(Attempts(key=key, failures=failures + 1, last_at=now), forget_before=now - FORGOTTEN)
