"""Webhooks: programs told of a lane's events; and whose token this is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Path, Query, Response
from pydantic import Field

from adapters.web.api.asking import Me, OfficeNow
from adapters.web.api.cursors import At, Limit, decode, encode, whole
from adapters.web.api.repeating import Repeatable
from adapters.web.api.shapes import Given, Page, Told
from domain.roles import Lane
from domain.scopes import Right, covers

router = APIRouter(tags=["Webhooks"], route_class=Repeatable)
Id = Annotated[str, Path(pattern=r"^wh-[0-9a-f]{12}$", examples=["wh-0123456789ab"])]


class Subscribing(Given):
    """Which events of a lane are told to which address: https, or plain http on the office's own machine."""

    lane: Lane
    kinds: Annotated[
        list[Annotated[str, Field(max_length=60)]],
        Field(min_length=1, max_length=50, examples=[["dossier.issued", "dossier.returned"]]),
    ]
    url: Annotated[str, Field(max_length=2_000, examples=["https://example.org/jalur"])]


class Webhook(Told):
    """A subscription."""

    id: str
    lane: Lane
    kinds: list[str]
    url: str
    made_by: str
    made_at: datetime


class WebhookMade(Webhook):
    """A new subscription, and the secret that messages are signed with: it is told here only."""

    secret: str


class DeliveryTold(Told):
    """A message: what it told, and what became of it."""

    id: int
    number: str
    kind: str
    at: datetime
    status: Literal["queued", "sending", "sent", "failed"]
    attempts: int
    next_at: datetime
    sent_at: datetime | None
    error: str | None


class Whose(Told):
    """A token, told to who holds it."""

    username: str
    name: str
    scopes: list[str]
    ends_at: datetime


@router.get("/token", tags=["Tokens"], summary="Show the token in use")
def token(me: Me) -> Whose:
    """Whose it is, what it was made for, and when it ends."""
    return Whose.model_validate(me.holder.token)


@router.get("/webhooks", summary="List the webhooks")
def listing(me: Me, office: OfficeNow) -> list[Webhook]:
    """Of the lanes that token and person answer for (`LANE:webhooks`; managers and administrators)."""
    scopes = me.holder.token.scopes
    found = office.webhooks.listing(by=me.username)
    return [Webhook.model_validate(each) for each in found if covers(scopes, Right.WEBHOOKS, each.lane)]


@router.post("/webhooks", status_code=201, summary="Add a webhook")
def subscribe(given: Annotated[Subscribing, Body()], me: Me, office: OfficeNow, response: Response) -> WebhookMade:
    """From now on the lane's events of these kinds are told to this address (`LANE:webhooks`)."""
    by = me.must(Right.WEBHOOKS, given.lane)
    made, secret = office.webhooks.subscribe(given.lane, url=given.url, kinds=given.kinds, by=by)
    response.headers["location"] = f"/api/webhooks/{made.id}"
    return WebhookMade(**Webhook.model_validate(made).model_dump(), secret=secret)


@router.get("/webhooks/{id}", summary="Show a webhook")
def show(id: Id, me: Me, office: OfficeNow) -> Webhook:  # noqa: A002
    """Without its secret (`LANE:webhooks`)."""
    return Webhook.model_validate(_mine(id, me, office))


@router.delete("/webhooks/{id}", status_code=204, summary="End a webhook")
def end(id: Id, me: Me, office: OfficeNow) -> None:  # noqa: A002
    """Nothing more is sent to it, also what was queued (`LANE:webhooks`)."""
    _mine(id, me, office)
    office.webhooks.end(id, by=me.username)


@router.get("/webhooks/{id}/deliveries", summary="List a webhook's messages")
def deliveries(
    id: Id,  # noqa: A002
    me: Me,
    office: OfficeNow,
    status: Annotated[Literal["queued", "sending", "sent", "failed"] | None, Query()] = None,
    cursor: At = None,
    limit: Limit = 50,
) -> Page[DeliveryTold]:
    """The newest first; `failed` are those that were given up (`LANE:webhooks`)."""
    _mine(id, me, office)
    of = ["deliveries", id, status]
    before = decode(cursor, of, lambda last: whole(last, least=1), None)
    found = office.webhooks.deliveries(id, by=me.username, status=status, before=before, limit=limit + 1)
    more = encode(of, [found[limit - 1].id]) if len(found) > limit else None
    return Page(items=[DeliveryTold.model_validate(each) for each in found[:limit]], next=more)


def _mine(id: str, me: Me, office: OfficeNow) -> object:  # noqa: A002
    found = office.webhooks.get(id, by=me.username)
    me.must(Right.WEBHOOKS, found.lane)
    return found
