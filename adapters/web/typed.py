"""What was typed or chosen in a form, read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from adapters.web.times import instant
from adapters.web.words import gettext as _
from adapters.web.words import mark
from domain.errors import Refused
from domain.roles import Lane


def whole(given: object, digits: int) -> int:
    """A whole number of at most so many digits; 0 for all else."""
    text = str(given or "").strip()
    return int(text) if text.isdecimal() and len(text) <= digits else 0


def last_day(form: Mapping[str, object], zone: str) -> datetime:
    """The end of an absence, of which a form names the last day. Raises Refused where it names none."""
    until = instant(str(form.get("until", "")), zone, ends=True)
    if until is None:
        raise Refused("day_missing", _("Give the last day of the absence."))
    return until


def team(given: object) -> tuple[Lane, str]:
    """A team of a lane, chosen as "LANE/TEAM". Raises Refused where no lane is named; whether it has such a team is
    for others to say."""
    lane, _sign, name = str(given or "").strip().partition("/")
    if lane not in set(Lane):
        raise Refused("unknown_team", mark("Choose a team of the list."))
    return Lane(lane), name
