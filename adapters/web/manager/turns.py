"""What was taken out of its turn in one's own lane: by reason, document type and officer, and what recurs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from adapters.web.manager.words import crumbs
from adapters.web.pages import page
from adapters.web.session import Me, OfficeNow
from adapters.web.titles import lane_title, names_of, type_title
from adapters.web.words import gettext as _
from adapters.web.words import said, told
from domain.fairness import Share
from domain.pausing import PauseReason
from domain.permissions import confided
from domain.roles import Lane
from domain.words import Said

router = APIRouter()
_DAYS = (7, 28, 90, 365)


@router.get("/{lane}/turns")
def turns(
    request: Request, me: Me, office: OfficeNow, lane: Lane, days: Annotated[int, Query(ge=1, le=3_660)] = 28
) -> Response:
    """The overtakings of the last days."""
    office.oversight.must_look_into(lane, me.username)
    report, names = office.fairness.report(days=days, lane=lane, by=me.username), names_of(office)
    inside = report.inside[lane]
    counts, reasons = inside.counts, office.config.lanes[lane].out_of_turn.reasons
    return page(
        request, "manager/turns.html", lane=lane, lane_title=lane_title(office, lane), since=report.since, days=days,
        choices=_DAYS, whole=counts.whole, share=_percent(counts.whole), linked=confided(me.actor, lane),
        reasons=sorted(((told(reasons[code]) if code in reasons else code, count)
                        for code, count in counts.reasons.items()), key=lambda row: (-row[1], row[0])),
        types=_rows({type_title(office, code): share for code, share in counts.types.items()}),
        officers=_rows({names.get(who, who): share for who, share in counts.officers.items()}),
        pairs=[(names.get(each.officer, each.officer), each.applicant, each.tasks, each.dossiers)
               for each in inside.pairs],
        pauses=[{"number": each.number, "who": names.get(each.by, each.by), "why": _why(each.reason), "at": each.at,
                 "due_at": each.due_at} for each in inside.pauses],
        passed=inside.passed_over, crumbs=crumbs(_("Out of turn: %(lane)s") % {"lane": lane_title(office, lane)}),
    )  # fmt: skip


def _rows(shares: dict[str, Share]) -> list[tuple[str, int, int, str]]:
    found = [(name, share.overtakings, share.claims, _percent(share)) for name, share in shares.items()
             if share.overtakings]  # fmt: skip
    return sorted(found, key=lambda row: (-row[1], row[0]))


def _percent(share: Share) -> str:
    return "–" if share.share is None else f"{share.share:.1%}"


def _why(reason: str) -> str:
    try:
        words = PauseReason(reason).words
    except ValueError:
        return reason
    return said(Said(words.id, words.en))
