"""Who may come in: passwords, sessions that end, waits after wrong tries, forms that are ours."""

from __future__ import annotations

from pathlib import Path

import pyotp
import pytest
from support.office import a_dossier, a_home, an_office, clock_of, refused, up_to
from support.web import PASSWORD, Visitor, a_visitor, somebody, web_of

from adapters.web.demo_people import demo_applicant, demo_people
from domain.passwords import DEMO
from lanes.office import Office


def test_who_signs_in_comes_to_where_they_wanted_to_go(office: Office) -> None:
    office.credentials.set_password("leonard.kawengian", PASSWORD)
    visitor = a_visitor(office)
    assert visitor.get("/desk?lang=en").path == "/sign-in"
    page = visitor.send("/sign-in", username="leonard.kawengian", password=PASSWORD)
    assert page.path == "/desk"
    assert "Leonard Kawengian" in page.words


def test_a_wrong_password_and_a_stranger_are_refused_in_the_same_words(office: Office) -> None:
    office.credentials.set_password("leonard.kawengian", PASSWORD)
    visitor = a_visitor(office)
    wrong, stranger = (
        visitor.sign_in("leonard.kawengian", "not this one"),
        visitor.sign_in("nobody.at.all", "not this one"),
    )
    assert wrong.status == stranger.status == 401
    assert "Nama pengguna atau kata sandi salah." in wrong.words
    assert wrong.words == stranger.words


@pytest.mark.parametrize("username", ["leonard.kawengian", "nobody.at.all"])
def test_wrong_tries_make_the_next_wait_and_the_right_password_too(office: Office, username: str) -> None:
    office.credentials.set_password("leonard.kawengian", PASSWORD)
    visitor = a_visitor(office)
    for _ in range(3):
        assert visitor.sign_in(username, "not this one").status == 401
    assert visitor.sign_in(username, PASSWORD).status == 429
    clock_of(office).forward(seconds=2)
    assert visitor.sign_in(username, PASSWORD).status == (200 if username == "leonard.kawengian" else 401)


def test_after_ten_wrong_tries_it_takes_a_quarter_of_an_hour(office: Office) -> None:
    office.credentials.set_password("leonard.kawengian", PASSWORD)
    for _ in range(10):
        refused(lambda: office.sign_in.begin("leonard.kawengian", "not this one"))
        clock_of(office).forward(minutes=5)
    clock_of(office).forward(minutes=9)
    assert refused(lambda: office.sign_in.begin("leonard.kawengian", PASSWORD)).code == "too_many_tries"
    clock_of(office).forward(minutes=1)
    assert office.sign_in.begin("leonard.kawengian", PASSWORD)


def test_an_idle_session_ends(office: Office) -> None:
    visitor = somebody(office, "leonard.kawengian")
    clock_of(office).forward(minutes=29)
    assert visitor.get("/desk").path == "/desk"
    clock_of(office).forward(minutes=30)
    assert visitor.get("/desk").path == "/sign-in"


def test_a_busy_session_ends_with_the_working_day(office: Office) -> None:
    visitor = somebody(office, "leonard.kawengian")
    for _ in range(24):
        clock_of(office).forward(minutes=24)
        assert visitor.get("/desk").path == "/desk"
    clock_of(office).forward(minutes=24)
    assert visitor.get("/desk").path == "/sign-in"


def test_signing_out_ends_the_session_also_for_who_kept_the_cookie(office: Office) -> None:
    visitor = somebody(office, "leonard.kawengian")
    kept = visitor.client.cookies["jalur"]
    visitor.get("/desk")
    assert visitor.send("/sign-out").path == "/sign-in"
    visitor.client.cookies.set("jalur", kept)
    assert visitor.get("/desk").path == "/sign-in"


def test_another_password_ends_every_session(office: Office) -> None:
    visitor = somebody(office, "leonard.kawengian")
    office.credentials.set_password("leonard.kawengian", "lain sama sekali ini")
    assert visitor.get("/desk").path == "/sign-in"


@pytest.mark.parametrize("token", ["", "0" * 64])
def test_a_form_that_is_not_ours_changes_nothing(office: Office, token: str) -> None:
    visitor = somebody(office, "leonard.kawengian")
    visitor.get("/desk")
    page = visitor.send("/sign-out", form_token=token)
    assert page.status == 403
    assert "Formulir ini tidak berlaku lagi" in page.words
    assert visitor.get("/desk").path == "/desk"


def test_a_form_of_another_session_is_refused(office: Office) -> None:
    other = somebody(office, "merlin.katuuk").get("/desk").form("/sign-out").values["form_token"]
    visitor = somebody(office, "leonard.kawengian")
    visitor.get("/desk")
    assert visitor.send("/sign-out", form_token=other).status == 403


def test_a_form_sent_by_another_site_is_refused(office: Office) -> None:
    visitor = somebody(office, "leonard.kawengian")
    token = visitor.get("/desk").form("/sign-out").values["form_token"]
    answer = visitor.client.post("/sign-out", data={"form_token": token}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example",
                                    "/\t/elsewhere.example", "javascript:alert(1)"])  # fmt: skip
