"""`jalur audit`: the proof of journal, rows and documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from adapters.cli.boundary import REFUSED
from adapters.cli.options import Json, command, group
from adapters.cli.output import say, say_json
from adapters.cli.session import open_office
from domain.words import counted

Receipt = Annotated[
    tuple[str, str] | None,
    typer.Option("--receipt", metavar="NUMBER HASH", help="Hold the journal to this receipt of an applicant, too."),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    audit = group("The proof: every chain and seal, no dossier missing, rows and documents as journalled.")
    command(
        audit, "verify", "jalur audit verify", "jalur audit verify --json",
        "jalur audit verify --receipt ON-2026-000123 HASH", "jalur audit verify --dossier ON-2026-000123",
    )(verify)  # fmt: skip
    command(audit, "seal", "jalur audit seal")(seal)
    app.add_typer(audit, name="audit", rich_help_panel="History and proof")


def verify(
    receipt: Receipt = None,
    dossier: Annotated[
        str | None, typer.Option("--dossier", metavar="NUMBER", help="Check this dossier alone, at once.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check the journal for edits, gaps and removals, and dossiers, tasks and documents against it. Exit code 1 when
    anything is wrong; each fault names dossier, table, column and row.

    An applicant's receipt holds the journal to what it was when the application came in: a journal that was rewritten
    with all its hashes and seals is whole in itself, and not the one that the receipt was given for.
    """
    audit = open_office().audit
    found: dict[str, object] = {}
    standing, broken = "", list[str]()
    if receipt is not None:
        number, given = receipt
        entry = audit.receipt(number, given)
        found["receipt"] = {"number": number, "entry": entry}
        if entry is None:
            broken = [f"{number}: the journal is not the one that this receipt was given for"]
        else:
            standing = f"{number}: what this receipt was given for stands in the journal (entry {entry})."
    faults = (audit.verify() if dossier is None else audit.verify_one(dossier)) + broken
    if as_json:
        say_json({"whole": not faults, "faults": faults, **found})
    else:
        _say(faults, standing, dossier)
    if faults:
        raise typer.Exit(REFUSED)


def _say(faults: Sequence[str], standing: str, dossier: str | None) -> None:
    if standing:
        say(standing)
    if faults:
        say(f"Something was changed behind the office's back ({counted(len(faults), 'fault')}):")
        for fault in faults:
            say(f"  - {fault}")
        say("Stop the office, keep this database as it is, and compare it with a backup.")
    elif dossier is not None:
        say(f"{dossier.strip().upper()} is whole. Whether a dossier is missing, only the whole proof tells.")
    else:
        say("The journal is whole. Put a seal over it with `jalur audit seal`.")


def seal(as_json: Json = False) -> None:
    """Put one seal over all that was journalled since the last one. `jalur up` does it from time to time."""
    count = open_office().audit.seal()
    if as_json:
        say_json({"sealed": count})
    else:
        say(f"{counted(count, 'dossier')} sealed." if count else "Nothing new to seal.")
