"""What many tests share: a real PostgreSQL, and a database of their own on each kind of server.

`database_url` and `engine` give each test a fresh, migrated database, once on SQLite and once on PostgreSQL;
`empty_database_url` gives one without tables. The server is made once a session, with its data in a folder of its own.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from support.drafts import Drafts
from support.office import an_office, shipped

from adapters.bench.postgres import PostgresServer
from adapters.sql.engine import make_engine
from adapters.sql.migrate import upgrade
from domain.office import OfficeConfig
from lanes.office import Office

KINDS = ["sqlite", "postgresql"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The session's PostgreSQL. As root the server runs as a user of its own, who must reach the folder."""
    server = PostgresServer(Path(tempfile.mkdtemp(prefix="jalur-postgres-")), durable=False)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer) -> str:
    """The name of a migrated database, to be copied."""
    name = postgres.create()
    _migrate(postgres.url(name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    file = tmp_path_factory.mktemp("template") / "jalur.sqlite"
    _migrate(f"sqlite:///{file}")
    return file


def _migrate(url: str) -> None:
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()


@pytest.fixture(params=KINDS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables; on SQLite not even its folder exists."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'data' / 'jalur.sqlite'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.create()
    yield server.url(name)
    server.drop(name)


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated database of the test's own."""
    if request.param == "sqlite":
        file = tmp_path / "jalur.sqlite"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.create(request.getfixturevalue("postgres_template"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a migrated database of the test's own."""
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def config() -> OfficeConfig:
    """The configuration as shipped."""
    return shipped()


@pytest.fixture
def drafts() -> Drafts:
    """Lane files as a manager drafts them, in memory."""
    return Drafts()


@pytest.fixture
def drafting(tmp_path: Path, database_url: str, drafts: Drafts) -> Office:
    """A fresh office, once on SQLite and once on PostgreSQL, whose lane files are `drafts`."""
    return an_office(tmp_path, database_url=database_url, config=drafts.config, rule_files=drafts)
