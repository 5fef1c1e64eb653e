"""What the manager's room says again and again: where one is, whom it is for, what was refused, and when is meant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from adapters.reports.names import Names
from adapters.web.refusals import in_words
from adapters.web.words import gettext as _
from adapters.web.words import language, told
from domain.errors import Refused
from domain.roles import Lane
from domain.words import Said
from lanes.office import Office
from lanes.records.rules import Policy

_A_DAY = len("2026-12-31")


def crumbs(*places: tuple[str, str] | str) -> list[dict[str, str]]:
    """The way here: (text, address) pairs below the room, and at last where one is."""
    way = [{"text": _("Manager's room"), "href": "/manager"}] if places else [{"text": _("Manager's room")}]
    return way + [{"text": each} if isinstance(each, str) else {"text": each[0], "href": each[1]} for each in places]


def said(words: Said) -> str:
    """Words that there are in both languages, in the reader's."""
    return words.en if language.get() == "en" else words.id


def lane_title(office: Office, lane: Lane) -> str:
    """What a lane is called."""
    return told(office.config.lanes[lane].title)


def team_title(office: Office, lane: Lane, team: str | None) -> str:
    """What a team is called; the system where there is none."""
    if team is None:
        return _("the system")
    known = office.config.lanes[lane].team.get(team)
    return told(known.title) if known else team


def type_title(office: Office, code: str) -> str:
    """What a document type is called, with its code."""
    workflow = office.config.workflows.get(code)
    return f"{told(workflow.title)} ({code})" if workflow else code


def step_title(office: Office, lane: Lane, step: str) -> str:
    """What a step is called in most document types."""
    return said(Names(office.config, office.tools.places.name).step(lane, step)) if step else _("the whole application")


def names_of(office: Office) -> dict[str, str]:
    """Everybody's name by username."""
    return {each.username: each.name for each in office.people.listing()}


def refusal(refused: Refused) -> str:
    """What was refused, for somebody who runs a lane: their reasons go on record and are told to no applicant."""
    return _("Write the reason: it goes on record.") if refused.code == "reason_missing" else in_words(refused)


def problem_of(refused: Refused, fields: Sequence[tuple[str, str]], other: str) -> list[dict[str, str]]:
    """A refusal for the summary above a form; `fields` pairs codes with the field that is meant."""
    return [{"text": refusal(refused), "href": f"#{dict(fields).get(refused.code, other)}"}]


def instant(text: str, zone: str, *, ends: bool) -> datetime | None:
    """The instant that somebody means by a day or a time in a form, in office time; None when nothing is written. A day
    is meant to its end where something `ends`. Raises Refused."""
    text = text.strip()
    if not text:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("unknown_time", _("Write a date such as 2026-12-31.")) from None
    if ends and len(text) == _A_DAY:
        read = datetime.combine(read.date(), time(23, 59, 59))
    return read if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone))


def policy_given(text: str) -> Policy:
    """What a form says becomes of open dossiers; they keep their times unless it says otherwise."""
    return Policy.RECOMPUTE if text == Policy.RECOMPUTE else Policy.KEEP
