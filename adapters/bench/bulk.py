"""Very many rows at once, as quickly as the driver can: for the benches that fill a store before they measure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, text
from sqlalchemy import Engine as SqlEngine


def binder(db: Connection, table: Table) -> Callable[[Mapping[str, Any]], list[Any]]:
    """Makes of a row, by its columns' names, a list of values in the table's order and as the driver takes them."""
    names = [column.name for column in table.columns]
    binds = [column.type.dialect_impl(db.dialect).bind_processor(db.dialect) for column in table.columns]
    return lambda row: [bind(row[name]) if bind else row[name] for name, bind in zip(names, binds, strict=True)]


def write(db: Connection, table: Table, rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as a `binder` gives them: several at once on SQLite, by COPY on PostgreSQL."""
    names = [column.name for column in table.columns]
    raw: Any = db.connection.dbapi_connection
    assert raw is not None
    if db.dialect.name == "sqlite":
        marks = ", ".join("?" * len(names))
        columns = ", ".join(f'"{name}"' for name in names)
        raw.executemany(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", rows)
        return
    columns = ", ".join(f'"{name}"' for name in names)
    with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def analyse(engine: SqlEngine) -> None:
    """Let the database look at what it holds, as an office's has looked long ago."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(text("ANALYZE"))
        if db.dialect.name == "sqlite":
            db.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
