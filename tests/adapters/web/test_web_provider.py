"""Signing in with the office's own accounts, against a real OpenID Connect provider on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from oidc_provider_mock import User, run_server_in_thread
from support.web import Page, Visitor, a_visitor

from lanes.office import Office

PEOPLE = (
    User(sub="1", claims={"preferred_username": "leonard.kawengian"}),
    User(sub="2", claims={"preferred_username": "kepala"}),
    User(sub="3", claims={"preferred_username": "kepala", "amr": ["pwd", "otp"]}),
    User(sub="4", claims={"preferred_username": "somebody.else"}),
)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider that knows these accounts."""
    with run_server_in_thread(user_claims=PEOPLE) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def visitor(office: Office, issuer: str) -> Visitor:
    return a_visitor(office, oidc_issuer=issuer, oidc_client_secret="rahasia")


def asked(visitor: Visitor, target: str = "/desk") -> str:
    """Where the sign-in page's link sends the browser."""
    page = visitor.get(f"/sign-in?next={target}&lang=en")
    link = next(link for link in page.links if link.startswith("/sign-in/office"))
    answer = visitor.client.get(link, follow_redirects=False)
    assert answer.status_code == 303
    return answer.headers["location"]


def agreed(address: str, sub: str) -> str:
    """Where the provider sends the browser back to, once somebody has agreed there."""
    answer = httpx.post(address, data={"sub": sub})
    assert answer.status_code == 302, answer.text
    return answer.headers["location"].removeprefix("http://testserver")


def vouched(visitor: Visitor, sub: str, target: str = "/desk") -> Page:
    """Sign in there, and come back."""
    return visitor.get(agreed(asked(visitor, target), sub))


def test_who_has_an_account_of_the_office_is_signed_in_and_goes_where_they_wanted(visitor: Visitor) -> None:
    page = vouched(visitor, "1", "/desk/search")
    assert page.path == "/desk/search"
    assert "Leonard Kawengian" in page.words


def test_what_is_asked_is_bound_to_the_browser_and_to_a_challenge(visitor: Visitor) -> None:
    query = parse_qs(urlsplit(asked(visitor)).query)
    assert query["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= query.keys()
    assert query["redirect_uri"] == ["http://testserver/sign-in/back"]


def test_an_account_of_nobody_here_is_refused(visitor: Visitor) -> None:
    page = vouched(visitor, "4")
    assert page.status == 403
    assert "This account belongs to nobody who works in this office." in page.words


def test_the_head_gives_a_code_too_unless_the_provider_asked_for_one(office: Office, issuer: str) -> None:
    assert vouched(a_visitor(office, oidc_issuer=issuer, oidc_client_secret="rahasia"), "2").path == "/sign-in/code"
    assert vouched(a_visitor(office, oidc_issuer=issuer, oidc_client_secret="rahasia"), "3").path == "/desk"


def test_a_stolen_answer_is_good_for_nobody_else(office: Office, issuer: str) -> None:
    back = agreed(asked(a_visitor(office, oidc_issuer=issuer, oidc_client_secret="rahasia")), "1")
    thief = a_visitor(office, oidc_issuer=issuer, oidc_client_secret="rahasia")
    page = thief.get(back)
    assert page.status == 403
    asked(thief)
    assert thief.get(back).status == 403
    assert thief.get("/desk").path == "/sign-in"


def test_an_answer_is_good_once(visitor: Visitor) -> None:
    back = agreed(asked(visitor), "1")
    assert visitor.get(back).path == "/desk"
    visitor.send("/sign-out")
    assert visitor.get(back).status == 403


def test_a_provider_that_is_away_is_told_and_passwords_still_work(office: Office) -> None:
    visitor = a_visitor(office, oidc_issuer="http://127.0.0.1:9")
    page = visitor.get("/sign-in/office?lang=en")
    assert page.status == 503
    assert "does not answer" in page.words
    office.credentials.set_password("leonard.kawengian", "kuda lumping di pasar")
    assert visitor.sign_in("leonard.kawengian").path == "/desk"


def test_without_a_provider_there_is_no_link_and_no_way(office: Office) -> None:
    visitor = a_visitor(office)
    assert [link for link in visitor.get("/sign-in").links if "office" in link] == []
    assert visitor.get("/sign-in/office").status == 404
