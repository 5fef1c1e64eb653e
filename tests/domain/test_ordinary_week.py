"""How long a promise is for who waits for it, by the hours of an ordinary week."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import CalendarSpec
from domain.duration import parse
from domain.ordinary_week import NEVER, OrdinaryWeek

DAYS = ("mon", "tue", "wed", "thu", "fri")


def week(*slots: str, **more: object) -> OrdinaryWeek:
    spec = {"timezone": "Asia/Makassar", "week": dict.fromkeys(DAYS, slots), **more}
    return OrdinaryWeek(CalendarSpec.model_validate(spec))


def test_elapsed_time_takes_as_long_as_it_says_whatever_is_open() -> None:
    assert week("08:00-09:00").takes(parse("3d")) == timedelta(days=3)


def test_a_day_that_is_always_open_takes_a_day() -> None:
    always = OrdinaryWeek(
        CalendarSpec.model_validate({"timezone": "UTC", "week": dict.fromkeys((*DAYS, "sat", "sun"), ("00:00-24:00",))})
    )
    assert always.takes(parse("1wd", working_day=timedelta(hours=24))) == timedelta(days=1)
    assert always.longest_day == timedelta(hours=24)


def test_a_week_of_work_takes_less_than_a_week_for_it_ends_with_the_last_slot() -> None:
    five = week("08:00-12:00", "13:00-16:00").takes(parse("5wd"))
    assert timedelta(days=6) < five < timedelta(days=7)


def test_one_hour_a_day_makes_seven_days_of_one() -> None:
    takes = week("09:00-10:00").takes(parse("1wd"))
    assert takes > timedelta(days=7) > week("08:00-16:00").takes(parse("1wd"))


def test_dates_that_differ_from_the_week_do_not_count() -> None:
    plain = week("08:00-16:00")
    dated = week("08:00-16:00", holidays={"2024-01-02": "one"}, closed={"2024-01-03": ""})
    assert dated.takes(parse("2wd")) == plain.takes(parse("2wd"))


def test_where_nothing_is_open_nothing_is_ever_due() -> None:
    assert week().takes(parse("1wm")) == NEVER
    assert week().longest_day == timedelta()
    assert week("08:00-08:01").takes(parse("999999wd", working_day=timedelta(hours=24))) == NEVER


@given(first=st.integers(1, 400), more=st.integers(1, 400))
def test_more_work_never_takes_less(first: int, more: int) -> None:
    hours = week("07:30-12:00", "13:00-17:00")
    assert hours.takes(parse(f"{first}wh")) <= hours.takes(parse(f"{first + more}wh"))
