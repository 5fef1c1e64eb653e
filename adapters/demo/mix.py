"""How many applications of which kind come in on which day, by which lane and at what time.

Volumes: an estimate for a city of 216,000, about 240 a working day with a peak of 400 on Mondays (docs/demo.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from math import sqrt
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from domain.calendar import WorkingCalendar
from domain.roles import Lane

#: Mean applications a working day, by document type.
A_DAY: Final = {
    "KK-BARU": 7.0, "KK-PISAH": 5.0, "KK-UBAH": 55.0, "KK-GANTI": 8.0, "KTP-GANTI": 40.0, "KTP-UBAH": 35.0,
    "KTP-BARU": 18.0, "KIA-BARU": 26.0, "KIA-GANTI": 4.0, "LHR": 14.0, "MTI": 5.0, "KWN": 3.0, "CRI": 0.3,
    "SKPWNI": 6.0, "SKDWNI": 6.0, "KED": 3.0, "BTL": 1.0, "BIO": 1.0, "SUKET": 0.5, "SKTT": 0.3, "SKPTI": 0.3,
    "AKU": 0.3, "SAH": 0.3, "ANG": 0.3,
}  # fmt: skip
MOST_A_DAY: Final = 400
_WEEKDAYS: Final = (1.6, 0.95, 0.85, 0.8, 0.8, 0.4, 0.2)  # Monday first; the last two are for days opened by hand
_CHANNELS: Final = {
    Lane.ONLINE: (("app", "web", "whatsapp"), (45, 35, 20)),
    Lane.MANUAL: (("counter", "village_office", "outreach_post"), (85, 10, 5)),
}
_LAST_CALL: Final = timedelta(minutes=30)  # counters give out no ticket in the last half hour
_FORGOTTEN: Final = 0.04  # of all, at least one
_DAYS_BEFORE: Final = (
    8,
    12,
    15,
)  # so long ago: reminded once, reminded twice, closed by rule (lane files: `answer: 14d`)
_ONLINE_HOURS: Final = (6.0, 23.5, 10.5)  # hours of the day: first, last, busiest


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """An application that will come in. `index` settles everything about it, together with the seed. `forgotten`: it
    lacks papers, and nobody answers for it."""

    index: int
    at: datetime
    lane: Lane
    channel: str
    code: str
    forgotten: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """A working day of the counters: midnight and the end of what is simulated of it, in office time; and how much of
    its working time that is (0..1)."""

    start: datetime
    end: datetime
    share: float


def working_days(calendar: WorkingCalendar, zone: ZoneInfo, end: datetime, count: int) -> list[Day]:
    """The last `count` working days up to `end`, oldest first; a day of which less than a quarter has passed comes on
    top of them."""
    days: list[Day] = []
    midnight = datetime.combine(end.astimezone(zone).date(), time(), tzinfo=zone)
    full = 0
    while full < count:
        after = midnight + timedelta(days=1)
        whole, passed = calendar.between(midnight, after), calendar.between(midnight, min(end, after))
        if passed:
            days.append(Day(start=midnight, end=min(end, after), share=passed / whole))
            full += passed >= whole / 4
        midnight -= timedelta(days=1)
    return days[::-1]


def plan(
    days: Sequence[Day], calendar: WorkingCalendar, *, online_share: float, total: int | None, draw: Random
) -> list[Planned]:
    """The applications of these days in the order of their coming; exactly `total` of them when it is given."""
    weights = [_WEEKDAYS[day.start.weekday()] * day.share for day in days]
    counts = _spread(weights, total, draw) if total is not None else [_drawn(weight, draw) for weight in weights]
    codes = draw.choices(list(A_DAY), list(A_DAY.values()), k=sum(counts))
    come: list[tuple[datetime, Lane, str, str]] = []
    for day, count in zip(days, counts, strict=True):
        for _ in range(count):
            lane = Lane.ONLINE if draw.random() < online_share else Lane.MANUAL
            channels, shares = _CHANNELS[lane]
            come.append((_time(day, lane, calendar, draw), lane, draw.choices(channels, shares)[0], codes.pop()))
    come.sort(key=lambda one: one[0])
    return [
        Planned(index=index, at=at, lane=lane, channel=channel, code=code)
        for index, (at, lane, channel, code) in enumerate(come)
    ]


def forgotten_before(
    planned: Sequence[Planned], calendars: Mapping[Lane, WorkingCalendar], *, draw: Random
) -> list[Planned]:
    """The same applications, a few of which came in one or two weeks earlier, lack papers, and are never answered for:
    without them, so few days would show no reminder."""
    count = min(len(planned), max(1, round(len(planned) * _FORGOTTEN)))
    chosen = draw.sample(range(len(planned)), count)
    before = {index: timedelta(days=_DAYS_BEFORE[nth % len(_DAYS_BEFORE)]) for nth, index in enumerate(chosen)}
    moment = timedelta(minutes=1)
    return sorted(
        (
            replace(one, forgotten=True, at=calendars[one.lane].add(one.at - before[one.index], moment))
            if one.index in before
            else one
            for one in planned
        ),
        key=lambda one: one.at,
    )


def _drawn(weight: float, draw: Random) -> int:
    mean = sum(A_DAY.values()) * weight
    return max(0, min(MOST_A_DAY, round(draw.gauss(mean, sqrt(mean)))))


def _spread(weights: Sequence[float], total: int, draw: Random) -> list[int]:
    counts = [0] * len(weights)
    for index in draw.choices(range(len(weights)), weights, k=total):
        counts[index] += 1
    return counts


def _time(day: Day, lane: Lane, calendar: WorkingCalendar, draw: Random) -> datetime:
    if lane is Lane.ONLINE:
        first, last, busiest = _ONLINE_HOURS
        passed = (day.end - day.start) / timedelta(hours=1)
        last = min(last, max(passed, first + 0.1))
        at = day.start + timedelta(hours=draw.triangular(first, last, min(busiest, last)))
    else:
        # Most people come in the morning: a share of the day's working time, leaning to its first half.
        open_for = max(calendar.between(day.start, day.end) - _LAST_CALL * day.share, timedelta(minutes=1))
        at = calendar.add(day.start, open_for * draw.betavariate(1.2, 1.7))
    return min(max(at, day.start), day.end)
