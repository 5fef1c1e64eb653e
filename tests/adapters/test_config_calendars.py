"""Calendars as managers write them, the ones that are shipped included."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from ruamel.yaml import YAML

from adapters.config.calendars import CalendarFormError, holidays_for, spec_from
from domain.calendar import CalendarSpec, WorkingCalendar

SHIPPED = Path(__file__).parents[2] / "config" / "calendars"
MAKASSAR = ZoneInfo("Asia/Makassar")
FORM = {"timezone": "Asia/Makassar", "week": {"mon": ["08:00-12:00"]}}


def shipped(name: str) -> CalendarSpec:
    return spec_from(YAML(typ="safe").load(SHIPPED / f"{name}.yaml"))


def test_indonesia_has_public_holidays_and_collective_leave_in_its_own_language() -> None:
    year = holidays_for("ID", [2026])
    assert len(year) == 25
    assert year[date(2026, 8, 17)] == "Hari Kemerdekaan Republik Indonesia"
    assert year[date(2026, 12, 24)] == "Cuti Bersama Hari Raya Natal"
    assert len(holidays_for("ID", [2026, 2027])) == 25 + 26
    assert list(year) == sorted(year)


def test_a_year_without_decreed_leave_is_refused_until_it_is_entered_by_hand() -> None:
    with pytest.raises(ValueError, match="the collective leave of 2028 is not known for ID"):
        holidays_for("ID", [2027, 2028])
    leave = {date(2028, 12, 26): "Cuti Bersama Natal"}
    year = holidays_for("ID", [2028], by_hand=leave)
    assert len(year) == 18
    assert year[date(2028, 12, 26)] == "Cuti Bersama Natal"


def test_other_countries_have_their_public_holidays() -> None:
    assert holidays_for("NL", [2031])[date(2031, 12, 25)] == "Eerste kerstdag"
    assert holidays_for("NL", []) == {}
    with pytest.raises(ValueError, match="'ZZ' is not a country whose holidays are known"):
        holidays_for("ZZ", [2026])


@pytest.mark.parametrize(("name", "friday"), [("manual", timedelta(hours=7.5)), ("online", timedelta(hours=8.5))])
def test_each_shipped_calendar_is_loaded_to_the_end_of_2027(name: str, friday: timedelta) -> None:
    calendar = WorkingCalendar(shipped(name))
    assert calendar.known_until == datetime(2028, 1, 1, tzinfo=MAKASSAR)
    morning = datetime(2026, 3, 6, tzinfo=MAKASSAR)
    assert calendar.between(morning, morning + timedelta(days=3)) == friday
    independence_day = datetime(2026, 8, 17, 9, tzinfo=MAKASSAR)
    assert not calendar.is_open(independence_day)


def test_the_online_team_works_longer_than_the_counters() -> None:
    start, end = datetime(2025, 1, 1, tzinfo=MAKASSAR), datetime(2028, 1, 1, tzinfo=MAKASSAR)
    online, manual = (WorkingCalendar(shipped(name)).between(start, end) for name in ("online", "manual"))
    assert online > manual


def test_dates_may_be_texts_or_dates_and_join_the_countrys() -> None:
    spec = spec_from(
        {
            **FORM,
            "holidays": {"country": "ID", "years": [2026], "dates": {"2026-10-10": "Hari jadi kota"}},
            "opened": {date(2026, 12, 24): ["08:00-12:00"]},
            "closed": {"2026-11-27": "Pilkada"},
        }
    )
    assert len(spec.holidays) == 26
    assert spec.holidays[date(2026, 10, 10)] == "Hari jadi kota"
    assert spec.opened == {date(2026, 12, 24): ("08:00-12:00",)}
    assert spec.closed == {date(2026, 11, 27): "Pilkada"}


def test_holidays_may_be_given_by_hand_alone() -> None:
    assert spec_from({**FORM, "holidays": {"dates": {"2026-10-10": "Hari jadi kota"}}}).last_year == 2026
    assert spec_from(FORM).last_year is None


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"week": {"mon": ["12:00-08:00"]}}, "week.mon", "closes before it opens"),
        ({"week": {"monday": []}}, "week.monday", "not a weekday; allowed: mon, tue"),
        ({"week": {"mon": []}}, "week", "no weekday has a slot"),
        ({"week": None}, "week", "valid dictionary"),
        ({"weeks": {}}, "weeks", "unknown key; allowed: timezone, week, holidays"),
        ({"holidays": ["2026-01-01"]}, "holidays", "not a mapping"),
        ({"holidays": {"land": "ID"}}, "holidays.land", "unknown key; allowed: country, years, dates"),
        ({"holidays": {"country": "ID"}}, "holidays.years", "None is not a list of years"),
        ({"holidays": {"country": "ID", "years": ["2026"]}}, "holidays.years", "is not a list of years"),
        ({"holidays": {"country": "ID", "years": [2025, 2027]}}, "holidays.years", "2026 is left out"),
        ({"holidays": {"years": [2026]}}, "holidays", "'None' is not a country"),
        ({"holidays": {"country": "ID", "years": [2028]}}, "holidays", "collective leave of 2028 is not known"),
        ({"holidays": {"dates": {"2026-02-30": "x"}}}, "holidays.dates.2026-02-30", "is not a date"),
        ({"holidays": {"dates": ["2026-02-03"]}}, "holidays.dates", "is not a mapping"),
        ({"closed": ["2026-1-32"]}, "closed.2026-1-32", "is not a date"),
        ({"outages": [{"start": "2026-01-01T08:00:00", "end": "2026-01-01T09:00:00+08:00"}]},
         "outages.0.start", "has no offset from UTC"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_path_and_what_is_allowed(changes: dict[str, object], path: str, words: str) -> None:
    with pytest.raises(CalendarFormError, match=words) as refusal:
        spec_from({**FORM, **changes})
    assert [where for where, _ in refusal.value.problems] == [path]


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(CalendarFormError) as refusal:
        spec_from({"holidays": {"country": "ID", "years": [2028]}, "closed": ["x"], "extra": 1})
    assert {path for path, _ in refusal.value.problems} == {"timezone", "week", "holidays", "closed.x", "extra"}
    with pytest.raises(CalendarFormError, match="None is not a calendar"):
        spec_from(None)
