"""Messages leave the office whole, to the right recipient, and tell no log who that was."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from support.processes import free_port

from adapters.messages import AppriseMessenger, FolderMessenger
from domain.errors import Refused
from lanes.ports import Letter, Messenger, Unavailable, Unconfirmed

LETTER = Letter(
    key="ON-2026-000123:issued",
    recipient="budi+kk@contoh.id",
    subject="Kartu Keluarga selesai – no. antrean A-041 ✓",
    body="Yth. pemohon,\n\nKartu Keluarga Anda selesai.\n.\nSalam – Dukcapil <b>kota</b> & \\n :smile:\n",
)


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 3, 16, 1, 5, tzinfo=UTC)


class Mailbox:
    """Keeps what a real SMTP server on this machine was sent; answers with `answer` when that is set."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], EmailMessage]] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.answer.startswith("250"):
            mail = message_from_bytes(envelope.content, policy=default)
            self.mails.append((envelope.rcpt_tos, mail))  # type: ignore[arg-type]
        return self.answer


@contextmanager
def mail_server(box: Mailbox | None = None, **options: Any) -> Iterator[tuple[Mailbox, int]]:
    box = box or Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port(), **options)
    server.start()
    try:
        yield box, server.port
    finally:
        server.stop()


@pytest.fixture
def mail() -> Iterator[tuple[Mailbox, str]]:
    with mail_server() as (box, port):
        yield box, f"mailto://127.0.0.1:{port}/?from=kantor@contoh.id&name=Dukcapil&to={{recipient}}"


@pytest.fixture(params=["folder", "mail"])
def messenger(request: pytest.FixtureRequest, tmp_path: Path, mail: tuple[Mailbox, str]) -> Messenger:
    if request.param == "folder":
        return FolderMessenger(tmp_path / "messages", FixedClock())
    return AppriseMessenger({"email": mail[1]})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"subject": "Selesai\nBcc: orang@lain.id"}, "message_subject"),
        ({"subject": "Selesai\r\nBcc: orang@lain.id"}, "message_subject"),
        ({"subject": "Selesai\u2028Bcc: orang@lain.id"}, "message_subject"),
        ({"subject": "Selesai\x00"}, "message_subject"),
        ({"subject": "Selesai \ud800"}, "message_subject"),
        ({"body": "Selesai \x00"}, "message_body"),
        ({"body": "Selesai \ud800"}, "message_body"),
        ({"subject": " "}, "message_empty"),
        ({"body": "\n"}, "message_empty"),
        ({"key": ""}, "message_empty"),
        ({"recipient": ""}, "message_recipient"),
        ({"recipient": "budi@contoh.id,orang@lain.id"}, "message_recipient"),
        ({"recipient": "budi@contoh.id\r\nBcc: orang@lain.id"}, "message_recipient"),
        ({"recipient": "0431-123456"}, "message_recipient"),
    ],
)
def test_a_letter_that_can_never_be_sent_is_refused_by_every_messenger(
    messenger: Messenger, mail: tuple[Mailbox, str], tmp_path: Path, change: dict[str, str], code: str
) -> None:
    with pytest.raises(Refused) as caught:
        messenger.send(replace(LETTER, **change))
    assert caught.value.code == code
    assert "contoh" not in str(caught.value)
    assert "lain" not in str(caught.value)
    assert mail[0].mails == []
    assert not (tmp_path / "messages").exists()


def test_a_message_is_a_file_that_a_person_can_read(tmp_path: Path) -> None:
    FolderMessenger(tmp_path / "messages", FixedClock()).send(LETTER)
    (path,) = (tmp_path / "messages").iterdir()
    assert path.name.startswith("ON-2026-000123-issued-")
    assert path.suffix == ".txt"
    assert path.read_text("utf-8") == (
        "To: budi+kk@contoh.id\nDate: 2026-03-16T01:05:00+00:00\n"
        "Subject: Kartu Keluarga selesai – no. antrean A-041 ✓\n\n" + LETTER.body + "\n"
    )
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_one_key_makes_one_file_and_another_key_another(tmp_path: Path) -> None:
    messenger = FolderMessenger(tmp_path, FixedClock())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(messenger.send, [LETTER] * 20))
    assert len(list(tmp_path.iterdir())) == 1
    messenger.send(replace(LETTER, key="ON-2026-000123/issued"))
    messenger.send(replace(LETTER, key="x" * 5000))
    messenger.send(replace(LETTER, key="../../etc/passwd"))
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize("key", ["issued:budi@contoh.id", "issued:+6281234567890", "issued:7172075508900001"])
def test_a_file_name_never_tells_the_person(tmp_path: Path, key: str) -> None:
    FolderMessenger(tmp_path, FixedClock()).send(replace(LETTER, key=key))
    (path,) = tmp_path.iterdir()
    assert len(path.stem) == 16
    assert not any(part in path.name for part in ("budi", "6281234567890", "7172075508900001"))


