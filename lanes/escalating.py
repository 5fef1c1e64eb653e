"""Climbing the ladders: what is done when clocks reach their next rungs, for a whole batch in few statements.

Everything is worked out first and written at the end: the clocks with their new rung, the journals, what was done at
each place, tasks, messages. What closes a dossier comes last, because it changes everything about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from domain.clock import ClockKind
from domain.dossier import Dossier, Task, TaskKind, TaskStatus, task_after
from domain.escalation import MOST_PRIORITY, Reached, Staff, reached
from domain.ladder import STAFF, RungAction, due_rungs, to_do
from domain.lane import LaneRules, Team
from domain.office import OfficeConfig
from domain.roles import Lane
from domain.workflow import Text
from lanes.case import Cases
from lanes.engine import ENGINE
from lanes.moves import Moves
from lanes.people import People
from lanes.records.escalations import Escalation
from lanes.store import Event, Message, StoredClock, Work
from lanes.timing import Timing

UNKNOWN = Text(id="belum dapat dipastikan", en="not yet known")
"""The new estimate where the lane's history gives none."""

_OPEN = (TaskStatus.OPEN, TaskStatus.CLAIMED)


@dataclass(kw_only=True, slots=True)
class _Batch:
    """What a batch of woken clocks comes to, before it is written."""

    work: Work
    now: datetime
    staff: Staff
    tasks: dict[int, list[Task]]
    dossiers: dict[int, Dossier] = field(default_factory=dict)
    events: dict[int, list[Event]] = field(default_factory=dict)
    climbed: list[tuple[StoredClock, StoredClock]] = field(default_factory=list)
    done: list[Escalation] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    handed: dict[int, Task] = field(default_factory=dict)
    raised: list[int] = field(default_factory=list)
    closing: list[StoredClock] = field(default_factory=list)
    loads: dict[str, dict[str, int]] = field(default_factory=dict)


