"""What programs can do with applications, dossiers and tasks over HTTP."""

from __future__ import annotations

import pytest
from support.api import Api, an_api, as_json, problem
from support.office import (
    a_dossier,
    clock_of,
    given_fields,
    lead_of,
    manager,
    members_of,
    to_the_end,
    up_to,
    values_for,
    waiting_at,
)

from domain.roles import Lane
from lanes.office import Office


@pytest.fixture
def api(office: Office) -> Api:
    return an_api(office)


@pytest.fixture
def clerk(api: Api) -> Api:
    return api.by(members_of(api.office, "manual-front")[0])


def test_document_types_are_listed_and_shown_to_everybody(api: Api) -> None:
    listed = api.get("/document-types").json()
    assert [each["code"] for each in listed] == sorted(api.office.config.workflows)
    shown = api.get("/document-types/KK-BARU").json()
    assert shown["title"]["en"] == "New family card"
    assert {"applicant_nik", "marriage"} <= {each["id"] for each in shown["fields"]}
    assert {each["shown"] for each in shown["lanes"]["manual"]["papers"]} & {"copy_and_original_shown"}
    problem(api.get("/document-types/NOPE"), 404, "not_found")


def test_an_application_is_handed_in_and_followed_with_its_number_and_code(api: Api, clerk: Api) -> None:
    answer = clerk.post("/dossiers", as_json(a_dossier(api.office).application))
    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    assert answer.headers["location"] == f"/api/dossiers/{receipt['number']}"
    holding = {"number": receipt["number"], "code": receipt["code"]}
    tracked = api.post("/applications/track", holding)
    assert tracked.json()["status"] == "submitted"
    assert tracked.json()["receipt_hash"] == receipt["hash"]
    english = api.post("/applications/track", {**holding, "language": "en"}).json()
    assert (tracked.json()["title"], english["title"]) == ("Kartu Keluarga baru", "New family card")
    problem(api.post("/applications/withdraw", holding), 428, "if_match_missing")
    withdrawn = api.post("/applications/withdraw", holding, etag=tracked.headers["etag"])
    assert withdrawn.json()["status"] == "withdrawn"
    again = api.post("/applications/withdraw", holding, etag=tracked.headers["etag"])
    problem(again, 412, "stale")


def test_everything_wrong_with_an_application_is_told_at_once_and_repeats_nothing_of_it(api: Api, clerk: Api) -> None:
    sent = as_json(a_dossier(api.office).application)
    sent["fields"] |= {"applicant_nik": "717", "applicant_phone": "secret-7", "nothing_like_it": "secret-8"}
    told = problem(clerk.post("/dossiers", sent), 422, "invalid_application")
    assert len(told["problems"]) >= 3
    assert "secret" not in str(told)
    assert "717" not in str(told["problems"][0])
    problem(clerk.post("/dossiers", {**sent, "code": "NOPE"}), 422, "unknown_type")
    sent = as_json(a_dossier(api.office).in_lane("online").application)
    first = next(iter(sent["papers"]))
    sent["papers"][first] = "no base64!"
    online = api.by(members_of(api.office, "online-front")[0])
    told = problem(online.post("/dossiers", sent), 422, "invalid_application")
    assert any("base64" in each for each in told["problems"])


def test_a_malformed_request_is_told_where_it_is_wrong_and_without_what_was_sent(api: Api, clerk: Api) -> None:
    told = problem(clerk.post("/dossiers", {"lane": "third", "fields": {"Sari 7172": ["x"]}}), 422, "malformed")
    assert any(each.startswith("body.lane:") for each in told["problems"])
    assert "7172" not in str(told)
    for content in (b"{", b"\xff\xfe", b"[" * 100_000, b"null"):
        answer = api.client.post(
            "/dossiers", content=content, headers={**clerk.headers, "content-type": "application/json"}
        )
        assert answer.status_code in (400, 422), answer.text
        assert answer.headers["content-type"] == "application/problem+json"
    problem(api.get("/nowhere"), 404, "not_found")
    problem(api.client.put("/dossiers", headers=clerk.headers), 405, "wrong_method")


def test_a_wrong_code_is_refused_like_a_wrong_number_and_makes_the_next_try_wait(api: Api) -> None:
    number = a_dossier(api.office).lodged().number
    wrong = {"number": number, "code": "AAAA-AAAA-AAAA"}
    one = problem(api.post("/applications/track", wrong), 404, "unknown_dossier")
    other = problem(api.post("/applications/track", {**wrong, "number": "ON-2026-999999"}), 404, "unknown_dossier")
    assert one == other
    answers = [api.post("/applications/track", wrong) for _ in range(5)]
    problem(answers[-1], 429, "too_many_tries")


