"""Webhook subscriptions and deliveries; deliveries are queued as the journal is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    Text,
    bindparam,
    delete,
    insert,
    literal,
    literal_column,
    select,
    text,
    type_coerce,
)
from sqlalchemy import update as change

from adapters.sql import tables as t
from adapters.sql.prepared import Prepared
from adapters.sql.rows import DOSSIER
from domain.journal import Entry
from domain.roles import Lane
from domain.webhooks import KINDS
from lanes.records.webhooks import Delivery, Subscription

_HOOK, _DELIVERY = t.table(t.WebhookRow), t.table(t.DeliveryRow)
_UNSENT = text("delivery.status IN ('queued', 'sending')")  # in the very words of the partial index
_AT = bindparam("at", type_=_DELIVERY.c.at.type)
_QUEUE = insert(_DELIVERY).from_select(
    ["subscription_id", "lane", "dossier_id", "seq", "kind", "at", "status", "attempts", "next_at"],
    select(_HOOK.c.id, _HOOK.c.lane, DOSSIER.c.id, bindparam("seq", type_=_DELIVERY.c.seq.type),
           bindparam("kind", type_=_DELIVERY.c.kind.type), _AT, literal("queued"), literal_column("0"), _AT)
    .join_from(_HOOK, DOSSIER, DOSSIER.c.lane == _HOOK.c.lane)
    .where(_HOOK.c.ended_at.is_(None), DOSSIER.c.id == bindparam("of"))
    .where(type_coerce(_HOOK.c.kinds, Text).contains(bindparam("quoted"))),
)  # fmt: skip
_ANY = Prepared(select(_HOOK.c.id).where(_HOOK.c.ended_at.is_(None)).limit(1))


def queue(db: Connection, entries: Sequence[tuple[int, Entry]]) -> None:
    """Queue what subscriptions are told of these entries of journals (a dossier's id, the entry)."""
    rows: list[dict[str, Any]] = [
        {"of": dossier_id, "seq": entry.seq, "kind": kind, "quoted": f'"{kind}"', "at": entry.at}
        for dossier_id, entry in entries
        if (kind := KINDS.get(entry.event))
    ]
    if rows and _ANY.row(db, {}) is not None:  # most offices tell nobody: that costs them one small look
        db.execute(_QUEUE, rows)


class SqlWebhooks:
    """See `lanes.records.webhooks.Webhooks`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, subscription: Subscription) -> None:
        """Keep a new subscription."""
        self._db.execute(insert(_HOOK), {**asdict(subscription), "kinds": list(subscription.kinds)})

    def get(self, subscription_id: str) -> Subscription | None:
        """The subscription with this id, an ended one too."""
        row = self._db.execute(select(_HOOK).where(_HOOK.c.id == subscription_id)).one_or_none()
        return None if row is None else _subscription(row)

    def listing(self, *, open_only: bool = True) -> Sequence[Subscription]:
        """Subscriptions, the newest first."""
        query = select(_HOOK).where(_HOOK.c.ended_at.is_(None)) if open_only else select(_HOOK)
        return [_subscription(row) for row in self._db.execute(query.order_by(_HOOK.c.made_at.desc(), _HOOK.c.id))]

    def end(self, subscription_id: str, at: datetime) -> None:
        """Note that a subscription was ended."""
        self._db.execute(change(_HOOK).where(_HOOK.c.id == subscription_id).values(ended_at=at))

    def any_due(self, lane: Lane, now: datetime) -> bool:
        """Whether `claim` would find something: a look that takes no lock."""
        return self._db.execute(_due(select(_DELIVERY.c.id), lane, now).limit(1)).first() is not None

    def claim(self, lane: Lane, *, now: datetime, until: datetime, limit: int) -> Sequence[Delivery]:
        """Take what is to be sent now, or was being sent by a worker that never ended."""
        d = _DELIVERY.c
        query = _due(_joined(), lane, now).order_by(d.next_at, d.id).limit(limit)
        taken = [_delivery(row) for row in self._db.execute(query.with_for_update(of=_DELIVERY, skip_locked=True))]
        if taken:
            mine = change(_DELIVERY).where(d.id.in_([each.id for each in taken]))
            self._db.execute(mine.values(status="sending", next_at=until, attempts=d.attempts + 1))
        return [replace(each, attempts=each.attempts + 1) for each in taken]

    def save(self, delivery: Delivery) -> None:
        """Write what became of a delivery."""
        names = ("status", "next_at", "sent_at", "error")
        values = {name: getattr(delivery, name) for name in names}
        self._db.execute(change(_DELIVERY).where(_DELIVERY.c.id == delivery.id).values(values))

    def forget(self, before: datetime) -> int:
        """Forget what was sent or given up and is older; gives how many."""
        ended = _DELIVERY.c.status.in_(["failed", "sent"])
        return self._db.execute(delete(_DELIVERY).where(ended, _DELIVERY.c.at < before)).rowcount

    def deliveries(
        self, subscription_id: str, *, status: str | None, before: int | None, limit: int
    ) -> Sequence[Delivery]:
        """A subscription's deliveries, the newest first, those `before` an id."""
        query = _joined().where(_DELIVERY.c.subscription_id == subscription_id)
        if status is not None:
            query = query.where(_DELIVERY.c.status == status)
        if before is not None:
            query = query.where(_DELIVERY.c.id < before)
        return [_delivery(row) for row in self._db.execute(query.order_by(_DELIVERY.c.id.desc()).limit(limit))]


def _joined() -> Select[Any]:
    return select(*_DELIVERY.c, DOSSIER.c.number, DOSSIER.c.code).join_from(
        _DELIVERY, DOSSIER, DOSSIER.c.id == _DELIVERY.c.dossier_id
    )


def _due(query: Select[Any], lane: Lane, now: datetime) -> Select[Any]:
    return query.where(_DELIVERY.c.lane == lane.value, _UNSENT, _DELIVERY.c.next_at <= now)


def _subscription(row: Any) -> Subscription:
    values = {**row._mapping, "lane": Lane(row.lane), "kinds": tuple(row.kinds), "cipher": bytes(row.cipher)}
    return Subscription(**values)


def _delivery(row: Any) -> Delivery:
    return Delivery(**{**row._mapping, "lane": Lane(row.lane)})