class Escalating:
    """Carries out ladders, in the caller's transaction."""

    def __init__(self, config: OfficeConfig, people: People, moves: Moves, timing: Timing, cases: Cases) -> None:
        self._config, self._people, self._moves, self._timing = config, people, moves, timing
        self._cases = cases

    def treat(self, work: Work, lane: Lane, woken: Sequence[tuple[StoredClock, Dossier]], now: datetime) -> int:
        """Do what is to be done at the rungs that these clocks reached; gives how many became overdue.

        Raises Conflict when a clock, dossier or task was changed by somebody else meanwhile: nothing is kept then.
        """
        if not woken:
            return 0
        tasks = work.tasks.live_of({dossier.id for _, dossier in woken if dossier.is_open})
        batch = _Batch(work=work, now=now, staff=self.staff(work, lane, now), tasks=tasks)
        for stored, dossier in woken:
            batch.dossiers.setdefault(dossier.id, dossier)
            self._climb(batch, stored)
        self._write(batch)
        for stored in batch.closing:
            self._close(batch, stored)
        return sum(was.flagged_at is None and now_.flagged_at is not None for was, now_ in batch.climbed)

    def staff(self, work: Work, lane: Lane, now: datetime) -> Staff:
        """Who answers for a lane now, and who of them is absent."""
        operators = work.people.operators()
        away = [o.username for o in operators.values() if o.absent_until is not None and o.absent_until > now]
        return Staff.of(self._config.lanes[lane], self._config.office, added=operators.keys(), away=away)

    def _climb(self, batch: _Batch, stored: StoredClock) -> None:
        dossier, now = batch.dossiers[stored.dossier_id], batch.now
        live = batch.tasks.get(dossier.id, [])
        if not dossier.is_open or (stored.task_id is not None and all(t.id != stored.task_id for t in live)):
            batch.climbed.append((stored, replace(stored, stopped_at=now, wake_at=None)))
            return
        if not stored.clock.running:  # what it passed before the pause is told when it goes on
            batch.climbed.append((stored, replace(stored, wake_at=None)))
            return
        rules, calendar = self._timing.rules(batch.work, dossier.lane, stored.rules)
        ladder = rules.ladder(dossier.code, stored.kind)
        rung, wake = due_rungs(ladder, stored.rung, stored.clock, calendar, now)
        late = stored.kind is not ClockKind.ANSWER and any(each.is_late for each in ladder[stored.rung : rung])
        flagged = stored.flagged_at or (now if late else None)
        batch.climbed.append((stored, replace(stored, rung=rung, wake_at=wake, flagged_at=flagged)))
        if rung > stored.rung:
            overdue = late and stored.flagged_at is None
            self._act(batch, stored, rules, ladder[rung - 1].text, to_do(ladder, stored.rung, rung), overdue)

    def _act(
        self, batch: _Batch, stored: StoredClock, rules: LaneRules, place: str, actions: Sequence[RungAction],
        overdue: bool,
    ) -> None:  # fmt: skip
        """Do what the rung at `place` says, and note it in the dossier's journal."""
        live = batch.tasks[stored.dossier_id]
        task = _concerned(stored, live)
        team = self._team(rules, task)
        step = task.step if task is not None and stored.task_id is not None else ""
        events = batch.events.setdefault(stored.dossier_id, [])
        told: list[str] = []
        after: list[Event] = []
        for action in actions:
            heard: Reached | None = None
            if action in STAFF:
                holder, lead = task.assignee if task else None, team.lead if team else None
                heard = reached(action, batch.staff, holder=holder, lead=lead)
            elif action is RungAction.REASSIGN:
                heard = self._hand_on(batch, task, team)
                if heard.person:
                    after.append(("task_assigned", {"step": step, "to": heard.person, "why": "escalation"}))
            else:
                self._do(batch, stored, action, place)
            person = heard.person if heard else None
            told += [person] if person else []
            batch.done.append(
                Escalation(clock_id=stored.id, action=action, lane=stored.lane, dossier_id=stored.dossier_id, step=step,
                           kind=stored.kind, place=place, due_at=stored.due_at, at=batch.now,
                           person=person or None, instead_of=heard.instead_of if heard else None)
            )  # fmt: skip
        if overdue:
            events.append(("fell_due", {"clock": stored.kind, "step": step, "due": stored.due_at}))
        what = {"clock": stored.kind, "step": step, "rung": place, "actions": list(actions), "told": sorted(set(told))}
        events += [("rung_passed", what), *after]

    def _team(self, rules: LaneRules, task: Task | None) -> Team | None:
        """The team as it is today; as the clock's own rules knew it where it is gone."""
        if task is None or task.team is None:
            return None
        return self._config.lanes[task.lane].team.get(task.team) or rules.team.get(task.team)

    def _do(self, batch: _Batch, stored: StoredClock, action: RungAction, place: str) -> None:
        dossier = batch.dossiers[stored.dossier_id]
        match action:
            case RungAction.RAISE_PRIORITY:
                priority = min(dossier.priority + 1, max(dossier.priority, MOST_PRIORITY))
                batch.dossiers[dossier.id] = replace(dossier, priority=priority)
                batch.raised.append(dossier.id)
            case RungAction.TELL_APPLICANT:
                self._write_to_applicant(batch, stored, "late", place, estimate=UNKNOWN.id, estimate_en=UNKNOWN.en)
            case RungAction.REMIND_APPLICANT:
                self._write_to_applicant(batch, stored, "reminder", place)
            case RungAction.CLOSE:
                batch.closing.append(stored)

    def _write_to_applicant(self, batch: _Batch, stored: StoredClock, name: str, place: str, **values: Any) -> None:
        dossier = batch.dossiers[stored.dossier_id]
        key = f"{dossier.number}:{name}:{stored.id}:{place}"
        due = stored.due_at and self._config.office.told(stored.due_at)
        batch.messages.append(self._moves.message(dossier, name, batch.now, key=key, due=due or "", **values))

    def _hand_on(self, batch: _Batch, task: Task | None, team: Team | None) -> Reached:
        """Give a task to the present member of its team with the least open work; `person` is "" when nobody can."""
        nobody = Reached("", "nobody else of the team is present and may do it")
        if task is None or team is None or task.kind is not TaskKind.HUMAN or task.status not in _OPEN:
            return nobody
        loads = batch.loads.get(team.id)
        if loads is None:
            present = self._people.present(batch.work, team, task.lane, batch.now)
            loads = batch.loads[team.id] = batch.work.tasks.open_work(present)
        able = [name for name in loads if name not in task.barred and name != task.assignee]
        if not able:
            return nobody
        to = min(able, key=lambda name: (loads[name], name))
        loads[to] += 1
        handed = replace(task, status=task_after(task.status, "reassign"), assignee=to, claimed_at=batch.now)
        batch.handed[task.id] = handed
        live = batch.tasks[task.dossier_id]
        live[live.index(task)] = handed
        return Reached(to, f"{task.assignee} had it" if task.assignee else "nobody held it")

    def _write(self, batch: _Batch) -> None:
        work = batch.work
        work.clocks.climb(batch.climbed)
        noted = [(batch.dossiers[each], events) for each, events in batch.events.items()]
        work.dossiers.note(noted, at=batch.now, actor=ENGINE)
        work.escalations.add(batch.done)
        for task in batch.handed.values():
            work.tasks.save(task)
        work.tasks.raise_priority(batch.raised, MOST_PRIORITY)
        work.outbox.put(batch.messages)

    def _close(self, batch: _Batch, stored: StoredClock) -> None:
        """End a dossier whose applicant did not answer, by rule."""
        work, now = batch.work, batch.now
        dossier = work.dossiers.by_id(stored.dossier_id, lock=True)
        if not dossier.is_open:
            return
        last = self._config.office.told(stored.due_at or now)
        self._cases.change(work, dossier, reason=f"kelengkapan tidak diterima sampai {last} / not completed by {last}")
        event = ("closed_by_rule", {"rule": f"escalation.{ClockKind.ANSWER}", "rules": stored.rules,
                                    "answer_due": stored.due_at})  # fmt: skip
        self._moves.close(work, dossier, "cancel", actor=ENGINE, now=now, events=[event])


def _concerned(stored: StoredClock, live: Sequence[Task]) -> Task | None:
    """The task a clock is about: its own, or for a whole dossier's clock the one of a person that was due first."""
    if stored.task_id is not None:
        return next(task for task in live if task.id == stored.task_id)
    people = [task for task in live if task.kind is TaskKind.HUMAN]
    return min(people, key=lambda task: (task.due_at or task.ready_at, task.id), default=None)
