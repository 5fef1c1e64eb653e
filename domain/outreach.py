"""Outreach tied to its effect: whether more people of a district apply online after the office told them about it.

Nobody had been told that the service exists (design: "Why it exists"). What counts is not how many were told but
whether the district's online share rose by more than everywhere else in the same days, for it rises and falls for
other reasons too (difference in differences).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.roles import Lane

WINDOW = timedelta(days=28)
"""The days before an outreach begins, and after it ended, that are held against each other."""
LONGEST = timedelta(days=366)
"""No outreach lasts longer: what goes on for years is held against no days before it."""
FEW = 10
"""Of fewer applications no share is told."""

Arrivals = Mapping[tuple[Lane, str], int]
"""Applications by lane and district."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Applied:
    """Applications of some days, and how many of them came online."""

    applications: int
    online: int

    @property
    def share(self) -> float | None:
        """From 0 to 1; None of too few."""
        return self.online / self.applications if self.applications >= FEW else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """A district before and after an outreach, and all other districts in the same days; `days` are those after it so
    far, at most those of `WINDOW`."""

    before: Applied
    after: Applied
    others_before: Applied
    others_after: Applied
    days: int

    @property
    def gained(self) -> float | None:
        """By how much more the district's online share rose than that of the others (0.05: five percentage points).
        None of too few applications."""
        shares = [each.share for each in (self.after, self.before, self.others_after, self.others_before)]
        if any(each is None for each in shares):
            return None
        after, before, others_after, others_before = (each or 0.0 for each in shares)
        return (after - before) - (others_after - others_before)


def windows(since: datetime, until: datetime, now: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """The times that are held against each other for an outreach: before it, and after it as far as they are past."""
    return (since - WINDOW, since), (min(until, now), min(until + WINDOW, now))


def effect(district: str, before: Arrivals, after: Arrivals, days: int) -> Effect:
    """What came in before and after an outreach in a district, told."""
    own = [_applied(arrivals, {district}) for arrivals in (before, after)]
    others = [_applied(arrivals, {of for _, of in arrivals} - {district}) for arrivals in (before, after)]
    return Effect(before=own[0], after=own[1], others_before=others[0], others_after=others[1], days=days)


def _applied(arrivals: Arrivals, districts: set[str]) -> Applied:
    counts = [(lane, count) for (lane, district), count in arrivals.items() if district in districts]
    return Applied(applications=sum(count for _, count in counts),
                   online=sum(count for lane, count in counts if lane is Lane.ONLINE))  # fmt: skip
