"""What a person asks of the office about their own data (UU 27/2022), and by when it is answered.

Access (articles 7 and 32) and correction (articles 6 and 30) within 3×24 hours, on the wall and not by the office's
hours. For an erasure (articles 8 and 43) the law names no hours; the office keeps to the same ones.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.ages import age
from domain.errors import Refused
from domain.sentence import Sentence, say
from domain.words import Said

ANSWER_WITHIN: Final = timedelta(hours=72)
_SOON: Final = timedelta(hours=24)
EARLIEST: Final = timedelta(days=30)
"""How long ago a request that is recorded now can have come in."""
OF_AGE: Final = 18
"""Years; a child's data are of a specific category (article 4), and a parent or guardian asks for them (article 25)."""
LONGEST: Final = 1000
"""Characters of a reason or an answer."""


class RequestKind(StrEnum):
    """What is asked for."""

    ACCESS = "access"
    CORRECTION = "correction"
    ERASURE = "erasure"

    @property
    def words(self) -> Said:
        """As people read it."""
        return _KINDS[self]


_KINDS: Final = {
    RequestKind.ACCESS: Said("Salinan data pribadi", "A copy of the data"),
    RequestKind.CORRECTION: Said("Perbaikan data pribadi", "Correction of the data"),
    RequestKind.ERASURE: Said("Penghapusan data pribadi", "Erasure of the data"),
}


class IdentityCheck(StrEnum):
    """How it was made sure that the person is who they say, or may ask for who they ask for."""

    ID_CARD = "id_card"
    REGISTER = "register"
    PROXY = "proxy"
    GUARDIAN = "guardian"

    @property
    def words(self) -> Said:
        """As people read it."""
        return _CHECKS[self]


_CHECKS: Final = {
    IdentityCheck.ID_CARD: Said("KTP-el asli ditunjukkan", "ID card shown in person"),
    IdentityCheck.REGISTER: Said("Sidik jari atau wajah cocok dengan data kependudukan",
                                 "Fingerprint or face matched with the register"),
    IdentityCheck.PROXY: Said("Kuasa: surat kuasa dan KTP-el keduanya", "Proxy: power of attorney and both ID cards"),
    IdentityCheck.GUARDIAN: Said("Orang tua atau wali: KTP-el dan KK atau penetapan",
                                 "Parent or guardian: ID card, and family card or court ruling"),
}  # fmt: skip


class RequestEnd(StrEnum):
    """How a request ended."""

    ANSWERED = "answered"
    ERASED = "erased"
    NOTHING_ERASED = "nothing_erased"  # nothing could go; what stays, and why, stands in the answer
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A request's clock."""

    received_at: datetime
    ended_at: datetime | None = None

    @property
    def answer_by(self) -> datetime:
        """The last instant for an answer."""
        return self.received_at + ANSWER_WITHIN

    @property
    def due_at(self) -> datetime | None:
        """By when it is answered; None once it is."""
        return self.answer_by if self.ended_at is None else None

    def is_late(self, now: datetime) -> bool:
        """Whether it should have been answered."""
        return self.due_at is not None and now >= self.due_at

    def next_reminder(self, after: datetime) -> datetime | None:
        """When the office has to be reminded of it next, after this instant: a day before its time, and at it."""
        if self.ended_at is not None:
            return None
        return next((at for at in (self.answer_by - _SOON, self.answer_by) if at > after), None)


class InvalidPersonRequest(Refused):
    """A request that cannot be recorded: `problems` says everything that is wrong, each of its field.

    What to do: put all of it right at once and record it again; nothing was kept.
    """

    def __init__(self, problems: Collection[Sentence]) -> None:
        self.problems = tuple(problems)
        super().__init__("invalid_request", f"The request cannot be recorded: {'; '.join(problems)}")


def why_not_ask(check: IdentityCheck, born: date, today: date) -> Sentence | None:
    """Why a request for somebody born then cannot be taken with this check of identity; None when it can."""
    grown_up = age(born, today) >= OF_AGE
    if not grown_up and check is not IdentityCheck.GUARDIAN:
        words = f"the person is under {OF_AGE}; a parent or guardian asks for them, and shows that they are"
        return say("child_asks", words, years=OF_AGE)
    if grown_up and check is IdentityCheck.GUARDIAN:
        words = f"the person is {OF_AGE} or older; they ask themselves, or by a proxy with a power of attorney"
        return say("grown_up_asks", words, years=OF_AGE)
    return None
