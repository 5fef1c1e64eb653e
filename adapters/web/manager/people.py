"""Who is lent to the other lane and who is away: loans made and recalled, absences told."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web import typed
from adapters.web.manager.words import crumbs, problem_of
from adapters.web.pages import page
from adapters.web.refusals import status_of
from adapters.web.session import Me, OfficeNow, Posted, SignedIn
from adapters.web.times import instant
from adapters.web.titles import lane_title, team_title
from adapters.web.too_few import too_few
from adapters.web.words import gettext as _
from adapters.web.words import told
from domain.errors import Refused
from domain.permissions import lenders, may_staff
from domain.roles import Lane
from lanes.office import Office
from lanes.people import Listed

router = APIRouter()
_LOAN = (
    ("reason_missing", "reason"),
    ("loan_over", "until"),
    ("day_missing", "until"),
    ("unknown_time", "until"),
    ("unknown_team", "team"),
    ("unknown_person", "lent"),
)
_AWAY = (
    ("absence_over", "away_until"),
    ("day_missing", "away_until"),
    ("unknown_time", "away_until"),
    ("unknown_person", "absent"),
)
_DAYS = 90


@router.get("/people")
def people(request: Request, me: Me, office: OfficeNow) -> Response:
    """Loans and absences."""
    return _people(request, office, me)


@router.post("/people/loan")
def lend(request: Request, me: Me, office: OfficeNow, form: Posted) -> Response:
    """Lend somebody."""
    try:
        lane, team = typed.team(form.get("team"))
        until = instant(str(form.get("until", "")), office.config.office.timezone, ends=True)
        if until is None:
            raise Refused("day_missing", _("Give the last day of the loan."))
        office.people.lend(str(form.get("username", "")), lane=lane, team=team, until=until, by=me.username,
                           reason=str(form.get("reason", ""))[:300])  # fmt: skip
    except Refused as refused:
        return _people(request, office, me, refused, "lend")
    return RedirectResponse("/manager/people", 303)


@router.post("/people/recall")
def recall(request: Request, me: Me, office: OfficeNow, form: Posted) -> Response:
    """End a loan."""
    try:
        lane, team = typed.team(form.get("team"))
        office.loans.recall(str(form.get("username", "")), lane=lane, team=team, by=me.username)
    except Refused as refused:
        return _people(request, office, me, refused, "loans")
    return RedirectResponse("/manager/people", 303)


@router.post("/people/absent")
def absent(request: Request, me: Me, office: OfficeNow, form: Posted) -> Response:
    """Mark somebody absent, or back."""
    try:
        until = None if form.get("back") else typed.last_day(form, office.config.office.timezone)
        office.people.absent(str(form.get("username", "")), until, by=me.username)
    except Refused as refused:
        return _people(request, office, me, refused, "absent")
    return RedirectResponse("/manager/people", 303)


def _people(
    request: Request, office: Office, me: SignedIn, refused: Refused | None = None, where: str = ""
) -> Response:
    office.oversight.must_oversee(me.username)
    listing = [each for each in office.people.listing() if not each.left]
    names, now = office.people.names(), office.clock.now()
    lending = [each for each in listing if _home(each) and may_staff(me.actor, _lenders(each))]
    mine = [each for each in listing if _home(each) & set(me.actor.manages)]
    loans = [
        {"username": each.loan.username, "name": names.get(each.loan.username, each.loan.username), "lasts": each.lasts,
         "place": f"{each.loan.lane}/{each.loan.team}", "team": team_title(office, each.loan.lane, each.loan.team),
         "lane": lane_title(office, each.loan.lane), "until": each.loan.until, "reason": each.loan.reason,
         "there": each.done[each.loan.lane].tasks,
         "home": sum(done.tasks for lane, done in each.done.items() if lane is not each.loan.lane),
         "may": each.lasts and may_staff(me.actor, list(Lane))}
        for each in office.loans.report(_DAYS)
    ]  # fmt: skip
    fields, other = (_AWAY, "away") if where == "absent" else (_LOAN, where)
    return page(
        request, "manager/people.html", status=status_of(refused) if refused else 200, loans=loans, days=_DAYS,
        lending=_options(lending), mine=_options(mine),
        teams=[{"value": f"{lane}/{team.id}", "text": f"{lane_title(office, lane)}: {told(team.title)}"}
               for lane in Lane for team in office.config.lanes[lane].teams],
        short=too_few(office, *(each.username for each in listing if each.absent_until)),
        away=[{"username": each.username, "name": each.name, "until": each.absent_until,
               "may": bool(_home(each) & set(me.actor.manages))}
              for each in listing if each.absent_until and each.absent_until > now],
        problems=problem_of(refused, fields, other) if refused else [],
        crumbs=crumbs(_("Loans and absences")),
    )  # fmt: skip


def _home(each: Listed) -> set[Lane]:
    """The lanes somebody works in but for loans."""
    lent = {f"{loan.lane}/{loan.team}" for loan in each.loans}
    return {Lane(team.partition("/")[0]) for team in each.teams if team not in lent}


def _lenders(each: Listed) -> set[Lane]:
    return {giver for lane in Lane for giver in lenders(_home(each), lane)}


def _options(found: list[Listed]) -> list[dict[str, str]]:
    return [{"value": each.username, "text": each.name} for each in sorted(found, key=lambda each: each.name)]
