"""`jalur`: the commands put together, and the boundary around them.

Only typer is imported here: what a command needs is imported when it runs, so that `jalur --help` answers at once.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

import typer

from adapters.cli import (
    applicant,
    audits,
    benches,
    complaints,
    configs,
    desk,
    escalations,
    explaining,
    exports,
    fairness,
    histories,
    keys,
    lanes,
    lists,
    operators,
    outreach,
    pauses,
    persons,
    running,
    tending,
    tokens,
    turns,
    waiting_room,
    webhooks,
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
    waiting_room,
    desk,
    lists,
    escalations,
    explaining,
    tending,
    pauses,
    complaints,
    persons,
    audits,
    workflows,
    configs,
    operators,
    tokens,
    webhooks,
    keys,
    histories,
    lanes,
    fairness,
    outreach,
    turns,
    exports,
    benches,
):
    _subject.add_to(app)


def run(arguments: Sequence[str]) -> int:
    """Run one command; gives the exit code: 0 done, 1 refused, 2 not used as its help says."""
    whole = typer.main.get_command(app)
    return guarded(
        lambda: whole.main(args=list(arguments), prog_name="jalur", standalone_mode=False),
        as_json="--json" in arguments,
    )


def main() -> None:
    """The console script."""
    gc.disable()  # until all is imported and opened: nothing of it is garbage, and looking for some takes 0.1 s
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
