"""The operator's desk: next task, the task page, every way to end a step, turns, lanes kept apart, search."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from support.office import (
    Lodged,
    a_dossier,
    clock_of,
    lead_of,
    manager,
    members_of,
    refused,
    somebody_for,
    up_to,
    waiting_at,
)
from support.web import PASSWORD, Page, Visitor, a_visitor, somebody

from adapters.web.refusals import sentence_words
from adapters.web.words import language
from domain.dossier import DossierStatus, TaskStatus
from domain.permissions import Actor, why_not, why_not_lead, why_not_take_in
from domain.roles import Lane
from lanes.office import Office
from lanes.worklist import Counts


def whoever_does(office: Office, lodged: Lodged, step: str) -> Visitor:
    """Who may do a step, signed in."""
    return somebody(office, somebody_for(office, lodged.tasks[step]))


def named(office: Office, username: str) -> str:
    """How somebody is called."""
    return next(person.name for person in office.config.office.people if person.username == username)


def take_next(visitor: Visitor) -> Page:
    """Next task, as its button does it."""
    visitor.get("/desk?lang=en")
    return visitor.send("/desk/next")


def test_an_empty_desk_says_what_will_come(office: Office) -> None:
    visitor = somebody(office, "leonard.kawengian")
    page = visitor.get("/desk?lang=en")
    assert "Nothing waits. Tasks come here when an application comes in" in page.words
    assert "There is nothing for you to do now." in visitor.send("/desk/next").words


def test_who_belongs_to_no_team_is_told_so(office: Office) -> None:
    assert "You belong to no team" in somebody(office, "auditor").get("/desk?lang=en").words


def test_next_task_leads_to_the_task_and_its_end_back_to_the_desk(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    visitor = whoever_does(office, lodged, "receive")
    page = take_next(visitor)
    task = lodged.tasks["receive"]
    assert page.path == f"/desk/tasks/{task.id}"
    assert task.status is TaskStatus.CLAIMED
    assert "Completeness check at the counter" in page.words
    assert "Permendagri 108/2019" in page.words
    assert "Check that the requirements are complete and valid" in page.words
    assert "Memeriksa kelengkapan dan keabsahan" in visitor.get(f"{page.path}?lang=id").words
    page = visitor.get(f"{page.path}?lang=en")
    assert "ticket A-001" in page.words
    page = visitor.send(f"/desk/tasks/{task.id}/complete", outcome="complete")
    assert page.path == "/desk"
    assert f"{lodged.number}: this step is done." in page.words
    assert lodged.dossier.status is DossierStatus.IN_PROCESS


def test_the_desk_tells_the_due_time_in_words(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    page = whoever_does(office, lodged, "receive").get("/desk?lang=en")
    assert "due in" in page.words
    assert lodged.number in page.words


def test_personal_data_are_masked_until_a_purpose_is_given_which_is_journalled(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    visitor = whoever_does(office, lodged, "receive")
    page = take_next(visitor)
    nik = lodged.fields["applicant_nik"]
    assert nik not in page.words
    assert f"{nik[:4]}**********{nik[-2:]}" in page.words
    page = visitor.send(f"{page.path}/reveal", purpose="processing")
    assert nik in page.words
    assert lodged.events[-1] == "personal_data_revealed"


def test_without_a_purpose_nothing_is_shown(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    visitor = whoever_does(office, lodged, "receive")
    page = take_next(visitor)
    page = visitor.send(f"{page.path}/reveal", purpose="curiosity")
    assert page.status == 422
    assert lodged.fields["applicant_nik"] not in page.words
    assert "personal_data_revealed" not in lodged.events


def test_a_return_without_a_tick_is_refused_beside_the_form(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    visitor = whoever_does(office, lodged, "receive")
    page = take_next(visitor)
    form = next(each for each in page.forms if ("outcome", "incomplete") in each.buttons)
    page = Page(visitor.client.post(form.action, data={**form.values, "outcome": "incomplete"}))
    assert page.status == 422
    assert "Tick what is missing: the applicant is told the whole list at once." in page.words
    assert lodged.dossier.status is DossierStatus.SUBMITTED


def test_a_return_tells_the_whole_list(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    visitor = whoever_does(office, lodged, "receive")
    page = take_next(visitor)
    form = next(each for each in page.forms if ("outcome", "incomplete") in each.buttons)
    ticks = [value for name, value in form.every if name == "missing"]
    assert "marriage_proof" in ticks
    data = {**form.values, "outcome": "incomplete", "missing": ["marriage_proof", "applicant_address"],
            "note_marriage_proof": "buram", "missing_other": "tanda tangan"}  # fmt: skip
    page = Page(visitor.client.post(form.action, data=data))
    assert f"{lodged.number} went back to the applicant. Asked for: 3." in page.words
    assert lodged.dossier.status is DossierStatus.RETURNED
    wanted = {each.item: each.note for each in office.views.track(lodged.number, lodged.code).deficiencies}
    assert wanted == {"marriage_proof": "buram", "applicant_address": "", "other": "tanda tangan"}


def test_a_rejection_needs_a_reason(office: Office) -> None:
    lodged = waiting_at(office, "verify")
    visitor = whoever_does(office, lodged, "verify")
    page = take_next(visitor)
    form = next(each for each in page.forms if ("outcome", "rejected") in each.buttons)
    refused = Page(visitor.client.post(form.action, data={**form.values, "outcome": "rejected"}))
    assert refused.status == 422
    assert "Write the reason" in refused.words
    visitor.client.post(form.action, data={**form.values, "outcome": "rejected", "reason_rejected": "Akta palsu"})
    assert lodged.dossier.status is DossierStatus.REJECTED


def test_a_step_s_own_form_is_filled_in_and_its_mistakes_are_told_beside_it(office: Office) -> None:
    lodged = waiting_at(office, "handover")
    visitor = whoever_does(office, lodged, "handover")
    page = take_next(visitor)
    refused = visitor.send(f"{page.path}/complete", outcome="handed_over", received_by=None)
    assert refused.status == 422
    assert "Received by: This is not filled in." in refused.words
    visitor.send(f"{page.path}/complete", outcome="handed_over", received_by="applicant")
    assert lodged.dossier.status is DossierStatus.ISSUED


def test_another_than_who_entered_verifies_and_the_page_says_who_did(office: Office) -> None:
    lodged = waiting_at(office, "verify")
    doer = next(task.done_by for task in office.views.dossier(lodged.number)[1] if task.step == "enter")
    assert doer is not None
    page = take_next(whoever_does(office, lodged, "verify"))
    assert f"was done by {named(office, doer)}; somebody else does this step." in page.words


def test_taking_a_later_one_asks_for_a_reason_of_the_list_which_is_kept(office: Office) -> None:
    first, second = waiting_at(office, "receive"), waiting_at(office, "receive")
    visitor = whoever_does(office, second, "receive")
    path = f"/desk/tasks/{second.tasks['receive'].id}"
    visitor.get(f"{path}?lang=en")
    page = visitor.send(f"{path}/claim")
    assert "It is not the turn of this task." in page.words
    assert second.tasks["receive"].status is TaskStatus.OPEN
    assert visitor.send(f"{path}/claim", out_of_turn="").status == 422
    page = visitor.send(f"{path}/claim", out_of_turn="MEDICAL")
    assert page.path == path
    assert "taken_out_of_turn" in second.events
    assert first.tasks["receive"].status is TaskStatus.OPEN


def test_a_task_can_be_given_back(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    visitor = whoever_does(office, lodged, "receive")
    page = take_next(visitor)
    assert visitor.send(f"{page.path}/release").path == "/desk"
    assert lodged.tasks["receive"].status is TaskStatus.OPEN


def test_a_task_that_somebody_else_holds_says_so(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    first, second = (somebody(office, name) for name in ("leonard.kawengian", "merlin.katuuk"))
    page = take_next(first)
    seen = second.get(f"{page.path}?lang=en")
    assert f"You cannot do this task: {named(office, 'leonard.kawengian')} is doing this step." in seen.words
    assert [form for form in seen.forms if form.action.endswith("/complete")] == []
    assert lodged.number in seen.words


@pytest.mark.parametrize("what", ["task", "dossier", "paper"])
def test_the_other_lane_s_people_are_refused_with_the_reason(office: Office, what: str) -> None:
    lodged = up_to(a_dossier(office).in_lane("online").lodged(), "receive")
    visitor = somebody(office, "leonard.kawengian")
    path = {"task": f"/desk/tasks/{lodged.tasks['receive'].id}", "dossier": f"/desk/dossiers/{lodged.number}",
            "paper": f"/desk/papers/{lodged.number}/marriage_proof"}[what]  # fmt: skip
    page = visitor.get(f"{path}?lang=en")
    assert page.status == 403
    assert f"{named(office, 'leonard.kawengian')} may not see personal data of the online lane." in page.words


def test_a_scan_is_shown_beside_the_form_and_who_saw_it_stands_in_the_journal_once(office: Office) -> None:
    lodged = up_to(a_dossier(office).in_lane("online").lodged(), "receive")
    visitor = whoever_does(office, lodged, "receive")
    page = take_next(visitor)
    address = f"/desk/papers/{lodged.number}/marriage_proof"
    assert address in page.response.text
    for _ in range(2):
        answer = visitor.client.get(address)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
    assert lodged.events.count("personal_data_revealed") == 1
    assert visitor.client.get(f"/desk/papers/{lodged.number}/nothing").status_code == 422


def test_search_finds_by_number_nik_and_name_in_one_s_own_lane(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    mine, other = somebody(office, "leonard.kawengian"), somebody(office, "yohanes.pangemanan")
    nik, name = lodged.fields["applicant_nik"], lodged.fields["applicant_name"]
    for text in (lodged.number, lodged.number.lower(), nik, name, name.upper(), lodged.fields["applicant_family_card"]):
        mine.get("/desk/search?lang=en")
        page = mine.send("/desk/search", text=text)
        assert lodged.number in page.words, text
        assert nik not in str(page.response.url)
        other.get("/desk/search?lang=en")
        assert "Nothing found in your lane." in other.send("/desk/search", text=text).words
    page = mine.get(f"/desk/dossiers/{lodged.number}")
    assert nik not in page.words


def test_who_answers_complaints_finds_no_dossier_but_that_of_a_complaint(office: Office) -> None:
    lodged, other = waiting_at(office, "receive"), waiting_at(office, "receive")
    officer = members_of(office, "manual-complaint")[0]
    sought = [each.fields["applicant_nik"] for each in (lodged, other)]
    assert [office.searching.find(nik, by=officer) for nik in sought] == [[], []]
    office.complaints.file(lodged.number, lodged.code, topic="slow", text="Sudah lama saya menunggu berkas ini.")
    assert [[each.number for each in office.searching.find(nik, by=officer)] for nik in sought] == [[lodged.number], []]


def test_a_manager_sees_a_dossier_of_their_lane_with_days_and_names_as_people_write_them(office: Office) -> None:
    lodged = waiting_at(office, "receive", code="LHR")
    doer = somebody_for(office, lodged.tasks["receive"])
    office.desk.claim(lodged.number, "receive", by=doer)
    visitor = somebody(office, manager(office))
    page = visitor.get(f"/desk/dossiers/{lodged.number}?lang=en")
    assert page.status == 200
    assert "Application received (the applicant)" in page.words
    assert f": Completeness check at the counter ({named(office, doer)})" in page.words
    born = lodged.fields["born"]
    page = visitor.send(f"/desk/dossiers/{lodged.number}/reveal", purpose="processing")
    assert f"{int(born[8:])} {date.fromisoformat(born):%B %Y}" in page.words
    assert born not in page.words


def test_a_task_that_is_gone_is_told(office: Office) -> None:
    page = somebody(office, "leonard.kawengian").get("/desk/tasks/999?lang=en")
    assert page.status == 404
    assert "There is no such task any more." in page.words


def test_the_desk_counts_what_is_held_waits_and_is_overdue(office: Office) -> None:
    for _ in range(3):
        lodged = waiting_at(office, "receive")
    visitor = whoever_does(office, lodged, "receive")
    take_next(visitor)
    clock_of(office).forward(minutes=20)
    name = somebody_for(office, lodged.tasks["receive"])
    assert office.worklist.counts(name, office.worklist.standing()) == Counts(held=1, waiting=2, overdue=0)
    clock_of(office).forward(days=9)
    assert office.worklist.counts(name, office.worklist.standing()) == Counts(held=1, waiting=2, overdue=2)
    assert office.worklist.counts("yohanes.pangemanan", office.worklist.standing()) == Counts(
        held=0, waiting=0, overdue=0
    )


def test_the_desk_s_counts_are_those_of_the_lists_below_them(office: Office) -> None:
    first = waiting_at(office, "receive")
    visitor = whoever_does(office, first, "receive")
    assert "I hold 0 · waiting 1 · of them overdue 0" in visitor.get("/desk?lang=en").words, "and kept for seconds"
    waiting_at(office, "receive")
    page = take_next(visitor)
    page = visitor.send(f"{page.path}/complete", outcome="complete")
    assert "I hold 0 · waiting 1 · of them overdue 0" in page.words
    take_next(visitor)
    page = visitor.get("/desk")
    assert "I hold 1 · waiting 0 · of them overdue 0" in page.words
    assert "Nothing waits." in page.words
    assert "There is nothing for you to do now." not in visitor.get("/desk?nothing=true").words


def test_what_a_page_asks_for_by_itself_keeps_no_session_alive(office: Office) -> None:
    visitor = somebody(office, "leonard.kawengian")
    for _ in range(4):
        clock_of(office).forward(minutes=9)
        page = visitor.get("/desk", **{"x-unattended": "yes"})
    assert page.path == "/sign-in"


def test_counts_are_told_to_who_is_signed_in_only(office: Office) -> None:
    assert a_visitor(office).client.get("/desk/live").status_code == 204


def test_a_session_has_so_many_streams_at_once_and_another_when_one_ends(office: Office) -> None:
    visitor = somebody(office, "leonard.kawengian")
    cookie = f"jalur={visitor.client.cookies['jalur']}".encode()
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": "/desk/live", "raw_path": b"/desk/live", "query_string": b"", "root_path": "",
        "headers": [(b"cookie", cookie)], "client": ("127.0.0.1", 1), "server": ("testserver", 80),
    }  # fmt: skip

    async def ask(started: asyncio.Queue[int]) -> None:
        asked = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> dict[str, Any]:
            if not asked:
                await asyncio.Event().wait()
            return asked.pop()

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                started.put_nowait(message["status"])

        await visitor.client.app({**scope, "state": {}}, receive, send)

    async def five() -> list[int]:
        started: asyncio.Queue[int] = asyncio.Queue()
        tasks, statuses = [], []
        for place in range(5):
            if place == 4:
                tasks[0].cancel()
                await asyncio.wait([tasks[0]])
            tasks.append(asyncio.create_task(ask(started)))
            statuses.append(await asyncio.wait_for(started.get(), 10))
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        return statuses

    assert asyncio.run(five()) == [200, 200, 200, 429, 200]


def test_a_page_that_stays_open_keeps_no_session_alive(office: Office) -> None:
    office.credentials.set_password("leonard.kawengian", PASSWORD)
    token = office.sign_in.begin("leonard.kawengian", PASSWORD)
    for _ in range(3):
        clock_of(office).forward(minutes=9)
        assert office.sign_in.session(token, seen=False)
    clock_of(office).forward(minutes=9)
    assert office.sign_in.session(token, seen=False) is None


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_reason_why_not_is_told_in_the_reader_s_language(office: Office, lang: str) -> None:
    task = waiting_at(office, "receive").tasks["receive"]
    teams = {(Lane.MANUAL, "manual-front")}
    reasons = [
        why_not(Actor(username="a.b"), task),
        why_not(Actor(username="a.b", teams={(Lane.MANUAL, "manual-verify")}), task),
        why_not(Actor(username="a.b", teams=teams), replace(task, barred=("a.b",))),
        why_not(Actor(username="a.b", teams=teams), replace(task, assignee="c.d")),
        why_not_lead(Actor(username="a.b"), task),
        why_not_take_in("a.b", (), Lane.MANUAL),
    ]
    token = language.set(lang)
    try:
        told = [sentence_words(reason) for reason in reasons if reason is not None]
    finally:
        language.reset(token)
    assert len({*told}) == len(reasons)
    assert all(("lane" in words or "step" in words or "may do" in words) is (lang == "en") for words in told), told


def test_a_refusal_names_people_and_teams_as_colleagues_do(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    page = somebody(office, "gerald.walukow").get(f"/desk/tasks/{lodged.tasks['receive'].id}?lang=en")
    team = office.config.lanes[Lane.MANUAL].team[lodged.tasks["receive"].team or ""].title.en
    assert f"This step is the work of team {team}, and {named(office, 'gerald.walukow')} is not in it." in page.words


def test_a_lead_sees_who_holds_what_and_hands_it_on(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    task = lodged.tasks["receive"]
    lead = somebody(office, lead_of(office, task.team or ""))
    holder, other = "leonard.kawengian", "merlin.katuuk"
    office.desk.claim(lodged.number, "receive", by=holder)
    page = lead.get("/desk/team?lang=en")
    assert lodged.number in page.words
    assert f"{named(office, holder)} 1 no" in page.words
    page = lead.get(f"/desk/tasks/{task.id}")
    assert f"{named(office, holder)} has it now." in page.words
    assert lead.send(f"/desk/tasks/{task.id}/hand").status == 422
    assert lead.send(f"/desk/tasks/{task.id}/hand", to=other).path == "/desk/team"
    assert lodged.tasks["receive"].assignee == other
    page = lead.send("/desk/team/absent", username=other, until="2026-05-01")
    assert lodged.tasks["receive"].assignee is None
    assert "until" in page.words


def test_who_leads_nothing_hands_nothing_on(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    task = lodged.tasks["receive"]
    clerk = somebody(office, next(each for each in members_of(office, task.team or "")
                                  if each != lead_of(office, task.team or "")))  # fmt: skip
    assert "You lead no team." in clerk.get("/desk/team?lang=en").words
    page = clerk.get(f"/desk/tasks/{task.id}")
    assert not any(form.action.endswith("/hand") for form in page.forms)
    token = page.form(f"/desk/tasks/{task.id}/claim").values
    refused = Page(clerk.client.post(f"/desk/tasks/{task.id}/hand", data={**token, "to": "merlin.katuuk"}))
    assert "Only the team's lead, the lane's manager or an administrator may do this" in refused.words
    assert lodged.tasks["receive"].assignee is None


def test_a_lead_lets_a_dossier_s_time_stand_still_and_run_again_and_nobody_else_does(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    lead, clerk = (somebody(office, each) for each in (lead_of(office, "manual-front"), "merlin.katuuk"))
    at = f"/desk/dossiers/{lodged.number}"
    assert "Pause it" not in clerk.get(f"{at}?lang=en").words
    assert refused(lambda: office.pausing.pause(lodged.number, "POWER", by="merlin.katuuk")).code == "not_allowed"
    page = lead.get(f"{at}?lang=en")
    assert "Next step opened: Completeness check at the counter" in page.words
    assert lead.send(f"{at}/pause", reason="HOLIDAY").status == 422
    assert lodged.dossier.held == {}
    lead.get(at)
    page = lead.send(f"{at}/pause", reason="SIAK_NETWORK")
    assert (page.path, set(lodged.dossier.held)) == (at, {"SIAK_NETWORK"})
    assert "Stands still since" in page.words
    page = lead.send(f"{at}/resume", reason="SIAK_NETWORK")
    assert (lodged.dossier.held, "It runs." in page.words) == ({}, True)
