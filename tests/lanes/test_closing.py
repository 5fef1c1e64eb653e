"""The ways a dossier ends before its workflow does."""

from __future__ import annotations

from contextlib import suppress

import pytest
from support.office import (
    a_dossier,
    a_family,
    at_once,
    do,
    lead_of,
    members_of,
    refused,
    taken,
    to_the_end,
    up_to,
    waiting_at,
    work_off,
)

from domain.citizen import Act
from domain.dossier import DossierStatus, TaskStatus
from domain.errors import Refused
from domain.roles import Lane
from lanes.engine import Claim, LeaseLost
from lanes.office import Office


def test_the_tracking_code_withdraws_and_nothing_else_does(office: Office) -> None:
    lodged = waiting_at(office, "verify")
    wrong = refused(lambda: office.closing.withdraw(lodged.number, "AAAA-BBBB-CCCC"))
    unknown = refused(lambda: office.closing.withdraw("MN-2026-999999", lodged.code))
    assert (wrong.code, str(wrong)) == ("unknown_dossier", str(unknown))
    office.closing.withdraw(lodged.number, lodged.code)
    assert lodged.dossier.status == DossierStatus.WITHDRAWN
    assert lodged.tasks == {}
    assert {task.status for task in office.views.dossier(lodged.number)[1]} == {TaskStatus.DONE, TaskStatus.CANCELLED}


def test_nobody_ends_a_dossier_that_is_recorded_or_of_which_a_document_is_sealed(office: Office) -> None:
    lodged, front = waiting_at(office, "approve", code="LHR"), members_of(office, "manual-front")[0]

    def acts() -> set[Act]:
        return {each.act for each in office.views.track(lodged.number, lodged.code).choices}

    def refusals() -> set[str]:
        before = lodged.dossier.journal_head
        codes = {refused(call).code for call in (
            lambda: office.closing.withdraw(lodged.number, lodged.code),
            lambda: office.closing.cancel(lodged.number, reason="Permohonan ganda", by=front),
        )}  # fmt: skip
        assert lodged.dossier.journal_head == before
        return codes

    assert Act.WITHDRAW in acts()
    do(lodged, "approve")
    work_off(office, Lane.MANUAL)
    assert "sign" in lodged.tasks
    assert (refusals(), Act.WITHDRAW in acts(), Act.COMPLAIN in acts()) == ({"recorded_already"}, False, True)
    do(lodged, "sign")
    work_off(office, Lane.MANUAL)
    assert lodged.tasks, "it waits for its applicant"
    assert (refusals(), Act.WITHDRAW in acts(), Act.COMPLAIN in acts()) == ({"sealed_already"}, False, True)


def test_what_teaches_the_register_nothing_is_withdrawn_until_it_is_sealed(office: Office) -> None:
    lodged = waiting_at(office, "sign", code="KED")
    office.closing.withdraw(lodged.number, lodged.code)
    assert lodged.dossier.status == DossierStatus.WITHDRAWN


@pytest.mark.parametrize("code", ["LHR", "MTI"])
def test_what_a_refused_dossier_told_the_register_is_taken_over_by_the_next_one(office: Office, code: str) -> None:
    family = a_family()
    draft = a_dossier(office).of_type(code).for_family(family)
    first = up_to(draft.lodged(), "sign")
    do(first, "sign", "returned", reason="Ejaan nama keliru")
    do(first, "enter")
    do(first, "verify", "rejected", reason="Bukti tidak sah")
    assert first.dossier.status == DossierStatus.REJECTED
    again = up_to(draft.in_lane("online").lodged(), "clear_identity" if code == "MTI" else "enter")
    if code == "MTI":  # the register says that this person has died
        do(again, "clear_identity", "confirmed", values={"identified_by": "Surat kematian"})
    to_the_end(again)
    assert again.dossier.status == DossierStatus.ISSUED
    assert office.audit.verify() == []


