"""Who was told of what is late and has not reacted, and who will hear of what next."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.web.manager.words import crumbs
from adapters.web.pages import page
from adapters.web.session import Me, OfficeNow
from adapters.web.titles import lane_title, step_title
from adapters.web.words import gettext as _
from domain.ladder import RungAction
from domain.permissions import confided
from domain.roles import Lane
from lanes.rehearsal import APPLICANT, LEAST_BUSY

router = APIRouter()
_AHEAD, _MOST, _COUNTED, _MOST_AHEAD = timedelta(hours=24), 100, 1_000, 30


@router.get("/{lane}/escalations")
def escalations(request: Request, me: Me, office: OfficeNow, lane: Lane, who: str = "") -> Response:
    """Notices without a reaction, of everybody or of who was told, and what comes within a day if nothing happens."""
    found, names = office.oversight.unanswered(lane, by=me.username, limit=_COUNTED), office.people.names()
    silent = Counter(each.notice.person for each in found)
    shown = [each for each in found if who in ("", each.notice.person)][:_MOST]
    rehearsed = office.rehearsal.dry_run(lane, office.clock.now() + _AHEAD, most=_MOST_AHEAD)
    coming = rehearsed.coming
    others = {APPLICANT: _("the applicant"), LEAST_BUSY: _("whoever has least to do")}
    rows = [
        {"number": each.notice.number, "step": step_title(office, lane, each.notice.step), "at": each.notice.at,
         "place": each.notice.place, "action": action_words(each.notice.action), "due_at": each.notice.due_at,
         "who": names.get(each.notice.person, each.notice.person), "holder": names.get(each.holder or "", "")}
        for each in shown
    ]  # fmt: skip
    ahead = [
        {"number": each.number, "step": step_title(office, lane, each.step), "at": each.at, "place": each.place,
         "action": action_words(each.action),
         "who": others.get(each.person or "") or names.get(each.person or "", each.person or "–")}
        for each in coming[:_MOST_AHEAD]
    ]  # fmt: skip
    return page(
        request, "manager/escalations.html", rows=rows, ahead=ahead, more=len(coming) > _MOST_AHEAD, most=_MOST,
        failed=rehearsed.failed, scheduled=rehearsed.scheduled,
        silent=[(each, names.get(each, each), count) for each, count in silent.most_common()], who=who, lane=lane,
        counted=_COUNTED if len(found) == _COUNTED else 0, lane_title=lane_title(office, lane),
        linked=confided(me.actor, lane), crumbs=crumbs(_("Escalations: %(lane)s") % {"lane": lane_title(office, lane)}),
    )  # fmt: skip


def action_words(action: RungAction | str) -> str:
    """What a rung does."""
    known = {
        RungAction.REMIND: _("reminds who has it in hand"), RungAction.NOTIFY_LEAD: _("tells the team's lead"),
        RungAction.NOTIFY_MANAGER: _("tells the manager"), RungAction.NOTIFY_HEAD: _("tells the head"),
        RungAction.REASSIGN: _("hands it to somebody else"), RungAction.RAISE_PRIORITY: _("moves it forward in line"),
        RungAction.TELL_APPLICANT: _("tells the applicant"), RungAction.REMIND_APPLICANT: _("reminds the applicant"),
        RungAction.CLOSE: _("closes the application"),
    }  # fmt: skip
    return {str(each): words for each, words in known.items()}.get(str(action), str(action).replace("_", " "))
