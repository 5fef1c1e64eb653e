"""Who may come in: passwords, sessions that end, waits after wrong tries, forms that are ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.office import a_home, an_office, clock_of, refused
from support.web import PASSWORD, a_visitor, somebody, web_of

from adapters.web.demo_people import PASSWORD as DEMO
from adapters.web.demo_people import demo_people
from lanes.office import Office


@pytest.fixture
def office(tmp_path: Path, sqlite_template: Path) -> Office:
    return an_office(a_home(tmp_path, sqlite_template))


def test_who_signs_in_comes_to_where_they_wanted_to_go(office: Office) -> None:
    office.sign_in.set_password("kepala", PASSWORD)
    visitor = a_visitor(office)
    assert visitor.get("/desk?lang=en").path == "/sign-in"
    page = visitor.send("/sign-in", username="kepala", password=PASSWORD)
    assert page.path == "/desk"
    assert "Adriana Rumagit" in page.words


def test_a_wrong_password_and_a_stranger_are_refused_in_the_same_words(office: Office) -> None:
    office.sign_in.set_password("kepala", PASSWORD)
    visitor = a_visitor(office)
    wrong, stranger = visitor.sign_in("kepala", "not this one"), visitor.sign_in("nobody.at.all", "not this one")
    assert wrong.status == stranger.status == 401
    assert "Nama pengguna atau kata sandi salah." in wrong.words
    assert wrong.words == stranger.words


@pytest.mark.parametrize("username", ["kepala", "nobody.at.all"])
def test_wrong_tries_make_the_next_wait_and_the_right_password_too(office: Office, username: str) -> None:
    office.sign_in.set_password("kepala", PASSWORD)
    visitor = a_visitor(office)
    for _ in range(3):
        assert visitor.sign_in(username, "not this one").status == 401
    assert visitor.sign_in(username, PASSWORD).status == 429
    clock_of(office).forward(seconds=2)
    assert visitor.sign_in(username, PASSWORD).status == (200 if username == "kepala" else 401)


def test_after_ten_wrong_tries_it_takes_a_quarter_of_an_hour(office: Office) -> None:
    office.sign_in.set_password("kepala", PASSWORD)
    for _ in range(10):
        refused(lambda: office.sign_in.begin("kepala", "not this one"))
        clock_of(office).forward(minutes=5)
    clock_of(office).forward(minutes=9)
    assert refused(lambda: office.sign_in.begin("kepala", PASSWORD)).code == "too_many_tries"
    clock_of(office).forward(minutes=1)
    assert office.sign_in.begin("kepala", PASSWORD)


def test_an_idle_session_ends(office: Office) -> None:
    visitor = somebody(office, "kepala")
    clock_of(office).forward(minutes=29)
    assert visitor.get("/desk").path == "/desk"
    clock_of(office).forward(minutes=30)
    assert visitor.get("/desk").path == "/sign-in"


def test_a_busy_session_ends_with_the_working_day(office: Office) -> None:
    visitor = somebody(office, "kepala")
    for _ in range(24):
        clock_of(office).forward(minutes=24)
        assert visitor.get("/desk").path == "/desk"
    clock_of(office).forward(minutes=24)
    assert visitor.get("/desk").path == "/sign-in"


def test_signing_out_ends_the_session_also_for_who_kept_the_cookie(office: Office) -> None:
    visitor = somebody(office, "kepala")
    kept = visitor.client.cookies["jalur"]
    visitor.get("/desk")
    assert visitor.send("/sign-out").path == "/sign-in"
    visitor.client.cookies.set("jalur", kept)
    assert visitor.get("/desk").path == "/sign-in"


def test_another_password_ends_every_session(office: Office) -> None:
    visitor = somebody(office, "kepala")
    office.sign_in.set_password("kepala", "lain sama sekali ini")
    assert visitor.get("/desk").path == "/sign-in"


@pytest.mark.parametrize("token", ["", "0" * 64])
def test_a_form_that_is_not_ours_changes_nothing(office: Office, token: str) -> None:
    visitor = somebody(office, "kepala")
    visitor.get("/desk")
    page = visitor.send("/sign-out", form_token=token)
    assert page.status == 403
    assert "Formulir ini tidak berlaku lagi" in page.words
    assert visitor.get("/desk").path == "/desk"


def test_a_form_of_another_session_is_refused(office: Office) -> None:
    other = somebody(office, "sekretaris").get("/desk").form("/sign-out").values["form_token"]
    visitor = somebody(office, "kepala")
    visitor.get("/desk")
    assert visitor.send("/sign-out", form_token=other).status == 403


def test_a_form_sent_by_another_site_is_refused(office: Office) -> None:
    visitor = somebody(office, "kepala")
    token = visitor.get("/desk").form("/sign-out").values["form_token"]
    answer = visitor.client.post("/sign-out", data={"form_token": token}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"])
def test_signing_in_leads_nowhere_but_here(office: Office, target: str) -> None:
    office.sign_in.set_password("kepala", PASSWORD)
    visitor = a_visitor(office)
    visitor.get("/sign-in")
    assert visitor.send("/sign-in", username="kepala", password=PASSWORD, next=target).path == "/desk"


def test_a_weak_password_is_refused(office: Office) -> None:
    for weak in ("short", "kepala dinas kota", "aaaaaaaaaaaaaaaa"):
        assert refused(lambda weak=weak: office.sign_in.set_password("kepala", weak)).code == "weak_password"


def test_only_the_person_and_an_administrator_set_a_password(office: Office) -> None:
    office.sign_in.set_password("kepala", PASSWORD, by="admin")
    office.sign_in.set_password("kepala", PASSWORD, by="kepala")
    assert refused(lambda: office.sign_in.set_password("kepala", PASSWORD, by="auditor")).code == "not_allowed"


def test_a_production_start_refuses_the_demo_s_passwords(tmp_path: Path, sqlite_template: Path) -> None:
    office = an_office(a_home(tmp_path, sqlite_template))
    office.sign_in.give_demo_passwords(DEMO)
    assert {username for _, _, username, _ in demo_people(office)} >= {"kepala", "admin", "kezia.rumagit"}
    web_of(office)
    from adapters.bootstrap import build
    from adapters.settings import Settings

    real = build(Settings(home=tmp_path, production=True), config=office.config)
    assert refused(lambda: web_of(real, production=True)).code == "demo_passwords"
    assert refused(lambda: real.sign_in.begin("kepala", DEMO)).code == "wrong_password"


def test_in_production_the_cookie_travels_over_https_only(office: Office) -> None:
    office.sign_in.set_password("kepala", PASSWORD)
    visitor = a_visitor(office, production=True)
    visitor.client.base_url = "https://testserver"  # type: ignore[assignment]
    visitor.get("/sign-in")
    sent = visitor.client.post(
        "/sign-in", data={**visitor.page.form("/sign-in").values, "username": "kepala", "password": PASSWORD},  # type: ignore[union-attr]
        follow_redirects=False,
    )  # fmt: skip
    cookie = sent.headers["set-cookie"]
    assert cookie.startswith("__Host-jalur=")
    assert all(flag in cookie for flag in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"))
