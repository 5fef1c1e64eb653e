"""Weeks, months and years by which figures over time are told: the shortest of them that leaves a chart readable."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_WEEKS, _MONTHS = 106, 120  # two years and a bit; ten years


class Period(StrEnum):
    """A length of time by which figures are counted."""

    WEEK = "week"
    MONTH = "month"
    YEAR = "year"

    def start(self, day: date) -> date:
        """The first day of the period that `day` lies in; weeks begin on Monday."""
        if self is Period.WEEK:
            return day - timedelta(days=day.weekday())
        return day.replace(month=day.month if self is Period.MONTH else 1, day=1)

    def run(self, first: date, last: date) -> list[date]:
        """The first days of every period from that of `first` to that of `last`."""
        begin = self.start(first)
        if self is Period.WEEK:
            return [begin + timedelta(weeks=number) for number in range((last - begin).days // 7 + 1)]
        step = 1 if self is Period.MONTH else 12
        months = range(_month(begin), _month(last) + 1, step)
        return [date(month // 12, month % 12 + 1, 1) for month in months]


def readable_period(first: date, last: date) -> Period:
    """Weeks for up to two years, months for up to ten, else years."""
    if (last - first).days < 7 * (_WEEKS - 1):
        return Period.WEEK
    return Period.MONTH if _month(last) - _month(first) < _MONTHS else Period.YEAR


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """The day of an instant as people of the zone date it. At the very ends of the calendar, its own day."""
    try:
        return at.astimezone(zone).date()
    except OverflowError:
        return at.date()


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1
