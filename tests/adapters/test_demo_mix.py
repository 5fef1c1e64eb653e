"""The demo's applications: how many, when, of what kind."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from adapters.demo.mix import A_DAY, MOST_A_DAY, Day, Planned, forgotten_before, plan, working_days
from domain.office import OfficeConfig
from domain.roles import Lane

ZONE = ZoneInfo("Asia/Makassar")
FRIDAY_EVENING = datetime(2026, 3, 13, 20, 0, tzinfo=ZONE)


def _days(config: OfficeConfig, count: int, end: datetime = FRIDAY_EVENING) -> list[Day]:
    return working_days(config.calendars[Lane.MANUAL], ZONE, end, count)


def _plan(config: OfficeConfig, days: list[Day], total: int | None = None, share: float = 0.35) -> list[Planned]:
    return plan(days, config.calendars[Lane.MANUAL], online_share=share, total=total, draw=Random(7))


def test_the_volumes_are_those_of_a_city_of_216_000() -> None:
    assert sum(A_DAY.values()) == pytest.approx(235, abs=6)
    assert sum(n for code, n in A_DAY.items() if code.startswith("KK-")) == 75
    assert A_DAY["KTP-GANTI"] + A_DAY["KTP-UBAH"] == 75


def test_every_type_of_the_catalogue_is_applied_for(config: OfficeConfig) -> None:
    assert A_DAY.keys() == config.workflows.keys()


def test_the_days_are_working_days_and_end_at_the_present(config: OfficeConfig) -> None:
    days = _days(config, 6)
    assert [f"{day.start:%a %d}" for day in days] == ["Fri 06", "Mon 09", "Tue 10", "Wed 11", "Thu 12", "Fri 13"]
    assert days[-1].end == FRIDAY_EVENING
    assert all(day.share == 1 for day in days)


def test_a_morning_that_has_hardly_begun_comes_on_top(config: OfficeConfig) -> None:
    early = datetime(2026, 3, 13, 8, 30, tzinfo=ZONE)
    days = _days(config, 2, early)
    assert [f"{day.start:%a}" for day in days] == ["Wed", "Thu", "Fri"]
    assert days[-1].share < 0.25


def test_monday_is_the_peak_and_stays_below_the_citys_most(config: OfficeConfig) -> None:
    come = Counter(one.at.astimezone(ZONE).strftime("%a") for one in _plan(config, _days(config, 5)))
    assert come.most_common(1)[0][0] == "Mon"
    assert 300 <= come["Mon"] <= MOST_A_DAY
    assert 900 <= come.total() <= 1500


def test_a_total_that_is_asked_for_is_kept_exactly(config: OfficeConfig) -> None:
    assert len(_plan(config, _days(config, 3), total=57)) == 57


def test_all_come_online_or_none_as_asked_for(config: OfficeConfig) -> None:
    days = _days(config, 2)
    assert {one.lane for one in _plan(config, days, total=40, share=1.0)} == {Lane.ONLINE}
    assert {one.lane for one in _plan(config, days, total=40, share=0.0)} == {Lane.MANUAL}


def test_walk_ins_come_while_the_counters_are_open_and_nobody_after_the_present(config: OfficeConfig) -> None:
    midday = datetime(2026, 3, 13, 14, 10, tzinfo=ZONE)
    calendar = config.calendars[Lane.MANUAL]
    moment = timedelta(seconds=1)
    for one in _plan(config, _days(config, 2, midday)):
        assert one.at <= midday
        if one.lane is Lane.MANUAL:
            assert calendar.between(one.at - moment, one.at + moment) > timedelta(0)


def test_the_same_seed_plans_the_same_days(config: OfficeConfig) -> None:
    days = _days(config, 2)
    assert _plan(config, days) == _plan(config, days)


def test_applications_come_in_order_and_by_channels_of_their_lane(config: OfficeConfig) -> None:
    come = _plan(config, _days(config, 2, FRIDAY_EVENING.astimezone(UTC)))
    assert [one.at for one in come] == sorted(one.at for one in come)
    assert all(one.channel in config.lanes[one.lane].channels for one in come)


def test_a_few_came_in_earlier_and_are_never_answered_for_as_many_in_all(config: OfficeConfig) -> None:
    days = _days(config, 1)
    come = _plan(config, days, total=75)
    told = forgotten_before(come, config.calendars, draw=Random(1))
    forgotten = [one for one in told if one.forgotten]
    assert [one.at for one in told] == sorted(one.at for one in told)
    assert sorted(one.index for one in told) == [one.index for one in come]
    assert sorted((days[0].start - one.at).days for one in forgotten) == pytest.approx([7, 11, 14], abs=2)
    assert not [one for one in told if not one.forgotten and one.at < days[0].start]


def test_even_a_tiny_demo_has_one_who_does_not_answer(config: OfficeConfig) -> None:
    come = _plan(config, _days(config, 1), total=5)
    assert [one.forgotten for one in forgotten_before(come, config.calendars, draw=Random(1))].count(True) == 1
