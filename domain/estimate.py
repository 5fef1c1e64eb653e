"""When a dossier will be finished: a range learned from the lane's own past, with how often such ranges held.

What is learned is how much working time passed from the opening of a step to the issue of the document. The range is
from the 20 % to the 80 % quantile of those past dossiers that took longer than this one has waited already, so it never
lies in the past. What it is worth is measured: for each past dossier a range is told from those alone that had ended
when its step opened, and held against the truth.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.calendar import CalendarEnds, WorkingCalendar
from domain.quantile import weighted_quantile

LEAST = 20
"""With fewer finished dossiers nothing is told."""
LEAST_ALIKE = 5
"""Nor with fewer that took longer than this one has waited."""
LAST = 200
"""So many of the last ones are learned from: the office changes."""
_LOW, _HIGH = 0.2, 0.8


@dataclass(frozen=True, slots=True)
class Passage:
    """A finished dossier: when the step opened, when the document was issued, and the working time between."""

    opened_at: datetime
    closed_at: datetime
    took: timedelta


@dataclass(frozen=True, slots=True)
class Learned:
    """What the past tells of a step: the working times to the end, and that `hits` of `tested` ranges held."""

    took: tuple[timedelta, ...]
    hits: int
    tested: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """When the document will be issued, and that such a range held for `hits` of `tested` past dossiers."""

    earliest: datetime
    latest: datetime
    hits: int
    tested: int


def learned(passages: Iterable[Passage]) -> Learned | None:
    """What these finished dossiers tell; None when they are too few."""
    last = sorted(passages, key=lambda each: (each.closed_at, each.opened_at))[-LAST:]
    if len(last) < LEAST:
        return None
    hits = tested = 0
    for each in last:
        before = [other.took for other in last if other.closed_at <= each.opened_at]
        told = span(before, timedelta()) if len(before) >= LEAST else None
        if told is not None:
            tested += 1
            hits += told[0] <= each.took <= told[1]
    return Learned(tuple(each.took for each in last), hits, tested)


def span(took: Sequence[timedelta], waited: timedelta) -> tuple[timedelta, timedelta] | None:
    """The range of working times to the end, for a dossier that has waited so long already; None when too few did."""
    alike = [(each.total_seconds(), 1.0) for each in took if each > waited or not waited]
    if len(alike) < LEAST_ALIKE:
        return None
    low, high = weighted_quantile(alike, _LOW), weighted_quantile(alike, _HIGH)
    return timedelta(seconds=low), timedelta(seconds=high)


def estimate(past: Learned | None, opened_at: datetime, now: datetime, calendar: WorkingCalendar) -> Estimate | None:
    """The range for a dossier whose step opened at `opened_at` and is open at `now`.

    None where too little is known, or where the range goes beyond the calendar's known years.
    """
    if past is None:
        return None
    try:
        waited = calendar.between(opened_at, now) if now > opened_at else timedelta()
        told = span(past.took, waited)
        if told is None:
            return None
        earliest, latest = (calendar.add(now, max(each - waited, timedelta())) for each in told)
    except CalendarEnds:
        return None
    return Estimate(earliest, latest, past.hits, past.tested)
