"""The citizen's window in a real browser: from the first question to the signed PDF on a cheap phone, with and without
script, and no barrier on any page."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
from browser.conftest import Window, accessible
from playwright.sync_api import Page
from support.office import Lodged, a_dossier, a_family, clock_of, do, manager, staff_form_of, to_the_end, up_to

from adapters.demo.scans import blank_scan
from domain.dossier import DossierStatus
from domain.roles import Lane
from lanes.case import Deficiency
from lanes.office import Office

T = TypeVar("T")
PHONE = 320  # pixels: the narrowest there is


@pytest.fixture
def scan(tmp_path: Path) -> str:
    """A scan on the citizen's phone."""
    file = tmp_path / "scan.pdf"
    file.write_bytes(blank_scan("a scan").content)
    return str(file)


def aside(call: Callable[[], T]) -> T:
    """Do something in a thread of its own: signing needs an event loop, and the browser's runs in this one."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(call).result()


def fill_in(page: Page, values: dict[str, object]) -> None:
    """Fill in every field of the form shown that a value is given for."""
    for name, value in values.items():
        fields = page.locator(f"main [name='{name}']")
        if not fields.count():
            continue
        kind = fields.first.get_attribute("type")
        if kind == "radio":
            page.check(f"main [name='{name}'][value='{value}']")
        elif kind == "checkbox":
            fields.first.set_checked(value is True)
        elif fields.first.evaluate("each => each.tagName") == "SELECT":
            fields.first.select_option(str(value))
        else:
            fields.first.fill(str(value))


@pytest.mark.parametrize("script", [True, False])
def test_a_citizen_applies_on_a_phone_and_follows_to_the_signed_pdf(
    office: Office, window: Window, scan: str, script: bool
) -> None:
    look = accessible if script else (lambda page: None)  # without script axe cannot run
    applied = a_dossier(office).for_family(a_family())
    page = window(width=PHONE, script=script)
    page.goto("/")
    look(page)
    page.click("text=Which service do I need?")
    look(page)
    page.click("text=A family card (KK) is needed")
    page.click("text=A new family")
    look(page)
    page.click("button:has-text('Apply online now')")
    page.wait_for_url("**/apply/situation")
    page.click("button:has-text('Save and go on')")
    page.wait_for_selector(".govuk-error-summary")
    look(page)
    fill_in(page, dict(applied.application.fields))
    page.click("button:has-text('Save and go on')")
    page.wait_for_url("**/apply/details")
    look(page)
    fill_in(page, dict(applied.application.fields))
    page.click("button:has-text('Save and go on')")
    page.wait_for_url("**/apply/papers")
    look(page)
    while page.locator(".govuk-tag--yellow").count():
        missing = page.locator("section", has=page.locator(".govuk-tag--yellow")).first
        missing.locator("input[type=file]").set_input_files(scan)
        with page.expect_navigation():
            missing.locator("button").click()
    look(page)
    page.click("a.govuk-button:has-text('Go on')")
    page.wait_for_url("**/apply/check")
    look(page)
    page.click("button:has-text('Send the application')")
    page.wait_for_url("**/apply/done")
    look(page)
    number, code = page.locator("dd").nth(0).inner_text(), page.locator("dd").nth(1).inner_text()
    assert page.locator("button[data-print]").is_visible() is script, "what needs script shows only with it"

    page.context.clear_cookies(name="dossier")
    page.goto("/track")
    look(page)
    page.fill("#number", number)
    page.fill("#code", code)
    page.click("button:has-text('Show')")
    page.wait_for_url("**/track/dossier")
    look(page)
    staff = staff_form_of("KK-BARU", applied.family, applied.application.fields)
    lodged = Lodged(office=office, number=number, code=code, due_at=clock_of(office).now(), fields={}, staff=staff,
                    papers={})  # fmt: skip
    assert aside(lambda: to_the_end(lodged)).status is DossierStatus.ISSUED
    page.reload()
    look(page)
    with page.expect_download() as fetched:
        page.click("text=Fetch the signed PDF")
    pdf = Path(fetched.value.path()).read_bytes()
    report = aside(lambda: office.tools.sealer.check(pdf))
    assert report.intact


def test_what_is_filled_in_goes_along_into_the_other_language(window: Window) -> None:
    page = window(width=PHONE, script=True)
    page.goto("/services/KK-BARU")
    page.click("button:has-text('Apply online now')")
    fill_in(page, {"marriage": "none", "proxy": True})
    for language in ("id", "en"):
        page.click(f"a[hreflang={language}]")
        page.wait_for_selector(f"html[lang={language}]")
        assert page.is_checked("[name=marriage][value=none]")
        assert page.is_checked("[name=proxy]")
    page.reload()
    assert not page.is_checked("[name=proxy]"), "and no longer than that"


@pytest.mark.parametrize("lang", ["id", "en"])
def test_no_page_of_the_window_has_a_barrier_or_scrolls_sideways(
    office: Office, window: Window, scan: str, lang: str
) -> None:
    page = window(width=PHONE, lang=lang)
    for lane in ("online", "manual"):
        for _ in range(3):
            done = aside(lambda lane=lane: to_the_end(a_dossier(office).in_lane(lane).lodged()))
    with office.store.read() as work:
        (document,) = work.documents.of(done.id)
    lodged = up_to(a_dossier(office).in_lane("online").lodged(), "receive")
    do(lodged, "receive", "incomplete", deficiencies=[
        Deficiency(item="event_form", note="Tidak terbaca"), Deficiency(item="applicant_address"),
        Deficiency(item="other", note="Mohon datang"),
    ])  # fmt: skip
    for path in ("/", "/which", "/services", "/services/LHR", "/resume", "/track", "/verify", "/figures",
                 f"/verify/{document.token}", "/verify/made-up"):  # fmt: skip
        page.goto(path)
        accessible(page)
    page.goto("/track")
    page.fill("#number", lodged.number)
    page.fill("#code", "ABCD-EFGH-JKMN")
    page.click("main button")
    page.wait_for_selector(".govuk-error-summary")
    accessible(page)
    page.fill("#code", lodged.code)
    page.click("main button")
    page.wait_for_url("**/track/dossier")
    accessible(page)
    page.goto("/track/answer")
    accessible(page)
    page.click("main button")
    page.wait_for_selector(".govuk-error-summary")
    accessible(page)
    page.goto("/track/withdraw")
    accessible(page)
    page.goto("/track/complain")
    accessible(page)
    page.click("main button")
    page.wait_for_selector(".govuk-error-summary")
    accessible(page)
    page.check("#topic")
    page.fill("#text", "Sudah dua minggu dan tidak ada kabar sama sekali.")
    page.click("main button")
    page.wait_for_url("**/track/dossier?told=complained")
    office.complaints.decide("ADU-2026-000001", "Pengaduan Anda benar.", by=manager(office, Lane.ONLINE))
    page.reload()
    page.evaluate("document.querySelector('details').open = true")
    accessible(page)


@pytest.mark.parametrize("width", [PHONE, 1200])
def test_the_pages_of_complaints_have_no_barrier(office: Office, somebody_at: Window, width: int) -> None:
    page = somebody_at("johan.walukow", width=width)
    page.goto("/complaints")
    accessible(page)
    lodged = a_dossier(office).in_lane("online").lodged()
    office.complaints.file(lodged.number, lodged.code, topic="slow", text="Sudah dua minggu tidak ada kabar.")
    page.reload()
    accessible(page)
    page.click("main button:has-text('Read')")
    page.wait_for_selector("#text")
    accessible(page)
    page.click("button:has-text('Send as the answer')")
    page.wait_for_selector(".govuk-error-summary")
    accessible(page)


def test_what_is_no_photo_is_refused_where_it_belongs(office: Office, window: Window, tmp_path: Path) -> None:
    page = window(width=PHONE)
    page.goto("/services/KK-GANTI")
    page.click("main button")
    applied = a_dossier(office).of_type("KK-GANTI").for_family(a_family())
    while not page.url.endswith("/papers"):
        fill_in(page, dict(applied.application.fields))
        with page.expect_navigation():
            page.click("button:has-text('Save and go on')")
    program = tmp_path / "photo.jpg"
    program.write_bytes(b"MZ\x90 a program that is called a photo")
    page.locator("input[type=file]").first.set_input_files(str(program))
    page.locator("main form button").first.click()
    page.wait_for_selector(".govuk-error-summary")
    assert "This is no photo and no PDF." in page.inner_text("main")
    accessible(page)
