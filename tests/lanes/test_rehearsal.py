"""The dry run tells what then happens: it is held against real sweeps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from support.drafts import Drafts
from support.office import a_dossier, clock_of, do, lead_of, to_the_end, waiting_at

from adapters.sql.store import SqlStore
from domain.clock import ClockKind
from domain.ladder import GRACE, STAFF, RungAction
from domain.roles import Lane
from lanes.case import Deficiency
from lanes.office import Office
from lanes.rehearsal import APPLICANT, LEAST_BUSY


def spoilt(office: Office, change: str, dossier_id: int) -> None:
    """Write something into the rows of a dossier behind the office's back."""
    assert isinstance(office.store, SqlStore)
    column = "id" if change.startswith("dossier") else "dossier_id"
    with office.store.engine.begin() as connection:
        connection.execute(text(f"UPDATE {change} WHERE {column} = :id"), {"id": dossier_id})


def test_what_is_rehearsed_is_what_the_sweeps_then_do(either: Office) -> None:
    lodged = [waiting_at(either, "receive"), waiting_at(either, "enter"), waiting_at(either, "verify")]
    until = either.clock.now() + timedelta(days=2)
    coming = either.rehearsal.dry_run(Lane.MANUAL, until).coming
    for at in sorted({each.at for each in coming}):
        clock_of(either).to(at)
        either.watch.sweep(Lane.MANUAL)
    with either.store.read() as work:
        told = [each for one in lodged for each in work.escalations.of(one.dossier.id) if each.action in STAFF]
    # A task that was handed on has a holder, whom no dry run can know before.
    handed = {(each.number, each.clock) for each in coming if each.action is RungAction.REASSIGN}
    rehearsed = {(each.at, each.number, each.clock, each.place, each.action, each.person) for each in coming
                 if each.action in STAFF}  # fmt: skip
    assert rehearsed == {(each.at, each.number, each.kind, each.place, each.action, each.person) for each in told}
    assert handed


def test_who_hears_is_asked_for_the_time_of_each_rung_as_the_sweeps_then_ask(office: Office) -> None:
    lodged, people = waiting_at(office, "receive"), office.people
    lead, now = lead_of(office, "manual-front"), office.clock.now()
    manager = office.config.lanes[Lane.MANUAL].manager
    people.absent(lead, now + timedelta(days=30), start=now + timedelta(minutes=10), by=lead)
    people.absent(manager, now + timedelta(minutes=20), by=manager)
    until = now + timedelta(days=2)
    coming = office.rehearsal.dry_run(Lane.MANUAL, until).coming
    for at in sorted({each.at for each in coming}):
        clock_of(office).to(at)
        office.watch.sweep(Lane.MANUAL)
    with office.store.read() as work:
        told = [each for each in work.escalations.of(lodged.dossier.id) if each.action in STAFF]
    expected = {(each.at, each.place, each.action, each.person, each.instead_of) for each in coming
                if each.action in STAFF and each.number == lodged.number}  # fmt: skip
    handed = min(each.at for each in coming if each.action is RungAction.REASSIGN)
    assert {each for each in expected if each[0] <= handed} == {
        (each.at, each.place, each.action, each.person, each.instead_of) for each in told if each.at <= handed
    }  # fmt: skip
    assert lead not in {person for _, _, _, person, _ in expected}
    assert manager in {person for _, _, _, person, _ in expected}
    receive = [each for each in office.rehearsal.timeline("KK-BARU", Lane.MANUAL) if each.step == "receive"]
    assert lead not in {each.person for each in receive}, "his absence has begun meanwhile"


def test_what_somebody_holds_whose_absence_begins_is_nobody_s_by_then(office: Office) -> None:
    lodged = waiting_at(office, "enter")
    task = lodged.tasks["enter"]
    holder = next(each for each in office.config.lanes[Lane.MANUAL].team[task.team or ""].members
                  if each != lead_of(office, task.team or ""))  # fmt: skip
    office.desk.claim(lodged.number, "enter", by=holder)
    now = office.clock.now()
    office.people.absent(holder, now + timedelta(minutes=2), start=now + timedelta(minutes=1), by=holder)
    coming = office.rehearsal.dry_run(Lane.MANUAL, now + timedelta(days=2)).coming
    reminded = [each for each in coming if each.action is RungAction.REMIND and each.step == "enter"]
    assert [(each.person, each.instead_of) for each in reminded] == [
        (lead_of(office, task.team or ""), "nobody holds it")
    ]


