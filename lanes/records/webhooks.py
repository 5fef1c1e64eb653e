"""Who is told of which events, and what is to be sent; as kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.roles import Lane


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """An address that is told of a lane's events of these kinds; the secret it checks messages with is encrypted."""

    id: str
    lane: Lane
    kinds: tuple[str, ...]
    url: str
    made_by: str
    made_at: datetime
    key_id: str
    cipher: bytes
    ended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One event for one subscription: entry `seq` of a dossier's journal, made `at`. `status` is queued, sending, sent
    or failed; `number` and `code` are the dossier's."""

    id: int
    subscription_id: str
    lane: Lane
    dossier_id: int
    number: str
    code: str
    seq: int
    kind: str
    at: datetime
    status: str
    attempts: int
    next_at: datetime
    sent_at: datetime | None = None
    error: str | None = None


class Webhooks(Protocol):
    """Subscriptions and deliveries. Deliveries are queued by the journal itself, in the transaction of the event."""

    def add(self, subscription: Subscription) -> None: ...
    def get(self, subscription_id: str) -> Subscription | None: ...
    def listing(self, *, open_only: bool = True) -> Sequence[Subscription]: ...
    def end(self, subscription_id: str, at: datetime) -> None: ...
    def any_due(self, lane: Lane, now: datetime) -> bool: ...
    def claim(self, lane: Lane, *, now: datetime, until: datetime, limit: int) -> Sequence[Delivery]: ...
    def save(self, delivery: Delivery) -> None: ...
    def forget(self, before: datetime) -> int: ...
    def deliveries(self, subscription_id: str, *, status: str | None, before: int | None,
                   limit: int) -> Sequence[Delivery]: ...  # fmt: skip
