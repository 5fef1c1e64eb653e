"""Times and lengths of time as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain import words
from domain.duration import parse
from domain.words import Said

ZONE = ZoneInfo("Asia/Makassar")


def test_an_instant_is_told_in_local_time_with_its_zone() -> None:
    at = datetime(2026, 8, 16, 23, 5, tzinfo=UTC)
    assert words.moment(at, ZONE) == Said("Sen 17 Agu 2026 07.05 WITA", "Mon 17 Aug 2026 07:05 WITA")


def test_every_day_and_month_has_its_own_name() -> None:
    days = [words.day(date(2026, 1, 1) + timedelta(days=n)) for n in range(365)]
    assert len({each.id.split()[0] for each in days}) == len({each.en.split()[0] for each in days}) == 7
    assert len({each.id.split()[2] for each in days}) == len({each.en.split()[2] for each in days}) == 12


@pytest.mark.parametrize(
    ("time", "working", "told"),
    [
        (timedelta(seconds=59), False, Said("kurang dari 1 menit", "less than 1 minute")),
        (timedelta(minutes=61, seconds=59), False, Said("1 jam 1 menit", "1 hour 1 minute")),
        (timedelta(days=2, hours=3), False, Said("2 hari 3 jam", "2 days 3 hours")),
        (timedelta(days=2, hours=3), True, Said("51 jam", "51 hours")),
    ],
)
def test_lengths_are_told_to_the_minute_and_working_time_without_days(
    time: timedelta, working: bool, told: Said
) -> None:
    assert words.length(time, working=working) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2wd", Said("2 hari kerja (14 jam kerja)", "2 working days (14 hours of work)")),
        ("1wh", Said("1 jam kerja", "1 working hour")),
        ("90wm", Said("90 menit kerja", "90 working minutes")),
        ("014d", Said("14 hari kalender", "14 calendar days")),
        ("36h", Said("36 jam", "36 hours")),
        ("10m", Said("10 menit", "10 minutes")),
        ("30s", Said("30 detik", "30 seconds")),
    ],
)
def test_budgets_are_told_in_the_units_they_were_set_in(text: str, told: Said) -> None:
    assert words.budget(parse(text)) == told
