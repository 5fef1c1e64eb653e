"""A year of a city for `jalur bench preview`: finished dossiers with their tasks and ledgers, written in bulk.

Some thousand lives are made up and then repeated with other numbers; to whom a row belongs makes no difference to what
reading and replaying it costs. Every tenth dossier stood still once, for some days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, Table

from adapters.bench.bulk import analyse, binder, write
from adapters.sql.engine import writing
from adapters.sql.rows import CLOCK, DOSSIER, TASK, clock_values, dossier_values, task_values
from domain.calendar import WorkingCalendar
from domain.clock import ClockKind, SlaClock
from domain.dossier import Dossier, DossierStatus, Task, TaskKind, TaskStatus
from domain.duration import Budget
from domain.office import OfficeConfig
from domain.pausing import PauseReason
from domain.roles import Lane
from domain.workflow import LaneWorkflow
from lanes.store import StoredClock

_ONLINE = 0.4  # of all dossiers
Row = dict[str, Any]


class Year:
    """`lives` dossiers that were issued in the year before `now`, to be written as often as is asked for."""

    def __init__(self, config: OfficeConfig, now: datetime, *, lives: int, seed: int = 7) -> None:
        self._config, self._now, self._random = config, now, Random(seed)  # noqa: S311  made up, no secret
        self.lives = lives
        self._dossiers: list[Row] = []
        self._tasks: list[Row] = []
        self._clocks: list[Row] = []
        codes = sorted(config.workflows)
        for number in range(1, lives + 1):
            lane = Lane.ONLINE if self._random.random() < _ONLINE else Lane.MANUAL
            self._live(number, lane, codes[number % len(codes)])

    @property
    def clocks(self) -> int:
        """How many clocks the lives have in all."""
        return len(self._clocks)

    def write(self, engine: Engine, repeats: Sequence[int]) -> None:
        """Write the lives once for each of `repeats`, a number that no other has, and let the database look at them."""
        steps = len(self._tasks)
        with writing(engine) as db:
            for repeat in repeats:
                of = {"dossier_id": repeat * self.lives}
                task_of = {**of, "task_id": repeat * steps}
                _insert(db, DOSSIER, (_moved(row, {"id": repeat * self.lives}, repeat) for row in self._dossiers))
                _insert(db, TASK, (_moved(row, {**of, "id": repeat * steps}) for row in self._tasks))
                clocks = {**task_of, "id": repeat * len(self._clocks)}
                _insert(db, CLOCK, (_moved(row, clocks) for row in self._clocks))
        analyse(engine)

    def _live(self, number: int, lane: Lane, code: str) -> None:
        rules, calendar, random = self._config.lanes[lane], self._config.calendars[lane], self._random
        workflow = self._config.workflows[code].in_lane(lane)
        begun = self._now - timedelta(days=random.uniform(14, 360))
        stood = timedelta(days=random.uniform(1, 4)) if random.random() < 0.1 else None
        at, accepted, steps, clocks = begun, begun, list[Task](), list[StoredClock]()
        for name in _straight_way(workflow):
            step = workflow.steps[name]
            budget = rules.step_budget(code, name, human=step.human is not None)
            done = calendar.add(at, timedelta(minutes=random.expovariate(1 / 40) + 0.1)) if step.human else at
            task = Task(id=len(self._tasks) + 1, dossier_id=number, lane=lane, code=code, step=name,
                        kind=TaskKind.HUMAN if step.human else TaskKind.AUTOMATIC, status=TaskStatus.DONE, ready_at=at,
                        claimed_at=at, done_at=done, done_by="jalur", outcome=step.way_on)  # fmt: skip
            if step.human is not None:
                team = rules.team_for(step.human, workflow.workflow.division)
                task = replace(task, team=team.id if team else None, role=step.human)
            clock = _stopped(SlaClock.started(budget, at), ClockKind.STEP, calendar, done)
            clocks.append(replace(clock, dossier_id=number, task_id=task.id, lane=lane))
            self._tasks.append({**task_values(task), "id": task.id})
            steps.append(task)
            accepted = done if len(steps) == 1 else accepted
            at = done
        budgets: dict[ClockKind, Budget | None] = {
            ClockKind.LIMIT: rules.limit(code, workflow.workflow.limit), ClockKind.TARGET: rules.target(code)
        }  # fmt: skip
        closed = at + (stood or timedelta())
        for kind, budget_ in budgets.items():
            if budget_ is not None:
                whole = SlaClock.started(budget_, accepted)
                if stood is not None:
                    whole = whole.stood(accepted, accepted + stood, PauseReason.APPLICANT_INCOMPLETE)
                clocks.append(replace(_stopped(whole, kind, calendar, closed), dossier_id=number, lane=lane))
        for each in clocks:
            self._clocks.append({**clock_values(each), "id": len(self._clocks) + 1})
        dossier = Dossier(
            id=number, number=f"{lane.upper()[:2]}-{number}", lane=lane, channel=rules.channels[0], code=code,
            workflow_version=self._config.versions[code], status=DossierStatus.ISSUED, district="", village="",
            submitted_at=begun, accepted_at=accepted, closed_at=closed, due_at=clocks[-1].due_at,
        )  # fmt: skip
        self._dossiers.append({**dossier_values(dossier), "id": number, "sealed_seq": 0})


def _straight_way(workflow: LaneWorkflow) -> list[str]:
    """The steps of the happy way, in an order in which they could be done."""
    found, to_do = list[str](), [workflow.workflow.start]
    while to_do:
        name = to_do.pop(0)
        if name not in found:
            found.append(name)
            step = workflow.steps[name]
            to_do += [each for each in step.on[step.way_on].branches[0].to if each in workflow.steps]
    return found


def _stopped(clock: SlaClock, kind: ClockKind, calendar: WorkingCalendar, at: datetime) -> StoredClock:
    return StoredClock(dossier_id=0, lane=Lane.ONLINE, kind=kind, clock=clock, rules=1, due_at=clock.due(calendar),
                       wake_at=None, stopped_at=at)  # fmt: skip


def _moved(row: Row, ids: Mapping[str, int], repeat: int | None = None) -> Row:
    moved = {name: row[name] + more for name, more in ids.items() if row[name] is not None}
    return {**row, **moved, "number": f"{row['number']}-{repeat}"} if repeat is not None else {**row, **moved}


def _insert(db: Connection, table: Table, rows: Iterator[Row]) -> None:
    bound = binder(db, table)
    write(db, table, (bound(row) for row in rows))
