"""Clocks as the office runs them: started under the lane's rules in force, held and released for a reason.

Due times are derived here from ledgers and nowhere else; what the tables hold of them is an index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain import rules_version
from domain.calendar import WorkingCalendar
from domain.clock import ClockKind, SlaClock
from domain.dossier import Dossier
from domain.duration import Budget
from domain.ladder import Ladder, before_due, highest, resumed_at
from domain.lane import LaneRules
from domain.office import OfficeConfig
from domain.pausing import Hold, PauseReason
from domain.roles import Lane
from lanes.records.pauses import PauseRecord
from lanes.store import StoredClock, Work

APPLICANT_INCOMPLETE = PauseReason.APPLICANT_INCOMPLETE
"""The pause while the applicant must answer: the office's own steps beside it go on, and so does their time."""

_WHOLE_DOSSIER = frozenset({ClockKind.TARGET, ClockKind.LIMIT})


def is_held(kind: ClockKind, reason: str) -> bool:
    """Whether a pause for this reason holds clocks of this kind."""
    return reason != APPLICANT_INCOMPLETE or kind in _WHOLE_DOSSIER


class Timing:
    """Starts, holds and releases clocks, in the caller's transaction."""

    def __init__(self, config: OfficeConfig) -> None:
        self._config = config
        self._versions: dict[int, tuple[LaneRules, WorkingCalendar]] = {}

    def rules(self, work: Work, lane: Lane, version: int) -> tuple[LaneRules, WorkingCalendar]:
        """A version of a lane's rules, and its calendar."""
        if version == self._config.rules.get(lane, 0):
            return self._config.lanes[lane], self._config.calendars[lane]
        if version not in self._versions:
            rules, spec = rules_version.read(work.rules.body(version))
            self._versions[version] = rules, WorkingCalendar(spec)
        return self._versions[version]

    def started(self, dossier: Dossier, kind: ClockKind, budget: Budget, now: datetime) -> StoredClock:
        """A clock that starts now under the rules in force; held from the start by what holds its dossier."""
        clock = SlaClock.started(budget, now)
        for reason in dossier.held:
            if is_held(kind, reason):
                clock = clock.paused(now, reason)
        rules, calendar = self._config.lanes[dossier.lane], self._config.calendars[dossier.lane]
        return StoredClock(dossier_id=dossier.id, lane=dossier.lane, kind=kind, clock=clock,
                           rules=self._config.rules.get(dossier.lane, 0), due_at=clock.due(calendar),
                           wake_at=_next_rung(rules.ladder(dossier.code, kind), 0, clock, calendar))  # fmt: skip

    def settled(self, work: Work, stored: StoredClock, dossier: Dossier) -> StoredClock:
        """The clock with the instants that follow from its ledger, under the version it runs under."""
        return _settled(stored, dossier, *self.rules(work, dossier.lane, stored.rules))

    def hold(
        self, work: Work, dossier: Dossier, reason: PauseReason, since: datetime, *, by: str, now: datetime,
        outage: int | None = None,
    ) -> Dossier:  # fmt: skip
        """Hold a dossier's clocks for a reason, from an instant that may lie in the past; `outage` is the id of the
        one that does. The caller saves the dossier that comes back. Raises Refused when that holds it already."""
        hold = str(Hold(reason, outage is not None))
        changed = [
            replace(stored, clock=stored.clock.paused(since, hold))
            for stored in work.clocks.of(dossier.id)
            if is_held(stored.kind, hold)
        ]
        work.pauses.add(_record(dossier, reason, since, by=by, now=now, outage=outage))
        return self.keep(work, replace(dossier, held={**dossier.held, hold: since.isoformat()}), changed)

    def release(self, work: Work, dossier: Dossier, hold: Hold, at: datetime) -> Dossier:
        """Let a dossier's clocks run again from `at` on, as far as nothing else holds them; from when it began where
        that is later, because the machine's clock was set back. The caller saves the dossier that comes back."""
        name = str(hold)
        at = max(at, datetime.fromisoformat(dossier.held[name]))
        work.pauses.end(dossier.id, hold.reason, at, outage=hold.outage)
        changed = [
            replace(stored, clock=stored.clock.resumed(max(at, stored.clock.start), name))
            for stored in work.clocks.of(dossier.id)
            if stored.clock.is_held_by(name)
        ]
        held = {each: since for each, since in dossier.held.items() if each != name}
        return self.keep(work, replace(dossier, held=held), changed)

    def stood(
        self, work: Work, dossier: Dossier, reason: PauseReason, since: datetime, until: datetime, *, by: str,
        now: datetime, outage: int,
    ) -> Dossier:  # fmt: skip
        """Enter an outage that was over before it was recorded, also in the clocks that have stopped since. The caller
        saves the dossier that comes back."""
        record = _record(dossier, reason, since, by=by, now=now, outage=outage)
        work.pauses.add(replace(record, ended_at=until))
        hold = str(Hold(reason, True))
        running = [replace(each, clock=each.clock.stood(since, until, hold)) for each in work.clocks.of(dossier.id)]
        return self.keep(work, dossier, [*running, *_stopped(work, dossier, since, until, hold)])

    def stood_stopped(
        self, work: Work, dossier: Dossier, reason: PauseReason, since: datetime, until: datetime
    ) -> Dossier:
        """Enter an outage that is over in the clocks that ran when it began and had stopped when it was recorded."""
        return self.keep(work, dossier, _stopped(work, dossier, since, until, str(Hold(reason, True))))

    def take_back(self, work: Work, dossier: Dossier, mark: PauseRecord) -> Dossier:
        """Take an outage out of a dossier's clocks, stopped ones too, as if it had never been. The caller saves the
        dossier that comes back."""
        name = str(Hold(PauseReason(mark.reason), True))
        work.pauses.remove(mark.id)
        changed = [
            replace(stored, clock=freed)
            for stored in work.clocks.of(dossier.id, live=False)
            if (freed := stored.clock.without(name, mark.started_at, mark.ended_at)) != stored.clock
        ]
        held = {hold: since for hold, since in dossier.held.items() if hold != name or mark.ended_at is not None}
        return self.keep(work, replace(dossier, held=held), changed)

    def keep(self, work: Work, dossier: Dossier, changed: Sequence[StoredClock]) -> Dossier:
        """Write clocks whose ledger or budget changed, and with them the due times of the dossier and its tasks."""
        settled = [self.settled(work, stored, dossier) for stored in changed]
        work.clocks.save(*settled)
        work.tasks.reschedule([(stored.task_id, stored.due_at) for stored in settled if stored.task_id is not None])
        whole = [stored for stored in settled if stored.kind in _WHOLE_DOSSIER]
        if whole and shown(whole).kind is not ClockKind.TARGET:  # the promise may be among those that did not change
            known = work.clocks.of(dossier.id, live=dossier.is_open)
            whole = [stored for stored in known if stored.kind in _WHOLE_DOSSIER]
        return replace(dossier, due_at=shown(whole).due_at) if whole else dossier


