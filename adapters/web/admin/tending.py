"""What keeps work moving: stuck steps taken on again, messages on their way out, blanks that came in."""

from __future__ import annotations

import re
from string import Template

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web import typed
from adapters.web.admin.words import crumbs, problem_of
from adapters.web.pages import page
from adapters.web.refusals import status_of
from adapters.web.session import Me, OfficeNow, Posted
from adapters.web.titles import lane_title, step_title, type_title
from adapters.web.words import gettext as _
from adapters.web.words import told
from domain.errors import Refused
from lanes.office import Office
from lanes.store import Message

router = APIRouter()
_MOST = 200


@router.get("/stuck")
def stuck(request: Request, office: OfficeNow) -> Response:
    """Automatic steps that gave up."""
    return _stuck(request, office)


@router.post("/stuck")
def retry(request: Request, me: Me, office: OfficeNow, form: Posted) -> Response:
    """Take one on again."""
    try:
        office.engine.retry(str(form.get("number", "")), str(form.get("step", "")) or None, by=me.username)
    except Refused as refused:
        return _stuck(request, office, refused)
    return RedirectResponse("/admin/stuck", 303)


def _stuck(request: Request, office: Office, refused: Refused | None = None) -> Response:
    rows = [
        {"number": dossier.number, "title": type_title(office, dossier.code), "step": task.step,
         "step_title": step_title(office, dossier.lane, task.step),
         "lane": lane_title(office, dossier.lane), "reason": task.error or ""}
        for task, dossier in office.views.tasks(stuck=True, limit=_MOST)
    ]  # fmt: skip
    return page(
        request, "admin/stuck.html", status=status_of(refused) if refused else 200, rows=rows, most=_MOST,
        problems=problem_of(refused, {}, "stuck") if refused else [], crumbs=crumbs(_("Stuck steps")),
    )  # fmt: skip


@router.get("/messages")
def messages(request: Request, office: OfficeNow, show: str = "") -> Response:
    """The newest messages and what became of them; whom they reach is shown by username, or not at all."""
    kinds, names = status_titles(), office.people.names()
    show = show if show in kinds else ""
    rows = [
        {"name": _subject(office, each), "lane": lane_title(office, each.lane),
         "status": kinds.get(each.status, each.status),
         "to": names.get(each.to_person or "", _("the applicant")), "attempts": each.attempts,
         "error": each.error or "",
         "failed": each.status == "failed", "queued_at": each.queued_at, "sent_at": each.sent_at,
         "about": _about(each.key)}
        for each in office.outbox.listing(status=show or None, limit=_MOST)
    ]  # fmt: skip
    counts = office.outbox.counts()
    return page(request, "admin/messages.html", rows=rows, kinds=kinds, show=show, counts=counts, most=_MOST,
                total=sum(counts.values()), crumbs=crumbs(_("Messages")))  # fmt: skip


def _subject(office: Office, message: Message) -> str:
    """What a message's subject says, without what is filled in when it is sent."""
    spec = office.config.messages.get(message.message)
    if spec is None:
        return message.message
    return re.sub(r"\$\w+", "…", Template(told(spec.subject)).safe_substitute(number=_about(message.key)))


def status_titles() -> dict[str, str]:
    """What becomes of a message, in the order of its life."""
    return {"queued": _("waiting"), "sending": _("being sent"), "sent": _("sent"), "failed": _("failed"),
            "unconfirmed": _("unconfirmed"), "overtaken": _("no longer true, not sent")}  # fmt: skip


def _about(key: str) -> str:
    """The number of the dossier a message is about: its key begins with it; "" for another one."""
    number = key.partition(":")[0]
    return number if "-" in number else ""


@router.get("/stock")
def stock(request: Request, office: OfficeNow) -> Response:
    """Card blanks."""
    return _stock(request, office)


@router.post("/stock")
def refill(request: Request, me: Me, office: OfficeNow, form: Posted) -> Response:
    """Record blanks that came in."""
    try:
        office.stock.refill(str(form.get("item", "")), typed.whole(form.get("count"), 8), by=me.username)
    except Refused as refused:
        return _stock(request, office, refused)
    return RedirectResponse("/admin/stock", 303)


def _stock(request: Request, office: Office, refused: Refused | None = None) -> Response:
    items = office.config.office.stock
    rows = [
        {"title": told(items[item].title), "available": available, "reserved": reserved,
         "low": available < items[item].warn_below, "warn_below": items[item].warn_below}
        for item, (available, reserved) in sorted(office.stock.levels().items()) if item in items
    ]  # fmt: skip
    return page(
        request, "admin/stock.html", status=status_of(refused) if refused else 200, rows=rows,
        items=[{"value": name, "text": told(item.title)} for name, item in items.items()],
        problems=problem_of(refused, {"unknown_item": "item", "bad_count": "count"}, "item") if refused else [],
        crumbs=crumbs(_("Card blanks")),
    )  # fmt: skip
