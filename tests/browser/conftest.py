"""What browser tests share: one Chromium, an office that is served for real, and a look at each page for barriers.

`somebody_at("kepala")` is a browser window of somebody signed in. Every page that a test comes to is looked at by
axe-core when the test says `accessible(window)`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
import uvicorn
from browser.chromium import chromium
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from support.office import a_home, an_office
from support.web import PASSWORD, web_of

from adapters.web.building import ASSETS
from lanes.office import Office

AXE = ASSETS / "node_modules" / "axe-core" / "axe.min.js"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one Chromium of the session."""
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture
def office(tmp_path: Path, sqlite_template: Path) -> Office:
    """A fresh office."""
    return an_office(a_home(tmp_path, sqlite_template))


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    """Where the office's pages are served, on a port of their own."""
    server = uvicorn.Server(uvicorn.Config(web_of(office), port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


Window = Callable[..., Page]


@pytest.fixture
def window(browser: Browser, address: str) -> Iterator[Window]:
    """Opens a browser window, English, as wide as a desk's screen unless said otherwise; what its console complains of
    fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def heard(message: Any) -> None:
        answered = "status of 4" in message.text  # refusals are answers, which the browser counts as failures
        if message.type == "error" and not answered:
            complaints.append(message.text)

    def opened(*, width: int = 1200, script: bool = True, lang: str = "en") -> Page:
        context = browser.new_context(
            base_url=address, viewport={"width": width, "height": 800}, java_script_enabled=script
        )
        contexts.append(context)
        context.add_cookies([{"name": "lang", "value": lang, "url": address}])
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def somebody_at(window: Window, office: Office) -> Window:
    """Opens a window and signs somebody in."""

    def signed_in(username: str, **how: Any) -> Page:
        office.credentials.set_password(username, PASSWORD)
        page = window(**how)
        page.goto("/sign-in")
        page.fill("#username", username)
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url(lambda url: "/sign-in/code" in url or "/sign-in" not in url)
        if "/sign-in/code" in page.url:
            page.fill("#code", pyotp.TOTP(page.inner_text(".jalur-code")).at(office.clock.now()))
            page.press("#code", "Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    return signed_in


def accessible(page: Page) -> None:
    """Fail on any barrier that axe-core finds on the page shown, and on anything that scrolls sideways."""
    found = page.evaluate(f"(async () => {{ {AXE.read_text()}; return await axe.run(document) }})()")
    told = [f"{each['id']}: {node['html'][:200]}" for each in found["violations"] for node in each["nodes"]]
    assert told == [], f"barriers on {page.url}: {told}"
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide, f"{page.url} scrolls sideways at {page.viewport_size}"
