"""What keeps work moving: `retry`, `cancel`, `migrate`, `stock`, `outbox`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import As, InLane, Json, Limit, Number, StepName, command, group
from adapters.cli.output import local, progress_bar, say, say_json, table
from adapters.cli.session import open_office, settings, what_next, who
from domain.words import counted

if TYPE_CHECKING:
    from lanes.store import Message

_PANEL = "Keeping work moving"


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    panel = {"rich_help_panel": _PANEL}
    command(app, "retry", "jalur retry ON-2026-000123 --as maria.lumowa", "jalur retry --all --as admin",
            **panel)(retry)  # fmt: skip
    command(app, "cancel", "jalur cancel ON-2026-000123 --reason TEXT --as debora.paputungan", **panel)(cancel)
    command(app, "migrate", "jalur migrate ON-2026-000123 --as admin", **panel)(migrate)
    command(app, "outbox", "jalur outbox", "jalur outbox --status failed --json", **panel)(outbox)
    command(app, "resend", "jalur resend 421 --as admin", **panel)(resend)
    stock = group("Card blanks: how many there are, and what comes in.")
    command(stock, "show", "jalur stock show")(show)
    command(stock, "refill", "jalur stock refill ktp_blank 500 --as adelina.paputungan")(refill)
    app.add_typer(stock, name="stock", rich_help_panel=_PANEL)


def retry(
    number: Annotated[str | None, typer.Argument(metavar="[NUMBER]", help="The dossier's number.")] = None,
    step: StepName = None,
    all_: Annotated[bool, typer.Option("--all", help="Every stuck step that you may take on again.")] = False,
    lane: InLane = None,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Take a stuck step on again, once its reason is gone; for its team's lead, the lane's manager or an administrator.
    The end of an outage does so by itself for the dossiers that it held."""
    if (number is None) is not all_ or (all_ and step is not None):
        raise typer.BadParameter("give a dossier's number, or --all", param_hint="NUMBER")
    by = who(as_)
    office = open_office()
    if number is None:
        with progress_bar("Steps", as_json) as told:
            done = office.engine.retry_all(lane, by=by, progress=told)
        if as_json:
            say_json([{"number": each, "step": name} for each, name in done])
        else:
            say(f"Ready again: {counted(len(done), 'step')}." if done else "No step is stuck.")
        return
    task = office.engine.retry(number, step, by=by)
    then = what_next(office, number)
    if as_json:
        say_json({"number": number, "step": task.step, "next": then})
    else:
        say(f"Step {task.step} is ready again. {then}")


def cancel(
    number: Number,
    reason: Annotated[str, typer.Option("--reason", help="Why; the applicant is told.")] = "",
    as_: As = None,
    as_json: Json = False,
) -> None:
    """End a dossier by the office, with a reason, as long as no document of it is sealed. What is open in it is
    cancelled; the applicant is told."""
    by = who(as_)
    office = open_office()
    dossier = office.closing.cancel(number, reason=reason, by=by)
    if as_json:
        say_json({"number": number, "status": dossier.status})
    else:
        say(f"{number} is {dossier.status}; the message to the applicant is in `jalur outbox`.")


def migrate(number: Number, as_: As = None, as_json: Json = False) -> None:
    """Let a dossier go on under its workflow as it is configured now; for the lane's manager or an administrator."""
    by = who(as_)
    office = open_office()
    dossier = office.versions.migrate(number, by=by)
    if as_json:
        say_json({"number": number, "workflow_version": dossier.workflow_version})
    else:
        say(f"{number} goes on under version {dossier.workflow_version} of {dossier.code}. {what_next(office, number)}")


def outbox(
    status: Annotated[
        str | None, typer.Option("--status", help="Only: queued, sending, sent, failed, unconfirmed or overtaken.")
    ] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List messages to applicants and staff, the newest first, and what became of them. Recipients are not shown."""
    known = ("queued", "sending", "sent", "failed", "unconfirmed", "overtaken")
    if status not in (None, *known):
        raise typer.BadParameter(f"choose one of {', '.join(known)}", param_hint="--status")
    office = open_office()
    found = office.outbox.listing(status=status, limit=limit)
    if as_json:
        names = ("id", "message", "lane", "to_person", "status", "attempts", "queued_at", "sent_at", "next_at", "error")
        say_json([{"dossier": _about(m), **{name: getattr(m, name) for name in names}} for m in found])
        return
    if not found:
        say("There are no messages." if status is None else f"No message is {status}.")
        say("They are queued as dossiers move and sent by `jalur up`.")
        return
    zone = office.config.office.timezone
    rows = [(m.id, m.message, _about(m), m.lane, m.to_person or "applicant", m.status, m.attempts,
             local(m.queued_at, zone), local(m.sent_at, zone), m.error or "") for m in found]  # fmt: skip
    table(
        "Messages",
        ("No.", "Message", "Dossier", "Lane", "To", "Status", "Tries", "Queued", "Sent", "Error"),
        rows,
        right=("No.", "Tries"),
    )
    if settings().mail_url is None and settings().phone_url is None:
        say(f"Sent messages can be read in {settings().home / 'messages'}.")


def resend(
    message: Annotated[int, typer.Argument(metavar="MESSAGE", help="Its number: see `jalur outbox`.")],
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Send a message once more that failed or that nobody confirmed; an unconfirmed one may then come twice."""
    by = who(as_)
    office = open_office()
    again = office.outbox.resend(message, by=by)
    if as_json:
        say_json({"id": again.id, "status": again.status})
    else:
        say(f"Message {again.id} ({again.message}) is queued again.")


def _about(message: Message) -> str:
    """The number of the dossier a message is about: its key begins with it; "" for another one."""
    number = message.key.partition(":")[0]
    return number if "-" in number else ""


def show(as_json: Json = False) -> None:
    """Show how many card blanks are available and reserved."""
    office = open_office()
    items = office.config.office.stock
    levels = office.stock.levels()
    if as_json:
        say_json({item: {"available": available, "reserved": reserved, "warn_below": items[item].warn_below}
                  for item, (available, reserved) in levels.items() if item in items})  # fmt: skip
        return
    rows = [(item, items[item].title.en, available, reserved, "LOW" if available < items[item].warn_below else "")
            for item, (available, reserved) in levels.items() if item in items]  # fmt: skip
    table("Card blanks", ("Item", "", "Available", "Reserved", ""), rows, right=("Available", "Reserved"))
    say("What comes in: `jalur stock refill ITEM COUNT --as USERNAME` (a print operator or an administrator).")


def refill(
    item: Annotated[str, typer.Argument(metavar="ITEM", help="Which blank: see `jalur stock show`.")],
    count: Annotated[int, typer.Argument(metavar="COUNT", help="How many came in.")],
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Record blanks that came in. Steps that wait for them go on at once."""
    by = who(as_)
    office = open_office()
    available = office.stock.refill(item, count, by=by)
    if as_json:
        say_json({"item": item, "available": available})
    else:
        say(f"{item}: {available} available. Steps that waited for it are ready again.")