def test_signing_in_leads_nowhere_but_here(office: Office, target: str) -> None:
    office.credentials.set_password("leonard.kawengian", PASSWORD)
    visitor = a_visitor(office)
    visitor.get("/sign-in")
    assert visitor.send("/sign-in", username="leonard.kawengian", password=PASSWORD, next=target).path == "/desk"


@pytest.mark.parametrize(
    ("username", "home"),
    [("leonard.kawengian", "/desk"), ("kepala", "/desk"), ("maria.lumowa", "/manager"), ("admin", "/admin"),
     ("denny.sumampouw", "/desk")],
)  # fmt: skip
def test_who_signs_in_begins_at_their_own_work(office: Office, username: str, home: str) -> None:
    visitor = somebody(office, username)
    assert visitor.page is not None
    assert visitor.page.path == home


def test_a_courier_who_has_something_to_deliver_begins_at_the_round(office: Office) -> None:
    up_to(a_dossier(office).of_type("KTP-GANTI").in_lane("online").lodged(), "deliver")
    visitor = somebody(office, "denny.sumampouw")
    assert visitor.page is not None
    assert visitor.page.path == "/desk/round"


def test_a_place_asked_for_before_signing_in_comes_first(office: Office) -> None:
    office.credentials.set_password("maria.lumowa", PASSWORD)
    visitor = a_visitor(office)
    assert visitor.get("/desk/search").path == "/sign-in"
    page = visitor.send("/sign-in", username="maria.lumowa", password=PASSWORD)
    page = visitor.take_up_a_device(page.form("/sign-in/code").values["secret"])
    assert page.path == "/desk/search"


def test_a_weak_password_is_refused(office: Office) -> None:
    for weak in ("short", "leonard.kawengian kota", "aaaaaaaaaaaaaaaa", DEMO, "Kota Bitung 2026"):
        assert (
            refused(lambda weak=weak: office.credentials.set_password("leonard.kawengian", weak)).code
            == "weak_password"
        )


def test_only_the_person_and_an_administrator_set_a_password(office: Office) -> None:
    office.credentials.set_password("leonard.kawengian", PASSWORD, by="admin")
    office.credentials.set_password("leonard.kawengian", PASSWORD, by="leonard.kawengian")
    assert (
        refused(lambda: office.credentials.set_password("leonard.kawengian", PASSWORD, by="auditor")).code
        == "not_allowed"
    )


def test_the_first_screen_names_who_has_work_and_an_applicant_whom_the_register_knows(
    tmp_path: Path, sqlite_template: Path
) -> None:
    office = an_office(a_home(tmp_path, sqlite_template))
    assert demo_applicant(office) is None
    office.credentials.give_demo_passwords(DEMO)
    up_to(a_dossier(office).of_type("KK-BARU").in_lane("manual").lodged(), "verify")
    verifier = next(each for each in demo_people(office) if each.role == "verifies, manual lane")
    assert verifier.waiting == 1
    assert office.desk.next(verifier.username) is not None
    applicant = demo_applicant(office)
    assert applicant is not None
    assert applicant in office.tools.registry.family(applicant.family_card)


def test_a_production_start_refuses_the_demo_s_passwords(tmp_path: Path, sqlite_template: Path) -> None:
    office = an_office(a_home(tmp_path, sqlite_template))
    office.credentials.give_demo_passwords(DEMO)
    assert {each.username for each in demo_people(office)} >= {"kepala", "admin", "kezia.rumagit"}
    web_of(office)
    from adapters.bootstrap import build
    from adapters.settings import Settings

    real = build(Settings(home=tmp_path, production=True), config=office.config)
    assert refused(lambda: web_of(real, production=True)).code == "demo_passwords"
    assert refused(lambda: real.sign_in.begin("leonard.kawengian", DEMO)).code == "wrong_password"


