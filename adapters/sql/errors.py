"""What a failing database means for the person who asked: one sentence, what to do, and nothing half done.

The driver's own words are kept as the exception's cause only where they hold no values of rows and no password.
"""

from __future__ import annotations

import errno
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from domain.errors import Conflict, Refused

if TYPE_CHECKING:
    import psycopg  # 0.15 s, which an office on SQLite need not spend

_AGAIN = "Nothing was changed; try again."

#: SQLite's primary result codes: our code, what happened ({db} is the file), what to do.
_SQLITE = {
    sqlite3.SQLITE_BUSY: ("store_locked", "{db} is locked by another program.",
                          ("Nothing was changed. Close what holds it open (a backup, a database browser, a second "
                          "installation: `fuser {path}` names it) and try again.")),
    sqlite3.SQLITE_FULL: ("store_full", "There is no room left for {db}.",
                          "Nothing was changed. Free some space on its disk and try again."),
    sqlite3.SQLITE_IOERR: ("store_broken_disk", "The disk reported an error while {db} was used.",
                           "Nothing was changed. Check the disk and its space, then try again."),
    sqlite3.SQLITE_CANTOPEN: ("store_unwritable", "{db} cannot be opened or made.",
                              ("Check that its folder exists and that this user may write there, or name another with "
                              "JALUR_HOME.")),
    sqlite3.SQLITE_READONLY: ("store_unwritable", "{db} may not be written by this user.",
                              ("Nothing was changed. Give this user the right to write the file and its folder, or "
                              "name another with JALUR_HOME.")),
    sqlite3.SQLITE_NOTADB: ("store_not_a_database", "{db} is not a database of this program.",
                            "Nothing was changed. Move the file away to start anew, or restore it from a backup."),
    sqlite3.SQLITE_CORRUPT: ("store_corrupt", "{db} is damaged.",
                             "Stop the program and restore the file from a backup."),
}  # fmt: skip
_SQLITE[sqlite3.SQLITE_LOCKED] = _SQLITE[sqlite3.SQLITE_BUSY]
_SQLITE[sqlite3.SQLITE_PERM] = _SQLITE[sqlite3.SQLITE_READONLY]

_LOST = ("store_connection_lost", "The connection to {db} was lost.",
         "Look whether the change was kept before you try again.")  # fmt: skip
_READ_ONLY = ("store_unwritable", "{db} may not be written.",
              "Nothing was changed. Use the primary server, and a user who owns the tables.")  # fmt: skip

#: PostgreSQL's SQLSTATEs, or their first two signs.
_POSTGRESQL = {
    "53100": ("store_full", "The disk of {db} is full.", "Nothing was changed. Free some space there and try again."),
    "53300": ("store_busy", "{db} has no connection left.",
              "Nothing was changed. Raise its max_connections, or run fewer processes, and try again."),
    "55P03": ("store_locked", "Another transaction held what was needed in {db} for too long.", _AGAIN),
    "58": ("store_broken_disk", "The disk of {db} reported an error.", "Nothing was changed. Check that disk."),
    "XX": ("store_corrupt", "{db} reported damage within itself.", "Look into the server's log."),
    "42501": _READ_ONLY,
    "25006": _READ_ONLY,
    "08": _LOST,
    "57P": _LOST,
}  # fmt: skip

#: What a server says that refuses a connection (no SQLSTATE reaches the driver then).
_CONNECTING = (
    (r"password authentication failed|no password supplied|no pg_hba.conf entry|role .* does not exist",
     ("store_login_refused", "{db} refused the user or the password.", "Correct them in JALUR_DATABASE_URL.")),
    (r"database .* does not exist",
     ("store_missing", "There is no {db}.", "Make it (`createdb`), or correct its name in JALUR_DATABASE_URL.")),
    (r"too many clients|remaining connection slots", _POSTGRESQL["53300"]),
)  # fmt: skip
_WHILE_CONNECTING = "connection (failed|is bad|timeout)|resolve host|translate host"  # psycopg's words, and libpq's
_UNREACHABLE = ("store_unreachable", "{db} cannot be reached.",
                "Start the server, or correct the address in JALUR_DATABASE_URL.")  # fmt: skip
_NOT_PREPARED = ("store_not_prepared", "{db} has no tables of this program.", "Run `jalur up`, which prepares it.")
_FOREIGN = ("store_foreign", "{db} holds tables that this program did not make.",
            "Nothing was changed. Name an empty database.")  # fmt: skip


class Taken(Conflict):
    """A value that must be unique is there already; `constraint` is its name, as PostgreSQL would name it.

    For example `dossier_open_key_key` (a unique column) or `stock_move_pkey` (a primary key). What to do: read what
    is there and decide anew; nothing of this transaction was kept.
    """

    def __init__(self, constraint: str) -> None:
        super().__init__("already_there", f"Somebody else entered the same thing just now ({constraint}).")
        self.constraint = constraint


class BadRow(RuntimeError):
    """A row that the tables do not allow: a mistake in the program. The row's values are left out on purpose."""


