"""Programs are told of events over HTTP: signed, once for each success, again after a failure, and then given up.

The receiver is a real HTTP server on this machine.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from support.api import Api, an_api, problem
from support.office import (
    a_dossier,
    a_home,
    an_office,
    clock_of,
    given_fields,
    manager,
    members_of,
    refused,
    to_the_end,
)

from adapters.webhook_post import HttpPoster
from domain.roles import Lane
from domain.webhooks import MOST_TRIES, new_secret, sign, whats_wrong
from lanes.office import Office
from lanes.ports import Unavailable


@dataclass
class Receiver:
    """A program that is told: what came, and how it answers (a status, the last one for good)."""

    answers: list[int] = field(default_factory=lambda: [200])
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    def told(self) -> list[dict[str, Any]]:
        """The bodies, read."""
        return [json.loads(body) for _, body in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            kept.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status = kept.answers.pop(0) if len(kept.answers) > 1 else kept.answers[0]
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("location", f"{kept.url}elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing on the screen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield kept
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Office:
    return an_office(tmp_path, database_url=database_url, poster=HttpPoster(loopback=True))


@pytest.fixture
def chief(office: Office) -> Api:
    return an_api(office).by(manager(office))


def subscribed(chief: Api, url: str, *kinds: str) -> dict[str, Any]:
    given = {"lane": "manual", "kinds": list(kinds or ("dossier.submitted",)), "url": url}
    answer = chief.post("/webhooks", given)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def send(office: Office, lane: Lane = Lane.MANUAL) -> int:
    """Let a worker send what is to be sent now; gives how many messages that were."""
    claimed = office.webhooks.claim(lane, 50)
    for delivery in claimed:
        office.webhooks.deliver(delivery)
    return len(claimed)


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The example of the specification's reference libraries."""
    at = datetime.fromtimestamp(1614265330, UTC)
    signed = sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert new_secret(bytes(32)).startswith("whsec_")


def test_a_dossiers_life_is_told_signed_in_order_and_without_anything_personal(
    office: Office, chief: Api, receiver: Receiver
) -> None:
    made = subscribed(chief, receiver.url, "dossier.submitted", "dossier.found_complete", "dossier.issued")
    lodged = a_dossier(office).lodged()
    to_the_end(lodged)
    assert send(office) == 3
    assert send(office) == 0
    told = receiver.told()
    assert [each["type"] for each in told] == ["dossier.submitted", "dossier.found_complete", "dossier.issued"]
    assert {each["data"]["number"] for each in told} == {lodged.number}
    assert set(told[0]["data"]) == {"number", "lane", "code", "entry"}
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 3
    for headers, body in receiver.got:
        at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        assert headers["webhook-signature"] == sign(made["secret"], headers["webhook-id"], at, body)
        assert not [value for value in (*given_fields(lodged), lodged.code) if value.encode() in body]


def test_only_its_lane_and_its_kinds_are_told_and_nothing_from_before(
    office: Office, chief: Api, receiver: Receiver
) -> None:
    a_dossier(office).lodged()
    subscribed(chief, receiver.url, "dossier.submitted")
    a_dossier(office).in_lane("online").lodged()
    lodged = a_dossier(office).lodged()
    office.closing.withdraw(lodged.number, lodged.code)
    send(office, Lane.ONLINE)
    send(office)
    assert [(each["type"], each["data"]["number"]) for each in receiver.told()] == [
        ("dossier.submitted", lodged.number)
    ]


def test_what_did_not_happen_is_not_told(office: Office, chief: Api, receiver: Receiver) -> None:
    subscribed(chief, receiver.url)

    def fails(*_: object) -> None:
        raise RuntimeError

    from dataclasses import replace

    application = replace(a_dossier(office).application, also=fails)
    with pytest.raises(RuntimeError):
        office.intake.submit(application)
    assert send(office) == 0


@pytest.mark.parametrize("status", [500, 404, 301, 307, 429])
def test_anything_but_a_success_is_tried_again_under_the_same_id_and_no_redirect_is_followed(
    office: Office, chief: Api, receiver: Receiver, status: int
) -> None:
    made = subscribed(chief, receiver.url)
    receiver.answers = [status, 204]
    a_dossier(office).lodged()
    assert send(office) == 1
    assert send(office) == 0, "not before its time"
    (waiting,) = chief.get(f"/webhooks/{made['id']}/deliveries", status="queued").json()["items"]
    assert (waiting["attempts"], waiting["error"]) == (1, f"answered {status}")
    clock_of(office).forward(seconds=30)
    assert send(office) == 1
    (sent,) = chief.get(f"/webhooks/{made['id']}/deliveries").json()["items"]
    assert (sent["status"], sent["attempts"], sent["error"]) == ("sent", 2, None)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len(receiver.got) == 2


def test_a_receiver_that_never_answers_is_given_up_and_listed(office: Office, chief: Api, receiver: Receiver) -> None:
    made = subscribed(chief, receiver.url)
    receiver.answers = [500]
    a_dossier(office).lodged()
    began = office.clock.now()
    for _ in range(MOST_TRIES):
        assert send(office) == 1
        clock_of(office).forward(hours=1)
    assert send(office) == 0
    (failed,) = chief.get(f"/webhooks/{made['id']}/deliveries", status="failed").json()["items"]
    assert failed["attempts"] == MOST_TRIES == len(receiver.got)
    assert office.clock.now() - began >= timedelta(hours=6)


def test_a_receiver_out_of_reach_is_tried_again_and_its_address_told_nobody(office: Office, chief: Api) -> None:
    made = subscribed(chief, "http://127.0.0.1:9/secret-path")
    a_dossier(office).lodged()
    send(office)
    (waiting,) = chief.get(f"/webhooks/{made['id']}/deliveries").json()["items"]
    assert waiting["status"] == "queued"
    assert "secret-path" not in waiting["error"]