def test_in_production_the_cookie_travels_over_https_only(office: Office) -> None:
    office.credentials.set_password("leonard.kawengian", PASSWORD)
    visitor = a_visitor(office, production=True)
    visitor.client.base_url = "https://testserver"  # type: ignore[assignment]
    visitor.get("/sign-in")
    form = visitor.page.form("/sign-in")  # type: ignore[union-attr]
    data = {**form.values, "username": "leonard.kawengian", "password": PASSWORD}
    sent = visitor.client.post("/sign-in", data=data, follow_redirects=False)
    cookie = sent.headers["set-cookie"]
    assert cookie.startswith("__Host-jalur=")
    assert all(flag in cookie for flag in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"))


def code_of(office: Office, secret: str) -> str:
    return pyotp.TOTP(secret).at(office.clock.now())


def with_a_device(office: Office, username: str) -> tuple[Visitor, str]:
    """Somebody who has given their password for the first time, and the secret that they are shown."""
    office.credentials.set_password(username, PASSWORD)
    visitor = a_visitor(office)
    visitor.get("/sign-in?lang=en")
    page = visitor.send("/sign-in", username=username, password=PASSWORD)
    return visitor, page.form("/sign-in/code").values["secret"]


@pytest.mark.parametrize("username", ["kepala", "admin", "kezia.rumagit"])
def test_head_manager_and_administrator_take_up_a_device_first(office: Office, username: str) -> None:
    visitor, _ = with_a_device(office, username)
    assert visitor.get("/desk").path == "/sign-in/code", "the password alone is good for nothing else"
    assert visitor.take_up_a_device(visitor.page.form("/sign-in/code").values["secret"]).path == "/desk"  # type: ignore[union-attr]


def test_an_operator_needs_none(office: Office) -> None:
    office.credentials.set_password("leonard.kawengian", PASSWORD)
    assert a_visitor(office).sign_in("leonard.kawengian").path == "/desk"


def test_later_a_code_is_asked_for_and_each_is_good_once(office: Office) -> None:
    visitor, secret = with_a_device(office, "kepala")
    visitor.take_up_a_device(secret)
    again = a_visitor(office)
    page = again.sign_in("kepala")
    assert page.path == "/sign-in/code"
    assert "secret" not in page.form("/sign-in/code").values
    assert again.send("/sign-in/code", code=code_of(office, secret)).status == 401, "it was used when it was taken up"
    clock_of(office).forward(seconds=30)
    assert again.send("/sign-in/code", code=code_of(office, secret)).path == "/desk"


def test_guessing_codes_is_slowed_down(office: Office) -> None:
    visitor, secret = with_a_device(office, "kepala")
    visitor.take_up_a_device(secret)
    clock_of(office).forward(seconds=60)
    again = a_visitor(office)
    again.sign_in("kepala")
    for _ in range(3):
        assert again.send("/sign-in/code", code="000000").status == 401
    assert again.send("/sign-in/code", code=code_of(office, secret)).status == 429


def test_a_second_device_cannot_be_slipped_in(office: Office) -> None:
    visitor, secret = with_a_device(office, "kepala")
    visitor.take_up_a_device(secret)
    clock_of(office).forward(seconds=60)
    again = a_visitor(office)
    again.sign_in("kepala")
    other = office.sign_in.new_secret()
    page = again.send("/sign-in/code", secret=other, code=code_of(office, other))
    assert page.path == "/sign-in/code"
    assert again.get("/desk").path == "/sign-in/code"


def test_who_lost_their_device_takes_up_another(office: Office) -> None:
    visitor, secret = with_a_device(office, "kepala")
    visitor.take_up_a_device(secret)
    office.credentials.forget_device("kepala")
    assert visitor.get("/desk").path == "/sign-in"
    assert "secret" in with_a_device(office, "kepala")[0].get("/sign-in/code").form("/sign-in/code").values


def test_the_secret_is_kept_encrypted(office: Office) -> None:
    visitor, secret = with_a_device(office, "kepala")
    visitor.take_up_a_device(secret)
    with office.store.read() as work:
        kept = work.access.credential("kepala")
    assert kept is not None
    assert kept.totp is not None
    assert secret.encode() not in kept.totp


def test_the_people_of_a_demo_need_no_device(office: Office) -> None:
    office.credentials.give_demo_passwords(DEMO)
    assert a_visitor(office).sign_in("kepala", DEMO).path == "/desk"


def test_who_signed_in_here_before_gets_in_however_often_a_stranger_tries(office: Office) -> None:
    office.credentials.set_password("leonard.kawengian", PASSWORD)
    known, stranger = a_visitor(office), a_visitor(office)
    known.sign_in("leonard.kawengian", PASSWORD)
    known.send("/sign-out")
    assert [stranger.sign_in("leonard.kawengian", "a guess").status for _ in range(4)] == [401, 401, 401, 429]
    assert stranger.sign_in("leonard.kawengian", PASSWORD).status == 429
    assert known.sign_in("leonard.kawengian", PASSWORD).path == "/desk"


@pytest.mark.parametrize("code", ["１２３４５６", "é", "123 45"])
def test_a_code_in_other_signs_is_read_or_refused(office: Office, code: str) -> None:
    visitor, secret = with_a_device(office, "kepala")
    assert visitor.send("/sign-in/code", code=code).status == 401
    assert visitor.send("/sign-in/code", code=code, secret="é" * 32).status == 401
    secret = visitor.page.form("/sign-in/code").values["secret"]  # type: ignore[union-attr]
    wide = code_of(office, secret).translate({ord("0") + each: 0xFF10 + each for each in range(10)})
    assert visitor.send("/sign-in/code", code=wide).path != "/sign-in/code"


def test_no_page_s_link_to_the_other_language_leads_away_from_here(office: Office) -> None:
    page = a_visitor(office).get("http://testserver//evil.example/x")
    assert (page.status, page.path) == (404, "//evil.example/x")
    assert any("lang=en" in link for link in page.links)
    assert not any(link.startswith("//") for link in page.links)