def test_every_kind_of_recipient_gets_a_file(tmp_path: Path) -> None:
    messenger = FolderMessenger(tmp_path, FixedClock())
    for recipient in ("a@b.id", "0812 3456 7890", "m.wowor"):
        messenger.send(replace(LETTER, recipient=recipient, key=f"to-{recipient[0]}"))
    told = sorted(path.read_text("utf-8").split("\n")[0] for path in tmp_path.iterdir())
    assert told == ["To: +6281234567890", "To: a@b.id", "To: m.wowor"]


def test_a_folder_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unavailable, match="could not be written"):
        FolderMessenger(tmp_path / "file" / "messages", FixedClock()).send(LETTER)


def test_an_e_mail_arrives_as_it_was_written(mail: tuple[Mailbox, str]) -> None:
    box, url = mail
    AppriseMessenger({"email": url}).send(LETTER)
    ((recipients, got),) = box.mails
    assert recipients == ["budi+kk@contoh.id"]
    assert got["To"] == "budi+kk@contoh.id"
    assert got["From"] == "Dukcapil <kantor@contoh.id>"
    assert got["Subject"] == LETTER.subject
    assert got.get_content_type() == "text/plain"
    assert got.get_content_charset() == "utf-8"
    assert got.get_content().replace("\r\n", "\n").rstrip() == LETTER.body.rstrip()
    assert got["Bcc"] is None


def test_an_e_mail_bears_the_same_mark_whenever_its_key_is_sent(mail: tuple[Mailbox, str]) -> None:
    box, url = mail
    messenger = AppriseMessenger({"email": url})
    for key in (LETTER.key, LETTER.key, "ON-2026-000124:issued"):
        messenger.send(replace(LETTER, key=key))
    first, again, other = (got["X-Jalur-Message"] for _, got in box.mails)
    assert first == again != other


def test_many_letters_sent_at_once_each_reach_their_own_recipient(mail: tuple[Mailbox, str]) -> None:
    box, url = mail
    messenger = AppriseMessenger({"email": url})
    letters = [replace(LETTER, recipient=f"p{number}@contoh.id", body=f"Untuk {number}") for number in range(12)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(messenger.send, letters))
    got = sorted((recipients[0], mail.get_content().strip()) for recipients, mail in box.mails)
    assert got == sorted((letter.recipient, letter.body) for letter in letters)


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # the server warns; it listens on this machine only
def test_a_mail_server_that_wants_a_password_gets_it() -> None:
    def check(server: object, session: object, envelope: object, mechanism: str, data: Any) -> AuthResult:
        right = (data.login, data.password) == (b"kantor@contoh.id", b"p&ss{x}")
        return AuthResult(success=right, handled=False)  # the server itself answers 535 when it is wrong

    with mail_server(authenticator=check, auth_required=True, auth_require_tls=False) as (box, port):
        url = "mailto://kantor%40contoh.id:{}@127.0.0.1:{}/?from=kantor@contoh.id&to={}"
        AppriseMessenger({"email": url.format("p%26ss{x}", port, "{recipient}")}).send(LETTER)
        assert len(box.mails) == 1
        with pytest.raises(Unavailable):
            AppriseMessenger({"email": url.format("wrong", port, "{recipient}")}).send(LETTER)


@pytest.mark.parametrize("answer", ["451 Try later", "550 No such user", "554 Spam"])
def test_a_mail_server_that_declines_is_unavailable(mail: tuple[Mailbox, str], answer: str) -> None:
    box, url = mail
    box.answer = answer
    with pytest.raises(Unavailable, match="did not take the message"):
        AppriseMessenger({"email": url}).send(LETTER)


def test_no_mail_server_is_unavailable_and_no_log_tells_the_recipient(
    mail: tuple[Mailbox, str], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.NOTSET)
    AppriseMessenger({"email": mail[1]}).send(LETTER)
    gone = AppriseMessenger({"email": f"mailto://127.0.0.1:{free_port()}/?from=a@b.id&to={{recipient}}"})
    with pytest.raises(Unavailable) as caught:
        gone.send(LETTER)
    ours = [one.getMessage() for one in caplog.records if one.name != "mail.log"]  # that is the test's own server
    told = "".join(ours) + "".join(capfd.readouterr()) + str(caught.value)
    assert "budi" not in told
    assert "Kartu Keluarga" not in told


def test_a_mail_server_that_keeps_a_message_and_never_says_so_leaves_it_unconfirmed() -> None:
    answered = threading.Event()

    class Slow(Mailbox):
        async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802
            taken = await super().handle_DATA(server, session, envelope)
            await asyncio.to_thread(answered.wait)
            return taken

    with mail_server(Slow()) as (box, port):
        url = f"mailto://127.0.0.1:{port}/?from=kantor@contoh.id&to={{recipient}}"
        with pytest.raises(Unconfirmed):
            AppriseMessenger({"email": url}, patience_s=0.5).send(LETTER)
        answered.set()
        assert len(box.mails) == 1


