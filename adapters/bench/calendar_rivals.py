"""The rivals of `jalur bench calendar`, each written the way its own documentation would write it.

All know one week, Monday to Friday with the same two slots, since pandas can say no more. Each is given its data in
the form that it is quickest with, made before the clock runs.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.errors import Refused

ZONE = ZoneInfo("Asia/Makassar")
SLOTS = ("08:00-12:00", "13:00-16:00")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Bisect:
    """Prefix sums over the slots of some years and two binary searches, on whole microseconds."""

    def __init__(self, days_off: Mapping[date, str], years: Iterable[int]) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.before: list[int] = []
        worked, day, last = 0, date(min(years), 1, 1), date(max(years), 12, 31)
        while day <= last:
            for slot in SLOTS if day.weekday() < 5 and day not in days_off else ():
                start, end = (
                    (datetime.combine(day, time.fromisoformat(edge), ZONE) - _EPOCH) // _MICROSECOND
                    for edge in slot.split("-")
                )
                self.starts.append(start)
                self.ends.append(end)
                self.before.append(worked)
                worked += end - start
            day += timedelta(days=1)

    def worked(self, at: int) -> int:
        i = bisect_right(self.starts, at) - 1
        end = self.ends[i]
        return self.before[i] + (at if at < end else end) - self.starts[i]

    def add(self, start: datetime, budget: timedelta) -> datetime:
        target = self.worked((start - _EPOCH) // _MICROSECOND) + budget // _MICROSECOND
        i = bisect_left(self.before, target) - 1
        return _EPOCH + (self.starts[i] + target - self.before[i]) * _MICROSECOND

    def between(self, start: datetime, end: datetime) -> timedelta:
        low, high = (start - _EPOCH) // _MICROSECOND, (end - _EPOCH) // _MICROSECOND
        return (self.worked(high) - self.worked(low)) * _MICROSECOND


class PandasHours:
    """`pandas.offsets.CustomBusinessHour`, the nearest that pandas has; it can add, and cannot tell a difference."""

    def __init__(self, days_off: Mapping[date, str]) -> None:
        try:
            import pandas as pd
        except ImportError:
            raise _missing("pandas") from None
        self._pd = pd
        opens, closes = zip(*(slot.split("-") for slot in SLOTS), strict=True)
        self._one_hour = pd.offsets.CustomBusinessHour(
            start=list(opens), end=list(closes), weekmask="Mon Tue Wed Thu Fri", holidays=list(days_off)
        )

    def question(self, start: datetime, budget: timedelta) -> tuple[Any, Any]:
        """The question as pandas reads it: a local timestamp and an offset of so many business hours."""
        return (
            self._pd.Timestamp(start).tz_convert(ZONE.key),
            self._one_hour * (budget // timedelta(hours=1)),
        )

    @staticmethod
    def add(stamp: Any, offset: Any) -> Any:
        return stamp + offset


class BusinessRules:
    """`businesstimedelta` with a working day, a lunch break and holidays."""

    def __init__(self, days_off: Mapping[date, str]) -> None:
        try:
            import businesstimedelta
            import pytz  # type: ignore[import-untyped]
        except ImportError:
            raise _missing("businesstimedelta") from None
        self._library = businesstimedelta
        zone = pytz.timezone(ZONE.key)
        edges = [time.fromisoformat(edge) for slot in SLOTS for edge in slot.split("-")]
        days = [0, 1, 2, 3, 4]
        self._rules = businesstimedelta.Rules(
            [
                businesstimedelta.WorkDayRule(start_time=edges[0], end_time=edges[3], working_days=days, tz=zone),
                businesstimedelta.LunchTimeRule(start_time=edges[1], end_time=edges[2], working_days=days, tz=zone),
                businesstimedelta.HolidayRule(set(days_off), tz=zone),
            ]
        )

    def question(self, start: datetime, budget: timedelta) -> tuple[datetime, Any]:
        """The question as the library reads it: an instant and a delta bound to the rules."""
        return start, self._library.BusinessTimeDelta(self._rules, timedelta=budget)

    @staticmethod
    def add(start: datetime, delta: Any) -> Any:
        return start + delta

    def between(self, start: datetime, end: datetime) -> Any:
        return self._rules.difference(start, end).timedelta


def _missing(library: str) -> Refused:
    return Refused(
        "library_missing",
        f"{library} is not installed, and this comparison needs it.",
        allowed="install the development tools with `make setup` and try again",
    )
