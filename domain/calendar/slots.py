"""Slots of a day as people write them, `08:00-12:00`, read into exact times and checked.

A slot takes in its first instant and leaves out its last, so `08:00-12:00` and `12:00-13:00` touch without
overlapping. A slot may end at `24:00`. Work past midnight is two slots on two days, so that every slot
belongs to one date and a holiday knows what it takes away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

MINUTE = 60_000_000
"""Microseconds in a minute; all times of day here are microseconds of the local wall clock after midnight."""
DAY = 1440 * MINUTE

Slots = tuple[tuple[int, int], ...]
"""The slots of one day, in order: (opens, closes) in microseconds after local midnight."""

_FORM = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")
ALLOWED = "HH:MM-HH:MM within one day, such as 08:00-12:00 or 13:00-24:00"


def parse_day(texts: Iterable[object]) -> Slots:
    """The slots of one day, sorted. Raises ValueError for a slot that cannot be read, is empty, runs backwards
    or overlaps another, naming it and saying what is allowed."""
    slots = sorted(_parse(text) for text in texts)
    for earlier, later in pairwise(slots):
        if later[0] < earlier[1]:
            raise ValueError(f"slots {write(earlier)} and {write(later)} overlap; allowed: slots that at most touch")
    return tuple(slots)


def write(slot: tuple[int, int]) -> str:
    """The slot as people write it; `write` of a parsed slot gives the text back."""
    opens, closes = (divmod(at // MINUTE, 60) for at in slot)
    return f"{opens[0]:02}:{opens[1]:02}-{closes[0]:02}:{closes[1]:02}"


def _parse(text: object) -> tuple[int, int]:
    match = _FORM.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"{text!r} is not a slot; allowed: {ALLOWED}")
    opens, closes = _minutes(match[1], match[2], match[0]), _minutes(match[3], match[4], match[0])
    if opens == closes:
        raise ValueError(f"slot {text} is empty: it opens and closes at the same time; allowed: {ALLOWED}")
    if opens > closes:
        rest = f" and 00:00-{match[3]}:{match[4]} on the next" if closes else ""
        raise ValueError(
            f"slot {text} closes before it opens; allowed: {ALLOWED}."
            f" Work past midnight is written as {match[1]}:{match[2]}-24:00 on this day{rest}"
        )
    return opens * MINUTE, closes * MINUTE


def _minutes(hour: str, minute: str, slot: str) -> int:
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > 1440:
        raise ValueError(f"slot {slot}: there is no {hour}:{minute} on a clock; allowed: 00:00 to 24:00")
    return total
