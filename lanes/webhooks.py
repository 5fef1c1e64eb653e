"""Programs told of a lane's events: subscribed by who answers for the lane, signed, sent until received or given up.

What is to be sent is queued by the journal in the transaction of the event, so nothing is told that did not happen and
nothing that happened is left out. A message holds numbers and kinds and no personal data. A receiver may get one twice
(a worker killed between sending and noting it), always under the same id.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from domain.errors import Refused
from domain.permissions import not_allowed, why_not_look_after
from domain.roles import Lane
from domain.webhooks import KINDS, delay_after, new_secret, sign, whats_wrong
from lanes.people import People
from lanes.ports import Clock, Unavailable, Vault
from lanes.records.webhooks import Delivery, Subscription
from lanes.store import Store, Work

_HOLD = timedelta(minutes=1)  # how long a sending may take before another worker looks at it
_KEPT = timedelta(days=30)  # how long messages that were sent or given up can be looked at
_MOST = 50  # subscriptions of a lane


class Poster(Protocol):
    """Sends a message to an address."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """The status of the answer; redirects are not followed. Raises Unavailable when there is none in time."""
        ...

    def leads_inside(self, url: str) -> bool:
        """Whether an address leads to where nothing is sent: into the office's own network."""
        ...


class Webhooks:
    """See the module."""

    def __init__(self, store: Store, clock: Clock, people: People, vault: Vault, poster: Poster) -> None:
        self._store, self._clock, self._people = store, clock, people
        self._vault, self._poster = vault, poster

    def subscribe(self, lane: Lane, *, url: str, kinds: Collection[str], by: str) -> tuple[Subscription, str]:
        """Tell an address of a lane's events of these kinds from now on; gives the secret, which is shown this once.
        Raises Refused for people who may not, unknown kinds, and addresses that nothing is sent to."""
        now = self._clock.now()
        wrong = whats_wrong(url)
        if wrong is None and self._poster.leads_inside(url):
            wrong = "The address leads into the office's own network."
        if wrong:
            raise Refused("wrong_address", wrong, allowed="https://… in the internet; http://127.0.0.1:PORT/… on this "
                          "machine where JALUR_WEBHOOK_LOOPBACK is set")  # fmt: skip
        if not kinds or not set(kinds) <= set(KINDS.values()):
            raise Refused("unknown_kind", "Name kinds of events, and only these exist.",
                          allowed=", ".join(KINDS.values()))  # fmt: skip
        secret, name = new_secret(secrets.token_bytes(32)), f"wh-{secrets.token_hex(6)}"
        key_id, cipher = self._vault.lock({"secret": secret}, context=f"webhook:{name}")
        subscription = Subscription(
            id=name, lane=lane, kinds=tuple(sorted(set(kinds))), url=url, made_by=by, made_at=now, key_id=key_id,
            cipher=cipher,
        )  # fmt: skip
        with self._store.begin() as work:
            self._may(work, by, lane, now)
            if sum(each.lane is lane for each in work.webhooks.listing()) >= _MOST:
                raise Refused("too_many_webhooks", f"The {lane} lane has {_MOST} webhooks already.",
                              allowed="one more after another was ended")  # fmt: skip
            work.webhooks.add(subscription)
        return subscription, secret

    def listing(self, *, by: str) -> Sequence[Subscription]:
        """The subscriptions of the lanes a person answers for, the newest first."""
        now = self._clock.now()
        with self._store.read() as work:
            actor = self._people.actor(work, by, now)
            return [each for each in work.webhooks.listing() if why_not_look_after(actor, each.lane) is None]

    def get(self, subscription_id: str, *, by: str) -> Subscription:
        """One subscription. Raises Refused, also for people who may not see it."""
        with self._store.read() as work:
            return self._get(work, subscription_id, by)

    def end(self, subscription_id: str, *, by: str) -> None:
        """Tell an address nothing more; what is queued for it is not sent. Raises Refused."""
        with self._store.begin() as work:
            self._get(work, subscription_id, by)
            work.webhooks.end(subscription_id, self._clock.now())

    def deliveries(
        self, subscription_id: str, *, by: str, status: str | None = None, before: int | None = None, limit: int = 50
    ) -> Sequence[Delivery]:
        """What was and is to be sent to a subscription, the newest first. Raises Refused."""
        with self._store.read() as work:
            self._get(work, subscription_id, by)
            return work.webhooks.deliveries(subscription_id, status=status, before=before, limit=limit)

    def claim(self, lane: Lane, limit: int) -> Sequence[Delivery]:
        """Take what is to be sent of a lane now, for a minute."""
        now = self._clock.now()
        with self._store.read() as work:
            if not work.webhooks.any_due(lane, now):
                return []
        with self._store.begin() as work:
            return work.webhooks.claim(lane, now=now, until=now + _HOLD, limit=limit)

    def deliver(self, delivery: Delivery) -> None:
        """Send one message and note what became of it. Any answer but a success is tried again later, then given up."""
        now = self._clock.now()
        with self._store.read() as work:
            subscription = work.webhooks.get(delivery.subscription_id)
        if subscription is None or subscription.ended_at is not None:
            self._note(replace(delivery, status="failed", error="the subscription was ended"))
            return
        secret = self._vault.unlock(subscription.key_id, subscription.cipher, context=f"webhook:{subscription.id}")
        body, name = _body(delivery), f"{subscription.id}-{delivery.number}-{delivery.seq}"
        headers = {
            "content-type": "application/json", "user-agent": "Jalur-Webhooks", "webhook-id": name,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": sign(str(secret["secret"]), name, now, body),
        }  # fmt: skip
        try:
            status = self._poster.post(subscription.url, headers, body)
            fault = "" if 200 <= status < 300 else f"answered {status}"
        except Unavailable as unavailable:
            fault = str(unavailable)
        self._note(_after(delivery, fault, now))

    def forget(self) -> int:
        """Forget messages that were sent or given up long ago; gives how many."""
        with self._store.begin() as work:
            return work.webhooks.forget(self._clock.now() - _KEPT)

    def _note(self, delivery: Delivery) -> None:
        with self._store.begin() as work:
            work.webhooks.save(delivery)

    def _get(self, work: Work, subscription_id: str, by: str) -> Subscription:
        found = work.webhooks.get(subscription_id)
        if found is None or found.ended_at is not None:
            raise Refused("unknown_webhook", "There is no such webhook.", allowed="an id of the list of webhooks")
        self._may(work, by, found.lane, self._clock.now())
        return found

    def _may(self, work: Work, by: str, lane: Lane, now: datetime) -> None:
        reason = why_not_look_after(self._people.actor(work, by, now), lane)
        if reason:
            raise not_allowed(reason)


def _after(delivery: Delivery, fault: str, now: datetime) -> Delivery:
    if not fault:
        return replace(delivery, status="sent", sent_at=now, error=None)
    delay = delay_after(delivery.attempts)
    if delay is None:
        return replace(delivery, status="failed", error=fault[:200])
    return replace(delivery, status="queued", next_at=now + delay, error=fault[:200])


def _body(delivery: Delivery) -> bytes:
    """The same bytes at each try."""
    told = {
        "type": delivery.kind, "timestamp": delivery.at.isoformat(),
        "data": {"number": delivery.number, "lane": delivery.lane, "code": delivery.code, "entry": delivery.seq},
    }  # fmt: skip
    return json.dumps(told, separators=(",", ":")).encode()