def test_pages_of_dossiers_follow_one_another_while_others_come_in(api: Api, clerk: Api) -> None:
    first = [a_dossier(api.office).lodged().number for _ in range(5)]
    page = clerk.get("/dossiers", lane="manual", limit=2).json()
    found = [each["number"] for each in page["items"]]
    late = a_dossier(api.office).lodged().number
    while page["next"]:
        page = clerk.get("/dossiers", lane="manual", limit=2, cursor=page["next"]).json()
        found += [each["number"] for each in page["items"]]
    assert found == [*first, late]
    assert clerk.get("/dossiers", lane="manual", status=["issued", "rejected"]).json() == {"items": [], "next": None}


def test_a_cursor_of_another_list_or_of_nobody_is_refused(api: Api, clerk: Api) -> None:
    for _ in range(2):
        a_dossier(api.office).lodged()
    cursor = clerk.get("/dossiers", lane="manual", limit=1).json()["next"]
    problem(clerk.get("/dossiers", lane="manual", status="issued", cursor=cursor), 422, "bad_cursor")
    problem(clerk.get("/tasks", lane="manual", cursor=cursor), 422, "bad_cursor")
    for nonsense in ("", "x", "é", "bnVsbA", "WyJ4Il0", cursor[:-2]):
        problem(clerk.get("/dossiers", lane="manual", cursor=nonsense), 422, "bad_cursor")


def test_pages_of_tasks_are_in_the_order_in_which_they_are_to_be_done(api: Api, clerk: Api) -> None:
    for minutes in range(7):
        clock_of(api.office).forward(minutes=minutes)
        up_to(a_dossier(api.office).lodged(), "receive")
    expected = [task.id for task, _ in api.office.views.tasks(lane=Lane.MANUAL)]
    found: list[int] = []
    cursor: dict[str, str] = {}
    while True:
        page = clerk.get("/tasks", lane="manual", limit=3, **cursor).json()
        found += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert found == expected
    assert clerk.get("/tasks", lane="manual", team="manual-front").json()["items"]
    problem(clerk.get("/tasks", lane="manual", team="nobodys"), 422, "unknown_team")


def test_a_dossier_is_shown_masked_and_without_anything_personal(api: Api, clerk: Api) -> None:
    lodged = a_dossier(api.office).lodged()
    answer = clerk.get(f"/dossiers/{lodged.number}")
    shown = answer.json()
    assert shown["form"]["applicant_nik"] != lodged.fields["applicant_nik"]
    assert shown["journal"][0]["event"] == "dossier_submitted"
    assert not [value for value in given_fields(lodged) if value in answer.text]
    problem(clerk.get("/dossiers/MN-2026-999999"), 404, "unknown_dossier")


def test_a_task_is_taken_and_completed_only_as_it_was_seen(api: Api, clerk: Api) -> None:
    lodged = up_to(a_dossier(api.office).lodged(), "receive")
    taken = clerk.post("/tasks/next", lane="manual")
    task = taken.json()
    assert (task["number"], task["step"], task["status"]) == (lodged.number, "receive", "claimed")
    assert task["duty"]
    assert "incomplete" in task["outcomes"]
    body = {"outcome": "complete", "values": values_for(lodged, "receive", "complete")}
    path = f"/tasks/{task['id']}/complete"
    problem(clerk.post(path, body), 428, "if_match_missing")
    problem(clerk.post(path, body, etag='"t1.1x"'), 400, "bad_if_match")
    problem(clerk.post(path, body, etag=f'"t{task["id"]}.1"'), 412, "stale")
    done = clerk.post(path, body, etag=taken.headers["etag"])
    assert done.status_code == 200, done.text
    assert done.json()["number"] == lodged.number
    problem(clerk.post(path, body, etag=taken.headers["etag"]), 412, "stale")
    assert clerk.get(f"/tasks/{task['id']}").json()["status"] == "done"


def test_there_is_nothing_to_take_where_nothing_waits(clerk: Api) -> None:
    answer = clerk.post("/tasks/next", lane="manual")
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_dossier_is_returned_with_everything_that_is_missing_and_answered(api: Api, clerk: Api) -> None:
    lodged = up_to(a_dossier(api.office).lodged(), "receive")
    taken = clerk.post("/tasks/next", lane="manual")
    missing = {"deficiencies": [{"item": "event_form", "note": "unreadable"}, {"item": "other", "note": "come by"}]}
    known = {paper.id for paper in lodged.workflow.workflow.requirements}
    if "event_form" not in known:
        missing["deficiencies"][0]["item"] = sorted(known)[0]
    back = clerk.post(f"/tasks/{taken.json()['id']}/return", missing, etag=taken.headers["etag"])
    assert back.json()["status"] == "returned", back.text
    holding = {"number": lodged.number, "code": lodged.code}
    tracked = api.post("/applications/track", holding)
    assert [each["note"] for each in tracked.json()["deficiencies"]] == ["unreadable", "come by"]
    answer = {**holding, "papers": {missing["deficiencies"][0]["item"]: None}}
    resubmitted = api.post("/applications/resubmit", answer, etag=tracked.headers["etag"])
    assert resubmitted.json()["status"] == "submitted", resubmitted.text


