"""`jalur key`: the keys by which personal data are encrypted at rest."""

from __future__ import annotations

import typer

from adapters.cli.options import Json, command, group
from adapters.cli.output import say, say_json
from adapters.cli.session import settings
from domain.errors import Refused


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    key = group("The keys of personal data at rest.")
    command(key, "rotate", "jalur key rotate", "jalur key rotate --json")(rotate)
    app.add_typer(key, name="key", rich_help_panel="Configuration and people")


def rotate(as_json: Json = False) -> None:
    """Add a key, with which personal data are encrypted from now on: when somebody leaves who had the old one, or every
    year. What was written before stays readable, and what is searched for is found as before. Whoever has the data
    folder may do this."""
    from adapters.vault import FileVault

    path = settings().keys
    if not path.exists():
        raise Refused("no_keys", f"There is no key file {path}: no office has begun here, or its keys are lost.",
                      allowed="the home of an office (JALUR_HOME), or its key file back from a backup")  # fmt: skip
    made = FileVault(path, create=False).rotate()
    if as_json:
        say_json({"key": made, "file": str(path)})
        return
    say(f"Key {made} is in force for this program. Others use it from their next start: restart `jalur up`.")
    say(f"Back {path} up now, away from the database: without it nobody reads what is written from here on.")
