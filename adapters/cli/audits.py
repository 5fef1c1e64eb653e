"""`jalur audit`: the proof of journal, rows and documents."""

from __future__ import annotations

import typer

from adapters.cli.boundary import REFUSED
from adapters.cli.options import Json, command, group
from adapters.cli.output import say, say_json
from adapters.cli.session import open_office


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    audit = group("The proof: every chain and seal, no dossier missing, rows and documents as journalled.")
    command(audit, "verify", "jalur audit verify", "jalur audit verify --json")(verify)
    command(audit, "seal", "jalur audit seal")(seal)
    app.add_typer(audit, name="audit", rich_help_panel="History and proof")


def verify(as_json: Json = False) -> None:
    """Check the journal for edits, gaps and removals, and dossiers, tasks and documents against it. Exit code 1 when
    anything is wrong; each fault names dossier, table, column and row."""
    faults = open_office().audit.verify()
    if as_json:
        say_json({"whole": not faults, "faults": faults})
    elif faults:
        say(f"Something was changed behind the office's back ({len(faults)} faults):")
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