@pytest.mark.parametrize(
    ("dies", "error"),
    [("after the message", Unconfirmed), ("with 421", Unconfirmed), ("before the message", Unavailable),
     ("at the recipient", Unavailable)],
)  # fmt: skip
def test_a_mail_server_that_dies_may_have_taken_what_it_was_given(dies: str, error: type[Exception]) -> None:
    class Dying(Mailbox):
        async def handle_RCPT(self, server: Any, session: object, envelope: Any, address: str, _: object) -> str:  # noqa: N802
            envelope.rcpt_tos.append(address)
            if dies == "at the recipient":
                server.transport.abort()
            return "421 Closing" if dies == "before the message" else "250 OK"

        async def handle_DATA(self, server: Any, session: object, envelope: Any) -> str:  # noqa: N802
            await super().handle_DATA(server, session, envelope)
            if dies == "after the message":
                server.transport.abort()
            return "421 Closing"

    with mail_server(Dying()) as (box, port), pytest.raises(error) as caught:
        AppriseMessenger({"email": f"mailto://127.0.0.1:{port}/?from=kantor@contoh.id&to={{recipient}}"}).send(LETTER)
    assert len(box.mails) == (error is Unconfirmed)
    assert "contoh" not in str(caught.value)


@pytest.mark.parametrize(("reads", "error"), [(True, Unconfirmed), (False, Unavailable)])
def test_another_gateway_that_dies_may_have_taken_what_it_was_given(reads: bool, error: type[Exception]) -> None:
    gate = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        connection, _ = gate.accept()
        connection.recv(65_536)
        connection.close()

    dying = Thread(target=answer)
    if reads:
        dying.start()
    else:
        gate.close()
    port = gate.getsockname()[1] if reads else free_port()
    with pytest.raises(error):
        AppriseMessenger({"phone": f"json://127.0.0.1:{port}/{{recipient}}"}).send(
            replace(LETTER, recipient="081234567890")
        )
    if reads:
        dying.join()
        gate.close()


def test_a_mail_server_that_lets_nobody_connect_has_taken_nothing() -> None:
    full = socket.create_server(("127.0.0.1", 0), backlog=0)
    waiting = [socket.socket() for _ in range(4)]
    for one in waiting:
        one.setblocking(False)
        one.connect_ex(full.getsockname())
    url = f"mailto://127.0.0.1:{full.getsockname()[1]}/?from=kantor@contoh.id&to={{recipient}}"
    with pytest.raises(Unavailable):
        AppriseMessenger({"email": url}, patience_s=0.5).send(LETTER)
    for one in (*waiting, full):
        one.close()


class _Gateway(BaseHTTPRequestHandler):
    seen: list[tuple[str, dict[str, Any]]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append((self.path, body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def gateway() -> Iterator[tuple[list[tuple[str, dict[str, Any]]], int]]:
    handler = type("Gateway", (_Gateway,), {"seen": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield handler.seen, server.server_port  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_each_kind_of_recipient_takes_its_own_route(mail: tuple[Mailbox, str], tmp_path: Path) -> None:
    with gateway() as (seen, port):
        messenger = AppriseMessenger(
            {"email": mail[1], "phone": f"json://127.0.0.1:{port}/sms/{{recipient}}"},
            fallback=FolderMessenger(tmp_path / "messages", FixedClock()),
        )
        for recipient in ("a@b.id", "0812 3456 7890", "m.wowor"):
            messenger.send(replace(LETTER, recipient=recipient))
    assert [recipients for recipients, _ in mail[0].mails] == [["a@b.id"]]
    ((path, body),) = seen
    assert "6281234567890" in path
    assert (body["title"], body["message"].strip()) == (LETTER.subject, LETTER.body.strip())
    assert len(list((tmp_path / "messages").iterdir())) == 1


def test_a_kind_without_a_route_is_refused(mail: tuple[Mailbox, str]) -> None:
    with pytest.raises(Refused) as caught:
        AppriseMessenger({"email": mail[1]}).send(replace(LETTER, recipient="081234567890"))
    assert caught.value.code == "message_route"
    assert caught.value.allowed == "a recipient of the kind email"


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("email", "mailto://host/?from=a@b.id"),
        ("email", "nothing://{recipient}"),
        ("email", "{recipient}"),
        ("email", "mailto://:s3cret@/?to={recipient}"),
        ("fax", "json://host/{recipient}"),
    ],
)
def test_a_route_that_leads_nowhere_is_refused_without_its_password(kind: str, url: str) -> None:
    with pytest.raises(Refused) as caught:
        AppriseMessenger({kind: url})  # type: ignore[dict-item]
    assert caught.value.code == "message_route"
    assert "s3cret" not in str(caught.value)
