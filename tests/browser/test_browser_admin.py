"""The administrator's room in a real browser: barriers on every page; somebody added, signed in and let go, without
script too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from browser.conftest import Window, accessible
from support.office import a_dossier, clock_of, members_of, somebody_for, taken, waiting_at
from support.web import PASSWORD

from domain.roles import Lane
from domain.staff import AwayFor
from lanes.office import Office


def busy(office: Office) -> str:
    """An office with something on every page; gives whom a lot was changed about."""
    lodged = waiting_at(office, "verify")
    who = somebody_for(office, lodged.tasks["verify"])
    stuck = a_dossier(office).in_lane("online").lodged()
    office.engine.give_up(taken(office, stuck, next(iter(stuck.tasks))), "the register is away")
    office.outages.start("POWER", lane=Lane.ONLINE, by="admin")
    office.people.add("sari.baru", "Sari Baru", email=None, lane=Lane.MANUAL, teams=["manual-front"], by="admin")
    now = clock_of(office).now()
    office.people.absent(who, now + timedelta(days=2), by="admin", kind=AwayFor.LEAVE)
    office.people.absent(who, now + timedelta(days=9), start=now + timedelta(days=7), by="admin", kind=AwayFor.DUTY)
    office.people.lend(members_of(office, "manual-front")[-1], lane=Lane.ONLINE, team="online-front", reason="a rush",
                       until=now + timedelta(days=1), by="admin")  # fmt: skip
    office.directory.leave("hesti.rumagit", reason="moved", by="admin2")
    office.audit.seal()
    office.verifications.make_due()
    return who


@pytest.mark.parametrize(("width", "lang"), [(320, "id"), (1200, "en")])
def test_no_page_of_the_room_has_a_barrier_or_scrolls_sideways(
    office: Office, somebody_at: Window, width: int, lang: str
) -> None:
    who = busy(office)
    page = somebody_at("admin", width=width, lang=lang)
    for path in ("/admin", "/admin/stuck", "/admin/messages", "/admin/stock", "/admin/outages", "/admin/outages/1",
                 "/admin/people", f"/admin/people/{who}", "/admin/people/sari.baru", "/admin/people/hesti.rumagit",
                 "/admin/people/admin", "/admin/new-person", "/admin/teams", "/admin/journal",
                 "/admin/journal?actor=nobody", "/admin/journal/people", "/account"):  # fmt: skip
        page.goto(path)
        accessible(page)
    page.goto("/admin/new-person")
    page.click("main form button")
    page.wait_for_selector(".govuk-error-summary")
    accessible(page)
    page.goto("/admin/people/sari.baru")
    page.click("form[action$='/password'] button")
    page.wait_for_selector("#given")
    accessible(page)


def test_somebody_is_added_chooses_their_password_and_is_let_go_without_script(
    office: Office, somebody_at: Window, window: Window
) -> None:
    page = somebody_at("admin", script=False)
    page.goto("/admin/new-person")
    for field, value in (("#name", "Sari Baru"), ("#username", "sari.baru")):
        page.fill(field, value)
    page.select_option("#team", "manual/manual-front")
    page.click("main form button")
    page.wait_for_url("**/admin/people/sari.baru")
    page.click("form[action$='/password'] button")
    given = page.inner_text("#given")
    theirs = window(script=False, width=320)
    theirs.goto("/sign-in")
    theirs.fill("#username", "sari.baru")
    theirs.fill("#password", given)
    theirs.press("#password", "Enter")
    theirs.wait_for_selector("#again")
    for field, value in (("#old", given), ("#new", PASSWORD), ("#again", PASSWORD)):
        theirs.fill(field, value)
    theirs.press("#again", "Enter")
    theirs.wait_for_url("**/desk")
    page.goto("/admin/people/sari.baru")
    page.fill("#leave-reason", "one day only")
    page.click("form[action$='/leave'] button")
    page.wait_for_url("**done=leave")
    theirs.goto("/desk")
    assert "/sign-in" in theirs.url
    page.goto("/admin/journal/people")
    assert "one day only" in page.inner_text("main")
    page.goto("/admin/journal")
    page.click("form[action='/admin/journal/verify'] button")
    page.wait_for_url("**/admin/journal#proof")
    assert "asked for at" in page.inner_text("main")
