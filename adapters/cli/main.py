"""`jalur`: the commands put together, and the boundary around them.

Only typer is imported here: what a command needs is imported when it runs, so that `jalur --help` answers at once.
"""

from __future__ import annotations

import sys

import typer

from adapters.cli import (
    applicant,
    audits,
    benches,
    configs,
    desk,
    exports,
    histories,
    lists,
    operators,
    running,
    tending,
    workflows,
)
from adapters.cli.boundary import guarded

app = typer.Typer(
    name="jalur",
    help="Jalur carries a registration office's dossiers through two lanes, online and manual. "
    "Begin with `jalur demo`, `jalur up`, then `jalur tasks`.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
)
for _subject in (
    running,
    applicant,
    desk,
    lists,
    tending,
    audits,
    workflows,
    configs,
    operators,
    histories,
    exports,
    benches,
):
    _subject.add_to(app)


def main() -> None:
    """The console script."""
    run = typer.main.get_command(app)
    sys.exit(guarded(lambda: run.main(prog_name="jalur", standalone_mode=False), as_json="--json" in sys.argv[1:]))


if __name__ == "__main__":
    main()
