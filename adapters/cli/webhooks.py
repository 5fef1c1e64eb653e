"""`jalur webhook`: programs told of a lane's events, and what became of what was sent to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import As, InLane, Json, Limit, command, group
from adapters.cli.output import local, pairs_table, say, say_json, table
from adapters.cli.session import open_office, who
from domain.roles import Lane

if TYPE_CHECKING:
    from lanes.records.webhooks import Subscription

Which = Annotated[str, typer.Argument(metavar="WEBHOOK", help="What it is called: `jalur webhook list`.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    webhook = group("Programs told of a lane's events by signed messages.")
    command(webhook, "list", "jalur webhook list --as admin", "jalur webhook list --lane online --json")(list_)
    command(
        webhook, "add",
        "jalur webhook add --lane online --kind dossier.issued --url https://example.org/jalur --as admin",
    )(add)  # fmt: skip
    command(webhook, "remove", "jalur webhook remove wh-0123456789ab --as admin")(remove)
    command(
        webhook, "deliveries", "jalur webhook deliveries wh-0123456789ab --as admin",
        "jalur webhook deliveries wh-0123456789ab --failed",
    )(deliveries)  # fmt: skip
    app.add_typer(webhook, name="webhook", rich_help_panel="Configuration and people")


def list_(lane: InLane = None, as_: As = None, as_json: Json = False) -> None:
    """List the webhooks of the lanes that one answers for; for their managers and administrators."""
    office = open_office()
    found = [each for each in office.webhooks.listing(by=who(as_)) if lane in (None, each.lane)]
    if as_json:
        say_json([_told(each) for each in found])
        return
    if not found:
        say("There is no webhook that you may see. To make one: `jalur webhook add --help`.")
        return
    zone = office.config.office.timezone
    rows = [(each.id, each.lane, each.url, ", ".join(each.kinds), each.made_by, local(each.made_at, zone))
            for each in found]  # fmt: skip
    table("Webhooks", ("Called", "Lane", "To", "Kinds", "By", "Since"), rows, whole=("Called",))


def add(
    lane: Annotated[Lane, typer.Option("--lane", help="Whose events.")],
    kind: Annotated[list[str], typer.Option("--kind", metavar="KIND", help="Such as dossier.issued; repeat it.")],
    url: Annotated[str, typer.Option("--url", metavar="URL", help="https, in the internet.")],
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Tell an address of a lane's events from now on. The secret that messages are signed with is shown this once."""
    made, secret = open_office().webhooks.subscribe(lane, url=url, kinds=kind, by=who(as_))
    if as_json:
        say_json({**_told(made), "secret": secret})
        return
    say(f"{made.id} is told of {', '.join(made.kinds)} of the {lane} lane. Its secret, shown this once:")
    say(secret)
    say(f"What became of messages: `jalur webhook deliveries {made.id}`.")


def remove(webhook: Which, as_: As = None, as_json: Json = False) -> None:
    """End a webhook: nothing more is sent to it, also what was queued."""
    open_office().webhooks.end(webhook, by=who(as_))
    if as_json:
        say_json({"id": webhook, "ended": True})
    else:
        say(f"{webhook} is told nothing more.")


def deliveries(
    webhook: Which,
    failed: Annotated[bool, typer.Option("--failed", help="Only those that were given up.")] = False,
    limit: Limit = 20,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Show the last messages of a webhook and what became of them, the newest first."""
    office, by = open_office(), who(as_)
    its = office.webhooks.get(webhook, by=by)
    found = office.webhooks.deliveries(webhook, by=by, status="failed" if failed else None, limit=limit)
    if as_json:
        names = ("id", "number", "kind", "at", "status", "attempts", "next_at", "sent_at", "error")
        say_json([{name: getattr(each, name) for name in names} for each in found])
        return
    zone = office.config.office.timezone
    pairs_table({"Called": its.id, "Lane": its.lane, "To": its.url, "Kinds": ", ".join(its.kinds)})
    if not found:
        say("Nothing was sent to it yet.")
        return
    rows = [(local(each.at, zone), each.number, each.kind, each.status, each.attempts, each.error or "")
            for each in found]  # fmt: skip
    table("Messages", ("When", "Dossier", "Kind", "State", "Tries", "Fault"), rows, right=("Tries",))


def _told(each: Subscription) -> dict[str, object]:
    names = ("id", "lane", "kinds", "url", "made_by", "made_at")
    return {name: getattr(each, name) for name in names}