@contextmanager
def refuse_database_errors(engine: Engine, *, reading: bool = False) -> Iterator[None]:
    """Raise what a database error means: Refused, Conflict or Taken; ValueError for a value that no column takes.

    With `reading`, a forbidden write is left as it is, for it is a mistake in the program and not in the office.
    """
    try:
        yield
    except PoolTimeout:
        raise Refused("store_busy", f"All connections to {_name(engine)} are in use. {_AGAIN}") from None
    except (DBAPIError, engine.dialect.loaded_dbapi.Error) as error:
        said = error.orig if isinstance(error, DBAPIError) else error  # prepared statements raise the driver's own
        meaning: Exception | None = None
        if isinstance(said, sqlite3.Error):
            meaning = _sqlite(engine, said, reading)
        elif engine.dialect.name == "postgresql":
            meaning = _postgresql(engine, cast("psycopg.Error", said), reading)
        if meaning is None:
            raise
        raise meaning from None
    except StatementError as error:  # a column's type refused the value before the database saw it
        if isinstance(error.orig, ValueError):
            raise error.orig from None
        raise


def locked(engine: Engine) -> Refused:
    """The refusal of a transaction that waited too long for another one."""
    return _refused(engine, _SQLITE[sqlite3.SQLITE_BUSY])


def unwritable(engine: Engine, error: OSError) -> Refused:
    """The refusal when the folder of an SQLite file cannot be made or written."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return _refused(engine, _SQLITE[sqlite3.SQLITE_FULL if full else sqlite3.SQLITE_CANTOPEN])


def not_a_database(engine: Engine) -> Refused:
    """The refusal of a file that no SQLite database fits into."""
    return _refused(engine, _SQLITE[sqlite3.SQLITE_NOTADB])


def _name(engine: Engine) -> str:
    """The database in words: never with its password."""
    url = engine.url
    if engine.dialect.name == "sqlite":
        return f"the database file {url.database}"
    host = url.host or url.query.get("host") or "this machine"
    return f"PostgreSQL database {url.database} on {host}"


def _refused(engine: Engine, meaning: tuple[str, str, str]) -> Refused:
    code, what, todo = meaning
    text = f"{what} {todo}".format(db=_name(engine), path=engine.url.database)
    text = text[0].upper() + text[1:]  # the database's name may begin the sentence
    return Refused(code, text)


def _sqlite(engine: Engine, said: sqlite3.Error, reading: bool) -> Exception | None:
    code = getattr(said, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    match code & 0xFF:
        case sqlite3.SQLITE_CONSTRAINT:
            return _sqlite_constraint(said, code)
        case sqlite3.SQLITE_BUSY if code == sqlite3.SQLITE_BUSY_SNAPSHOT:
            return Conflict("store_conflict", f"Another transaction was faster. {_AGAIN}")
        case sqlite3.SQLITE_READONLY if reading and code == sqlite3.SQLITE_READONLY:
            return None
        case sqlite3.SQLITE_ERROR if "no such table" in str(said):
            return _refused(engine, _NOT_PREPARED)
        case sqlite3.SQLITE_ERROR if "already exists" in str(said):
            return _refused(engine, _FOREIGN)
        case primary if primary in _SQLITE:
            return _refused(engine, _SQLITE[primary])
    return None


def _sqlite_constraint(said: sqlite3.Error, code: int) -> Exception:
    columns = re.findall(r"(\w+)\.(\w+)", str(said))
    if not columns or code not in (
        sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID
    ):  # fmt: skip
        return BadRow(str(said))  # names columns, never values
    table = columns[0][0]
    if code == sqlite3.SQLITE_CONSTRAINT_UNIQUE:
        return Taken("_".join([table, *(column for _, column in columns), "key"]))
    return Taken(f"{table}_pkey")


def _postgresql(engine: Engine, said: psycopg.Error, reading: bool) -> Exception | None:
    state = said.sqlstate
    if state is None:
        if not isinstance(said, engine.dialect.loaded_dbapi.OperationalError):
            return None
        if not re.search(_WHILE_CONNECTING, str(said)):
            return _refused(engine, _LOST)
        meanings = (meaning for pattern, meaning in _CONNECTING if re.search(pattern, str(said)))
        return _refused(engine, next(meanings, _UNREACHABLE))
    where = said.diag.constraint_name or ".".join(filter(None, (said.diag.table_name, said.diag.column_name)))
    match state:
        case "23505":
            return Taken(where)
        case "40001" | "40P01":
            return Conflict("store_conflict", f"Another transaction was faster. {_AGAIN}")
        case "42P01":
            return _refused(engine, _NOT_PREPARED)
        case "42P07":
            return _refused(engine, _FOREIGN)
        case "25006" if reading:
            return None
    if state[:2] in ("22", "23"):
        return BadRow(f"PostgreSQL refused a row: {state} {where}")
    meaning = _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:3]) or _POSTGRESQL.get(state[:2])
    return None if meaning is None else _refused(engine, meaning)
