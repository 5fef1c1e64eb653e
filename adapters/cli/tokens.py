"""`token`: access tokens of the API, made for a person, shown once, taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import As, Json, command, group, moment
from adapters.cli.output import local, pairs_table, say, say_json, table
from adapters.cli.session import open_office

if TYPE_CHECKING:
    from lanes.office import Office
    from lanes.records.tokens import Token

_LASTS = timedelta(days=90)
Scopes = Annotated[
    list[str],
    typer.Option("--scope", help="What it may be used for: LANE:read, LANE:submit, LANE:work, LANE:webhooks; or "
                 "admin, for administrators. Repeat it."),
]  # fmt: skip


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    token = group("Access tokens of the API.")
    command(
        token, "create",
        "jalur token create grace.supit --scope online:read --name 'waiting-room screen' --as grace.supit",
        "jalur token create maria.lumowa --scope online:read --scope online:webhooks --name portal "
        "--until 2027-06-30 --as admin",
    )(create)  # fmt: skip
    command(token, "list", "jalur token list", "jalur token list --of grace.supit --json")(list_)
    command(token, "revoke", "jalur token revoke tok-0123456789ab --as admin")(revoke)
    app.add_typer(token, name="token", rich_help_panel="Configuration and people")


def create(
    username: Annotated[
        str, typer.Argument(metavar="USERNAME", help="Whose token it is: it never may more than they.")
    ],
    scope: Scopes,
    name: Annotated[str, typer.Option("--name", help="What it is for, to know it by.")],
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="The last day, or an instant; 90 days from now if not given."),
    ] = None,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Make a token for a person; it is shown this once. For the person or an administrator.

    Without --as it counts as done by whoever runs this machine.
    """
    office = open_office()
    zone = office.config.office.timezone
    end = moment(until, zone, "--until") if until else office.clock.now() + _LASTS
    token, text = office.tokens.create(username, name=name, scopes=scope, until=end, by=as_)
    if as_json:
        say_json({"token": text, **_told(office, token)})
        return
    say(f"The token of {username}, shown this once:")
    say(text)
    pairs_table({"Called": token.id, "For": ", ".join(token.scopes), "Ends": local(token.ends_at, zone)})
    say(f"Use it as the header Authorization: Bearer TOKEN. To take it back: `jalur token revoke {token.id}`.")


def list_(
    of: Annotated[str | None, typer.Option("--of", metavar="USERNAME", help="Only this person's.")] = None,
    as_json: Json = False,
) -> None:
    """List the tokens, the newest first, ended ones too; never their texts."""
    office = open_office()
    found = office.tokens.listing(of)
    if as_json:
        say_json([_told(office, each) for each in found])
        return
    if not found:
        say("There is no token. To make one: `jalur token create --help`.")
        return
    zone = office.config.office.timezone
    rows = [(each.id, each.username, each.name, ", ".join(each.scopes), local(each.ends_at, zone), _state(office, each))
            for each in found]  # fmt: skip
    table("Tokens", ("Called", "Of", "Name", "For", "Ends", ""), rows)


def revoke(
    token: Annotated[str, typer.Argument(metavar="TOKEN", help="What it is called: `jalur token list`.")],
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Take a token back: it opens nothing from now on. For the person or an administrator."""
    office = open_office()
    found = office.tokens.revoke(token, by=as_)
    if as_json:
        say_json(_told(office, found))
    else:
        say(f"{found.id} of {found.username} opens nothing any more.")


def _state(office: Office, token: Token) -> str:
    return "revoked" if token.revoked_at else "ended" if token.ends_at <= office.clock.now() else ""


def _told(office: Office, token: Token) -> dict[str, object]:
    names = ("id", "username", "name", "scopes", "made_at", "made_by", "ends_at", "revoked_at")
    return {name: getattr(token, name) for name in names} | {"good": not _state(office, token)}
