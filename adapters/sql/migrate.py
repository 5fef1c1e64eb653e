"""The database brought to the program's version at every start, by whichever process comes first.

Alembic is imported only when there is something to do: its import would cost each `jalur` command time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from adapters.lockfile import alone
from adapters.sql.engine import reading, writing
from adapters.sql.errors import not_a_database, unwritable
from domain.errors import Refused

MIGRATIONS = Path(__file__).parent / "migrations"

_VERSION = text("SELECT version_num FROM alembic_version")
_LEAST = 512  # bytes: the smallest page that a SQLite database has
_ADVISORY_LOCK = 0x4A414C5552  # "JALUR"


def versions() -> list[str]:
    """The schema versions this program knows, oldest first: each file in `migrations/versions` begins with its own."""
    return sorted(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def upgrade(engine: Engine, *, if_new: Callable[[], object] | None = None) -> bool:
    """Make or upgrade the tables, once, however many processes start at the same instant. True when this one did it.

    All versions or none are kept. `if_new` is called when there are no tables yet, before anything is made. Raises
    Refused when a newer program made the database, or when it cannot be used.
    """
    known = versions()
    version = _quick_version(engine)
    if version == known[-1]:
        return False
    if version is None and if_new is not None:
        if_new()
    with _alone(engine), writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL lock_timeout = 0"))  # the first one may take as long as it needs
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
        found = None
        if connection.dialect.has_table(connection, "alembic_version"):
            found = connection.execute(_VERSION).scalar_one_or_none()
        if found == known[-1]:
            return False
        if found is not None and found not in known:
            raise Refused(
                "store_newer",
                f"The database has schema {found}, made by a newer version of this program, which knows {known[-1]} at "
                "most. Nothing was changed. Run the newer version, or restore a backup from before it.",
            )
        _run_alembic(connection)
        return True


def is_new(engine: Engine) -> bool:
    """Whether there are no tables yet; asking makes nothing. Raises Refused when the database cannot be used."""
    return _quick_version(engine) is None


def _quick_version(engine: Engine) -> str | None:
    """The version in the database, found with one query; None when there is none or it must be made first."""
    if engine.dialect.name == "sqlite":
        file = Path(engine.url.database or "")
        size = file.stat().st_size if file.is_file() else 0
        if size == 0:
            return None
        if size < _LEAST:
            raise not_a_database(engine)  # SQLite itself takes the rest of a file that was cut off for an empty one
    try:
        with reading(engine) as connection:
            version: str | None = connection.execute(_VERSION).scalar_one_or_none()
            return version
    except Refused as refused:
        if refused.code == "store_not_prepared":
            return None
        raise


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """On SQLite, keep other processes out from before the file exists: only its owner may read it, WAL and all."""
    if engine.dialect.name != "sqlite":
        yield
        return
    file = Path(engine.url.database or "")
    try:
        with alone(file):
            os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
            yield
    except OSError as error:
        raise unwritable(engine, error) from None


def _run_alembic(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, "head")
