"""The five weeks for people: a table a lane, when the parity alarm was up, and how far the preview was right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from adapters.demo.five_weeks import FLOODED
from domain.roles import Lane

_ROWS = (
    ("submitted", "came in", ""), ("waited_median_h", "a task waited, median", " h"),
    ("waited_p95_h", "a task waited, p95", " h"), ("took_median_h", "to issue, median", " h"),
    ("on_time", "on time", "%"), ("warnings", "warned before due", ""), ("escalations", "escalated after due", ""),
    ("people", "people who heard", ""),
)  # fmt: skip


def print_five_weeks(console: Console, told: Mapping[str, Any]) -> None:
    """Print what `five_weeks_figures` gave."""
    for lane in Lane:
        table = Table(title=f"The {lane} lane in five weeks (working hours of the lane)")
        table.add_column("")
        for number, week in enumerate(told["weeks"], 1):
            table.add_column(f"{number}. {week['what']}", justify="right")
        for name, title, unit in _ROWS:
            table.add_row(title, *(_cell(week[lane.value][name], unit) for week in told["weeks"]))
        console.print(table)
    for line in _lines(told):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _cell(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    return f"{value:.1%}" if unit == "%" else f"{value}{unit}"


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    of_types = [each for each in told["alarms"] if each["type"] != "all"]
    for each in told["alarms"]:
        if each in of_types:
            continue
        down = f"down {each['down']:%a %d %b %H:%M} UTC" if each["down"] else "still up"
        up = each["medians_up"]
        yield (f"Parity alarm for all types together: up {each['up']:%a %d %b %H:%M} UTC (median {up['online']} h online, "
               f"{up['manual']} h at the counters), {down}.")  # fmt: skip
    if of_types:
        yield f"Parity alarms for single types: {len(of_types)}, still up: {sum(not each['down'] for each in of_types)}."
    before, flooded = told["weeks"][FLOODED - 1 : FLOODED + 1]
    waits = {lane: (flooded[lane]["waited_p95_h"], before[lane]["waited_p95_h"]) for lane in map(str, Lane)}
    yield (f"In the flood of walk-ins nineteen tasks in twenty were taken within {waits['manual'][0]} h at the counters "
           f"({waits['manual'][1]} h the week before) and within {waits['online'][0]} h online ({waits['online'][1]} h).")  # fmt: skip
    preview = told["preview"]
    moved, late, share = preview["due_times_moved"], preview["overdue_open"], preview["on_time"]
    said, came, old = (_cell(share[name], "%") for name in ("said", "came", "before_by_old_rules"))
    yield (f"New rules of the {preview['lane']} lane (version {preview['version']}): the preview said that "
           f"{sum(moved['said'].values())} due times move and {late['said']['after']} open dossiers are overdue then; "
           f"it came to {sum(moved['came'].values())} and {late['came']['after']}.")  # fmt: skip
    yield (f"On time by the new rules: {said} of the {share['of']} dossiers of the week before, as the preview said; "
           f"{came} of the {share['finished']} finished since ({old} by the old rules).")  # fmt: skip
