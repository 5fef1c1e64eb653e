"""Instants as people write them, on the command line and in the forms of pages."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo


def meant(text: str, zone: str, *, ends: bool) -> datetime:
    """The instant that a person means, in office time unless it has an offset. A day is meant to its end where
    something `ends`, else from its beginning. Raises ValueError."""
    read = datetime.fromisoformat(text)
    if ends and is_day(text):
        read = datetime.combine(read.date(), time(23, 59, 59))
    return read if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone))


def is_day(text: str) -> bool:
    """Whether a text that can be read names a day, and no time of it."""
    return len(text) == len("2026-12-31")
