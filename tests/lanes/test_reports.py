"""The lanes' report of live dossiers, on either database: what was handed in, worked off, paused, out of turn."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from support.office import a_dossier, clock_of, do, going_on, lead_of, to_the_end, up_to, waiting_at

from domain.eventlog import LogCase, LogEvent
from domain.lane_report import LaneRow
from domain.roles import Lane
from lanes.case import Deficiency
from lanes.eventlog import live_cases
from lanes.office import Office
from lanes.reports import Report, history_report


def lane_total(report: Report, lane: Lane) -> LaneRow:
    return next(row for row in report.lanes.rows if row.lane is lane and row.channel is None)


def test_an_open_dossier_counts_as_open_and_only_the_finished_took_time(either: Office) -> None:
    finished = a_dossier(either).of_type("SKPTI").in_lane("online").lodged()
    clock_of(either).forward(hours=2)
    to_the_end(finished)
    a_dossier(either).of_type("SKPTI").in_lane("online").lodged()
    report = either.reports.live()
    online = lane_total(report, Lane.ONLINE)
    assert (online.cases, online.open, online.with_deadline, online.on_time) == (2, 1, 1, 1.0)
    assert online.median_hours == 2.0
    assert report.trends.ages is not None
    assert [(age.from_days, age.open) for age in report.trends.ages if age.open] == [(0, 1)]
    assert sum(row.finished for row in report.trends.ended) == 1


def test_an_open_dossier_is_late_from_its_due_time_on(either: Office) -> None:
    lodged = a_dossier(either).of_type("SKPTI").lodged()
    clock_of(either).to(lodged.dossier.due_at or lodged.due_at)
    clock_of(either).forward(seconds=-1)
    assert lane_total(either.reports.live(), Lane.MANUAL).on_time is None
    clock_of(either).forward(seconds=1)
    late = lane_total(either.reports.live(), Lane.MANUAL)
    assert (late.open, late.with_deadline, late.on_time) == (1, 1, 0.0)


def test_a_returned_dossier_is_not_late_while_its_applicant_has_it(either: Office) -> None:
    lodged = waiting_at(either, "receive")
    do(lodged, "receive", "incomplete", deficiencies=[Deficiency(item="other", note="KK")])
    clock_of(either).forward(days=300)
    manual = lane_total(either.reports.live(), Lane.MANUAL)
    assert (manual.open, manual.with_deadline) == (1, 0)


def test_what_its_applicant_left_or_took_back_before_it_was_complete_is_no_lateness_of_the_office(
    either: Office,
) -> None:
    left, taken_back, sat_over = (waiting_at(either, "receive") for _ in range(3))
    do(left, "receive", "incomplete", deficiencies=[Deficiency(item="other", note="KK")])
    for _ in range(40):  # its reminders, its last date, its closing by rule
        clock_of(either).forward(days=1)
        either.watch.sweep(Lane.MANUAL)
    either.closing.withdraw(taken_back.number, taken_back.code)
    assert "closed_by_rule" in left.events
    report = either.reports.live()
    manual = lane_total(report, Lane.MANUAL)
    assert (manual.cases, manual.open) == (3, 1)
    assert (manual.with_deadline, manual.on_time) == (1, 0.0), "only what the office sat over is late"
    assert sum(row.with_deadline for row in report.trends.ended) == 0
    deadlines = {case.case_id: case.deadline for case in live_cases(either.store)}
    assert deadlines == {left.number: None, taken_back.number: None, sat_over.number: sat_over.dossier.due_at}


def test_the_figures_over_time_are_those_of_the_lines(either: Office) -> None:
    for lane, hours in (("online", 1), ("manual", 30), ("online", 200)):
        lodged = a_dossier(either).of_type("SKPTI").in_lane(lane).lodged()
        clock_of(either).forward(hours=hours)
        to_the_end(lodged)
    a_dossier(either).lodged()
    report = either.reports.live()
    for lane in Lane:
        total, own = lane_total(report, lane), [row for row in report.trends.ended if row.lane is lane]
        assert sum(row.finished for row in own) == total.cases - (total.open or 0)
        assert sum(row.with_deadline for row in own) == total.with_deadline
        in_time = sum((row.on_time or 0) * row.with_deadline for row in own)
        assert in_time == (total.on_time or 0) * total.with_deadline
    whole = [row for row in report.trends.adoption if row.district is None]
    assert (sum(row.applications for row in whole), sum(row.online for row in whole)) == (4, 2)
    by_district = [row for row in report.trends.adoption if row.district is not None]
    assert sum(row.applications for row in by_district) == 4


def test_waiting_is_told_apart_from_having_it_in_hand(either: Office) -> None:
    lodged = waiting_at(either, "receive")
    clock_of(either).forward(hours=3)
    task = lodged.tasks["receive"]
    either.desk.claim(lodged.number, "receive", by=lead_of(either, task.team or ""))
    clock_of(either).forward(hours=1)
    do(lodged, "receive", by=lead_of(either, task.team or ""))
    (step,) = [each for each in either.reports.live().trends.steps if each.step == "receive"]
    assert (step.lane, step.passages, step.hours, step.worked_hours) == (Lane.MANUAL, 1, 4.0, 1.0)


def test_pauses_count_by_reason_as_far_as_they_lie_in_the_time_asked_for(either: Office) -> None:
    lodged = waiting_at(either, "receive")
    manager = either.config.lanes[Lane.MANUAL].manager
    either.pausing.pause(lodged.number, "POWER", by=manager)
    clock_of(either).forward(days=3)
    for days, hours in ((None, 72.0), (1, 24.0)):
        pauses = either.reports.live(days=days).trends.pauses
        assert pauses is not None
        assert [(row.lane, row.reason, row.pauses, row.hours) for row in pauses] == [(Lane.MANUAL, "POWER", 1, hours)]


def test_an_applicant_who_answers_before_the_file_was_complete_is_waited_for_though_nothing_is_paused(
    either: Office,
) -> None:
    lodged = waiting_at(either, "receive")
    for returned_from in ("receive", "verify"):  # before it was found complete, and after
        up_to(lodged, returned_from)
        do(lodged, returned_from, "incomplete", deficiencies=[Deficiency(item="other")])
        clock_of(either).forward(hours=5)
        either.intake.resubmit(lodged.number, lodged.code)
    waits = either.reports.live().trends.pauses
    assert waits is not None
    assert [(row.reason, row.pauses, row.hours) for row in waits] == [
        ("APPLICANT_INCOMPLETE", 1, 5.0), ("NOT_YET_COMPLETE", 1, 5.0),
    ]  # fmt: skip


def test_a_task_taken_out_of_turn_counts_in_its_week(either: Office) -> None:
    first, second = waiting_at(either, "receive"), waiting_at(either, "receive")
    do(second, "receive")
    rows = either.reports.live().trends.overtakings
    assert rows is not None
    assert [(row.lane, row.count) for row in rows if row.count != "0"] == [(Lane.MANUAL, "<3")]
    assert first.dossier.is_open


def test_what_closed_before_the_days_asked_for_is_left_out_and_what_is_open_is_not(either: Office) -> None:
    to_the_end(a_dossier(either).of_type("SKPTI").lodged())
    waits = a_dossier(either).lodged()
    clock_of(either).forward(days=10)
    to_the_end(a_dossier(either).of_type("SKPTI").in_lane("online").lodged())
    report = either.reports.live(days=7)
    assert (report.lanes.all.cases, report.lanes.all.open) == (2, 1)
    assert {row.lane for row in report.trends.ended} == {Lane.ONLINE}
    assert sum(row.applications for row in report.trends.adoption if row.district is None) == 1
    assert waits.dossier.is_open


def test_a_live_log_tells_what_is_closed_and_keeps_only_activities(either: Office) -> None:
    lodged = up_to(a_dossier(either).of_type("SKPTI").lodged(), "receive")
    (case,) = live_cases(either.store)
    assert (case.closed, case.deadline) == (False, lodged.dossier.due_at)
    for _ in going_on(lodged):
        pass
    (case,) = live_cases(either.store)
    assert case.closed is True
    names = [event.activity for event in case.events]
    assert (names[0], names[-1]) == ("dossier_submitted", "dossier_issued")
    assert "receive" in names
    assert "step_completed" not in names
    assert "task_claimed" not in names


def test_history_measures_a_step_from_the_event_before_it_and_days_from_the_last_event(office: Office) -> None:
    now = clock_of(office).now()

    def a_case(days_ago: float) -> LogCase:
        begun = now - timedelta(days=days_ago)
        events = [LogEvent(activity=name, at=begun + timedelta(hours=hours)) for name, hours in
                  (("issue", 5), ("apply", 0), ("check", 2))]  # fmt: skip
        return LogCase(case_id=f"{days_ago}", lane=Lane.ONLINE, channel="web", events=tuple(events))

    cases = [a_case(0.5), a_case(30)]
    report = history_report(cases, ZoneInfo("Asia/Makassar"), last=now, days=None)
    assert [(row.step, row.passages, row.hours, row.worked_hours) for row in report.trends.steps] == [
        ("issue", 2, 6.0, None), ("check", 2, 4.0, None),
    ]  # fmt: skip
    assert (report.lanes.all.cases, report.lanes.all.open, report.trends.ages) == (2, None, None)
    assert history_report(cases, ZoneInfo("Asia/Makassar"), last=now, days=7).lanes.all.cases == 1
    assert history_report([], ZoneInfo("Asia/Makassar"), last=None, days=7).lanes.all.cases == 0
