"""The working calendar: how much working time lies between two instants, and when a budget of it is used up.

Due times are asked for on every page and at every commit, over spans from minutes to years, so a question must
not walk through days. The calendar lays a `Plan` out year by year as questions reach for it, keeps the years in one
`Timetable`, and answers from that; a year is laid out once, in a few milliseconds.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from domain.calendar.plan import EPOCH, MICROSECOND, Interval, Plan, instant
from domain.calendar.spec import FIRST_YEAR, LAST_YEAR, CalendarSpec
from domain.calendar.story import Story, tell
from domain.calendar.timetable import NOTHING, Timetable
from domain.errors import Refused

WARN_AHEAD = timedelta(days=180)
"""How long before its end a calendar warns: next year's collective leave is decreed in the autumn as a rule, and
the longest limits run over several weeks, so by summer somebody must know that the new year has to be entered."""


class CalendarEnds(Refused):
    """The answer lies in a year that the calendar does not know yet.

    What to do: enter the holidays of the years to come in config/calendars, then ask again.
    """


class WorkingCalendar:
    """Working time by one `CalendarSpec`, in answers that are exact to the microsecond.

    Working time between two instants is the real elapsed time during which the local wall clock lies in a slot of a
    working day: an hour that the clock skips counts for nothing, an hour that it shows twice counts twice, an outage
    does not count. Instants go in aware of their zone, whichever it is, and come out in UTC.

    For start <= end, and budgets from 0:

    - `between(start, add(start, budget)) == budget`, and no earlier instant has this property;
    - `add(add(start, a), b) == add(start, a + b)`, and `between` adds up in the same way;
    - a later start or a larger budget never gives an earlier instant.

    Before the first year with holidays the plain week is counted, for reports on old files; after the last
    one (`known_until`) everything is refused with `CalendarEnds`.

    An instance may be shared by threads.
    """

    def __init__(self, spec: CalendarSpec) -> None:
        self.spec = spec
        self._plan = Plan(spec)
        self._end = _first_of(LAST_YEAR + 1)
        if self.known_until is not None:
            self._end = min(self._end, (self.known_until - EPOCH) // MICROSECOND)
        self._years: dict[int, list[Interval]] = {}
        self._table = NOTHING

    def add(self, start: datetime, budget: timedelta) -> datetime:
        """The earliest instant, not before `start`, by which `budget` of working time has passed since `start`.

        A budget of nothing is used up at once: `add(start, timedelta(0))` is `start` itself, also at night. A budget
        that just fills a slot ends when the slot closes, not when the next one opens.

        Raises Refused for a naive start, a negative budget or a start before 1900, and CalendarEnds when the
        answer lies after `known_until`.
        """
        try:
            at = (start - EPOCH) // MICROSECOND
        except TypeError:
            raise _naive(start) from None
        amount = budget // MICROSECOND
        if amount <= 0:
            return self._add_nothing(start, at, budget)
        table = self._table
        if table.low <= at <= table.high and (target := table.worked(at) + amount) <= table.total:
            return EPOCH + table.reached(target) * MICROSECOND
        table = self._holding(at, amount)
        return instant(table.reached(table.worked(at) + amount))

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` until `end`.

        Raises Refused for a naive instant, an end before the start or a start before 1900, and CalendarEnds when
        the end lies after `known_until`.
        """
        try:
            low = (start - EPOCH) // MICROSECOND
            high = (end - EPOCH) // MICROSECOND
        except TypeError:
            raise _naive(start, end) from None
        table = self._table
        if not table.low <= low <= high <= table.high:
            table = self._covering(low, high)
        return (table.worked(high) - table.worked(low)) * MICROSECOND

    def reached(self, at: int, amount: int) -> int:
        """`add` on whole microseconds since 1970, for those who ask by the hundred thousand; `amount` is above 0."""
        table = self._table
        if table.low <= at <= table.high and (found := table.after(at, amount)) is not None:
            return found
        table = self._holding(at, amount)
        return table.reached(table.worked(at) + amount)

    def worked(self, low: int, high: int) -> int:
        """`between` on whole microseconds since 1970."""
        table = self._table
        if not table.low <= low <= high <= table.high:
            table = self._covering(low, high)
        return table.worked(high) - table.worked(low)

    def is_open(self, at: datetime) -> bool:
        """Whether people work at this instant. A slot holds its first instant and not its last.

        Raises as `between` does; `known_until` itself is no longer known.
        """
        low = _micros(at)
        return self._covering(low, low + 1).open_at(low)

    def end_of_dates(self, start: datetime, count: int) -> datetime:
        """The midnight that ends the `count`-th working date after the date of `start`, as periods of the law run: the
        date on which something happens does not count, and neither hours nor outages make a date count for less.

        Raises Refused for a naive start, and CalendarEnds when the date is not known yet.
        """
        _micros(start)
        day = start.astimezone(self._plan.zone).date()
        while count > 0:
            day += timedelta(days=1)
            count -= self._plan.works_on(day)
            if day.year > (self.spec.last_year or LAST_YEAR):
                raise self._ends("the period ends after that")
        return datetime.combine(day + timedelta(days=1), time(), self._plan.zone).astimezone(UTC)

    @property
    def known_until(self) -> datetime | None:
        """The end of the last year whose holidays are known, in UTC, or None when there is no known end."""
        if self.spec.last_year is None:
            return None
        return datetime(self.spec.last_year + 1, 1, 1, tzinfo=self._plan.zone).astimezone(UTC)

    def days_left(self, now: datetime) -> int | None:
        """Whole days from `now` until `known_until`: 0 when that is past, None when there is no known end."""
        _micros(now)
        if self.known_until is None:
            return None
        return max(0, (self.known_until - now).days)

    def warning(self, now: datetime) -> str | None:
        """What to tell the manager when the calendar ends within `WARN_AHEAD`; None while all is well."""
        left = self.days_left(now)
        if left is None or left >= WARN_AHEAD.days:
            return None
        return (
            f"the calendar knows holidays only up to {self.spec.last_year}, {left} days from now;"
            f" enter those of {(self.spec.last_year or 0) + 1} before due times can no longer be told"
        )

    def story(self, start: datetime, end: datetime) -> Story:
        """How `between(start, end)` comes about, day by day, for a person to read. Raises as `between` does."""
        low, high = _micros(start), _micros(end)
        return tell(self.spec, self._plan, self._covering(low, high).within(low, high), low, high)

    def _add_nothing(self, start: datetime, at: int, budget: timedelta) -> datetime:
        if budget < timedelta(0):
            raise Refused(
                "negative_budget",
                f"a budget of working time cannot be negative, and this one is minus {-budget}.",
                allowed="a budget of nothing or more",
            )
        self._covering(at, at)
        return start.astimezone(UTC)

    def _covering(self, low: int, high: int) -> Timetable:
        """A table that holds every instant from `low` to `high`."""
        if high < low:
            raise Refused(
                "end_before_start",
                f"the end lies {(low - high) * MICROSECOND} before the start.",
                allowed="an end at or after the start",
            )
        if high > self._end:
            raise self._ends("the time asked about lies after that")
        if low < _first_of(FIRST_YEAR):
            raise Refused("before_calendar", "the time lies too far back.", allowed=f"from {FIRST_YEAR} on")
        table = self._table
        if not table.low <= low <= high <= table.high:
            # The year just before an instant: a table that ends where a year does still holds that instant.
            table = self._grown(table, max(FIRST_YEAR, _year_of(low - 1)), max(FIRST_YEAR, _year_of(high - 1)))
        return table

    def _holding(self, at: int, amount: int) -> Timetable:
        """A table in which `amount` can be worked after `at`."""
        table = self._covering(at, at)
        missing = table.worked(at) + amount - table.total
        last = _year_of(table.high - 1)
        while missing > 0:
            last += 1
            if _first_of(last) >= self._end:
                raise self._ends(f"a budget of {amount * MICROSECOND} goes beyond that")
            missing -= sum(end - start for start, end in self._laid_out(last))
        return self._grown(table, last, last)

    def _grown(self, table: Timetable, first: int, last: int) -> Timetable:
        """The table, widened to hold the years from `first` to `last`."""
        if table is not NOTHING:
            first, last = min(first, _year_of(table.low)), max(last, _year_of(table.high - 1))
        intervals = (interval for year in range(first, last + 1) for interval in self._laid_out(year))
        # Put in place whole: a thread sees the old table or the new one, and works on with what it has.
        self._table = Timetable.of(intervals, _first_of(first), min(_first_of(last + 1), self._end))
        return self._table

    def _laid_out(self, year: int) -> list[Interval]:
        if year not in self._years:
            high = min(_first_of(year + 1), self._end)
            self._years[year] = self._plan.open_intervals(_first_of(year), high)
        return self._years[year]

    def _ends(self, why: str) -> CalendarEnds:
        until = instant(self._end).astimezone(self._plan.zone)
        return CalendarEnds(
            "calendar_ends",
            f"The calendar knows working time only until {until:%Y-%m-%d %H:%M %Z}, and {why}.",
            allowed="an answer up to then"
            + ("; enter the holidays of the next years to move it" if self.known_until else ""),
        )


def _first_of(year: int) -> int:
    return (datetime(year, 1, 1, tzinfo=UTC) - EPOCH) // MICROSECOND


def _year_of(at: int) -> int:
    return instant(at).year


def _micros(at: datetime) -> int:
    try:
        return (at - EPOCH) // MICROSECOND
    except TypeError:
        raise _naive(at) from None


def _naive(*instants: datetime) -> Refused:
    wrong = next((str(at) for at in instants if at.utcoffset() is None), "")
    return Refused(
        "naive_datetime",
        f"the time {wrong} does not say which zone it is meant in.",
        allowed="a datetime with a zone, such as datetime(2026, 3, 2, 9, tzinfo=ZoneInfo('Asia/Makassar'))",
    )
