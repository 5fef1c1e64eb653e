"""The manager's room in a real browser: an SLA tightened, applied and rolled back; barriers on every page."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from browser.conftest import Window, accessible
from playwright.sync_api import Page
from support.office import (
    CONFIG,
    a_dossier,
    a_home,
    an_office,
    clock_of,
    manager,
    members_of,
    somebody_for,
    to_the_end,
    waiting_at,
)

from domain.roles import Lane
from lanes.office import Office


@pytest.fixture
def office(tmp_path: Path, sqlite_template: Path) -> Office:
    """An office with a copy of the shipped configuration, which its manager may change."""
    folder, home = tmp_path / "config", tmp_path / "home"
    shutil.copytree(CONFIG, folder)
    home.mkdir()
    return an_office(a_home(home, sqlite_template), folder=folder)


def finished(office: Office) -> None:
    """A dossier that went to its end; in a thread of its own, because signing and the browser each want the loop."""
    with ThreadPoolExecutor(1) as aside:
        aside.submit(lambda: to_the_end(a_dossier(office).lodged())).result()


def busy(office: Office) -> None:
    """An office with something on every page: finished, late and overtaken work, a loan, an absence."""
    finished(office)
    waiting_at(office, "verify")
    clock_of(office).forward(days=2)
    office.watch.sweep(Lane.MANUAL)
    waiting_at(office, "receive")
    second = waiting_at(office, "receive")
    who = somebody_for(office, second.tasks["receive"])
    office.desk.claim(second.number, "receive", by=who,
                      out_of_turn=next(iter(office.config.lanes[Lane.MANUAL].out_of_turn.reasons)))  # fmt: skip
    by, until = manager(office), clock_of(office).now() + timedelta(days=3)
    guest, away = members_of(office, "manual-front")[-2:]
    office.people.lend(guest, lane=Lane.ONLINE, team="online-front", reason="a rush", until=until, by=by)
    office.people.absent(away, until, by=by)


def tightened(page: Page, office: Office, human: str = "7wm") -> None:
    """Write a shorter time for what people do into the editor, and look at the preview."""
    before = office.config.lanes[Lane.MANUAL].sla.default.human
    page.goto("/manager/manual/rules")
    text = page.input_value("#text")
    assert f"human: {before}\n" in text
    page.fill("#text", text.replace(f"human: {before}\n", f"human: {human}\n", 1))
    page.click("#preview")
    page.wait_for_url("**/rules/preview")


@pytest.mark.parametrize("script", [True, False])
def test_a_manager_tightens_a_time_and_takes_it_back(office: Office, somebody_at: Window, script: bool) -> None:
    finished(office)
    first = office.rules.in_force(Lane.MANUAL)
    page = somebody_at(manager(office), script=script)
    page.goto("/manager")
    page.click("text=Change its rules as text")
    tightened(page, office)
    assert "7wm" in page.inner_text("main")
    assert page.locator("img.jalur-chart").evaluate("it => it.complete && it.naturalWidth > 0")
    page.fill("#reason", "two more people")
    page.check("#recompute")
    page.click("#apply")
    page.wait_for_url("**/versions?done=*")
    current = office.rules.in_force(Lane.MANUAL)
    assert (current.reason, current.policy) == ("two more people", "recompute")
    page.click(f"text=Version {first.id} >> nth=0")
    page.fill("#reason", "it did not work")
    page.click("#rollback")
    page.wait_for_url("**/versions?done=*")
    assert office.rules.in_force(Lane.MANUAL).source == first.source


@pytest.mark.parametrize("script", [True, False])
def test_a_manager_fills_in_times_as_a_form_and_answers_for_a_turn(
    office: Office, somebody_at: Window, script: bool
) -> None:
    busy(office)
    page = somebody_at(manager(office), script=script)
    page.goto("/manager")
    page.click("main >> text=in a form >> nth=0")
    page.fill("[id='sla.default.human']", "soon")
    page.click("#preview")
    assert "'soon' is not a duration" in page.inner_text(".govuk-error-summary")
    page.fill("[id='sla.default.human']", "7wm")
    page.select_option("#show", "MTI")
    page.click("button[value=show]")
    page.fill("[id='sla.types.MTI.steps.verify']", "20wm")
    page.click("#preview")
    assert "7wm" in page.inner_text("main")
    page.fill("#reason", "two more people")
    page.click("#apply")
    page.wait_for_url("**/versions?done=*")
    source = office.rules.in_force(Lane.MANUAL).source
    assert "human: 7wm" in source
    assert "MTI: {target: 4wh, steps: {verify: 20wm}}" in source

    page.goto("/manager/manual/turns")
    page.click("button[value=objected]")
    assert "Write why you object" in page.inner_text(".govuk-error-summary")
    if script:  # which axe is too
        accessible(page)
    page.fill("input[name=remark]", "nobody is ill")
    page.click("button[value=objected]")
    page.wait_for_url("**/turns?done=objected")
    assert office.turn_reviews.waiting(Lane.MANUAL, by=manager(office)) == []


def test_a_mistake_is_told_with_its_line_and_the_text_stays(office: Office, somebody_at: Window) -> None:
    page = somebody_at(manager(office))
    tightened(page, office, "soon")
    assert "Line " in page.inner_text(".govuk-error-summary")
    assert "human: soon" in page.input_value("#text")
    accessible(page)
    assert len(office.rules.versions(Lane.MANUAL)) == 1


@pytest.mark.parametrize("width", [320, 900, 1200])
@pytest.mark.parametrize("lang", ["id", "en"])
def test_no_page_of_the_room_has_a_barrier_or_scrolls_sideways(
    office: Office, somebody_at: Window, width: int, lang: str
) -> None:
    busy(office)
    page = somebody_at(manager(office), width=width, lang=lang)
    for path in ("/manager", "/manager/manual/dossiers", "/manager/manual/dossiers?show=overdue",
                 "/manager/manual/queue/receive", "/manager/manual/escalations", "/manager/manual/turns",
                 "/manager/manual/versions", "/manager/people", "/manager/manual/rules",
                 "/manager/manual/rules/form", "/manager/manual/rules/form?part=KWN",
                 "/manager/manual/staffing?team=manual-front&people=3", "/manager/online/rules"):  # fmt: skip
        page.goto(path)
        accessible(page)
    tightened(page, office)
    page.locator("details").evaluate_all("all => all.forEach(each => each.open = true)")
    accessible(page)
    page.fill("#reason", "two more people")
    page.click("#apply")
    page.wait_for_url("**/versions?done=*")
    accessible(page)
    page.goto(f"/manager/versions/{office.rules.versions(Lane.MANUAL)[-1][0].id}")
    page.locator("details").evaluate_all("all => all.forEach(each => each.open = true)")
    accessible(page)
