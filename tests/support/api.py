"""The API over an office, called as a program calls it: `an_api(office)`, then `.by("grace.supit", "online:read")`."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from adapters.current import Current
from adapters.web.api import create_api
from domain.scopes import ALL_SCOPES
from lanes.intake import Application
from lanes.office import Office

ANY = tuple(scope for scope in ALL_SCOPES if scope != "admin")


@dataclass
class Api:
    """A program, with a token or without."""

    office: Office
    client: TestClient
    headers: dict[str, str] = field(default_factory=dict)

    def by(self, username: str, *scopes: str) -> Api:
        """The same with a token of this person; with every scope that is of use to them when none are named."""
        given = scopes or tuple(each for each in ANY if self._of_use(username, each))
        until = self.office.clock.now() + timedelta(days=30)
        _, text = self.office.tokens.create(username, name="tests", scopes=given, until=until, by=None)
        return Api(self.office, self.client, {"authorization": f"Bearer {text}"})

    def _of_use(self, username: str, scope: str) -> bool:
        actor = self.office.sign_in.actor(username)
        lanes = {lane for lane, _ in (*actor.teams, *actor.leads)} | set(actor.manages)
        return scope.partition(":")[0] in lanes

    def get(self, path: str, **params: Any) -> Response:
        """Ask."""
        return self.client.get(path, params=params, headers=self.headers)

    def post(self, path: str, body: Any = None, *, key: str = "", etag: str = "", **params: Any) -> Response:
        """Let something be done; `etag` goes into If-Match, `key` into Idempotency-Key."""
        more = {"if-match": etag, "idempotency-key": key}
        headers = self.headers | {name: value for name, value in more.items() if value}
        return self.client.post(path, json=body, params=params, headers=headers)

    def delete(self, path: str) -> Response:
        """Let something end."""
        return self.client.delete(path, headers=self.headers)


def an_api(office: Office) -> Api:
    """Somebody's program without a token."""
    app: FastAPI = create_api(Current(office), per_minute=100_000)
    return Api(office, TestClient(app, base_url="http://testserver", raise_server_exceptions=False))


def as_json(application: Application) -> dict[str, Any]:
    """An application as it is sent."""
    papers = {name: paper and base64.b64encode(paper.content).decode() for name, paper in application.papers.items()}
    return {"code": application.code, "lane": application.lane.value, "channel": application.channel,
            "fields": dict(application.fields), "papers": papers}  # fmt: skip


def problem(response: Response, status: int, code: str) -> dict[str, Any]:
    """The problem that an answer is; fails unless it is this one."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    told: dict[str, Any] = response.json()
    assert (response.status_code, told["status"], told["code"]) == (status, status, code), told
    return told
