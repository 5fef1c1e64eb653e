"""Complaints of applicants and their own clock: answered within 14 days, decided within 60 (UU 25/2009).

The days are calendar days from when the complaint came in, whatever the lane's hours: the law counts them so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.words import Said

ANSWER_WITHIN: Final = timedelta(days=14)
DECIDE_WITHIN: Final = timedelta(days=60)
_SOON: Final = timedelta(days=3)
MOST_OPEN: Final = 3
"""So many complaints about one dossier may be open at once."""
SENT_TWICE: Final = timedelta(hours=1)
"""The same words about the same dossier within this time are one complaint: a button pressed twice, a page reloaded."""
SHORTEST, LONGEST = 10, 2000
"""Characters of what is said in a complaint, an answer or a decision."""


class Topic(StrEnum):
    """What a complaint is about, in few kinds, so that they can be counted without being read."""

    SLOW = "slow"
    NO_NEWS = "no_news"
    OUT_OF_TURN = "out_of_turn"
    ASKED_AGAIN = "asked_again"
    MISTAKE = "mistake"
    CONDUCT = "conduct"
    OTHER = "other"

    @property
    def words(self) -> Said:
        """As people read it."""
        return _WORDS[self]


_WORDS: Final = {
    Topic.SLOW: Said("Terlalu lama", "It takes too long"),
    Topic.NO_NEWS: Said("Tidak ada kabar yang jelas", "Nobody tells me where it stands"),
    Topic.OUT_OF_TURN: Said("Yang datang kemudian dilayani lebih dahulu", "Others who came later were served first"),
    Topic.ASKED_AGAIN: Said("Diminta melengkapi berulang kali", "I was asked for papers again and again"),
    Topic.MISTAKE: Said("Ada kesalahan pada dokumen atau penolakan", "The document or the refusal is wrong"),
    Topic.CONDUCT: Said("Sikap petugas, atau diminta membayar", "How an officer behaved, or I was asked for money"),
    Topic.OTHER: Said("Lainnya", "Something else"),
}


class Stage(StrEnum):
    """What a complaint still waits for."""

    ANSWER = "answer"
    DECISION = "decision"
    DONE = "done"


@dataclass(frozen=True, kw_only=True, slots=True)
class Complaint:
    """A complaint as it stands; what was said in it is kept elsewhere, encrypted."""

    filed_at: datetime
    answered_at: datetime | None = None
    decided_at: datetime | None = None

    @property
    def answer_by(self) -> datetime:
        """The last instant for an answer."""
        return self.filed_at + ANSWER_WITHIN

    @property
    def decide_by(self) -> datetime:
        """The last instant for a decision."""
        return self.filed_at + DECIDE_WITHIN

    @property
    def stage(self) -> Stage:
        """What it waits for; a decision ends it, answered before or not."""
        if self.decided_at is not None:
            return Stage.DONE
        return Stage.ANSWER if self.answered_at is None else Stage.DECISION

    @property
    def due_at(self) -> datetime | None:
        """By when that has to come; None when it is done."""
        return {Stage.ANSWER: self.answer_by, Stage.DECISION: self.decide_by, Stage.DONE: None}[self.stage]

    def is_late(self, now: datetime) -> bool:
        """Whether what it waits for should have come."""
        return self.due_at is not None and now >= self.due_at

    def next_reminder(self, after: datetime) -> datetime | None:
        """When the office has to be reminded of it next, after this instant: three days before each time, and at it;
        None when never."""
        times = {
            Stage.ANSWER: (self.answer_by - _SOON, self.answer_by, self.decide_by - _SOON, self.decide_by),
            Stage.DECISION: (self.decide_by - _SOON, self.decide_by),
            Stage.DONE: (),
        }[self.stage]
        return next((at for at in times if at > after), None)
