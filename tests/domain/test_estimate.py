"""Estimates hold about as often as they say, never lie in the past, and are not made from too little."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import CalendarSpec, WorkingCalendar
from domain.estimate import LAST, LEAST, Learned, Passage, estimate, learned, span

HOURS = ["08:00-12:00", "13:00-16:00"]
CALENDAR = WorkingCalendar(
    CalendarSpec(timezone="Asia/Makassar", week=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), HOURS))
)
START = datetime(2026, 3, 2, 1, tzinfo=UTC)  # a Monday, 09:00 in Makassar
HOUR = timedelta(hours=1)


def past(*hours: float, apart: float = 100) -> list[Passage]:
    """Dossiers one after another, each opened so many working hours after the one before, with how long each took."""
    opened = [CALENDAR.add(START, HOUR * apart * each) for each in range(len(hours))]
    return [Passage(at, CALENDAR.add(at, HOUR * took), HOUR * took) for at, took in zip(opened, hours, strict=True)]


@given(seed=st.integers(0, 10_000), spread=st.sampled_from(["even", "skewed", "two heaps"]))
def test_on_data_of_one_source_a_range_holds_about_as_often_as_it_is_wide(seed: int, spread: str) -> None:
    draw = Random(seed)
    took = {
        "even": lambda: draw.uniform(1, 50), "skewed": lambda: draw.lognormvariate(2, 0.8),
        "two heaps": lambda: draw.choice((5, 40)) + draw.random(),
    }[spread]  # fmt: skip
    found = learned(past(*(min(took(), 99) for _ in range(LAST))))
    assert found is not None
    assert found.tested == LAST - LEAST
    assert 0.42 < found.hits / found.tested < 0.78  # 60 % of the past lies inside; five standard deviations


@given(
    took=st.lists(st.integers(1, 400), min_size=LEAST, max_size=60), waited=st.lists(st.integers(0, 500), max_size=6)
)
def test_the_longer_it_has_waited_the_later_it_ends_and_never_in_the_past(took: list[int], waited: list[int]) -> None:
    spans = [span([HOUR * each for each in took], HOUR * each) for each in sorted(waited)]
    known = [each for each in spans if each is not None]
    assert spans[: len(known)] == known  # once too few have waited so long, it stays unknown
    assert [low for low, _ in known] == sorted(low for low, _ in known)
    assert [high for _, high in known] == sorted(high for _, high in known)
    assert all(low <= high for low, high in known)
    for each, so_far in zip(spans, sorted(waited), strict=True):
        assert each is None or so_far == 0 or each[0] > HOUR * so_far


@pytest.mark.parametrize("count", [0, 1, LEAST - 1])
def test_too_few_finished_dossiers_tell_nothing(count: int) -> None:
    assert learned(past(*range(1, count + 1))) is None
    assert estimate(None, START, START, CALENDAR) is None


def test_only_dossiers_that_had_ended_when_a_step_opened_are_learned_from_for_the_test() -> None:
    at_once = learned(past(*[5.0] * 40, apart=0.01))  # all opened before the first had ended
    assert at_once == Learned((5 * HOUR,) * 40, hits=0, tested=0)
    found = learned(past(*[5.0] * 30, *[50.0] * 10))
    assert found is not None
    assert (found.hits, found.tested) == (
        10 + 2,
        20,
    )  # the slow ones were missed until more than a fifth of the past was slow


def test_only_the_last_ones_are_learned_from() -> None:
    found = learned(past(*[90.0] * 100, *[3.0] * LAST))
    assert found is not None
    assert set(found.took) == {3 * HOUR}


def test_a_range_is_told_in_working_time_from_now_less_what_has_passed() -> None:
    known = learned(past(*range(1, 101)))
    friday = datetime(2026, 3, 6, 7, tzinfo=UTC)  # 15:00 in Makassar
    told = estimate(known, friday, friday, CALENDAR)
    assert told is not None
    assert told.earliest == CALENDAR.add(friday, 20 * HOUR)
    assert told.latest == CALENDAR.add(friday, 80 * HOUR)
    monday = datetime(2026, 3, 9, 7, tzinfo=UTC)  # seven working hours on: of the other 93, 20 % took up to 26
    later = estimate(known, friday, monday, CALENDAR)
    assert later is not None
    assert later.earliest == CALENDAR.add(friday, 26 * HOUR)
    assert later.latest == CALENDAR.add(friday, 82 * HOUR)


def test_who_has_waited_longer_than_nearly_everybody_is_told_nothing() -> None:
    known = learned(past(*range(1, 51)))
    assert estimate(known, START, CALENDAR.add(START, 45 * HOUR), CALENDAR) is not None
    assert estimate(known, START, CALENDAR.add(START, 46 * HOUR), CALENDAR) is None


def test_beyond_the_years_that_the_calendar_knows_nothing_is_told() -> None:
    ending = WorkingCalendar(
        CalendarSpec(timezone="Asia/Makassar", week={"mon": HOURS}, holidays={"2026-01-01": "New year"})
    )
    known = learned(past(*[300.0] * LEAST, apart=1))
    assert estimate(known, START, START, ending) is not None
    december = datetime(2026, 12, 28, 1, tzinfo=UTC)
    assert estimate(known, december, december, ending) is None
