"""The database as an engine, and the two kinds of transaction on it: one that writes, one that reads one state.

SQLite's `sqlite3` module would begin transactions by itself, late and never IMMEDIATE; it is told not to, and each
transaction says here how it begins. On PostgreSQL the driver's own BEGIN is used with the right characteristics.
"""

from __future__ import annotations

import select
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import QueuePool

from adapters.sql.errors import locked, refuse_database_errors

_POOL: dict[str, Any] = {"poolclass": QueuePool, "pool_size": 10, "max_overflow": 30, "pool_timeout": 30}

_ASK_S = 0.001


@dataclass(frozen=True, slots=True)
class _Turn:
    """Whose turn it is to write, among the threads of this process.

    SQLite lets waiting writers sleep and try again, which is unfair and slow; it need do so for other processes only.
    """

    lock: threading.Lock
    wait_s: float


_turns: WeakKeyDictionary[Engine, _Turn] = WeakKeyDictionary()


def make_engine(url: str, *, wait_s: float = 10.0) -> Engine:
    """An engine for `sqlite:///FILE` or `postgresql+psycopg://…`. Nothing is opened before the first transaction.

    `wait_s` is how many seconds a transaction waits for another one's lock before it is refused.
    """
    parsed = make_url(url)
    return _sqlite(parsed, wait_s) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed, wait_s)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that may write: committed at the end of the block, rolled back by any exception.

    On SQLite it takes the write lock at once, so that it never fails half-way. Raises Refused when the database
    cannot be used, Conflict when another transaction was in the way, Taken for a value that must be unique.
    """
    with refuse_database_errors(engine):
        turn = _turns.get(engine)
        if turn is None:
            with engine.connect() as connection, connection.begin():
                yield connection
            return
        if not turn.lock.acquire(timeout=turn.wait_s):
            raise locked(engine)
        try:
            with engine.connect() as connection:
                _begin_immediate(_raw(connection), turn.wait_s)
                with connection.begin():
                    yield connection
        finally:
            turn.lock.release()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that sees one consistent state from its first query on; a write in it fails.

    Raises Refused when the database cannot be used.
    """
    with refuse_database_errors(engine, reading=True), engine.connect() as connection:
        raw = _raw(connection)
        if engine in _turns:
            raw.execute("PRAGMA query_only = ON")
            try:
                raw.execute("BEGIN")
                yield connection
            finally:
                raw.rollback()
                raw.execute("PRAGMA query_only = OFF")
        else:
            from psycopg import IsolationLevel  # 0.15 s, which an office on SQLite need not spend

            raw.isolation_level, raw.read_only = IsolationLevel.REPEATABLE_READ, True
            try:
                yield connection
            finally:
                connection.rollback()
                raw.rollback()  # prepared statements begin a transaction that SQLAlchemy has not seen
                if not connection.invalidated:
                    raw.isolation_level, raw.read_only = None, None


def drop_old_pages(engine: Engine) -> None:
    """On SQLite, empty the write-ahead log, in which pages stand as they were before they were last written. Where
    others are reading just then it stays until the next time. On PostgreSQL, vacuuming is the server's own work."""
    if engine in _turns:
        with refuse_database_errors(engine), engine.connect() as connection:
            _raw(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _begin_immediate(raw: sqlite3.Connection, wait_s: float) -> None:
    """Take SQLite's write lock, asking every millisecond for it.

    SQLite's own wait sleeps longer and longer between its tries, up to 100 ms, while a busy process has the lock again
    within microseconds: a lane with much to do would hold up another one for seconds (docs/performance.md).
    """
    limit = time.monotonic() + wait_s
    raw.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > limit:
                    raise
            time.sleep(_ASK_S)
    finally:
        raw.execute(f"PRAGMA busy_timeout = {int(wait_s * 1000)}")


def _raw(connection: Connection) -> Any:
    """The driver's own connection."""
    return connection.connection.dbapi_connection


def _sqlite(url: URL, wait_s: float) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": wait_s, "isolation_level": None, "check_same_thread": False},
        hide_parameters=True,
        **_POOL,
    )
    _turns[engine] = _Turn(threading.Lock(), wait_s)

    @event.listens_for(engine, "connect")
    def prepare(raw: Any, _record: Any) -> None:
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("PRAGMA synchronous = FULL")  # a power cut must lose nothing that was said to be done
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("PRAGMA secure_delete = ON")  # what is deleted or replaced is overwritten, as some builds do anyway

    return engine


def _postgresql(url: URL, wait_s: float) -> Engine:
    options = f"-c timezone=UTC -c lock_timeout={int(wait_s * 1000)} {url.query.get('options', '')}"
    engine = create_engine(
        url,
        connect_args={
            "application_name": "jalur",
            "options": options,
            "connect_timeout": 10,
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "prepare_threshold": 3,
        },
        hide_parameters=True,
        **_POOL,
    )

    @event.listens_for(engine, "checkout")
    def alive(raw: Any, _record: Any, _fairy: Any) -> None:
        # An idle connection has nothing to read, except the news that the server closed it. Asking the socket costs
        # microseconds; `pool_pre_ping` would cost a round trip for each transaction.
        if raw.closed:
            raise DisconnectionError
        news = select.poll()
        news.register(raw.fileno(), select.POLLIN)
        if news.poll(0):
            raise DisconnectionError

    return engine
