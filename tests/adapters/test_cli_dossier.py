"""A dossier's whole life by the command line, and what people are told on the way."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cli_office import Jalur, in_days


def _personal(jalur: Jalur) -> list[str]:
    """The personal data of the application that was submitted last."""
    fields = json.loads((jalur.home / "application.json").read_text())["fields"]
    names = ("applicant_nik", "applicant_name", "applicant_family_card", "applicant_phone", "applicant_address")
    return [fields[name] for name in names]


def _who_may(jalur: Jalur, task: dict[str, Any], done: dict[str, str]) -> str:
    """Somebody of the task's team who did no earlier step."""
    people = jalur.done("operator", "list", "--json").json
    team = f"{task['lane']}/{task['team']}"
    free = (p["username"] for p in people if team in p["teams"] and p["username"] not in done.values())
    return str(next(free))


@pytest.mark.parametrize("lane", ["online", "manual"])
def test_a_family_card_goes_from_submission_to_the_issued_document(jalur: Jalur, lane: str) -> None:
    number, code = jalur.submitted("KK-BARU", lane)
    done: dict[str, str] = {}
    screens = ""
    for _ in range(12):
        jalur.let_the_system_work()
        tasks = jalur.done("tasks", "--json").json
        if not tasks:
            break
        (task,) = tasks
        who = _who_may(jalur, task, done)
        page = jalur.done("next", "--as", who)
        assert f"jalur complete {number} --step {task['step']}" in page.out
        asked = {"handover": "received_by=applicant", "enter": "issued_family_card=7172060303260007"}
        values = ["--value", asked[task["step"]]] if task["step"] in asked else []
        if task["step"] == "handover":
            claimed = jalur.done("claim", number, "--out-of-turn", "MEDICAL", "--as", who).out
            assert "Handing over needs no reason: whoever comes is served. MEDICAL was not kept." in claimed
        answer = jalur.done("complete", number, "--as", who, *values)
        assert f"Next for {number}" in answer.out or "is finished: issued" in answer.out
        done[task["step"]] = who
        screens += page.out + answer.out
    tracked = jalur.done("track", number, code, "--json").json
    assert tracked["status"] == "issued"
    assert tracked["documents"]
    assert len(done) == (6 if lane == "manual" else 5), done
    shown = jalur.done("show", number)
    screens += shown.out + jalur.done("outbox").out + jalur.done("track", number, code).out
    assert not [secret for secret in _personal(jalur) if secret in screens]
    assert jalur.done("audit", "verify", "--json").json == {"whole": True, "faults": []}


@pytest.mark.parametrize("marriage", ["book", "none"])
def test_a_returned_dossier_goes_on_when_the_applicant_has_answered(jalur: Jalur, marriage: str) -> None:
    papers = {"marriage_proof": None} if marriage == "book" else {"marriage_statement": None}
    number, code = jalur.submitted("KK-BARU", "manual", fields={"marriage": marriage}, papers=papers)
    jalur.let_the_system_work()
    clerk = _who_may(jalur, jalur.done("tasks", "--json").json[0], {})
    refused = jalur("return", number, "--as", clerk, "--json")
    assert (refused.code, refused.error["code"]) == (1, "deficiencies_missing")
    given = ["--deficiency", "event_form=tidak terbaca", "--deficiency", "marriage_proof"]
    assert "the applicant completes the papers" in jalur.done("return", number, *given, "--as", clerk).out
    page = jalur.done("track", number, code).out
    assert "tidak terbaca" in page
    assert f"jalur resubmit {number} CODE" in page
    assert "(--paper marriage_proof=SCAN)" in page
    half = jalur("resubmit", number, code, "--paper", "event_form", "--json")
    assert [problem.partition(":")[0] for problem in half.error["problems"]] == ["marriage_proof"]
    both = ["--paper", "event_form", "--paper", "marriage_proof"]
    answer = jalur.done("resubmit", number, code, *both, "--field", "member_count=3")
    assert "Next for" in answer.out
    assert jalur("resubmit", number, code).code == 1, "there is nothing to answer any more"


def test_the_head_signs_many_at_once_and_each_is_told_of(jalur: Jalur) -> None:
    numbers = [jalur.submitted("KK-BARU", "manual")[0] for _ in range(2)]
    jalur.let_the_system_work()
    clerk = _who_may(jalur, jalur.done("tasks", "--json").json[0], {})
    answer = jalur("complete", *numbers, "MN-2026-999999", "--as", clerk)
    assert answer.code == 1
    assert all(f"{number}: this step is done. Next for {number}:" in answer.out for number in numbers)
    assert not any(f"{number} is done" in answer.out for number in numbers), "the dossier goes on"
    assert "MN-2026-999999 was refused. There is no dossier MN-2026-999999." in answer.out
    assert "2 steps done, 1 refused." in answer.out
    again = jalur("complete", *numbers, "--as", clerk, "--json").json
    assert again["completed"] == []
    assert [each["number"] for each in again["refused"]] == numbers


