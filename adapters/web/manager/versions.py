"""The versions of a lane's rules: since when, by whom and why, what differs, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import unified_diff

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from adapters.web.ids import Id
from adapters.web.manager.words import crumbs, policy_given, problem_of
from adapters.web.pages import page
from adapters.web.refusals import status_of
from adapters.web.session import Me, OfficeNow, Posted, SignedIn
from adapters.web.titles import lane_title
from adapters.web.words import gettext as _
from domain import rules_version
from domain.errors import Refused
from domain.permissions import why_not_tune
from domain.roles import Lane
from domain.rules_diff import differences
from lanes.office import Office
from lanes.records.rules import Policy, RulesVersion
from lanes.rules import FIRST_AUTHOR, State

router = APIRouter()
_FIELDS = (("reason_missing", "reason"), ("unapplied_changes", "discard"))


@router.get("/{lane}/versions")
def versions(request: Request, me: Me, office: OfficeNow, lane: Lane, done: int = 0) -> Response:
    """Every version; `done` was just put in force, or will be."""
    office.oversight.must_oversee(me.username)
    found, names = office.rules.versions(lane), office.people.names()
    rows = [
        {"version": each, "state": state_words(state), "who": _who(each, names), "why": _why(each),
         "policy": policy_words(each.policy), "in_force": state is State.IN_FORCE}
        for each, state in found
    ]  # fmt: skip
    just, title = next((each for each, _state in found if each.id == done), None), lane_title(office, lane)
    return page(request, "manager/versions.html", rows=rows, lane=lane, lane_title=title, just=just,
                tunes=why_not_tune(me.actor, lane) is None,
                crumbs=crumbs(_("Versions: %(lane)s") % {"lane": title}))  # fmt: skip


@router.get("/versions/{number}")
def version(request: Request, me: Me, office: OfficeNow, number: Id) -> Response:
    """What a version says, against what is in force."""
    office.oversight.must_oversee(me.username)
    return _version(request, office, me, office.rules.version(number))


@router.post("/versions/{number}/rollback")
def rollback(request: Request, me: Me, office: OfficeNow, number: Id, form: Posted) -> Response:
    """Put a version in force again."""
    try:
        done = office.rules.rollback(
            number, by=me.username, reason=str(form.get("reason", ""))[:500],
            policy=policy_given(str(form.get("policy", ""))), discard=bool(form.get("discard")),
        )  # fmt: skip
    except Refused as refused:
        if refused.code in ("not_allowed", "unknown_version"):
            raise
        return _version(request, office, me, office.rules.version(number), refused)
    return RedirectResponse(f"/manager/{done.version.lane}/versions?done={done.version.id}", 303)


def _version(
    request: Request, office: Office, me: SignedIn, shown: RulesVersion, refused: Refused | None = None
) -> Response:
    current = office.rules.in_force(shown.lane)
    texts = ((shown.source, current.source), (shown.calendar, current.calendar))
    names = (_("version %(number)s") % {"number": shown.id}, _("in force"))
    lines = [line for one, two in texts
             for line in unified_diff(one.splitlines(), two.splitlines(), *names, lineterm="")]  # fmt: skip
    title, people = lane_title(office, shown.lane), office.people.names()
    return page(
        request, "manager/version.html", status=status_of(refused) if refused else 200, shown=shown, current=current,
        lane_title=title, who=_who(shown, people), why=_why(shown), policy=policy_words(shown.policy), diff=lines,
        changes=differences(rules_version.read(shown.body), rules_version.read(current.body)),
        may=why_not_tune(me.actor, shown.lane) is None and shown.id != current.id,
        discard=refused is not None and refused.code == "unapplied_changes",
        problems=problem_of(refused, _FIELDS, "reason") if refused else [],
        crumbs=crumbs((_("Versions: %(lane)s") % {"lane": title}, f"/manager/{shown.lane}/versions"),
                      _("Version %(number)s") % {"number": shown.id}),
    )  # fmt: skip


def _who(version: RulesVersion, names: Mapping[str, str]) -> str:
    return _("the system") if version.author == FIRST_AUTHOR else names.get(version.author, version.author)


def _why(version: RulesVersion) -> str:
    return _("The office's first start") if version.author == FIRST_AUTHOR else version.reason


def state_words(state: State) -> str:
    """What a version is to its lane now."""
    return {State.IN_FORCE: _("in force"), State.SCHEDULED: _("will come into force"), State.PAST: _("past"),
            State.OVERTAKEN: _("never came into force")}[state]  # fmt: skip


def policy_words(policy: Policy) -> str:
    """What a version meant for open dossiers."""
    return {Policy.KEEP: _("kept their times"), Policy.RECOMPUTE: _("got the new times")}[policy]
