"""What the manager's room says again and again: where one is, whom it is for, what was refused, and when is meant."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.web.pages import Crumb
from adapters.web.refusals import in_words
from adapters.web.words import gettext as _
from domain.errors import Refused
from lanes.records.rules import Policy


def crumbs(*places: Crumb) -> list[Crumb]:
    """The way here, from the room on."""
    return [(_("Manager's room"), "/manager"), *places] if places else [_("Manager's room")]


def refusal(refused: Refused) -> str:
    """What was refused, for somebody who runs a lane: their reasons go on record and are told to no applicant."""
    return _("Write the reason: it goes on record.") if refused.code == "reason_missing" else in_words(refused)


def problem_of(refused: Refused, fields: Sequence[tuple[str, str]], other: str) -> list[dict[str, str]]:
    """A refusal for the summary above a form; `fields` pairs codes with the field that is meant."""
    return [{"text": refusal(refused), "href": f"#{dict(fields).get(refused.code, other)}"}]


def policy_given(text: str) -> Policy:
    """What a form says becomes of open dossiers; they keep their times unless it says otherwise."""
    return Policy.RECOMPUTE if text == Policy.RECOMPUTE else Policy.KEEP
