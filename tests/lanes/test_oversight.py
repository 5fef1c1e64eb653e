"""Both lanes at a glance: counted on both databases, listed for those who answer for a lane, refused in words."""

from __future__ import annotations

from support.office import a_dossier, clock_of, do, manager, refused, somebody_for, waiting_at, work_off

from domain.dossier import TaskStatus
from domain.foresight import AT_RISK_PERCENT
from domain.roles import Lane
from lanes.case import Deficiency
from lanes.office import Office
from lanes.oversight import LaneStanding
from lanes.records.overview import Shown


def standing(office: Office, lane: Lane = Lane.MANUAL) -> LaneStanding:
    """How a lane stands, as the head sees it."""
    return next(each for each in office.oversight.lanes(by="kepala") if each.lane is lane)


def test_what_is_open_is_counted_by_lane_type_and_queue(either: Office) -> None:
    first, second = waiting_at(either, "receive"), waiting_at(either, "verify")
    waiting_at(either, "receive", "online")
    found = standing(either)
    assert (found.open, found.at_risk, found.overdue, found.returned) == (2, 0, 0, 0)
    assert [(each.code, each.dossiers) for each in found.types] == [("KK-BARU", 2)]
    assert [(each.step, each.team, each.status, each.steps) for each in found.queues] == [
        (step, lodged.tasks[step].team, TaskStatus.OPEN, 1) for step, lodged in (("receive", first), ("verify", second))
    ]
    assert standing(either, Lane.ONLINE).open == 1


def test_at_risk_is_what_has_a_fifth_of_its_time_left_and_overdue_what_has_none(either: Office) -> None:
    lodged = waiting_at(either, "verify")
    rules, calendar = either.config.lanes[Lane.MANUAL], either.config.calendars[Lane.MANUAL]
    promise = rules.promise("KK-BARU", either.config.workflows["KK-BARU"].limit)
    assert promise.working
    risky = calendar.add(
        lodged.dossier.accepted_at or lodged.dossier.submitted_at, promise.amount * AT_RISK_PERCENT / 100
    )
    clock = clock_of(either)
    clock.to(risky)
    clock.forward(seconds=-1)
    assert (standing(either).at_risk, standing(either).overdue) == (0, 0)
    clock.forward(seconds=1)
    assert (standing(either).at_risk, standing(either).overdue) == (1, 0)
    assert [each.number for each in either.oversight.dossiers(Lane.MANUAL, Shown.AT_RISK, by="kepala")] == [
        lodged.number
    ]
    assert lodged.dossier.due_at is not None
    clock.to(lodged.dossier.due_at)
    assert (standing(either).at_risk, standing(either).overdue) == (0, 1)
    assert [each.number for each in either.oversight.dossiers(Lane.MANUAL, Shown.OVERDUE, by="kepala")] == [
        lodged.number
    ]


def test_a_returned_dossier_waits_for_its_applicant_and_stands_in_no_queue(either: Office) -> None:
    lodged = waiting_at(either, "receive")
    either.desk.claim(lodged.number, "receive", by=somebody_for(either, lodged.tasks["receive"]))
    do(lodged, "receive", "incomplete", deficiencies=[Deficiency(item="other", note="a paper")])
    found = standing(either)
    assert (found.open, found.returned, found.overdue, list(found.queues)) == (1, 1, 0, [])
    [listed] = either.oversight.dossiers(Lane.MANUAL, Shown.RETURNED, by="kepala")
    assert [listed.answer_by] == [each.due_at for each in lodged.tasks.values() if each.status is TaskStatus.WAITING]
    assert listed.answer_by is not None
    clock_of(either).to(listed.answer_by)
    assert (listed.due_at, listed.stands(clock_of(either).now())) == (None, True)


def test_ageing_puts_each_open_dossier_into_one_class(either: Office) -> None:
    waiting_at(either, "receive")
    clock_of(either).forward(days=4)
    a_dossier(either).lodged()
    assert [(since, until, count) for since, until, count in standing(either).ages if count] == [(0, 1, 1), (3, 7, 1)]
    assert standing(either).ages[-1] == (60, None, 0)


def test_a_notice_is_unanswered_until_somebody_does_something(either: Office) -> None:
    lodged = waiting_at(either, "verify")
    due = lodged.tasks["verify"].due_at
    assert due is not None
    clock_of(either).to(due)
    clock_of(either).forward(hours=24)
    either.watch.sweep(Lane.MANUAL)
    by = manager(either)
    found = either.oversight.unanswered(Lane.MANUAL, by=by)
    assert {each.notice.number for each in found} == {lodged.number}
    assert [each.notice.at for each in found] == sorted(each.notice.at for each in found)
    clock_of(either).forward(minutes=1)
    either.desk.release(lodged.number, "verify", by=somebody_for(either, lodged.tasks["verify"]))
    assert either.oversight.unanswered(Lane.MANUAL, by=by) == []


def test_who_answers_for_no_lane_is_told_why_they_see_nothing(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    operator = somebody_for(office, lodged.tasks["receive"])
    told = refused(lambda: office.oversight.lanes(by=operator))
    assert told.code == "not_allowed"
    assert operator in told.message


def test_a_manager_sees_counts_of_both_lanes_and_lists_of_their_own_only(office: Office) -> None:
    waiting_at(office, "receive")
    online = manager(office, Lane.ONLINE)
    assert [each.open for each in office.oversight.lanes(by=online) if each.lane is Lane.MANUAL] == [1]
    for look in (
        lambda: office.oversight.dossiers(Lane.MANUAL, Shown.ALL, by=online),
        lambda: office.oversight.queue(Lane.MANUAL, "receive", by=online),
        lambda: office.oversight.unanswered(Lane.MANUAL, by=online),
    ):
        assert refused(look).code == "not_allowed"


def test_a_queue_names_who_has_a_step_in_hand(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    holder = somebody_for(office, lodged.tasks["receive"])
    office.desk.claim(lodged.number, "receive", by=holder)
    work_off(office)
    (found,) = office.oversight.queue(Lane.MANUAL, "receive", by="auditor")
    assert (found.number, found.assignee, found.status) == (lodged.number, holder, TaskStatus.CLAIMED)
