"""What every answer has: headers, a language, words for what goes wrong; and that every word is translated."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient
from support.web import Page, Visitor, a_visitor, somebody, web_of
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from adapters.settings import Settings
from adapters.web import building, catalogues
from adapters.web.guard import LARGEST_FORM, LARGEST_UPLOAD
from domain.errors import Refused
from lanes.office import Office


@pytest.fixture
def visitor(office: Office) -> Visitor:
    return a_visitor(office)


def test_everything_said_is_translated() -> None:
    assert [*catalogues.missing()] == []


def test_indonesian_comes_first_and_english_when_asked_for(visitor: Visitor) -> None:
    assert "Kata sandi" in visitor.get("/sign-in").words
    english = visitor.get("/sign-in?lang=en")
    assert "Password" in english.words
    assert "Password" in visitor.get("/sign-in").words, "the choice is kept"
    assert "/sign-in?lang=id" in english.links
    assert "Kata sandi" in visitor.get("/sign-in?lang=id").words


@pytest.mark.parametrize(("address", "above"), [
    ("/complaints/ADU-2026-000001", "/complaints"), ("/desk/tasks/7/complete?lang=en", "/desk/tasks/7?lang=en"),
    ("/manager/versions/1/rollback", "/manager/versions/1"), ("/desk/dossiers/MN-1/reveal", "/desk/dossiers/MN-1"),
])  # fmt: skip
def test_what_only_takes_a_form_leads_to_the_page_above_it(visitor: Visitor, address: str, above: str) -> None:
    answer = visitor.client.get(address, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, above)
    assert visitor.client.put("/desk/tasks/7", follow_redirects=False).status_code == 405


def test_an_unknown_language_is_indonesian(visitor: Visitor) -> None:
    assert "Kata sandi" in visitor.get("/sign-in?lang=fr").words


def test_no_page_has_script_or_style_within_it(visitor: Visitor) -> None:
    page = visitor.get("/sign-in")
    policy = page.response.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert "<style" not in page.response.text
    assert " style=" not in page.response.text
    assert page.response.text.count("<script") == page.response.text.count('<script type="module" src="/assets/')


def test_pages_are_kept_nowhere_and_assets_for_good(visitor: Visitor) -> None:
    page = visitor.get("/sign-in")
    assert page.response.headers["cache-control"] == "no-store"
    asset = visitor.client.get(f"/assets/app.css?v={building.version()}")
    assert "immutable" in asset.headers["cache-control"]
    assert asset.headers["x-content-type-options"] == "nosniff"


def test_the_style_has_no_font_of_the_british_government(visitor: Visitor) -> None:
    assert "GDS Transport" not in visitor.client.get("/assets/app.css").text


def test_a_page_that_is_not_there_says_so(visitor: Visitor) -> None:
    page = visitor.get("/nowhere?lang=en")
    assert page.status == 404
    assert "There is no page at this address." in page.words


def test_a_failure_of_the_program_is_told_without_its_innards(office: Office) -> None:
    app = web_of(office)

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("7172075508900001")

    page = Visitor(app).get("/broken?lang=en")
    assert page.status == 500
    assert "Something went wrong in Jalur itself" in page.words
    assert "7172075508900001" not in page.response.text
    assert page.response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("kind", "size"),
    [("application/x-www-form-urlencoded", LARGEST_FORM + 1), ("multipart/form-data; boundary=x", LARGEST_UPLOAD + 1)],
)
def test_what_is_too_large_is_not_read(visitor: Visitor, kind: str, size: int) -> None:
    head = b"--x\r\ncontent-disposition: form-data; name=a; filename=a\r\n\r\n" if "multipart" in kind else b"a="
    answer = visitor.client.post("/sign-in", content=head + b"0" * size, headers={"content-type": kind})
    assert answer.status_code == 413


def test_what_is_sent_in_pieces_is_counted_too(visitor: Visitor) -> None:
    pieces = (b"a" * 100_000 for _ in range(LARGEST_FORM // 100_000 + 1))
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert visitor.client.post("/sign-in", content=pieces, headers=kind).status_code == 413


def test_without_its_assets_the_web_does_not_start(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "BUILT", tmp_path / "none")
    with pytest.raises(Refused) as caught:
        web_of(office)
    assert caught.value.code == "assets_not_built"
    assert "make setup" in str(caught.value)


def test_no_registry_s_address_stands_in_the_lock_of_the_assets() -> None:
    assert "resolved" not in (building.ASSETS / "package-lock.json").read_text()
    assert "http" not in (building.ASSETS / "package.json").read_text()


def test_what_watches_the_office_may_ask_for_heads_only(visitor: Visitor) -> None:
    assert visitor.client.head("/services").status_code == 200
    assert visitor.client.head("/nowhere").status_code == 404


def test_the_other_language_of_what_a_form_is_answered_with_is_a_page_that_can_be_asked_for(visitor: Visitor) -> None:
    routes = [each for each in iter_route_contexts(visitor.client.app.routes) if each.methods and each.path]  # type: ignore[attr-defined]
    posted = [str(each.path) for each in routes if "POST" in (each.methods or ())]
    assert len(posted) > 40
    for template in posted:
        address = re.sub(r"\{lane[^}]*\}", "manual", template)
        address = re.sub(r"\{[^}]*(id|number|which)\}", "1", address)
        answer = Page(visitor.client.post(re.sub(r"\{[^}]*\}", "x", address) + "?a=1"))
        assert answer.status == 403, "each is refused: it brings no token"
        link = next(each for each in answer.links if each.endswith("?lang=en"))
        shown = visitor.client.get(link, follow_redirects=False)
        assert shown.status_code in (200, 303, 404), f"{template} leads to {link}"
        visitor.client.cookies.clear()


@pytest.mark.parametrize(
    ("sent", "page"),
    [("/desk/tasks/5/complete", "/desk/tasks/5"), ("/manager/manual/rules/preview", "/manager/manual/rules"),
     ("/apply/send", "/apply"), ("/desk/counter/call", "/desk/counter"), ("/complaints/ADU-1/end", "/complaints"),
     ("/leave", "/")],
)  # fmt: skip
def test_a_form_s_answer_leads_to_the_page_it_was_on(visitor: Visitor, sent: str, page: str) -> None:
    assert f"{page}?lang=en" in Page(visitor.client.post(sent)).links


def test_a_number_that_no_row_can_have_is_no_address(office: Office) -> None:
    clerk = somebody(office, "leonard.kawengian")
    for number in ("99999999999999999999", "0", "-1", "abc"):
        for path in ("/desk/tasks", "/desk/round", "/desk/documents/ON-2026-000001"):
            assert clerk.client.get(f"{path}/{number}").status_code == 404, (path, number)
    clerk.get("/desk")
    token = clerk.page.form("/sign-out").values["form_token"]  # type: ignore[union-attr]
    sent = clerk.client.post(f"/desk/tasks/{9 * 10**19}/claim", data={"form_token": token})
    assert sent.status_code == 404


def test_no_address_is_mended_by_a_redirect_to_the_host_that_the_request_names(office: Office) -> None:
    answer = a_visitor(office).client.get("/services/", headers={"host": "evil.example"}, follow_redirects=False)
    assert answer.status_code == 404


@pytest.mark.parametrize(("comes_from", "seen"), [("10.0.0.9", "203.0.113.7"), ("10.0.1.9", "10.0.1.9")])
def test_who_asks_is_believed_of_the_named_proxy_only(comes_from: str, seen: str) -> None:
    async def told(scope: Any, receive: Any, send: Any) -> None:
        await Response(Request(scope).client.host)(scope, receive, send)  # type: ignore[union-attr]

    trusted = str(Settings(trusted_proxy="10.0.0.0/24").trusted_proxy)  # type: ignore[arg-type]
    client = TestClient(ProxyHeadersMiddleware(told, trusted), client=(comes_from, 1))  # type: ignore[arg-type]
    assert client.get("/", headers={"x-forwarded-for": "203.0.113.7"}).text == seen
