"""Who can sign in, who is signed in, and wrong tries; as kept. Passwords are kept as hashes, tokens as digests."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Credential:
    """How a person proves who they are. `demo`: the password is known to everybody. `totp` is the encrypted secret of
    their second factor, `totp_step` the last time step in which a code was used; None and 0 without one. `once`: it was
    given by another person, and is good for choosing one's own."""

    username: str
    password: str
    set_at: datetime
    demo: bool = False
    totp: bytes | None = None
    totp_step: int = 0
    once: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """Somebody signed in. `key` is the digest of the token that their browser holds; `second` whether they gave their
    second factor, or need none; `renew` that it is good for nothing but choosing a password of their own."""

    key: str
    username: str
    began_at: datetime
    seen_at: datetime
    second: bool = True
    renew: bool = False
    ended_at: datetime | None = None

    @property
    def whole(self) -> bool:
        """Whether it is good for the work of the office."""
        return self.second and not self.renew


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempts:
    """Wrong tries in a row at something secret, `key`: a person's password, a dossier's tracking code."""

    key: str
    failures: int
    last_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Sessions:
    """A person's sessions: when they last signed in, and those not ended that were seen since an instant."""

    last: datetime
    open: int


class Access(Protocol):
    """Credentials, sessions, wrong tries."""

    def credential(self, username: str) -> Credential | None: ...
    def credentials(self) -> list[Credential]: ...
    def put_credential(self, credential: Credential) -> None: ...
    def add_session(self, session: Session) -> None: ...
    def session(self, key: str) -> Session | None: ...
    def see_session(self, key: str, at: datetime, *, second: bool) -> None: ...
    def renewed(self, key: str) -> None: ...
    def end_sessions(self, at: datetime, *, key: str | None = None, username: str | None = None,
                     but: str | None = None) -> int: ...  # fmt: skip
    def sessions(self, seen_since: datetime) -> dict[str, Sessions]: ...
    def lock_attempts(self, key: str) -> None: ...
    def attempts(self, key: str) -> Attempts | None: ...
    def attempts_at(self, keys: Collection[str]) -> dict[str, Attempts]: ...
    def put_attempts(self, attempts: Attempts, *, forget_before: datetime) -> None: ...
    def clear_attempts(self, key: str) -> None: ...
