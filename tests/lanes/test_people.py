"""Who works where now: loans end by themselves, absence hands work back, and only some may change it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.office import a_dossier, an_office, clock_of, do, members_of, refused, shipped, up_to, waiting_at

from domain.dossier import TaskStatus
from domain.lane import LaneRules
from domain.roles import Lane
from lanes.office import Office
from lanes.records.staff import Membership


def lent(office: Office, username: str, **until: float) -> None:
    office.people.lend(
        username, lane=Lane.MANUAL, team="manual-front", reason="Antrean panjang",
        until=office.clock.now() + timedelta(**until), by=office.config.lanes[Lane.ONLINE].manager,
    )  # fmt: skip


def test_a_loan_lets_somebody_work_in_the_other_lane_until_its_end(office: Office) -> None:
    guest = members_of(office, "online-front")[0]
    first, second = waiting_at(office, "receive"), waiting_at(office, "receive")
    lent(office, guest, hours=2)
    do(first, "receive", by=guest)
    clock_of(office).forward(hours=2)
    assert "does not work in the manual lane" in refused(lambda: do(second, "receive", by=guest)).message
    assert office.desk.next(guest) is None


def test_a_loan_that_runs_out_leaves_no_task_with_the_guest(office: Office) -> None:
    guest = members_of(office, "online-front")[0]
    lodged = waiting_at(office, "receive")
    lent(office, guest, hours=2)
    office.desk.claim(lodged.number, None, by=guest)
    clock_of(office).forward(hours=3)
    assert refused(lambda: do(lodged, "receive", by=guest)).code == "not_allowed"
    office.desk.release(lodged.number, None, by=guest)
    do(lodged, "receive", by=members_of(office, "manual-front")[0])


def test_next_never_gives_a_guest_what_they_may_no_longer_do(office: Office) -> None:
    guest = members_of(office, "online-front")[0]
    lodged = waiting_at(office, "receive")
    lent(office, guest, hours=2)
    office.desk.claim(lodged.number, None, by=guest)
    clock_of(office).forward(hours=3)
    own = waiting_at(office, "receive", "online")
    given = office.desk.next(guest)
    assert given is not None
    assert given[1].number == own.number
    assert lodged.tasks["receive"].assignee == guest
    office.watch.sweep(Lane.MANUAL)
    assert lodged.tasks["receive"].status is TaskStatus.OPEN
    assert "task_released" in lodged.events


def test_a_sweep_takes_nothing_from_a_guest_who_may_still_do_it(office: Office) -> None:
    guest = members_of(office, "online-front")[0]
    lodged, own = waiting_at(office, "receive"), waiting_at(office, "receive", "online")
    lent(office, guest, hours=1)
    lent(office, guest, hours=8)
    office.desk.claim(lodged.number, None, by=guest)
    office.desk.claim(own.number, None, by=guest)
    clock_of(office).forward(hours=2)
    for lane in Lane:
        office.watch.sweep(lane)
    assert [each.tasks["receive"].assignee for each in (lodged, own)] == [guest, guest]


def test_a_loan_needs_a_reason_an_end_and_somebody_who_may(office: Office) -> None:
    guest, manager = members_of(office, "online-front")[0], office.config.lanes[Lane.ONLINE].manager
    now, loan = office.clock.now(), {"lane": Lane.MANUAL, "team": "manual-front"}
    later = now + timedelta(hours=1)
    lend = office.people.lend
    assert refused(lambda: lend(guest, **loan, reason=" ", until=later, by=manager)).code == "reason_missing"
    assert refused(lambda: lend(guest, **loan, reason="x", until=now, by=manager)).code == "loan_over"
    assert refused(lambda: lend(guest, **loan, reason="x", until=later, by=guest)).code == "not_allowed"
    assert refused(lambda: lend("nobody.here", **loan, reason="x", until=later, by=manager)).code == "unknown_person"
    strange = {**loan, "team": "manual-moon"}
    assert refused(lambda: lend(guest, **strange, reason="x", until=later, by=manager)).code == "unknown_team"


def test_a_lane_lends_its_own_people_and_the_borrowing_lane_takes_nobody(office: Office) -> None:
    guest, lanes = members_of(office, "online-front")[0], office.config.lanes
    into = {"lane": Lane.MANUAL, "team": "manual-front", "reason": "x", "until": office.clock.now() + timedelta(days=1)}
    refusal = refused(lambda: office.people.lend(guest, **into, by=lanes[Lane.MANUAL].manager))
    lender = lanes[Lane.ONLINE].manager
    assert refusal.code == "not_allowed"
    assert refusal.allowed == f"the manager of the online lane ({lender}), the head or an administrator"
    assert refused(lambda: office.people.lend(guest, **into, by="auditor")).code == "not_allowed"
    assert not any(each.loans for each in office.people.listing())
    for by in (lender, "kepala", "admin"):
        office.people.lend(guest, **into, by=by)
        assert refused(lambda by=by: office.people.lend(guest, **into, by=by)).code == "place_taken", (
            "it says nothing new"
        )
        into["until"] += timedelta(days=1)


def test_a_guest_is_not_at_home_in_the_lane_they_are_lent_to(office: Office) -> None:
    guest, lanes = members_of(office, "online-front")[0], office.config.lanes
    lent(office, guest, days=1)
    until = office.clock.now() + timedelta(days=9)

    def again(lane: Lane, by: Lane) -> None:
        office.people.lend(guest, lane=lane, team=f"{lane}-entry", reason="x", until=until, by=lanes[by].manager)

    for lane in Lane:
        assert refused(lambda lane=lane: again(lane, by=Lane.MANUAL)).code == "not_allowed"
        again(lane, by=Lane.ONLINE)


def test_a_loan_within_a_lane_is_made_by_its_manager(office: Office) -> None:
    clerk, lanes = members_of(office, "manual-front")[1], office.config.lanes
    into = {"lane": Lane.MANUAL, "team": "manual-entry", "reason": "x", "until": office.clock.now() + timedelta(days=1)}
    assert refused(lambda: office.people.lend(clerk, **into, by=lanes[Lane.ONLINE].manager)).code == "not_allowed"
    office.people.lend(clerk, **into, by=lanes[Lane.MANUAL].manager)


@pytest.mark.parametrize("lane", Lane)
def test_who_works_in_both_lanes_is_lent_by_the_one_that_gives_them_up(office: Office, lane: Lane) -> None:
    lanes, both = office.config.lanes, "sari.baru"
    add = {"name": "Sari Baru", "email": None, "by": "admin"}
    office.people.add(both, lane=Lane.MANUAL, teams=["manual-front"], **add)
    with office.store.begin() as work:
        work.people.add_membership(
            Membership(username=both, lane=Lane.ONLINE, team="online-front", by="admin", at=office.clock.now())
        )
    into = {"lane": lane, "team": f"{lane}-entry", "reason": "x", "until": office.clock.now() + timedelta(days=1)}
    (other,) = set(Lane) - {lane}
    assert refused(lambda: office.people.lend(both, **into, by=lanes[lane].manager)).code == "not_allowed"
    office.people.lend(both, **into, by=lanes[other].manager)


def test_who_works_in_no_lane_is_lent_by_the_head_or_an_administrator(office: Office) -> None:
    into = {"lane": Lane.MANUAL, "team": "manual-front", "reason": "x", "until": office.clock.now() + timedelta(days=1)}
    for lane in Lane:
        by = office.config.lanes[lane].manager
        refusal = refused(lambda by=by: office.people.lend("auditor", **into, by=by))
        assert (refusal.code, refusal.allowed) == ("not_allowed", "the head or an administrator")
    office.people.lend("auditor", **into, by="kepala")


def test_a_loan_ended_early_gives_the_guests_work_back_and_nothing_else(either: Office) -> None:
    guest = members_of(either, "online-front")[0]
    lodged, own = waiting_at(either, "receive"), waiting_at(either, "receive", "online")
    lent(either, guest, days=30)
    lent(either, guest, days=60)
    for each in (lodged, own):
        either.desk.claim(each.number, None, by=guest)
    clock_of(either).forward(minutes=20)
    lender = either.config.lanes[Lane.ONLINE].manager
    assert either.loans.recall(guest, lane=Lane.MANUAL, team="manual-front", by=lender) == 1
    assert (lodged.tasks["receive"].status, own.tasks["receive"].assignee) == (TaskStatus.OPEN, guest)
    assert lodged.events[-1] == "task_released"
    assert "does not work in the manual lane" in refused(lambda: do(lodged, "receive", by=guest)).message
    assert [(each.lasts, each.loan.until) for each in either.loans.report(7)] == [(False, either.clock.now())] * 2


def test_a_loan_is_ended_by_either_lanes_manager_the_head_or_an_administrator(office: Office) -> None:
    guest, lanes = members_of(office, "online-front")[0], office.config.lanes
    place = {"lane": Lane.MANUAL, "team": "manual-front"}
    for by in (lanes[Lane.ONLINE].manager, lanes[Lane.MANUAL].manager, "kepala", "admin"):
        lent(office, guest, days=1)
        for no in (guest, "auditor", members_of(office, "manual-front")[0]):
            refusal = refused(lambda no=no: office.loans.recall(guest, **place, by=no))
            assert refusal.code == "not_allowed"
            assert all(lanes[lane].manager in refusal.allowed for lane in Lane)
        assert office.loans.recall(guest, **place, by=by) == 0
    refusal = refused(lambda: office.loans.recall(guest, **place, by="admin"))
    assert (refusal.code, refusal.allowed) == ("no_loan", "a loan that lasts: `jalur operator list`")


def test_a_place_for_good_is_no_loan_and_keeps_its_work_when_a_loan_to_it_ends(office: Office) -> None:
    clerk, place = members_of(office, "manual-front")[1], {"lane": Lane.MANUAL, "team": "manual-front"}
    assert refused(lambda: office.loans.recall(clerk, **place, by="admin")).code == "no_loan"
    until = office.clock.now() + timedelta(days=1)
    office.people.lend(clerk, **place, reason="x", until=until, by="admin")
    lodged = waiting_at(office, "receive")
    office.desk.claim(lodged.number, None, by=clerk)
    assert office.loans.recall(clerk, **place, by="admin") == 0
    assert lodged.tasks["receive"].assignee == clerk


def test_an_auditor_looks_and_changes_nobody(office: Office) -> None:
    def add() -> None:
        office.people.add("baru", "Orang Baru", email=None, lane=Lane.MANUAL, teams=["manual-front"], by="auditor")

    assert refused(add).code == "not_allowed"


def test_somebody_added_works_at_once_and_is_added_once(office: Office) -> None:
    new = {"email": None, "lane": Lane.MANUAL, "teams": ["manual-front", "manual-entry"], "by": "admin"}
    office.people.add("sari.baru", "Sari Baru", **new)
    do(waiting_at(office, "receive"), "receive", by="sari.baru")
    assert refused(lambda: office.people.add("sari.baru", "Sari Baru", **new)).code == "person_exists"
    taken = members_of(office, "online-front")[0]
    assert refused(lambda: office.people.add(taken, "X", **new)).code == "person_exists"
    sari = next(person for person in office.people.listing() if person.username == "sari.baru")
    assert set(sari.teams) == {"manual/manual-front", "manual/manual-entry"}


def test_absence_hands_work_back_to_the_team(office: Office) -> None:
    lodged = [waiting_at(office, "receive") for _ in range(3)]
    clerk = members_of(office, "manual-front")[0]
    for each in lodged[:2]:
        office.desk.claim(each.number, None, by=clerk)
    manager = office.config.lanes[Lane.MANUAL].manager
    assert office.people.absent(clerk, office.clock.now() + timedelta(days=2), by=manager) == 2
    assert {each.tasks["receive"].status for each in lodged} == {TaskStatus.OPEN}
    assert lodged[0].events[-1] == "task_released"
    assert office.people.absent(clerk, None, by=manager) == 0
    assert next(p for p in office.people.listing() if p.username == clerk).absent_until is None


def test_an_absence_that_is_over_already_is_refused_and_changes_nothing(office: Office) -> None:
    clerk, lodged = members_of(office, "manual-front")[0], waiting_at(office, "receive")
    office.desk.claim(lodged.number, None, by=clerk)
    for until in (office.clock.now(), office.clock.now() - timedelta(days=9)):
        refusal = refused(lambda until=until: office.people.absent(clerk, until, by="admin"))
        assert refusal.code == "absence_over"
        assert "--back" in refusal.allowed
    for until in (office.clock.now() + timedelta(days=367), datetime.max.replace(tzinfo=UTC)):
        refusal = refused(lambda until=until: office.people.absent(clerk, until, by="admin"))
        assert refusal.code == "absence_too_long"
    assert lodged.tasks["receive"].assignee == clerk
    assert next(p for p in office.people.listing() if p.username == clerk).absent_until is None


def test_only_the_lanes_manager_a_lead_or_the_person_says_that_they_are_absent(office: Office) -> None:
    clerk, other = members_of(office, "manual-front")[1:3]
    until = office.clock.now() + timedelta(days=1)
    assert refused(lambda: office.people.absent(clerk, until, by=other)).code == "not_allowed"
    stranger = members_of(office, "online-front")[0]
    assert refused(lambda: office.people.absent(clerk, until, by=stranger)).code == "not_allowed"
    for by in (clerk, members_of(office, "manual-front")[0], office.config.lanes[Lane.MANUAL].manager, "admin"):
        office.people.absent(clerk, until, by=by)


def test_a_balanced_team_hands_its_work_to_who_is_there_and_has_the_least(tmp_path: Path) -> None:
    lane = shipped().lanes[Lane.MANUAL].model_dump()
    for team in lane["teams"]:
        if team["id"] == "manual-verify":
            team["assignment"] = "balanced"
    lanes = {**shipped().lanes, Lane.MANUAL: LaneRules.model_validate(lane)}
    office = an_office(tmp_path, config=replace(shipped(), lanes=lanes))
    away, *there = members_of(office, "manual-verify")
    office.people.absent(away, office.clock.now() + timedelta(days=9), by="admin")
    tasks = [up_to(a_dossier(office).lodged(), "verify").tasks["verify"] for _ in range(len(there) + 1)]
    assert Counter(str(task.assignee) for task in tasks) == Counter([*there, min(there)])
    assert {task.status for task in tasks} == {TaskStatus.CLAIMED}
