"""Access tokens of the API: made for a person, shown once, kept as digests, over at their end or when taken back."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import Refused
from domain.permissions import Actor
from domain.roles import Role
from domain.scopes import LONGEST, read_scopes
from lanes.people import People
from lanes.ports import Clock
from lanes.records.tokens import Token
from lanes.store import Store, Work

MARK = "jalur_"  # so that a token is recognised where it must not stand (a log, a repository)
_LONGEST_NAME = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """Somebody who calls with a token: the token, and its person as the rules see them now."""

    token: Token
    actor: Actor


class Tokens:
    """See the module."""

    def __init__(self, store: Store, clock: Clock, people: People) -> None:
        self._store, self._clock, self._people = store, clock, people

    def create(
        self, username: str, *, name: str, scopes: Iterable[str], until: datetime, by: str | None
    ) -> tuple[Token, str]:
        """A token for a person, and the text that is shown this once. Raises Refused for a stranger, for scopes that
        are of no use to them, for an end that is no end, and when `by` is neither the person nor an administrator
        (None: whoever has the data folder)."""
        now, label = self._clock.now(), " ".join(name.split())
        if not 1 <= len(label) <= _LONGEST_NAME or not label.isprintable():
            raise Refused("token_name", "A token needs a name, to know it by.", allowed=f"1 to {_LONGEST_NAME} signs")
        if not now < until <= now + LONGEST:
            raise Refused("token_end", "The token would end before it begins, or last too long.",
                          allowed=f"an end within {LONGEST.days} days")  # fmt: skip
        text = MARK + secrets.token_urlsafe(32)
        with self._store.begin() as work:
            actor = self._people.actor(work, username, now)
            self._may(work, username, by, now)
            token = Token(
                id=f"tok-{secrets.token_hex(6)}", key=_digest(text), username=username, name=label,
                scopes=read_scopes(scopes, actor), made_at=now, made_by=by or username, ends_at=until,
            )  # fmt: skip
            work.tokens.add(token)
        return token, text

    def listing(self, username: str | None = None) -> Sequence[Token]:
        """Everybody's tokens or one person's, the newest first, ended ones too."""
        with self._store.read() as work:
            return work.tokens.listing(username)

    def revoke(self, token_id: str, *, by: str | None) -> Token:
        """Take a token back: it opens nothing from now on. Raises Refused, also for people who may not."""
        now = self._clock.now()
        with self._store.begin() as work:
            token = work.tokens.get(token_id)
            if token is None:
                raise Refused("unknown_token", "There is no such token.", allowed="an id of `jalur token list`")
            self._may(work, token.username, by, now)
            if token.revoked_at is not None:
                return token
            work.tokens.revoke(token_id, now)
        return replace(token, revoked_at=now)

    def holder(self, text: str) -> Holder | None:
        """Who calls with a token; None when it was never given, is over or taken back, or its person works here no
        more."""
        now = self._clock.now()
        with self._store.read() as work:
            token = work.tokens.with_key(_digest(text))
            if token is None or token.revoked_at is not None or token.ends_at <= now:
                return None
            try:
                return Holder(token=token, actor=self._people.actor(work, token.username, now))
            except Refused:
                return None

    def _may(self, work: Work, username: str, by: str | None, now: datetime) -> None:
        if by not in (None, username) and Role.ADMINISTRATOR not in self._people.actor(work, str(by), now).roles:
            raise Refused("not_allowed", f"{by} may not decide about tokens of {username}.",
                          allowed="the person or an administrator")  # fmt: skip


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