def test_a_faulty_document_that_is_not_made_anew_is_revoked(office: Office) -> None:
    lodged = waiting_at(office, "handover")
    with office.store.read() as work:
        (document,) = work.documents.of(lodged.dossier.id)
    do(lodged, "handover", "faulty")
    do(lodged, "enter")
    do(lodged, "verify", "rejected", reason="Datanya tidak benar")
    found = office.verifying.document(document.token)
    assert found is not None
    assert (found.valid, found.revoked_at) == (False, lodged.dossier.closed_at)


def test_an_ended_dossier_is_not_ended_again(office: Office) -> None:
    lodged = a_dossier(office).lodged()
    to_the_end(lodged)
    head = lodged.dossier.journal_head
    assert refused(lambda: office.closing.withdraw(lodged.number, lodged.code)).code == "wrong_status"
    assert lodged.dossier.journal_head == head


@pytest.mark.parametrize("team", ["manual-front", "manual-approve-population", "manual-head"])
def test_counter_division_head_and_head_cancel_with_a_reason(office: Office, team: str) -> None:
    lodged = waiting_at(office, "verify")
    who = members_of(office, team)[0]
    assert refused(lambda: office.closing.cancel(lodged.number, reason=" ", by=who)).code == "reason_missing"
    office.closing.cancel(lodged.number, reason="Permohonan ganda", by=who)
    assert lodged.dossier.status == DossierStatus.CANCELLED
    assert office.views.track(lodged.number, lodged.code).reason == "Permohonan ganda"


@pytest.mark.parametrize("team", ["manual-entry", "manual-verify", "manual-print", "online-front"])
def test_others_do_not_cancel(office: Office, team: str) -> None:
    lodged = waiting_at(office, "verify")
    who = members_of(office, team)[0]
    refusal = refused(lambda: office.closing.cancel(lodged.number, reason="ganda", by=who))
    assert (refusal.code, "front_office" in refusal.allowed) == ("not_allowed", True)
    assert lodged.dossier.is_open


def test_a_lead_who_is_no_member_and_a_stranger_do_not_cancel(office: Office) -> None:
    lodged = waiting_at(office, "verify")
    assert refused(lambda: office.closing.cancel(lodged.number, reason="x", by="nobody.here")).code == "unknown_person"
    verifier = lead_of(office, "manual-verify")
    assert refused(lambda: office.closing.cancel(lodged.number, reason="x", by=verifier)).code == "not_allowed"


def test_blanks_set_aside_are_given_back(office: Office) -> None:
    before = office.stock.levels()["ktp_blank"]
    lodged = up_to(a_dossier(office).of_type("KTP-GANTI").lodged(), "print_card")
    assert office.stock.levels()["ktp_blank"] == (before[0] - 1, before[1] + 1)
    office.closing.withdraw(lodged.number, lodged.code)
    assert office.stock.levels()["ktp_blank"] == before


def test_a_step_under_way_when_the_dossier_ends_changes_nothing_any_more(office: Office) -> None:
    lodged = a_dossier(office).lodged()
    claim = taken(office, lodged, "intake")
    office.closing.withdraw(lodged.number, lodged.code)
    with pytest.raises(LeaseLost):
        office.engine.execute(claim)
    office.engine.give_up(claim, "too late")
    assert lodged.events[-1] == "dossier_withdrawn"


def test_an_end_and_a_step_in_the_same_instant_leave_one_whole_story(either: Office) -> None:
    for _ in range(8):
        lodged = a_dossier(either).lodged()
        claim = taken(either, lodged, "intake")
        results = at_once(
            lambda claim=claim: _or_lost(either, claim),
            lambda lodged=lodged: either.closing.withdraw(lodged.number, lodged.code),
        )
        assert not [result for result in results if isinstance(result, Refused)]
        assert lodged.dossier.status == DossierStatus.WITHDRAWN
        assert lodged.tasks == {}
    assert either.audit.verify() == []


def _or_lost(office: Office, claim: Claim) -> None:
    with suppress(LeaseLost):
        office.engine.execute(claim)
