"""SLA clocks: every instant follows from the budget and the ledger, and a pause only ever moves it later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import CalendarSpec, WorkingCalendar
from domain.clock import SlaClock
from domain.duration import Budget, parse
from domain.errors import Refused

START = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)  # a Tuesday, 09:00 in the office
SECOND = timedelta(seconds=1)

minutes = st.integers(0, 9 * 24 * 60).map(lambda count: timedelta(minutes=count))
budgets = st.sampled_from([parse(text) for text in ("30wm", "2wh", "1wd", "3wd", "36h", "14d")])
starts = st.integers(0, 20 * 24 * 60).map(lambda count: START + timedelta(minutes=count))
#: Pauses as (how long after the start, how long, which reason), in any order and on top of each other.
stretches = st.lists(st.tuples(minutes, minutes, st.sampled_from(["POWER", "AFIS", "SIAK_NETWORK"])), max_size=6)


@cache
def calendar() -> WorkingCalendar:
    week = dict.fromkeys(("mon", "tue", "wed", "thu"), ("08:00-12:00", "13:00-16:00")) | {"fri": ("08:00-11:30",)}
    return WorkingCalendar(CalendarSpec.model_validate({"timezone": "Asia/Makassar", "week": week}))


def stood(clock: SlaClock, pauses: list[tuple[timedelta, timedelta, str]]) -> SlaClock:
    """The clock with these pauses recorded, all of them over."""
    for after, length, reason in pauses:
        clock = clock.stood(clock.start + after, clock.start + after + length, reason)
    return clock


def due(clock: SlaClock) -> datetime:
    found = clock.due(calendar())
    assert found is not None
    return found


def test_a_working_budget_counts_only_open_hours_and_an_elapsed_one_every_hour() -> None:
    assert due(SlaClock.started(parse("36h"), START)) == START + timedelta(hours=36)
    assert due(SlaClock.started(parse("1wd"), START)) > START + timedelta(hours=7)


@given(budget=budgets, start=starts, pauses=stretches, more=st.tuples(minutes, minutes))
def test_a_pause_never_brings_a_due_time_forward(
    budget: Budget, start: datetime, pauses: list[tuple[timedelta, timedelta, str]], more: tuple[timedelta, timedelta]
) -> None:
    clock = stood(SlaClock.started(budget, start), pauses)
    assert due(stood(clock, [(*more, "TTE_BSRE")])) >= due(clock)


@given(budget=budgets, start=starts, pauses=stretches)
def test_in_which_order_pauses_are_recorded_makes_no_difference(
    budget: Budget, start: datetime, pauses: list[tuple[timedelta, timedelta, str]]
) -> None:
    clock = SlaClock.started(budget, start)
    assert due(stood(clock, pauses)) == due(stood(clock, pauses[::-1]))


@given(budget=budgets, start=starts, pauses=stretches, after=minutes, length=minutes)
def test_a_pause_recorded_as_it_happens_is_the_same_as_one_recorded_late(
    budget: Budget, start: datetime, pauses: list[tuple[timedelta, timedelta, str]], after: timedelta, length: timedelta
) -> None:
    clock = stood(SlaClock.started(budget, start), pauses)
    began = start + after
    lived = clock.paused(began, "TTE_BSRE").resumed(began + length, "TTE_BSRE")
    assert due(lived) == due(clock.stood(began, began + length, "TTE_BSRE"))


@given(budget=budgets, start=starts, pauses=stretches)
def test_at_the_due_time_the_budget_is_used_and_before_it_is_not(
    budget: Budget, start: datetime, pauses: list[tuple[timedelta, timedelta, str]]
) -> None:
    clock = stood(SlaClock.started(budget, start), pauses)
    assert clock.used(due(clock), calendar()) == budget.amount
    assert clock.used(due(clock) - SECOND, calendar()) < budget.amount


@given(budget=budgets, start=starts, pauses=stretches, share=st.integers(1, 100))
def test_a_share_of_the_budget_is_reached_no_later_than_the_whole(
    budget: Budget, start: datetime, pauses: list[tuple[timedelta, timedelta, str]], share: int
) -> None:
    clock = stood(SlaClock.started(budget, start), pauses)
    reached = clock.reached(budget.amount * share / 100, calendar())
    assert reached is not None
    assert start <= reached <= due(clock)


def test_a_held_clock_has_no_due_time_unless_its_budget_was_used_up_before() -> None:
    clock = SlaClock.started(parse("2wh"), START)
    assert clock.paused(START + timedelta(hours=1), "POWER").due(calendar()) is None
    assert clock.paused(START + timedelta(days=1), "POWER").due(calendar()) == due(clock)


def test_what_comes_after_the_due_time_is_counted_by_its_own_kind_of_time_and_held_by_pauses_too() -> None:
    clock = SlaClock.started(parse("2wh"), START)
    two = timedelta(hours=2)
    assert clock.reached(two, calendar(), then=parse("1d")) == due(clock) + timedelta(days=1)
    held = clock.stood(due(clock), due(clock) + timedelta(hours=5), "POWER")
    assert held.reached(two, calendar(), then=parse("1d")) == due(clock) + timedelta(days=1, hours=5)
    assert clock.paused(due(clock) + timedelta(minutes=1), "POWER").reached(two, calendar(), then=parse("4h")) is None


def test_it_runs_again_only_when_nothing_holds_it_any_more() -> None:
    both = SlaClock.started(parse("1wd"), START).paused(START, "POWER").paused(START, "AFIS")
    one = both.resumed(START + timedelta(hours=1), "AFIS")
    assert not one.running
    assert one.resumed(START + timedelta(hours=2), "POWER").running


def test_a_reason_holds_once_and_releases_only_what_it_holds() -> None:
    clock = SlaClock.started(parse("1wd"), START)
    with pytest.raises(Refused, match="not paused for POWER"):
        clock.resumed(START, "POWER")
    paused = clock.paused(START + timedelta(hours=1), "POWER")
    with pytest.raises(Refused, match="paused already for POWER"):
        paused.paused(START + timedelta(hours=2), "POWER")
    with pytest.raises(Refused, match="began later"):
        paused.resumed(START, "POWER")
