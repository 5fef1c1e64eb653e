"""Access tokens, and answers kept for requests that are sent again; as kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """A token of a person: `key` is the digest of the text they hold, `id` what it is called by."""

    id: str
    key: str
    username: str
    name: str
    scopes: tuple[str, ...]
    made_at: datetime
    made_by: str
    ends_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a request was answered, under the digest of who sent it with which key; `status` None while it is carried
    out, in which `cipher` is empty. `fingerprint` is the digest of the request."""

    key: str
    fingerprint: str
    at: datetime
    status: int | None = None
    cipher: bytes = b""


class Tokens(Protocol):
    """Access tokens."""

    def add(self, token: Token) -> None: ...
    def with_key(self, key: str) -> Token | None: ...
    def get(self, token_id: str) -> Token | None: ...
    def listing(self, username: str | None = None) -> Sequence[Token]: ...
    def revoke(self, token_id: str, at: datetime) -> None: ...


class Answers(Protocol):
    """Answers to requests that may be sent again."""

    def begin(self, answer: Answer, *, forget_before: datetime, lost_before: datetime) -> Answer | None: ...
    def finish(self, answer: Answer) -> None: ...
    def drop(self, key: str) -> None: ...
    def forget(self, before: datetime) -> int: ...
