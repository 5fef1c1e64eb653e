"""The lane report's figures, by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.eventlog import Attribute, LogCase, LogEvent, with_standard_attributes
from domain.lane_report import LaneReport, lane_report
from domain.roles import Lane

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def a_case(
    *hours: float,
    lane: Lane = Lane.ONLINE,
    channel: str = "Web",
    due: float | None = None,
    by: str | None = "Sari",
    closed: bool | None = None,
) -> LogCase:
    """A case with an event at each of `hours` after the start, due `due` hours after it."""
    events = tuple(
        LogEvent(activity=f"step {place}", at=START + timedelta(hours=hour), resource=by)
        for place, hour in enumerate(hours)
    )
    deadline = None if due is None else START + timedelta(hours=due)
    return LogCase(case_id="c", lane=lane, channel=channel, events=events, deadline=deadline, closed=closed)


def report_of(*cases: LogCase, after: float = 1e6) -> LaneReport:
    """The report so many hours after the start."""
    return lane_report(cases, now=START + timedelta(hours=after))


def test_mean_median_and_p90_are_hours_from_first_to_last_event() -> None:
    row = report_of(a_case(0, 1), a_case(0, 2), a_case(3, 1), a_case(0, 10)).all
    assert (row.mean_hours, row.median_hours) == (3.75, 2.0)
    assert row.p90_hours == pytest.approx(7.6)


def test_one_case_of_one_event_took_no_time() -> None:
    row = report_of(a_case(5)).all
    assert (row.mean_hours, row.median_hours, row.p90_hours) == (0, 0, 0)


def test_a_case_is_on_time_up_to_the_very_deadline_and_counts_only_with_one() -> None:
    row = report_of(a_case(0, 4, due=4), a_case(0, 4, due=3.99), a_case(0, 400)).all
    assert (row.with_deadline, row.on_time) == (2, 0.5)


def test_what_cannot_be_measured_is_not_zero() -> None:
    row = report_of(a_case(due=4)).all
    assert (row.cases, row.events, row.mean_hours, row.p90_hours, row.on_time) == (1, 0, None, None, None)
    assert report_of().rows == ()


def test_rows_go_by_lane_then_by_size_then_the_lane_total() -> None:
    report = report_of(
        a_case(0, lane=Lane.MANUAL, channel="Counter"),
        a_case(0, channel="Mail"),
        a_case(0, channel="Web", by=None),
        a_case(0, 1, channel="Web", by="Budi"),
    )
    assert [(row.lane, row.channel, row.cases, row.people) for row in report.rows] == [
        ("online", "Web", 2, 1),
        ("online", "Mail", 1, 1),
        ("online", None, 3, 2),
        ("manual", "Counter", 1, 1),
        ("manual", None, 1, 1),
    ]
    assert report.to_dict()["rows"][2]["lane"] == "online"
    assert report.to_dict()["all"]["activities"] == 2


def test_an_open_case_took_no_time_yet_and_is_judged_only_once_it_is_late() -> None:
    finished, young = a_case(0, 4, due=4, closed=True), a_case(0, 90, due=100, closed=False)
    row = report_of(finished, young, after=99).all
    assert (row.cases, row.open, row.events) == (2, 1, 4)
    assert (row.mean_hours, row.median_hours, row.p90_hours) == (4, 4, 4)
    assert (row.with_deadline, row.on_time) == (1, 1.0)
    late = report_of(finished, young, after=100).all
    assert (late.median_hours, late.with_deadline, late.on_time) == (4, 2, 0.5)


def test_an_open_case_without_a_deadline_is_never_late() -> None:
    row = report_of(a_case(0, 1, closed=False)).all
    assert (row.open, row.median_hours, row.with_deadline, row.on_time) == (1, None, 0, None)


def test_a_log_that_does_not_tell_what_is_finished_is_measured_to_the_last_events() -> None:
    row = report_of(a_case(0, 4, due=3), a_case(0, 2, due=3)).all
    assert (row.open, row.median_hours, row.with_deadline, row.on_time) == (None, 3, 2, 0.5)
    assert row.to_dict()["open"] is None
    assert report_of(a_case(0, 4, closed=True)).all.open == 0


@given(st.lists(st.lists(st.floats(0, 1e5), min_size=1, max_size=4), min_size=1, max_size=20))
def test_the_figures_lie_between_the_shortest_and_the_longest_case(spans: list[list[float]]) -> None:
    row = report_of(*(a_case(*hours) for hours in spans)).all
    taken = [max(hours) - min(hours) for hours in spans]
    assert row.median_hours is not None
    assert row.p90_hours is not None
    assert min(taken) - 1e-6 <= row.median_hours <= row.p90_hours + 1e-6 <= max(taken) + 2e-6


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        LogEvent(activity="a", at=datetime(2026, 3, 2))  # noqa: DTZ001
    with pytest.raises(ValueError, match="aware"):
        LogCase(case_id="c", lane=Lane.ONLINE, channel="Web", events=(), deadline=datetime(2026, 3, 2))  # noqa: DTZ001


def test_standard_attributes_lead_and_take_the_place_of_ones_with_their_keys() -> None:
    own = (Attribute("string", "concept:name", "old"), Attribute("string", "note", "kept"))
    event = LogEvent(activity="new", at=START, attributes=own)
    case = LogCase(case_id="c-1", lane=Lane.ONLINE, channel="Web", events=(event,))
    (dressed,) = with_standard_attributes([case])
    assert dressed.attributes == (Attribute("string", "concept:name", "c-1"),)
    assert dressed.events[0].attributes == (
        Attribute("string", "concept:name", "new"),
        Attribute("date", "time:timestamp", "2026-03-02T08:00:00.000+00:00"),
        Attribute("string", "note", "kept"),
    )
