"""What the lanes did over time and where time went, by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fairness import Verdict
from domain.lane_trends import CaseSpan, LaneTrends, PauseSpan, StepSpan, TrendTally
from domain.periods import Period, local_day, readable_period
from domain.roles import Lane

ZONE = ZoneInfo("Asia/Makassar")
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
NOW = MONDAY + timedelta(days=28)
HOUR = timedelta(hours=1)


def day(number: float) -> datetime:
    return MONDAY + timedelta(days=number)


@dataclass(frozen=True)
class Over:
    at: datetime
    code: str = "KIA"
    lane: Lane = Lane.MANUAL
    officer: str = "dewi"
    reason: str = "FUNERAL"
    applicant: str = "t1"
    task_id: int = 1
    dossier_id: int = 1
    passed: tuple[int, ...] = ()
    verdict: Verdict | None = None


def told(*spans: CaseSpan | StepSpan | PauseSpan, live: bool = True, since: datetime | None = None) -> LaneTrends:
    tally = TrendTally(ZONE, now=NOW, since=since)
    for span in spans:
        match span:
            case CaseSpan():
                tally.case(span)
            case StepSpan():
                tally.step(span)
            case PauseSpan():
                tally.pause(span)
    return tally.trends(live=live)


def test_what_is_finished_counts_in_the_week_of_its_end_and_empty_weeks_are_told() -> None:
    trends = told(
        CaseSpan(Lane.ONLINE, day(0), day(1), deadline=day(1)),
        CaseSpan(Lane.ONLINE, day(0), day(2), deadline=day(1)),
        CaseSpan(Lane.ONLINE, day(0), day(14)),
    )
    assert [(row.start, row.finished, row.with_deadline, row.on_time) for row in trends.ended] == [
        (date(2026, 3, 2), 2, 2, 0.5), (date(2026, 3, 9), 0, 0, None), (date(2026, 3, 16), 1, 0, None),
    ]  # fmt: skip
    assert {row.lane for row in trends.ended} == {Lane.ONLINE}


def test_a_week_begins_when_monday_begins_in_the_office_not_in_utc() -> None:
    monday_at_one = datetime(2026, 3, 9, 1, 0, tzinfo=ZONE)
    assert monday_at_one.astimezone(UTC).date() == date(2026, 3, 8)
    assert {row.start for row in told(CaseSpan(Lane.MANUAL, monday_at_one, monday_at_one)).ended} == {date(2026, 3, 9)}


@pytest.mark.parametrize(
    ("days", "period"),
    [(0, Period.WEEK), (700, Period.WEEK), (800, Period.MONTH), (3_600, Period.MONTH), (4_000, Period.YEAR)],
)
def test_long_times_are_told_by_longer_periods(days: int, period: Period) -> None:
    trends = told(CaseSpan(Lane.ONLINE, day(0), day(0)), CaseSpan(Lane.ONLINE, day(days), day(days)))
    assert trends.period is period
    assert len(trends.ended) <= 121
    assert sum(row.finished for row in trends.ended) == 2


def test_only_what_is_open_has_an_age() -> None:
    trends = told(CaseSpan(Lane.MANUAL, day(27.5), None), CaseSpan(Lane.MANUAL, day(21), None),
                  CaseSpan(Lane.ONLINE, day(0), day(1)))  # fmt: skip
    assert trends.ages is not None
    assert [(a.lane, a.from_days, a.to_days, a.open) for a in trends.ages if a.open] == [
        (Lane.MANUAL, 0, 1, 1), (Lane.MANUAL, 7, 14, 1),
    ]  # fmt: skip
    assert trends.ages[-1].to_days is None


def test_the_ten_steps_that_took_most_time_come_first_with_waiting_apart_from_work() -> None:
    passages = [StepSpan(Lane.ONLINE, f"step-{n:02}", n * HOUR, HOUR) for n in range(12)]
    steps = told(*passages, passages[5], StepSpan(Lane.MANUAL, "enter", HOUR, HOUR)).steps
    online = [row for row in steps if row.lane is Lane.ONLINE]
    assert len(online) == 10
    assert [(row.step, row.passages, row.hours, row.worked_hours) for row in online[:2]] == [
        ("step-05", 2, 12.0, 2.0), ("step-11", 1, 12.0, 1.0),
    ]  # fmt: skip
    assert online[0].mean_hours == 6.0
    assert [row.step for row in steps if row.lane is Lane.MANUAL] == ["enter"]


def test_work_that_is_not_told_apart_from_waiting_is_none() -> None:
    (row,) = told(StepSpan(Lane.ONLINE, "a", 3 * HOUR, None), StepSpan(Lane.ONLINE, "a", HOUR, HOUR)).steps
    assert (row.hours, row.worked_hours) == (5.0, None)


def test_what_a_log_does_not_tell_is_none_and_what_did_not_happen_is_empty() -> None:
    live, history = told(), told(live=False)
    assert (live.pauses, live.overtakings) == ((), ())
    assert (history.ages, history.pauses, history.overtakings) == (None, None, None)


def test_pauses_add_up_by_reason_the_longest_first() -> None:
    trends = told(PauseSpan(Lane.ONLINE, "POWER", HOUR), PauseSpan(Lane.ONLINE, "AFIS", 3 * HOUR),
                  PauseSpan(Lane.ONLINE, "POWER", HOUR))  # fmt: skip
    assert trends.pauses is not None
    assert [(row.reason, row.pauses, row.hours) for row in trends.pauses] == [("AFIS", 1, 3.0), ("POWER", 2, 2.0)]


def test_turns_are_counted_by_lane_and_week() -> None:
    tally = TrendTally(ZONE, now=NOW)
    for at in (*[day(0)] * 2, *[day(6)] * 2, *[day(7)] * 3):
        tally.overtaking(Over(at))
    rows = tally.trends(live=True).overtakings
    assert rows is not None
    assert [(row.start.day, row.lane, row.count) for row in rows] == [
        (2, Lane.ONLINE, "0"), (2, Lane.MANUAL, "4"), (9, Lane.ONLINE, "0"), (9, Lane.MANUAL, "3"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("taken", "codes", "shown"),
    [([1, 0], "A", ["<3", "–"]), ([1, 5], "A", ["<3", "–"]), ([4, 0], "AB", ["–", "0"])],
)
def test_turns_that_could_point_at_somebody_are_withheld_as_on_the_fairness_page(
    taken: list[int], codes: str, shown: list[str]
) -> None:
    tally = TrendTally(ZONE, now=NOW)
    tally.case(CaseSpan(Lane.MANUAL, day(0), day(7)))
    for week, count in enumerate(taken):
        for number in range(count):
            tally.overtaking(Over(day(7 * week), code=codes[number % len(codes)]))
    rows = tally.trends(live=True).overtakings
    assert rows is not None
    assert [row.count for row in rows if row.lane is Lane.MANUAL] == shown


def test_the_online_share_is_of_what_was_handed_in_open_or_not() -> None:
    trends = told(CaseSpan(Lane.ONLINE, day(0), None, district="71.72.01"),
                  CaseSpan(Lane.MANUAL, day(1), day(2), district="71.72.02"))  # fmt: skip
    assert [(row.district, row.applications, row.online) for row in trends.adoption] == [
        (None, 2, 1), ("71.72.01", 1, 1), ("71.72.02", 1, 0),
    ]  # fmt: skip


def test_many_districts_are_told_up_to_the_twelfth_and_no_application_is_lost() -> None:
    spans = [CaseSpan(Lane.ONLINE, day(0), None, district=f"d{n:02}") for n in range(20) for _ in range(20 - n)]
    rows = told(*spans).adoption
    assert [row.district for row in rows] == [None, *(f"d{n:02}" for n in range(11)), ""]
    assert rows[0].applications == sum(row.applications for row in rows[1:]) == 210


def test_what_was_before_the_time_asked_for_counts_neither_as_begun_nor_as_finished() -> None:
    trends = told(CaseSpan(Lane.ONLINE, day(0), None), CaseSpan(Lane.ONLINE, day(0), day(1)),
                  CaseSpan(Lane.ONLINE, day(0), day(20)), since=day(10))  # fmt: skip
    assert trends.ages is not None
    assert sum(age.open for age in trends.ages) == 1
    assert sum(row.finished for row in trends.ended) == 1
    assert sum(row.applications for row in trends.adoption) == 0


def test_the_ends_of_the_calendar_are_days_too() -> None:
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)
    assert (local_day(first, ZoneInfo("America/Lima")), local_day(last, ZONE)) == (date(1, 1, 1), date(9999, 12, 31))
    trends = told(CaseSpan(Lane.ONLINE, first, first), CaseSpan(Lane.ONLINE, last, last))
    assert [row.start.year for row in trends.ended] == [1, 9999]


@given(st.dates(), st.dates())
def test_periods_cover_a_time_without_gap_and_stay_few(one: date, other: date) -> None:
    first, last = min(one, other), max(one, other)
    period = readable_period(first, last)
    run = period.run(first, last)
    assert [period.start(day) for day in (first, last)] == [run[0], run[-1]]
    assert run == sorted(set(run))
    assert period is Period.YEAR or len(run) <= 121
    assert all(period.start(after - timedelta(days=1)) == before for before, after in pairwise(run))
