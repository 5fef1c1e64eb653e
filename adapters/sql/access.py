"""Credentials, sessions and wrong tries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, and_, case, delete, func, insert, select, update

from adapters.sql import tables as t
from adapters.sql.upsert import upsert
from lanes.records.access import Attempts, Credential, Session, Sessions

_CREDENTIAL, _SESSION, _ATTEMPTS = t.table(t.CredentialRow), t.table(t.SessionRow), t.table(t.AttemptsRow)
_PUT_CREDENTIAL = upsert(_CREDENTIAL, ("password", "set_at", "demo", "totp", "totp_step", "once"), index=("username",))
_PUT_ATTEMPTS = upsert(_ATTEMPTS, ("failures", "last_at"), index=("key",))


class SqlAccess:
    """See `lanes.records.access.Access`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def credential(self, username: str) -> Credential | None:
        """What a person proves themselves with; None when they were given nothing."""
        row = self._db.execute(select(_CREDENTIAL).where(_CREDENTIAL.c.username == username)).one_or_none()
        return None if row is None else Credential(**row._mapping)

    def credentials(self) -> list[Credential]:
        """Everybody's, by username."""
        query = select(_CREDENTIAL).order_by(_CREDENTIAL.c.username)
        return [Credential(**row._mapping) for row in self._db.execute(query)]

    def put_credential(self, credential: Credential) -> None:
        """Give a person a credential, or another one."""
        self._db.execute(_PUT_CREDENTIAL, asdict(credential))

    def add_session(self, session: Session) -> None:
        """Keep a new session."""
        self._db.execute(insert(_SESSION), asdict(session))

    def session(self, key: str) -> Session | None:
        """A session that was not ended."""
        query = select(_SESSION).where(_SESSION.c.key == key, _SESSION.c.ended_at.is_(None))
        row = self._db.execute(query).one_or_none()
        return None if row is None else Session(**row._mapping)

    def see_session(self, key: str, at: datetime, *, second: bool) -> None:
        """Note when something was last asked in a session, and whether the second factor was given."""
        self._db.execute(update(_SESSION).where(_SESSION.c.key == key).values(seen_at=at, second=second))

    def renewed(self, key: str) -> None:
        """Note that the person of a session chose a password of their own."""
        self._db.execute(update(_SESSION).where(_SESSION.c.key == key).values(renew=False))

    def end_sessions(
        self, at: datetime, *, key: str | None = None, username: str | None = None, but: str | None = None
    ) -> int:
        """End one session, or all of a person `but` one; gives how many."""
        which = _SESSION.c.key == key if key is not None else _SESSION.c.username == username
        ending = update(_SESSION).where(which, _SESSION.c.ended_at.is_(None))
        if but is not None:
            ending = ending.where(_SESSION.c.key != but)
        return self._db.execute(ending.values(ended_at=at)).rowcount

    def sessions(self, seen_since: datetime) -> dict[str, Sessions]:
        """Everybody's sessions, by username; those not seen since are over, ended or not."""
        s = _SESSION.c
        lasting = case((and_(s.ended_at.is_(None), s.seen_at > seen_since), 1), else_=0)
        query = select(s.username, func.max(s.began_at).label("last"), func.sum(lasting).label("open"))
        return {row.username: Sessions(last=row.last, open=row.open)
                for row in self._db.execute(query.group_by(s.username))}  # fmt: skip

    def lock_attempts(self, key: str) -> None:
        """Let nobody else count tries at this before the transaction ends, also where none was yet. SQLite's write lock
        does so by itself."""
        if self._db.dialect.name == "postgresql":
            self._db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"attempts:{key}", 0))))

    def attempts(self, key: str) -> Attempts | None:
        """The wrong tries at something; None when there were none."""
        row = self._db.execute(select(_ATTEMPTS).where(_ATTEMPTS.c.key == key)).one_or_none()
        return None if row is None else Attempts(**row._mapping)

    def attempts_at(self, keys: Collection[str]) -> dict[str, Attempts]:
        """The wrong tries at each of these; those without any are left out."""
        query = select(_ATTEMPTS).where(_ATTEMPTS.c.key.in_(sorted(keys)))
        return {row.key: Attempts(**row._mapping) for row in self._db.execute(query)}

    def put_attempts(self, attempts: Attempts, *, forget_before: datetime) -> None:
        """Keep wrong tries at something, and forget those at anything that are older."""
        self._db.execute(delete(_ATTEMPTS).where(_ATTEMPTS.c.last_at < forget_before))
        self._db.execute(_PUT_ATTEMPTS, asdict(attempts))

    def clear_attempts(self, key: str) -> None:
        """Forget the wrong tries at something."""
        self._db.execute(delete(_ATTEMPTS).where(_ATTEMPTS.c.key == key))
