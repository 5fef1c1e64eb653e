"""What a team would do with more or fewer people: measured and simulated, side by side."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.web.manager.words import crumbs, problem_of
from adapters.web.pages import page
from adapters.web.refusals import status_of
from adapters.web.session import Me, OfficeNow
from adapters.web.titles import lane_title
from adapters.web.words import gettext as _
from adapters.web.words import told
from domain.errors import Refused
from domain.roles import Lane
from domain.staffing import ENOUGH, Interval
from lanes.office import Office
from lanes.staffing import Simulated, WhatIf

router = APIRouter()
_MOST_PEOPLE, _RUNS = 50, 20


@router.get("/{lane}/staffing")
def staffing(
    request: Request, me: Me, office: OfficeNow, lane: Lane, team: str = "", people: str = "", days: int = 28
) -> Response:
    """The question, and the answer once it is asked."""
    office.oversight.must_look_into(lane, me.username)
    found: WhatIf | None = None
    refused: Refused | None = None
    if team:
        try:
            found = _asked(office, lane, team, people, days)
        except Refused as error:
            refused = error
    teams = [{"value": each.id, "text": told(each.title), "selected": each.id == team}
             for each in office.config.lanes[lane].teams]  # fmt: skip
    return page(
        request, "manager/staffing.html", status=status_of(refused) if refused else 200, lane=lane, teams=teams,
        lane_title=lane_title(office, lane), people=people, days=days if days in (7, 28, 56, 90) else 28, found=found,
        title=next((each["text"] for each in teams if each["value"] == team), ""), rows=_rows(found) if found else [],
        grows=[each.people for each in found.simulated if each.grows] if found else [], enough=ENOUGH,
        problems=problem_of(refused, (("unknown_team", "team"),), "people") if refused else [],
        crumbs=crumbs(_("Staffing: %(lane)s") % {"lane": lane_title(office, lane)}),
    )  # fmt: skip


def _asked(office: Office, lane: Lane, team: str, people: str, days: int) -> WhatIf:
    if not (people.isascii() and people.isdigit() and 1 <= int(people[:3]) <= _MOST_PEOPLE):
        raise Refused("people", _("Give how many people the team would have: 1 to %(most)s.") % {"most": _MOST_PEOPLE})
    return office.staffing.what_if(lane, team, int(people), days=min(max(days, 1), 90), runs=_RUNS)


def _rows(found: WhatIf) -> list[dict[str, Any]]:
    measured, rows = found.measured, []
    if measured is None or found.unknown:
        return []
    rows.append({
        "title": _("Measured"), "people": found.worked_by, "load": "–", "median": f"{measured.median_wait_hours:.1f}",
        "p90": f"{measured.p90_wait_hours:.1f}", "on_time": f"{measured.on_time:.0%}",
        "longest": f"{measured.longest_queue}",
    })  # fmt: skip
    return rows + [_row(found, each) for each in found.simulated]


def _row(found: WhatIf, each: Simulated) -> dict[str, Any]:
    names = {found.asked: _("Simulated: as asked"), found.present: _("Simulated: those present now"),
             found.worked_by: _("Simulated: those who did the work")}  # fmt: skip
    return {"title": names[each.people], "people": each.people, "load": f"{each.load:.0%}",
            "median": _hours(each.median_wait_hours), "p90": _hours(each.p90_wait_hours),
            "on_time": f"{each.on_time.mean:.0%}", "longest": f"{each.longest_queue.mean:.0f}"}  # fmt: skip


def _hours(value: Interval) -> str:
    return f"{value.mean:.1f} ({value.low:.1f}–{value.high:.1f})"
