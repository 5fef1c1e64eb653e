"""What `jalur up` says of Prefect's server: one that misses an answer is not down."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import HttpUrl

from adapters import supervisor
from adapters.bootstrap import build
from adapters.settings import Settings
from adapters.supervisor import Supervisor

CONFIG = Path(__file__).parents[2] / "config"


@contextmanager
def a_server_that_answers(left: list[int]) -> Iterator[str]:
    """The address of an API that gives these answers, one after the other, and the last one for ever."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(left.pop(0) if len(left) > 1 else left[0])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/api"
        server.shutdown()


def told_of(home: Path, *statuses: int, until: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the supervisor reports of a server that answers so, until it reports `until`."""
    monkeypatch.setattr(supervisor, "LOOK_S", 0.01)
    events: list[str] = []

    async def watch(settings: Settings) -> None:
        def report(event: str, _told: Mapping[str, Any]) -> None:
            events.append(event)
            if event == until:
                watching.stop.set()

        watching = Supervisor(settings, build(settings), report, own=[])
        await asyncio.wait_for(watching.run(), 30)

    left = list(statuses)
    with a_server_that_answers(left) as address:
        asyncio.run(watch(Settings(home=home, config=CONFIG, prefect_api_url=HttpUrl(address))))
    assert len(left) == 1, f"{until} was reported before these answers were heard: {left}"
    return [event for event in events if event.startswith("prefect_")]


def test_a_server_that_misses_an_answer_or_two_is_not_called_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = told_of(tmp_path, 200, 503, 200, 503, 503, 200, 503, until="prefect_down", monkeypatch=monkeypatch)
    assert told == ["prefect_up", "prefect_down"]


def test_a_server_that_answers_no_more_is_down_once_and_then_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = told_of(tmp_path, 200, 503, 503, 503, 503, 200, until="prefect_back", monkeypatch=monkeypatch)
    assert told == ["prefect_up", "prefect_down", "prefect_back"]


def test_a_server_that_is_still_starting_is_not_called_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = told_of(tmp_path, *[503] * 6, 200, until="prefect_up", monkeypatch=monkeypatch)
    assert told == ["prefect_up"]
