"""What the administrator's room says again and again: who may come in, where one is, and what was refused."""

from __future__ import annotations

from typing import Final

from adapters.web.pages import Crumb
from adapters.web.refusals import in_words
from adapters.web.session import Me, SignedIn
from adapters.web.titles import lane_title
from adapters.web.words import gettext as _
from adapters.web.words import mark
from domain.errors import Refused
from domain.permissions import not_allowed, why_not_administer
from domain.roles import Lane
from lanes.office import Office

_WORDS: Final = {
    "nothing_stuck": mark("No step of this application is stuck any more."),
    "reason_missing": mark("Write the reason: it goes on record."),
    "bad_count": mark("Give how many blanks came in: 1 to 100,000."),
    "unknown_item": mark("Choose a blank of the list."),
    "outage_overlaps": mark("An outage for this reason is recorded at that time already."),
    "outage_lasts": mark("An outage for this reason lasts already: end it, or choose another reason."),
    "no_outage": mark("This outage is over or was taken back already."),
    "which_lane": mark("An outage for this reason lasts in each lane: end each by itself."),
    "which_outage": mark("Several outages for this reason began in the same minute."),
    "in_the_future": mark("This time lies in the future. Write when it was, or leave it empty for now."),
    "too_long_ago": mark("This time lies more than 30 days back: who was late then stays late."),
    "end_before_start": mark("The end has to come after the beginning."),
}


def administrators_only(me: Me) -> None:
    """Let only administrators in. Raises Refused with the reason."""
    if reason := why_not_administer(me.actor):
        raise not_allowed(reason)


def crumbs(*places: Crumb) -> list[Crumb]:
    """The way here, from the room on."""
    return [(_("Administration"), "/admin"), *places] if places else [_("Administration")]


def way(me: SignedIn, *places: Crumb) -> list[Crumb]:
    """The way to what others see too: through the room for who may come in there."""
    return crumbs(*places) if why_not_administer(me.actor) is None else list(places)


def where(office: Office, lane: Lane | None) -> str:
    """The lane that something concerns, or both."""
    return lane_title(office, lane) if lane else _("both lanes")


def problem_of(refused: Refused, fields: dict[str, str], other: str) -> list[dict[str, str]]:
    """A refusal for the summary above a form; `fields` gives the field that a code is about."""
    known = _WORDS.get(refused.code)
    return [{"text": _(known) if known else in_words(refused), "href": f"#{fields.get(refused.code, other)}"}]
