"""Whoever has a token may what its person may and it was made for, until it ends or is taken back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from support.api import Api, an_api, problem
from support.office import an_office, clock_of, lead_of, manager, members_of, refused, waiting_at

from adapters.current import Current
from adapters.web import pace
from adapters.web.api import create_api
from domain.errors import Refused
from domain.pausing import OFFICE_REASONS
from domain.roles import Lane
from lanes.office import Office


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Office:
    return an_office(tmp_path, database_url=database_url)


@pytest.fixture
def api(office: Office) -> Api:
    return an_api(office)


def make(office: Office, username: str, *scopes: str, days: float = 30, by: str | None = None) -> str:
    until = office.clock.now() + timedelta(days=days)
    return office.tokens.create(username, name="a screen", scopes=scopes, until=until, by=by)[1]


def test_nothing_but_what_is_everybodys_is_told_without_a_token(api: Api) -> None:
    for path in ("/dossiers?lane=online", "/tasks?lane=online", "/overdue?lane=online", "/webhooks", "/token"):
        answer = api.get(path)
        problem(answer, 401, "no_token")
        assert answer.headers["www-authenticate"] == "Bearer"
    for wrong in ("Bearer nonsense", "Basic YTpi", "Bearer", "Bearer jalur_\xe9"):
        problem(api.client.get("/token", headers={"authorization": wrong.encode("latin-1")}), 401, "no_token")
    assert api.get("/document-types").status_code == 200


def test_a_token_tells_whose_it_is(api: Api) -> None:
    someone = members_of(api.office, "online-front")[0]
    told = api.by(someone, "online:read").get("/token").json()
    assert (told["username"], told["scopes"], told["name"]) == (someone, ["online:read"], "tests")


def test_a_token_does_only_what_it_was_made_for(api: Api) -> None:
    waiting_at(api.office, "receive")
    reader = api.by(members_of(api.office, "manual-front")[0], "manual:read")
    task = reader.get("/tasks", lane="manual").json()["items"][0]
    told = problem(reader.post("/tasks/next", lane="manual"), 403, "out_of_scope")
    assert told["allowed"] == "manual:read"
    problem(reader.post(f"/tasks/{task['id']}/claim", {}), 403, "out_of_scope")
    problem(reader.post("/dossiers", {"code": "KK-BARU", "lane": "manual", "fields": {}}), 403, "out_of_scope")
    problem(reader.get("/dossiers", lane="online"), 403, "out_of_scope")
    assert reader.get("/webhooks").json() == []


def test_a_token_never_may_more_than_its_person(api: Api) -> None:
    lodged = waiting_at(api.office, "receive")
    task = lodged.tasks["receive"].id
    other_team = next(
        m for m in members_of(api.office, "manual-entry") if m not in members_of(api.office, "manual-front")
    )
    problem(api.by(other_team).post(f"/tasks/{task}/claim", {}), 403, "not_allowed")
    lead = lead_of(api.office, "manual-front")
    clerk = api.by(next(each for each in members_of(api.office, "manual-front") if each != lead))
    reason = OFFICE_REASONS[0]
    problem(clerk.post(f"/dossiers/{lodged.number}/pause", {"reason": reason}, etag="*"), 403, "not_allowed")
    hook = {"lane": "manual", "kinds": ["dossier.issued"], "url": "https://example.org/"}
    problem(clerk.post("/webhooks", hook), 403, "not_allowed")


def test_somebody_who_left_a_lane_does_nothing_there_with_an_old_token(api: Api) -> None:
    guest, day = members_of(api.office, "online-front")[0], api.office.clock.now() + timedelta(days=1)
    boss = manager(api.office, Lane.ONLINE)
    api.office.people.lend(guest, lane=Lane.MANUAL, team="manual-front", reason="flood", until=day, by=boss)
    token = api.by(guest, "manual:read", "online:read")
    assert token.get("/tasks", lane="manual").status_code == 200
    clock_of(api.office).forward(days=2)
    problem(token.get("/tasks", lane="manual"), 403, "not_allowed")
    assert token.get("/tasks", lane="online").status_code == 200


def test_an_administrators_token_reads_both_lanes_and_works_in_none(api: Api) -> None:
    waiting_at(api.office, "receive")
    admin = api.by("admin", "admin")
    for lane in ("online", "manual"):
        assert admin.get("/dossiers", lane=lane).status_code == 200
    assert admin.post("/tasks/next", lane="manual").status_code == 204
    number = admin.get("/dossiers", lane="manual").json()["items"][0]["number"]
    assert admin.get(f"/dossiers/{number}").json()["form"] is None


def test_a_token_opens_nothing_after_its_end_or_once_it_was_taken_back(api: Api) -> None:
    someone = members_of(api.office, "online-front")[0]
    text_, other = make(api.office, someone, "online:read", days=1), make(api.office, someone, "online:read", days=2)
    calls = [Api(api.office, api.client, {"authorization": f"Bearer {each}"}) for each in (text_, other)]
    assert [each.get("/token").status_code for each in calls] == [200, 200]
    clock_of(api.office).forward(days=1)
    assert [each.get("/token").status_code for each in calls] == [401, 200]
    latest = max(api.office.tokens.listing(someone), key=lambda each: each.ends_at)
    problem_of = refused(lambda: api.office.tokens.revoke(latest.id, by=members_of(api.office, "online-front")[1]))
    assert problem_of.code == "not_allowed"
    api.office.tokens.revoke(latest.id, by=someone)
    problem(calls[1].get("/token"), 401, "no_token")
    assert api.office.tokens.revoke(latest.id, by="admin").revoked_at is not None


@pytest.mark.parametrize(
    ("scopes", "code"),
    [((), "unknown_scope"), (("online:everything",), "unknown_scope"), (("manual:read",), "scope_of_no_use"),
     (("admin",), "scope_of_no_use")],
)  # fmt: skip
def test_scopes_that_are_none_or_of_no_use_are_refused(office: Office, scopes: tuple[str, ...], code: str) -> None:
    someone = members_of(office, "online-front")[0]
    assert refused(lambda: make(office, someone, *scopes)).code == code


def test_a_token_is_made_by_its_person_or_an_administrator_with_a_name_and_an_end(office: Office) -> None:
    boss = lead_of(office, "online-front")
    someone = next(each for each in members_of(office, "online-front") if each != boss)
    assert make(office, someone, "online:read", by=someone).startswith("jalur_")
    assert make(office, someone, "online:read", by="admin")
    assert refused(lambda: make(office, someone, "online:read", by=boss)).code == "not_allowed"
    assert refused(lambda: make(office, "nobody", "online:read")).code == "unknown_person"
    for days in (-1, 0, 367):
        assert refused(lambda days=days: make(office, someone, "online:read", days=days)).code == "token_end"
    until = office.clock.now() + timedelta(days=1)
    for name in ("", " ", "x" * 81, "a\x00b"):
        with pytest.raises(Refused, match="name"):
            office.tokens.create(someone, name=name, scopes=["online:read"], until=until, by=None)


def test_the_text_of_a_token_stands_nowhere_in_the_store(office: Office) -> None:
    told = make(office, members_of(office, "online-front")[0], "online:read")
    with office.store.read() as work:
        rows = work.connection.execute(text("SELECT * FROM token")).all()  # type: ignore[attr-defined]
    assert rows
    assert told not in str(rows)
    assert told.removeprefix("jalur_") not in str(rows)


def test_who_asks_too_often_is_told_when_to_come_back_and_good_tokens_go_on(office: Office) -> None:
    app = create_api(Current(office), per_minute=3)
    client = TestClient(app, base_url="http://testserver")
    someone = members_of(office, "online-front")[0]
    first, second = ({"authorization": f"Bearer {make(office, someone, 'online:read')}"} for _ in range(2))
    assert [client.get("/token", headers=first).status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = client.get("/token", headers=first)
    assert (answer.headers["content-type"], answer.json()["code"]) == ("application/problem+json", "too_many_requests")
    assert 1 <= int(answer.headers["retry-after"]) <= 20
    made_up = [{"authorization": f"Bearer jalur_{n}"} for n in range(4)]
    assert [client.get("/token", headers=each).status_code for each in made_up] == [401, 401, 401, 429]
    again = {**made_up[0], "idempotency-key": "one"}
    assert client.post("/tasks/next?lane=online", headers=again).status_code == 429
    assert client.get("/document-types").status_code == 429, "the address has asked too often"
    assert client.get("/token", headers=second).status_code == 200


def test_no_more_buckets_are_kept_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "_MOST_KEPT", 2)
    kept = pace.Pace(1)
    assert [kept.wait(name, 0) for name in ("a", "a", "b", "a", "c")] == [0, 60, 0, 60, 0]
    assert kept.wait("a", 0) == 60, "b was the one unused for longest"
    assert kept.wait("b", 0) == 0
