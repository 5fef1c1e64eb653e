"""The tables are made once, whoever starts first, and are what the program believes them to be."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from adapters.history import tables as history
from adapters.sql.engine import make_engine, reading, writing
from adapters.sql.migrate import MIGRATIONS, upgrade, versions
from adapters.sql.tables import metadata
from domain.errors import Refused

START = """
import sys
from adapters.sql.engine import make_engine
from adapters.sql.migrate import upgrade
engine = make_engine(sys.argv[1])
sys.stdin.readline()
print(upgrade(engine), "alembic" in sys.modules)
"""


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Engine]:
    made = make_engine(empty_database_url)
    yield made
    made.dispose()


def test_a_new_database_is_made_and_a_second_start_does_nothing(empty: Engine) -> None:
    assert upgrade(empty) is True
    assert upgrade(empty) is False


@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_the_migrated_tables_are_the_programs_tables(empty: Engine) -> None:
    upgrade(empty)
    assert history.LOGS.metadata is metadata
    opts: dict[str, Any] = {"compare_type": True}
    if empty.dialect.name == "sqlite":  # whose indexes Alembic cannot compare: the next test does
        opts["include_object"] = lambda _object, _name, kind, _reflected, _other: kind != "index"
    with reading(empty) as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=opts), metadata) == []


def test_on_sqlite_every_index_is_the_same_as_in_the_programs_tables(tmp_path: Path, sqlite_template: Path) -> None:
    """SQLite reflects no index over an expression, so their texts are compared."""

    def indexes(engine: Engine) -> set[str]:
        with reading(engine) as connection:
            found = connection.execute(text("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"))
            return {re.sub(r"\s+", " ", row.sql) for row in found}

    created = make_engine(f"sqlite:///{tmp_path / 'created.sqlite'}")
    with writing(created) as connection:
        metadata.create_all(connection)
    assert indexes(created) == indexes(make_engine(f"sqlite:///{sqlite_template}"))


def test_the_versions_known_without_alembic_are_alembics() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    assert list(reversed([revision.revision for revision in script.walk_revisions()])) == versions()


def test_four_processes_that_start_at_once_make_the_tables_once(empty_database_url: str) -> None:
    starting = [
        subprocess.Popen(
            [sys.executable, "-c", START, empty_database_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in starting:  # each waits for a line, with everything imported
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    ended = [process.communicate(timeout=60) for process in starting]
    assert [errors for _, errors in ended if errors] == []
    assert sorted(said.split()[0] for said, _ in ended) == ["False", "False", "False", "True"]


def test_a_start_with_nothing_to_do_imports_no_alembic(database_url: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", START, database_url], input="\n", capture_output=True, text=True, check=True
    )
    assert ended.stdout.split() == ["False", "False"]


def test_a_database_of_a_newer_program_is_refused_and_left_alone(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Refused, match=r"schema 9999, made by a newer version .* knows 0\d+ at most") as refused:
        upgrade(engine)
    assert refused.value.code == "store_newer"
    with reading(engine) as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"


def test_somebody_elses_database_is_refused_and_left_alone(empty: Engine) -> None:
    if empty.dialect.name == "sqlite":
        Path(str(empty.url.database)).parent.mkdir()
    with writing(empty) as connection:
        connection.execute(text("CREATE TABLE task (title TEXT)"))
    with pytest.raises(Refused, match="holds tables that this program did not make"):
        upgrade(empty)
    with reading(empty) as connection:
        assert empty.dialect.get_table_names(connection) == ["task"]


def test_the_sqlite_file_is_open_to_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "data" / "jalur.sqlite"
    engine = make_engine(f"sqlite:///{file}")
    upgrade(engine)
    with writing(engine) as connection:
        connection.execute(text("INSERT INTO counter VALUES ('a', 1)"))
        files = {path.name: path.stat().st_mode & 0o077 for path in file.parent.iterdir()}
    assert files == {"jalur.sqlite": 0, "jalur.sqlite-wal": 0, "jalur.sqlite-shm": 0, "jalur.sqlite.lock": 0}
    assert file.parent.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where a folder should be")
    with pytest.raises(Refused, match="cannot be opened or made") as refused:
        upgrade(make_engine(f"sqlite:///{tmp_path / 'var' / 'data' / 'jalur.sqlite'}"))
    assert refused.value.code == "store_unwritable"


def test_the_rest_of_a_file_that_was_cut_off_is_no_empty_office(tmp_path: Path) -> None:
    file = tmp_path / "jalur.sqlite"
    file.write_bytes(b"S")
    with pytest.raises(Refused, match="is not a database of this program") as refused:
        upgrade(make_engine(f"sqlite:///{file}"))
    assert refused.value.code == "store_not_a_database"
    assert file.read_bytes() == b"S"
