"""Clocks counted on whole microseconds: the same due times as the clocks that the office runs, only quicker."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import CalendarSpec, WorkingCalendar
from domain.calendar.plan import instant, micros
from domain.clock import SlaClock
from domain.duration import Budget, parse
from domain.hindsight import Pauses, Promise, Ran, Tally, replay

START = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)  # a Tuesday, 09:00 in the office
_REASONS = ("POWER", "AFIS", "SIAK_NETWORK")

budgets = st.sampled_from([parse(text) for text in ("30wm", "2wh", "1wd", "3wd", "36h", "14d")])
minutes = st.integers(0, 9 * 24 * 60).map(lambda count: timedelta(minutes=count))
starts = minutes.map(lambda later: START + later)
stretches = st.lists(st.tuples(minutes, minutes, st.sampled_from(_REASONS)), max_size=5)
calendars = st.sampled_from(["short", "long"])


@cache
def calendar(days: str) -> WorkingCalendar:
    slots = ("08:00-12:00", "13:00-16:00") if days == "short" else ("07:00-19:00",)
    week = dict.fromkeys(("mon", "tue", "wed", "thu"), slots) | {"fri": ("08:00-11:30",)}
    return WorkingCalendar(CalendarSpec.model_validate({"timezone": "Asia/Makassar", "week": week}))


@st.composite
def clocks(draw: st.DrawFn) -> SlaClock:
    """A clock with any ledger: pauses on top of one another, and perhaps one that lasts."""
    clock = SlaClock.started(draw(budgets), draw(starts))
    for after, length, reason in draw(stretches):
        clock = clock.stood(clock.start + after, clock.start + after + length, reason)
    held = draw(st.none() | minutes)
    return clock if held is None else clock.paused(clock.start + held, "TTE_BSRE")


def plain(clock: SlaClock) -> Pauses:
    """Its pauses on whole microseconds."""
    return tuple((micros(p.start), None if p.end is None else micros(p.end)) for p in clock.pauses)


def ran(clock: SlaClock, took: timedelta, days: str) -> Ran[str]:
    """The clock as kept when it stopped so long after its start."""
    due = clock.due(calendar(days))
    return "it", micros(clock.start), micros(clock.start + took), due and micros(due), plain(clock)


def one(rows: list[Ran[str]], before: Promise, after: Promise) -> Tally:
    (tally,) = replay(rows, lambda _: (before, after)).values()
    return tally


@given(clock=clocks(), days=calendars)
def test_every_due_time_is_the_clocks_own(clock: SlaClock, days: str) -> None:
    found = Promise(clock.budget, calendar(days)).due(micros(clock.start), plain(clock))
    assert (None if found is None else instant(found)) == clock.due(calendar(days))


@given(clock=clocks(), days=calendars, percent=st.integers(1, 100))
def test_so_is_every_place_on_the_way_there(clock: SlaClock, days: str, percent: int) -> None:
    promise = Promise(clock.budget, calendar(days))
    found = promise.used_up(promise.amount * percent // 100, micros(clock.start), plain(clock))
    reached = clock.reached(clock.budget.amount * percent / 100, calendar(days))
    assert (None if found is None else instant(found)) == reached


@given(clock=clocks(), took=minutes, days=calendars)
def test_replayed_under_the_same_rules_everything_is_as_it_was(clock: SlaClock, took: timedelta, days: str) -> None:
    same = Promise(clock.budget, calendar(days))
    tally = one([ran(clock, took, days)], same, Promise(clock.budget, calendar(days)))
    assert tally.then == tally.before == tally.after
    assert (tally.made_late, tally.made_timely) == (0, 0)


@given(rows=st.lists(st.tuples(clocks(), minutes), min_size=1, max_size=5), days=calendars, less=budgets, more=budgets)
def test_more_time_never_makes_more_late(
    rows: list[tuple[SlaClock, timedelta]], days: str, less: Budget, more: Budget
) -> None:
    if less.working is not more.working:
        return
    small, large = sorted((less, more), key=lambda budget: budget.amount)
    tally = one([ran(clock, took, days) for clock, took in rows],
                Promise(small, calendar(days)), Promise(large, calendar(days)))  # fmt: skip
    assert tally.after >= tally.before
    assert tally.made_late == 0
    assert tally.made_timely == tally.after - tally.before


@given(clock=clocks(), took=minutes)
def test_late_and_timely_are_what_the_clock_says_under_each_calendar(clock: SlaClock, took: timedelta) -> None:
    stop = clock.start + took
    short, long = (clock.due(calendar(days)) for days in ("short", "long"))
    tally = one([ran(clock, took, "short")], Promise(clock.budget, calendar("short")),
                Promise(clock.budget, calendar("long")))  # fmt: skip
    assert tally.before == (short is None or stop <= short)
    assert tally.after == (long is None or stop <= long)
    assert (tally.clocks, tally.made_late) == (1, int(tally.before and not tally.after))


def test_a_clock_that_stops_in_the_instant_it_falls_due_is_in_time_and_a_microsecond_later_is_not() -> None:
    promise = Promise(parse("1wd"), calendar("short"))
    due = promise.due(micros(START))
    assert due is not None
    other = Promise(parse("2wd"), calendar("short"))
    assert one([("it", micros(START), due, due, ())], promise, other).before == 1
    assert one([("it", micros(START), due + 1, due, ())], promise, other).before == 0


def test_promises_say_the_same_when_no_ledger_could_tell_them_apart() -> None:
    short = Promise(parse("14d"), calendar("short"))
    assert short.says_the_same(Promise(parse("336h"), calendar("long")))  # all time counts, whatever the hours
    assert not Promise(parse("1wd"), calendar("short")).says_the_same(Promise(parse("1wd"), calendar("long")))
    assert not Promise(parse("7h"), calendar("short")).says_the_same(Promise(parse("7wh"), calendar("short")))
