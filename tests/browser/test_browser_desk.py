"""The operator's day in a real browser: signing in, the next task in one key, its end; barriers on every page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from browser.conftest import Window, accessible
from playwright.sync_api import Page
from support.office import a_dossier, a_family, do, lead_of, members_of, somebody_for, up_to, waiting_at, work_off
from support.web import PASSWORD

from domain.dossier import DossierStatus
from lanes.case import Deficiency
from lanes.office import Office


def test_somebody_signs_in_takes_the_next_task_by_a_key_and_completes_it(office: Office, somebody_at: Window) -> None:
    lodged = waiting_at(office, "receive")
    page = somebody_at(somebody_for(office, lodged.tasks["receive"]))
    page.keyboard.press("n")
    page.wait_for_url("**/desk/tasks/*")
    assert page.inner_text("h1") == "Completeness check at the counter"
    page.keyboard.press("s")
    page.wait_for_url("**/desk?done=*")
    assert f"{lodged.number}: this step is done." in page.inner_text("main")
    assert lodged.dossier.status is DossierStatus.IN_PROCESS


def test_counts_and_lists_stay_current_without_a_reload(office: Office, somebody_at: Window) -> None:
    page = somebody_at("leonard.kawengian")
    assert page.inner_text("[data-count=waiting]") == "0"
    lodged = waiting_at(office, "receive")
    page.wait_for_selector("[data-count=waiting]:text-is('1')")
    assert lodged.number in page.inner_text("main table"), "the list with them"
    assert "Nothing waits." not in page.inner_text("main")


def test_the_head_takes_up_a_device_and_the_page_has_no_barrier(office: Office, window: Window) -> None:
    office.credentials.set_password("kepala", PASSWORD)
    page = window(width=320)
    page.goto("/sign-in")
    page.fill("#username", "kepala")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(re.compile("/sign-in/code"))
    accessible(page)


def test_a_wrong_password_is_refused_in_words(office: Office, window: Window) -> None:
    office.credentials.set_password("kepala", PASSWORD)
    page = window()
    page.goto("/sign-in")
    page.fill("#username", "kepala")
    page.fill("#password", "not this one")
    page.click("button:has-text('Sign in')")
    assert "Username or password is wrong." in page.inner_text("main")
    accessible(page)


def test_a_foreign_lane_is_refused_with_the_reason(office: Office, somebody_at: Window) -> None:
    lodged = up_to(a_dossier(office).in_lane("online").lodged(), "receive")
    page = somebody_at("leonard.kawengian")
    page.goto(f"/desk/dossiers/{lodged.number}")
    assert "may not see personal data of the online lane" in page.inner_text("main")
    accessible(page)


@pytest.mark.parametrize("script", [True, False])
def test_a_return_with_what_is_missing_works_with_and_without_script(
    office: Office, somebody_at: Window, script: bool
) -> None:
    lodged = waiting_at(office, "receive")
    page = somebody_at(somebody_for(office, lodged.tasks["receive"]), script=script)
    page.click("#next")
    page.get_by_label("Family card number of the applicant", exact=True).check()
    page.fill("input[name=note_applicant_family_card]", "not readable")
    page.click("button[value=incomplete]")
    page.wait_for_url("**/desk?done=*")
    assert lodged.dossier.status is DossierStatus.RETURNED


@pytest.mark.parametrize("width", [320, 1200])
@pytest.mark.parametrize("lang", ["id", "en"])
def test_no_page_of_the_desk_has_a_barrier_or_scrolls_sideways(
    office: Office, somebody_at: Window, width: int, lang: str
) -> None:
    online = up_to(a_dossier(office).in_lane("online").lodged(), "receive")
    up_to(a_dossier(office).in_lane("online").lodged(), "receive")
    page = somebody_at(somebody_for(office, online.tasks["receive"]), width=width, lang=lang)
    accessible(page)
    page.click("#next")
    page.wait_for_url("**/desk/tasks/*")
    accessible(page)
    page.click("button[value=incomplete]")  # refused: nothing ticked
    page.wait_for_selector(".govuk-error-summary")
    accessible(page)
    page.goto(f"/desk/dossiers/{online.number}")
    accessible(page)
    page.goto("/desk/search")
    page.fill("#text", online.fields["applicant_name"])
    page.press("#text", "Enter")
    page.wait_for_selector("table")
    accessible(page)
    page.goto("/nowhere")
    accessible(page)
    page.goto("/desk/round")
    assert "You may not" not in page.inner_text("h1")
    accessible(page)
    page.goto("/desk")
    page.click("header button.jalur-plain")
    page.wait_for_url("**/sign-in")
    accessible(page)


@pytest.mark.parametrize("width", [320, 1200])
def test_the_counter_and_the_head_s_pages_have_no_barrier(office: Office, somebody_at: Window, width: int) -> None:
    for _ in range(2):
        waiting_at(office, "sign")
    clerk = somebody_at("leonard.kawengian", width=width)
    clerk.goto("/desk/counter")
    accessible(clerk)
    clerk.goto("/desk/counter/KK-UBAH")
    assert not any(map(clerk.is_visible, ("#joins", "#subject_nik", "#name_ruling", "label[for=name_ruling]")))
    clerk.select_option("#change", "data_element")
    clerk.select_option("#element", "name")  # which hangs on the change, and the ruling on both
    assert all(map(clerk.is_visible, ("#subject_nik", "label[for=name_ruling]")))
    accessible(clerk)
    clerk.select_option("#change", "birth")
    assert [*map(clerk.is_visible, ("#joins", "label[for=name_ruling]"))] == [True, False]
    clerk.goto("/desk/counter/LHR")
    accessible(clerk)
    clerk.get_by_role("button", name="Take in and print the receipt").click()
    clerk.wait_for_selector(".govuk-error-summary")
    accessible(clerk)
    returned = waiting_at(office, "receive")
    missing = [Deficiency(item="marriage_proof"), Deficiency(item="applicant_address", note="which street?")]
    do(returned, "receive", "incomplete", deficiencies=missing)
    clerk.goto(f"/desk/dossiers/{returned.number}")
    clerk.get_by_role("button", name="Take in what was missing").click()
    accessible(clerk)
    clerk.fill("#applicant_address", "Jalan Contoh 2")
    clerk.get_by_role("button", name="Take it in").click()
    clerk.wait_for_selector(".govuk-error-summary")
    accessible(clerk)
    head = somebody_at("kepala", width=width)
    head.goto("/desk/sign")
    accessible(head)
    lead = somebody_at(lead_of(office, "manual-front"), width=width)
    lead.goto("/desk/team")
    accessible(lead)


def test_a_walk_in_is_taken_in_checked_and_the_receipt_shown(office: Office, somebody_at: Window) -> None:
    draft = a_dossier(office).for_family(a_family()).application
    page = somebody_at("leonard.kawengian")
    page.goto("/desk/counter")
    page.get_by_role("link", name="New family card").click()
    fill_in(page, draft.fields)
    for paper in sorted(draft.papers):
        page.check(f"#{paper}")
    page.get_by_role("button", name="Take in and print the receipt").click()
    page.wait_for_selector("h1:has-text('Receipt')")
    accessible(page)
    number = page.inner_text("dd.jalur-big >> nth=0")
    work_off(office)
    page.goto("/desk")
    page.keyboard.press("n")
    page.wait_for_url("**/desk/tasks/*")
    assert number in page.inner_text("main")
    page.keyboard.press("s")
    page.wait_for_url("**/desk?done=*")
    assert office.views.dossier(number)[0].status is DossierStatus.IN_PROCESS


def fill_in(page: Page, values: Mapping[str, Any]) -> None:
    """Fill a form in as a person would: choices chosen, flags ticked, everything else typed."""
    for name, value in values.items():
        control = page.locator(f"[name={name}]").first
        kind = control.get_attribute("type")
        if control.evaluate("each => each.tagName") == "SELECT":
            control.select_option(str(value))
        elif kind == "radio":
            page.check(f"[name={name}][value='{value}']")
        elif kind == "checkbox":
            control.set_checked(value in (True, "yes"))
        else:
            control.fill(str(value))


def test_what_is_filled_in_is_kept_by_itself_and_two_windows_do_not_write_over_each_other(
    office: Office, somebody_at: Window
) -> None:
    lodged = waiting_at(office, "verify")
    page = somebody_at(somebody_for(office, lodged.tasks["verify"]))
    page.keyboard.press("n")
    page.wait_for_url("**/desk/tasks/*")
    other = page.context.new_page()
    other.goto(page.url)
    page.get_by_label("Family card number of the applicant", exact=True).check()
    page.fill("input[name=note_applicant_family_card]", "not readable")
    page.wait_for_selector("[data-kept]:has-text('Saved at 09:00.')")
    accessible(page)
    other.fill("#reason-rejected", "from the other window")
    other.wait_for_selector("[data-kept]:has-text('saved in another window since')")
    page.fill("#reason-rejected", "kept before the page is left")
    page.select_option("#purpose", "processing")
    page.get_by_role("button", name="Show", exact=True).click()  # another form: what was typed goes first
    page.wait_for_url("**/reveal")
    assert page.input_value("#reason-rejected") == "kept before the page is left"
    assert page.input_value("input[name=note_applicant_family_card]") == "not readable"
    page.keyboard.press("s")
    page.wait_for_selector(".govuk-error-summary:has-text('Something is ticked as missing')")
    accessible(page)
    page.get_by_label("Family card number of the applicant", exact=True).uncheck()
    page.locator("button[data-key=s]").click()  # at once: the unticked box goes first
    page.wait_for_url("**/desk?done=*")


@pytest.mark.parametrize("script", [True, False])
def test_a_number_is_called_seen_on_the_screen_and_its_walk_in_taken_in(
    office: Office, window: Window, somebody_at: Window, script: bool
) -> None:
    screen = window(script=script)
    screen.goto("/counter/display")
    page = somebody_at("leonard.kawengian", script=script, width=320)
    page.goto("/desk/counter")
    page.select_option("#first", "elderly")
    page.get_by_role("button", name="Give a number").click()
    assert "A-001" in page.inner_text("h1")
    if script:
        accessible(page)
    page.get_by_role("button", name="Back to the counter").click()
    page.fill("#counter", "4")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=At counter 4 now")
    screen.wait_for_selector(".jalur-board >> text=A-001")  # by itself: with script within seconds, else with the page
    if script:
        accessible(page)
        accessible(screen)
        screen.set_viewport_size({"width": 320, "height": 640})
        accessible(screen)
    draft = a_dossier(office).for_family(a_family()).application
    page.get_by_role("link", name="New family card").click()
    fill_in(page, draft.fields)
    for paper in sorted(draft.papers):
        page.check(f"#{paper}")
    page.get_by_role("button", name="Take in and print the receipt").click()
    page.wait_for_selector("dd:has-text('A-001')")
    screen.wait_for_selector("text=No number is called just now.")


def test_a_courier_delivers_on_a_phone_with_a_signature_or_a_photo(office: Office, somebody_at: Window) -> None:
    signed, shot = (
        up_to(a_dossier(office).of_type("KTP-GANTI").in_lane("online").lodged(), "deliver") for _ in range(2)
    )
    page = somebody_at("denny.sumampouw", width=360)
    page.wait_for_url("**/desk/round")
    accessible(page)
    for lodged in (signed, shot):
        page.get_by_role("button", name=f"At the door {lodged.number}").click()
        accessible(page)
        page.get_by_role("button", name="Show name and address").click()
        page.wait_for_selector(f"text={lodged.fields['applicant_address']}")
        page.get_by_label("family", exact=True).check()
        page.get_by_label("Fingerprint matches 1:1").check()
        if lodged is signed:
            page.get_by_role("button", name="Delivered").click()
            page.wait_for_selector("text=A delivery needs a proof")
            accessible(page)
            page.locator("canvas").scroll_into_view_if_needed()
            box = page.locator("canvas").bounding_box()
            assert box is not None
            page.mouse.move(box["x"] + 20, box["y"] + 40)
            page.mouse.down()
            page.mouse.move(box["x"] + 200, box["y"] + 80, steps=5)
            page.mouse.up()
        else:
            picture = page.screenshot()
            page.set_input_files("#photo", {"name": "IMG_1.png", "mimeType": "image/png", "buffer": picture})
        page.get_by_role("button", name="Delivered").click()
        page.wait_for_url("**/desk/round?done=*")
    clerk = members_of(office, "online-front")[0]
    assert [{each.shown for each in office.sheets.dossier(lodged.number, by=clerk).proofs}
            for lodged in (signed, shot)] == [{"signature"}, {"photo"}]  # fmt: skip