def test_work_is_handed_back_and_to_somebody_else(jalur: Jalur) -> None:
    number, _ = jalur.submitted("KK-BARU", "online")
    jalur.let_the_system_work()
    jalur.done("claim", number, "--as", "grace.supit")
    other = jalur("claim", number, "--as", "debora.paputungan")
    assert (other.code, "is being done by grace.supit" in other.err) == (1, True)
    assert "back in its team's list" in jalur.done("release", number, "--as", "grace.supit").out
    assert jalur("reassign", number, "--to", "grace.supit", "--as", "debora.paputungan").code == 1
    jalur.done("reassign", number, "--to", "debora.paputungan", "--as", "yohanes.pangemanan")
    (mine,) = jalur.done("tasks", "--mine", "--as", "debora.paputungan", "--json").json
    assert (mine["number"], mine["assignee"]) == (number, "debora.paputungan")
    assert jalur.done("operator", "absent", "debora.paputungan", "--until", in_days(30), "--as", "admin").code == 0
    assert jalur.done("tasks", "--mine", "--as", "grace.supit", "--json").json[0]["assignee"] is None


def test_a_dossier_is_cancelled_by_the_office_or_withdrawn_by_its_applicant(jalur: Jalur) -> None:
    number, _ = jalur.submitted("KK-BARU", "online")
    assert jalur("cancel", number, "--as", "grace.supit", "--json").error["code"] == "reason_missing"
    assert "is cancelled" in jalur.done("cancel", number, "--reason", "ganda", "--as", "grace.supit").out
    number, code = jalur.submitted("KK-BARU", "online")
    assert jalur("withdraw", number, "AAAA-BBBB-CCCC", "--json").error["code"] == "unknown_dossier"
    assert jalur.done("withdraw", number, code, "--json").json["status"] == "withdrawn"


def test_a_stuck_step_shows_its_reason_and_is_taken_on_again(jalur: Jalur) -> None:
    from adapters.bootstrap import build
    from adapters.settings import Settings
    from domain.roles import Lane

    number, _ = jalur.submitted("KK-BARU", "online")
    office = build(Settings(home=jalur.home))
    (claim,) = office.engine.claim_ready(Lane.ONLINE, "test", 1)
    office.engine.give_up(claim, "Unavailable: the register does not answer")
    listed = jalur.done("tasks", "--stuck").out
    assert "the register does not answer" in listed
    assert f"jalur retry {number} --as maria.lumowa" in listed
    assert jalur("retry", number, "--as", "grace.supit").code == 1
    assert "is ready again" in jalur.done("retry", number, "--as", "maria.lumowa").out
    assert "No step is stuck." in jalur.done("tasks", "--stuck").out


def test_where_no_step_is_stuck_the_list_says_so_and_suggests_no_demo(jalur: Jalur) -> None:
    answer = jalur.done("tasks", "--stuck").out
    assert answer.startswith("No step is stuck.\n")
    assert "demo" not in answer
    assert jalur.done("tasks", "--stuck", "--lane", "online").out.startswith("No step is stuck in the online lane.\n")
    assert "jalur demo" in jalur.done("tasks").out


def test_a_username_that_begins_a_sentence_stays_as_it_is_written(jalur: Jalur) -> None:
    number, _ = jalur.submitted("KK-BARU", "manual")
    jalur.let_the_system_work()
    refusal = jalur("claim", number, "--as", "grace.supit").err
    assert refusal.startswith("grace.supit does not work in the manual lane.")


def test_an_act_that_comes_too_late_is_refused_in_a_clerks_words(jalur: Jalur) -> None:
    number, code = jalur.submitted("KK-BARU", "online")
    jalur.done("withdraw", number, code)
    refusal = jalur("withdraw", number, code).err.splitlines()
    assert refusal == [
        "The dossier was withdrawn by its applicant, so it cannot be withdrawn again.",
        "Allowed: nothing, it is finished.",
    ]


def test_personal_data_are_revealed_to_the_lane_for_a_purpose_and_on_record(jalur: Jalur) -> None:
    number, _ = jalur.submitted("KK-BARU", "online")
    nik, name = _personal(jalur)[:2]
    masked = jalur.done("show", number, "--as", "grace.supit").out
    assert nik not in masked
    assert f"{nik[:4]}**********{nik[-2:]}" in masked
    foreign = jalur("show", number, "--reveal", "--purpose", "processing", "--as", "adelina.paputungan2")
    assert foreign.code == 1
    other_lane = jalur.done("operator", "list", "--lane", "manual", "--json").json
    stranger = next(p["username"] for p in other_lane if all(t.startswith("manual/") for t in p["teams"]))
    assert jalur("show", number, "--reveal", "--purpose", "processing", "--as", stranger).code == 1
    assert "hidden" in jalur.done("show", number, "--as", stranger).out
    assert "processing, contact" in jalur("show", number, "--reveal", "--as", "grace.supit").err
    full = jalur.done("show", number, "--reveal", "--purpose", "contact", "--as", "grace.supit", "--json").json
    assert (full["form"]["applicant_nik"], full["form"]["applicant_name"]) == (nik, name)
    last = full["journal"][-1]
    assert (last["event"], last["actor"], last["data"]) == (
        "personal_data_revealed",
        "grace.supit",
        {"purpose": "contact"},
    )
