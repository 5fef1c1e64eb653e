"""Credentials, sessions and wrong tries, the same on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from adapters.sql.store import SqlStore
from lanes.records.access import Attempts, Credential, Session
from lanes.store import Store

NOW = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)


@pytest.fixture
def store(engine: Engine) -> Store:
    return SqlStore(engine)


def test_a_credential_is_kept_whole_and_replaced(store: Store) -> None:
    first = Credential(username="kepala", password="hash", set_at=NOW, demo=True)
    second = replace(first, password="other", demo=False, totp=b"\x00secret", totp_step=59_000_000)
    for credential in (first, second):
        with store.begin() as work:
            work.access.put_credential(credential)
        with store.read() as work:
            assert work.access.credential("kepala") == credential
            assert work.access.credentials() == [credential]
    with store.read() as work:
        assert work.access.credential("nobody") is None


def test_a_session_is_seen_and_ended(store: Store) -> None:
    session = Session(key="a" * 64, username="kepala", began_at=NOW, seen_at=NOW, second=False)
    later = NOW + timedelta(minutes=5)
    with store.begin() as work:
        work.access.add_session(session)
    with store.begin() as work:
        work.access.see_session(session.key, later, second=True)
    with store.read() as work:
        assert work.access.session(session.key) == replace(session, seen_at=later, second=True)
    with store.begin() as work:
        assert work.access.end_sessions(later, key=session.key) == 1
        assert work.access.end_sessions(later, key=session.key) == 0
    with store.read() as work:
        assert work.access.session(session.key) is None


def test_all_sessions_of_a_person_end_and_nobody_else_s(store: Store) -> None:
    with store.begin() as work:
        for key, username in (("1", "kepala"), ("2", "kepala"), ("3", "admin")):
            work.access.add_session(Session(key=key, username=username, began_at=NOW, seen_at=NOW))
        assert work.access.end_sessions(NOW, username="kepala") == 2
    with store.read() as work:
        assert [work.access.session(key) is None for key in "123"] == [True, True, False]


def test_wrong_tries_are_counted_forgotten_and_cleared(store: Store) -> None:
    old = Attempts(key="code:kepala", failures=9, last_at=NOW - timedelta(days=2))
    fresh = Attempts(key="password:kepala", failures=1, last_at=NOW)
    with store.begin() as work:
        work.access.put_attempts(old, forget_before=NOW - timedelta(days=9))
        work.access.put_attempts(fresh, forget_before=NOW - timedelta(days=1))
        work.access.put_attempts(replace(fresh, failures=2), forget_before=NOW - timedelta(days=1))
    with store.begin() as work:
        assert work.access.attempts(old.key) is None
        assert work.access.attempts(fresh.key) == replace(fresh, failures=2)
        work.access.clear_attempts(fresh.key)
        assert work.access.attempts(fresh.key) is None
