"""What the clocks did, for people: one table of rungs, and a sentence for each thing that happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from domain.roles import Lane

_VERDICTS = {
    "slower": "online is SLOWER than walk-in", "keeps_up": "online keeps up with walk-in",
    "too_few": "too few finished to say", "exempt": "exempt",
}  # fmt: skip
_COUNTS = (
    ("reminders", "reminders to applicants"), ("closed_unanswered", "closed, never answered"),
    ("digests", "morning's lists to leads, manager"),
)  # fmt: skip


def print_clocks(console: Console, clocks: Mapping[str, Any]) -> None:
    """Print what `clock_figures` gave."""
    lanes = [lane.value for lane in Lane]
    table = Table(title="The clocks: rungs that were passed (step: one step; the others: the whole dossier)")
    table.add_column("")
    for lane in lanes:
        table.add_column(lane, justify="right")
    for rung in clocks["escalations"][lanes[0]]:
        table.add_row(rung, *(str(clocks["escalations"][lane][rung]) for lane in lanes))
    for name, title in _COUNTS:
        table.add_row(title, *(str(clocks[name][lane]) for lane in lanes))
    taken = [clocks["out_of_turn"][lane] for lane in lanes]
    table.add_row("taken out of turn", *(f"{one['tasks']} of {one['of']}" for one in taken))
    console.print(table)
    for line in _lines(clocks):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _lines(clocks: Mapping[str, Any]) -> Iterator[str]:
    for each in clocks["outages"]:
        where = f"the {each['lane']} lane" if each["lane"] else "both lanes"
        late = ", recorded afterwards" if each["until"] and each["recorded"] >= each["until"] else ""
        lasting = "" if each["until"] else ", still lasting"
        yield f"Outage {each['reason']} in {where}: {each['dossiers']} dossiers paused{late}{lasting}."
    parity = clocks["parity"]
    types = f"; slower in {', '.join(parity['slower_types'])}" if parity["slower_types"] else ""
    yield f"Parity: {_VERDICTS[parity['verdict']]}{types}. Alarms: {parity['alarms']}, open: {parity['open_alarms']}."
    for each in clocks["loans"]:
        done = ", ".join(f"{lane} {count}" for lane, count in each["tasks"].items())
        yield f"Loan of {each['username']} to {each['lane']}/{each['team']}: tasks done meanwhile: {done}."
    for each in clocks["absent"]:
        yield f"Absent: {each['username']}; whoever they would have been told of, their manager hears."
