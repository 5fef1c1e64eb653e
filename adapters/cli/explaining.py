"""`jalur explain`: how each due time of a dossier comes about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import As, Json, Number, command
from adapters.cli.output import say, say_json
from adapters.cli.session import open_office, who

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.words import Said
    from lanes.explain import Explained


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    command(
        app, "explain", "jalur explain ON-2026-000123 --code ABCD-EFGH-JKMN",
        "jalur explain ON-2026-000123 --as kepala",
        rich_help_panel="Seeing",
    )(explain)  # fmt: skip


def explain(
    number: Number,
    code: Annotated[
        str | None, typer.Option("--code", metavar="CODE", help="The tracking code of the receipt.")
    ] = None,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Tell how each due time comes about: how much time there is and who set it, what counted on each day, holidays,
    pauses, outages, and what is left; for a dossier that its applicant must complete also when it closes by rule at the
    earliest, and why that is later than it is due. In Indonesian, then in English; nothing in it is personal.

    For who holds the tracking code, or with --as for anybody who works here. Also checks that every stored due time
    follows from its ledger; exit code 1 when one does not.
    """
    if code and as_:
        raise typer.BadParameter("stands by itself, without --as", param_hint="--code")
    by = None if code else who(as_)
    office = open_office()
    told = office.explain.for_applicant(number, code) if code else office.explain.for_office(number, by=by or "")
    if as_json:
        say_json(told)
    else:
        _page(told)
    if told.faults:
        raise typer.Exit(1)


def _page(told: Explained) -> None:
    say(f"{told.number}  {told.title.id} / {told.title.en}")
    for language in ("id", "en"):
        say()
        _lines(told.notes, language)
        for due in told.dues:
            _lines(due.story, language)
            say()
    for fault in told.faults:
        say(f"DEFECT, please report: {fault}.")


def _lines(told: Sequence[Said], language: str) -> None:
    for each in told:
        say(getattr(each, language))
