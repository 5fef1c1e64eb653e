"""Who works here: everybody, one person, and the teams of both lanes.

What stands in the configuration is changed there; what is given here is shown as such, and only that can be taken away
here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web import typed
from adapters.web.admin.words import crumbs, problem_of
from adapters.web.history import CHANGES, actor_words, change_details
from adapters.web.pages import page
from adapters.web.refusals import status_of
from adapters.web.session import Me, OfficeNow, Posted, SignedIn
from adapters.web.times import instant
from adapters.web.titles import lane_title, team_title
from adapters.web.too_few import too_few
from adapters.web.words import gettext as _
from adapters.web.words import said, told
from domain.access import GIVEN_LASTS
from domain.errors import Refused
from domain.roles import Lane, Role
from domain.staff import ABSENCES, AwayFor
from lanes.directory import Somebody
from lanes.office import Office
from lanes.records.staff import Change

router = APIRouter()
Act = Callable[[], object]
_NEW = {"bad_username": "username", "person_exists": "username", "bad_name": "name", "bad_email": "email",
        "unknown_team": "team"}  # fmt: skip
_OF_ACTION = {
    "give": {"reason_missing": "give-reason"}, "take": {"reason_missing": "take-reason"},
    "absence": {"absence_over": "until", "day_missing": "until", "unknown_time": "until"},
    "leave": {"reason_missing": "leave-reason"}, "back": {"reason_missing": "back-reason"},
}  # fmt: skip
_ANCHOR = {"give": "place", "take": "places", "absence": "away", "call-off": "away", "leave": "leave-reason",
           "back": "back-reason"}  # fmt: skip


@router.get("/people")
def everybody(request: Request, me: Me, office: OfficeNow) -> Response:
    """Everybody."""
    return _list(request, office, me)


@router.post("/people")
def search(request: Request, me: Me, office: OfficeNow, form: Posted) -> Response:
    """Those whose name, username or place holds what was typed; it stands in no address."""
    return _list(request, office, me, sought=" ".join(str(form.get("sought", "")).split())[:60])


@router.get("/new-person")
def new(request: Request, office: OfficeNow) -> Response:
    """The form to add somebody."""
    return _new(request, office, {})


@router.post("/new-person")
def add(request: Request, me: Me, office: OfficeNow, form: Posted) -> Response:
    """Add somebody to a team; their first password is given on their page."""
    given = {name: str(form.get(name, "")).strip() for name in ("username", "name", "email", "team")}
    try:
        lane, team = typed.team(given["team"])
        office.people.add(given["username"], given["name"], email=given["email"] or None, lane=lane, teams=[team],
                          by=me.username)  # fmt: skip
    except Refused as refused:
        return _new(request, office, given, refused)
    return RedirectResponse(f"/admin/people/{given['username']}", 303)


@router.get("/people/{username}")
def person(request: Request, me: Me, office: OfficeNow, username: str, done: str = "") -> Response:
    """One person."""
    return _person(request, office, me, username, done=bool(done))


@router.post("/people/{username}/password")
def password(request: Request, me: Me, office: OfficeNow, username: str) -> Response:
    """Give them a password for one use; it is shown on this answer and never again."""
    try:
        given = office.credentials.give_password(username, by=me.username)
    except Refused as refused:
        return _person(request, office, me, username, refused, "signing-in")
    return _person(request, office, me, username, given=given)


@router.post("/people/{username}/{action}")
def act(request: Request, me: Me, office: OfficeNow, username: str, action: str, form: Posted) -> Response:
    """Change one thing about them."""
    known = _actions(office, me, username, form)
    if action not in known:
        raise Refused("unknown_action", _("There is nothing of this kind to be done."))
    try:
        known[action]()
    except Refused as refused:
        return _person(request, office, me, username, refused, action)
    return RedirectResponse(f"/admin/people/{username}?done={action}", 303)


def _actions(office: Office, me: SignedIn, username: str, form: Posted) -> dict[str, Act]:
    by, reason = me.username, str(form.get("reason", ""))

    def placed(change: Callable[..., object]) -> None:
        lane, team = typed.team(form.get("team"))
        change(username, lane=lane, team=team, reason=reason, by=by)

    def absent() -> None:
        zone, kind = office.config.office.timezone, str(form.get("kind", ""))
        until = typed.last_day(form, zone)
        office.people.absent(username, until, start=instant(str(form.get("from", "")), zone, ends=False), by=by,
                             kind=AwayFor(kind) if kind in ABSENCES else AwayFor.OTHER)  # fmt: skip

    return {
        "give": lambda: placed(office.directory.give), "take": lambda: placed(office.directory.take),
        "absence": absent,
        "call-off": lambda: office.people.call_off(username, typed.whole(form.get("absence"), 15), by=by),
        "leave": lambda: office.directory.leave(username, reason=reason, by=by),
        "back": lambda: office.directory.come_back(username, reason=reason, by=by),
        "device": lambda: office.credentials.forget_device(username, by=by),
        "unlock": lambda: office.credentials.unlock(username, by=by),
        "sessions": lambda: office.credentials.end_all(username, by=by),
    }  # fmt: skip


@router.get("/teams")
def teams(request: Request, me: Me, office: OfficeNow) -> Response:
    """The teams of both lanes, and who of them is there."""
    names = office.people.names()
    lanes = []
    crews = office.directory.teams(by=me.username)
    for lane in Lane:
        rows = [
            {"id": each.team.id, "title": told(each.team.title), "lead": names.get(each.team.lead, each.team.lead),
             "lead_left": each.lead_left, "duty": each.team.duty, "regulation": each.team.regulation,
             "roles": [role_words(role) for role in each.team.roles],
             "members": [(names.get(name, name), name in each.present) for name in each.members],
             "guests": [(names.get(name, name), name in each.present) for name in each.guests],
             "nobody": not each.present}
            for each in crews if each.lane is lane
        ]  # fmt: skip
        manager = office.config.lanes[lane].manager
        lanes.append({"title": lane_title(office, lane), "lane": lane, "manager": names.get(manager, manager),
                      "teams": rows})  # fmt: skip
    return page(request, "admin/teams.html", lanes=lanes, crumbs=crumbs(_("Teams")))


def role_words(role: Role) -> str:
    """What a role is called."""
    words = {
        Role.FRONT_OFFICE: _("front office"), Role.SIAK_OPERATOR: _("entry operator"), Role.VERIFIER: _("verifier"),
        Role.DIVISION_HEAD: _("division head"), Role.AGENCY_HEAD: _("head of the office"),
        Role.PRINT_OPERATOR: _("print operator"), Role.HANDOVER_OFFICER: _("handover officer"),
        Role.COMPLAINT_OFFICER: _("complaint officer"), Role.ADMINISTRATOR: _("administrator"),
        Role.AUDITOR: _("auditor"), Role.MANAGER: _("lane manager"),
    }  # fmt: skip
    return words[role]


def change_rows(office: Office, found: Sequence[Change], names: Mapping[str, str]) -> list[dict[str, object]]:
    """The entries of the register of people, for a page."""
    return [
        {"at": each.entry.at, "who": actor_words(each.entry.actor, names), "about": names.get(each.about, each.about),
         "username": each.about, "seq": each.entry.seq,
         "what": _(CHANGES[each.entry.event]) if each.entry.event in CHANGES else each.entry.event,
         "details": change_details(office, each.entry)}
        for each in found
    ]  # fmt: skip


def _row(office: Office, each: Somebody) -> dict[str, object]:
    roles = [role_words(role) for role in each.roles]
    roles += [_("manages: %(lane)s") % {"lane": lane_title(office, lane)} for lane in each.manages]
    places = [
        {"value": f"{place.lane}/{place.team}", "lane": lane_title(office, place.lane), "until": place.until,
         "team": team_title(office, place.lane, place.team), "lead": place.lead, "configured": place.configured,
         "roles": ", ".join(role_words(role) for role in office.config.lanes[place.lane].team[place.team].roles)
         if place.team in office.config.lanes[place.lane].team else ""}
        for place in each.places
    ]  # fmt: skip
    away = said(each.absence.kind.words) if each.absence else ""
    return {"person": each, "account": each.account, "roles": roles, "places": places, "away": away}


def _list(request: Request, office: Office, me: SignedIn, sought: str | None = None) -> Response:
    rows = [_row(office, each) for each in office.directory.people(by=me.username)]
    if sought:
        rows = [row for row in rows if sought.casefold() in _searched(row)]
    return page(request, "admin/people.html", rows=rows, sought=sought, crumbs=crumbs(_("People")))


def _searched(row: dict[str, object]) -> str:
    each, places = row["person"], row["places"]
    assert isinstance(each, Somebody)
    assert isinstance(places, list)
    words = (each.username, each.name, *(f"{place['lane']} {place['team']} {place['roles']}" for place in places))
    return " ".join((*words, *map(str, row["roles"] if isinstance(row["roles"], list) else ()))).casefold()


def _team_options(office: Office) -> list[dict[str, str]]:
    return [{"value": "", "text": _("Choose")},
            *({"value": f"{lane}/{team.id}", "text": f"{lane_title(office, lane)}: {told(team.title)}"}
              for lane in Lane for team in office.config.lanes[lane].teams)]  # fmt: skip


def _new(request: Request, office: Office, given: dict[str, str], refused: Refused | None = None) -> Response:
    return page(
        request, "admin/new_person.html", status=status_of(refused) if refused else 200, given=given,
        teams=[{**each, "selected": each["value"] == given.get("team")} for each in _team_options(office)],
        problems=problem_of(refused, _NEW, "username") if refused else [],
        crumbs=crumbs((_("People"), "/admin/people"), _("Add somebody")),
    )  # fmt: skip


def _person(
    request: Request, office: Office, me: SignedIn, username: str, refused: Refused | None = None, action: str = "",
    given: str = "", done: bool = False,
) -> Response:  # fmt: skip
    found, absences, changes = office.directory.person(username, by=me.username)
    now, names = office.clock.now(), office.people.names()
    home = {place.lane for place in found.places if place.until is None} | set(found.manages)
    options = [each for each in _team_options(office)
               if not home or not each["value"] or Lane(each["value"].partition("/")[0]) in home]  # fmt: skip
    return page(
        request, "admin/person.html", status=status_of(refused) if refused else 200, **_row(office, found),
        teams=options, given=given, done=done, lasts=GIVEN_LASTS,
        short=too_few(office, found.username), own=found.username == me.username,
        kinds=[{"value": kind.value, "text": said(kind.words)} for kind in ABSENCES],
        absences=[
            {"id": each.id, "kind": said(each.kind.words), "from": each.starts_at, "until": each.until,
             "by": actor_words(each.by, names), "lasts": each.lasts(now),
             "over": each.until is not None and each.until <= now}
            for each in absences if each.kind is not AwayFor.LEFT
        ],
        changes=change_rows(office, changes, names),
        problems=problem_of(refused, _OF_ACTION.get(action, {}), _ANCHOR.get(action, "signing-in")) if refused else [],
        crumbs=crumbs((_("People"), "/admin/people"), found.name),
    )  # fmt: skip
