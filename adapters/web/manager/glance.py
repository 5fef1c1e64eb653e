"""Both lanes side by side, and the lists behind each figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from adapters.web.manager.words import crumbs
from adapters.web.pages import page
from adapters.web.session import Me, OfficeNow
from adapters.web.titles import lane_title, step_title, team_title, type_title
from adapters.web.vocabulary import status_words
from adapters.web.words import gettext as _
from domain.dossier import TaskStatus
from domain.parity import ALL, Comparison, Side
from domain.permissions import confided, may_see_officers, why_not_tune
from domain.roles import Lane
from lanes.office import Office
from lanes.oversight import LaneStanding
from lanes.records.overview import Shown

router = APIRouter()
_MOST = 200
Days = Annotated[int, Query(ge=0, le=36_600)]


@dataclass(kw_only=True, slots=True)
class _Line:
    """A step's queue with a team: how many wait, are in hand, are the system's or stuck, are overdue."""

    step: str
    title: str
    team: str
    oldest: datetime
    counts: dict[TaskStatus, int] = field(default_factory=dict)
    overdue: int = 0

    @property
    def waiting(self) -> int:
        return sum(self.counts.get(each, 0) for each in (TaskStatus.OPEN, TaskStatus.READY))

    @property
    def in_hand(self) -> int:
        return sum(self.counts.get(each, 0) for each in (TaskStatus.CLAIMED, TaskStatus.RUNNING))

    @property
    def stuck(self) -> int:
        return self.counts.get(TaskStatus.STUCK, 0)


@router.get("")
def glance(request: Request, me: Me, office: OfficeNow) -> Response:
    """Both lanes."""
    looks = request.app.state.looks
    standings, parity = looks.lanes(office, me.username), looks.parity(office)
    whole = next((each for each in parity.comparisons if each.code == ALL), None)
    lanes = [
        {"lane": each.lane, "title": lane_title(office, each.lane), "standing": each,
         "lists": may_see_officers(me.actor, each.lane), "tunes": why_not_tune(me.actor, each.lane) is None,
         "people": parity.people[each.lane], "to_approve": office.turn_reviews.count(each.lane)}
        for each in standings
    ]  # fmt: skip
    return page(
        request, "manager/glance.html", lanes=lanes, verdict=verdict_words(whole), whole=whole,
        by=_slower_by(whole), since=parity.since,
        queues=_queues(office, standings),
        ages=[_age(*row[:2]) for row in standings[0].ages],
        alarms=[(_type(office, each.code), each.opened_at) for each in parity.alarms],
        compared=[_compared(office, each) for each in parity.comparisons if each.online or each.manual],
        crumbs=crumbs(),
    )  # fmt: skip


@router.get("/{lane}/dossiers")
def dossiers(
    request: Request, me: Me, office: OfficeNow, lane: Lane, show: Shown = Shown.ALL, older: Days = 0,
    younger: Days | None = None,
) -> Response:  # fmt: skip
    """The open dossiers of a lane, or those at risk, overdue, or waiting for their applicants; or of an age in days."""
    found = office.oversight.dossiers(lane, show, by=me.username, age=(older, younger), limit=_MOST)
    rows = [{"number": each.number, "title": type_title(office, each.code), "status": status_words(each.status),
             "at": each.submitted_at, "due_at": each.due_at, "stands": each.stands(office.clock.now()),
             "answer_by": each.answer_by} for each in found]  # fmt: skip
    title, its = shown_words(show), lane_title(office, lane)
    if older or younger:
        title = f"{title}, {_age(older, younger)}"
    return page(request, "manager/dossiers.html", rows=rows, title=title, lane=lane, lane_title=its,
                linked=confided(me.actor, lane), most=_MOST, shows={each: shown_words(each) for each in Shown},
                show=show, crumbs=crumbs(f"{its}: {title}"))  # fmt: skip


@router.get("/{lane}/queue/{step}")
def queue(request: Request, me: Me, office: OfficeNow, lane: Lane, step: str) -> Response:
    """The open steps of one name, in the order in which they are taken."""
    found, names = office.oversight.queue(lane, step, by=me.username, limit=_MOST), office.people.names()
    rows = [{"number": each.number, "title": type_title(office, each.code), "status": status_words(each.status),
             "team": team_title(office, lane, each.team), "who": names.get(each.assignee or "", ""),
             "at": each.ready_at, "due_at": each.due_at} for each in found]  # fmt: skip
    title = step_title(office, lane, step)
    return page(request, "manager/queue.html", rows=rows, title=title, lane_title=lane_title(office, lane),
                linked=confided(me.actor, lane), most=_MOST,
                crumbs=crumbs(f"{lane_title(office, lane)}: {title}"))  # fmt: skip


def shown_words(show: Shown) -> str:
    """Which open dossiers a list shows."""
    return {Shown.ALL: _("All open"), Shown.AT_RISK: _("At risk"), Shown.OVERDUE: _("Overdue"),
            Shown.RETURNED: _("Waiting for the applicant")}[show]  # fmt: skip


def verdict_words(found: Comparison | None) -> str:
    """What a comparison of the lanes comes to."""
    if found is None:
        return _("Nothing to compare yet")
    return {"slower": _("Online is slower"), "keeps_up": _("Online keeps up"), "too_few": _("Too few to say"),
            "exempt": _("Exempt from the comparison")}[found.verdict]  # fmt: skip


def _queues(office: Office, standings: Sequence[LaneStanding]) -> list[tuple[str, dict[Lane, list[_Line]]]]:
    """Each step that is open somewhere, in the order of the workflows, with its queues in each lane."""
    found: dict[str, dict[Lane, list[_Line]]] = {}
    for standing in standings:
        for line in _lines(office, standing):
            found.setdefault(line.step, {lane: [] for lane in Lane})[standing.lane].append(line)
    order: dict[str, int] = {}
    for lane in Lane:
        for workflow in office.config.workflows.values():
            for place, step in enumerate(workflow.in_lane(lane).steps):
                order[step] = max(order.get(step, 0), place)
    titles = {
        step: " / ".join(dict.fromkeys(line.title for lines in cells.values() for line in lines))
        for step, cells in found.items()
    }
    return [(titles[step], found[step]) for step in sorted(found, key=lambda step: (order.get(step, 0), step))]


def _lines(office: Office, standing: LaneStanding) -> list[_Line]:
    found: dict[tuple[str, str | None], _Line] = {}
    for each in standing.queues:
        line = found.setdefault((each.step, each.team), _Line(
            step=each.step, title=step_title(office, standing.lane, each.step),
            team=team_title(office, standing.lane, each.team), oldest=each.oldest,
        ))  # fmt: skip
        line.counts[each.status] = each.steps
        line.overdue += each.overdue
        line.oldest = min(line.oldest, each.oldest)
    return list(found.values())


def _age(since: int, until: int | None) -> str:
    if until is None:
        return _("%(days)s days and more") % {"days": since}
    if until == 1:
        return _("up to one day")
    return _("up to %(days)s days") % {"days": until} if since == 0 else _("%(since)s to %(until)s days") % {
        "since": since, "until": until}  # fmt: skip


def _type(office: Office, code: str) -> str:
    return _("All document types") if code == ALL else type_title(office, code)


def _slower_by(found: Comparison | None) -> str:
    """By how much online is slower, measure by measure; "" when it is not."""
    words = {"median": _("half within %(hours)s h more"), "p90": _("nine in ten within %(hours)s h more")}
    by = found.slower_by if found else {}
    return "; ".join(words[name] % {"hours": f"{hours:.1f}"} for name, hours in by.items())


def _compared(office: Office, each: Comparison) -> dict[str, Any]:
    sides: Sequence[Side | None] = (each.online, each.manual)
    return {
        "title": _type(office, each.code), "verdict": verdict_words(each),
        "slower": each.verdict == "slower", "by": _slower_by(each),
        "counts": [side.dossiers if side else 0 for side in sides],
        "median": [f"{side.median_hours:.1f}" if side else "–" for side in sides],
        "p90": [f"{side.p90_hours:.1f}" if side else "–" for side in sides],
        "on_time": [f"{side.on_time:.0%}" if side else "–" for side in sides],
    }  # fmt: skip
