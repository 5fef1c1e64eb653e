"""What the demo tells a person at its end: a table of the lanes, and where to look next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from adapters.demo.clock_report import print_clocks
from adapters.demo.figures import LaneFigures
from adapters.demo.five_weeks_report import print_five_weeks

_ROWS = (
    ("submitted", "submitted", ""), ("issued", "issued", ""), ("open", "open", ""),
    ("returned", "  of these returned to the applicant", ""), ("rejected", "rejected", ""),
    ("cancelled", "cancelled", ""), ("withdrawn", "withdrawn", ""), ("on_time_percent", "issued on time", " %"),
    ("median_working_hours", "median to issue", " working h"), ("p90_working_hours", "p90 to issue", " working h"),
    ("overdue", "overdue now", ""), ("stuck", "stuck now", ""),
)  # fmt: skip


def print_report(
    console: Console, lanes: Sequence[LaneFigures], *, faults: Sequence[str], runs: int, looks: Sequence[str],
    facts: Mapping[str, Any],
) -> None:  # fmt: skip
    """Print the table, the journal's state and the commands in `looks`."""
    table = Table(title=f"{facts['dossiers']} dossiers, {facts['from']} to {facts['until']} (office time)")
    table.add_column("")
    for figures in lanes:
        table.add_column(figures.lane, justify="right")
    for name, title, unit in _ROWS:
        values = [getattr(figures, name) for figures in lanes]
        table.add_row(title, *("-" if value is None else f"{value}{unit}" for value in values))
    console.print(table)
    print_clocks(console, facts["clocks"])
    if "five_weeks" in facts:
        print_five_weeks(console, facts["five_weeks"])
    console.print(f"{runs} task runs of the automatic steps stand in Prefect, tagged lane:… and type:…")
    console.print("Journal: whole, every chain and seal holds." if not faults else f"Journal: {len(faults)} faults!")
    for fault in faults[:10]:
        console.print(f"  {fault}", markup=False)
    console.print("\nLook next:")
    for look in looks:
        console.print(f"  {look}", markup=False, highlight=False, soft_wrap=True)
