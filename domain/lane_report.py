"""How the lanes did: throughput, promptness and who was at work, per channel, per lane and in all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from statistics import fmean, median
from typing import Any

from domain.eventlog import LogCase
from domain.roles import Lane


@dataclass(frozen=True, kw_only=True, slots=True)
class LaneRow:
    """One line of the report. `channel` is None in a lane's total, `lane` too in the line for all.

    Hours are elapsed hours from a case's first to its last event, of the cases that are not open. `on_time` is the
    share (0 to 1) of the `with_deadline` cases whose last event was not after the deadline; these are the ones that
    are not open, and of the open ones those that are already late. `open` is None where the log does not tell which
    cases are finished: each of its cases is then measured up to its last event. None where nothing could be measured.
    """

    lane: Lane | None
    channel: str | None
    cases: int
    open: int | None
    events: int
    activities: int
    people: int
    mean_hours: float | None
    median_hours: float | None
    p90_hours: float | None
    with_deadline: int
    on_time: float | None

    def to_dict(self) -> dict[str, Any]:
        """The line for JSON: hours to the second decimal, shares to the fourth."""
        return {
            "lane": None if self.lane is None else self.lane.value,
            "channel": self.channel,
            "cases": self.cases,
            "open": self.open,
            "events": self.events,
            "activities": self.activities,
            "people": self.people,
            "mean_hours": _rounded(self.mean_hours, 2),
            "median_hours": _rounded(self.median_hours, 2),
            "p90_hours": _rounded(self.p90_hours, 2),
            "with_deadline": self.with_deadline,
            "on_time": _rounded(self.on_time, 4),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class LaneReport:
    """Lines in reading order: each lane's channels (most cases first), then that lane's total; `all` is the sum."""

    rows: tuple[LaneRow, ...]
    all: LaneRow

    def to_dict(self) -> dict[str, Any]:
        """The report for JSON."""
        return {"rows": [row.to_dict() for row in self.rows], "all": self.all.to_dict()}


@dataclass(slots=True)
class _Tally:
    cases: int = 0
    open: int = 0
    told: bool = False
    events: int = 0
    on_time: int = 0
    with_deadline: int = 0
    hours: list[float] = field(default_factory=list)
    activities: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)

    def add(self, case: LogCase, activities: set[str], people: set[str], now: datetime) -> None:
        self.cases += 1
        self.open += case.closed is False
        self.told |= case.closed is not None
        self.events += len(case.events)
        self.activities |= activities
        self.people |= people
        if case.closed is False:
            self.with_deadline += case.deadline is not None and case.deadline <= now
        elif case.events:
            moments = [event.at for event in case.events]
            last = max(moments)
            self.hours.append((last - min(moments)).total_seconds() / 3600)
            if case.deadline is not None:
                self.with_deadline += 1
                self.on_time += last <= case.deadline

    def row(self, lane: Lane | None = None, channel: str | None = None) -> LaneRow:
        hours = sorted(self.hours)
        return LaneRow(
            lane=lane,
            channel=channel,
            cases=self.cases,
            open=self.open if self.told else None,
            events=self.events,
            activities=len(self.activities),
            people=len(self.people),
            mean_hours=fmean(hours) if hours else None,
            median_hours=median(hours) if hours else None,
            p90_hours=_percentile(hours, 0.9) if hours else None,
            with_deadline=self.with_deadline,
            on_time=self.on_time / self.with_deadline if self.with_deadline else None,
        )


def lane_report(cases: Iterable[LogCase], *, now: datetime) -> LaneReport:
    """Measure the lanes over `cases`; `now` decides which of the open ones are already late.

    Reads `cases` once and keeps one number for each, so it may be a stream.
    """
    channels: dict[tuple[Lane, str], _Tally] = {}
    lanes: dict[Lane, _Tally] = {}
    everything = _Tally()
    for case in cases:
        activities = {event.activity for event in case.events}
        people = {event.resource for event in case.events if event.resource is not None}
        mine = channels.setdefault((case.lane, case.channel), _Tally()), lanes.setdefault(case.lane, _Tally())
        for tally in (*mine, everything):
            tally.add(case, activities, people, now)
    rows: list[LaneRow] = []
    for lane in (lane for lane in Lane if lane in lanes):
        own = [tally.row(lane, channel) for (of, channel), tally in channels.items() if of == lane]
        rows += sorted(own, key=lambda row: (-row.cases, row.channel or ""))
        rows.append(lanes[lane].row(lane))
    return LaneReport(rows=tuple(rows), all=everything.row())


def _percentile(ordered: list[float], share: float) -> float:
    """Linear interpolation between the closest ranks, as numpy and most spreadsheets do."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _rounded(number: float | None, digits: int) -> float | None:
    return None if number is None else round(number, digits)
