"""Taking in: everything that is wrong told at once, nobody twice, and nothing personal in what is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from support.office import (
    SCAN,
    ZONE,
    a_dossier,
    a_family,
    at_once,
    clock_of,
    do,
    refused,
    to_the_end,
    up_to,
    waiting_at,
)

from adapters.demo.scans import blank_scan
from domain.application import InvalidApplication
from domain.dossier import DossierStatus
from domain.errors import Refused
from domain.numbers import compose_nik
from lanes.case import Deficiency
from lanes.intake import Receipt
from lanes.office import Office
from lanes.papers import LARGEST, Paper


def problems_of(office: Office, code: str = "KK-BARU", **fields: Any) -> tuple[str, ...]:
    """What is wrong with an application that has these fields."""
    refusal = refused(lambda: a_dossier(office).of_type(code).with_fields(**fields).lodged())
    assert isinstance(refusal, InvalidApplication)
    return refusal.problems


def test_every_mistake_is_told_at_once_and_nothing_is_kept(office: Office) -> None:
    problems = problems_of(
        office, applicant_nik="717206", applicant_name="", applicant_family_card="abc", member_count="three",
        marriage="perhaps", applicant_phone=None, applicant_email=None, favourite_colour="blue", received_by="family",
    )  # fmt: skip
    named = {problem.split(":")[0] for problem in problems}
    assert named == {
        "applicant_nik", "applicant_name", "applicant_family_card", "member_count", "marriage", "applicant_phone",
        "favourite_colour", "received_by",
    }  # fmt: skip
    assert office.views.overdue_dossiers() == []
    assert a_dossier(office).lodged().number == "MN-2026-000001"


def test_no_value_is_repeated_in_what_is_said(office: Office) -> None:
    told = " ".join(
        problems_of(office, applicant_nik="7172060101901234x", applicant_name="Rahasia 77", marriage="Rahasia")
    )
    assert "Rahasia" not in told
    assert "7172060101901234" not in told


@pytest.mark.parametrize(
    ("nik", "says"),
    [
        ("717206010190123", "16 digits"),
        ("7172063202900001", "day"),
        ("7172060113900001", "month"),
        ("7172060101900000", "serial"),
        ("0072060101900001", "province"),
    ],
)
def test_a_nik_that_cannot_be_is_refused_in_words(office: Office, nik: str, says: str) -> None:
    (problem,) = problems_of(office, applicant_nik=nik)
    assert problem.startswith("applicant_nik: ")
    assert says in problem
    assert nik not in problem


def test_a_womans_nik_is_taken_with_forty_added_to_her_day(office: Office) -> None:
    nik = compose_nik(region="717206", born=date(1990, 5, 17), sex="female", serial=9_999)
    assert nik[6:8] == "57"
    assert a_dossier(office).with_fields(applicant_nik=nik).lodged().dossier.is_open


def test_the_same_person_has_one_open_dossier_for_a_document_in_both_lanes(office: Office) -> None:
    family = a_family()
    first = a_dossier(office).in_lane("online").for_family(family).lodged()
    refusal = refused(lambda: a_dossier(office).in_lane("manual").for_family(family).lodged())
    assert (refusal.code, first.number in refusal.message) == ("already_open", True)
    assert a_dossier(office).of_type("KTP-GANTI").for_family(family).lodged()
    office.closing.withdraw(first.number, first.code)
    assert a_dossier(office).in_lane("manual").for_family(family).lodged()


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ({}, set()),
        ({"birth_proof": "statement"}, {"birth_witnesses"}),
        ({"parents": "no_proof"}, {"couple_witnesses"}),
        ({"birth_proof": "statement", "parents": "no_proof"}, {"birth_witnesses", "couple_witnesses"}),
    ],
)
def test_witnesses_are_asked_for_where_a_statement_stands_in_for_a_proof(
    office: Office, fields: dict[str, str], asked: set[str]
) -> None:
    papers = a_dossier(office).of_type("LHR").with_fields(**fields).application.papers
    assert {paper for paper in papers if "witness" in paper} == asked


def test_two_children_of_one_family_are_two_births(office: Office) -> None:
    family = a_family()
    a_dossier(office).of_type("LHR").for_family(family).lodged()
    a_dossier(office).of_type("LHR").for_family(family).with_fields(name="Anak Kedua Contoh").lodged()
    again = a_dossier(office).of_type("LHR").for_family(family).with_fields(name="ANAK  kedua contoh")
    assert refused(again.lodged).code == "already_open"


def test_a_birth_is_the_same_from_whichever_family_card_it_is_reported(office: Office) -> None:
    first = a_dossier(office).of_type("LHR").for_family(a_family())
    number = first.lodged().number
    child = {name: first.application.fields[name] for name in ("name", "born", "mother")}
    again = a_dossier(office).of_type("LHR").in_lane("online").with_fields(**child)
    assert again.application.fields["applicant_family_card"] != first.application.fields["applicant_family_card"]
    refusal = refused(again.lodged)
    assert (refusal.code, number in refusal.message) == ("already_open", True)
    other = a_dossier(office).of_type("LHR").with_fields(**{**child, "mother": "Ibu Lain Contoh"})
    assert other.lodged().dossier.is_open


@pytest.mark.parametrize("code", ["LHR", "MTI"])
def test_what_happens_once_is_registered_once_whoever_of_a_family_comes_again(office: Office, code: str) -> None:
    family = a_family()
    first = a_dossier(office).of_type(code).in_lane("online").for_family(family)
    lodged = first.lodged()
    to_the_end(lodged)
    spouse = {"applicant_nik": family[2].nik, "applicant_name": family[2].name}
    kept = {name: value for name, value in first.application.fields.items() if not name.startswith("applicant_")}
    again = a_dossier(office).of_type(code).in_lane("manual").for_family(family).with_fields(**{**kept, **spouse})
    refusal = refused(again.lodged)
    assert (refusal.code, lodged.number in refusal.message) == ("registered_already", True)
    assert "BTL" in refusal.allowed
    assert office.audit.verify() == []


@pytest.mark.parametrize(
    "code", ["LHR", "KIA-BARU", "KK-UBAH", "KK-GANTI", "SKPWNI", "SKDWNI", "KK-PISAH", "KWN", "KED", "BIO"]
)
def test_the_same_case_is_found_whoever_of_a_family_applies(office: Office, code: str) -> None:
    family = a_family()
    first = a_dossier(office).of_type(code).in_lane("online").for_family(family)
    number = first.lodged().number
    spouse = {"applicant_nik": family[1].nik, "applicant_name": family[1].name}
    kept = {name: value for name, value in first.application.fields.items() if not name.startswith("applicant_")}
    second = a_dossier(office).of_type(code).in_lane("manual").for_family(family).with_fields(**{**kept, **spouse})
    refusal = refused(second.lodged)
    assert (refusal.code, number in refusal.message) == ("already_open", True)


@pytest.mark.parametrize(
    ("deed", "number", "more", "code"),
    [
        ("Akta Kelahiran", "7172-KM-05062012-0013", {}, "deed_of_other_kind"),
        ("Akta Perceraian", "7172-KW-05062012-0013", {}, "deed_of_other_kind"),
        ("Akta Kematian", "7172-KM-31062012-0013", {}, "deed_number_wrong"),
        ("Akta Kematian", "7172-KM-05062062-0013", {}, "deed_number_wrong"),
        ("Akta Kelahiran", "123/1985", {}, "deed_number_wrong"),
        ("Akta Kelahiran", "7172-LT-05062012-0013", {}, None),
        ("Akta Kematian", " 7172-km-05062012-0013", {}, None),
        ("Akta Kelahiran", "123/1985", {"deed_older": True}, None),
    ],
)
def test_a_deeds_number_is_one_of_the_deed_it_names_unless_it_is_said_to_be_older(
    office: Office, deed: str, number: str, more: dict[str, Any], code: str | None
) -> None:
    draft = a_dossier(office).of_type("KED").with_fields(deed=deed, deed_number=number, **more)
    if code is None:
        assert draft.lodged().dossier.is_open
    else:
        refusal = refused(draft.lodged)
        assert isinstance(refusal, InvalidApplication)
        assert [(problem.place, problem.code) for problem in refusal.problems] == [("deed_number", code)]
        assert number not in str(refusal)


def test_a_couple_is_the_same_couple_in_either_order(office: Office) -> None:
    fields = {"husband_nik": "7172060101900001", "wife_nik": "7172064101900001"}
    turned = {"husband_nik": fields["wife_nik"], "wife_nik": fields["husband_nik"]}
    workflow = office.config.workflows["CRI"]
    assert workflow.case_of(fields) == workflow.case_of(turned)
    split = office.config.workflows["KK-PISAH"]
    assert split.case_of({"people": "2, 1"}) == split.case_of({"people": "1, 2"}) != split.case_of({"people": "1"})


def test_a_double_handed_in_in_the_same_instant_is_taken_once(either: Office) -> None:
    family = a_family()
    drafts = [a_dossier(either).in_lane(lane).for_family(family) for lane in ("online", "manual")]
    results = at_once(*(draft.lodged for draft in drafts))
    refusals = [result for result in results if isinstance(result, Refused)]
    assert [refusal.code for refusal in refusals] == ["already_open"]


def test_numbers_have_no_gap_when_many_are_handed_in_at_once(either: Office) -> None:
    applications = [a_dossier(either).application for _ in range(6)]
    receipts = at_once(*(lambda each=each: either.intake.submit(each) for each in applications))
    numbers = sorted(receipt.number for receipt in receipts if isinstance(receipt, Receipt))
    assert numbers == [f"MN-2026-{serial:06}" for serial in range(1, 7)]


def test_an_unknown_document_type_or_channel_is_refused_with_what_there_is(office: Office) -> None:
    application = a_dossier(office).application
    refusal = refused(lambda: office.intake.submit(replace(application, code="PASPOR")))
    assert (refusal.code, "KK-BARU" in refusal.allowed) == ("unknown_type", True)
    refusal = refused(lambda: office.intake.submit(replace(application, channel="web")))
    assert (refusal.code, refusal.allowed) == ("wrong_channel", "counter, village_office, outreach_post")


def test_an_unknown_paper_is_refused_with_those_there_are(office: Office) -> None:
    application = a_dossier(office).application
    refusal = refused(lambda: office.intake.submit(replace(application, papers={"moon_stone": None})))
    assert "moon_stone: KK-BARU asks for no such paper" in refusal.message


EMPTY, HUGE, PROGRAM = Paper(b""), Paper(b"%PDF-" + b"0" * LARGEST), Paper(b"MZ\x90 a program")
UNREADABLE = Paper(fault="cannot be read")


def kept_papers(tmp_path: Path) -> list[Path]:
    """The files of papers that lie in the data folder."""
    return [path for path in tmp_path.rglob("papers/*") if path.is_file()]


@pytest.mark.parametrize(
    ("scan", "problem"),
    [
        (EMPTY, "marriage_proof: the scan is empty or too large (allowed: 1 byte to 10 MiB)"),
        (HUGE, "marriage_proof: the scan is empty or too large (allowed: 1 byte to 10 MiB)"),
        (PROGRAM, "marriage_proof: the scan is no document or photo (allowed: PDF, JPEG, PNG)"),
        (UNREADABLE, "marriage_proof: the scan cannot be read"),
    ],
    ids=["empty", "huge", "program", "unreadable"],
)
def test_a_scan_is_refused_for_what_it_is(office: Office, tmp_path: Path, scan: Paper, problem: str) -> None:
    application = a_dossier(office).in_lane("online").application
    papers = {**application.papers, "marriage_proof": scan}
    refusal = refused(lambda: office.intake.submit(replace(application, papers=papers)))
    assert isinstance(refusal, InvalidApplication)
    assert refusal.problems == (problem,)
    assert kept_papers(tmp_path) == []


def test_fields_missing_papers_and_bad_scans_are_told_in_one_refusal(office: Office, tmp_path: Path) -> None:
    draft = a_dossier(office).in_lane("online").without_paper("event_form").with_fields(applicant_nik="717206")
    papers = {"moon_stone": SCAN, "marriage_proof": PROGRAM}
    refusal = refused(lambda: office.intake.submit(replace(draft.application, papers=papers)))
    assert isinstance(refusal, InvalidApplication)
    assert [problem.partition(":")[0] for problem in refusal.problems] == [
        "applicant_nik", "moon_stone", "marriage_proof", "event_form",
    ]  # fmt: skip
    assert refusal.problems[-1].startswith("event_form: is not handed in (")
    assert kept_papers(tmp_path) == []


def test_a_paper_that_hangs_on_a_date_is_not_asked_for_while_the_date_is_unknown(office: Office) -> None:
    court = "husband_dispensation"
    draft = a_dossier(office).of_type("KWN").without_paper(court).with_fields(applicant_nik="1", married="2026-02-01")

    def is_asked_for(husband_born: str | None) -> bool:
        refusal = refused(draft.with_fields(husband_born=husband_born).lodged)
        assert isinstance(refusal, InvalidApplication)
        return any(problem.startswith(f"{court}: is not handed in") for problem in refusal.problems)

    assert is_asked_for("2009-01-01")
    assert not is_asked_for("1990-01-01")
    assert not is_asked_for(None)


@pytest.mark.parametrize("code", ["KIA-BARU", "KIA-GANTI"])
def test_a_child_card_is_for_children_under_17(office: Office, code: str) -> None:
    seventeen_today = a_dossier(office).of_type(code).with_fields(born="2009-03-03")
    refusal = refused(seventeen_today.lodged)
    assert "born: this document is for people under 17; give a date from 2009-03-04 on" in str(refusal)
    assert seventeen_today.with_fields(born="2009-03-04").lodged().dossier.is_open


def test_nobody_marries_under_19_without_the_courts_dispensation(office: Office) -> None:
    young = a_dossier(office).of_type("KWN").with_fields(married="2026-02-01", wife_born="2007-02-02")
    assert "wife_ruling: is missing (Number of the court dispensation for the wife" in str(refused(young.lodged))
    assert young.with_fields(wife_ruling="12/Pdt.P/2026/PN Bit").lodged().dossier.is_open
    assert young.with_fields(wife_born="2007-02-01").lodged().dossier.is_open, "19 on the day of the marriage"


def test_nobody_marries_before_their_birth_and_no_stay_permit_has_run_out(office: Office) -> None:
    unborn = a_dossier(office).of_type("KWN").with_fields(married="1996-01-01")
    assert "married: must be after wife_born" in str(refused(unborn.lodged))
    expired = a_dossier(office).of_type("SKTT").with_fields(permit_until="2026-03-02")
    assert "permit_until: has gone by; give a date from 2026-03-03 on" in str(refused(expired.lodged))


def test_persons_the_register_knows_may_have_other_dates_than_their_numbers(office: Office) -> None:
    for code, field in (("KWN", "husband_born"), ("KIA-BARU", "born"), ("KTP-BARU", "birth_date")):
        other = {field: "1990-01-02" if field != "born" else "2018-01-02"}
        assert a_dossier(office).of_type(code).with_fields(**other).lodged().dossier.is_open


def test_missing_papers_alone_are_left_to_the_check_of_completeness(office: Office) -> None:
    assert a_dossier(office).in_lane("online").without_paper("marriage_proof").lodged().dossier.is_open


def test_a_double_leaves_no_scan_behind(office: Office, tmp_path: Path) -> None:
    family = a_family()
    a_dossier(office).in_lane("manual").for_family(family).lodged()
    assert refused(a_dossier(office).in_lane("online").for_family(family).lodged).code == "already_open"
    assert kept_papers(tmp_path) == []


def test_doubles_of_the_same_instant_leave_only_the_scans_of_the_one_taken_in(either: Office, tmp_path: Path) -> None:
    family = a_family()
    drafts = [replace(a_dossier(either).in_lane("online").for_family(family).application, papers=papers)
              for papers in ({"event_form": blank_scan("one")}, {"event_form": blank_scan("other")})]  # fmt: skip
    results = at_once(*(lambda each=each: either.intake.submit(each) for each in drafts))
    assert sum(isinstance(result, Receipt) for result in results) == 1
    assert len(kept_papers(tmp_path)) == 1


def test_an_answer_holds_everything_that_was_asked_for(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    wanted = [
        Deficiency(item="marriage_proof"),
        Deficiency(item="applicant_address"),
        Deficiency(item="other", note="x"),
    ]
    do(lodged, "receive", "incomplete", deficiencies=wanted)
    missing = {"marriage_proof", "applicant_address"}
    for papers, fields, left in [
        ({}, {}, missing),
        ({"marriage_proof": None}, {}, {"applicant_address"}),
        ({"marriage_proof": None}, {"applicant_address": " "}, {"applicant_address"}),
        ({}, {"applicant_address": "Jalan Contoh 2"}, {"marriage_proof"}),
    ]:
        refusal = refused(partial(office.intake.resubmit, lodged.number, lodged.code, fields=fields, papers=papers))
        assert isinstance(refusal, InvalidApplication)
        assert {problem.partition(":")[0] for problem in refusal.problems} == left
    office.intake.resubmit(
        lodged.number, lodged.code, fields={"applicant_address": "Jalan Contoh 2"}, papers={"marriage_proof": None}
    )
    assert lodged.dossier.status == DossierStatus.SUBMITTED


def test_a_paper_that_the_corrected_form_no_longer_asks_for_is_not_wanted(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    do(lodged, "receive", "incomplete", deficiencies=[Deficiency(item="marriage_proof")])
    office.intake.resubmit(lodged.number, lodged.code, fields={"marriage": "none"})
    assert lodged.dossier.status == DossierStatus.SUBMITTED


@pytest.mark.parametrize("code", ["MTI", "KIA-BARU", "AKU"])
def test_nobody_is_applicant_and_the_person_who_died_or_the_child(office: Office, code: str) -> None:
    draft = a_dossier(office).of_type(code).for_family(a_family())
    own = draft.application.fields["applicant_nik"]
    refusal = refused(draft.with_fields(subject_nik=own).lodged)
    assert isinstance(refusal, InvalidApplication)
    assert refusal.problems == ("subject_nik: is the same as applicant_nik; correct the wrong one of the two",)


def test_a_village_is_one_of_its_district(office: Office) -> None:
    elsewhere = "lies in another district; choose one of"
    for village, words in (
        ("71.72.06.1099", "choose one of"),
        ("71.72.01.1001", elsewhere),
        ("Girian", "choose one of"),
    ):
        refusal = refused(a_dossier(office).with_fields(district="71.72.06", village=village).lodged)
        assert isinstance(refusal, InvalidApplication)
        (problem,) = refusal.problems
        assert problem.startswith(f"village: {words} 71.72.06.1001, ")
        assert "71.72.01" not in problem


def test_who_moves_to_another_district_by_an_answer_moves_to_a_village_of_it(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    do(lodged, "receive", "incomplete", deficiencies=[Deficiency(item="district")])
    refusal = refused(lambda: office.intake.resubmit(lodged.number, lodged.code, fields={"district": "71.72.01"}))
    assert isinstance(refusal, InvalidApplication)
    assert [problem.partition(";")[0] for problem in refusal.problems] == ["village: lies in another district"]
    fields = {"district": "71.72.01", "village": "71.72.01.1001"}
    office.intake.resubmit(lodged.number, lodged.code, fields=fields)
    assert (lodged.dossier.district, lodged.dossier.village) == ("71.72.01", "71.72.01.1001")


def test_a_wrong_phone_is_told_once(office: Office) -> None:
    refusal = refused(a_dossier(office).with_fields(applicant_phone="12", applicant_email=None).lodged)
    assert isinstance(refusal, InvalidApplication)
    assert [problem.partition(":")[0] for problem in refusal.problems] == ["applicant_phone"]


def test_an_answer_is_told_of_its_fields_papers_and_scans_in_one_refusal(office: Office, tmp_path: Path) -> None:
    lodged = waiting_at(office, "receive")
    do(lodged, "receive", "incomplete", deficiencies=[Deficiency(item="event_form")])
    fields, papers = {"applicant_nik": "1"}, {"moon_stone": SCAN, "event_form": PROGRAM, "marriage_proof": UNREADABLE}
    refusal = refused(lambda: office.intake.resubmit(lodged.number, lodged.code, fields=fields, papers=papers))
    assert isinstance(refusal, InvalidApplication)
    assert [problem.partition(":")[0] for problem in refusal.problems] == [
        "applicant_nik", "moon_stone", "event_form", "marriage_proof",
    ]  # fmt: skip
    assert lodged.dossier.status == DossierStatus.RETURNED
    good = {"event_form": SCAN}
    assert (
        refused(lambda: office.intake.resubmit(lodged.number, "AAAA-BBBB-CCCC", papers=good)).code == "unknown_dossier"
    )
    assert kept_papers(tmp_path) == []
    office.intake.resubmit(lodged.number, lodged.code, papers=good)
    assert len(kept_papers(tmp_path)) == 1


def test_a_late_birth_is_judged_by_the_offices_own_day(office: Office) -> None:
    clock_of(office).to(clock_of(office).now().astimezone(ZONE).replace(hour=0, minute=30))  # 16:30 UTC the day before
    on_the_61st_day = a_dossier(office).of_type("LHR").with_fields(born="2026-01-01").lodged()
    on_the_60th_day = a_dossier(office).of_type("LHR").with_fields(born="2026-01-02").lodged()
    assert on_the_61st_day.dossier.facts["late"] is True
    assert on_the_60th_day.dossier.facts["late"] is False


def test_an_answer_judges_a_birth_by_the_day_of_submission(office: Office) -> None:
    clock_of(office).to(clock_of(office).now().astimezone(ZONE).replace(hour=0, minute=30))
    lodged = waiting_at(office, "receive", code="LHR")
    do(lodged, "receive", "incomplete", deficiencies=[Deficiency(item="born")])
    clock_of(office).forward(days=40)
    office.intake.resubmit(lodged.number, lodged.code, fields={"born": "2026-01-01"})
    assert lodged.dossier.facts["late"] is True


def test_only_a_returned_dossier_is_answered_and_only_with_its_code(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    assert refused(lambda: office.intake.resubmit(lodged.number, lodged.code)).code == "not_returned"
    do(lodged, "receive", "incomplete", deficiencies=[Deficiency(item="other")])
    wrong = refused(lambda: office.intake.resubmit(lodged.number, "AAAA-BBBB-CCCC"))
    unknown = refused(lambda: office.intake.resubmit("MN-2026-999999", lodged.code))
    assert str(wrong) == str(unknown)
    problems = refused(lambda: office.intake.resubmit(lodged.number, lodged.code, fields={"applicant_nik": "1"},
                                                      papers={"moon_stone": SCAN}))  # fmt: skip
    assert isinstance(problems, InvalidApplication)
    assert {problem.split(":")[0] for problem in problems.problems} == {"applicant_nik", "moon_stone"}
    assert lodged.dossier.status == DossierStatus.RETURNED
    office.intake.resubmit(lodged.number, lodged.code.lower().replace("-", " "))
    assert lodged.dossier.status == DossierStatus.SUBMITTED


def test_a_corrected_nik_is_what_the_dossier_is_found_and_held_by(office: Office) -> None:
    right, wrong = a_family(), a_family()
    lodged = waiting_at_clearing(office, right, wrong)
    do(lodged, "clear_identity", values={name: lodged_field(right, name) for name in NAMES})
    again = refused(lambda: a_dossier(office).for_family(right).lodged())
    assert lodged.number in again.message
    assert a_dossier(office).for_family(wrong).lodged()
    to_the_end(lodged)


NAMES = ("applicant_nik", "applicant_name", "applicant_family_card")


def lodged_field(family: Any, name: str) -> str:
    return str(getattr(family[0], name.removeprefix("applicant_")))


def waiting_at_clearing(office: Office, right: Any, wrong: Any) -> Any:
    draft = a_dossier(office).for_family(right).with_fields(applicant_nik=wrong[0].nik)
    return up_to(draft.lodged(), "clear_identity")


def test_what_has_not_happened_yet_is_not_taken_in(office: Office) -> None:
    refusal = refused(lambda: a_dossier(office).of_type("LHR").with_fields(born="2026-03-04").lodged())
    assert isinstance(refusal, InvalidApplication)
    assert any("born" in problem and "future" in problem for problem in refusal.problems)
    assert a_dossier(office).of_type("SKTT").with_fields(permit_until="2027-03-04").lodged().number
