"""The sandbox register's SQLite file: made whole or not at all, by one process, and checked when opened."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, fields
from datetime import date
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any, Final

from adapters.lockfile import alone
from adapters.registry.people import City, related
from domain.errors import Refused
from lanes.ports import Resident

_CITY: Final = "71.72"
#: 1 knew no parents of heads, weddings, education, occupations and blood types; 2 not who joined a family as what;
#: 3 not how the others are related, who is married to whom, and which NIKs an office issued.
_FORMAT: Final = 4
_RELATED: Final = 3  # what was recorded of residents since is kept from here on
_NAMES: Final = tuple(one.name for one in fields(Resident))
_DOUBLES: Final = 1000  # one resident in so many has given their fingerprints under another name before

#: The columns of `residents` that make a Resident, in its order.
COLUMNS: Final = ", ".join(_NAMES)

_RESIDENTS: Final = f"CREATE TABLE residents (id INTEGER PRIMARY KEY, {COLUMNS}, double INTEGER, issued TEXT)"
_TABLES: Final = (
    "CREATE TABLE made_as (format INTEGER, seed INTEGER, people INTEGER, as_of TEXT)",
    _RESIDENTS,
    """CREATE TABLE events (
        id INTEGER PRIMARY KEY AUTOINCREMENT, call TEXT, key TEXT, event TEXT, nik TEXT, details TEXT, answer TEXT,
        UNIQUE (call, key)
    )""",
)
_INDEXES: Final = (
    "CREATE UNIQUE INDEX IF NOT EXISTS resident_nik ON residents (nik)",
    "CREATE INDEX IF NOT EXISTS resident_family ON residents (family_card)",
    "CREATE INDEX IF NOT EXISTS resident_issued ON residents (issued) WHERE issued IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS resident_spouse ON residents (spouse) WHERE spouse != ''",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeAs:
    """The figures that settle every resident."""

    seed: int
    people: int
    as_of: date


def in_memory(made_as: MadeAs) -> sqlite3.Connection:
    """A register that lasts as long as the process."""
    database = _connect(":memory:")
    _fill(database, made_as)
    return database


def open_or_make(path: Path, made_as: MadeAs) -> sqlite3.Connection:
    """The register in the file; a missing one is made first. Raises Refused for a file that cannot be used."""
    try:
        if not path.exists():
            with alone(path):
                if not path.exists():
                    _make(path, made_as)
    except OSError as error:
        raise _unwritable(path, error.strerror or "") from error
    except sqlite3.OperationalError as error:
        raise _unwritable(path, str(error)) from error
    try:
        database = _connect(path)
        found = _made_as(database)
        if found in [[(before, *_figures(made_as))] for before in range(1, _FORMAT)]:
            with alone(path):
                if _made_as(database) == found:
                    _renew(database, made_as, found[0][0])
            found = _made_as(database)
    except sqlite3.DatabaseError as error:
        raise Refused(
            "registry_broken",
            f"The sandbox register {path} cannot be used: {error}.",
            allowed="the file as Jalur made it; when it is deleted, a new one is made",
        ) from error
    if found != [(_FORMAT, *_figures(made_as))]:
        database.close()
        raise Refused(
            "registry_of_other_figures",
            f"The sandbox register {path} was made with another seed, number of people or day.",
            allowed="the figures it was made with, or another data folder",
        )
    return database


def to_resident(row: tuple[Any, ...]) -> Resident:
    """A Resident from the values of `COLUMNS`."""
    values = dict(zip(_NAMES, row, strict=True))
    dates = {name: day and date.fromisoformat(day) for name in ("born", "marriage_date") for day in [values[name]]}
    return Resident(**{**values, **dates, "alive": bool(values["alive"])})


def _figures(made_as: MadeAs) -> tuple[int, int, str]:
    return made_as.seed, made_as.people, made_as.as_of.isoformat()


def _made_as(database: sqlite3.Connection) -> list[tuple[Any, ...]]:
    return database.execute("SELECT format, seed, people, as_of FROM made_as").fetchall()


def _connect(where: Path | str) -> sqlite3.Connection:
    return sqlite3.connect(where, timeout=10.0, isolation_level=None, check_same_thread=False)


def _make(path: Path, made_as: MadeAs) -> None:
    unfinished = path.with_name(f".{path.name}.unfinished")  # only the holder of the lock makes one
    unfinished.unlink(missing_ok=True)
    try:
        with closing(_connect(unfinished)) as database:
            _fill(database, made_as)
            database.execute("PRAGMA journal_mode = WAL")  # stays with the file: readers never wait for a writer
        unfinished.chmod(0o600)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _renew(database: sqlite3.Connection, made_as: MadeAs, before: int) -> None:
    """The same residents in the form of today, with what was recorded of them where that was kept."""
    database.execute("BEGIN IMMEDIATE")
    try:
        if before < _RELATED:
            database.execute("DROP TABLE residents")
            database.execute(_RESIDENTS)
            _write(database, made_as)
        else:
            _relate(database)
        database.execute("UPDATE made_as SET format = ?", (_FORMAT,))
        for index in _INDEXES:
            database.execute(index)
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise


def _relate(database: sqlite3.Connection) -> None:
    """Write down how everybody is related, which was worked out of a family's order before."""
    database.execute("ALTER TABLE residents ADD COLUMN spouse DEFAULT ''")
    database.execute("ALTER TABLE residents ADD COLUMN issued TEXT")
    rows = database.execute(
        f"SELECT {COLUMNS} FROM residents WHERE family_card != ''"
        " ORDER BY family_card, NOT alive, relationship != '', id"
    ).fetchall()
    families = groupby(map(to_resident, rows), key=lambda one: one.family_card)
    database.executemany(
        "UPDATE residents SET relationship = ?, spouse = ? WHERE nik = ?",
        [(one.relationship, one.spouse, one.nik) for _, family in families for one in related(list(family))],
    )


def _fill(database: sqlite3.Connection, made_as: MadeAs) -> None:
    for table in _TABLES:
        database.execute(table)
    database.execute("BEGIN")
    _write(database, made_as)
    database.execute("INSERT INTO made_as VALUES (?, ?, ?, ?)", (_FORMAT, *_figures(made_as)))
    database.execute("COMMIT")
    for index in _INDEXES:
        database.execute(index)


def _write(database: sqlite3.Connection, made_as: MadeAs) -> None:
    chance = Random(made_as.seed)  # noqa: S311 - made-up people, not secrets
    residents = City(city=_CITY, seed=made_as.seed, as_of=made_as.as_of).residents(made_as.people)
    database.executemany(
        f"INSERT INTO residents ({COLUMNS}, double) VALUES ({', '.join('?' * len(_NAMES))}, ?)",
        (_row(one, chance.randrange(_DOUBLES) == 0) for one in residents),
    )


def _row(resident: Resident, double: bool) -> tuple[Any, ...]:
    values = (getattr(resident, name) for name in _NAMES)
    return (*(value.isoformat() if isinstance(value, date) else value for value in values), double)


def _unwritable(path: Path, why: str) -> Refused:
    return Refused(
        "registry_unwritable",
        f"The sandbox register {path} cannot be made: {why}.",
        allowed="a folder that the user who runs Jalur may write, with free space",
    )
