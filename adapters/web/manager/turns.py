"""What was taken out of its turn in one's own lane: to approve or object to, counted, and what recurs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web.ids import Id
from adapters.web.manager.words import crumbs, problem_of
from adapters.web.pages import page
from adapters.web.refusals import sentence_words, status_of
from adapters.web.session import Me, OfficeNow, Posted, SignedIn
from adapters.web.titles import lane_title, step_title, type_title
from adapters.web.vocabulary import pause_words, verdict_words
from adapters.web.words import gettext as _
from adapters.web.words import told
from domain.clock import ClockKind
from domain.errors import Refused
from domain.fairness import UNANSWERED, Share, Verdict
from domain.giving_back import why_out_of_turn
from domain.permissions import confided
from domain.roles import Lane
from lanes.office import Office

router = APIRouter()
_DAYS, _MOST = (7, 28, 90, 365), 50
_WHOLE = {
    ClockKind.TARGET: lambda: _("The whole, against its target"),
    ClockKind.LIMIT: lambda: _("The whole, against its limit"),
}


@router.get("/{lane}/turns")
def turns(
    request: Request, me: Me, office: OfficeNow, lane: Lane, days: Annotated[int, Query(ge=1, le=3_660)] = 28,
    done: Verdict | None = None,
) -> Response:  # fmt: skip
    """The overtakings of the last days, and all that nobody has answered."""
    return _turns(request, office, me, lane, days, done=done)


@router.post("/{lane}/turns/{which}")
def answer(request: Request, me: Me, office: OfficeNow, lane: Lane, which: Id, form: Posted) -> Response:
    """Approve of one, or object to it."""
    verdict = Verdict.OBJECTED if form.get("verdict") == Verdict.OBJECTED else Verdict.APPROVED
    remark = str(form.get("remark", ""))
    try:
        office.turn_reviews.review(which, verdict, remark=remark, by=me.username)
    except Refused as refused:
        return _turns(request, office, me, lane, 28, refused=refused, which=which, remark=remark)
    return RedirectResponse(f"/manager/{lane}/turns?done={verdict}", 303)


def _turns(
    request: Request, office: Office, me: SignedIn, lane: Lane, days: int, *, done: Verdict | None = None,
    refused: Refused | None = None, which: int = 0, remark: str = "",
) -> Response:  # fmt: skip
    waiting = office.turn_reviews.waiting(lane, by=me.username, limit=_MOST)
    report, names = office.fairness.report(days=days, lane=lane, by=me.username), office.people.names()
    inside = report.inside[lane]
    counts, reasons = inside.counts, why_out_of_turn(office.config.lanes[lane].out_of_turn.reasons)
    words = {code: told(text) for code, text in reasons.items()}
    return page(
        request, "manager/turns.html", status=status_of(refused) if refused else 200,
        lane=lane, lane_title=lane_title(office, lane), since=report.since, days=days,
        choices=_DAYS, whole=counts.whole, share=_percent(counts.whole), linked=confided(me.actor, lane),
        waiting=[{"id": each.overtaking.id, "number": each.number, "at": each.overtaking.at, "passed": each.passed,
                  "step": step_title(office, lane, each.overtaking.step),
                  "title": type_title(office, each.overtaking.code),
                  "who": names.get(each.overtaking.officer, each.overtaking.officer),
                  "why": words.get(each.overtaking.reason, each.overtaking.reason),
                  "why_not": each.why_not and sentence_words(each.why_not)}
                 for each in waiting],
        more=max(0, office.turn_reviews.count(lane) - _MOST), which=which, remark=remark,
        done=verdict_words(done) if done else "",
        problems=problem_of(refused, (("remark_missing", f"remark-{which}"), ("remark_too_long", f"remark-{which}")),
                            "to-approve") if refused else [],
        reasons=sorted(((words.get(code, code), count) for code, count in counts.reasons.items()),
                       key=lambda row: (-row[1], row[0])),
        verdicts=[(verdict_words(said), counts.verdicts[said]) for said in (*Verdict, UNANSWERED)],
        types=_rows({type_title(office, code): share for code, share in counts.types.items()}),
        officers=_rows({names.get(who, who): share for who, share in counts.officers.items()}),
        pairs=[(names.get(each.officer, each.officer), each.applicant, each.tasks, each.dossiers)
               for each in inside.pairs],
        let_by=[(names.get(each.officer, each.officer), names.get(each.other, each.other), each.given_back, each.taken)
                for each in inside.let_by],
        pauses=[{"number": each.number, "who": names.get(each.by, each.by), "why": pause_words(each.reason),
                 "what": step_title(office, lane, each.step) if each.step else _WHOLE[each.kind](),
                 "at": each.at, "due_at": each.due_at}
                for each in inside.pauses],
        late_outages=[{"who": names.get(each.by, each.by), "why": pause_words(each.reason), "what": each.why or "–",
                       "at": each.started_at, "recorded": each.recorded_at, "touched": each.touched,
                       "saved": each.saved}
                      for each in inside.late_outages],
        passed=inside.passed_over, crumbs=crumbs(_("Out of turn: %(lane)s") % {"lane": lane_title(office, lane)}),
    )  # fmt: skip


def _rows(shares: dict[str, Share]) -> list[tuple[str, int, int, str]]:
    found = [(name, share.overtakings, share.claims, _percent(share)) for name, share in shares.items()
             if share.overtakings]  # fmt: skip
    return sorted(found, key=lambda row: (-row[1], row[0]))


def _percent(share: Share) -> str:
    return "–" if share.share is None else f"{share.share:.1%}"
