"""The online lane held against the walk-in lane: an alarm on record, told once, until it keeps up; and its people."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from support.office import (
    a_dossier,
    an_office,
    at_once,
    clock_of,
    do,
    members_of,
    refused,
    shipped,
    to_the_end,
    waiting_at,
)

from domain.lane import Capacity, Parity
from domain.office import OfficeConfig
from domain.parity import Verdict
from domain.roles import Lane
from lanes.case import Deficiency
from lanes.office import Office

MINUTE = timedelta(minutes=1)


def held_to(parity: Parity | None = None, capacity: Capacity | None = None) -> OfficeConfig:
    online = shipped().lanes[Lane.ONLINE]
    changes = {name: rule for name, rule in (("parity", parity), ("capacity", capacity)) if rule is not None}
    return replace(shipped(), lanes={**shipped().lanes, Lane.ONLINE: online.model_copy(update=changes)})


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Office:
    return an_office(tmp_path, database_url=database_url, config=held_to(Parity(at_least=2)))


def issued_after(office: Office, lane: str, hours: float) -> None:
    """Two dossiers whose documents are issued so many hours after they were handed in, on mornings of their own."""
    for _ in range(2):
        morning = office.config.calendars[Lane.MANUAL].add(office.config.office.midnight(office.clock.now()), MINUTE)
        clock_of(office).to(morning)
        lodged = a_dossier(office).of_type("SKPTI").in_lane(lane).lodged()
        clock_of(office).forward(hours=hours)
        to_the_end(lodged)


def told(office: Office) -> Counter[tuple[str, str]]:
    return Counter((m.message, str(m.to_person)) for m in office.outbox.listing(limit=1000) if "parity" in m.message)


def test_a_slower_online_lane_raises_one_alarm_which_managers_and_head_hear_of_once(office: Office) -> None:
    issued_after(office, "manual", 2)
    issued_after(office, "online", 3)
    for _ in range(3):
        report = office.parity.look()
    assert {c.code: c.verdict for c in report.comparisons} == {"": Verdict.SLOWER, "SKPTI": Verdict.SLOWER}
    assert {alarm.code for alarm in report.alarms} == {"", "SKPTI"}
    managers = {rules.manager for rules in office.config.lanes.values()}
    assert told(office) == {("staff_parity", person): 2 for person in (*managers, "kepala", "sekretaris")}
    figures = {str(m.values["reason"]) for m in office.outbox.listing(limit=1000) if m.message == "staff_parity"}
    assert figures == {"median 3.0 h / 2.0 h (+1.0 h); p90 3.0 h / 2.0 h (+1.0 h)"}


def test_a_lane_in_which_work_lies_is_slower_however_quick_the_rest_is(office: Office) -> None:
    issued_after(office, "manual", 3)
    issued_after(office, "online", 1)
    lying = [waiting_at(office, "receive", "online", code="SKPTI") for _ in range(3)]
    back = waiting_at(office, "receive", "online", code="SKPTI")
    do(back, "receive", "incomplete", deficiencies=[Deficiency(item="other", note="x")], out_of_turn="SAME_CASE")
    assert office.parity.look().alarms == []
    clock_of(office).forward(days=12)
    report = office.parity.look()
    assert {alarm.code for alarm in report.alarms} == {"", "SKPTI"}
    (online,) = {each.online for each in report.comparisons}
    assert online is not None
    assert (online.dossiers, online.on_time) == (2 + len(lying), 0.4), "and not what waits for its applicant"


def test_the_alarm_stays_on_record_until_the_lane_keeps_up_and_then_ends(office: Office) -> None:
    issued_after(office, "manual", 2)
    issued_after(office, "online", 3)
    office.parity.look()
    clock_of(office).forward(days=29)
    issued_after(office, "online", 1)
    issued_after(office, "online", 1)
    issued_after(office, "manual", 2)
    report = office.parity.look()
    assert report.alarms == []
    (whole, of_type) = office.parity.alarms()
    assert {whole.code, of_type.code} == {"", "SKPTI"}
    assert whole.closed_at == clock_of(office).now()
    assert whole.figures["verdict"] == "slower"
    assert whole.closing is not None
    assert whole.closing["verdict"] == "keeps_up"
    assert told(office)["staff_parity_better", "kepala"] == 2


def test_hours_in_which_the_counters_are_closed_count_in_neither_lane(office: Office) -> None:
    lodged = []
    for lane, when in (("manual", "Tue 15:00"), ("online", "Tue 20:00")):
        clock_of(office).to(when)
        lodged += [a_dossier(office).of_type("SKPTI").in_lane(lane).lodged() for _ in range(2)]
    clock_of(office).to("Wed 08:30")
    for each in lodged:
        to_the_end(each)
    whole = office.parity.look().comparisons[0]
    assert whole.online is not None
    assert whole.manual is not None
    assert (whole.online.median_hours, whole.manual.median_hours) == (0.5, 1.5)
    assert whole.verdict is Verdict.KEEPS_UP


def test_two_looks_at_once_raise_one_alarm(office: Office) -> None:
    issued_after(office, "manual", 2)
    issued_after(office, "online", 3)
    at_once(office.parity.look, office.parity.look)
    assert len(office.parity.alarms()) == 2
    assert told(office)["staff_parity", "kepala"] == 2


def test_a_quick_online_lane_raises_none_and_the_report_shows_who_waited(office: Office) -> None:
    issued_after(office, "manual", 3)
    issued_after(office, "online", 2)
    report = office.parity.look()
    assert report.alarms == []
    online = report.comparisons[0].online
    assert online is not None
    assert (online.dossiers, online.on_time, online.out_of_turn) == (2, 1.0, 0.0)
    assert online.waited_hours == pytest.approx(2.0)
    assert sum(report.people.values()) == pytest.approx(1.0)


def test_a_loan_that_would_leave_the_lane_too_few_people_is_refused_and_one_into_it_is_not(
    tmp_path: Path, database_url: str
) -> None:
    office = an_office(tmp_path, database_url=database_url, config=held_to(capacity=Capacity(least_share="46%")))
    until = clock_of(office).now() + timedelta(days=3)

    def lend(username: str, lane: Lane, team: str) -> None:
        office.people.lend(username, lane=lane, team=team, reason="a rush", until=until, by="kepala")

    lend(members_of(office, "manual-front")[1], Lane.ONLINE, "online-front")
    lend(members_of(office, "online-front")[1], Lane.MANUAL, "manual-front")
    refusal = refused(lambda: lend(members_of(office, "online-front")[2], Lane.MANUAL, "manual-front"))
    assert refusal.code == "too_few_left"
    assert "online lane would have" in refusal.message


def warned(office: Office) -> Counter[tuple[str, str]]:
    return Counter((m.values["title_en"], str(m.to_person)) for m in office.outbox.listing(limit=1000)
                   if m.message == "staff_warning")  # fmt: skip


def test_a_lane_whose_people_are_absent_is_told_of_once_a_day(office: Office) -> None:
    until = clock_of(office).now() + timedelta(days=5)
    office.parity.look()
    assert not warned(office)
    first, *rest = {name: None for team in ("online-front", "online-entry", "online-verify")
                    for name in members_of(office, team)}  # fmt: skip
    office.people.absent(first, until, by="admin")
    assert office.people.left_short(first) == {}, "enough are there still"
    for username in rest:
        office.people.absent(username, until, by="admin")
    other = members_of(office, "manual-front")[1]
    office.people.absent(other, until, by="admin")
    assert office.people.left_short(other) == {}, "it leaves the online lane a larger share"
    for _ in range(2):
        report = office.parity.look()
    assert report.present[Lane.ONLINE] < 0.3 < report.people[Lane.ONLINE]
    assert office.people.left_short(rest[-1]) == {Lane.ONLINE: report.present[Lane.ONLINE]}
    people = (*(rules.manager for rules in office.config.lanes.values()), "kepala", "sekretaris")
    assert warned(office) == {("a lane has less than its share of those present", person): 1 for person in people}


def test_that_nothing_could_be_compared_for_a_whole_window_is_told(office: Office) -> None:
    clock_of(office).forward(days=27)
    office.parity.look()
    assert not warned(office)
    clock_of(office).forward(days=2)
    office.parity.look()
    assert warned(office)["too few dossiers to compare the lanes", "kepala"] == 1


def test_a_loan_lasts_a_year_at_most(office: Office) -> None:
    until = clock_of(office).now() + timedelta(days=400)
    guest = members_of(office, "online-front")[1]

    def lend() -> None:
        office.people.lend(guest, lane=Lane.MANUAL, team="manual-front", reason="a rush", until=until, by="kepala")

    assert refused(lend).code == "loan_too_long"


def test_what_a_loan_did_is_told_afterwards(office: Office) -> None:
    guest = members_of(office, "online-front")[1]
    until = clock_of(office).now() + timedelta(days=3)
    office.people.lend(guest, lane=Lane.MANUAL, team="manual-front", reason="a rush", until=until, by="kepala")
    lodged = waiting_at(office, "receive")
    office.desk.claim(lodged.number, None, by=guest)
    clock_of(office).forward(minutes=30)
    office.desk.complete(lodged.number, None, None, by=guest)
    clock_of(office).forward(days=4)
    (report,) = office.loans.report(days=30)
    assert not report.lasts
    assert (report.done[Lane.MANUAL].tasks, report.done[Lane.MANUAL].worked) == (1, timedelta(minutes=30))
    assert report.done[Lane.ONLINE].tasks == 0
