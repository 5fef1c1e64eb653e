"""What is not done is told as a problem: a stable code, what would do, and nothing personal."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from support.api import an_api, problem
from support.web import web_of

from adapters.web import guard
from adapters.web.problems import problem_of
from domain.application import InvalidApplication
from domain.errors import ConfigError, Conflict, Problem, Refused
from lanes.office import Office
from lanes.ports import Unavailable

MISTAKE = Problem(file="lanes/online.yaml", line=3, path="teams.0", problem="has no lead", allowed="a username")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InvalidApplication("KK-BARU", ["name: is missing"]), 422, "invalid_application"),
        (Refused("not_allowed", "No."), 403, "not_allowed"),
        (Refused("unknown_dossier", "None."), 404, "unknown_dossier"),
        (Refused("store_busy", "Wait."), 503, "store_busy"),
        (Conflict("store_conflict", "Again."), 409, "store_conflict"),
        (Conflict("dossier_changed", "Again."), 409, "dossier_changed"),
        (Refused("stale", "Look again."), 412, "stale"),
        (Refused("anything_else", "No."), 422, "anything_else"),
        (ConfigError([MISTAKE]), 422, "configuration"),
        (HTTPException(404), 404, "not_found"),
        (HTTPException(418, "secret words"), 418, "refused"),
        (Unavailable("secret words"), 503, "unavailable"),
        (RequestValidationError([{"loc": ("body", "Sari Wowor"), "msg": "is wrong", "input": "secret words"}]), 422,
         "malformed"),
        (KeyError("secret words"), 500, "failed"),
    ],
)  # fmt: skip
def test_each_error_is_told_with_its_status_and_code_and_without_what_it_may_hold(
    error: Exception, status: int, code: str
) -> None:
    answer = problem_of(error)
    told = json.loads(bytes(answer.body))
    assert answer.media_type == "application/problem+json"
    assert (answer.status_code, told["status"], told["code"], told["type"]) == (status, status, code, "about:blank")
    assert told["title"]
    assert told["detail"]
    assert "secret" not in str(told)
    assert "Sari" not in str(told)


def test_every_mistake_is_listed_and_what_the_command_line_would_take_is_left_out() -> None:
    told = json.loads(bytes(problem_of(ConfigError([MISTAKE])).body))
    assert told["problems"] == ["lanes/online.yaml:3: teams.0: has no lead (allowed: a username)"]
    assert "allowed" in json.loads(bytes(problem_of(Refused("x", "No.", allowed="yes or no")).body))
    assert "allowed" not in json.loads(bytes(problem_of(Refused("x", "No.", allowed="--reason TEXT")).body))


def test_an_error_that_nobody_foresaw_is_a_500_that_tells_nothing_of_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: Any) -> None:
        raise ZeroDivisionError("secret words")

    monkeypatch.setattr(office.fairness, "report", broken)
    told = problem(an_api(office).get("/figures/fairness"), 500, "failed")
    assert "secret" not in str(told)
    assert "ZeroDivision" not in str(told)


@pytest.mark.parametrize("limit", ["SLOWEST_S", "LONGEST_S"])
def test_a_request_that_stops_or_drips_is_answered_and_not_waited_for(
    office: Office, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(guard, limit, 0.01)
    app, sent, first = web_of(office), [], [True]

    async def receive() -> dict[str, Any]:
        if limit == "LONGEST_S" or (first.pop() if first else False):
            await asyncio.sleep(0)
            return {"type": "http.request", "body": b'{"number"', "more_body": True}
        await asyncio.Event().wait()
        raise AssertionError("nothing comes any more")

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/api/applications/track", "raw_path": b"/api/applications/track", "query_string": b"",
        "root_path": "", "headers": [(b"content-type", b"application/json")], "client": ("127.0.0.1", 1),
        "server": ("testserver", 80), "state": {},
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    assert sent[0]["status"] == 408
    assert (b"content-type", b"application/problem+json") in sent[0]["headers"]
    assert json.loads(sent[1]["body"])["code"] == "too_slow"
