"""Somebody who can write to the database, behind the office's back; what they did can be taken back again.

Values are the driver's own: on SQLite instants are whole microseconds and JSON is text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Table, text

from adapters.sql import tables as t

TABLES: dict[str, Table] = dict(t.metadata.tables)


class Tamperer:
    """Writes to one database; its checks of references are off."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def changed(self, table: str, column: str, value: object = ..., **where: object) -> Iterator[None]:
        """One column of one row, set to a value (or to another of its kind) and afterwards back."""
        known = TABLES[table]
        ((before,),) = self._raw(known, [column], where)
        new = another(before) if value is ... else value
        self._set(known, column, new, where)
        try:
            yield
        finally:
            self._set(known, column, before, {**where, column: new} if column in where else where)

    @contextmanager
    def removed(self, table: str, **where: object) -> Iterator[None]:
        """One row cut out, and afterwards put back."""
        known = TABLES[table]
        names = [column.name for column in known.columns]
        rows = self._raw(known, names, where)
        assert self._delete(known, where) == len(rows) > 0
        try:
            yield
        finally:
            self._insert(known, names, rows)

    @contextmanager
    def copied(self, table: str, of: dict[str, object], **changes: object) -> Iterator[None]:
        """One row put in: another one again, with these values changed."""
        known = TABLES[table]
        names = [column.name for column in known.columns]
        (row,) = self._raw(known, names, of)
        new = {**dict(zip(names, row, strict=True)), **changes}
        self._insert(known, names, [[new[name] for name in names]])
        try:
            yield
        finally:
            self._delete(known, changes)

    def value(self, table: str, column: str, **where: object) -> Any:
        """What stands in a column, as the driver gives it."""
        return self._raw(TABLES[table], [column], where)[0][0]

    def ids(self, table: str, **where: object) -> list[int]:
        """The ids of the rows that have these values."""
        return [row[0] for row in self._raw(TABLES[table], ["id"], where)]

    def _raw(self, table: Table, names: Sequence[str], where: dict[str, object]) -> list[Any]:
        columns = ", ".join(f'"{name}"' for name in names)
        order = ", ".join(f'"{column.name}"' for column in table.primary_key.columns)
        with self._engine.connect() as connection:
            query = text(f'SELECT {columns} FROM "{table.name}" WHERE {_only(where)} ORDER BY {order}')
            return list(connection.execute(query, where).all())

    def _set(self, table: Table, column: str, value: object, where: dict[str, object]) -> None:
        statement = text(f'UPDATE "{table.name}" SET "{column}" = :new WHERE {_only(where)}')
        with self._writing() as connection:
            assert connection.execute(statement, {**where, "new": value}).rowcount == 1

    def _insert(self, table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        columns, binds = ", ".join(f'"{name}"' for name in names), ", ".join(f":{name}" for name in names)
        with self._writing() as connection:
            for row in rows:
                values = dict(zip(names, row, strict=True))
                connection.execute(text(f'INSERT INTO "{table.name}" ({columns}) VALUES ({binds})'), values)

    def _delete(self, table: Table, where: dict[str, object]) -> int:
        with self._writing() as connection:
            return connection.execute(text(f'DELETE FROM "{table.name}" WHERE {_only(where)}'), where).rowcount

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        sqlite = self._engine.dialect.name == "sqlite"
        with self._engine.connect() as connection:
            if sqlite:
                connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            else:
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            yield connection
            connection.commit()
            if sqlite:
                connection.exec_driver_sql("PRAGMA foreign_keys = ON")


def _only(where: dict[str, object]) -> str:
    return " AND ".join(f'"{name}" = :{name}' for name in where)


def another(value: Any) -> Any:
    """Another value of the same kind."""
    match value:
        case int():
            return value + 1
        case datetime():
            return value + timedelta(microseconds=1)
        case str() if value.startswith("{"):
            return '{"rahasia":1}'
        case str():
            return f"{value} RAHASIA"
    raise TypeError(type(value))
