"""`jalur audit`: the journal's proof."""

from __future__ import annotations

import typer

from adapters.cli.boundary import REFUSED
from adapters.cli.options import Json, command, group
from adapters.cli.output import say, say_json
from adapters.cli.session import open_office


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    audit = group("The journal's proof: every chain, every seal, no dossier missing.")
    command(audit, "verify", "jalur audit verify", "jalur audit verify --json")(verify)
    command(audit, "seal", "jalur audit seal")(seal)
    app.add_typer(audit, name="audit", rich_help_panel="History and proof")


def verify(as_json: Json = False) -> None:
    """Check the whole journal for edits, gaps, reorders and removals. Exit code 1 when it is not whole."""
    faults = open_office().audit.verify()
    if as_json:
        say_json({"whole": not faults, "faults": faults})
    elif faults:
        say(f"The journal is NOT whole ({len(faults)} faults):")
        for fault in faults:
            say(f"  - {fault}")
        say("Stop the office, keep this database as it is, and compare it with a backup.")
    else:
        say("The journal is whole. Put a seal over it with `jalur audit seal`.")
    if faults:
        raise typer.Exit(REFUSED)


def seal(as_json: Json = False) -> None:
    """Put one seal over all that was journalled since the last one. `jalur up` does it from time to time."""
    count = open_office().audit.seal()
    if as_json:
        say_json({"sealed": count})
    else:
        say(f"{count} dossiers sealed." if count else "Nothing new to seal.")
