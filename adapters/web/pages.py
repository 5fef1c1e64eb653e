"""Pages from templates: one Jinja environment, and what every page is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, select_autoescape
from markupsafe import Markup

from adapters.web import building, times
from adapters.web.addresses import asked_for
from adapters.web.session import FIELD, SignedIn, form_token, office_of, visitor
from adapters.web.words import FIRST, LANGUAGES, gettext, language, mark, ngettext, told
from domain.permissions import Actor, why_not_administer, why_not_oversee, why_not_see_requests
from domain.places import roles_by_place
from domain.roles import Lane, Role
from domain.staff import why_not_read_journal
from lanes.office import Office


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A place in the navigation: `may` says whether somebody finds it there (None: nobody is signed in)."""

    title: str
    path: str
    may: Callable[[Office, SignedIn | None], bool]


def _at_a_desk(office: Office, me: SignedIn | None) -> bool:
    return me is not None and bool(me.actor.teams)


def _oversees(office: Office, me: SignedIn | None) -> bool:
    return me is not None and why_not_oversee(me.actor) is None


def _administers(office: Office, me: SignedIn | None) -> bool:
    return me is not None and why_not_administer(me.actor) is None


def _handles_complaints(office: Office, me: SignedIn | None) -> bool:
    roles = {Role.COMPLAINT_OFFICER, Role.AGENCY_HEAD, Role.AUDITOR}
    return me is not None and (bool(me.actor.manages) or not roles.isdisjoint(roles_of(office, me.actor)))


def _a_citizen(office: Office, me: SignedIn | None) -> bool:
    return me is None


def roles_of(office: Office, actor: Actor) -> set[Role]:
    """Every role a person has, in whichever lane."""
    teams = [(office.config.lanes[lane].team, team) for lane, team in actor.teams]
    return roles_by_place(known[team] for known, team in teams if team in known) | set(actor.roles)


def _at_the_counter(office: Office, me: SignedIn | None) -> bool:
    return me is not None and office.counter.why_not(me.username) is None


def _signs(office: Office, me: SignedIn | None) -> bool:
    return me is not None and Role.AGENCY_HEAD in roles_of(office, me.actor)


def _delivers(office: Office, me: SignedIn | None) -> bool:
    return me is not None and Role.HANDOVER_OFFICER in roles_of(office, me.actor)


def _leads(office: Office, me: SignedIn | None) -> bool:
    return me is not None and bool(me.actor.leads or me.actor.manages)


def _reads_the_journal(office: Office, me: SignedIn | None) -> bool:
    return me is not None and why_not_read_journal(me.actor) is None and not _administers(office, me)


def _sees_requests(office: Office, me: SignedIn | None) -> bool:
    may = me is not None and why_not_see_requests(me.username, roles_of(office, me.actor)) is None
    return may and not _administers(office, me)


NAVIGATION: tuple[Place, ...] = (
    Place(title=mark("Services"), path="/services", may=_a_citizen),
    Place(title=mark("Follow an application"), path="/track", may=_a_citizen),
    Place(title=mark("How we do"), path="/figures", may=_a_citizen),
    Place(title=mark("Complaints"), path="/complaints", may=_handles_complaints),
    Place(title=mark("My desk"), path="/desk", may=_at_a_desk),
    Place(title=mark("Counter"), path="/desk/counter", may=_at_the_counter),
    Place(title=mark("Sign"), path="/desk/sign", may=_signs),
    Place(title=mark("Round"), path="/desk/round", may=_delivers),
    Place(title=mark("My team"), path="/desk/team", may=_leads),
    Place(title=mark("Search"), path="/desk/search", may=_at_a_desk),
    Place(title=mark("Requests about data"), path="/admin/requests", may=_sees_requests),
    Place(title=mark("Manager's room"), path="/manager", may=_oversees),
    Place(title=mark("Journal"), path="/admin/journal", may=_reads_the_journal),
    Place(title=mark("Administration"), path="/admin", may=_administers),
)


@cache
def environment() -> Environment:
    """The templates of this package and the components of GOV.UK Frontend."""
    made = Environment(
        loader=ChoiceLoader([
            PackageLoader("adapters.web"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]),
        auto_reload=False,
        autoescape=select_autoescape(("html",)), extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.filters |= {"told": told}
    made.globals["reveal_items"] = lambda words: [{"value": value, "text": text} for value, text in words.items()]
    made.globals |= {"assets": f"?v={building.version()}", "languages": LANGUAGES, "Lane": Lane}
    return made


Crumb = tuple[str, str] | str
"""A place on the way to a page: its words and its address; or the words alone, where one is."""


def page(
    request: Request, template: str, *, status: int = 200, crumbs: Sequence[Crumb] = (), **values: Any
) -> HTMLResponse:
    """Answer with a page. `crumbs` lead to it; `values` are the template's own; every page also has `office` (the
    configuration's), `me`, `now`, `lang`, `navigation`, `csrf` (the hidden field of every form), `zone` (the name of
    local time), `moment`, `day`, `due`, `due_kind`."""
    made = environment().get_template(template)
    way = [{"text": each} if isinstance(each, str) else {"text": each[0], "href": each[1]} for each in crumbs]
    return HTMLResponse(made.render({**_common(request), "crumbs": way, **values}), status)


def _common(request: Request) -> Mapping[str, Any]:
    office, me = office_of(request), visitor(request)
    zone, now = office.config.office.timezone, office.clock.now()

    def moment(at: datetime | None) -> str:
        return times.moment(at, zone) if at else "–"

    path = request.url.path
    again = request.url if request.method == "GET" else request.url.replace(path=asked_for(request), query="")
    places = [place for place in NAVIGATION if place.may(office, me)]
    within = [place.path for place in places if f"{path}/".startswith(f"{place.path}/")]
    here = max(within, key=len, default="")
    return {
        "office": office.config.office, "me": me, "now": now, "lang": language.get(), "first_language": FIRST,
        "path": path,
        "navigation": [
            {"text": gettext(place.title), "href": place.path, "active": place.path == here,
             "attributes": {"data-key": "/"} if place.path == "/desk/search" else {}}
            for place in places
        ],
        "language_links": {code: f"/{again.path.lstrip('/')}?{again.include_query_params(lang=code).query}"
                           for code in LANGUAGES},  # two slashes would lead to another host
        "csrf": Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, form_token(request)),
        "zone": times.zone_name(now, zone), "moment": moment, "day": lambda at: times.day(at, zone), "span": times.span,
        "due": lambda at: times.due(at, now), "due_kind": lambda at: times.due_kind(at, now),
    }  # fmt: skip