def test_rules_that_come_into_force_meanwhile_are_named(drafting: Office, drafts: Drafts) -> None:
    drafts.promise(Lane.MANUAL, human="15wm")
    at = drafting.clock.now() + timedelta(hours=5)
    manager = drafting.config.lanes[Lane.MANUAL].manager
    version = drafting.rules.apply(Lane.MANUAL, by=manager, reason="Shorter", at=at).version
    for hours, named in ((4, []), (6, [version.id])):
        told = drafting.rehearsal.dry_run(Lane.MANUAL, drafting.clock.now() + timedelta(hours=hours))
        assert [each.id for each in told.scheduled] == named
    assert [each.id for each in drafting.rehearsal.scheduled(Lane.MANUAL)] == [version.id]
    assert drafting.rehearsal.scheduled(Lane.ONLINE) == []


def test_what_has_come_already_comes_now_and_as_the_sweep_would_tell_it(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    clock_of(office).to("Tue 09:40")
    first = office.rehearsal.dry_run(Lane.MANUAL, office.clock.now()).coming
    assert [(each.at, each.number, each.place, each.action, each.person) for each in first] == [
        (office.clock.now(), lodged.number, "100%", RungAction.NOTIFY_LEAD, lead_of(office, "manual-front")),
        (office.clock.now(), lodged.number, "100%", RungAction.RAISE_PRIORITY, None),
    ]
    assert lodged.events.count("rung_passed") == 0


def test_after_a_dossier_is_closed_by_rule_nothing_more_comes_of_it(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    do(lodged, "receive", "incomplete", deficiencies=[Deficiency(item="other")])
    coming = office.rehearsal.dry_run(Lane.MANUAL, office.clock.now() + timedelta(days=60)).coming
    assert {each.person for each in coming} == {APPLICANT}
    assert [each.action for each in coming] == [RungAction.REMIND_APPLICANT] * 2 + [RungAction.CLOSE]


def test_a_lane_file_s_ladders_are_shown_as_a_timeline(office: Office) -> None:
    told = office.rehearsal.timeline("KK-BARU", Lane.MANUAL)
    receive = [each for each in told if each.step == "receive" and each.person]
    assert [(each.place, each.person) for each in receive] == [
        ("80%", lead_of(office, "manual-front")), ("100%", lead_of(office, "manual-front")),
        ("+4wh", office.config.lanes[Lane.MANUAL].manager), ("+4wh", LEAST_BUSY), ("+1wd", "kepala"),
    ]  # fmt: skip
    assert [each.at for each in receive] == sorted(each.at for each in receive)
    assert {each.clock.value for each in told} == {"step", "target", "limit", "answer"}


def test_the_timeline_has_the_system_s_own_steps_as_the_sweep_has_them(office: Office) -> None:
    lodged = a_dossier(office).lodged()  # the system has it, and does nothing
    (own,) = lodged.tasks
    foreseen = [each for each in office.rehearsal.timeline(lodged.dossier.code, Lane.MANUAL) if each.step == own]
    assert foreseen
    assert RungAction.REASSIGN not in {each.action for each in foreseen}
    coming = office.rehearsal.dry_run(Lane.MANUAL, office.clock.now() + timedelta(days=20)).coming
    assert [(each.at, each.place, each.action, each.person) for each in coming if each.step == own] == [
        (each.at, each.place, each.action, each.person) for each in foreseen
    ]


def test_the_timeline_of_a_whole_dossier_names_whom_the_sweep_then_tells(office: Office) -> None:
    told = [each for each in office.rehearsal.timeline("KK-BARU", Lane.MANUAL)
            if each.clock is ClockKind.TARGET and each.action is RungAction.NOTIFY_LEAD]  # fmt: skip
    by_step = {step: each.person for each in told for step in each.while_at}
    assert "receive" not in by_step, "no clock of the whole runs before it is found complete"
    until, steps = office.clock.now() + timedelta(days=20), ("enter", "verify")
    for step in steps:
        number = waiting_at(office, step).number
        coming = [each for each in office.rehearsal.dry_run(Lane.MANUAL, until).coming if each.number == number]
        whole = [each for each in coming if each.clock is ClockKind.TARGET and each.action is RungAction.NOTIFY_LEAD]
        assert [each.person for each in whole] == [by_step[step]]
    assert len({by_step[step] for step in steps}) > 1


def test_late_work_goes_to_whoever_has_least_to_do_and_the_system_s_own_steps_to_nobody(office: Office) -> None:
    waiting_at(office, "receive")
    queued = a_dossier(office).lodged()
    coming = office.rehearsal.dry_run(Lane.MANUAL, office.clock.now() + timedelta(days=2)).coming
    handed = [each for each in coming if each.action is RungAction.REASSIGN]
    assert {each.person for each in handed} == {LEAST_BUSY}
    assert queued.number not in {each.number for each in handed}


def test_an_applicant_whom_no_sweep_reminded_is_rehearsed_to_be_reminded_and_closed_later(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    do(lodged, "receive", "incomplete", deficiencies=[Deficiency(item="other")])
    now = clock_of(office).forward(days=30)
    coming = office.rehearsal.dry_run(Lane.MANUAL, now + timedelta(days=30)).coming
    assert [(each.at, each.action) for each in coming] == [
        (now, RungAction.REMIND_APPLICANT), (now + GRACE, RungAction.CLOSE),
    ]  # fmt: skip


@pytest.mark.parametrize("change", ["clock SET rules = 99", "dossier SET code = 'XX'", "task SET barred = '['"])
def test_one_broken_dossier_is_named_and_the_others_are_rehearsed(either: Office, change: str) -> None:
    broken, whole = (waiting_at(either, "verify") for _ in range(2))
    number = broken.dossier.id
    spoilt(either, change, number)
    told = either.rehearsal.dry_run(Lane.MANUAL, either.clock.now() + timedelta(days=20))
    assert {each.number for each in told.coming} >= {whole.number}
    assert [each.split(":")[0] for each in told.failed] == [f"dossier {broken.number}"]


def test_an_unreadable_ledger_is_named_and_stops_no_dry_run_and_no_preview(drafting: Office, drafts: Drafts) -> None:
    broken, old, whole = (waiting_at(drafting, "verify") for _ in range(3))
    to_the_end(old)
    drafts.promise(Lane.MANUAL, target="1wd")
    for each in (broken, old):
        spoilt(drafting, "clock SET ledger = '{broken'", each.dossier.id)
    told = drafting.rehearsal.dry_run(Lane.MANUAL, drafting.clock.now() + timedelta(days=20))
    assert {each.number for each in told.coming} == {whole.number}
    assert set(told.failed) == {f"dossier {broken.number}: JSONDecodeError"}
    (seen,) = drafting.previews.preview(Lane.MANUAL)
    assert seen.open is not None
    assert seen.past is not None
    assert (seen.open.dossiers, seen.past.dossiers) == (1, 0)
    assert {f"dossier {each.number}: JSONDecodeError" for each in (broken, old)} <= set(seen.failed)


@pytest.mark.parametrize("change", ["clock SET rules = 99", "dossier SET workflow_version = 'XX'"])
def test_a_preview_names_what_is_broken_otherwise_too(drafting: Office, drafts: Drafts, change: str) -> None:
    broken, _ = (waiting_at(drafting, "verify") for _ in range(2))
    number = broken.dossier.id
    drafts.promise(Lane.MANUAL, target="1wd")
    spoilt(drafting, change, number)
    (seen,) = drafting.previews.preview(Lane.MANUAL)
    assert seen.open is not None
    assert seen.open.dossiers == 1
    assert {each.split(":")[0] for each in seen.failed} == {f"dossier {broken.number}"}
