"""A statement of the hot path: compiled once for each kind of database, then given to the driver directly.

`Connection.execute` spends several times as long on a small statement as SQLite needs to carry it out
(docs/performance.md). These are the same Core statements on the same tables, with the same column types; only what
SQLAlchemy does around each execution is done once. Errors are the driver's own; `adapters.sql.errors` reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Delete, Insert, Select, Table, Update, bindparam
from sqlalchemy.engine import Dialect

Row = tuple[Any, ...]
Convert = Callable[[Any], Any] | None
_CURSOR = "jalur_cursor"
_TOGETHER = 4  # so many rows are inserted by one statement: psycopg's pipeline costs more than it saves


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement in one database's words. `binds` are names and conversions, in the statement's order; `fixed` are
    the values that the statement itself holds."""

    sql: str
    binds: tuple[tuple[str, Convert], ...]
    fixed: Mapping[str, Any]
    positional: bool
    results: tuple[Convert, ...]

    def arguments(self, values: Mapping[str, Any]) -> list[Any] | dict[str, Any]:
        """What the driver takes. Raises KeyError when a value is missing."""
        if self.fixed:
            values = {**values, **self.fixed}
        if self.positional:
            return [convert(values[name]) if convert else values[name] for name, convert in self.binds]
        return {name: convert(values[name]) if convert else values[name] for name, convert in self.binds}

    def read(self, row: Row) -> Row:
        """A row with each value as its column's type gives it."""
        return tuple([convert(value) if convert else value for convert, value in zip(self.results, row, strict=True)])


class Prepared:
    """Executes one statement. Lists (`IN`) whose length changes cannot be prepared; they stay with SQLAlchemy."""

    def __init__(self, statement: Select[Any] | Insert | Update | Delete, *, columns: Sequence[str] = ()) -> None:
        """`columns` are those that a plain insert is given values for."""
        self._statement, self._columns = statement, list(columns) or None
        self._forms: dict[tuple[str, int], _Form] = {}

    def run(self, db: Connection, values: Mapping[str, Any]) -> int:
        """Execute; gives how many rows were changed."""
        form = self._form(db)
        return int(_cursor(db).execute(form.sql, form.arguments(values)).rowcount)

    def run_many(self, db: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """Execute once for each of `rows`; gives how many rows were changed in all."""
        if len(rows) == 1:
            return self.run(db, rows[0])
        if self._columns and len(rows) <= _TOGETHER:
            return self._run_together(db, rows, self._columns)
        form, cursor = self._form(db), _cursor(db)
        cursor.executemany(form.sql, [form.arguments(values) for values in rows])
        return int(cursor.rowcount)

    def _run_together(self, db: Connection, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> int:
        form = self._form(db, len(rows))
        values = {f"{name}_{place}": row[name] for place, row in enumerate(rows) for name in columns}
        return int(_cursor(db).execute(form.sql, form.arguments(values)).rowcount)

    def rows(self, db: Connection, values: Mapping[str, Any]) -> list[Row]:
        """Execute; gives every row."""
        form = self._form(db)
        return [form.read(row) for row in _cursor(db).execute(form.sql, form.arguments(values)).fetchall()]

    def row(self, db: Connection, values: Mapping[str, Any]) -> Row | None:
        """Execute; gives the only row, or None. Raises ValueError when there are several."""
        match self.rows(db, values):
            case []:
                return None
            case [row]:
                return row
        raise ValueError("one row was expected, and there are several")

    def _form(self, db: Connection, rows: int = 1) -> _Form:
        key = db.dialect.name, rows
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = self._compile(db.dialect, rows)
        return form

    def _compile(self, dialect: Dialect, rows: int) -> _Form:
        compiled: Any
        if rows == 1:
            compiled = self._statement.compile(dialect=dialect, column_keys=self._columns)
        else:
            assert isinstance(self._statement, Insert)
            types = {name: self._statement.table.c[name].type for name in self._columns or ()}
            values = [
                {name: bindparam(f"{name}_{place}", type_=type_) for name, type_ in types.items()}
                for place in range(rows)
            ]
            compiled = self._statement.values(values).compile(dialect=dialect)
        if compiled.post_compile_params:
            raise ValueError("a statement whose text depends on its values cannot be prepared")
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        names = compiled.positiontup if compiled.positional else list(binds)
        return _Form(
            sql=compiled.string,
            binds=tuple((name, binds[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names),
            fixed={name: bind.value for name, bind in binds.items() if not bind.required},
            positional=bool(compiled.positional),
            results=tuple(
                column.type.dialect_impl(dialect).result_processor(dialect, None)
                for column in self._statement.exported_columns
            ),
        )


def new_values(table: Table, names: Iterable[str]) -> dict[Any, Any]:
    """For an update: each of these columns is given the value `new_` and its name."""
    return {table.c[name]: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}


def _cursor(db: Connection) -> Any:
    """The driver's cursor, made once for each of its connections: psycopg takes long to make one."""
    cursor = db.info.get(_CURSOR)
    if cursor is None:
        assert db.connection.dbapi_connection is not None
        cursor = db.info[_CURSOR] = db.connection.dbapi_connection.cursor()
    return cursor
