"""Passwords as argon2id hashes (RFC 9106, the profile for little memory)."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_AT_ONCE = threading.BoundedSemaphore(4)  # each takes 64 MiB while it lasts


class Argon2:
    """See `lanes.ports.Passwords`."""

    @cached_property
    def _hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher  # few commands need it

        return PasswordHasher()

    def hash(self, password: str) -> str:
        """The password with a salt of its own, as a PHC string."""
        with _AT_ONCE:
            return self._hasher.hash(password)

    def fits(self, hashed: str, password: str) -> bool:
        """Whether this is the password that was hashed."""
        from argon2.exceptions import InvalidHashError, VerificationError

        with _AT_ONCE:
            try:
                return self._hasher.verify(hashed, password)
            except (VerificationError, InvalidHashError):
                return False
