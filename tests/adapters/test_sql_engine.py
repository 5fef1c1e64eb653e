"""Transactions on real databases, and what their failures mean for the person who asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import psycopg
import pytest
from sqlalchemy import Connection, Engine, insert, text
from sqlalchemy.exc import DBAPIError

from adapters.bench.postgres import PostgresServer
from adapters.sql.engine import make_engine, reading, writing
from adapters.sql.errors import BadRow, Taken
from adapters.sql.tables import DossierRow, table
from domain.errors import Conflict, Refused

ADD = text("INSERT INTO counter (name, value) VALUES (:name, :value)")
COUNT = text("SELECT count(*) FROM counter")


@pytest.fixture
def sqlite_file(tmp_path: Path, sqlite_template: Path) -> Path:
    file = tmp_path / "jalur.sqlite"
    file.write_bytes(sqlite_template.read_bytes())
    return file


@pytest.fixture
def sqlite_engine(sqlite_file: Path) -> Iterator[Engine]:
    made = make_engine(f"sqlite:///{sqlite_file}", wait_s=0.05)
    yield made
    made.dispose()


@pytest.fixture
def postgresql_engine(postgres: PostgresServer, postgres_template: str) -> Iterator[Engine]:
    name = postgres.create(postgres_template)
    made = make_engine(postgres.url(name), wait_s=0.05)
    yield made
    made.dispose()
    postgres.drop(name)


def a_dossier(connection: Connection) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    connection.execute(
        insert(table(DossierRow)),
        {"id": 1, "number": "ON-2026-000001", "lane": "online", "channel": "web", "code": "KIA-BARU", "facts": {},
         "workflow_version": "1", "status": "submitted", "district": "d", "village": "v", "submitted_at": now},
    )  # fmt: skip


def kept(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(connection.execute(COUNT).scalar_one())


def test_what_was_written_is_kept_and_an_exception_keeps_nothing(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(ADD, {"name": "a", "value": 1})

    def fail() -> None:
        with writing(engine) as connection:
            connection.execute(ADD, {"name": "b", "value": 1})
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert kept(engine) == 1


def test_a_reading_transaction_sees_one_state_while_others_write(engine: Engine) -> None:
    with reading(engine) as connection:
        before = connection.execute(COUNT).scalar_one()
        with writing(engine) as other:
            other.execute(ADD, {"name": "a", "value": 1})
        assert connection.execute(COUNT).scalar_one() == before
    assert kept(engine) == before + 1


def test_a_write_in_a_reading_transaction_fails_and_the_connection_writes_again_later(engine: Engine) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)read.?only"), reading(engine) as connection:
        connection.execute(ADD, {"name": "a", "value": 1})
    with writing(engine) as connection:
        connection.execute(ADD, {"name": "a", "value": 1})
    assert kept(engine) == 1


def test_threads_that_write_at_once_all_get_their_turn(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(ADD, {"name": "a", "value": 0})
    together = Barrier(8)

    def add_ten() -> None:
        together.wait()
        for _ in range(10):
            with writing(engine) as connection:
                connection.execute(text("UPDATE counter SET value = value + 1"))

    with ThreadPoolExecutor(8) as threads:
        for done in [threads.submit(add_ten) for _ in range(8)]:
            done.result()
    with reading(engine) as connection:
        assert connection.execute(text("SELECT value FROM counter")).scalar_one() == 80


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("INSERT INTO counter (name, value) VALUES ('a', 1)", "counter_pkey"),
        ("INSERT INTO stock_move (key, item, kind, count, at, actor) SELECT 'k', 'i', 'k', 1, {now}, 'a'",
         "stock_move_pkey"),
        (('INSERT INTO outbox (key, lane, message, "values", status, attempts, next_at, queued_at) '
         "SELECT 'k', 'online', 'm', '', 'queued', 0, {now}, {now}"), "outbox_key_key"),
        ("INSERT INTO personal_index (kind, token, dossier_id) VALUES ('nik', 't', 1)", "personal_index_pkey"),
    ],
)  # fmt: skip
def test_a_value_that_is_there_already_is_told_by_its_constraint(
    engine: Engine, statement: str, constraint: str
) -> None:
    again = text(statement.format(now="1" if engine.dialect.name == "sqlite" else "now()"))
    with writing(engine) as connection:
        a_dossier(connection)
        connection.execute(again)
    with pytest.raises(Taken) as taken, writing(engine) as connection:
        connection.execute(again)
    assert taken.value.constraint == constraint


def test_a_row_that_the_tables_do_not_allow_is_told_without_its_values(engine: Engine) -> None:
    with pytest.raises(BadRow) as bad, writing(engine) as connection:
        connection.execute(text("INSERT INTO operator (username, name) VALUES ('budi.contoh', NULL)"))
    assert "name" in str(bad.value)
    assert "budi" not in str(bad.value)
    assert bad.value.__cause__ is None


def test_tables_that_were_never_made_are_told(empty_database_url: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with pytest.raises(Refused, match=r"has no tables of this program\. Run `jalur up`"):
        kept(make_engine(empty_database_url))


def test_sqlite_waits_for_another_program_and_then_refuses(sqlite_engine: Engine, sqlite_file: Path) -> None:
    holder = sqlite3.connect(sqlite_file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(Refused, match="is locked by another program") as refused, writing(sqlite_engine):
        pytest.fail("the transaction began")
    assert refused.value.code == "store_locked"
    assert f"fuser {sqlite_file}" in str(refused.value)
    holder.close()
    with writing(sqlite_engine):
        pass


def test_a_thread_of_the_same_process_is_refused_alike(sqlite_engine: Engine) -> None:
    with writing(sqlite_engine), pytest.raises(Refused) as refused, writing(sqlite_engine):
        pytest.fail("the transaction began")
    assert refused.value.code == "store_locked"


def test_a_full_disk_keeps_nothing_of_the_transaction(sqlite_engine: Engine) -> None:
    def fill() -> None:
        with writing(sqlite_engine) as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1")  # as small as the file is now
            connection.execute(ADD, [{"name": f"{number:0100}", "value": number} for number in range(10_000)])

    with pytest.raises(Refused, match="no room left") as refused:
        fill()
    assert refused.value.code == "store_full"
    assert refused.value.message.startswith(
        f"There is no room left for the database file {sqlite_engine.url.database}. "
    )
    assert kept(sqlite_engine) == 0


@pytest.mark.parametrize("content", [b"not a database" * 100, b"SQLite format 3\0" + b"\xff" * 4080])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "jalur.sqlite"
    file.write_bytes(content)
    with pytest.raises(Refused, match="is not a database of this program") as refused:
        kept(make_engine(f"sqlite:///{file}"))
    assert refused.value.code == "store_not_a_database"
    assert file.read_bytes() == content


def test_a_damaged_file_is_told(sqlite_file: Path) -> None:
    content = bytearray(sqlite_file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    sqlite_file.write_bytes(content)
    with pytest.raises(Refused, match="is damaged"):
        kept(make_engine(f"sqlite:///{sqlite_file}"))


def test_a_place_where_nobody_can_write_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="cannot be opened or made") as refused:
        kept(make_engine(f"sqlite:///{tmp_path / 'file' / 'jalur.sqlite'}"))
    assert refused.value.code == "store_unwritable"


def test_a_file_that_may_not_be_written_is_refused(sqlite_file: Path) -> None:
    read_only = make_engine(f"sqlite:///file:{sqlite_file}?mode=ro&uri=true")
    with pytest.raises(Refused, match="may not be written by this user"), writing(read_only) as connection:
        connection.execute(ADD, {"name": "a", "value": 1})


def test_postgresql_waits_for_a_row_and_then_refuses(postgresql_engine: Engine) -> None:
    with writing(postgresql_engine) as connection:
        connection.execute(ADD, {"name": "a", "value": 1})
    change = text("UPDATE counter SET value = value + 1 WHERE name = 'a'")
    with writing(postgresql_engine) as first:
        first.execute(change)
        with pytest.raises(Refused, match="for too long") as refused, writing(postgresql_engine) as second:
            second.execute(change)
    assert refused.value.code == "store_locked"


def test_a_deadlock_is_a_conflict_for_one_of_the_two(postgresql_engine: Engine) -> None:
    with writing(postgresql_engine) as connection:
        connection.execute(ADD, [{"name": "a", "value": 1}, {"name": "b", "value": 1}])
    both_hold_one = Barrier(2)

    def change(names: str) -> str:
        try:
            with writing(postgresql_engine) as connection:
                connection.execute(text("SET LOCAL deadlock_timeout = 10; SET LOCAL lock_timeout = 0"))
                for name in names:
                    connection.execute(text("UPDATE counter SET value = 2 WHERE name = :name"), {"name": name})
                    if name == names[0]:
                        both_hold_one.wait()
        except Conflict as conflict:
            return conflict.code
        return "kept"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(change, ["ab", "ba"])) == ["kept", "store_conflict"]


def test_connections_that_the_server_closed_are_replaced_unnoticed(
    postgres: PostgresServer, postgresql_engine: Engine
) -> None:
    kept(postgresql_engine)
    with postgres.connect() as administrator:
        closed = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE datname = %s"
        administrator.execute(closed, [postgresql_engine.url.database])
    assert kept(postgresql_engine) == 0


def test_a_connection_lost_inside_a_transaction_is_told_and_the_next_one_works(
    postgres: PostgresServer, postgresql_engine: Engine
) -> None:
    def lose() -> None:
        with writing(postgresql_engine) as connection:
            connection.execute(ADD, {"name": "a", "value": 1})
            pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with postgres.connect() as administrator:
                administrator.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
            connection.execute(COUNT)

    with pytest.raises(Refused, match="was lost") as refused:
        lose()
    assert refused.value.code == "store_connection_lost"
    assert kept(postgresql_engine) == 0


def test_every_postgresql_connection_counts_in_utc_and_says_who_it_is(postgresql_engine: Engine) -> None:
    with writing(postgresql_engine) as connection:
        ask = "SELECT current_setting('timezone'), current_setting('application_name')"
        assert tuple(connection.execute(text(ask)).one()) == ("UTC", "jalur")


@pytest.mark.parametrize("place", ["@/office?host=/nowhere", "@127.0.0.1:1/office", "@no-such-host.invalid/office"])
def test_a_server_that_is_not_there_is_told_without_the_password(place: str) -> None:
    with pytest.raises(Refused, match=r"database office on .* cannot be reached") as refused:
        kept(make_engine(f"postgresql+psycopg://jalur:topsecret{place}"))
    assert refused.value.code == "store_unreachable"
    assert "topsecret" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_wrong_password_is_told_without_it(postgres: PostgresServer) -> None:
    with postgres.connect() as administrator:
        administrator.execute("CREATE ROLE keeper LOGIN PASSWORD 'right'")
    rules = postgres.folder / "pg_hba.conf"
    rules.write_text(f"local all keeper scram-sha-256\n{rules.read_text()}")
    with postgres.connect() as administrator:
        administrator.execute("SELECT pg_reload_conf()")
    for password in ("", ":topsecret"):
        with pytest.raises(Refused, match="refused the user or the password") as refused:
            kept(make_engine(f"postgresql+psycopg://keeper{password}@/postgres?host={postgres.folder}"))
        assert refused.value.code == "store_login_refused"
        assert "topsecret" not in str(refused.value)


def test_a_database_that_does_not_exist_is_told(postgres: PostgresServer) -> None:
    with pytest.raises(Refused, match="There is no PostgreSQL database no_office") as refused:
        kept(make_engine(postgres.url("no_office")))
    assert refused.value.code == "store_missing"


def test_hot_statements_are_prepared_by_the_driver(postgresql_engine: Engine) -> None:
    with writing(postgresql_engine) as connection:
        for number in range(5):
            connection.execute(ADD, {"name": str(number), "value": number})
        prepared = connection.execute(text("SELECT statement FROM pg_prepared_statements")).scalars().all()
    assert any("INSERT INTO counter" in statement for statement in prepared)
    assert isinstance(connection.dialect.dbapi, type(psycopg))
