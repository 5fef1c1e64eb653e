"""`jalur history`: another system's cases, kept as history."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.options import Json, command, group
from adapters.cli.output import console, say, say_json, table
from adapters.cli.session import open_engine, quiet

_PANEL = "History and proof"


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    history = group("Another system's cases, kept as history and never as live work.")
    command(
        history, "import", "jalur history import receipt.xes.gz --map config/maps/receipt.yaml",
        "jalur history import cases.csv --map my-map.yaml --json",
    )(import_)  # fmt: skip
    command(history, "list", "jalur history list")(list_)
    app.add_typer(history, name="history", rich_help_panel=_PANEL)


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A log: .xes or .csv, also with .gz.")],
    map_: Annotated[Path, typer.Option("--map", metavar="MAP", help="Which attribute means what, as YAML.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of logs that hold the same cases: a later export.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Import a log as history: all of it, or nothing when something in it is wrong. Twice adds nothing."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from adapters.clock import SystemClock
    from adapters.history import import_history, load_map

    quiet()
    mapping = load_map(map_)
    columns = (TextColumn("Importing"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(error=True), transient=True, disable=as_json) as bar:
        task = bar.add_task("import", total=None)
        result = import_history(
            open_engine(), file, mapping, now=SystemClock().now(), replace=replace,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )  # fmt: skip
    if as_json:
        say_json(result)
        return
    if result.already:
        with_map = "" if result.same_map else " (by another map then; the cases stay as they were read by it)"
        say(f"Nothing was added: {result.name} had been imported before{with_map}.")
    else:
        instead = f" in the place of {', '.join(result.replaced)}" if result.replaced else ""
        say(f"Imported {result.name}{instead}: {result.cases} cases, {result.events} events.")
    say("See how its lanes did: `jalur lane report --history`.")


def list_(as_json: Json = False) -> None:
    """List the imported logs."""
    from adapters.history import kept_logs

    logs = kept_logs(open_engine())
    if as_json:
        names = ("log_id", "name", "format", "imported_at", "cases", "events")
        say_json([{name: getattr(log, name) for name in names} for log in logs])
    elif logs:
        rows = [(log.log_id, log.name, log.format, log.cases, log.events) for log in logs]
        table("Imported logs", ("Log", "Name", "Format", "Cases", "Events"), rows, right=("Cases", "Events"))
    else:
        say("No history has been imported.")
        say("To try: `jalur history import FILE --map config/maps/receipt.yaml`.")