def provisional(
    rules: LaneRules, calendar: WorkingCalendar, code: str, statutory: str, since: datetime
) -> datetime | None:
    """When a dossier that came in at `since` is due as long as nobody found it complete: what is promised, as if its
    time counted from then."""
    return SlaClock.started(rules.promise(code, statutory), since).due(calendar)


def shown(clocks: Sequence[StoredClock]) -> StoredClock:
    """Of a whole dossier's clocks the one whose due time it shows: the promise, or the limit where none is made."""
    return max(clocks, key=lambda stored: stored.kind is ClockKind.TARGET)


def _stopped(work: Work, dossier: Dossier, since: datetime, until: datetime, hold: str) -> list[StoredClock]:
    """The clocks that stopped after `since`, with an outage up to `until` entered in those it did not hold then."""
    changed = []
    for stored in work.clocks.of(dossier.id, live=False):
        if stored.stopped_at is not None:
            start, end = max(since, stored.clock.start), min(until, stored.stopped_at)
            if start < end and not any(
                pause.reason == hold and pause.start < end and (pause.end is None or pause.end > start)
                for pause in stored.clock.pauses
            ):
                changed.append(replace(stored, clock=stored.clock.stood(start, end, hold)))
    return changed


def _record(
    dossier: Dossier, reason: PauseReason, since: datetime, *, by: str, now: datetime, outage: int | None
) -> PauseRecord:
    return PauseRecord(dossier_id=dossier.id, outage_id=outage, lane=dossier.lane, code=dossier.code, reason=reason,
                       started_at=since, recorded_at=now, by=by, due_at=dossier.due_at)  # fmt: skip


def _settled(stored: StoredClock, dossier: Dossier, rules: LaneRules, calendar: WorkingCalendar) -> StoredClock:
    ladder = rules.ladder(dossier.code, stored.kind) if stored.stopped_at is None else ()
    due = stored.clock.due(calendar)
    wake = _next_rung(ladder, as_due(stored, ladder, due, rules.day).rung, stored.clock, calendar)
    return replace(stored, due_at=due, wake_at=wake)


def as_due(stored: StoredClock, ladder: Ladder, due: datetime | None, working_day: timedelta) -> StoredClock:
    """A clock as it stands when this due time comes. Where it was found overdue only for earlier ones, because its due
    time was moved since, it climbs its ladder from the due time on, for the new one; where it was found overdue for
    this one or a later one, also before another took its place, all that it passed then stays passed.

    What it climbed stays behind it until then, so that a due time which is moved back passes nothing again."""
    found = stored.flagged_at
    if due is None or (not stored.summits and (found is None or due <= found)):
        return stored
    summits = dict(stored.summits)
    if found is not None and (top := highest(ladder[: stored.rung], [stored.passed], working_day)) is not None:
        summits[found] = top
    standing = {at: place for at, place in summits.items() if at >= due}
    passed = highest((), standing.values(), working_day)
    rung = max(min(stored.rung, before_due(ladder)), resumed_at(ladder, passed, working_day))
    return replace(stored, rung=rung, passed=passed, flagged_at=min(standing, default=None), summits=summits)


def _next_rung(ladder: Ladder, passed: int, clock: SlaClock, calendar: WorkingCalendar) -> datetime | None:
    """When the next rung comes: those that have been passed are the sweep's to climb."""
    return ladder[passed].at(clock, calendar) if passed < len(ladder) else None
