"""A calendar must reach as far as the due times that will be asked of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from support.office import shipped

from domain.calendar import WorkingCalendar
from domain.checks.calendars import calendar_reaches
from domain.roles import Lane


def found(day: str, *, known: bool = True) -> list[str]:
    config = shipped()
    calendar = config.calendars[Lane.MANUAL]
    if not known:
        calendar = WorkingCalendar(calendar.spec.model_copy(update={"holidays": {}}))
    at = datetime.fromisoformat(f"{day}T04:00").replace(tzinfo=UTC)
    return [each.problem for each in calendar_reaches(calendar, config.lanes[Lane.MANUAL], config.workflows, at)]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-03-02", None),
        ("2027-12-01", None),
        ("2027-12-03", "the calendar ends with 2027, before the 30d of "),
        ("2027-12-31", "the calendar ends with 2027, before the 30d of "),
        ("2028-01-01", "the calendar ends with 2027: on 2028-01-01 no due time could be told"),
        ("2031-01-01", "the calendar ends with 2027: on 2031-01-01 no due time could be told"),
    ],
)
def test_a_calendar_ends_too_soon_when_a_limit_goes_beyond_it(day: str, words: str | None) -> None:
    assert [problem[: len(words or "")] for problem in found(day)] == ([words] if words else [])


def test_a_calendar_without_an_end_always_reaches() -> None:
    assert found("2031-01-01", known=False) == []


def test_the_office_warns_of_each_calendar_that_ends_within_half_a_year() -> None:
    config = shipped()
    assert config.calendar_warnings(datetime(2027, 7, 4, tzinfo=UTC)) == []
    assert config.calendar_warnings(datetime(2027, 7, 6, tzinfo=UTC)) == [
        f"The {lane} lane: the calendar knows holidays only up to 2027, 178 days from now;"
        " enter those of 2028 before due times can no longer be told."
        for lane in Lane
    ]
    assert len(config.calendar_warnings(datetime(2027, 7, 6, tzinfo=UTC), [Lane.ONLINE])) == 1
