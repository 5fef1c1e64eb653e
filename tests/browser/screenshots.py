"""Pictures of the main pages for the README: `make screenshots`, with a demo's office served by `make run`.

`python tests/browser/screenshots.py http://127.0.0.1:8000` writes small PNGs into docs/screenshots. Everybody on them
is made up: the demo's people.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from chromium import chromium
from PIL import Image
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
PHONE, DESK = 390, 1100
_TALLEST = 1400  # of a page, in its own pixels: enough to see what it is
_COLOURS = 32
_OPERATOR, _MANAGER, _PASSWORD = "yohanes.pangemanan", "maria.lumowa", "mari-coba-jalur"
_CLERK, _COURIER = "leonard.kawengian", "denny.sumampouw"
_HEAD, _ADMINISTRATOR = "kepala", "admin"
_JALUR = str(Path(sys.executable).with_name("jalur"))


def _keep(page: Page, name: str) -> None:
    height = min(page.evaluate("document.documentElement.scrollHeight"), _TALLEST)
    width = page.viewport_size["width"] if page.viewport_size else DESK
    shot = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height})
    image = Image.open(io.BytesIO(shot)).convert("RGB").quantize(_COLOURS)
    image.save(FOLDER / f"{name}.png", optimize=True)


def _submitted() -> tuple[str, str]:
    """Number and code of a made-up person's application, handed in online now."""
    example = subprocess.run([_JALUR, "submit", "KK-UBAH", "--lane", "online", "--example"],
                             check=True, capture_output=True, text=True).stdout  # fmt: skip
    receipt = subprocess.run([_JALUR, "submit", "KK-UBAH", "--lane", "online", "--file", "-", "--json"],
                             input=example, check=True, capture_output=True, text=True).stdout  # fmt: skip
    told = json.loads(receipt)
    return told["number"], told["code"]


def _sign_in(page: Page, username: str) -> None:
    page.goto("/sign-in")
    page.fill("#username", username)
    page.fill("#password", _PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(lambda url: not url.endswith("/sign-in"))


def _citizen(page: Page) -> None:
    for name, path in {
        "citizen-home": "/",
        "citizen-service": "/services/KK-UBAH",
        "public-figures": "/figures",
    }.items():
        page.goto(path)
        _keep(page, name)
    number, code = _submitted()
    page.goto("/track")
    page.fill("#number", number)
    page.fill("#code", code)
    page.press("#code", "Enter")
    page.wait_for_url("**/track/dossier")
    _keep(page, "citizen-track")


def _operator(page: Page) -> None:
    _sign_in(page, _OPERATOR)
    _keep(page, "desk")
    page.keyboard.press("n")
    page.wait_for_url("**/desk/tasks/*")
    _keep(page, "desk-task")


def _counter(page: Page) -> None:
    _sign_in(page, _CLERK)
    page.goto("/desk/counter")
    for first in ("", "elderly", ""):
        page.select_option("#first", first)
        page.click("form[action='/desk/counter/ticket'] button")
        page.goto("/desk/counter")
    if page.locator("#counter").count():
        page.fill("#counter", "3")
        page.press("#counter", "Enter")
        page.wait_for_selector(".jalur-ticket")
    _keep(page, "desk-counter")
    page.goto("/counter/display")
    _keep(page, "waiting-room")


def _courier(page: Page) -> None:
    _sign_in(page, _COURIER)
    page.goto("/desk/round")
    doors = page.locator("a.govuk-button")
    if doors.count():
        doors.first.click()
        page.wait_for_url("**/desk/round/*")
    _keep(page, "courier-door")


def _manager(page: Page) -> None:
    _sign_in(page, _MANAGER)
    page.goto("/manager")
    _keep(page, "manager-glance")
    page.goto("/manager/online/rules")
    _keep(page, "manager-rules")
    page.goto("/manager/online/escalations")
    _keep(page, "manager-escalations")


def _head(page: Page) -> None:
    _sign_in(page, _HEAD)
    page.goto("/desk/sign")
    _keep(page, "desk-sign")


def _administrator(page: Page) -> None:
    _sign_in(page, _ADMINISTRATOR)
    page.goto("/admin")
    _keep(page, "admin")


def main(address: str) -> None:
    """Take all of them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    takes: list[tuple[Callable[[Page], None], int]] = [
        (_citizen, PHONE), (_operator, DESK), (_counter, DESK), (_courier, PHONE), (_manager, DESK),
        (_head, DESK), (_administrator, DESK),
    ]  # fmt: skip
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for take, width in takes:
            context = browser.new_context(base_url=address, viewport={"width": width, "height": 800}, locale="en")
            context.add_cookies([{"name": "lang", "value": "en", "url": address}])
            take(context.new_page())
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
