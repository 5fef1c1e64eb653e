"""INSERT … ON CONFLICT in one statement for both databases.

SQLAlchemy offers it per dialect only; both spell it alike, and SQLite's compiler takes PostgreSQL's form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, TextClause
from sqlalchemy.dialects.postgresql import Insert


def upsert(
    table: Table,
    change: Mapping[str, Any] | Sequence[str] | None,
    *,
    index: Sequence[str],
    where: TextClause | None = None,
) -> Insert:
    """Insert a row, or where `index` names an existing one: set `change` (expressions, or the names of columns that
    take the new row's values), or leave it alone (None). `where` is a partial index's condition."""
    statement = Insert(table)
    if change is None:
        return statement.on_conflict_do_nothing(index_elements=index, index_where=where)
    values = change if isinstance(change, Mapping) else {name: statement.excluded[name] for name in change}
    return statement.on_conflict_do_update(index_elements=index, index_where=where, set_=values)
