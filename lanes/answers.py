"""Requests that are sent again get the answer of the first time, and have no second effect.

Answers may hold what only its receiver may know (a tracking code), so they are kept encrypted, for a day.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from domain.errors import Conflict, Refused
from lanes.ports import Clock, Vault
from lanes.records.tokens import Answer
from lanes.store import Store

KEPT = timedelta(hours=24)
LOST = timedelta(minutes=2)
"""A request still being carried out after this long was cut off: the next one with its key is carried out anew."""


class Answers:
    """See the module."""

    def __init__(self, store: Store, clock: Clock, vault: Vault) -> None:
        self._store, self._clock, self._vault = store, clock, vault

    def begin(self, sender: str, key: str, fingerprint: str) -> tuple[int, bytes] | str:
        """The status and the body that `sender` was answered with under this key; or, when there are none yet, what to
        finish this one with. Raises Refused when another request was sent under it, Conflict while that first request
        is being carried out."""
        now, name = self._clock.now(), hashlib.sha256(f"{sender}\0{key}".encode()).hexdigest()
        with self._store.begin() as work:
            mine = Answer(key=name, fingerprint=fingerprint, at=now)
            first = work.answers.begin(mine, forget_before=now - KEPT, lost_before=now - LOST)
        if first is None:
            return name
        if first.fingerprint != fingerprint:
            raise Refused("idempotency_key_reused", "Another request was sent with this Idempotency-Key.",
                          allowed="a new key for a new request")  # fmt: skip
        if first.status is None:
            raise Conflict("request_in_progress", "The same request is being carried out just now.",
                           allowed="the same request again in a moment")  # fmt: skip
        return first.status, self._vault.unlock_bytes(first.cipher, context=f"answer:{name}")

    def finish(self, name: str, fingerprint: str, status: int, body: bytes) -> None:
        """Keep the answer."""
        cipher = self._vault.lock_bytes(body, context=f"answer:{name}")
        answer = Answer(key=name, fingerprint=fingerprint, at=self._clock.now(), status=status, cipher=cipher)
        with self._store.begin() as work:
            work.answers.finish(answer)

    def forget(self) -> int:
        """Forget the answers that are not given again any more; gives how many."""
        with self._store.begin() as work:
            return work.answers.forget(self._clock.now() - KEPT)

    def drop(self, name: str) -> None:
        """Keep none: the request failed, and may be sent again."""
        with self._store.begin() as work:
            work.answers.drop(name)
