"""The lanes' report: what each did in all and over time, of live dossiers or of imported history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from domain.eventlog import LogCase
from domain.lane_report import LaneReport, lane_report
from domain.lane_trends import CaseSpan, LaneTrends, StepSpan, TrendTally
from domain.office import OfficeConfig
from lanes.eventlog import EVENTS, case_of
from lanes.outreach import WithEffect, effects
from lanes.ports import Clock
from lanes.store import Store, Work

_FIRST = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What was closed after `since` (None: ever) and up to `until`, and what was open then."""

    since: datetime | None
    until: datetime
    lanes: LaneReport
    trends: LaneTrends
    outreach: Sequence[WithEffect] = ()

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        charts = {**self.trends.to_dict(), "outreach": [_without_names(each) for each in self.outreach]}
        return {"since": self.since, "until": self.until, **self.lanes.to_dict(), "charts": charts}


class Reports:
    """Measures the office's own dossiers."""

    def __init__(self, store: Store, config: OfficeConfig, clock: Clock) -> None:
        self._store, self._config, self._clock = store, config, clock

    def live(self, *, days: int | None = None) -> Report:
        """The report of the last `days`, or of everything; all figures are of one state of the store."""
        now = self._clock.now()
        since = None if days is None else now - timedelta(days=days)
        tally = TrendTally(ZoneInfo(self._config.office.timezone), now=now, since=since)
        with self._store.read() as work:
            lanes = lane_report(_living(work, tally, since), now=now)
            for step in work.spans.steps(since, now):
                tally.step(step)
            for pause in work.spans.pauses(since, now):
                tally.pause(pause)
            for taken in work.overtakings.listing(since or _FIRST, now):
                tally.overtaking(taken)
            outreach = [each for each in effects(work, now) if since is None or each.outreach.until > since]
        trends = tally.trends(live=True)
        return Report(since=since, until=now, lanes=lanes, trends=trends, outreach=outreach)


def _without_names(told: WithEffect) -> dict[str, Any]:
    each, effect = told.outreach, told.effect
    return {"district": each.district, "since": each.since, "until": each.until, "what": each.what,
            "effect": {**asdict(effect), "gained": effect.gained}}  # fmt: skip


def history_report(
    cases: Iterable[LogCase], zone: ZoneInfo, *, last: datetime | None, days: int | None = None
) -> Report:
    """The report of imported `cases`, or of those whose last event lies in the `days` before the log's `last` one.

    A log tells when something was done, not when it was begun: a step's time runs from the event before it.
    """
    until = last or _FIRST
    since = until - timedelta(days=days) if days is not None and until - _FIRST > timedelta(days=days) else None
    tally = TrendTally(zone, now=until, since=since)
    lanes = lane_report(_counted(cases, tally, since), now=until)
    return Report(since=since, until=until, lanes=lanes, trends=tally.trends(live=False))


def _living(work: Work, tally: TrendTally, since: datetime | None) -> Iterator[LogCase]:
    """The office's dossiers that are open or closed after `since`, each counted as it passes."""
    for dossier, entries in work.dossiers.everything(EVENTS, since=since):
        span = CaseSpan(dossier.lane, dossier.submitted_at, dossier.closed_at, dossier.deadline, dossier.district)
        tally.case(span)
        yield case_of(dossier, entries)


def _counted(cases: Iterable[LogCase], tally: TrendTally, since: datetime | None) -> Iterator[LogCase]:
    """The cases that end after `since`, each counted as it passes."""
    for case in cases:
        events = sorted(case.events, key=lambda event: event.at)
        if since is not None and (not events or events[-1].at <= since):
            continue
        if events:
            tally.case(CaseSpan(case.lane, events[0].at, events[-1].at, case.deadline))
        for before, event in pairwise(events):
            tally.step(StepSpan(case.lane, event.activity, event.at - before.at, None))
        yield case
