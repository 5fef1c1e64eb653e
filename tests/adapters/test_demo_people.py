"""The demo's people: applicants of the right age with forms in order, staff at human pace, decisions by the seed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from statistics import mean
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.demo.applicants import Applicants
from adapters.demo.clock import SimulatedClock
from adapters.demo.forms import applied, filled_in, misspelt
from adapters.demo.mix import A_DAY, plan, working_days
from adapters.demo.outcomes import OTHERWISE, File, decide
from adapters.demo.pace import cards_expected, on_duty, service_time
from adapters.demo.scans import scan
from adapters.demo.visits import comes_at
from adapters.registry.sandbox import SandboxRegistry
from adapters.uploads.opener import FileOpener
from domain.ages import age
from domain.application import check_application, read_fields
from domain.dossier import Dossier, DossierStatus
from domain.errors import Refused
from domain.numbers import name_words, parse_nik
from domain.office import OfficeConfig
from domain.roles import Lane, Role

ON = date(2026, 3, 10)
ZONE = ZoneInfo("Asia/Makassar")
NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def register() -> SandboxRegistry:
    return SandboxRegistry(people=6_000)


@pytest.fixture
def applicants(register: SandboxRegistry) -> Applicants:
    return Applicants(register.people(0, 6_000), avoid=register.doubles(), draw=Random(1))


def _dossier(code: str, lane: Lane = Lane.MANUAL) -> Dossier:
    return Dossier(
        number="MN-2026-000001", lane=lane, channel="counter", code=code, workflow_version="1", district="71.72.01",
        village="71.72.01.1001", status=DossierStatus.IN_PROCESS, submitted_at=NOON,
    )  # fmt: skip


@pytest.mark.parametrize("code", A_DAY)
def test_a_form_is_in_order_in_both_lanes(code: str, config: OfficeConfig, applicants: Applicants) -> None:
    workflow = config.workflows[code]
    for number in range(8):
        values = applied(workflow, applicants.case(code, ON), ON, Random(number))
        for lane in Lane:
            facts = check_application(workflow, lane, values, (), today=ON).facts
            assert all(FileOpener().open(scan(paper).content) for paper in workflow.in_lane(lane).requirements(facts))


@pytest.mark.parametrize("code", A_DAY)
def test_the_offices_own_forms_are_in_order(code: str, config: OfficeConfig) -> None:
    workflow = config.workflows[code]
    for lane in Lane:
        for node in workflow.in_lane(lane).steps.values():
            problems: list[str] = []
            values = filled_in(workflow, node.form, _dossier(code, lane), date(2026, 1, 5), Random(1))
            read_fields(workflow, values, today=ON, ask=node.form, problems=problems)
            assert not problems


@pytest.mark.parametrize("code", ["LHR", "BIO"])
def test_the_office_issues_numbers_that_agree_with_the_form(
    code: str, config: OfficeConfig, applicants: Applicants
) -> None:
    workflow = config.workflows[code]
    for number in range(12):
        case = applicants.case(code, ON)
        values = applied(workflow, case, ON, Random(number))
        checked = check_application(workflow, Lane.MANUAL, values, (), today=ON)
        file, node = File(index=number, code=code, case=case), workflow.in_lane(Lane.MANUAL).steps["enter"]
        dossier = _dossier(code).with_facts(checked.facts)
        decided = decide(file, workflow, "enter", node, dossier, seed=1)
        if decided.outcome == node.way_on:
            nik = parse_nik(decided.values["nik"], today=ON)
            assert (nik.born.isoformat(), nik.sex) == (values["born"], values["sex"])


def test_who_applies_is_of_the_right_age_and_applies_once(applicants: Applicants, register: SandboxRegistry) -> None:
    cases = [applicants.case(code, ON) for code in ("KTP-BARU", "KIA-BARU", "MTI", "KK-UBAH") for _ in range(5)]
    assert all(age(case.applicant.born, ON) in (17, 18) for case in cases[:5])
    assert all(age(case.subject.born, ON) < 17 <= age(case.applicant.born, ON) for case in cases[5:10])
    assert all(case.subject.nik != case.applicant.nik for case in cases[5:15])
    assert len({case.applicant.family_card for case in cases}) == len(cases)
    assert not {case.applicant.nik for case in cases} & set(register.doubles())


def test_when_nobody_is_left_it_is_said() -> None:
    with pytest.raises(LookupError):
        Applicants((), avoid=(), draw=Random(1)).case("KK-UBAH", ON)


@given(st.sampled_from(["Maria Lontoh", "Adi Aa", "Budi Santoso Wowor"]), st.integers())
def test_a_misspelt_name_is_a_name_and_another(name: str, seed: int) -> None:
    wrong = misspelt(name, Random(seed))
    assert name_words(wrong) != name_words(name)
    assert len(wrong.split()) == len(name.split())


def test_people_take_about_as_long_as_their_role_and_never_for_ever() -> None:
    draw = Random(1)
    entries = [service_time(Role.SIAK_OPERATOR, "enter", draw) for _ in range(2_000)]
    assert mean(one / timedelta(minutes=1) for one in entries) == pytest.approx(9, rel=0.1)
    assert timedelta(seconds=20) <= min(entries) <= max(entries) <= timedelta(minutes=45)


def test_as_many_are_on_duty_as_the_load_needs(config: OfficeConfig) -> None:
    days = working_days(config.calendars[Lane.MANUAL], ZONE, NOON + timedelta(hours=6), 2)

    def staff(total: int) -> list[str]:
        come = plan(days, config.calendars[Lane.MANUAL], online_share=0.5, total=total, draw=Random(1))
        return [worker.username for worker in on_duty(config, come, 2)]

    few, many = staff(20), staff(600)
    assert set(few) < set(many)
    teams = [team for lane in Lane for team in config.lanes[lane].teams if team.roles != (Role.COMPLAINT_OFFICER,)]
    assert all(set(few) & set(team.members) for team in teams)


def test_blanks_are_counted_by_kind(config: OfficeConfig) -> None:
    days = working_days(config.calendars[Lane.MANUAL], ZONE, NOON, 1)
    come = plan(days, config.calendars[Lane.MANUAL], online_share=0.5, total=100, draw=Random(1))
    expected = cards_expected(come, config)
    assert expected["ktp_blank"] == sum(one.code in ("KTP-BARU", "KTP-GANTI", "KTP-UBAH", "SKDWNI") for one in come)
    assert expected["kia_blank"] == sum(one.code in ("KIA-BARU", "KIA-GANTI", "LHR") for one in come)


def test_every_other_way_that_people_take_is_one_that_some_workflow_has(config: OfficeConfig) -> None:
    ways = {
        (name, outcome)
        for workflow in config.workflows.values()
        for lane in Lane
        for name, node in workflow.in_lane(lane).steps.items()
        for outcome in node.on
    }
    assert {(step, outcome) for step, others in OTHERWISE.items() for outcome in others} <= ways


def test_a_decision_hangs_on_the_seed_only(config: OfficeConfig, applicants: Applicants) -> None:
    workflow, case = config.workflows["KK-UBAH"], applicants.case("KK-UBAH", ON)
    node = workflow.in_lane(Lane.MANUAL).steps["verify"]

    def decisions(seed: int) -> list[str]:
        files = [File(index=index, code="KK-UBAH", case=case) for index in range(200)]
        return [decide(file, workflow, "verify", node, _dossier("KK-UBAH"), seed=seed).outcome for file in files]

    assert decisions(1) == decisions(1) != decisions(2)
    assert {"approved", "returned"} <= set(decisions(1))


def test_a_file_that_lacks_papers_comes_back_with_the_whole_list(config: OfficeConfig, applicants: Applicants) -> None:
    workflow = config.workflows["KK-UBAH"]
    lacking = tuple(paper.id for paper in workflow.requirements[:2])
    file = File(index=1, code="KK-UBAH", case=applicants.case("KK-UBAH", ON), missing=lacking)
    node = workflow.in_lane(Lane.MANUAL).steps["receive"]
    decision = decide(file, workflow, "receive", node, _dossier("KK-UBAH"), seed=1)
    assert decision.outcome == "incomplete"
    assert tuple(each.item for each in decision.deficiencies) == lacking


def test_a_courier_goes_on_the_next_working_day_to_the_islands_after_noon(config: OfficeConfig) -> None:
    calendar, rules = config.calendars[Lane.ONLINE], config.lanes[Lane.ONLINE]
    friday = datetime(2026, 3, 13, 7, 0, tzinfo=UTC)
    for district, hours in (("71.72.06", range(8, 12)), ("71.72.01", range(13, 16))):
        goes = comes_at("deliver", district, friday, calendar, rules.day, ZONE, Random(1)).astimezone(ZONE)
        assert f"{goes:%a}" == "Mon"
        assert goes.hour in hours


def test_the_simulated_clock_never_goes_back() -> None:
    clock = SimulatedClock(NOON)
    clock.set(NOON + timedelta(hours=1))
    with pytest.raises(Refused, match="cannot go back"):
        clock.set(NOON)
    assert clock.now() == NOON + timedelta(hours=1)
