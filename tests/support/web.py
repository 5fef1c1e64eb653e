"""Somebody in a browser without script: pages asked for, forms filled in and sent as they are shown.

`a_visitor(office)` is somebody whom nobody knows; `somebody(office, "kepala")` is signed in already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyotp
from fastapi.testclient import TestClient
from httpx import Response

from adapters.settings import Settings
from adapters.web.app import create_app
from adapters.web.words import language
from lanes.office import Office

PASSWORD = "kuda lumping di pasar"


@dataclass
class Form:
    """A form of a page: where it goes, and what stands in it (the first value of each name; all in `every`, and all
    ticked boxes of a name in `ticked`)."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    every: list[tuple[str, str]] = field(default_factory=list)
    ticked: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self.links: list[str] = []
        self._open: Form | None = None
        self._select: str | None = None
        self._quiet = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("script", "style", "title"):
            self._quiet += 1
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
        if self._open is None:
            return
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "input" and name:
            self._open.every.append((name, given.get("value", "")))
            if kind not in ("checkbox", "radio", "file") or "checked" in given:
                self._open.values.setdefault(name, given.get("value", ""))
            if kind == "checkbox" and "checked" in given:
                self._open.ticked.setdefault(name, []).append(given.get("value", ""))
        elif tag == "button" and name:
            self._open.buttons.append((name, given.get("value", "")))
        elif tag == "textarea" and name:
            self._open.values.setdefault(name, "")
        elif tag == "select" and name:
            self._select = name
        elif tag == "option" and self._select:
            self._open.every.append((self._select, given.get("value", "")))
            if "selected" in given or self._select not in self._open.values:
                self._open.values[self._select] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "title"):
            self._quiet -= 1
        if tag == "form":
            self._open = None
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if not self._quiet and data.strip():
            self.words.append(" ".join(data.split()))


class Page:
    """An answer, as somebody reads it."""

    def __init__(self, response: Response) -> None:
        self.response, self.status = response, response.status_code
        self._reader = _Reader()
        self._reader.feed(response.text)

    @property
    def words(self) -> str:
        """Everything that can be read on it, in one line."""
        return " ".join(self._reader.words)

    @property
    def links(self) -> list[str]:
        """Where its links lead."""
        return self._reader.links

    @property
    def forms(self) -> list[Form]:
        """Its forms."""
        return self._reader.forms

    @property
    def path(self) -> str:
        """Where one is, after all redirects."""
        return self.response.url.path

    def form(self, action: str) -> Form:
        """The form that goes to an address (its path, without a query)."""
        found = [form for form in self.forms if form.action.partition("?")[0] == action]
        assert found, f"no form to {action} among {[form.action for form in self.forms]} on {self.path}: {self.words}"
        return found[0]


class Visitor:
    """A browser of its own, with its cookies."""

    def __init__(self, app: Any) -> None:
        self.office: Office = app.state.current.office()
        self.client = TestClient(app, base_url="http://testserver", follow_redirects=True)
        self.page: Page | None = None

    def in_english(self) -> Visitor:
        """Who reads English from now on."""
        self.client.cookies.set("lang", "en")
        return self

    def get(self, path: str, **headers: str) -> Page:
        """Ask for a page."""
        self.page = Page(self.client.get(path, headers=headers))
        return self.page

    def send(self, action: str, /, files: Any = None, **values: Any) -> Page:
        """Send the form of the page shown that goes to `action`, with these values in place of what stands in it; a
        list sends a name several times, None leaves it out."""
        assert self.page is not None, "no page is shown"
        form = self.page.form(action)
        data = {name: value for name, value in {**form.values, **form.ticked, **values}.items() if value is not None}
        self.page = Page(self.client.post(form.action, data=data, files=files))
        return self.page

    def sign_in(self, username: str, password: str = PASSWORD) -> Page:
        """Sign in."""
        self.get("/sign-in")
        page = self.send("/sign-in", username=username, password=password)
        if page.path == "/sign-in/code" and "secret" in page.form("/sign-in/code").values:
            return self.take_up_a_device(page.form("/sign-in/code").values["secret"])
        return page

    def take_up_a_device(self, secret: str) -> Page:
        """Give the first code of a new device."""
        return self.send("/sign-in/code", code=pyotp.TOTP(secret).at(self.office.clock.now()))


def in_both(words: Callable[[str], str], of: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """What each is called in English, and in Indonesian."""
    names, told = [*of], list[dict[str, str]]()
    for each in ("en", "id"):
        chosen = language.set(each)
        try:
            told.append({name: words(name) for name in names})
        finally:
            language.reset(chosen)
    english, indonesian = told
    return english, indonesian


def web_of(office: Office, **settings: Any) -> Any:
    """The web application over an office."""
    return create_app(office, Settings(home=Path("var"), **settings))


def a_visitor(office: Office, **settings: Any) -> Visitor:
    """Somebody whom nobody knows."""
    return Visitor(web_of(office, **settings))


def somebody(office: Office, username: str, **settings: Any) -> Visitor:
    """Somebody of the office, signed in."""
    office.credentials.set_password(username, PASSWORD)
    visitor = a_visitor(office, **settings)
    page = visitor.sign_in(username)
    assert page.path != "/sign-in", page.words
    return visitor
