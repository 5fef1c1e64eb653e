"""A number of the waiting room: in which order numbers are called, and what may become of one.

Whom the law gives a special service is called before the others: the elderly, the disabled, pregnant women and who
carries an infant (UU 25/2009 art. 29; UU 8/2016). Within both, numbers are called in the order they were taken in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from domain.errors import Refused

FIRST: Final = ("elderly", "disabled", "pregnant", "infant")
"""For what a number is called before the others."""
COUNTERS: Final = 99
"""The highest number of a counter."""


class TicketStatus(StrEnum):
    """Where a number stands."""

    WAITING = "waiting"
    CALLED = "called"  # at a counter
    ABSENT = "absent"  # nobody came; may be called again the same day
    SERVED = "served"


_AFTER: Final[Mapping[str, tuple[TicketStatus, ...]]] = {
    "call": (TicketStatus.WAITING, TicketStatus.ABSENT, TicketStatus.CALLED),
    "miss": (TicketStatus.CALLED,),
    "serve": (TicketStatus.CALLED,),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """A number of one day (ISO), `A-041`. `first` is one of `FIRST`, "" for who waits with the others; `dossier` is the
    number of what was handed in with it."""

    id: int = 0
    day: str
    number: str
    first: str = ""
    taken_at: datetime
    status: TicketStatus = TicketStatus.WAITING
    counter: int | None = None
    called_at: datetime | None = None
    called_by: str | None = None
    ended_at: datetime | None = None
    dossier: str | None = None

    def call(self, counter: int, by: str, now: datetime) -> Ticket:
        """Called to a counter; again, when nobody came at first. Raises Refused."""
        self._may("call")
        if self.status is TicketStatus.CALLED and self.called_by != by:
            raise Refused("ticket_elsewhere", f"{self.number} is called to counter {self.counter}.")
        if not 1 <= counter <= COUNTERS:
            raise Refused("unknown_counter", f"There is no counter {counter}.", allowed=f"1 to {COUNTERS}")
        return replace(self, status=TicketStatus.CALLED, counter=counter, called_at=now, called_by=by, ended_at=None)

    def miss(self) -> Ticket:
        """Nobody came. Raises Refused."""
        self._may("miss")
        return replace(self, status=TicketStatus.ABSENT)

    def serve(self, now: datetime, dossier: str | None = None) -> Ticket:
        """Who had it was served, and handed in what is named. Raises Refused."""
        self._may("serve")
        return replace(self, status=TicketStatus.SERVED, ended_at=now, dossier=dossier)

    def _may(self, act: str) -> None:
        if self.status not in _AFTER[act]:
            raise Refused("ticket_not_there", f"{self.number} is {self.status}.", allowed=" or ".join(_AFTER[act]))
