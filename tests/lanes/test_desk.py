"""The operators' side: who may take what, once, and what an outcome asks for."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from support.office import (
    a_dossier,
    at_once,
    do,
    lead_of,
    members_of,
    refused,
    somebody_for,
    to_the_end,
    up_to,
    waiting_at,
    work_off,
)

from domain.application import InvalidApplication
from domain.dossier import DossierStatus, TaskStatus
from domain.errors import Refused
from domain.numbers import compose_nik
from domain.roles import Lane
from lanes.case import Deficiency
from lanes.office import Office

# --- taking --------------------------------------------------------------------------------------------------------


def test_next_gives_the_most_urgent_task_and_gives_it_again_until_it_is_done(office: Office) -> None:
    late = a_dossier(office).lodged("Wed 11:00")
    early = a_dossier(office).lodged("Tue 09:30")
    work_off(office)
    clerk = members_of(office, "manual-front")[0]
    taken = office.desk.next(clerk)
    assert taken is not None
    assert (taken[1].number, taken[0].assignee) == (late.number, clerk)
    assert office.desk.next(clerk) == office.desk.next(clerk)
    do(late, "receive", by=clerk)
    again = office.desk.next(clerk)
    assert again is not None
    assert again[1].number == early.number


def test_next_gives_nobody_a_task_of_the_other_lane(office: Office) -> None:
    waiting_at(office, "receive", "manual")
    assert office.desk.next(members_of(office, "online-front")[0]) is None


def test_two_people_who_claim_in_the_same_instant_are_not_both_given_the_task(either: Office) -> None:
    lodged = waiting_at(either, "receive")
    first, second = members_of(either, "manual-front")[:2]
    results = at_once(*(lambda who=who: either.desk.claim(lodged.number, None, by=who) for who in (first, second)))
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert lodged.events.count("task_claimed") == 1
    assert either.audit.verify() == []


def test_two_people_who_complete_in_the_same_instant_complete_it_once(either: Office) -> None:
    lodged = waiting_at(either, "receive")
    first, second = members_of(either, "manual-front")[:2]
    results = at_once(
        *(lambda who=who: either.desk.complete(lodged.number, "receive", None, by=who) for who in (first, second))
    )
    assert sum(isinstance(result, Refused) for result in results) == 1
    done = Counter(task.step for task in either.views.dossier(lodged.number)[1] if task.status is TaskStatus.DONE)
    assert done == {"intake": 1, "receive": 1}
    assert list(lodged.tasks) == ["check_identity"]
    assert either.audit.verify() == []


def test_many_who_ask_for_the_next_task_at_once_get_different_ones(either: Office) -> None:
    lodged = [waiting_at(either, "receive") for _ in range(4)]
    clerks = members_of(either, "manual-front")[:4]
    results = at_once(*(lambda who=who: either.desk.next(who) for who in clerks))
    given = [result[1].number for result in results if isinstance(result, tuple)]
    assert len(given) == len(set(given)) == 4
    assert set(given) == {one.number for one in lodged}


# --- who may -------------------------------------------------------------------------------------------------------


def test_somebody_of_the_other_lane_is_refused(office: Office) -> None:
    lodged = waiting_at(office, "receive", "manual")
    refusal = refused(lambda: office.desk.claim(lodged.number, None, by=members_of(office, "online-front")[0]))
    assert (refusal.code, "does not work in the manual lane" in refusal.message) == ("not_allowed", True)


def test_somebody_of_another_team_is_refused(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    refusal = refused(lambda: do(lodged, "receive", by=members_of(office, "manual-verify")[0]))
    assert "work of team manual-front" in refusal.message


def test_a_stranger_is_refused(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    assert refused(lambda: do(lodged, "receive", by="nobody.here")).code == "unknown_person"


def test_the_head_of_one_division_does_not_approve_for_the_other(office: Office) -> None:
    deed = waiting_at(office, "approve", code="MTI")
    card = waiting_at(office, "approve", code="KK-BARU")
    assert deed.tasks["approve"].team == "manual-approve-civil"
    assert card.tasks["approve"].team == "manual-approve-population"
    refusal = refused(lambda: do(deed, "approve", by=members_of(office, "manual-approve-population")[0]))
    assert refusal.code == "not_allowed"


def test_nobody_verifies_their_own_entry_even_when_lent_to_the_verifiers(office: Office) -> None:
    lodged = waiting_at(office, "enter")
    clerk = somebody_for(office, lodged.tasks["enter"])
    office.people.lend(
        clerk, lane=Lane.MANUAL, team="manual-verify", reason="sakit", until=office.clock.now().replace(hour=23),
        by=office.config.lanes[Lane.MANUAL].manager,
    )  # fmt: skip
    do(lodged, "enter", by=clerk)
    assert lodged.tasks["verify"].barred == (clerk,)
    assert "four eyes" in refused(lambda: do(lodged, "verify", by=clerk)).message
    assert office.desk.next(clerk) is None
    do(lodged, "verify")


def test_a_task_in_somebodys_hands_is_refused_to_others(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    first, second = members_of(office, "manual-front")[:2]
    office.desk.claim(lodged.number, None, by=first)
    assert f"being done by {first}" in refused(lambda: do(lodged, "receive", by=second)).message


# --- completing ----------------------------------------------------------------------------------------------------


def test_an_unknown_outcome_is_refused_with_those_there_are(office: Office) -> None:
    lodged = waiting_at(office, "verify")
    refusal = refused(lambda: do(lodged, "verify", "fine", values={}))
    assert refusal.code == "unknown_outcome"
    assert refusal.allowed == "approved, returned, incomplete, rejected"


def test_going_back_to_the_applicant_needs_the_whole_list(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    assert refused(lambda: do(lodged, "receive", "incomplete")).code == "deficiencies_missing"
    strange = [Deficiency(item="marriage_proof"), Deficiency(item="moon_stone")]
    refusal = refused(lambda: do(lodged, "receive", "incomplete", deficiencies=strange))
    assert (refusal.code, "moon_stone" in refusal.message) == ("unknown_item", True)
    assert "marriage_proof" in refusal.allowed
    assert lodged.dossier.status == DossierStatus.SUBMITTED


def test_the_applicant_sees_all_that_is_missing_and_answers_it(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    missing = [Deficiency(item="marriage_proof", note="halaman 2"), Deficiency(item="other", note="tanda tangan")]
    do(lodged, "receive", "incomplete", deficiencies=missing)
    tracked = office.views.track(lodged.number, lodged.code)
    assert tracked.status == "returned"
    assert [(each.kind, each.item, each.title, each.note) for each in tracked.deficiencies] == [
        ("paper", "marriage_proof", "Buku nikah atau kutipan akta perkawinan", "halaman 2"),
        ("other", "other", "", "tanda tangan"),
    ]
    office.intake.resubmit(lodged.number, lodged.code, papers={"marriage_proof": None})
    assert lodged.dossier.status == DossierStatus.SUBMITTED
    assert list(lodged.tasks) == ["intake"]
    assert office.views.track(lodged.number, lodged.code).deficiencies == ()


def test_an_outcome_that_does_not_return_lists_nothing(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    deficiencies = [Deficiency(item="other")]
    assert refused(lambda: do(lodged, "receive", deficiencies=deficiencies)).code == "no_deficiencies"


@pytest.mark.parametrize("reason", ["", "   "])
def test_rejecting_needs_a_reason(office: Office, reason: str) -> None:
    lodged = waiting_at(office, "verify")
    assert refused(lambda: do(lodged, "verify", "rejected", reason=reason)).code == "reason_missing"
    do(lodged, "verify", "rejected", reason="Bukan penduduk kota ini")
    assert office.views.track(lodged.number, lodged.code).reason == "Bukan penduduk kota ini"
    assert lodged.dossier.status == DossierStatus.REJECTED


def test_the_form_of_a_step_must_be_filled_in_for_the_way_on(office: Office) -> None:
    lodged = waiting_at(office, "handover")
    refusal = refused(lambda: do(lodged, "handover", values={}))
    assert isinstance(refusal, InvalidApplication)
    assert refusal.problems == ("received_by: is missing (Received by)",)
    do(lodged, "handover", "uncollected", values={})
    assert lodged.dossier.status == DossierStatus.ISSUED


def test_every_mistake_in_a_form_is_told_at_once_and_no_value_with_it(office: Office) -> None:
    lodged = waiting_at(office, "handover")
    values = {"received_by": "Tetangga Rahasia", "moon": "Rahasia", "member_count": "3"}
    refusal = refused(lambda: do(lodged, "handover", values=values))
    assert isinstance(refusal, InvalidApplication)
    told = " ".join(refusal.problems)
    assert all(name in told for name in values)
    assert "Rahasia" not in str(refusal)


def test_the_entry_clerk_corrects_what_the_verifier_found(office: Office) -> None:
    lodged = waiting_at(office, "verify", code="LHR")
    do(lodged, "verify", "returned")
    assert lodged.dossier.facts["late"] is False
    nik = compose_nik(region="717206", born=date(2025, 1, 31), sex=lodged.fields["sex"], serial=7)
    do(lodged, "enter", values={"nik": nik, "born": "2025-01-31"})
    assert lodged.dossier.facts["late"] is True
    up_to(lodged, "decide_late")


@pytest.mark.parametrize(("code", "sex"), [("LHR", "male"), ("BIO", "female")])
def test_a_number_that_the_office_issues_has_to_agree_with_the_form(office: Office, code: str, sex: Any) -> None:
    lodged = waiting_at(office, "enter", code=code)
    assert lodged.fields["sex"] != sex
    right, born = lodged.staff_values("enter")["nik"], date.fromisoformat(lodged.fields["born"])
    for wrong in (
        compose_nik(region="717206", born=born, sex=sex, serial=7),
        compose_nik(region="717206", born=born + timedelta(days=1), sex=lodged.fields["sex"], serial=7),
    ):
        refusal = refused(lambda wrong=wrong: do(lodged, "enter", values={"nik": wrong}))  # type: ignore[misc]
        assert "correct the wrong one of the two" in str(refusal)
        assert wrong not in str(refusal)
    do(lodged, "enter", values={"nik": right})
    assert "verify" in lodged.tasks


def test_other_steps_correct_nothing(office: Office) -> None:
    lodged = waiting_at(office, "verify")
    assert "applicant_name" in str(refused(lambda: do(lodged, "verify", values={"applicant_name": "Nama Lain"})))


def test_a_step_that_is_not_open_is_refused_with_what_is(office: Office) -> None:
    lodged = waiting_at(office, "enter")
    refusal = refused(lambda: office.desk.complete(lodged.number, "approve", None, by="lidya.lontoh"))
    assert (refusal.code, "enter is not taken by anybody yet" in refusal.message) == ("no_such_task", True)


def test_with_two_tasks_open_the_step_must_be_named(office: Office) -> None:
    lodged = waiting_at(office, "record_biometrics", code="KTP-BARU")
    work_off(office)
    clerk = members_of(office, "manual-entry")[0]
    refusal = refused(lambda: office.desk.complete(lodged.number, None, None, by=clerk))
    assert (refusal.code, refusal.allowed) == ("which_step", "--step record_biometrics, enter")


def test_an_ended_dossier_takes_nothing_more(office: Office) -> None:
    lodged = a_dossier(office).lodged()
    to_the_end(lodged)
    assert refused(lambda: office.desk.claim(lodged.number, None, by="kepala")).code == "no_such_task"


# --- giving back, handing over -------------------------------------------------------------------------------------


def test_a_claimed_task_goes_back_by_its_holder_or_the_lead_and_nobody_else(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    lead, clerk, other = lead_of(office, "manual-front"), *members_of(office, "manual-front")[1:3]
    office.desk.claim(lodged.number, None, by=clerk)
    assert refused(lambda: office.desk.release(lodged.number, None, by=other)).code == "not_allowed"
    office.desk.release(lodged.number, None, by=clerk)
    assert lodged.tasks["receive"].status is TaskStatus.OPEN
    office.desk.claim(lodged.number, None, by=clerk)
    office.desk.release(lodged.number, None, by=lead)
    assert lodged.tasks["receive"].assignee is None


def test_an_open_task_cannot_be_given_back(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    lead = lead_of(office, "manual-front")
    assert refused(lambda: office.desk.release(lodged.number, None, by=lead)).code == "wrong_status"


def test_the_lead_hands_a_task_to_somebody_who_may_do_it(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    lead, clerk = lead_of(office, "manual-front"), members_of(office, "manual-front")[1]
    assert refused(lambda: office.desk.reassign(lodged.number, None, to=lead, by=clerk)).code == "not_allowed"
    verifier = members_of(office, "manual-verify")[0]
    assert refused(lambda: office.desk.reassign(lodged.number, None, to=verifier, by=lead)).code == "not_allowed"
    office.desk.reassign(lodged.number, None, to=clerk, by=lead)
    assert lodged.tasks["receive"].assignee == clerk
    assert lodged.events[-1] == "task_assigned"


def test_a_card_is_not_handed_over_while_the_fingerprint_does_not_match(office: Office) -> None:
    lodged = waiting_at(office, "handover", code="KTP-GANTI")
    values = {**lodged.staff_values("handover"), "fingerprint_match": "no"}
    refusal = refused(lambda: do(lodged, "handover", values=values))
    assert isinstance(refusal, InvalidApplication)
    assert [problem.partition(":")[0] for problem in refusal.problems] == ["fingerprint_match"]
    assert lodged.dossier.is_open
    assert do(lodged, "handover").status is DossierStatus.ISSUED
