"""A request that is sent again has one effect and gets one answer."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from support.api import Api, an_api, as_json, problem
from support.office import a_dossier, an_office, at_once, clock_of, members_of, waiting_at

from domain.roles import Lane
from lanes.office import Office


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Office:
    return an_office(tmp_path, database_url=database_url)


@pytest.fixture
def clerk(office: Office) -> Api:
    return an_api(office).by(members_of(office, "manual-front")[0])


def numbers(clerk: Api) -> list[str]:
    return [each["number"] for each in clerk.get("/dossiers", lane="manual").json()["items"]]


def test_an_application_sent_twice_is_taken_in_once_and_answered_alike(clerk: Api) -> None:
    body = as_json(a_dossier(clerk.office).application)
    first = clerk.post("/dossiers", body, key="one")
    again = clerk.post("/dossiers", body, key="one")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["location"] == first.headers["location"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert numbers(clerk) == [first.json()["number"]]
    problem(clerk.post("/dossiers", body, key="two"), 409, "already_open")


def test_who_has_lost_the_lane_or_the_token_gets_no_stored_answer(office: Office) -> None:
    people, team, body = office.people, "manual-front", as_json(a_dossier(office).application)
    manager = office.config.lanes[Lane.MANUAL].manager
    people.add("baru.orang", "Orang Baru", email=None, lane=Lane.MANUAL, teams=[team], by=manager)
    clerk = an_api(office).by("baru.orang")
    code = clerk.post("/dossiers", body, key="one").json()["code"]
    assert clerk.post("/dossiers", body, key="one").json()["code"] == code
    with office.store.begin() as work:
        work.people.end_places("baru.orang", Lane.MANUAL, team, office.clock.now())
    refused = clerk.post("/dossiers", body, key="one")
    problem(refused, 403, "not_allowed")
    assert code not in refused.text
    (token,) = office.tokens.listing("baru.orang")
    office.tokens.revoke(token.id, by=None)
    problem(clerk.post("/dossiers", body, key="one"), 401, "no_token")
    problem(clerk.post("/dossiers", body, key="new"), 401, "no_token")
    with office.store.read() as work:
        rows = work.connection.execute(text("SELECT count(*) FROM answer")).scalar_one()  # type: ignore[attr-defined]
    assert rows == 1, "nothing is noted for who is nobody"


def test_another_request_under_the_same_key_is_refused(clerk: Api) -> None:
    clerk.post("/dossiers", as_json(a_dossier(clerk.office).application), key="one")
    other = as_json(a_dossier(clerk.office).application)
    problem(clerk.post("/dossiers", other, key="one"), 422, "idempotency_key_reused")
    problem(clerk.post("/tasks/next", key="one", lane="manual"), 422, "idempotency_key_reused")
    assert len(numbers(clerk)) == 1


def test_two_programs_do_not_meet_under_one_key(clerk: Api) -> None:
    other = an_api(clerk.office).by(members_of(clerk.office, "manual-front")[1])
    assert clerk.post("/dossiers", as_json(a_dossier(clerk.office).application), key="1").status_code == 201
    assert other.post("/dossiers", as_json(a_dossier(clerk.office).application), key="1").status_code == 201


def test_the_same_request_sent_many_times_at_once_has_one_effect(clerk: Api) -> None:
    waiting_at(clerk.office, "receive")
    task = clerk.get("/tasks", lane="manual").json()["items"][0]["id"]
    body = as_json(a_dossier(clerk.office).application)
    before = len(numbers(clerk))
    answers = at_once(*[lambda: clerk.post("/dossiers", body, key="at-once")] * 4)
    statuses = {answer.status_code for answer in answers}  # type: ignore[attr-defined]
    assert 201 in statuses, [answer.text for answer in answers]  # type: ignore[attr-defined]
    assert statuses <= {201, 409}
    assert len(numbers(clerk)) == before + 1
    taken = at_once(*[lambda: clerk.post(f"/tasks/{task}/claim", {}, key="claim")] * 4)
    assert {answer.status_code for answer in taken} <= {200, 409}  # type: ignore[attr-defined]
    assert clerk.get(f"/tasks/{task}").json()["status"] == "claimed"


def test_what_was_refused_may_be_sent_again_under_its_key(clerk: Api) -> None:
    right = as_json(a_dossier(clerk.office).application)
    wrong = {**right, "fields": {}}
    problem(clerk.post("/dossiers", wrong, key="one"), 422, "invalid_application")
    assert clerk.post("/dossiers", right, key="one").status_code == 201


def test_an_answer_is_kept_for_a_day_and_for_nobody_to_read(clerk: Api) -> None:
    body = as_json(a_dossier(clerk.office).application)
    receipt = clerk.post("/dossiers", body, key="one").json()
    with clerk.office.store.read() as work:
        (row,) = work.connection.execute(text("SELECT * FROM answer")).all()  # type: ignore[attr-defined]
    assert receipt["code"].encode() not in bytes(row.cipher)
    assert receipt["code"] not in str(row)
    clock_of(clerk.office).forward(hours=23)
    assert clerk.post("/dossiers", body, key="one").json() == receipt
    assert clerk.office.answers.forget() == 0
    clock_of(clerk.office).forward(hours=2)
    assert clerk.office.answers.forget() == 1
    problem(clerk.post("/dossiers", body, key="one"), 409, "already_open")


def test_a_request_that_was_cut_off_is_carried_out_again(clerk: Api) -> None:
    answers = clerk.office.answers
    assert isinstance(answers.begin("somebody", "key", "print"), str)
    with pytest.raises(Exception, match="just now"):
        answers.begin("somebody", "key", "print")
    clock_of(clerk.office).to(clerk.office.clock.now() + timedelta(minutes=3))
    assert isinstance(answers.begin("somebody", "key", "print"), str)


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201, "\xe9"])
def test_a_key_that_cannot_be_one_is_refused(clerk: Api, key: str) -> None:
    headers = {
        **{name: value.encode() for name, value in clerk.headers.items()},
        "idempotency-key": key.encode("latin-1"),
    }
    answer = clerk.client.post("/tasks/next?lane=manual", headers=headers)
    problem(answer, 422, "bad_idempotency_key")


def test_an_applicants_withdrawal_can_be_sent_again(clerk: Api) -> None:
    lodged = a_dossier(clerk.office).lodged()
    anybody, holding = an_api(clerk.office), {"number": lodged.number, "code": lodged.code}
    seen = anybody.post("/applications/track", holding).headers["etag"]
    first = anybody.post("/applications/withdraw", holding, etag=seen, key="w")
    again = anybody.post("/applications/withdraw", holding, etag=seen, key="w")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["etag"] == first.headers["etag"]
