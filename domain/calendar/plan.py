"""From wall clock to real time: the intervals of UTC in which a calendar is open.

The difficulty is the zone. A clock set forward skips wall time, a clock set back shows it twice, and neither
may change what an hour of work is. So the line of UTC is first cut where the zone's offset changes. Within such
a piece wall time is UTC plus a constant, and the slots are laid on it by plain addition; a skipped slot finds no
piece to lie on, and a repeated one finds two. No case needs a rule of its own.

All numbers are whole microseconds since 1970-01-01T00:00Z (a wall clock's: since 1970-01-01T00:00 on it), exact
for every datetime and quick to compare.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.calendar.slots import DAY, Slots, parse_day
from domain.calendar.spec import WEEKDAYS, CalendarSpec

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
_SECOND = 1_000_000
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_EPOCH_WEEKDAY = date(1970, 1, 1).weekday()

Interval = tuple[int, int]


def micros(at: datetime) -> int:
    """Microseconds since the epoch of an aware instant. Raises TypeError for a naive one."""
    return (at - EPOCH) // MICROSECOND


def instant(at: int) -> datetime:
    """The UTC instant of so many microseconds since the epoch."""
    return EPOCH + at * MICROSECOND


class Plan:
    """What a `CalendarSpec` says of each date, ready to be laid over real time."""

    def __init__(self, spec: CalendarSpec) -> None:
        self.zone = ZoneInfo(spec.timezone)
        self._week = [parse_day(spec.week.get(day, ())) for day in WEEKDAYS]  # type: ignore[call-overload]
        # Written weakest first, so that what is stronger replaces it.
        self._dates: dict[int, Slots] = {
            **{_number(day): () for day in spec.holidays},
            **{_number(day): parse_day(texts) for day, texts in spec.opened.items()},
            **{_number(day): () for day in spec.closed},
        }
        self._outages = _merged((micros(outage.start), micros(outage.end)) for outage in spec.outages)

    def weekly(self, day: date) -> Slots:
        """The slots that the weekday of this date has in an ordinary week."""
        return self._week[day.weekday()]

    def works_on(self, day: date) -> bool:
        """Whether this is a working date, whatever outage there may be on it."""
        return bool(self._dates.get(_number(day), self.weekly(day)))

    def open_intervals(self, low: int, high: int) -> list[Interval]:
        """When the calendar is open within [low, high): non-empty intervals in order, each within one local date."""
        return list(_without(self._laid_out(low, high), self._outages))

    def _laid_out(self, low: int, high: int) -> Iterator[Interval]:
        dates, week = self._dates, self._week
        for begin, end, offset in _offsets(self.zone, low, high):
            for day in range((begin + offset) // DAY, (end + offset - 1) // DAY + 1):
                midnight = day * DAY - offset
                slots = dates.get(day)
                if slots is None:
                    slots = week[(day + _EPOCH_WEEKDAY) % 7]
                for opens, closes in slots:
                    start, stop = max(midnight + opens, begin), min(midnight + closes, end)
                    if start < stop:
                        yield start, stop


def _number(day: date) -> int:
    return day.toordinal() - _EPOCH_ORDINAL


def _offsets(zone: ZoneInfo, low: int, high: int) -> Iterator[tuple[int, int, int]]:
    """[low, high) cut where the zone's UTC offset changes: (begin, end, offset).

    Looks once a day, and by halves where two looks differ. In the tz database of 2025 no offset since
    1900 lasted under six days, so none is missed; changes fall on whole seconds.
    """
    begin, offset = low, _offset(zone, low)
    at = low
    while at < high:
        look = min(at + DAY, high)
        if (ahead := _offset(zone, look)) != offset:
            before, after = at, look
            while after - before > _SECOND:
                middle = (before + after) // (2 * _SECOND) * _SECOND
                before, after = (middle, after) if _offset(zone, middle) == offset else (before, middle)
            if begin < after < high:
                yield begin, after, offset
                begin, offset = after, ahead
        at = look
    yield begin, high, offset


def _offset(zone: ZoneInfo, at: int) -> int:
    offset = instant(at).astimezone(zone).utcoffset()
    assert offset is not None  # a ZoneInfo knows its offset at every instant
    return offset // MICROSECOND


def _merged(intervals: Iterable[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _without(intervals: Iterable[Interval], holes: list[Interval]) -> Iterator[Interval]:
    """`intervals` less `holes`; both sorted and free of overlaps."""
    first = 0
    for start, end in intervals:
        while first < len(holes) and holes[first][1] <= start:
            first += 1
        left, hole = start, first  # what of the interval is still to be told begins at `left`
        while hole < len(holes) and holes[hole][0] < end:
            if left < holes[hole][0]:
                yield left, holes[hole][0]
            left = holes[hole][1]
            hole += 1
        if left < end:
            yield left, end
