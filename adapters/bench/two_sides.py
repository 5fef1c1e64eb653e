"""The two sides of a benchmark against hand-written SQL: databases of the same kind with the same durability, measured
in turns, and held to the same rows."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import make_url

from adapters.bench.postgres import PostgresServer
from adapters.settings import Settings
from adapters.sql.engine import make_engine
from adapters.sql.migrate import upgrade


class Sides(NamedTuple):
    """Where each side keeps its rows: ours by its settings; the one by hand has a database with the same tables, at
    `url`, a connection of the driver's own to it, and room for files beside it at `folder`."""

    settings: Settings
    url: str
    connection: Any
    folder: Path


@contextmanager
def two_sides(database: str, folder: Path) -> Iterator[Sides]:
    """Both sides on `database` (one of `running_office.DATABASES`), in `folder`."""
    folder = folder / database
    folder.mkdir()
    opened = _on_sqlite(folder) if database == "sqlite" else _on_postgresql(folder)
    with opened as sides:
        yield sides


@contextmanager
def _on_sqlite(folder: Path) -> Iterator[Sides]:
    file = folder / "by-hand.sqlite"
    url = f"sqlite:///{file}"
    _prepare(url)
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    yield Sides(Settings(home=folder / "ours"), url, connection, folder)
    connection.close()


@contextmanager
def _on_postgresql(folder: Path) -> Iterator[Sides]:
    server = PostgresServer(Path(tempfile.mkdtemp(prefix="jalur-bench-pg-")), durable=True)
    try:
        settings = Settings(home=folder / "ours", database_url=server.url(server.create()))
        url = server.url(server.create())
        _prepare(url)
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, prepare_threshold=3) as connection:
            yield Sides(settings, url, connection, folder)
    finally:
        server.stop()


def _prepare(url: str) -> None:
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()


def medians(ours: Callable[[], float], by_hand: Callable[[], float], rounds: int) -> tuple[float, float]:
    """Each side's median over so many rounds, in turn, so that a busy moment of the machine strikes both."""
    mine, theirs = [], []
    for _ in range(rounds):
        mine.append(ours())
        theirs.append(by_hand())
    return median(mine), median(theirs)


def must_match(counted: Mapping[str, tuple[int, int]]) -> None:
    """Raises RuntimeError when the two sides, each with its count for a table, wrote different rows."""
    if differ := {table: counts for table, counts in counted.items() if counts[0] != counts[1]}:
        raise RuntimeError(f"the two sides wrote different rows, so nothing was measured: {differ}")
