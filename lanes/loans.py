"""Loans of people between the lanes, once made: their early end, and what the guests did there and at home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from domain.errors import Refused
from domain.giving_back import GivenBack
from domain.permissions import lenders
from domain.roles import Lane
from domain.sentence import say
from lanes.people import People
from lanes.ports import Clock
from lanes.records.figures import Work as Done
from lanes.records.staff import Membership
from lanes.store import Store
from lanes.turns import Turns


@dataclass(frozen=True, kw_only=True, slots=True)
class LoanReport:
    """A loan, whether it lasts, and what its guest did meanwhile in each lane."""

    loan: Membership
    lasts: bool
    done: Mapping[Lane, Done]


class Loans:
    """Reads loans and their work, and ends them; `People.lend` makes them."""

    def __init__(self, store: Store, clock: Clock, people: People, turns: Turns) -> None:
        self._store, self._clock, self._people, self._turns = store, clock, people, turns

    def recall(self, username: str, *, lane: Lane, team: str, by: str) -> int:
        """End a person's loan to a team now; what they hold there goes back to the team. Gives how much.

        The lane that lent them and the one that borrowed may, by their managers; the head and administrators too.
        Raises Refused for everybody else, and when no such loan lasts.
        """
        now = self._clock.now()
        with self._store.begin() as work:
            may = lenders(self._people.home(work, username, now), lane) | {lane}
            self._people.must_staff(work, by, may, now,
                                    what=say("recall", f"end a loan of {username}", whom=username))  # fmt: skip
            if not work.people.end_loans(username, lane, team, now):
                raise Refused("no_loan", f"{username} is not on loan to {lane}/{team}.",
                              allowed="a loan that lasts: `jalur operator list`")  # fmt: skip
            if team in self._people.teams_in(work, lane, now).get(username, ()):
                return 0
            return self._turns.hand_back(work, username, now, by=by, why=GivenBack.LOAN_ENDED, lane=lane, teams=[team])

    def report(self, days: int) -> list[LoanReport]:
        """The loans that lasted at some time in the last so many days, the newest first."""
        now = self._clock.now()
        with self._store.read() as work:
            return [
                LoanReport(
                    loan=loan,
                    lasts=loan.until is not None and loan.until > now,
                    done={
                        lane: work.figures.work_of(loan.username, lane, loan.at, min(now, loan.until or now))
                        for lane in Lane
                    },
                )
                for loan in work.people.loans(now - timedelta(days=days))
            ]
