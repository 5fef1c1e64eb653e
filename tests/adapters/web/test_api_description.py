"""The API is as its OpenAPI description says, whatever is sent to it: schemathesis makes requests from the description.

The requests are the same at every run. Each operation gets them twice: as generated, and about things that exist.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from support.api import ANY, Api, an_api
from support.office import a_dossier, an_office, lead_of, manager, up_to
from support.web import web_of

from adapters.web.api import create_api
from adapters.web.guard import LARGEST_UPLOAD
from domain.roles import Lane
from lanes.office import Office

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
          response_schema_conformance]  # fmt: skip
DESCRIPTION: dict[str, Any] = create_api(None).openapi()  # type: ignore[arg-type]
OPERATIONS = [(method, path) for path, ways in DESCRIPTION["paths"].items() for method in ways]
SOME = settings(
    max_examples=10, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


class Place:
    """An office over HTTP, and tokens that may ask for everything in the walk-in lane."""

    def __init__(self, office: Office) -> None:
        self.office, self.app = office, web_of(office, api_per_minute=100_000)
        self.chief, self.lead = (
            an_api(office).by(who, *(scope for scope in ANY if scope.startswith("manual:"))).headers
            for who in (manager(office), lead_of(office, "manual-front"))
        )
        self.schema = schemathesis.openapi.from_asgi("/api/openapi.json", self.app)

    def headers(self, path: str) -> dict[str, str]:
        """The token to come with: webhooks are a manager's, tasks an operator's."""
        return self.chief if "webhooks" in path or "pause" in path or "resume" in path else self.lead

    def _webhook(self) -> str:
        by = manager(self.office)
        for each in self.office.webhooks.listing(by=by):
            self.office.webhooks.end(each.id, by=by)
        url, kinds = "https://example.org/", ["dossier.issued"]
        return self.office.webhooks.subscribe(Lane.MANUAL, url=url, kinds=kinds, by=by)[0].id

    def put_right(self, case: Any, path: str) -> None:
        """Let a generated request be about things that exist, whatever their version."""
        lodged = up_to(a_dossier(self.office).lodged(), "receive")
        ids: Any = self._webhook() if "webhooks" in path else lodged.tasks["receive"].id if "tasks" in path else 1
        known = {"number": lodged.number, "id": ids, "code": "KK-BARU", "document": 1, "token": "nothing-like-it"}
        case.path_parameters = {name: value for name, value in known.items() if f"{{{name}}}" in path}
        if "If-Match" in str(DESCRIPTION["paths"][path]):
            case.headers = {**dict(case.headers or {}), "If-Match": "*"}
        if isinstance(case.body, dict) and path.startswith("/applications"):
            case.body |= {"number": lodged.number, "code": lodged.code}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("api")
    (home / "data").mkdir()
    shutil.copyfile(sqlite_template, home / "data" / "jalur.sqlite")
    return Place(an_office(home))


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[f"{m.upper()} {p}" for m, p in OPERATIONS])
def test_no_request_made_from_the_description_fails_or_is_answered_otherwise(
    place: Place, method: str, path: str
) -> None:
    operation = place.schema[path][method]
    headers = place.headers(path)

    @SOME
    @given(case=operation.as_strategy())
    def answered(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)
        if "{" in path or path.startswith("/applications"):
            place.put_right(case, path)
            case.call_and_validate(headers=headers, checks=CHECKS)

    answered()


def test_every_operation_tells_its_summary_what_it_does_and_its_problems() -> None:
    assert DESCRIPTION["openapi"].startswith("3.1")
    tags = {tag["name"] for tag in DESCRIPTION["tags"]}
    for method, path in OPERATIONS:
        operation = DESCRIPTION["paths"][path][method]
        assert operation["summary"], path
        assert operation["description"], path
        assert set(operation["tags"]) <= tags, path
        assert "application/problem+json" in operation["responses"]["default"]["content"], path
        given_names = {parameter["name"] for parameter in operation.get("parameters", ())}
        assert ("Idempotency-Key" in given_names) == (method == "post"), path


def test_the_description_is_read_without_a_token_and_stands_under_api(place: Place) -> None:
    api = Api(place.office, an_api(place.office).client)
    assert api.get("/openapi.json").json() == DESCRIPTION
    assert DESCRIPTION["servers"] == [{"url": "/api"}]
    assert all(f"`{scope.partition(':')[2]}" in str(DESCRIPTION) or f":{scope.partition(':')[2]}`" in str(DESCRIPTION)
               for scope in ANY)  # fmt: skip


def test_a_request_that_is_too_large_is_refused_before_it_is_read(place: Place) -> None:
    from fastapi.testclient import TestClient

    client = TestClient(place.app)
    huge = b'{"code": "' + b"x" * LARGEST_UPLOAD + b'"}'
    headers = {**place.lead, "content-type": "application/json"}
    answer = client.post("/api/dossiers", content=huge, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")

    def parts() -> Iterator[bytes]:
        for _ in range(30):
            yield b" " * 1_000_000

    answer = client.post("/api/dossiers", content=parts(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_people_find_every_operation_on_a_page_that_loads_nothing_from_elsewhere(place: Place) -> None:
    from fastapi.testclient import TestClient

    page = TestClient(place.app).get("/api")
    assert page.status_code == 200
    for _, path in OPERATIONS:
        assert path in page.text
    assert "http://" not in page.text.replace("http://testserver", "")
    assert "https://" not in page.text
