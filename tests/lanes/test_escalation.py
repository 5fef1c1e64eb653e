"""Ladders as the office lives them: who hears what, in order, exactly once, and what is done besides.

A walk-in dossier that waits to be received on Tuesday at 9:00 has 30 working minutes: its rungs come at 9:24, 9:30,
14:30 (four working hours later) and Wednesday 9:30 (one working day later).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from support.drafts import Drafts
from support.office import (
    Lodged,
    a_dossier,
    an_office,
    at_once,
    clock_of,
    closed_by_sweeps_at,
    do,
    lead_of,
    manager,
    members_of,
    refused,
    to_the_end,
    waiting_at,
    work_off,
)

from adapters.sql.store import SqlStore
from domain.dossier import DossierStatus, TaskStatus
from domain.ladder import GRACE, RungAction
from domain.roles import Lane
from lanes.case import Deficiency
from lanes.office import Office
from lanes.records.escalations import Escalation
from lanes.records.rules import Policy
from lanes.rehearsal import APPLICANT

FRONT = "manual-front"


def sweep(office: Office, when: str = "") -> None:
    if when:
        clock_of(office).to(when)
    assert office.watch.sweep(Lane.MANUAL).failed == ()


def passed(lodged: Lodged) -> list[Escalation]:
    with lodged.office.store.read() as work:
        return work.escalations.of(lodged.dossier.id)


def heard(lodged: Lodged, place: str) -> dict[str, str]:
    """Whom a rung told by each of its actions."""
    return {each.action.value: each.person for each in passed(lodged) if each.place == place}


def answer_due(lodged: Lodged) -> datetime:
    """Until when the applicant may answer."""
    (due,) = [task.due_at for task in lodged.tasks.values() if task.status is TaskStatus.WAITING]
    assert due is not None
    return due


def away(office: Office, *people: str) -> None:
    for person in people:
        office.people.absent(person, office.clock.now() + timedelta(days=30), by="admin")


def test_rungs_are_climbed_in_order_each_when_it_comes_and_once(either: Office) -> None:
    lodged = waiting_at(either, "receive")
    office, lead = lodged.office, lead_of(either, FRONT)
    for when in ("Tue 09:23", "Tue 09:24", "Tue 09:30", "Tue 14:29", "Tue 14:30", "Wed 09:30", "Thu 12:00"):
        sweep(office, when)
        sweep(office)
    got = lodged.tasks["receive"].assignee
    assert [(each.place, each.action, each.person) for each in passed(lodged)] == [
        ("80%", RungAction.REMIND, lead),
        ("100%", RungAction.NOTIFY_LEAD, lead),
        ("+4wh", RungAction.NOTIFY_MANAGER, manager(office)),
        ("+4wh", RungAction.REASSIGN, got),
        ("+1wd", RungAction.NOTIFY_HEAD, "kepala"),
    ]
    assert [event for event in lodged.events if event in ("rung_passed", "fell_due", "task_assigned")] == [
        "rung_passed", "fell_due", "rung_passed", "rung_passed", "task_assigned", "rung_passed",
    ]  # fmt: skip
    assert either.audit.verify() == []


def test_a_rung_tells_at_its_instant_and_not_before(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    at = clock_of(office).to("Tue 09:24")
    clock_of(office).to(at - timedelta(microseconds=1))
    sweep(office)
    assert passed(lodged) == []
    clock_of(office).to(at)
    sweep(office)
    assert [each.place for each in passed(lodged)] == ["80%"]


def test_after_a_long_gap_what_is_still_true_is_told_and_what_changes_something_is_made_up_for(either: Office) -> None:
    lodged = waiting_at(either, "receive")
    sweep(either, "Fri 12:00")
    assert [(each.place, each.action) for each in passed(lodged)] == [
        ("+1wd", RungAction.REASSIGN), ("+1wd", RungAction.NOTIFY_HEAD),
    ]  # fmt: skip
    assert lodged.events.count("rung_passed") == 1
    assert lodged.events.count("fell_due") == 1
    assert lodged.dossier.priority == 1


def test_a_clock_that_steps_back_repeats_nothing(either: Office) -> None:
    lodged = waiting_at(either, "receive")
    sweep(either, "Tue 09:30")
    before = passed(lodged)
    clock_of(either).forward(hours=-3)
    sweep(either)
    assert passed(lodged) == before
    sweep(either, "Tue 09:45")
    assert passed(lodged) == before
    sweep(either, "Tue 14:30")
    assert [each.place for each in passed(lodged)][len(before) :] == ["+4wh", "+4wh"]


def test_two_sweeps_at_once_do_everything_once(either: Office) -> None:
    lodged = [waiting_at(either, "receive") for _ in range(6)]
    clock_of(either).to("Tue 14:30")
    at_once(*[lambda: either.watch.sweep(Lane.MANUAL)] * 3)
    sweep(either)
    assert [len(passed(each)) for each in lodged] == [2] * 6
    assert [each.dossier.priority for each in lodged] == [1] * 6
    assert [each.events.count("task_assigned") for each in lodged] == [1] * 6


def test_who_holds_the_task_is_reminded(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    holder = members_of(office, FRONT)[1]
    office.desk.claim(lodged.number, None, by=holder)
    sweep(office, "Tue 09:24")
    assert heard(lodged, "80%") == {"remind": holder}
    assert passed(lodged)[0].instead_of is None


@pytest.mark.parametrize("absent", range(5))
def test_a_notice_goes_on_until_it_reaches_somebody_present(office: Office, absent: int) -> None:
    lodged = waiting_at(office, "receive")
    way = [lead_of(office, FRONT), manager(office), "kepala", "sekretaris", "admin"]
    away(office, *way[:absent])
    sweep(office, "Tue 09:24")
    (notice,) = passed(lodged)
    assert notice.person == way[absent]
    assert notice.instead_of == "; ".join(["nobody holds it", *(f"{person} is absent" for person in way[:absent])])


def test_when_nobody_at_all_is_present_the_head_is_told_and_finds_it_on_coming_back(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    away(office, *(person.username for person in office.config.office.people if person.username != "admin"), "admin")
    sweep(office, "Wed 09:30")
    assert heard(lodged, "+1wd") == {"notify_head": "kepala"}
    assert lodged.tasks["receive"].status is TaskStatus.OPEN


def test_late_work_goes_before_the_rest_and_becomes_only_so_urgent(office: Office) -> None:
    late = waiting_at(office, "receive")
    clock_of(office).to("Tue 09:29")
    fresh = waiting_at(office, "receive")
    sweep(office, "Tue 09:30")
    assert (late.dossier.priority, fresh.dossier.priority) == (1, 0)
    assert late.tasks["receive"].priority == 1
    given = office.desk.next(members_of(office, FRONT)[0])
    assert given is not None
    assert given[1].number == late.number
    for step in ("receive", "enter", "verify", "approve"):
        do(late, step)
        work_off(office)
        clock_of(office).forward(days=8)
        sweep(office)
    assert late.dossier.priority == 3
    assert {task.priority for task in late.tasks.values()} == {3}


def test_late_work_is_handed_to_the_present_member_with_the_least_open_work(office: Office) -> None:
    first, second, *others = members_of(office, FRONT)
    away(office, *others[1:])
    busy = waiting_at(office, "receive")
    office.desk.claim(busy.number, None, by=others[0])
    lodged = waiting_at(office, "receive")
    office.desk.claim(lodged.number, None, by=first)
    do(busy, "receive", by=others[0])
    held = waiting_at(office, "receive")
    office.desk.claim(held.number, None, by=second)
    sweep(office, "Tue 14:30")
    assert lodged.tasks["receive"].assignee == others[0]
    (handed,) = [each for each in passed(lodged) if each.action is RungAction.REASSIGN]
    assert (handed.person, handed.instead_of) == (others[0], f"{first} had it")


def test_late_work_is_never_handed_to_whom_four_eyes_bar(office: Office) -> None:
    lodged = waiting_at(office, "verify")
    able = members_of(office, "manual-verify")
    assert isinstance(office.store, SqlStore)
    with office.store.engine.begin() as connection:  # everybody but one did the earlier step
        barred = "[" + ",".join(f'"{name}"' for name in able[:-1]) + "]"
        connection.exec_driver_sql(f"UPDATE task SET barred = '{barred}' WHERE id = {lodged.tasks['verify'].id}")
    clock_of(office).forward(days=1)
    sweep(office)
    assert lodged.tasks["verify"].assignee == able[-1]


def test_a_late_dossier_s_applicant_is_told_the_truth_once_for_each_promise(either: Office) -> None:
    lodged = waiting_at(either, "enter")
    due = lodged.dossier.due_at
    assert due is not None
    clock_of(either).to(due)
    sweep(either)
    sweep(either)
    (message,) = [each for each in either.outbox.listing() if each.message == "late"]
    assert message.to_person is None
    assert message.dossier_id == lodged.dossier.id
    assert message.values["estimate"].startswith("belum dapat dipastikan (berkas serupa")
    assert message.values["due"] == either.config.office.told(due)
    clock_of(either).forward(days=10)  # past the limit, and further
    sweep(either)
    clock_of(either).forward(days=10)
    sweep(either)
    assert len(to_applicant(either, "late")) == 2


def test_who_was_told_to_come_for_a_document_that_lies_ready_is_not_told_that_it_is_late(office: Office) -> None:
    ready, unfinished = waiting_at(office, "handover"), waiting_at(office, "enter")
    now = clock_of(office).forward(days=10)
    coming = {each.number for each in office.rehearsal.dry_run(Lane.MANUAL, now).coming if each.person == APPLICANT}
    sweep(office)
    late = {each.dossier_id for each in office.outbox.listing(limit=1000) if each.message == "late"}
    assert late == {unfinished.dossier.id}
    assert coming == {unfinished.number}
    assert ready.events.count("rung_passed") > 0, "the office hears of it all the same"
    assert office.audit.verify() == []


def test_an_applicant_who_does_not_answer_is_reminded_and_then_the_dossier_closes_by_rule(either: Office) -> None:
    lodged = waiting_at(either, "receive")
    do(lodged, "receive", "incomplete", deficiencies=[Deficiency(item="other")])
    last = answer_due(lodged)
    for _ in range(13):
        clock_of(either).forward(days=1)
        sweep(either)
    messages = [each.message for each in reversed(either.outbox.listing()) if each.to_person is None]
    assert messages == ["received", "returned", "reminder", "reminder"]
    assert lodged.dossier.is_open
    clock_of(either).to(last)
    sweep(either)
    assert lodged.dossier.status is DossierStatus.CANCELLED
    assert lodged.events[-3:] == ["rung_passed", "closed_by_rule", "dossier_cancelled"]
    assert "fell_due" not in lodged.events
    assert either.outbox.listing()[0].message == "cancelled"
    assert either.audit.verify() == []
    sweep(either)
    assert lodged.events.count("dossier_cancelled") == 1


def test_an_applicant_who_answers_on_the_last_day_is_not_closed(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    do(lodged, "receive", "incomplete", deficiencies=[Deficiency(item="other")])
    last = answer_due(lodged)
    clock_of(office).to(last - timedelta(seconds=1))
    office.intake.resubmit(lodged.number, lodged.code)
    clock_of(office).to(last)
    sweep(office)
    assert lodged.dossier.status is DossierStatus.SUBMITTED


def test_each_person_hears_of_a_sweep_in_one_message(either: Office) -> None:
    lodged = [a_dossier(either).lodged() for _ in range(25)]
    work_off(either)
    sweep(either, "Tue 09:24")
    (message,) = [each for each in either.outbox.listing(limit=1000) if each.to_person]
    assert (message.to_person, message.message) == (lead_of(either, FRONT), "staff_escalations")
    assert message.values["count"] == 25
    told = message.values["numbers"].split("\n")
    assert told == [*(each.number for each in lodged[:20]), "… (+5)"]
    sweep(either)
    assert len([each for each in either.outbox.listing(limit=1000) if each.to_person]) == 1


def test_one_dossier_is_told_with_its_step_and_due_time(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    sweep(office, "Tue 09:24")
    (message,) = [each for each in office.outbox.listing() if each.to_person]
    assert (message.message, message.dossier_id) == ("staff_escalation", lodged.dossier.id)
    assert message.values["rung"] == "80%"
    assert message.values["due"] == "03-03-2026 09:30"


def test_a_sweep_cut_off_before_it_told_loses_nothing_and_tells_nothing_twice(either: Office) -> None:
    lodged = waiting_at(either, "receive")
    assert isinstance(either.store, SqlStore)
    with either.store.engine.begin() as connection:  # as if the machine went down there
        connection.exec_driver_sql("ALTER TABLE outbox RENAME TO gone")
    clock_of(either).to("Tue 09:24")
    assert refused(lambda: either.watch.sweep(Lane.MANUAL)).code
    assert [each.told_at for each in passed(lodged)] == [None]
    with either.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO outbox")
    sweep(either, "Tue 09:26")
    assert [each.told_at for each in passed(lodged)] == [either.clock.now()]
    sweep(either)
    assert len([each for each in either.outbox.listing() if each.to_person]) == 1


def test_what_is_closed_climbs_nothing(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    with office.store.begin() as work:
        (clock,) = work.clocks.of(lodged.dossier.id)
    to_the_end(lodged)
    with office.store.begin() as work:  # a clock that was forgotten
        work.clocks.save(replace(clock, stopped_at=None))
    before = lodged.events
    clock_of(office).forward(days=3)
    sweep(office)
    assert lodged.events == before
    with office.store.read() as work:
        assert work.clocks.of(lodged.dossier.id) == []


def test_a_held_dossier_climbs_nothing_until_it_goes_on(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    clock_of(office).to("Tue 09:20")
    lead = lead_of(office, FRONT)
    office.pausing.pause(lodged.number, "POWER", by=lead)
    sweep(office, "Thu 09:00")
    assert passed(lodged) == []
    office.pausing.resume(lodged.number, "POWER", by=lead)
    sweep(office)
    assert passed(lodged) == []
    sweep(office, "Thu 09:04")
    assert [each.place for each in passed(lodged)] == ["80%"]


# --- nobody is closed unwarned -------------------------------------------------------------------------------------


def returned(office: Office) -> Lodged:
    lodged = waiting_at(office, "receive")
    do(lodged, "receive", "incomplete", deficiencies=[Deficiency(item="other")])
    return lodged


def to_applicant(office: Office, message: str) -> list[str]:
    """The last dates that such messages named, in order."""
    return [each.values["due"] for each in reversed(office.outbox.listing(limit=1000)) if each.message == message]


def test_the_list_of_what_is_missing_names_the_last_date_to_answer(office: Office) -> None:
    lodged = returned(office)
    assert to_applicant(office, "returned") == [office.config.office.told(answer_due(lodged))]
    body = office.config.messages["returned"].body
    assert "$due" in body.id
    assert "$due" in body.en


def test_after_a_gap_in_the_sweeps_the_applicant_is_reminded_first_and_closed_on_the_date_named(either: Office) -> None:
    lodged, told = returned(either), either.config.office.told
    clock_of(either).to(answer_due(lodged) + timedelta(days=2))
    last = either.clock.now() + GRACE
    sweep(either)
    sweep(either.renew())
    assert lodged.dossier.is_open
    assert to_applicant(either, "reminder") == [told(last)]
    clock_of(either).to(last - timedelta(seconds=1))
    sweep(either.renew())
    assert lodged.dossier.is_open
    clock_of(either).to(last)
    sweep(either.renew())
    sweep(either.renew())
    assert lodged.dossier.status is DossierStatus.CANCELLED
    assert to_applicant(either, "reminder") == [told(last)]
    assert [lodged.events.count(each) for each in ("closing_postponed", "closed_by_rule")] == [1, 1]
    assert either.audit.verify() == []


def test_a_reminder_that_comes_late_leaves_time_to_act_on_it(office: Office) -> None:
    lodged = returned(office)
    clock_of(office).to(answer_due(lodged) - timedelta(minutes=1))
    last = office.clock.now() + GRACE
    sweep(office)
    assert to_applicant(office, "reminder") == [office.config.office.told(last)]
    closed_by_sweeps_at(lodged, last)


def test_a_shorter_time_to_answer_closes_nobody_before_the_date_that_a_reminder_named(tmp_path: Path) -> None:
    drafts = Drafts()
    office = an_office(tmp_path, config=drafts.config, rule_files=drafts)
    unwarned = returned(office)
    clock_of(office).forward(days=6)
    drafts.promise(Lane.MANUAL, answer="2d")
    office.rules.apply(Lane.MANUAL, by=manager(office), reason="to see", policy=Policy.RECOMPUTE)
    office = office.renew()
    last = office.clock.now() + GRACE
    sweep(office)
    assert unwarned.dossier.is_open
    assert to_applicant(office, "reminder") == [office.config.office.told(last)]
    clock_of(office).to(last)
    sweep(office)
    assert unwarned.dossier.status is DossierStatus.CANCELLED


def test_an_applicant_reminded_of_a_later_date_has_until_then_when_the_rules_become_shorter(tmp_path: Path) -> None:
    drafts = Drafts()
    office = an_office(tmp_path, config=drafts.config, rule_files=drafts)
    warned = returned(office)
    last = answer_due(warned)
    clock_of(office).forward(days=7)
    sweep(office)
    drafts.promise(Lane.MANUAL, answer="2d")
    office.rules.apply(Lane.MANUAL, by=manager(office), reason="to see", policy=Policy.RECOMPUTE)
    office = office.renew()
    sweep(office)
    clock_of(office).to(last - timedelta(seconds=1))
    sweep(office)
    assert warned.dossier.is_open
    clock_of(office).to(last)
    sweep(office)
    assert warned.dossier.status is DossierStatus.CANCELLED
    assert set(to_applicant(office, "reminder")) == {office.config.office.told(last)}


def test_an_applicant_hears_of_a_lateness_that_lasts_though_a_higher_rung_was_passed_meanwhile(either: Office) -> None:
    lodged = waiting_at(either, "enter")
    assert lodged.dossier.due_at is not None
    clock_of(either).to(lodged.dossier.due_at + timedelta(days=10))
    sweep(either)
    clock_of(either).forward(days=10)
    sweep(either)
    assert to_applicant(either, "late") == [either.config.office.told(lodged.dossier.due_at)]
