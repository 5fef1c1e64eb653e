"""The clocks of a dossier, held against its pauses, its tasks, and the rules that each of them runs under.

A journal tells when something was due only where that changed, so what a clock must say is worked out anew: how long it
stands from the pauses on record, its time from the version of its lane's rules, and its due time from both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from domain.calendar import WorkingCalendar
from domain.clock import ClockKind, Pause, SlaClock
from domain.dossier import CLOSED, LIVE_TASK, DossierStatus, TaskKind, TaskStatus
from domain.duration import Budget
from domain.journal import Entry
from domain.lane import LaneRules
from domain.pausing import Hold, PauseReason
from domain.proof import Row
from domain.roles import Lane
from domain.workflow import Workflow
from lanes.evidence import Record
from lanes.store import Work
from lanes.timing import Timing, is_held


class RulesOf:
    """The versions of rules and of workflows that clocks were started under, each read once."""

    def __init__(self, work: Work, timing: Timing) -> None:
        self._work, self._timing = work, timing
        self._limits: dict[str, str] = {}

    def rules(self, lane: Lane, version: int) -> tuple[LaneRules, WorkingCalendar]:
        """Whatever it raises says that there is no such version of the lane."""
        rules, calendar = self._timing.rules(self._work, lane, version)
        if rules.lane is not lane:
            raise LookupError(version)
        return rules, calendar

    def statutory(self, version: str) -> str:
        """The limit that a workflow's version states."""
        if version not in self._limits:
            body = self._work.dossiers.version(version)
            self._limits[version] = Workflow.model_validate_json(body or "").limit
        return self._limits[version]


def clock_faults(record: Record, entries: Sequence[Entry], rules_of: RulesOf) -> list[str]:
    """Where the clocks of a dossier, whose rows are as journalled, are not what follows from them."""
    tasks = {row.id: row for row in record.tasks}
    open_ = DossierStatus(record.dossier.values["status"]) not in CLOSED
    migrated = any(entry.event == "workflow_migrated" for entry in entries)
    set_back = any(later.at < entry.at for entry, later in pairwise(entries))
    found: list[str] = []
    timed = set[tuple[int | None, ClockKind]]()
    for row in record.clocks:
        if row.values["kind"] not in set(ClockKind):
            found.append(row.fault("kind", "is no kind of clock"))
            continue
        try:
            kind, clock = ClockKind(row.values["kind"]), _clock(row)
        except (KeyError, ValueError, TypeError):
            found.append(row.fault("ledger", "is no ledger of a clock"))
            continue
        task = tasks.get(row.values["task_id"] or 0)
        if (task is None) is not (kind in (ClockKind.TARGET, ClockKind.LIMIT)):
            found.append(row.fault("task_id", "is no task that it measures"))
            continue
        runs = open_ if task is None else open_ and TaskStatus(task.values["status"]) in LIVE_TASK
        if (row.values["stopped_at"] is None) is not runs:
            found.append(row.fault("stopped_at", "is not what its task and its dossier say"))
        elif runs:
            timed.add((row.values["task_id"], kind))
            found += _running(record, row, kind, clock, task, rules_of, migrated, set_back)
    return found or list(_untimed(record, timed, open_))


def _running(
    record: Record, row: Row, kind: ClockKind, clock: SlaClock, task: Row | None, rules_of: RulesOf, migrated: bool,
    set_back: bool,
) -> list[str]:  # fmt: skip
    """The first fault of a clock that runs: what follows from it would be another."""
    dossier = record.dossier.values
    if row.values["lane"] != dossier["lane"]:
        return [row.fault("lane", "is not its dossier's")]
    if clock.start != (dossier["accepted_at"] if task is None else task.values["ready_at"]):
        return [row.fault("ledger", "does not start when it was to")]
    # Where the machine's clock was set back, one may have been started before what held it then had begun.
    if not set_back and _stood(clock.pauses) != _on_record(record.pauses, kind, clock.start):
        return [row.fault("ledger", "is not what the pauses on record say")]
    step, human = ("", False) if task is None else (task.values["step"], task.values["kind"] == TaskKind.HUMAN)
    try:
        rules, calendar = rules_of.rules(Lane(dossier["lane"]), row.values["rules"])
        statutory = "" if task is not None else rules_of.statutory(dossier["workflow_version"])
        budget, due = rules.budget(kind, dossier["code"], statutory, step=step, human=human), clock.due(calendar)
    except Exception:  # what cannot be worked out was not started so
        return [row.fault("rules", "is no version under which it can have been started")]
    if clock.budget != budget and not (migrated and task is None):  # which keeps the limit that it came in with
        column = "budget" if clock.budget.text != budget.text else "budget_s"
        return [row.fault(column, "is not what the version of its rules gives")]
    if due != row.values["due_at"]:
        return [row.fault("due_at", "does not follow from its ledger")]
    if task is not None and task.values["due_at"] != due:
        return [task.fault("due_at", "is not what its clock says")]
    return []


def _untimed(record: Record, timed: set[tuple[int | None, ClockKind]], open_: bool) -> Iterator[str]:
    """What is open and has no clock, or not the one that it needs."""
    if not open_:
        return
    if record.dossier.values["accepted_at"] is not None and (None, ClockKind.LIMIT) not in timed:
        yield record.dossier.fault("accepted_at", "no clock of its limit runs since")
    for task in record.tasks:
        kind = ClockKind.ANSWER if task.values["kind"] == TaskKind.APPLICANT else ClockKind.STEP
        if TaskStatus(task.values["status"]) in LIVE_TASK and (task.id, kind) not in timed:
            yield task.fault("status", "no clock runs for it")


def _clock(row: Row) -> SlaClock:
    """Raises KeyError, ValueError or TypeError for what is none, also for what cannot be read."""
    values, ledger = row.values, row.values["ledger"]
    return SlaClock(
        budget=Budget(values["budget"], timedelta(seconds=values["budget_s"]), bool(values["working"])),
        start=_instant(ledger["start"]),
        pauses=tuple(
            Pause(_instant(start), None if end is None else _instant(end), str(Hold.read(reason)))
            for start, end, reason in ledger["pauses"]
        ),
    )


def _instant(text: Any) -> datetime:
    at = datetime.fromisoformat(text)
    if at.utcoffset() is None:
        raise ValueError("a time without a zone")
    return at


def _stood(pauses: Sequence[Pause]) -> list[tuple[datetime, str, datetime | None]]:
    """When a clock stood and for what; what took no time changes nothing, and is left out."""
    return sorted(((p.start, p.reason, p.end) for p in pauses if p.end != p.start), key=lambda each: each[:2])


def _on_record(pauses: Sequence[Row], kind: ClockKind, start: datetime) -> list[tuple[datetime, str, datetime | None]]:
    """When a clock of this kind that started then must have stood."""
    found = []
    for row in pauses:
        since, until = row.values["started_at"], row.values["ended_at"]
        name = str(Hold(PauseReason(row.values["reason"]), row.values["outage_id"] is not None))
        if is_held(kind, name):
            found.append(Pause(max(since, start), None if until is None else max(until, start), name))
    return _stood(found)
