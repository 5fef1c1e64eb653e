"""Access tokens, and answers kept for requests that are sent again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from adapters.sql import tables as t
from adapters.sql.upsert import upsert
from lanes.records.tokens import Answer, Token

_TOKEN, _ANSWER = t.table(t.TokenRow), t.table(t.AnswerRow)
_BEGIN = upsert(_ANSWER, None, index=("key",)).returning(_ANSWER.c.key)


class SqlTokens:
    """See `lanes.records.tokens.Tokens`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, token: Token) -> None:
        """Keep a new token."""
        self._db.execute(insert(_TOKEN), {**asdict(token), "scopes": list(token.scopes)})

    def with_key(self, key: str) -> Token | None:
        """The token whose text has this digest."""
        return self._one(_TOKEN.c.key == key)

    def get(self, token_id: str) -> Token | None:
        """The token with this id."""
        return self._one(_TOKEN.c.id == token_id)

    def listing(self, username: str | None = None) -> Sequence[Token]:
        """Tokens, the newest first."""
        query = select(_TOKEN) if username is None else select(_TOKEN).where(_TOKEN.c.username == username)
        return [_token(row) for row in self._db.execute(query.order_by(_TOKEN.c.made_at.desc(), _TOKEN.c.id))]

    def revoke(self, token_id: str, at: datetime) -> None:
        """Note that a token was taken back."""
        self._db.execute(update(_TOKEN).where(_TOKEN.c.id == token_id).values(revoked_at=at))

    def _one(self, condition: Any) -> Token | None:
        row = self._db.execute(select(_TOKEN).where(condition)).one_or_none()
        return None if row is None else _token(row)


def _token(row: Any) -> Token:
    return Token(**{**row._mapping, "scopes": tuple(row.scopes)})


class SqlAnswers:
    """See `lanes.records.tokens.Answers`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def begin(self, answer: Answer, *, forget_before: datetime, lost_before: datetime) -> Answer | None:
        """Note that a request is being carried out; gives the first one under this key when there was one, None when
        this is the first. Forgets old answers, and requests that were cut off."""
        a = _ANSWER.c
        lost = and_(a.status.is_(None), a.at < lost_before)
        self._db.execute(delete(_ANSWER).where(or_(a.at < forget_before, lost)))
        if self._db.execute(_BEGIN, asdict(answer)).first() is not None:
            return None
        return Answer(**self._db.execute(select(_ANSWER).where(a.key == answer.key)).one()._mapping)

    def finish(self, answer: Answer) -> None:
        """Keep what a request was answered."""
        values = {"status": answer.status, "cipher": answer.cipher}
        self._db.execute(update(_ANSWER).where(_ANSWER.c.key == answer.key).values(values))

    def drop(self, key: str) -> None:
        """Forget a request."""
        self._db.execute(delete(_ANSWER).where(_ANSWER.c.key == key))

    def forget(self, before: datetime) -> int:
        """Forget the answers that are older; gives how many."""
        return self._db.execute(delete(_ANSWER).where(_ANSWER.c.at < before)).rowcount
