"""What the register's HTTP client makes of a network and a server that misbehave."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from adapters.registry.http import HttpRegistry
from domain.errors import Refused
from lanes.ports import Unavailable

NIK = "7172075508900001"
Answer = Callable[[socket.socket], None]


class Scripted:
    """A real TCP server that answers one connection after another as its script says, and keeps what it was sent."""

    def __init__(self, script: Sequence[Answer]) -> None:
        self.requests: list[bytes] = []
        self.release = Event()
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = Thread(target=self._run)

    def __enter__(self) -> Scripted:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release.set()
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes a thread that waits for a connection
        self._thread.join()
        self._listener.close()

    def _run(self) -> None:
        for answer in self._script:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                self.requests.append(_request(connection))
                answer(connection)


def _request(connection: socket.socket) -> bytes:
    text = b""
    while b"\r\n\r\n" not in text:
        text += connection.recv(65536)
    head, _, body = text.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def reply(status: str, body: bytes, *, length: int | None = None, more: str = "") -> Answer:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {length or len(body)}\r\nConnection: close\r\n{more}\r\n"
    return lambda connection: connection.sendall(head.encode() + body)


@contextmanager
def talking_to(*script: Answer, attempts: int = 3, timeout: float = 5.0) -> Iterator[tuple[HttpRegistry, Scripted]]:
    with Scripted(script) as server:
        client = HttpRegistry(server.url, "secret", timeout=timeout, attempts=attempts, backoff=0)
        yield client, server
        client.close()


OK = reply("200 OK", b'{"reference": "SIAK-1"}')
FAMILY = reply("200 OK", b"[]")


def test_a_server_error_is_tried_again_under_the_same_key() -> None:
    with talking_to(reply("500 Oops", b""), reply("503 Later", b""), OK) as (client, server):
        assert client.record(event="LHR", nik=NIK, details={}, key="lhr:1") == "SIAK-1"
    assert len(server.requests) == 3
    assert all(b"idempotency-key: lhr:1" in one.lower() for one in server.requests)


def test_the_nik_never_stands_in_the_address() -> None:
    with talking_to(FAMILY) as (client, server):
        client.family(NIK)
    first_line, _, rest = server.requests[0].partition(b"\r\n")
    assert first_line == b"POST /v1/families/find HTTP/1.1"
    assert NIK.encode() in rest


@pytest.mark.parametrize("status", ["408 Timeout", "429 Slow down", "500 Oops", "502 Bad", "504 Late"])
def test_what_may_pass_is_unavailable_after_the_last_attempt(status: str) -> None:
    answers, told = [reply(status, b"x")] * 2, f"status {status[:3]}"
    with talking_to(*answers, attempts=2) as (client, server), pytest.raises(Unavailable, match=told):
        client.resident(NIK)
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", ["400 Bad", "401 Who", "403 No", "404 Not here", "409 Again", "302 There"])
def test_what_will_not_pass_is_refused_at_once(status: str) -> None:
    answer = reply(status, b"<html>" + NIK.encode(), more="Location: http://127.0.0.1:1/\r\n")
    with talking_to(answer, FAMILY) as (client, server), pytest.raises(Refused) as caught:
        client.resident(NIK)
    assert caught.value.code == "registry_refused"
    assert NIK not in str(caught.value)
    assert len(server.requests) == 1


def test_the_register_s_own_words_are_not_repeated() -> None:
    said = b'{"code": "bad_event", "detail": "nik ' + NIK.encode() + b' is wrong"}'
    with talking_to(reply("422 No", said)) as (client, _), pytest.raises(Refused) as caught:
        client.record(event="LHR", nik=NIK, details={}, key="k")
    assert caught.value.code == "bad_event"
    assert NIK not in f"{caught.value}{caught.value.__cause__}{caught.value.__context__!r}"


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>busy</html>", b"\xff\xfe", b"{}", b'{"reference": 7}', b"[]", b"null", b'{"reference": "SI'],
)
def test_an_answer_that_cannot_be_read_is_unavailable(body: bytes) -> None:
    with talking_to(reply("200 OK", body), attempts=1) as (client, _), pytest.raises(Unavailable) as caught:
        client.record(event="LHR", nik=NIK, details={}, key="k")
    assert "cannot be read" in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_answer_cut_off_in_the_middle_is_tried_again() -> None:
    cut = reply("200 OK", b'{"reference": "SI', length=500)
    with talking_to(cut, cut, OK) as (client, server):
        assert client.record(event="LHR", nik=NIK, details={}, key="k") == "SIAK-1"
    assert len(server.requests) == 3
    with talking_to(cut, attempts=1) as (client, _), pytest.raises(Unavailable, match="RemoteProtocolError"):
        client.record(event="LHR", nik=NIK, details={}, key="k")


def test_a_broken_compression_is_unavailable() -> None:
    garbage = reply("200 OK", b"no gzip", more="Content-Encoding: gzip\r\n")
    with talking_to(garbage, attempts=1) as (client, _), pytest.raises(Unavailable, match="DecodingError"):
        client.family(NIK)


def test_a_silent_server_is_left_after_the_timeout() -> None:
    def stay_silent(_: socket.socket) -> None:
        server.release.wait()

    with Scripted([stay_silent]) as server:
        client = HttpRegistry(server.url, "secret", timeout=0.2, attempts=1)
        with pytest.raises(Unavailable, match="did not answer in time"):
            client.family(NIK)
        client.close()


def test_a_server_that_drips_its_answer_is_left_after_the_timeout() -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n")
        try:
            while not server.release.wait(0.02):
                connection.sendall(b" ")
        except OSError:
            return

    with Scripted([drip]) as server:
        client = HttpRegistry(server.url, "secret", timeout=0.3, attempts=1)
        with pytest.raises(Unavailable, match="did not answer in time"):
            client.family(NIK)
        client.close()


def test_an_endless_answer_is_left() -> None:
    big = reply("200 OK", b" " * 4_100_000)

    def flood(connection: socket.socket) -> None:
        try:
            big(connection)
        except OSError:
            return

    with talking_to(flood, attempts=1) as (client, _), pytest.raises(Unavailable, match="too large"):
        client.family(NIK)


def test_a_refused_connection_is_unavailable_and_says_nothing_about_the_person(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    client = HttpRegistry(f"http://127.0.0.1:{port}", "secret", attempts=2, backoff=0)
    with caplog.at_level(logging.DEBUG), pytest.raises(Unavailable, match="ConnectError"):
        client.record(event="BIO", nik=NIK, details={"name": "Maria Wowor"}, key="down")
    printed = caplog.text + "".join(capsys.readouterr())
    assert "registry_attempt_failed" in printed
    assert NIK not in printed
    assert "Wowor" not in printed
    client.close()


@pytest.mark.parametrize("url", ["http://register.example.id", "register.example.id", "ftp://localhost", ""])
def test_an_address_that_sends_personal_data_in_the_clear_is_refused(url: str) -> None:
    with pytest.raises(Refused) as caught:
        HttpRegistry(url, "secret")
    assert caught.value.code == "registry_address"
    assert "https" in caught.value.allowed
