"""When a session of somebody signed in is over, and how long the next try must wait after wrong ones."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.errors import Refused
from domain.passwords import is_common, is_of_the_office
from domain.permissions import Actor
from domain.roles import Role
from domain.sentence import say

IDLE = timedelta(minutes=30)
"""A session in which nothing was asked for this long is over."""
LONGEST = timedelta(hours=10)
"""No session lasts longer, however busy: a working day."""
SHORTEST_PASSWORD = 12
"""Characters; length is what counts, and no kinds of characters are demanded."""
LONGEST_PASSWORD = 200
GIVEN_LASTS = timedelta(days=3)
"""A password that somebody else gave signs in for this long, to choose one's own."""
_FREE, _LOCKED_AFTER, _LOCKED_FOR = 3, 10, timedelta(minutes=15)
FORGOTTEN = timedelta(days=1)
"""Wrong tries this long ago count no more."""


_NEED_A_CODE = frozenset({Role.AGENCY_HEAD, Role.ADMINISTRATOR})


def needs_a_code(actor: Actor) -> bool:
    """Whether a person signs in with a code of their own device too: who signs, who manages a lane, who administers."""
    return bool(actor.manages) or not _NEED_A_CODE.isdisjoint(actor.roles)


def is_over(began_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Whether a session that began then, and in which something was last asked then, is over."""
    return now >= seen_at + IDLE or now >= began_at + LONGEST


def wait_after(failures: int) -> timedelta:
    """How long the next try must wait after so many wrong ones in a row: nothing at first, then 2 s, 4 s, 8 s …, and
    a quarter of an hour after the tenth."""
    if failures < _FREE:
        return timedelta()
    if failures >= _LOCKED_AFTER:
        return _LOCKED_FOR
    return timedelta(seconds=2 ** (failures - _FREE + 1))


def must_wait(failures: int, last_at: datetime, now: datetime) -> timedelta:
    """What is left of that wait."""
    if now - last_at >= FORGOTTEN:
        return timedelta()
    return max(last_at + wait_after(failures) - now, timedelta())


def too_many_tries(left: timedelta) -> Refused:
    """The refusal of a try that comes this long too early."""
    seconds = int(left.total_seconds()) + 1
    words = f"Too many wrong tries: the next one is possible in {seconds} s."
    return Refused("too_many_tries", say("too_many_tries", words, seconds=seconds))


def whats_wrong(username: str, password: str, office: str = "") -> str | None:
    """Why a password cannot be used; None when it can. `office` holds words that anybody would try here, such as the
    office's name and its city. NIST SP 800-63B: long, unlike what is used much or stands in the place's names, and no
    kinds of signs demanded."""
    if len(password) < SHORTEST_PASSWORD:
        return f"The password has {len(password)} characters; it needs at least {SHORTEST_PASSWORD}."
    if len(password) > LONGEST_PASSWORD:
        return f"The password has {len(password)} characters; it may have at most {LONGEST_PASSWORD}."
    if username.casefold() in password.casefold() or len(set(password)) < SHORTEST_PASSWORD // 2:
        return "The password is too easy to guess: it holds the username, or few different characters."
    if is_common(password):
        return "The password is too easy to guess: many people use it, or it is the demo's."
    if is_of_the_office(password, office):
        return "The password is too easy to guess: it is little more than names of the office or its city."
    return None
