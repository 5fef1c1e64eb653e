"""`jalur bench`: the promised numbers, each measured against what it is promised against, in one run."""

from __future__ import annotations

import gc
from dataclasses import asdict
from enum import StrEnum
from importlib import import_module

import typer

from adapters.cli.boundary import REFUSED
from adapters.cli.options import Json, command
from adapters.cli.output import console, say, say_json, table
from adapters.cli.session import quiet


class Bench(StrEnum):
    """The benchmarks there are, each a module of `adapters.bench` with `run()`."""

    LIFECYCLE = "lifecycle"
    CALENDAR = "calendar"
    LATENCY = "latency"
    ISOLATION = "isolation"
    PREVIEW = "preview"
    SWEEP = "sweep"
    WEB = "web"


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "bench", "jalur bench calendar", "jalur bench lifecycle --json", rich_help_panel="History and proof")(
        bench
    )


def bench(name: Bench, as_json: Json = False) -> None:
    """Measure on this machine, with data of its own; some seconds to minutes. Exit code 1 when a limit is missed."""
    quiet()
    gc.enable()
    with console(error=True).status(f"Measuring {name}: seconds to minutes."):
        rows = import_module(f"adapters.bench.{name}").run()
    if as_json:
        say_json([asdict(row) for row in rows])
    else:
        cells = [(row.name, row.compared, f"{row.ratio:.3g}", f"{row.sense.replace('_', ' ')} {row.limit:g}",
                  "yes" if row.met else "NO") for row in rows]  # fmt: skip
        table(f"Benchmark {name}", ("What", "Compared", "Ratio", "Limit", "Met"), cells, right=("Ratio",))
        say("The figures behind these ratios: --json.")
    if not all(row.met for row in rows):
        raise typer.Exit(REFUSED)
