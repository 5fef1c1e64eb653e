"""A clock's time accounted for: what counted on which day, what was skipped, when it stood and why, what is left.

These are the figures of an explanation; `domain.explanation` puts them into words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from domain.calendar import WorkingCalendar
from domain.calendar.story import Story, StoryDay
from domain.clock import SlaClock
from domain.pausing import Hold


@dataclass(frozen=True, kw_only=True, slots=True)
class Stood:
    """A stretch in which the clock did not run. `lost_s` is how much of its own kind of time that took, in seconds;
    an `outage` held every dossier it touched (one that the calendar names never counted, so it took none)."""

    reason: str
    outage: bool
    start: datetime
    end: datetime | None
    lost_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """`used_s` and `left_s` in seconds of the clock's own kind of time, the latter negative when it is overrun;
    `days` up to the due time or, when that is not known, up to now; `if_it_ran` is when it would be due if it were let
    go now, None while it runs."""

    used_s: float
    left_s: float
    days: tuple[StoryDay, ...]
    stood: tuple[Stood, ...]
    if_it_ran: datetime | None


def account(clock: SlaClock, calendar: WorkingCalendar, *, now: datetime, stopped: datetime | None = None) -> Account:
    """A clock's account as of `now`, or as of when it was stopped."""
    now = stopped or now
    due = clock.due(calendar)
    used = clock.used(now, calendar)
    until = now if due is None else due if stopped is None else min(due, stopped)
    stories = list(_stories(clock, calendar, until)) if clock.budget.working else []
    return Account(
        used_s=used.total_seconds(),
        left_s=(clock.budget.amount - used).total_seconds(),
        days=_days(stories),
        stood=tuple(sorted((*_paused(clock, calendar, now), *_planned(stories)), key=lambda each: each.start)),
        if_it_ran=None if clock.running or due is not None else _let_go(clock, now).due(calendar),
    )


def _stories(clock: SlaClock, calendar: WorkingCalendar, until: datetime) -> Iterator[Story]:
    for start, end in clock.runs():
        if start >= until:
            return
        yield calendar.story(start, min(end or until, until))


def _days(stories: Sequence[Story]) -> tuple[StoryDay, ...]:
    days: dict[date, StoryDay] = {}
    for day in (day for story in stories for day in story.days):
        known = days.get(day.day)
        days[day.day] = replace(known, counted=(*known.counted, *day.counted)) if known else day
    return tuple(days[day] for day in sorted(days))


def _paused(clock: SlaClock, calendar: WorkingCalendar, now: datetime) -> Iterator[Stood]:
    for pause in clock.pauses:
        if pause.end == pause.start:  # began after an outage whose end was recorded late: it took nothing
            continue
        end = pause.end or max(now, pause.start)
        lost = clock.between(pause.start, end, calendar, working=clock.budget.working)
        hold = Hold.read(pause.reason)
        yield Stood(reason=hold.reason, outage=hold.outage, start=pause.start, end=pause.end,
                    lost_s=lost.total_seconds())  # fmt: skip


def _planned(stories: Sequence[Story]) -> Iterator[Stood]:
    """The outages that the lane's calendar itself names."""
    for outage in sorted({outage for story in stories for outage in story.outages}, key=lambda each: each.start):
        yield Stood(reason=outage.reason, outage=True, start=outage.start, end=outage.end, lost_s=0.0)


def _let_go(clock: SlaClock, now: datetime) -> SlaClock:
    for pause in clock.pauses:
        if pause.end is None:
            clock = clock.resumed(max(now, pause.start), pause.reason)
    return clock


def worked(day: StoryDay) -> timedelta:
    """How much counted on a day."""
    return sum((end - start for start, end in day.counted), timedelta())
