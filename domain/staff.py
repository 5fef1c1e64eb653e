"""The office's own people: why somebody is away, and who may change what about whom.

Nobody raises themself: places in teams, passwords and second factors of one's own account are another person's to give
(domain facts: an administrator must not decide cases).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.errors import Refused
from domain.journal import ENGINE
from domain.lane import USERNAME
from domain.permissions import Actor, may_staff
from domain.roles import Lane, Role
from domain.sentence import Sentence, say
from domain.words import Said

REGISTER: Final = "register"
"""What the chain of the register of people begins with, and its counter is called."""
LONGEST_ABSENCE: Final = timedelta(days=366)
"""No absence ends later than this from now: who is away for longer has left until they come back."""
LONGEST_REASON: Final = 300
LONGEST_NAME: Final = 60
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")
_NOBODY = frozenset({ENGINE, "applicant"})  # actors of the journal who are no persons


class AwayFor(StrEnum):
    """Why somebody is away. No more is kept: what ails somebody is nobody's business. LEFT is for those who work here
    no more, until they come back."""

    LEAVE = "leave"
    DUTY = "duty"
    TRAINING = "training"
    ILLNESS = "illness"
    OTHER = "other"
    LEFT = "left"

    @property
    def words(self) -> Said:
        """In words."""
        return _AWAY[self]


_AWAY = {
    AwayFor.LEAVE: Said("cuti", "on leave"), AwayFor.DUTY: Said("tugas luar", "on duty elsewhere"),
    AwayFor.TRAINING: Said("pelatihan", "in training"), AwayFor.ILLNESS: Said("sakit", "ill"),
    AwayFor.OTHER: Said("lainnya", "away"), AwayFor.LEFT: Said("tidak bekerja lagi di sini", "works here no more"),
}  # fmt: skip
ABSENCES: Final = tuple(each for each in AwayFor if each is not AwayFor.LEFT)
"""What is entered as an absence."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Absence:
    """A time in which somebody is away; without `until` for good. `by` entered it `at`."""

    id: int = 0
    username: str
    kind: AwayFor
    starts_at: datetime
    until: datetime | None
    by: str
    at: datetime

    def lasts(self, now: datetime) -> bool:
        """Whether they are away for it now."""
        return self.starts_at <= now and (self.until is None or self.until > now)


def why_not_tend(actor: Actor, username: str) -> Sentence | None:
    """Why this person may not look after somebody's account (passwords, second factor, leaving); None when they may."""
    if Role.ADMINISTRATOR not in actor.roles:
        words = f"Only an administrator may change accounts, and {actor.username} is none"
        return say("not_administering", words, who=actor.username)
    if actor.username == username:
        return say("own_account", "Another administrator does this with one's own account", who=actor.username)
    return None


def why_not_place(actor: Actor, username: str, lanes: Collection[Lane]) -> Sentence | None:
    """Why this person may not give somebody a place in a team, or take it away, where these lanes decide; None when
    they may."""
    if actor.username == username:
        return own_place(username)
    if not may_staff(actor, lanes):
        words = f"{actor.username} may not decide who works there"
        return say("not_staffing", words, who=actor.username)
    return None


def own_place(username: str) -> Sentence:
    """Why nobody gives themself a place in a team, or lends themself."""
    return say("own_place", "Nobody decides about places of their own: another person has to", who=username)


def why_not_read_journal(actor: Actor) -> Sentence | None:
    """Why this person may not search the journal of both lanes; None when they may."""
    if {Role.ADMINISTRATOR, Role.AUDITOR}.isdisjoint(actor.roles):
        words = f"Only an administrator or the auditor may search the journal, and {actor.username} is neither"
        return say("not_reading_the_journal", words, who=actor.username)
    return None


def must_be_a_person(username: str, name: str, email: str | None) -> None:
    """Raises Refused for what cannot be somebody's username, name or address."""
    if not re.fullmatch(USERNAME, username) or username in _NOBODY:
        raise Refused("bad_username", "This cannot be a username.",
                      allowed="2 to 32 of a-z, 0-9, dot, dash and underscore, a letter first")  # fmt: skip
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise Refused("bad_name", "This cannot be a name.", allowed=f"1 to {LONGEST_NAME} signs")
    if email is not None and not _EMAIL.fullmatch(email):
        raise Refused("bad_email", "This cannot be an e-mail address.", allowed="name@office.example, or none")


def reason_given(reason: str) -> str:
    """A reason that goes on record, without space around it. Raises Refused when there is none."""
    given = " ".join(reason.split())[:LONGEST_REASON]
    if not given:
        raise Refused("reason_missing", "This goes on record with its reason, and none was given.", allowed="a reason")
    return given
