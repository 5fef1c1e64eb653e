"""The waiting room: numbers given at the door, called to a counter, and shown on a screen that names nobody."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web import typed
from adapters.web.pages import page
from adapters.web.session import Me, OfficeNow, Posted
from adapters.web.words import gettext as _
from adapters.web.words import mark
from domain.ticket import FIRST

router = APIRouter()
screen = APIRouter()
_FIRST: Final = {
    "elderly": mark("elderly"), "disabled": mark("with a disability"), "pregnant": mark("pregnant"),
    "infant": mark("with an infant"),
}  # fmt: skip


def first_words() -> dict[str, str]:
    """For what a number is called before the others."""
    return {each: _(_FIRST[each]) for each in FIRST}


@router.post("/counter/ticket")
def take(me: Me, office: OfficeNow, form: Posted) -> Response:
    """Give a number to somebody at the door."""
    ticket = office.hall.take(by=me.username, first=str(form.get("first", "")))
    return RedirectResponse(f"/desk/counter/ticket/{ticket.number}", 303)


@router.get("/counter/ticket/{number}")
def ticket(request: Request, me: Me, office: OfficeNow, number: str) -> Response:
    """The number, to print."""
    found = office.hall.ticket(number, by=me.username)
    return page(request, "desk/ticket.html", ticket=found, ahead=office.hall.ahead_of(found),
                crumbs=[(_("My desk"), "/desk"), (_("Counter"), "/desk/counter"), found.number])  # fmt: skip


@router.post("/counter/call")
def call(me: Me, office: OfficeNow, form: Posted) -> Response:
    """Call the next number to this counter, or one again that is named."""
    number, counter = str(form.get("number", ""))[:10], typed.whole(form.get("counter"), 3)
    if number:
        office.hall.call_again(number, counter, by=me.username)
        return RedirectResponse("/desk/counter", 303)
    found = office.hall.call(counter, by=me.username)
    return RedirectResponse("/desk/counter" if found else "/desk/counter?nobody=true", 303)


@router.post("/counter/absent")
def absent(me: Me, office: OfficeNow) -> Response:
    """Nobody came with the number that is called."""
    office.hall.missed(by=me.username)
    return RedirectResponse("/desk/counter", 303)


@router.post("/counter/served")
def served(me: Me, office: OfficeNow) -> Response:
    """Who came was served without an application."""
    office.hall.served(by=me.username)
    return RedirectResponse("/desk/counter", 303)


@screen.get("/counter/display")
def display(request: Request, office: OfficeNow) -> Response:
    """The screen in the waiting room: which number goes to which counter. For everybody; it names nobody."""
    return page(request, "desk/display.html", board=office.hall.board())
