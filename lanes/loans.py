"""What loans of people between the lanes did: which work the guests took on, and what they still did at home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from domain.roles import Lane
from lanes.ports import Clock
from lanes.records.figures import Work as Done
from lanes.store import Membership, Store


@dataclass(frozen=True, kw_only=True, slots=True)
class LoanReport:
    """A loan, whether it lasts, and what its guest did meanwhile in each lane."""

    loan: Membership
    lasts: bool
    done: Mapping[Lane, Done]


class Loans:
    """Reads loans and their work; `People.lend` makes them."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

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
