"""Whenever sweeps look: nobody is closed before the last date that a reminder named, with time to act on it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import CalendarSpec, WorkingCalendar
from domain.clock import SlaClock
from domain.duration import parse
from domain.ladder import GRACE, Rung, RungAction, look, looks

DAY = timedelta(hours=7)
CALENDAR = WorkingCalendar(
    CalendarSpec.model_validate({"timezone": "Asia/Makassar", "week": {"mon": ("08:00-12:00", "13:00-16:00")}})
)
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
REMINDERS = st.lists(st.sampled_from(["10%", "50%", "80%", "90%"]), unique=True).map(sorted)
LOOKS = st.lists(st.integers(1, 24 * 20), min_size=1, max_size=12)


@given(places=REMINDERS, closes=st.sampled_from(["95%", "100%", "+2d"]), days=st.integers(1, 14), hours=LOOKS)
def test_a_reminder_with_time_to_act_comes_before_every_closing(
    places: list[str], closes: str, days: int, hours: list[int]
) -> None:
    ladder = (
        *(Rung.read(place, [RungAction.REMIND_APPLICANT], working_day=DAY) for place in places),
        Rung.read(closes, [RungAction.CLOSE], working_day=DAY),
    )
    clock = SlaClock.started(parse(f"{days}d", working_day=DAY), START)
    now, rung, named, reminded = START, 0, None, list[tuple[datetime, datetime]]()
    for hour in [*hours, 24 * 40, 24 * 40]:  # at last long after everything
        now += timedelta(hours=hour)
        seen = look(ladder, rung, clock, CALENDAR, now, named)
        if RungAction.REMIND_APPLICANT in seen.actions:
            assert seen.last_date is not None
            assert named is None or seen.last_date >= named, "no reminder takes time back"
            reminded.append((now, seen.last_date))
        if RungAction.CLOSE in seen.actions:
            assert rung < len(ladder)
            assert reminded, "a reminder came before"
            assert reminded[0][1] >= reminded[0][0] + GRACE
            assert reminded[-1][1] <= now
        rung, named = seen.rung, seen.last_date
    assert rung == len(ladder), "and it closes at last, once"


@given(places=REMINDERS, closes=st.sampled_from(["95%", "100%", "+2d"]), days=st.integers(1, 14), hours=LOOKS)
def test_what_is_foretold_is_the_earliest_and_comes_true_when_every_look_is_in_time(
    places: list[str], closes: str, days: int, hours: list[int]
) -> None:
    ladder = (
        *(Rung.read(place, [RungAction.REMIND_APPLICANT], working_day=DAY) for place in places),
        Rung.read(closes, [RungAction.CLOSE], working_day=DAY),
    )
    clock = SlaClock.started(parse(f"{days}d", working_day=DAY), START)

    def foretold(rung: int, now: datetime, named: datetime | None) -> datetime:
        found = looks(ladder, rung, clock, CALENDAR, now, named)
        return next(at for at, seen in found if RungAction.CLOSE in seen.actions)

    now, rung, named, at = START, 0, None, foretold(0, START, None)
    for hour in [*hours, 24 * 40, 24 * 40]:  # looks that are late
        now += timedelta(hours=hour)
        seen = look(ladder, rung, clock, CALENDAR, now, named)
        if RungAction.CLOSE in seen.actions:
            assert now >= at
            return
        rung, named = seen.rung, seen.last_date or named
        later = foretold(rung, now, named)
        assert later >= at, "nothing that is told is taken back"
        at = later
    raise AssertionError("it never closed")
