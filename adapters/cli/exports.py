"""`jalur export xes|csv`: imported history given back, or this office's own dossiers as an event log."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from adapters.cli.options import Json, command, group
from adapters.cli.output import say, say_json
from adapters.cli.session import open_engine

Log = Annotated[
    str | None, typer.Option("--log", metavar="LOG", help="Which imported log (`jalur history list`), if many.")
]
Live = Annotated[bool, typer.Option("--live", help="This office's own dossiers instead.")]
Out = Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="Where to; else standard output.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    export = group("Event logs for other programs. They hold no applicants' data of live dossiers.")
    command(export, "xes", "jalur export xes --out log.xes", "jalur export xes --live --out live.xes")(xes)
    command(export, "csv", "jalur export csv --out log.csv", "jalur export csv --live --for-spreadsheet -o live.csv")(
        csv
    )
    app.add_typer(export, name="export", rich_help_panel="History and proof")


def xes(log: Log = None, live: Live = False, out: Out = None, as_json: Json = False) -> None:
    """Write a log as XES (IEEE 1849); imported XES comes back case for case and event for event."""
    from adapters.history import export_xes
    from adapters.history.xes_writer import write_xes
    from adapters.sql.store import SqlStore
    from domain.eventlog import LogHeader, with_standard_attributes
    from lanes.eventlog import live_cases

    engine = open_engine()
    with _writing(out, as_json, text=False) as file:
        if live:
            write_xes(LogHeader(), with_standard_attributes(live_cases(SqlStore(engine))), file)
            name = "live"
        else:
            name = export_xes(engine, file, log).name
    _told(name, out, as_json)


def csv(
    log: Log = None,
    live: Live = False,
    for_spreadsheet: Annotated[
        bool, typer.Option("--for-spreadsheet", help="Guard texts that a spreadsheet would run as formulas.")
    ] = False,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Write a log as CSV, a row for each event; an imported CSV comes back row for row."""
    from adapters.history import export_csv
    from adapters.history.csv_writer import write_csv
    from adapters.sql.store import SqlStore
    from domain.eventlog import with_standard_attributes
    from lanes.eventlog import live_cases

    engine = open_engine()
    with _writing(out, as_json, text=True) as file:
        if live:
            store = SqlStore(engine)
            write_csv(lambda: with_standard_attributes(live_cases(store)), file, for_spreadsheet=for_spreadsheet)
            name = "live"
        else:
            name = export_csv(engine, file, log, for_spreadsheet=for_spreadsheet).name
    _told(name, out, as_json)


@contextmanager
def _writing(out: Path | None, as_json: bool, *, text: bool) -> Iterator[Any]:
    """Where the log goes; a file that is not written whole is not left behind."""
    if out is None:
        if as_json:
            raise typer.BadParameter("goes with --out FILE: standard output cannot hold both", param_hint="--json")
        yield sys.stdout if text else sys.stdout.buffer
        return
    part = out.with_name(f".{out.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") if text else part.open("wb") as file:
            yield file
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def _told(name: str, out: Path | None, as_json: bool) -> None:
    if out is None:
        return
    if as_json:
        say_json({"log": name, "file": out, "bytes": out.stat().st_size})
    else:
        say(f"Written: {out} ({name}).")
