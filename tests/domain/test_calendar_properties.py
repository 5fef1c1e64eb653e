"""The working calendar against its own definition, on random calendars in zones that change their clocks.

The plain loop below looks at the wall clock once a step and knows nothing of the calendar's inside: it reads the
slots' texts itself, so that a mistake in reading them would show as well.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.calendar import CalendarSpec, WorkingCalendar
from domain.calendar.spec import WEEKDAYS

# A day on which the zone changes its offset (Makassar: none), to draw times around.
CHANGES = {
    "Asia/Makassar": [date(2026, 3, 6)],
    "Europe/Amsterdam": [date(2026, 3, 29), date(2026, 10, 25)],
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1)],
    "America/Havana": [date(2026, 3, 8), date(2026, 11, 1)],  # at midnight
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],  # by half an hour
    "Africa/Casablanca": [date(2026, 2, 15), date(2026, 3, 22)],  # the other way round, in Ramadan
    "Pacific/Apia": [date(2011, 12, 30)],  # a whole day that never was
    "Asia/Kathmandu": [date(2026, 1, 1)],
    "America/Sao_Paulo": [date(2018, 11, 4), date(2019, 2, 16)],  # at midnight
}
MINUTE = timedelta(minutes=1)


def _text(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@st.composite
def day_slots(draw: st.DrawFn, *, least: int = 0) -> list[str]:
    edges = sorted(draw(st.sets(st.integers(0, 1440), min_size=2 * least, max_size=6)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    touching = draw(st.booleans()) and edges[-1:] != [1440] and len(edges) >= 2
    slots = [f"{_text(opens)}-{_text(closes)}" for opens, closes in pairs]
    return [*slots, f"{_text(edges[-1])}-24:00"] if touching and len(edges) % 2 == 0 else slots


@st.composite
def calendars(draw: st.DrawFn) -> tuple[CalendarSpec, datetime]:
    """A calendar with something special on the days around a change of the clocks, and that change's noon."""
    zone = draw(st.sampled_from(sorted(CHANGES)))
    middle = draw(st.sampled_from(CHANGES[zone]))
    days = st.integers(-4, 4).map(lambda n: middle + timedelta(days=n))
    noon = datetime(middle.year, middle.month, middle.day, 12, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    outages = []
    for _ in range(draw(st.integers(0, 3))):
        start = noon + draw(st.integers(-5000, 5000)) * MINUTE
        outages.append({"start": start, "end": start + draw(st.integers(1, 3000)) * MINUTE})
    spec = CalendarSpec.model_validate(
        {
            "timezone": zone,
            "week": {day: draw(day_slots()) for day in WEEKDAYS},
            # One in the next year as well, so that the calendar does not end among the days looked at.
            "holidays": dict.fromkeys([*draw(st.sets(days, max_size=2)), date(middle.year + 1, 6, 1)], "holiday"),
            "opened": draw(st.dictionaries(days, day_slots(least=1), max_size=2)),
            "closed": draw(st.sets(days, max_size=2)),
            "outages": outages,
        }
    )
    return spec, noon


def open_by_the_clock_on_the_wall(spec: CalendarSpec, at: datetime) -> bool:
    wall = at.astimezone(ZoneInfo(spec.timezone))
    today = wall.date()
    if today in spec.closed:
        return False
    weekday = WEEKDAYS[today.weekday()]
    slots = spec.opened.get(today) or (() if today in spec.holidays else spec.week.get(weekday, ()))  # type: ignore[call-overload]
    clock = wall.isoformat()[11:16]
    if not any(slot[:5] <= clock < slot[6:] for slot in slots):
        return False
    return not any(outage.start <= at < outage.end for outage in spec.outages)


minutes_around = st.integers(-4000, 4000)
budgets = st.integers(0, 40 * 3600).map(lambda seconds: timedelta(seconds=seconds))
offsets = st.integers(-5 * 86400 * 10**6, 5 * 86400 * 10**6).map(lambda us: timedelta(microseconds=us))


def _added(calendar: WorkingCalendar, start: datetime, budget: timedelta) -> datetime:
    """`add`, for calendars that have enough open time left before they end."""
    assert calendar.known_until is not None
    assume(calendar.between(start, calendar.known_until) >= budget)
    return calendar.add(start, budget)


@settings(max_examples=100, deadline=None)
@given(calendars(), minutes_around, st.integers(0, 3000))
def test_between_agrees_with_a_plain_loop_over_the_wall_clock(
    drawn: tuple[CalendarSpec, datetime], begin: int, length: int
) -> None:
    spec, noon = drawn
    calendar = WorkingCalendar(spec)
    start = noon + begin * MINUTE
    looks = [open_by_the_clock_on_the_wall(spec, start + n * MINUTE) for n in range(length)]
    assert calendar.between(start, start + length * MINUTE) == sum(looks) * MINUTE


@settings(max_examples=60, deadline=None)
@given(calendars(), minutes_around, st.integers(1, 1500))
def test_add_stops_at_the_very_minute_at_which_a_plain_loop_has_counted_enough(
    drawn: tuple[CalendarSpec, datetime], begin: int, budget: int
) -> None:
    spec, noon = drawn
    calendar = WorkingCalendar(spec)
    start = noon + begin * MINUTE
    at, counted = start, 0
    while counted < budget and at < noon + timedelta(days=4):
        counted += open_by_the_clock_on_the_wall(spec, at)
        at += MINUTE
    assume(counted == budget)
    assert calendar.add(start, budget * MINUTE) == at


@settings(max_examples=60, deadline=None)
@given(calendars(), st.integers(-4 * 86400, 4 * 86400), st.integers(0, 1500))
def test_between_agrees_with_a_plain_loop_second_by_second(
    drawn: tuple[CalendarSpec, datetime], begin: int, length: int
) -> None:
    spec, noon = drawn
    start = noon + timedelta(seconds=begin)
    looks = [open_by_the_clock_on_the_wall(spec, start + timedelta(seconds=n)) for n in range(length)]
    expected = timedelta(seconds=sum(looks))
    assert WorkingCalendar(spec).between(start, start + timedelta(seconds=length)) == expected


@settings(max_examples=80, deadline=None)
@given(calendars(), minutes_around)
def test_is_open_agrees_with_the_wall_clock(drawn: tuple[CalendarSpec, datetime], minute: int) -> None:
    spec, noon = drawn
    at = noon + minute * MINUTE
    assert WorkingCalendar(spec).is_open(at) == open_by_the_clock_on_the_wall(spec, at)


@settings(max_examples=150, deadline=None)
@given(calendars(), offsets, budgets)
def test_the_budget_comes_back_out_and_no_earlier_instant_would_do(
    drawn: tuple[CalendarSpec, datetime], offset: timedelta, budget: timedelta
) -> None:
    spec, noon = drawn
    calendar, start = WorkingCalendar(spec), noon + offset
    due = _added(calendar, start, budget)
    assert due.tzinfo is UTC
    assert calendar.between(start, due) == budget
    if budget:
        assert calendar.between(start, due - timedelta(microseconds=1)) < budget
    else:
        assert due == start


@settings(max_examples=100, deadline=None)
@given(calendars(), offsets, budgets, budgets)
def test_budgets_add_up(
    drawn: tuple[CalendarSpec, datetime], offset: timedelta, first: timedelta, second: timedelta
) -> None:
    spec, noon = drawn
    calendar, start = WorkingCalendar(spec), noon + offset
    whole = _added(calendar, start, first + second)
    assert calendar.add(calendar.add(start, first), second) == whole


@settings(max_examples=100, deadline=None)
@given(calendars(), st.lists(offsets, min_size=3, max_size=3).map(sorted))
def test_spans_add_up(drawn: tuple[CalendarSpec, datetime], cuts: list[timedelta]) -> None:
    spec, noon = drawn
    calendar = WorkingCalendar(spec)
    start, middle, end = (noon + cut for cut in cuts)
    parts = calendar.between(start, middle) + calendar.between(middle, end)
    assert parts == calendar.between(start, end) <= end - start


@settings(max_examples=100, deadline=None)
@given(calendars(), st.lists(offsets, min_size=2, max_size=2).map(sorted), st.lists(budgets, min_size=2, max_size=2))
def test_a_later_start_or_a_larger_budget_never_comes_due_earlier(
    drawn: tuple[CalendarSpec, datetime], starts: list[timedelta], amounts: list[timedelta]
) -> None:
    spec, noon = drawn
    calendar = WorkingCalendar(spec)
    earlier, later = (noon + offset for offset in starts)
    small, large = sorted(amounts)
    latest = _added(calendar, later, large)
    assert calendar.add(earlier, small) <= calendar.add(later, small) <= latest
    assert calendar.add(earlier, small) <= calendar.add(earlier, large) <= latest


@settings(max_examples=60, deadline=None)
@given(calendars(), st.lists(offsets, min_size=2, max_size=2).map(sorted))
def test_the_story_tells_what_between_counts(drawn: tuple[CalendarSpec, datetime], cuts: list[timedelta]) -> None:
    spec, noon = drawn
    calendar = WorkingCalendar(spec)
    start, end = (noon + cut for cut in cuts)
    story = calendar.story(start, end)
    spans = [span for day in story.days for span in day.counted]
    elapsed = (closes.astimezone(UTC) - opens.astimezone(UTC) for opens, closes in spans)
    assert sum(elapsed, timedelta()) == story.worked == calendar.between(start, end)


@settings(max_examples=25, deadline=None)
@given(calendars(), st.lists(st.integers(0, 12 * 365), min_size=1, max_size=6), budgets)
def test_what_was_asked_before_does_not_change_an_answer(
    drawn: tuple[CalendarSpec, datetime], days_back: list[int], budget: timedelta
) -> None:
    spec, noon = drawn
    asked_much = WorkingCalendar(spec)
    for days in days_back:
        start = noon - timedelta(days=days)
        assert asked_much.between(start, noon) == WorkingCalendar(spec).between(start, noon)
        due = _added(asked_much, start, budget)
        assert WorkingCalendar(spec).add(start, budget) == due


@settings(max_examples=60, deadline=None)
@given(calendars())
def test_a_calendar_survives_being_written_down_and_read_again(drawn: tuple[CalendarSpec, datetime]) -> None:
    spec, _ = drawn
    assert CalendarSpec.model_validate_json(spec.model_dump_json()) == spec
