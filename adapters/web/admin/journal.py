"""The journal searched and proven, and what was changed about people; for administrators and the auditor.

No entry holds personal data of applicants, so there is nothing to mask; the dossiers that they lead to are masked as
ever, and open to people of their lane only.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web.admin.people import change_rows
from adapters.web.admin.words import problem_of, way
from adapters.web.history import EVENTS, Details, actor_words, event_words
from adapters.web.pages import page
from adapters.web.refusals import status_of
from adapters.web.session import Me, OfficeNow, Posted, SignedIn
from adapters.web.times import instant
from adapters.web.words import gettext as _
from domain.errors import Refused
from domain.journal import ENGINE
from domain.permissions import not_allowed, why_not_administer
from domain.roles import Lane
from domain.staff import why_not_read_journal
from lanes.intake import APPLICANT
from lanes.office import Office
from lanes.records.history import Mark, Sought

router = APIRouter()
_MOST = 50
Before = Annotated[int | None, Query(ge=1, le=10**15)]
_FIELDS = ("number", "actor", "event", "since", "until")


def readers_only(me: Me) -> None:
    """Let only who may read the journal in. Raises Refused with the reason."""
    if reason := why_not_read_journal(me.actor):
        raise not_allowed(reason)


@router.get("/journal")
def journal(
    request: Request, me: Me, office: OfficeNow, number: str = "", actor: str = "", event: str = "", since: str = "",
    until: str = "", after: str = "",
) -> Response:  # fmt: skip
    """The search, and its newest hits."""
    return _journal(request, office, me, dict(zip(_FIELDS, (number, actor, event, since, until), strict=True)), after)


@router.post("/journal/verify")
def verify(request: Request, me: Me, office: OfficeNow) -> Response:
    """Ask for a proof of the whole journal."""
    try:
        office.verifications.ask(by=me.username)
    except Refused as refused:
        return _journal(request, office, me, {}, refused=refused)
    return RedirectResponse("/admin/journal#proof", 303)


@router.post("/journal/verify-one")
def verify_one(request: Request, me: Me, office: OfficeNow, form: Posted) -> Response:
    """Prove one dossier at once."""
    number = str(form.get("number", "")).strip().upper()[:40]
    try:
        proven = (number, office.verifications.one(number, by=me.username))
    except Refused as refused:
        return _journal(request, office, me, {"number": number}, refused=refused)
    return _journal(request, office, me, {"number": number}, proven=proven)


@router.get("/journal/people")
def changes(request: Request, me: Me, office: OfficeNow, before: Before = None) -> Response:
    """What was changed about people."""
    found = list(office.directory.changes(by=me.username, before=before, limit=_MOST + 1))
    rows = change_rows(office, found[:_MOST], office.people.names())
    return page(
        request, "admin/changes.html", rows=rows, more=rows[-1]["seq"] if len(found) > _MOST else None,
        first=before is None, administers=why_not_administer(me.actor) is None,
        crumbs=way(me, (_("Journal"), "/admin/journal"), _("Changes about people")),
    )  # fmt: skip


def _journal(
    request: Request, office: Office, me: SignedIn, asked: dict[str, str], after: str = "", *,
    refused: Refused | None = None, proven: tuple[str, list[str]] | None = None,
) -> Response:  # fmt: skip
    asked = {name: asked.get(name, "").strip()[:40] for name in _FIELDS}
    names, zone = office.people.names(), office.config.office.timezone
    try:
        sought = Sought(
            number=asked["number"] or None, actor=asked["actor"] or None, event=asked["event"] or None,
            since=instant(asked["since"], zone, ends=False), until=instant(asked["until"], zone, ends=True),
        )  # fmt: skip
        found = office.journals.search(sought, by=me.username, after=_mark(after), limit=_MOST + 1)
    except Refused as wrong:
        refused, found = refused or wrong, []
    details = Details(office, names)
    rows = [
        {"number": each.number, "seq": each.entry.seq, "at": each.entry.at, "what": event_words(each.entry.event),
         "who": actor_words(each.entry.actor, names),
         "details": details.of(_lane(each.number), each.entry)}
        for each in found[:_MOST]
    ]  # fmt: skip
    query = {name: value for name, value in asked.items() if value}
    more = urlencode({**query, "after": _written(found[_MOST - 1].mark)}) if len(found) > _MOST else ""
    verifications = office.verifications.newest()
    fields = {"unknown_time": "since", "unknown_dossier": "number", "asked_already": "proof", "unknown_place": "number"}
    return page(
        request, "admin/journal.html", status=status_of(refused) if refused else 200, rows=rows, asked=asked,
        query=query, more=more, first=not after, proven=proven, administers=why_not_administer(me.actor) is None,
        events=[{"value": "", "text": _("Whatever happened")},
                *({"value": name, "text": event_words(name), "selected": name == asked["event"]}
                  for name in sorted(EVENTS, key=event_words))],
        actors=[{"value": "", "text": _("Whoever did it")},
                *({"value": name, "text": actor_words(name, names), "selected": name == asked["actor"]}
                  for name in (APPLICANT, ENGINE, *sorted(names, key=lambda name: names[name])))],
        pending=next((each for each in verifications[:1] if each.ended_at is None), None),
        ended=next((each for each in verifications if each.ended_at), None),
        asker=lambda name: actor_words(name, names), sealed_at=office.audit.sealed_at(),
        problems=problem_of(refused, fields, "number") if refused else [], crumbs=way(me, _("Journal")),
    )  # fmt: skip


def _lane(number: str) -> Lane:
    return next(lane for lane in Lane if number.startswith(lane.prefix))


def _written(mark: Mark) -> str:
    """A place in the order of the search as an address holds it: microseconds, dossier, entry."""
    return f"{(mark.at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)}-{mark.dossier_id}-{mark.seq}"


def _mark(text: str) -> Mark | None:
    if not text:
        return None
    parts = text.split("-")
    lengths = (17, 17, 9)
    if len(parts) != 3 or not all(
        part.isascii() and part.isdigit() and len(part) <= most for part, most in zip(parts, lengths, strict=True)
    ):
        raise Refused("unknown_place", _("The rest of this list cannot be found: search again."))
    at, dossier_id, seq = map(int, parts)
    try:
        return Mark(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at), dossier_id, seq)
    except OverflowError:
        raise Refused("unknown_place", _("The rest of this list cannot be found: search again.")) from None
