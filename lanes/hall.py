"""The waiting room: numbers are taken at the door, called to the counters one after another, and served.

Who calls one holds it until who had it was served or did not come; asking for the next then gives the same, so a button
pressed twice calls nobody twice. Numbers name nobody, and are forgotten after a month.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain.errors import Refused
from domain.numbers import CounterTicket
from domain.office import OfficeConfig
from domain.permissions import not_allowed, why_not_take_in
from domain.roles import Lane
from domain.ticket import FIRST, Ticket, TicketStatus
from lanes.people import People
from lanes.ports import Clock
from lanes.store import Store, Work

KEPT: Final = timedelta(days=31)
_SHOWN_CALLS: Final = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """How the waiting room stands: the last calls, newest first; who did not come; how many wait, and how many of them
    are called before the others."""

    called: tuple[Ticket, ...]
    absent: tuple[Ticket, ...]
    waiting: int
    first: int


def next_number(work: Work, config: OfficeConfig, lane: Lane, now: datetime) -> str:
    """The next number of the day's queue: A-001 to A-999, then B-001."""
    return str(CounterTicket.nth(work.dossiers.take_number(f"ticket:{lane}:{config.office.day(now)}")))


class Hall:
    """See the module. All of it is for the walk-in lane's front office; `board` is for everybody."""

    def __init__(self, store: Store, config: OfficeConfig, clock: Clock, people: People) -> None:
        self._store, self._config, self._clock, self._people = store, config, clock, people

    def take(self, *, by: str, first: str = "") -> Ticket:
        """Give a number to somebody at the door; `first`, one of `FIRST`, when the law has them called before the
        others. Raises Refused."""
        now = self._clock.now()
        if first and first not in FIRST:
            raise Refused("unknown_reason", "A number comes before the others for a reason of the list only.",
                          allowed=", ".join(FIRST))  # fmt: skip
        with self._store.begin() as work:
            self._may(work, by, now)
            ticket = Ticket(day=self._day(now), number=next_number(work, self._config, Lane.MANUAL, now), first=first,
                            taken_at=now)  # fmt: skip
            work.tickets.add(ticket)
            work.tickets.forget_before(self._day(now - KEPT))
        return ticket

    def call(self, counter: int, *, by: str) -> Ticket | None:
        """Call the next number to a counter; who holds one still calls that one again. None when nobody waits. Raises
        Refused."""
        now = self._clock.now()
        with self._store.begin() as work:
            self._may(work, by, now)
            day = self._day(now)
            found = work.tickets.held_by(day, by, lock=True) or work.tickets.first_waiting(day)
            return self._called(work, found, counter, by, now) if found else None

    def call_again(self, number: str, counter: int, *, by: str) -> Ticket:
        """Call a number that did not come at first, or was not heard. Raises Refused; also when another is held."""
        now = self._clock.now()
        with self._store.begin() as work:
            self._may(work, by, now)
            ticket = self._today(work, number, now, lock=True)
            held = work.tickets.held_by(self._day(now), by)
            if held is not None and held.number != number:
                raise Refused("ticket_held", f"{held.number} is at your counter still.",
                              allowed="served or not come first")  # fmt: skip
            return self._called(work, ticket, counter, by, now)

    def _called(self, work: Work, ticket: Ticket, counter: int, by: str, now: datetime) -> Ticket:
        called = ticket.call(counter, by, now)
        work.tickets.save(called)
        return called

    def missed(self, *, by: str) -> Ticket:
        """Nobody came with the number that one has called. Raises Refused."""
        with self._store.begin() as work:
            ticket = self._held(work, by).miss()
            work.tickets.save(ticket)
            return ticket

    def served(self, *, by: str) -> Ticket:
        """Who came was served, and handed nothing in. Raises Refused."""
        with self._store.begin() as work:
            ticket = self._held(work, by).serve(self._clock.now())
            work.tickets.save(ticket)
            return ticket

    def handed_in(self, work: Work, number: str, *, by: str, now: datetime) -> None:
        """The dossier of this number was handed in by who came with the number that one has called, if one has."""
        ticket = work.tickets.held_by(self._day(now), by, lock=True)
        if ticket is not None:
            work.tickets.save(ticket.serve(now, number))

    def at(self, username: str) -> tuple[Ticket | None, int | None]:
        """The number that somebody has at their counter, and the counter to which they called last today."""
        day = self._day(self._clock.now())
        with self._store.read() as work:
            return work.tickets.held_by(day, username), work.tickets.last_counter(day, username)

    def ticket(self, number: str, *, by: str) -> Ticket:
        """A number of today. Raises Refused."""
        now = self._clock.now()
        with self._store.read() as work:
            self._may(work, by, now)
            return self._today(work, number, now)

    def ahead_of(self, ticket: Ticket) -> int:
        """How many who wait are called before this one as things stand; who is served first by law may still come."""
        with self._store.read() as work:
            tickets = work.tickets.of_day(ticket.day)
        turn = (not ticket.first, ticket.id)
        return sum(each.status is TicketStatus.WAITING and (not each.first, each.id) < turn for each in tickets)

    def board(self) -> Board:
        """How the waiting room stands now."""
        with self._store.read() as work:
            tickets = work.tickets.of_day(self._day(self._clock.now()))
        waiting = [each for each in tickets if each.status is TicketStatus.WAITING]
        called = sorted((each for each in tickets if each.status is TicketStatus.CALLED and each.called_at),
                        key=lambda each: (each.called_at, each.id), reverse=True)  # fmt: skip
        return Board(
            called=tuple(called[:_SHOWN_CALLS]), waiting=len(waiting), first=sum(bool(each.first) for each in waiting),
            absent=tuple(each for each in tickets if each.status is TicketStatus.ABSENT),
        )  # fmt: skip

    def _today(self, work: Work, number: str, now: datetime, *, lock: bool = False) -> Ticket:
        ticket = work.tickets.get(self._day(now), number, lock=lock)
        if ticket is None:
            raise Refused("unknown_ticket", "Nobody took this number today.", allowed="a number such as A-041")
        return ticket

    def _held(self, work: Work, by: str) -> Ticket:
        now = self._clock.now()
        self._may(work, by, now)
        ticket = work.tickets.held_by(self._day(now), by, lock=True)
        if ticket is None:
            raise Refused("no_ticket", "You have called no number that is at your counter now.")
        return ticket

    def _day(self, now: datetime) -> str:
        return self._config.office.day(now).isoformat()

    def _may(self, work: Work, username: str, now: datetime) -> None:
        roles = self._people.roles_in(work, username, Lane.MANUAL, now)
        reason = why_not_take_in(username, roles, Lane.MANUAL)
        if reason:
            raise not_allowed(reason)
