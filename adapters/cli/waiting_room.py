"""The waiting room: `counter ticket`, `counter call`, `counter absent`, `counter served`, `counter show`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapters.cli.options import As, Json, command, group
from adapters.cli.output import say, say_json
from adapters.cli.session import open_office, who

if TYPE_CHECKING:
    from domain.ticket import Ticket


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    counter = group("The waiting room of the walk-in lane: numbers given at the door and called to the counters.")
    command(counter, "show", "jalur counter show")(show)
    command(counter, "ticket", "jalur counter ticket --as leonard.kawengian",
            "jalur counter ticket --first elderly --as leonard.kawengian")(ticket)  # fmt: skip
    command(counter, "call", "jalur counter call 3 --as leonard.kawengian",
            "jalur counter call 3 --number A-041 --as leonard.kawengian")(call)  # fmt: skip
    command(counter, "absent", "jalur counter absent --as leonard.kawengian")(absent)
    command(counter, "served", "jalur counter served --as leonard.kawengian")(served)
    app.add_typer(counter, name="counter", rich_help_panel="For applicants")


def show(as_json: Json = False) -> None:
    """Which number is at which counter, how many wait, and who did not come."""
    board = open_office().hall.board()
    if as_json:
        say_json({"called": [_told(each) for each in board.called], "waiting": board.waiting, "first": board.first,
                  "absent": [_told(each) for each in board.absent]})  # fmt: skip
        return
    for each in board.called:
        say(f"{each.number} is at counter {each.counter}.")
    say(f"{board.waiting} waiting, {board.first} of them to be served first.")
    if board.absent:
        say(f"Called, and nobody came: {', '.join(each.number for each in board.absent)}.")


def ticket(
    first: Annotated[
        str, typer.Option("--first", help="Called before the others, as: elderly, disabled, pregnant or infant.")
    ] = "",
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Give a number to somebody at the door; for the walk-in lane's front office, as all of these."""
    by = who(as_)
    _say(open_office().hall.take(by=by, first=first), "waits", as_json)


def call(
    counter: Annotated[int, typer.Argument(help="The counter's number.")],
    number: Annotated[str, typer.Option("--number", help="Call this one again.")] = "",
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Call the next number to a counter: whom the law has served first, then the others in their order."""
    by = who(as_)
    hall = open_office().hall
    found = hall.call_again(number, counter, by=by) if number else hall.call(counter, by=by)
    if found is not None:
        _say(found, f"is called to counter {found.counter}", as_json)
    elif as_json:
        say_json(None)
    else:
        say("Nobody waits.")


def absent(as_: As = None, as_json: Json = False) -> None:
    """Nobody came with the number that you have called; it may be called again the same day."""
    by = who(as_)
    _say(open_office().hall.missed(by=by), "did not come", as_json)


def served(as_: As = None, as_json: Json = False) -> None:
    """Who came with the number that you have called was served, and handed nothing in."""
    by = who(as_)
    _say(open_office().hall.served(by=by), "was served", as_json)


def _say(ticket: Ticket, what: str, as_json: bool) -> None:
    if as_json:
        say_json(_told(ticket))
    else:
        say(f"{ticket.number} {what}.")


def _told(ticket: Ticket) -> dict[str, Any]:
    return {"number": ticket.number, "first": ticket.first, "status": ticket.status, "taken_at": ticket.taken_at,
            "counter": ticket.counter, "called_at": ticket.called_at}  # fmt: skip
