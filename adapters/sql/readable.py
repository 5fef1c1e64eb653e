"""Lists of rows in which one may hold what it cannot hold, such as a status that there is none of.

Somebody wrote it behind the office's back, or a disk did. Whoever asked for their work is served all other rows; the
one is named in the log, and `jalur audit verify` tells what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Select

from domain.errors import Conflict, Refused

T = TypeVar("T")
_UNREADABLE = (KeyError, ValueError, TypeError, Refused)


def readable(
    db: Connection, query: Select[Any], key: Column[Any], read: Callable[[Sequence[Any]], T], *, limit: int,
    lock: Callable[[Select[Any]], Select[Any]] = lambda query: query,
) -> list[T]:  # fmt: skip
    """What up to `limit` rows of a query say, in its order. `key` is the id of its first table; `lock` adds how the
    rows are kept from others. Raises Refused when the database cannot be used."""
    try:
        return [read(row) for row in db.execute(lock(query.limit(limit)))]
    except _UNREADABLE as error:
        _is_of_a_row(error)
    found: list[T] = []
    for row_id in db.execute(query.with_only_columns(key, maintain_column_froms=True)).scalars().all():
        try:
            found += [read(row) for row in db.execute(lock(query.where(key == row_id)))]
        except _UNREADABLE as error:
            _is_of_a_row(error)
            _name(key, row_id)
        if len(found) == limit:
            break
    return found


def _is_of_a_row(error: Exception) -> None:
    if isinstance(error, Conflict) or (isinstance(error, Refused) and error.code != "store_bad_value"):
        raise error


def _name(key: Column[Any], row_id: int) -> None:
    from adapters.logs import loud  # a command that meets no such row need not import structlog

    loud().error("row_unreadable", table=key.table.name, row=row_id, how="jalur audit verify")
