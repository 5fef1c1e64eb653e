"""SLA clocks: the due time follows from the budget and the ledger, and a pause only ever moves it later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import CalendarSpec, WorkingCalendar
from domain.clock import Run, SlaClock
from domain.duration import Budget, parse
from domain.errors import Refused

START = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)  # a Tuesday, 09:00 in the office

budgets = st.sampled_from([parse(text) for text in ("30wm", "2wh", "1wd", "3wd", "36h", "14d")])
starts = st.integers(0, 20 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
lengths = st.lists(st.integers(0, 3 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes)), max_size=8)


@cache
def calendar() -> WorkingCalendar:
    week = dict.fromkeys(("mon", "tue", "wed", "thu"), ("08:00-12:00", "13:00-16:00")) | {"fri": ("08:00-11:30",)}
    return WorkingCalendar(CalendarSpec.model_validate({"timezone": "Asia/Makassar", "week": week}))


def with_pauses(budget: Budget, start: datetime, stretches: list[timedelta]) -> SlaClock:
    """A clock that was paused and resumed after these stretches, in turn."""
    clock, now = SlaClock.started(budget, start), start
    for position, stretch in enumerate(stretches):
        now += stretch
        clock = clock.resumed(now) if position % 2 else clock.paused(now, "APPLICANT_INCOMPLETE")
    return clock if clock.running else clock.resumed(now)


def due(clock: SlaClock) -> datetime:
    found = clock.due(calendar())
    assert found is not None
    return found


def test_a_working_budget_counts_only_open_hours_and_an_elapsed_one_every_hour() -> None:
    assert due(SlaClock.started(parse("36h"), START)) == START + timedelta(hours=36)
    assert due(SlaClock.started(parse("1wd"), START)) > START + timedelta(hours=7)


@given(budget=budgets, start=starts, stretches=lengths, length=st.integers(0, 5 * 24 * 60))
def test_a_pause_never_makes_a_deadline_earlier(
    budget: Budget, start: datetime, stretches: list[timedelta], length: int
) -> None:
    clock = with_pauses(budget, start, stretches)
    at = clock.runs[-1].start + timedelta(minutes=7)
    paused = clock.paused(at, "OFFICE_OUTAGE")
    assert paused.due(calendar()) is None
    if at <= due(clock):
        assert due(paused.resumed(at + timedelta(minutes=length))) >= due(clock)


@given(budget=budgets, start=starts, stretches=lengths)
def test_a_pause_of_no_length_changes_nothing_before_the_budget_is_spent(
    budget: Budget, start: datetime, stretches: list[timedelta]
) -> None:
    clock = with_pauses(budget, start, stretches)
    at = clock.runs[-1].start + timedelta(minutes=7)
    if clock.used(at, calendar()) < budget.amount:
        assert due(clock.paused(at, "x").resumed(at)) == due(clock)


@given(budget=budgets, start=starts, stretches=lengths)
def test_the_ledger_alone_gives_the_due_time(budget: Budget, start: datetime, stretches: list[timedelta]) -> None:
    clock = with_pauses(budget, start, stretches)
    replayed = SlaClock(budget=budget, runs=tuple(Run(run.start, run.end, run.reason) for run in clock.runs))
    assert replayed.due(calendar()) == clock.due(calendar())


@given(budget=budgets, start=starts, stretches=lengths)
def test_at_the_due_time_the_budget_is_used_and_before_it_is_not(
    budget: Budget, start: datetime, stretches: list[timedelta]
) -> None:
    clock = with_pauses(budget, start, stretches)
    spent_before = sum(
        (replace(clock, runs=(run,)).used(run.end, calendar()) for run in clock.runs[:-1] if run.end), timedelta()
    )
    if spent_before < budget.amount:
        assert clock.used(due(clock), calendar()) == budget.amount
        assert clock.used(due(clock) - timedelta(seconds=1), calendar()) < budget.amount


def test_a_clock_is_paused_only_while_it_runs_and_resumed_only_while_it_does_not() -> None:
    clock = SlaClock.started(parse("1wd"), START)
    with pytest.raises(Refused):
        clock.resumed(START)
    with pytest.raises(Refused):
        clock.paused(START - timedelta(seconds=1), "x")
    paused = clock.paused(START + timedelta(hours=1), "x")
    with pytest.raises(Refused):
        paused.paused(START + timedelta(hours=2), "x")
    with pytest.raises(Refused):
        paused.resumed(START)
