"""One dossier's time held by hand: who may, for which reason, and that nothing of it is lost or told to nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.office import (
    Lodged,
    a_dossier,
    at_once,
    clock_of,
    clocks,
    do,
    dues,
    lead_of,
    manager,
    members_of,
    refused,
    to_the_end,
    up_to,
    waiting_at,
    work_off,
)

from domain.clock import ClockKind
from domain.errors import Refused
from domain.pausing import OFFICE_REASONS, PauseReason
from domain.roles import Lane
from lanes.case import Deficiency
from lanes.office import Office
from lanes.records.pauses import PauseRecord

HOUR = timedelta(hours=1)


def pauses(lodged: Lodged) -> list[PauseRecord]:
    """Its pauses as kept."""
    with lodged.office.store.read() as work:
        return list(work.pauses.of(lodged.dossier.id))


def test_a_paused_dossier_has_no_due_time_and_goes_on_where_it_stood(either: Office) -> None:
    lodged = waiting_at(either, "enter")
    before = dues(lodged)
    either.pausing.pause(lodged.number, "SIAK_NETWORK", by=manager(either))
    assert set(dues(lodged).values()) == {None}
    clock_of(either).forward(hours=2)
    either.pausing.resume(lodged.number, by=manager(either))
    after = dues(lodged)
    calendar = either.config.calendars[Lane.MANUAL]
    for name, due in before.items():
        assert due is not None
        assert after[name] == calendar.add(due, 2 * HOUR), "two working hours later"
    assert lodged.events[-2:] == ["paused", "resumed"]


def test_the_pause_is_kept_with_its_reason_who_set_it_and_the_due_time_it_had(either: Office) -> None:
    lodged = waiting_at(either, "enter")
    due, since = lodged.dossier.due_at, either.clock.now()
    either.pausing.pause(lodged.number, "POWER", by="admin")
    (kept,) = pauses(lodged)
    assert (kept.reason, kept.by, kept.due_at, kept.started_at, kept.ended_at) == ("POWER", "admin", due, since, None)
    assert lodged.dossier.held == {"POWER": since.isoformat()}
    until = clock_of(either).forward(hours=1)
    either.pausing.resume(lodged.number, by="admin")
    (kept,) = pauses(lodged)
    assert kept.ended_at == until
    assert lodged.dossier.held == {}


def test_the_applicant_is_told_why_in_both_languages_and_nothing_personal(office: Office) -> None:
    lodged = waiting_at(office, "enter")
    office.pausing.pause(lodged.number, "SIAK_NETWORK", by="admin")
    (message,) = [each for each in office.outbox.listing() if each.message == "paused"]
    assert message.to_person is None
    assert message.values == {"reason": "gangguan jaringan SIAK", "reason_en": "SIAK network fault"}


def test_steps_that_open_during_a_pause_are_held_too_and_run_after_it(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    office.pausing.pause(lodged.number, "SIAK_NETWORK", by="admin")
    clock_of(office).forward(hours=1)
    do(lodged, "receive")
    work_off(office)
    assert lodged.tasks["enter"].due_at is None
    held = clocks(lodged)
    assert {kind: stored.clock.running for kind, stored in held.items()} == dict.fromkeys(held, False)
    office.pausing.resume(lodged.number, by="admin")
    now, calendar = office.clock.now(), office.config.calendars[Lane.MANUAL]
    assert lodged.tasks["enter"].due_at == calendar.add(now, clocks(lodged)[ClockKind.STEP].clock.budget.amount)
    assert all(stored.clock.running for stored in clocks(lodged).values())


def test_a_dossier_with_two_reasons_runs_when_neither_holds_it(office: Office) -> None:
    lodged = waiting_at(office, "enter")
    for reason in ("POWER", "TTE_BSRE"):
        office.pausing.pause(lodged.number, reason, by="admin")
    which = refused(lambda: office.pausing.resume(lodged.number, by="admin"))
    assert (which.code, which.allowed) == ("which_reason", "--reason POWER or --reason TTE_BSRE")
    office.pausing.resume(lodged.number, "TTE_BSRE", by="admin")
    assert lodged.dossier.due_at is None
    office.pausing.resume(lodged.number, by="admin")
    assert lodged.dossier.due_at is not None


@pytest.mark.parametrize("username", ["lead", "manager", "admin"])
def test_the_lead_of_an_open_step_the_manager_and_an_administrator_may(office: Office, username: str) -> None:
    lodged = waiting_at(office, "enter")
    by = {"lead": lead_of(office, "manual-entry"), "manager": manager(office)}.get(username, username)
    office.pausing.pause(lodged.number, "POWER", by=by)
    office.pausing.resume(lodged.number, by=by)


def test_others_may_not_and_are_told_who_may(office: Office) -> None:
    lodged = waiting_at(office, "enter")
    others = [
        members_of(office, "manual-entry")[-1], lead_of(office, "manual-front"), lead_of(office, "online-entry"),
        manager(office, Lane.ONLINE), "kepala",
    ]  # fmt: skip
    for by in others:
        refusal = refused(lambda by=by: office.pausing.pause(lodged.number, "POWER", by=by))
        assert refusal.code == "not_allowed"
        assert f"manager of the manual lane or an administrator may pause or resume this dossier, and {by} is none" in (
            refusal.message
        )
    assert lodged.dossier.held == {}
    assert refused(lambda: office.pausing.pause(lodged.number, "POWER", by="nobody.here")).code == "unknown_person"


def test_a_dossier_is_paused_only_for_what_its_document_needs(office: Office) -> None:
    lodged = waiting_at(office, "enter")
    misfit = refused(lambda: office.pausing.pause(lodged.number, "AFIS", by="admin"))
    assert (misfit.code, misfit.allowed) == ("reason_misfits", "SIAK_NETWORK, POWER, TTE_BSRE")
    assert lodged.dossier.held == {}


def test_the_applicants_pause_is_not_set_by_hand(office: Office) -> None:
    lodged = waiting_at(office, "enter")
    refusal = refused(lambda: office.pausing.pause(lodged.number, "APPLICANT_INCOMPLETE", by="admin"))
    assert refusal.code == "needs_message"
    assert "needs a message sent to them" in refusal.message
    do(waiting := waiting_at(office, "verify"), "verify", "incomplete", deficiencies=[Deficiency(item="other")])
    assert waiting.dossier.held.keys() == {"APPLICANT_INCOMPLETE"}
    by_hand = refused(lambda: office.pausing.resume(waiting.number, by="admin"))
    assert (by_hand.code, by_hand.allowed) == ("not_paused", "the applicant's answer (`jalur resubmit`)")


def test_an_unknown_reason_is_refused_with_those_there_are(office: Office) -> None:
    lodged = waiting_at(office, "enter")
    for call in (office.pausing.pause, office.pausing.resume):
        refusal = refused(lambda call=call: call(lodged.number, "LUNCH", by="admin"))
        assert (refusal.code, refusal.allowed) == ("unknown_reason", ", ".join(OFFICE_REASONS))


def test_the_same_reason_twice_is_refused_naming_what_is_allowed(office: Office) -> None:
    lodged = waiting_at(office, "enter")
    office.pausing.pause(lodged.number, "POWER", by="admin")
    head = lodged.dossier.journal_head
    refusal = refused(lambda: office.pausing.pause(lodged.number, "POWER", by="admin"))
    assert refusal.code == "paused_already"
    assert "jalur resume" in refusal.allowed
    assert "POWER" not in refusal.allowed.partition(":")[2]
    assert "AFIS" in refusal.allowed
    assert f"`jalur resume {lodged.number} --reason POWER`" in refusal.allowed
    assert lodged.dossier.journal_head == head


def test_a_dossier_that_is_not_paused_is_not_resumed(office: Office) -> None:
    lodged = waiting_at(office, "enter")
    for reason in (None, "POWER"):
        refusal = refused(lambda reason=reason: office.pausing.resume(lodged.number, reason, by="admin"))
        assert (refusal.code, refusal.allowed) == ("not_paused", "nothing, its time runs")


def test_a_closed_dossier_is_neither_paused_nor_resumed(office: Office) -> None:
    lodged = a_dossier(office).lodged()
    office.closing.withdraw(lodged.number, lodged.code)
    for call in (office.pausing.pause, office.pausing.resume):
        assert refused(lambda call=call: call(lodged.number, "POWER", by="admin")).code == "dossier_closed"


def test_a_dossier_that_ends_while_it_is_paused_ends_its_pauses_too(either: Office) -> None:
    lodged = waiting_at(either, "enter")
    either.pausing.pause(lodged.number, "POWER", by="admin")
    either.pausing.pause(lodged.number, "TTE_BSRE", by="admin")
    until = clock_of(either).forward(hours=1)
    either.closing.withdraw(lodged.number, lodged.code)
    assert lodged.dossier.held == {}
    assert [kept.ended_at for kept in pauses(lodged)] == [until, until]
    with either.store.read() as work:
        stopped = work.clocks.of(lodged.dossier.id, live=False)
    whole = [stored for stored in stopped if stored.task_id is None]
    assert [stored.clock.running for stored in whole] == [True, True]
    assert lodged.dossier.due_at is not None


def test_pausing_changes_nothing_about_who_does_what(office: Office) -> None:
    lodged = waiting_at(office, "enter")
    office.pausing.pause(lodged.number, "POWER", by="admin")
    office.pausing.resume(lodged.number, by="admin")
    assert to_the_end(lodged).status == "issued"
    assert office.audit.verify() == []


def test_a_pause_before_it_was_found_complete_holds_the_promise_from_its_first_instant(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    office.pausing.pause(lodged.number, "POWER", by="admin")
    up_to(lodged, "enter")
    assert lodged.dossier.due_at is None
    held = clocks(lodged)[ClockKind.TARGET].clock
    assert [(pause.start, pause.end) for pause in held.pauses] == [(held.start, None)]


def test_two_pauses_in_the_same_instant_leave_one(either: Office) -> None:
    for _ in range(5):
        lodged = waiting_at(either, "enter")
        results = at_once(*[lambda n=lodged.number: either.pausing.pause(n, "POWER", by="admin")] * 2)
        assert len([each for each in results if isinstance(each, Refused)]) == 1
        assert len(pauses(lodged)) == 1
    assert either.audit.verify() == []


def test_every_reason_is_called_something_in_both_languages() -> None:
    words = [(reason.words.id, reason.words.en) for reason in PauseReason]
    assert len(set(words)) == len(PauseReason)


def test_a_pause_ends_at_its_beginning_when_the_machine_s_clock_was_set_back_since(either: Office) -> None:
    lodged = waiting_at(either, "receive")
    either.pausing.pause(lodged.number, PauseReason.POWER, by="admin")
    began = either.clock.now()
    clock_of(either).forward(hours=-2)
    either.pausing.resume(lodged.number, by="admin")
    with either.store.read() as work:
        (pause,) = work.pauses.of(lodged.dossier.id)
    assert (pause.started_at, pause.ended_at) == (began, began)
    assert either.audit.verify() == []
