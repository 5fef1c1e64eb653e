"""Working time told to a person: which slots were counted, and which days were not worked and why.

A due time that nobody can check by hand is not believed. So this speaks in local time and whole days, and leaves out
what needs no word, such as an ordinary Sunday. It costs as much as it tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from domain.calendar.plan import Interval, Plan, instant
from domain.calendar.spec import CalendarSpec, Outage

Kind = Literal["ordinary", "opened", "holiday", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDay:
    """One local date: the spans counted on it, in local time, and what made it more or less than an ordinary day.

    `name` is the holiday's name or the reason for closing. An opened holiday keeps its holiday's name.
    """

    day: date
    kind: Kind
    name: str = ""
    counted: tuple[tuple[datetime, datetime], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The working time between two instants, the days that made it up or were skipped, and the outages in it."""

    worked: timedelta
    days: tuple[StoryDay, ...]
    outages: tuple[Outage, ...]

    @property
    def skipped(self) -> tuple[StoryDay, ...]:
        """The days that would have been worked in an ordinary week and were not."""
        return tuple(day for day in self.days if day.kind in ("holiday", "closed"))


def tell(spec: CalendarSpec, plan: Plan, intervals: list[Interval], low: int, high: int) -> Story:
    """The story of the open `intervals` found within [low, high), all in microseconds since the epoch."""
    counted: dict[date, list[tuple[datetime, datetime]]] = {}
    for start, end in intervals:
        opens = instant(start).astimezone(plan.zone)
        counted.setdefault(opens.date(), []).append((opens, instant(end).astimezone(plan.zone)))
    first, last = (instant(at).astimezone(plan.zone).date() for at in (low, high))
    dates = (first + timedelta(days=n) for n in range((last - first).days + 1))
    days = (_day(spec, plan, day, tuple(counted.get(day, ()))) for day in dates)
    return Story(
        worked=sum((instant(end) - instant(start) for start, end in intervals), timedelta()),
        days=tuple(day for day in days if day is not None),
        outages=tuple(outage for outage in spec.outages if outage.start < instant(high) and outage.end > instant(low)),
    )


def _day(spec: CalendarSpec, plan: Plan, day: date, counted: tuple[tuple[datetime, datetime], ...]) -> StoryDay | None:
    if counted:
        return StoryDay(
            day=day,
            kind="opened" if day in spec.opened else "ordinary",
            name=spec.holidays.get(day, ""),
            counted=counted,
        )
    if day in spec.closed and (day in spec.opened or plan.weekly(day)):
        return StoryDay(day=day, kind="closed", name=spec.closed[day])
    if day in spec.holidays and day not in spec.opened and plan.weekly(day):
        return StoryDay(day=day, kind="holiday", name=spec.holidays[day])
    return None
