"""How long a promise is for the citizen who waits for it: by the hours its own lane keeps in an ordinary week.

A `1wd` says nothing by itself: it is an afternoon where much is open, and a week where one hour a day is. So promises
of two calendars are compared by the time that passes on the wall until they are due, on average over all hours of a
week in which the dossier may come in. Holidays, closed and opened days are left out: they come and go, the week stays.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cached_property

from domain.calendar import CalendarSpec, WorkingCalendar
from domain.duration import Budget

WEEK = timedelta(days=7)
NEVER = timedelta.max
"""How long working time takes where no hour of the week is open."""

_MONDAY = datetime(2024, 1, 1, tzinfo=UTC)  # which week does not matter: no zone changes its offset in this one
_STARTS = [_MONDAY + timedelta(hours=hour) for hour in range(7 * 24)]


class OrdinaryWeek:
    """The week of a calendar, without the dates that differ from it."""

    def __init__(self, spec: CalendarSpec) -> None:
        self._calendar = WorkingCalendar(CalendarSpec(timezone=spec.timezone, week=spec.week))
        self._taken: dict[Budget, timedelta] = {}

    @cached_property
    def open(self) -> timedelta:
        """How much of the week is open."""
        return self._calendar.between(_MONDAY, _MONDAY + WEEK)

    @cached_property
    def longest_day(self) -> timedelta:
        """How long the calendar is open on the day on which it is open longest."""
        spec = self._calendar.spec
        days = (CalendarSpec(timezone="UTC", week={"mon": slots}) for slots in spec.week.values())
        return max((WorkingCalendar(day).between(_MONDAY, _MONDAY + WEEK) for day in days), default=timedelta())

    def takes(self, budget: Budget) -> timedelta:
        """How much time passes on the wall until this is used up, on average over the hours of a week; `NEVER` where
        no hour is open."""
        if not budget.working:
            return budget.amount
        return self._taken.get(budget) or self._taken.setdefault(budget, self._until_worked(budget.amount))

    def _until_worked(self, amount: timedelta) -> timedelta:
        if not self.open:
            return NEVER
        weeks, rest = divmod(amount, self.open)
        if not rest:  # a whole week of work ends when its last slot does, not when the next one begins
            weeks, rest = weeks - 1, self.open
        mean = sum((self._calendar.add(at, rest) - at for at in _STARTS), timedelta()) / len(_STARTS)
        try:
            return weeks * WEEK + mean
        except OverflowError:
            return NEVER