def test_a_task_is_given_back_and_handed_on_by_a_lead(api: Api, clerk: Api) -> None:
    up_to(a_dossier(api.office).lodged(), "receive")
    taken = clerk.post("/tasks/next", lane="manual")
    path = f"/tasks/{taken.json()['id']}"
    back = clerk.post(f"{path}/release", {}, etag=taken.headers["etag"])
    assert back.json()["status"] == "open"
    assert clerk.post(f"{path}/claim", {}).json()["status"] == "claimed"
    other = members_of(api.office, "manual-front")[1]
    lead = api.by(lead_of(api.office, "manual-front"))
    now = lead.get(path).headers["etag"]
    stranger = members_of(api.office, "online-front")[0]
    problem(lead.post(f"{path}/reassign", {"to": stranger}, etag=now), 403, "not_allowed")
    handed = lead.post(f"{path}/reassign", {"to": other}, etag=now)
    assert handed.json()["assignee"] == other
    problem(clerk.post(f"{path}/complete", {}, etag="*"), 403, "not_allowed")


def test_a_dossiers_time_is_held_and_let_go_by_its_manager(api: Api, clerk: Api) -> None:
    number = a_dossier(api.office).lodged().number
    chief = api.by(manager(api.office))
    seen = chief.get(f"/dossiers/{number}").headers["etag"]
    told = problem(chief.post(f"/dossiers/{number}/pause", {"reason": "tea"}, etag=seen), 422, "unknown_reason")
    reason = told["allowed"].split(",")[0].split(" ")[0]
    held = chief.post(f"/dossiers/{number}/pause", {"reason": reason}, etag=seen)
    assert held.status_code == 200, held.text
    assert chief.get(f"/dossiers/{number}").json()["held"]
    problem(chief.post(f"/dossiers/{number}/resume", {}, etag=seen), 412, "stale")
    assert chief.post(f"/dossiers/{number}/resume", {}, etag=held.headers["etag"]).status_code == 200


def test_the_issued_document_is_fetched_by_its_applicant_and_verified_by_anybody(api: Api, clerk: Api) -> None:
    lodged = a_dossier(api.office).lodged()
    holding = {"number": lodged.number, "code": lodged.code}
    assert api.post("/applications/documents", holding).json() == []
    problem(api.post("/applications/document", holding), 404, "no_document")
    to_the_end(lodged)
    (listed,) = api.post("/applications/documents", holding).json()
    pdf = api.post("/applications/document", holding)
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    problem(api.post("/applications/document", {**holding, "document": 10**6}), 404, "unknown_document")
    with api.office.store.read() as work:
        (document,) = work.documents.of(lodged.dossier.id)
    verified = api.get(f"/verification/{document.token}").json()
    assert (verified["number"], verified["replaced_by"]) == (listed["number"], None)
    problem(api.get("/verification/nothing-like-it"), 404, "unknown_document")
    office_copy = clerk.get(f"/dossiers/{lodged.number}/documents/{listed['id']}")
    assert office_copy.content.startswith(b"%PDF")
    assert "documents_read" in lodged.events


def test_what_is_overdue_the_rules_and_the_figures_are_told(api: Api, clerk: Api) -> None:
    lodged = up_to(a_dossier(api.office).lodged(), "receive")
    paused = up_to(a_dossier(api.office).lodged(), "receive")
    api.office.pausing.pause(paused.number, "SIAK_NETWORK", by=manager(api.office))
    clock_of(api.office).forward(days=20)
    overdue = clerk.get("/overdue", lane="manual").json()
    assert lodged.number in {each["number"] for each in overdue["steps"]}
    (still,) = overdue["held"]
    assert (still["number"], still["reason"], overdue["broken"]) == (paused.number, "SIAK_NETWORK", [])
    (version,) = clerk.get("/rules/versions", lane="manual").json()
    assert version["state"] == "in force"
    assert "teams:" in clerk.get(f"/rules/versions/{version['id']}").json()["source"]
    problem(clerk.get("/rules/versions/999"), 404, "unknown_version")
    assert api.get("/figures/parity").json()["people"]
    fair = api.get("/figures/fairness", days=30).json()
    assert [each["lane"] for each in fair["lanes"]] == ["online", "manual"]
    assert fair["since"] == api.get("/figures/fairness", days=1).json()["since"], "whole weeks, of a few lengths"


def test_overdue_goes_on_page_by_page(api: Api, clerk: Api) -> None:
    numbers = {waiting_at(api.office, "verify").number for _ in range(3)}
    clock_of(api.office).forward(days=20)
    seen: list[str] = []
    whole: list[str] = []
    cursor: str | None = None
    for _ in range(20):
        page = clerk.get("/overdue", lane="manual", limit=2, **({"cursor": cursor} if cursor else {})).json()
        seen += [each["number"] for each in page["steps"]]
        whole += [each["number"] for each in page["dossiers"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert cursor is None
    assert numbers <= set(seen)
    assert len(whole) == len(set(whole))
    assert numbers <= set(whole)
    problem(clerk.get("/overdue", lane="manual", cursor="x"), 422, "bad_cursor")
