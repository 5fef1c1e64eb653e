"""Alembic's entry: `adapters.sql.migrate.upgrade` hands it an open transaction; the `alembic` command opens its own.

To make the next version after changing the tables, let an up-to-date PostgreSQL be compared (it reflects every index),
then read and correct the file by hand:
`JALUR_DATABASE_URL=postgresql://… alembic revision --autogenerate --rev-id 0002 -m "What changed"`.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import BigInteger, Connection
from sqlalchemy.types import TypeDecorator

from adapters.history import tables as _history  # noqa: F401 - its tables belong to the same metadata
from adapters.settings import Settings
from adapters.sql.engine import make_engine, writing
from adapters.sql.tables import metadata
from adapters.sql.types import Instant


def _frozen(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Write the program's own column types as what they are made of, so that a version never changes afterwards.

    The names stand at the head of each version (`script.py.mako`).
    """
    if kind == "type":
        match item:
            case Instant():
                return "INSTANT"
            case TypeDecorator():
                return f"sa.{item.impl!r}"
            case BigInteger() if item._variant_mapping:
                return "BIG_ID"
    return False


def migrate(connection: Connection) -> None:
    """Run the versions asked for in the transaction of `connection`: all of them or none."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transactional_ddl=True,
        render_as_batch=connection.dialect.name == "sqlite",  # SQLite changes a table by copying it
        render_item=_frozen,
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with writing(make_engine(Settings().database)) as opened:
        migrate(opened)
