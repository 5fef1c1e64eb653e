"""The working calendar by example: an office in Makassar, then what other zones do, then what is refused.

Times are written as a person would, `Fri 6 Mar 16:25`, all in 2026 and local; budgets as `1wh`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from domain import duration
from domain.calendar import CalendarEnds, CalendarSpec, WorkingCalendar
from domain.errors import Refused

MAKASSAR = ZoneInfo("Asia/Makassar")
MON_TO_THU = ["08:00-12:00", "13:00-16:00"]
WEEK = {
    "mon": MON_TO_THU,
    "tue": MON_TO_THU,
    "wed": MON_TO_THU,
    "thu": MON_TO_THU,
    "fri": ["08:00-12:00", "13:00-16:30"],
}
HOURS = timedelta(hours=1)

OFFICE = {
    "timezone": "Asia/Makassar",
    "week": WEEK,
    "holidays": {
        "2026-03-18": "Cuti Bersama Hari Suci Nyepi",
        "2026-03-19": "Hari Suci Nyepi",
        "2026-03-20": "Cuti Bersama Idul Fitri",
        "2026-03-21": "Idul Fitri",
    },
    "opened": {"2026-03-20": ["08:00-10:00"], "2026-04-11": ["09:00-12:00"], "2026-04-14": ["10:00-11:00"]},
    "closed": {"2026-04-11": "", "2026-05-12": "power works"},
    "outages": [
        {"start": "2026-06-01T11:30:00+08:00", "end": "2026-06-01T13:30:00+08:00", "reason": "SIAK_NETWORK"},
        {"start": "2026-06-01T13:00:00+08:00", "end": "2026-06-01T14:00:00+08:00", "reason": "POWER"},
    ],
}


def calendar(**changes: object) -> WorkingCalendar:
    return WorkingCalendar(CalendarSpec.model_validate({**OFFICE, **changes}))


def at(text: str) -> datetime:
    """`Fri 6 Mar 16:25` of 2026 in Makassar; a wrong weekday is a mistake in the test."""
    found = datetime.strptime(f"2026 {text}", "%Y %a %d %b %H:%M").replace(tzinfo=MAKASSAR)
    assert f"{found:%a}" == text[:3], text
    return found


@pytest.mark.parametrize(
    ("start", "budget", "due"),
    [
        # within a day
        ("Mon 2 Mar 08:00", "1wh", "Mon 2 Mar 09:00"),
        ("Mon 2 Mar 06:10", "1wh", "Mon 2 Mar 09:00"),
        ("Mon 2 Mar 11:30", "1wh", "Mon 2 Mar 13:30"),
        ("Mon 2 Mar 12:15", "30wm", "Mon 2 Mar 13:30"),
        # a budget that just fills a slot is used up when the slot closes
        ("Mon 2 Mar 08:00", "4wh", "Mon 2 Mar 12:00"),
        ("Mon 2 Mar 08:00", "1wd", "Mon 2 Mar 16:00"),
        # over nights and weekends
        ("Thu 5 Mar 15:55", "1wh", "Fri 6 Mar 08:55"),
        ("Fri 6 Mar 16:25", "1wh", "Mon 9 Mar 08:55"),
        ("Fri 6 Mar 16:55", "1wh", "Mon 9 Mar 09:00"),
        ("Sat 7 Mar 10:00", "1wd", "Mon 9 Mar 16:00"),
        ("Mon 2 Mar 08:00", "5wd", "Fri 6 Mar 16:00"),
        ("Mon 2 Mar 08:00", "6wd", "Mon 9 Mar 15:30"),
        # holidays, one of them opened by hand for two hours, one on a Saturday
        ("Tue 17 Mar 15:00", "2wh", "Fri 20 Mar 09:00"),
        ("Tue 17 Mar 15:00", "4wh", "Mon 23 Mar 09:00"),
        # a day opened with other hours works those and no others
        ("Mon 13 Apr 16:00", "1wh", "Tue 14 Apr 11:00"),
        ("Mon 13 Apr 16:00", "90wm", "Wed 15 Apr 08:30"),
        # closed by hand, also where opened by hand
        ("Mon 11 May 15:30", "1wh", "Wed 13 May 08:30"),
        ("Fri 10 Apr 16:00", "1wh", "Mon 13 Apr 08:30"),
        # two outages that overlap, over the break
        ("Mon 1 Jun 11:00", "1wh", "Mon 1 Jun 14:30"),
        ("Mon 1 Jun 12:10", "30wm", "Mon 1 Jun 14:30"),
    ],
)
def test_a_budget_is_used_up_at(start: str, budget: str, due: str) -> None:
    office, amount = calendar(), duration.parse(budget).amount
    assert office.add(at(start), amount) == at(due)
    assert office.between(at(start), at(due)) == amount


@pytest.mark.parametrize("start", ["Mon 2 Mar 10:00", "Mon 2 Mar 12:30", "Sat 7 Mar 03:00"])
def test_a_budget_of_nothing_is_used_up_at_once_even_when_closed(start: str) -> None:
    assert calendar().add(at(start), timedelta(0)) == at(start)


@pytest.mark.parametrize(
    ("start", "count", "over"),
    [
        ("Mon 2 Mar 08:00", 10, "Tue 17 Mar 00:00"),  # ten dates after the first, whatever the hour
        ("Mon 2 Mar 23:59", 10, "Tue 17 Mar 00:00"),
        ("Sat 28 Feb 10:00", 1, "Tue 3 Mar 00:00"),
        ("Tue 17 Mar 08:00", 2, "Tue 24 Mar 00:00"),  # three holidays, one of them opened by hand, and a weekend
        ("Mon 11 May 08:00", 1, "Thu 14 May 00:00"),  # closed by hand
        ("Fri 29 May 08:00", 1, "Tue 2 Jun 00:00"),  # an outage takes nothing from the date
    ],
)
def test_a_period_of_the_law_counts_working_dates_and_ends_with_the_last(start: str, count: int, over: str) -> None:
    assert calendar().end_of_dates(at(start), count) == at(over)


def test_a_period_that_ends_in_a_year_without_known_holidays_is_refused() -> None:
    with pytest.raises(CalendarEnds):
        calendar().end_of_dates(at("Thu 24 Dec 08:00"), 10)


def test_answers_are_in_utc_whatever_zone_the_question_is_in() -> None:
    friday = at("Fri 6 Mar 16:25")
    for zone in (UTC, MAKASSAR, ZoneInfo("America/New_York"), timezone(timedelta(hours=-3))):
        due = calendar().add(friday.astimezone(zone), HOURS)
        assert due.isoformat() == "2026-03-09T00:55:00+00:00"


def test_a_slot_holds_its_first_instant_and_not_its_last() -> None:
    office = calendar()
    assert office.is_open(at("Mon 2 Mar 08:00"))
    assert not office.is_open(at("Mon 2 Mar 12:00"))
    assert not office.is_open(at("Thu 19 Mar 09:00"))
    assert office.is_open(at("Fri 20 Mar 09:00"))


def test_a_slot_may_end_at_midnight_and_go_on_in_the_next_day() -> None:
    night = WorkingCalendar(
        CalendarSpec(timezone="Asia/Makassar", week={"mon": ("22:00-24:00",), "tue": ("00:00-02:00",)})
    )
    assert night.add(at("Mon 2 Mar 23:00"), 2 * HOURS) == at("Tue 3 Mar 01:00")
    assert night.add(at("Mon 2 Mar 23:00"), HOURS) == at("Tue 3 Mar 00:00")
    assert night.is_open(at("Tue 3 Mar 00:00"))
    assert night.between(at("Sun 1 Mar 00:00"), at("Sun 8 Mar 00:00")) == 4 * HOURS


@pytest.mark.parametrize(
    ("zone", "day", "slot", "worked"),
    [
        ("Europe/Amsterdam", date(2026, 3, 29), "01:00-04:00", 2 * HOURS),  # 02:00 to 03:00 does not exist
        ("Europe/Amsterdam", date(2026, 3, 29), "02:00-03:00", 0 * HOURS),
        ("Europe/Amsterdam", date(2026, 3, 29), "02:30-03:30", HOURS / 2),
        ("Europe/Amsterdam", date(2026, 10, 25), "01:00-04:00", 4 * HOURS),  # 02:00 to 03:00 comes twice
        ("Europe/Amsterdam", date(2026, 10, 25), "02:15-02:30", HOURS / 2),
        ("America/New_York", date(2026, 11, 1), "00:00-24:00", 25 * HOURS),
        ("Australia/Lord_Howe", date(2026, 10, 4), "00:00-24:00", 23.5 * HOURS),
        ("America/Sao_Paulo", date(2018, 11, 4), "00:00-01:00", 0 * HOURS),  # the day began at 01:00
        ("Pacific/Apia", date(2011, 12, 30), "00:00-24:00", 0 * HOURS),  # the day was left out
        ("Asia/Makassar", date(2026, 3, 29), "00:00-24:00", 24 * HOURS),
    ],
)
def test_where_clocks_change_real_time_is_counted(zone: str, day: date, slot: str, worked: timedelta) -> None:
    once = WorkingCalendar(CalendarSpec(timezone=zone, week={}, opened={day: (slot,)}))
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    assert once.between(noon - timedelta(days=3), noon + timedelta(days=3)) == worked


def test_the_repeated_hour_is_told_apart_by_its_fold() -> None:
    zone = ZoneInfo("Europe/Amsterdam")
    always = WorkingCalendar(CalendarSpec(timezone=zone.key, week={"sun": ("00:00-24:00",)}))
    first, second = (datetime(2026, 10, 25, 2, 30, tzinfo=zone, fold=fold) for fold in (0, 1))
    assert always.between(first, second) == HOURS
    assert always.add(first, HOURS) == second.astimezone(UTC)


def test_a_calendar_without_holidays_has_no_known_end_and_counts_over_decades() -> None:
    plain = WorkingCalendar(CalendarSpec(timezone="Asia/Makassar", week={"mon": ("08:00-09:00",)}))
    assert plain.known_until is None
    assert plain.days_left(at("Mon 2 Mar 08:00")) is None
    assert plain.warning(at("Mon 2 Mar 08:00")) is None
    start, later = datetime(1996, 1, 1, tzinfo=MAKASSAR), datetime(2056, 1, 1, tzinfo=MAKASSAR)
    mondays = sum((start + timedelta(days=n)).weekday() == 0 for n in range((later - start).days))
    assert plain.between(start, later) == mondays * HOURS
    assert plain.add(start, mondays * HOURS) == datetime(2055, 12, 27, 9, tzinfo=MAKASSAR)


def test_a_calendar_ends_with_the_last_year_that_has_holidays() -> None:
    office = calendar()
    new_year = datetime(2027, 1, 1, tzinfo=MAKASSAR)
    assert office.known_until == new_year
    assert office.between(at("Thu 31 Dec 15:00"), new_year) == HOURS
    assert office.add(at("Thu 31 Dec 15:00"), HOURS) == at("Thu 31 Dec 16:00")
    with pytest.raises(
        CalendarEnds, match=r"^The calendar .* until 2027-01-01 00:00 WITA, and a budget of 1:00:01 goes beyond that"
    ):
        office.add(at("Thu 31 Dec 15:00"), HOURS + timedelta(seconds=1))
    with pytest.raises(CalendarEnds, match="enter the holidays of the next years"):
        office.between(at("Thu 31 Dec 15:00"), new_year + timedelta(microseconds=1))
    with pytest.raises(CalendarEnds):
        office.add(new_year + HOURS, timedelta(0))
    with pytest.raises(CalendarEnds):
        office.is_open(new_year)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Makassar", "Pacific/Kiritimati"])
def test_the_end_is_the_local_new_year(zone: str) -> None:
    always = WorkingCalendar(
        CalendarSpec(timezone=zone, week={"thu": ("00:00-24:00",)}, holidays={date(2026, 1, 1): "New year"})
    )
    end = datetime(2027, 1, 1, tzinfo=ZoneInfo(zone))
    assert always.known_until == end
    assert always.add(end - 2 * HOURS, 2 * HOURS) == end
    assert always.add(end, timedelta(0)) == end
    with pytest.raises(CalendarEnds):
        always.add(end, timedelta(microseconds=1))


def test_a_calendar_warns_half_a_year_before_its_end() -> None:
    office = calendar()
    assert office.days_left(at("Fri 1 May 00:00")) == 245
    assert office.warning(at("Fri 1 May 00:00")) is None
    assert office.warning(at("Tue 1 Sep 00:00")) == (
        "the calendar knows holidays only up to 2026, 122 days from now;"
        " enter those of 2027 before due times can no longer be told"
    )
    assert office.days_left(datetime(2029, 1, 1, tzinfo=UTC)) == 0


def test_the_story_names_what_was_counted_and_what_was_skipped_and_why() -> None:
    office = calendar()
    story = office.story(at("Tue 17 Mar 15:00"), at("Mon 23 Mar 09:00"))
    assert story.worked == 4 * HOURS
    assert [(f"{day.day:%a %d}", day.kind, day.name, len(day.counted)) for day in story.days] == [
        ("Tue 17", "ordinary", "", 1),
        ("Wed 18", "holiday", "Cuti Bersama Hari Suci Nyepi", 0),
        ("Thu 19", "holiday", "Hari Suci Nyepi", 0),
        ("Fri 20", "opened", "Cuti Bersama Idul Fitri", 1),  # and nothing of the holiday on Saturday
        ("Mon 23", "ordinary", "", 1),
    ]
    assert story.days[0].counted == ((at("Tue 17 Mar 15:00"), at("Tue 17 Mar 16:00")),)
    assert [day.name for day in office.story(at("Mon 11 May 08:00"), at("Wed 13 May 08:00")).skipped] == ["power works"]
    outages = office.story(at("Mon 1 Jun 08:00"), at("Mon 1 Jun 13:15")).outages
    assert [outage.reason for outage in outages] == ["SIAK_NETWORK", "POWER"]


def test_threads_may_share_a_calendar() -> None:
    shared, answers = calendar(holidays={}), dict[int, datetime]()
    starts = {n: at("Mon 2 Mar 08:00") + timedelta(days=365 * n) for n in range(-12, 12)}

    def ask(n: int) -> None:
        answers[n] = shared.add(starts[n], 2000 * HOURS)

    threads = [Thread(target=ask, args=(n,)) for n in starts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {n: calendar(holidays={}).add(start, 2000 * HOURS) for n, start in starts.items()}


NAIVE = datetime(2026, 3, 2, 9)  # noqa: DTZ001  what the calendar must refuse
AWARE = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ask", "code", "words"),
    [
        (lambda c: c.add(NAIVE, HOURS), "naive_datetime", "2026-03-02 09:00:00 does not say which zone"),
        (lambda c: c.between(NAIVE, AWARE), "naive_datetime", "2026-03-02 09:00:00 does not say"),
        (lambda c: c.between(AWARE, NAIVE), "naive_datetime", "2026-03-02 09:00:00 does not say"),
        (lambda c: c.is_open(NAIVE), "naive_datetime", "does not say which zone"),
        (lambda c: c.story(NAIVE, AWARE), "naive_datetime", "does not say which zone"),
        (lambda c: c.days_left(NAIVE), "naive_datetime", "does not say which zone"),
        (lambda c: c.add(AWARE, -HOURS), "negative_budget", "cannot be negative, and this one is minus 1:00:00"),
        (lambda c: c.between(AWARE, AWARE - HOURS), "end_before_start", "the end lies 1:00:00 before the start"),
        (lambda c: c.add(datetime(1899, 1, 1, tzinfo=UTC), HOURS), "before_calendar", "from 1900 on"),
        (lambda c: c.add(datetime.max.replace(tzinfo=UTC), HOURS), "calendar_ends", "lies after that"),
        (lambda c: c.add(AWARE, timedelta.max), "calendar_ends", "goes beyond that"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused_in_words(ask, code: str, words: str) -> None:  # type: ignore[no-untyped-def]
    for office in (calendar(), calendar(holidays={})):
        with pytest.raises(Refused, match=words) as refusal:
            ask(office)
        assert refusal.value.code == code


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"week": {"mon": ["12:00-08:00"]}}, "slot 12:00-08:00 closes before it opens"),
        ({"week": {"mon": ["22:00-06:00"]}}, "written as 22:00-24:00 on this day and 00:00-06:00 on the next"),
        ({"week": {"mon": ["22:00-00:00"]}}, "written as 22:00-24:00 on this day"),
        ({"week": {"mon": ["08:00-08:00"]}}, "slot 08:00-08:00 is empty"),
        ({"week": {"mon": ["13:00-16:00", "08:00-13:30"]}}, "slots 08:00-13:30 and 13:00-16:00 overlap"),
        ({"week": {"mon": ["8-12"]}}, "'8-12' is not a slot; allowed: HH:MM-HH:MM"),
        ({"week": {"mon": ["08:00-24:30"]}}, "there is no 24:30 on a clock"),
        ({"week": {"mon": ["08:60-12:00"]}}, "there is no 08:60 on a clock"),
        ({"week": {"mon": "08:00-12:00"}}, "is not a list of slots"),
        ({"week": {"monday": []}}, "should be 'mon'"),
        ({"opened": {"2026-01-01": []}}, "opened without a slot"),
        ({"closed": ["2026-02-30"]}, "'2026-02-30' is not a date; allowed: YYYY-MM-DD"),
        ({"closed": [20260817]}, "20260817 is not a date"),
        ({"closed": "2026-08-17"}, "is not a list of dates"),
        ({"holidays": {"20260-8-17": "x"}}, "is not a date"),
        ({"holidays": {"2626-08-17": "x"}}, "2626-08-17 is out of range; allowed: the years 1900 to 2199"),
        ({"timezone": "Asia/Bitung"}, "'Asia/Bitung' is not a timezone"),
        ({"outages": [(AWARE, AWARE)]}, "which is not after its start"),
        ({"outages": [(NAIVE, AWARE)]}, "timezone"),
        ({"outages": [(0, AWARE)]}, "0 is not an instant"),
        ({"hours": {}}, "Extra inputs"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused_in_words(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        calendar(**changes)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(ValidationError) as refusal:
        calendar(timezone="Mars", week={"mon": ["x"], "tue": ["09:00-08:00"]})
    assert refusal.value.error_count() == 3


def test_slots_may_touch_and_stand_in_any_order_and_closed_may_be_a_list() -> None:
    spec = CalendarSpec.model_validate(
        {"timezone": "UTC", "week": {"mon": ["12:00-13:00", "08:00-12:00"]}, "closed": ["2026-03-02"]}
    )
    assert spec.week["mon"] == ("08:00-12:00", "12:00-13:00")
    assert spec.closed == {date(2026, 3, 2): ""}
