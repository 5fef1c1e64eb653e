"""Programs told of a lane's events: made, looked at with what became of their messages, and ended."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web.admin.words import crumbs, problem_of
from adapters.web.pages import page
from adapters.web.refusals import status_of
from adapters.web.session import Me, OfficeNow, Posted, SignedIn
from adapters.web.titles import lane_title
from adapters.web.words import gettext as _
from domain.errors import Refused
from domain.roles import Lane
from domain.webhooks import KINDS
from lanes.office import Office

router = APIRouter()
_MOST = 50
_FIELDS = {"wrong_address": "url", "unknown_kind": "kinds"}


@router.get("/webhooks")
def webhooks(request: Request, me: Me, office: OfficeNow) -> Response:
    """The webhooks of both lanes."""
    return _webhooks(request, office, me)


@router.post("/webhooks")
def add(request: Request, me: Me, office: OfficeNow, form: Posted) -> Response:
    """Make one; its secret is shown this once."""
    lane, kinds, url = (
        str(form.get("lane", "")),
        [str(each) for each in form.getlist("kinds")],
        str(form.get("url", "")),
    )
    try:
        made, secret = office.webhooks.subscribe(
            Lane(lane) if lane in set(Lane) else Lane.ONLINE, url=url.strip()[:2_000], kinds=kinds, by=me.username
        )
    except Refused as refused:
        return _webhooks(request, office, me, refused, url=url, kinds=kinds, lane=lane)
    return page(request, "admin/webhook_made.html", webhook=made, secret=secret,
                crumbs=crumbs((_("Webhooks"), "/admin/webhooks"), made.id))  # fmt: skip


@router.get("/webhooks/{name}")
def webhook(request: Request, me: Me, office: OfficeNow, name: str) -> Response:
    """One webhook with its last messages."""
    found = office.webhooks.get(name[:40], by=me.username)
    states = {"queued": _("waiting"), "sending": _("being sent"), "sent": _("received"), "failed": _("given up")}
    rows = [{"delivery": each, "state": states[each.status]}
            for each in office.webhooks.deliveries(found.id, by=me.username, limit=_MOST)]  # fmt: skip
    return page(
        request, "admin/webhook.html", webhook=found, rows=rows, most=_MOST, lane=lane_title(office, found.lane),
        crumbs=crumbs((_("Webhooks"), "/admin/webhooks"), found.id),
    )  # fmt: skip


@router.post("/webhooks/{name}/end")
def end(me: Me, office: OfficeNow, name: str) -> Response:
    """Tell it nothing more."""
    office.webhooks.end(name[:40], by=me.username)
    return RedirectResponse("/admin/webhooks", 303)


def _webhooks(
    request: Request, office: Office, me: SignedIn, refused: Refused | None = None, *, url: str = "",
    kinds: list[str] | None = None, lane: str = "",
) -> Response:  # fmt: skip
    rows = [(each, lane_title(office, each.lane)) for each in office.webhooks.listing(by=me.username)]
    return page(
        request, "admin/webhooks.html", status=status_of(refused) if refused else 200, rows=rows, url=url,
        lanes=[{"value": each.value, "text": lane_title(office, each), "selected": each == lane} for each in Lane],
        kinds=[{"value": each, "text": each, "checked": each in (kinds or [])} for each in sorted(set(KINDS.values()))],
        problems=problem_of(refused, _FIELDS, "url") if refused else [], crumbs=crumbs(_("Webhooks")),
    )  # fmt: skip
