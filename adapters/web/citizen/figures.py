"""What everybody may know of how the office does: waiting times, fair turns, who applies online, and how to."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.web.pages import page
from adapters.web.session import OfficeNow
from adapters.web.vocabulary import verdict_words
from adapters.web.words import gettext as _
from adapters.web.words import told
from domain.fairness import FEW, RARE, WITHHELD
from domain.giving_back import why_out_of_turn

router = APIRouter()
_DAYS = 30


@router.get("/figures")
def figures(request: Request, office: OfficeNow) -> Response:
    """The last 30 days."""
    public, fair = request.app.state.looks.public(office, _DAYS)
    config, place = office.config, office.tools.places.name
    reasons = {lane: why_out_of_turn(rules.out_of_turn.reasons) for lane, rules in config.lanes.items()}
    return page(
        request, "citizen/figures.html", public=public, rare=RARE, few=FEW, withheld=WITHHELD,
        opened=fair.opened, closed=fair.closed - timedelta.resolution,  # its last day
        lanes={lane.value: told(rules.title) for lane, rules in config.lanes.items()},
        districts=[(place(each.code), each) for each in public.districts],
        fair=[
            {"lane": told(config.lanes[each.lane].title), "whole": each.whole,
             "types": [(told(config.workflows[row.key].title) if row.key in config.workflows else row.key, row)
                       for row in each.types],
             "reasons": [(told(reasons[each.lane].get(code, code)), count) for code, count in each.reasons],
             "verdicts": [(verdict_words(said), count) for said, count in each.verdicts]}
            for each in fair.published
        ],
        crumbs=[(_("Home"), "/"), _("How we do")],
    )  # fmt: skip
