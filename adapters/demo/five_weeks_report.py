"""The five weeks for people: a table a lane, when the parity alarm was up, and how far the preview was right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import sqrt
from typing import Any

from rich.console import Console
from rich.table import Table

from adapters.demo.five_weeks import FLOODED
from domain.roles import Lane

_ROWS = (
    ("submitted", "came in", ""), ("waited_median_h", "a task waited, median", " h"),
    ("waited_p95_h", "a task waited, p95", " h"), ("took_median_h", "to issue, median", " h"),
    ("on_time", "issued on time", "%"), ("warnings", "warned before due", ""),
    ("escalations", "escalated after due", ""), ("people", "people who heard", ""),
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
    yield from _alarms(told["alarms"])
    before, flooded = told["weeks"][FLOODED - 1 : FLOODED + 1]
    ours, theirs = ((flooded[lane.value]["waited_p95_h"], before[lane.value]["waited_p95_h"])
                    for lane in (Lane.ONLINE, Lane.MANUAL))  # fmt: skip
    yield (f"In the flood nineteen tasks in twenty were taken within {theirs[0]} h at the counters "
           f"({theirs[1]} h the week before) and within {ours[0]} h online ({ours[1]} h).")  # fmt: skip
    preview = told["preview"]
    moved, late, share = preview["due_times_moved"], preview["overdue_open"], preview["on_time"]
    said, came, old = (_cell(share[name], "%") for name in ("said", "came", "before_by_old_rules"))
    yield (f"New rules of the {preview['lane']} lane (version {preview['version']}): the preview said that "
           f"{sum(moved['said'].values())} due times move and {late['said']['after']} open dossiers are overdue then; "
           f"it came to {sum(moved['came'].values())} and {late['came']['after']}.")  # fmt: skip
    yield (f"On time by the new rules: {said} of the {share['of']} dossiers of the week before, as the preview said; "
           f"{came} of the {share['finished']} finished since, and counted as the preview counts them "
           f"{_cell(share['replayed'], '%')} (the week before by the old rules: {old}).")  # fmt: skip
    if share["said"] is not None and share["replayed"] is not None:
        off, chance = abs(share["said"] - share["replayed"]), _by_chance(share)
        yield (f"So the preview was {off * 100:.0f} points off; between weeks of so few dossiers chance alone makes up "
               f"to {chance * 100:.0f} (95 %).")  # fmt: skip


def _by_chance(share: Mapping[str, Any]) -> float:
    """How far two shares of so many dossiers lie apart by chance alone, in 19 of 20 cases."""
    counts = share["of"], share["finished"]
    mean = (share["said"] * counts[0] + share["replayed"] * counts[1]) / sum(counts)
    return 1.96 * sqrt(mean * (1 - mean) * sum(1 / count for count in counts))


def _alarms(alarms: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    of_types = [each for each in alarms if each["type"] != "all"]
    for each in alarms:
        if each["type"] == "all":
            by = ", ".join(f"{name} {each['hours_up'][name]['online']} h online, {each['hours_up'][name]['manual']} h "
                           "at the counters" for name in each["slower"])  # fmt: skip
            down = f"down {each['down']:%a %d %b %H:%M}" if each["down"] else "still up"
            yield f"Parity alarm for all types together: up {each['up']:%a %d %b %H:%M} ({by}), {down}."
    if of_types:
        lasting = sum(not each["down"] for each in of_types)
        yield f"Parity alarms for single types: {len(of_types)}, of them still up: {lasting}."
