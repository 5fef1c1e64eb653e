"""Instants and spans in words, in the office's local time and the reader's language."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta

from adapters.instants import meant
from adapters.web.words import gettext as _
from adapters.web.words import language
from domain.errors import Refused


def moment(at: datetime, zone: str) -> str:
    """An instant, such as "Sel, 24 Nov 2026 14.05", or "Tue, 24 Nov 2026 14:05" in English."""
    return _moment(at, zone, language.get())


@lru_cache(maxsize=10_000)  # a long list has the same ones again and again, and Babel takes its time
def _moment(at: datetime, zone: str, locale: str) -> str:
    return format_datetime(at, f"EEE, d MMM y {_time(locale)}", tzinfo=ZoneInfo(zone), locale=locale)


def clock(at: datetime, zone: str) -> str:
    """The time of day of an instant, such as "14.05"."""
    return format_datetime(at, _time(language.get()), tzinfo=ZoneInfo(zone), locale=language.get())


def _time(locale: str) -> str:
    """How a time of day is written: Indonesian has a dot between hours and minutes (EYD), English a colon."""
    return "HH:mm" if locale == "en" else "HH.mm"


def zone_name(at: datetime, zone: str) -> str:
    """What local time is called where the office is, such as "WITA"; every page tells it once."""
    return f"{at.astimezone(ZoneInfo(zone)):%Z}"


def day(at: datetime, zone: str) -> str:
    """The day of an instant, such as "24 November 2026"."""
    return format_date(at.astimezone(ZoneInfo(zone)).date(), "d MMMM y", locale=language.get())


def written(text: str) -> str:
    """A day of a form, such as "5 Desember 2025"; what is no date (yet) stays as it stands."""
    try:
        return format_date(date.fromisoformat(text), "d MMMM y", locale=language.get())
    except ValueError:
        return text


def instant(text: str, zone: str, *, ends: bool) -> datetime | None:
    """The instant that somebody means by a day or a time in a form (`meant`); None when nothing is written. Raises
    Refused."""
    text = text.strip()
    try:
        return meant(text, zone, ends=ends) if text else None
    except ValueError:
        raise Refused("unknown_time", _("Write a date such as 2026-12-31.")) from None


def span(length: timedelta) -> str:
    """A length of time, such as "3 jam"."""
    return str(format_timedelta(length, threshold=1.2, locale=language.get()))


def due(at: datetime | None, now: datetime) -> str:
    """When something is due as seen from now, in words that need no colour."""
    if at is None:
        return _("no due time now")
    if at <= now:
        return _("%(span)s overdue") % {"span": span(now - at)}
    return _("due in %(span)s") % {"span": span(at - now)}


def due_kind(at: datetime | None, now: datetime) -> str:
    """ "late", "soon" (within two hours), "later" or "none": what a tag's colour may follow."""
    if at is None:
        return "none"
    if at <= now:
        return "late"
    return "soon" if at - now <= timedelta(hours=2) else "later"