def test_a_worker_killed_while_sending_leaves_the_message_to_another(
    office: Office, chief: Api, receiver: Receiver
) -> None:
    subscribed(chief, receiver.url)
    a_dossier(office).lodged()
    assert len(office.webhooks.claim(Lane.MANUAL, 10)) == 1  # and then it is killed
    assert send(office) == 0
    clock_of(office).forward(minutes=1)
    assert send(office) == 1
    assert len(receiver.got) == 1


def test_messages_that_were_sent_are_forgotten_after_a_month_and_those_that_were_not_are_kept(
    office: Office, chief: Api, receiver: Receiver
) -> None:
    made = subscribed(chief, receiver.url)
    a_dossier(office).lodged()
    send(office)
    a_dossier(office).lodged()
    clock_of(office).forward(days=29)
    assert office.webhooks.forget() == 0
    clock_of(office).forward(days=2)
    assert office.webhooks.forget() == 1
    kept = office.webhooks.deliveries(made["id"], by=manager(office))
    assert [each.status for each in kept] == ["queued"]


def test_an_ended_webhook_is_told_nothing_more(office: Office, chief: Api, receiver: Receiver) -> None:
    made = subscribed(chief, receiver.url)
    a_dossier(office).lodged()
    assert chief.delete(f"/webhooks/{made['id']}").status_code == 204
    a_dossier(office).lodged()
    send(office)
    assert receiver.got == []
    assert chief.get("/webhooks").json() == []
    problem(chief.get(f"/webhooks/{made['id']}"), 404, "unknown_webhook")
    problem(chief.delete(f"/webhooks/{made['id']}"), 404, "unknown_webhook")


def test_a_webhook_shows_its_secret_once_and_keeps_it_encrypted(office: Office, chief: Api) -> None:
    made = subscribed(chief, "https://example.org/hook", "dossier.issued", "dossier.returned")
    shown = chief.get(f"/webhooks/{made['id']}").json()
    assert "secret" not in shown
    assert shown["kinds"] == ["dossier.issued", "dossier.returned"]
    assert chief.get("/webhooks").json() == [shown]
    with office.store.read() as work:
        (row,) = work.connection.execute(text("SELECT * FROM webhook")).all()  # type: ignore[attr-defined]
    assert made["secret"].encode() not in bytes(row.cipher)


def test_webhooks_are_for_who_answers_for_the_lane(office: Office, chief: Api) -> None:
    made = subscribed(chief, "https://example.org/hook")
    other = an_api(office).by(manager(office, Lane.ONLINE))
    assert other.get("/webhooks").json() == []
    problem(other.get(f"/webhooks/{made['id']}"), 403, "not_allowed")
    given = {"lane": "manual", "kinds": ["dossier.issued"], "url": "https://example.org/"}
    problem(other.post("/webhooks", given), 403, "out_of_scope")
    clerk = an_api(office).by(members_of(office, "manual-front")[0])
    problem(clerk.post("/webhooks", given), 403, "not_allowed")
    problem(chief.post("/webhooks", {**given, "kinds": ["dossier.loved"]}), 422, "unknown_kind")
    assert an_api(office).by("admin", "admin").get(f"/webhooks/{made['id']}").status_code == 200
    assert refused(lambda: office.webhooks.end("wh-nothing", by="admin")).code == "unknown_webhook"


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "ftp://127.0.0.1/", "https://", "https://user:word@example.org/", "http://10.0.0.1/",
     "https://example.org/#part", "https://exa mple.org/", "https://example.org:99999/", "http://[::1/", "x",
     "https://exämple.org/", "https://example.org/" + "x" * 2_000, "http://127.0.0.1.example.org/",
     "https://example.org:0/", "https://example.org/\n"],
)  # fmt: skip
def test_an_address_that_nothing_may_be_sent_to_is_refused(url: str) -> None:
    assert whats_wrong(url)


@pytest.mark.parametrize(
    "url", ["https://example.org/a?b=c", "http://127.0.0.1:8000/", "http://[::1]:8000/", "http://localhost/"]
)
def test_an_address_over_https_or_on_this_machine_is_taken(url: str) -> None:
    assert whats_wrong(url) is None


@pytest.mark.parametrize(
    "url",
    ["https://10.0.0.1/", "https://169.254.169.254/latest/", "https://0.0.0.0/", "https://[::ffff:192.168.1.1]/",
     "https://[fe80::1]/", "https://[64:ff9b::10.0.0.1]/", "https://[2002:7f00:1::]/", "https://[::127.0.0.1]/",
     "https://[::ffff:0:127.0.0.1]/", "https://[fec0::1]/",
     "https://100.64.0.1/", "https://2130706433/", "https://224.0.0.1/"],
)  # fmt: skip
def test_nothing_is_sent_into_the_offices_own_network(url: str) -> None:
    with pytest.raises(Unavailable, match="inside"):
        HttpPoster().post(url, {}, b"")


def test_an_address_of_this_machine_takes_the_setting_when_added_and_when_sent(
    tmp_path: Path, sqlite_template: Path, receiver: Receiver
) -> None:
    office = an_office(a_home(tmp_path, sqlite_template))
    asked = {"kinds": ["dossier.submitted"], "by": manager(office)}
    for url in (receiver.url, "http://localhost:4790/", "https://[::1]/", "https://10.0.0.1/"):
        assert refused(lambda url=url: office.webhooks.subscribe(Lane.MANUAL, url=url, **asked)).code == "wrong_address"
    with pytest.raises(Unavailable, match="inside"):
        HttpPoster().post(receiver.url, {}, b"")
    assert receiver.got == []
