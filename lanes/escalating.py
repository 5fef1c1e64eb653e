"""Climbing the ladders: what is done when clocks reach their next rungs, for a whole batch in few statements.

Everything is worked out first and written at the end: the clocks with their new rung, the journals, what was done at
each place, tasks, messages. What closes a dossier comes last, because it changes everything about it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from domain.citizen import foreseen
from domain.clock import ClockKind
from domain.dossier import Task, TaskKind, TaskStatus, task_after
from domain.escalation import MOST_PRIORITY, Reached, Staff, reached
from domain.ladder import STAFF, Look, RungAction, look
from domain.lane import LaneRules, Team
from domain.office import OfficeConfig
from domain.roles import Lane
from domain.staff import Absence
from lanes.case import Cases
from lanes.engine import ENGINE
from lanes.estimates import Estimates
from lanes.moves import Moves
from lanes.notices import of_due_time
from lanes.people import People, gone
from lanes.records.escalations import Escalation
from lanes.store import Event, Holding, Message, StoredClock, Watched, Woken, Work
from lanes.timing import Timing, as_due

_OPEN = (TaskStatus.OPEN, TaskStatus.CLAIMED)


@dataclass(kw_only=True, slots=True)
class _Batch:
    """What a batch of woken clocks comes to, before it is written."""

    work: Work
    now: datetime
    staff: Staff
    waiting: Mapping[int, Sequence[Task]]  # by dossier, for clocks of whole dossiers
    dossiers: dict[int, Watched] = field(default_factory=dict)
    priorities: dict[int, int] = field(default_factory=dict)
    events: dict[int, list[Event]] = field(default_factory=dict)
    climbed: list[tuple[StoredClock, StoredClock]] = field(default_factory=list)
    notices: list[Escalation] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    raised: list[int] = field(default_factory=list)
    closing: list[tuple[StoredClock, datetime | None]] = field(default_factory=list)
    loads: dict[str, dict[str, int]] = field(default_factory=dict)
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class Roster:
    """Who answers for a lane at any instant from `since` on, as far as absences are known then."""

    staff: Staff
    since: datetime
    absences: Sequence[Absence]

    def at(self, at: datetime) -> Staff:
        """With who is absent then."""
        return replace(self.staff, away=frozenset(each.username for each in self.absences if each.lasts(at)))

    def holds(self, person: str | None, at: datetime) -> str | None:
        """Who holds then what a person holds now: as an absence begins it goes back to its team."""
        begun = (each for each in self.absences if each.username == person and each.starts_at <= at)
        return None if any(each.lasts(at) or each.starts_at > self.since for each in begun) else person


class Escalating:
    """Carries out ladders, in the caller's transaction."""

    def __init__(
        self, config: OfficeConfig, people: People, moves: Moves, timing: Timing, cases: Cases, estimates: Estimates
    ) -> None:
        self._config, self._people, self._moves, self._timing = config, people, moves, timing
        self._cases, self._estimates = cases, estimates
        self._zone = ZoneInfo(config.office.timezone)

    def treat(
        self, work: Work, lane: Lane, woken: Sequence[Woken], now: datetime, *, telling: bool = False
    ) -> tuple[int, list[Escalation]]:
        """Do what is to be done at the rungs that these clocks reached; gives how many became overdue, and the notices
        to people, which are kept as told when the caller tells them in the same transaction (`telling`).

        Raises Conflict when a clock, dossier or task was changed by somebody else meanwhile: nothing is kept then.
        """
        if not woken:
            return 0, []
        whole = {dossier.id for stored, dossier, _ in woken if stored.task_id is None and dossier.is_open}
        waiting = work.tasks.live_of(whole) if whole else {}
        batch = _Batch(work=work, now=now, staff=self.staff(work, lane, now), waiting=waiting)
        for stored, dossier, task in woken:
            batch.dossiers[dossier.id] = dossier
            self._climb(batch, stored, dossier, task)
        self._write(batch, told_at=now if telling else None)
        for stored, last_date in batch.closing:
            self._close(batch, stored, last_date)
        return batch.overdue, batch.notices

    def staff(self, work: Work, lane: Lane, now: datetime) -> Staff:
        """Who answers for a lane now, and who of them is absent."""
        return self.roster(work, lane, now).at(now)

    def roster(self, work: Work, lane: Lane, now: datetime) -> Roster:
        """Who answers for a lane, and when they are absent from now on."""
        staff = self._staff[lane]
        staff = replace(staff, known=staff.known.union(work.people.operators()) - gone(work, now))
        return Roster(staff, now, work.people.absences(now))

    @cached_property
    def _staff(self) -> dict[Lane, Staff]:
        return {lane: Staff.of(rules, self._config.office) for lane, rules in self._config.lanes.items()}

    def _climb(self, batch: _Batch, stored: StoredClock, dossier: Watched, task: Holding | None) -> None:
        if not dossier.is_open or (task is not None and not task.live):
            batch.climbed.append((stored, replace(stored, wake_at=None, stopped_at=batch.now)))
            return
        if not stored.clock.running:  # what it passed before the pause is told when it goes on
            batch.climbed.append((stored, replace(stored, wake_at=None)))
            return
        rules, calendar = self._timing.rules(batch.work, dossier.lane, stored.rules)
        ladder = rules.ladder(dossier.code, stored.kind)
        before = stored
        if stored.due_at is not None and stored.due_at <= batch.now:
            stored = as_due(stored, ladder, stored.due_at, rules.day)
        last_date = last_date_told(batch.work, stored)
        seen = look(ladder, stored.rung, stored.clock, calendar, batch.now, last_date)
        late = stored.kind is not ClockKind.ANSWER and any(each.is_late for each in ladder[stored.rung : seen.rung])
        flagged = stored.flagged_at or (batch.now if late else None)
        batch.climbed.append((before, replace(stored, rung=seen.rung, wake_at=seen.wake_at, flagged_at=flagged)))
        if seen.rung > stored.rung or seen.actions:
            overdue = late and stored.flagged_at is None
            batch.overdue += overdue
            self._act(batch, stored, task, rules, seen, overdue)

    def _act(
        self, batch: _Batch, stored: StoredClock, task: Holding | None, rules: LaneRules, seen: Look, overdue: bool
    ) -> None:
        """Do what is to be done, and note it in the dossier's journal."""
        dossier = batch.dossiers[stored.dossier_id]
        about = task or concerned(batch.waiting.get(stored.dossier_id, ()))
        team = self.team_of(rules, stored.lane, about)
        holder, lead = about.assignee if about else None, team.lead if team else None
        step = task.step if task else ""
        told, after = list[str](), list[Event]()
        actions = self._true(batch, dossier.id, seen.actions)
        urgency = batch.priorities.get(dossier.id, dossier.priority)
        for action in actions:
            heard = None
            if action in STAFF:
                heard = reached(action, batch.staff, holder=holder, lead=lead)
            elif action is RungAction.REASSIGN:
                heard = self._hand_on(batch, stored, team)
                if heard is not None:
                    after.append(("task_assigned", {"step": step, "to": heard.person, "why": "escalation"}))
            else:
                self._do(batch, stored, action, seen)
            if heard is None:
                continue
            if heard.person not in told:
                told.append(heard.person)
            batch.notices.append(
                Escalation(
                    clock_id=stored.id, action=action, lane=stored.lane, dossier_id=dossier.id, number=dossier.number,
                    code=dossier.code, step=step, kind=stored.kind, place=seen.place, due_at=stored.due_at,
                    at=batch.now, person=heard.person, instead_of=heard.instead_of,
                )
            )  # fmt: skip
        events = batch.events.setdefault(dossier.id, [])
        if overdue:
            events.append(("fell_due", {"clock": stored.kind, "step": step, "due": stored.due_at}))
        named = {"clock_id": stored.id, "last_date": seen.last_date}
        if seen.rung > stored.rung:
            reminds = RungAction.REMIND_APPLICANT in seen.actions
            raises = {"was_priority": urgency} if RungAction.RAISE_PRIORITY in actions else {}
            what = {"clock": stored.kind, "step": step, "rung": seen.place, "actions": actions, "told": told, **raises}
            events.append(("rung_passed", {**what, **named} if reminds else what))
        if seen.postponed:
            events.append(("closing_postponed", {"clock": stored.kind, **named}))
        events += after

    def _true(self, batch: _Batch, dossier_id: int, actions: Sequence[RungAction]) -> Sequence[RungAction]:
        """The actions without a letter that a document which lies ready is not finished: its applicant was told to
        come."""
        live = batch.waiting.get(dossier_id, ())
        if RungAction.TELL_APPLICANT not in actions or not live:
            return actions
        workflow = self._moves.workflow(batch.work, batch.work.dossiers.by_id(dossier_id))
        if not is_ready_to_collect(live, workflow.collected_at):
            return actions
        return [each for each in actions if each is not RungAction.TELL_APPLICANT]

    def team_of(self, rules: LaneRules, lane: Lane, task: Holding | None) -> Team | None:
        """The team as it is today; as the clock's own rules knew it where it is gone."""
        if task is None or task.team is None:
            return None
        return self._config.lanes[lane].team.get(task.team) or rules.team.get(task.team)

    def _do(self, batch: _Batch, stored: StoredClock, action: RungAction, seen: Look) -> None:
        dossier = batch.dossiers[stored.dossier_id]
        match action:
            case RungAction.RAISE_PRIORITY:
                priority = batch.priorities.get(dossier.id, dossier.priority)
                batch.priorities[dossier.id] = max(priority, min(priority + 1, MOST_PRIORITY))
                batch.raised.append(dossier.id)
            case RungAction.TELL_APPLICANT:
                if any(each.message == "late" and each.dossier_id == dossier.id for each in batch.messages):
                    return  # of the promise and the limit that were passed in one gap, the first speaks
                whole = batch.work.dossiers.by_id(dossier.id)
                told = foreseen(self._estimates.for_dossier(batch.work, whole, batch.now), self._zone)
                self._write_to_applicant(batch, stored, "late", seen.place, stored.due_at,
                                         estimate=told.id, estimate_en=told.en)  # fmt: skip
            case RungAction.REMIND_APPLICANT:
                self._write_to_applicant(batch, stored, "reminder", seen.place, seen.last_date)
            case RungAction.CLOSE:
                batch.closing.append((stored, seen.last_date))

    def _write_to_applicant(
        self, batch: _Batch, stored: StoredClock, name: str, place: str, at: datetime | None, **values: Any
    ) -> None:
        dossier = batch.dossiers[stored.dossier_id]
        key = f"{dossier.number}:{name}:{stored.id}:{place}:{of_due_time(stored.due_at)}"
        due = self._config.office.told(at) if at else ""
        batch.messages.append(
            Message(key=key, lane=dossier.lane, dossier_id=dossier.id, message=name, values={"due": due, **values},
                    next_at=self._config.office.by_day(batch.now), queued_at=batch.now)
        )  # fmt: skip

    def _hand_on(self, batch: _Batch, stored: StoredClock, team: Team | None) -> Reached | None:
        """Give a clock's task to the present member of its team with the least open work; None when nobody can."""
        found = batch.work.tasks.get(stored.task_id, lock=True) if stored.task_id is not None else None
        if found is None or team is None or found[0].kind is not TaskKind.HUMAN or found[0].status not in _OPEN:
            return None
        task = found[0]
        loads = batch.loads.get(team.id)
        if loads is None:
            present = self._people.present(batch.work, team, stored.lane, batch.now)
            loads = batch.loads[team.id] = batch.work.tasks.open_work(present)
        able = [name for name in loads if name not in task.barred and name != task.assignee]
        if not able:
            return None
        to = min(able, key=lambda name: (loads[name], name))
        loads[to] += 1
        batch.work.tasks.save(
            replace(task, status=task_after(task.status, "reassign"), assignee=to, claimed_at=batch.now)
        )
        return Reached(to, f"{task.assignee} had it" if task.assignee else "nobody held it")

    def _write(self, batch: _Batch, *, told_at: datetime | None) -> None:
        work = batch.work
        work.clocks.climb(batch.climbed)
        noted = [
            (batch.dossiers[each], batch.priorities.get(each, batch.dossiers[each].priority), events)
            for each, events in batch.events.items()
        ]
        work.dossiers.note(noted, at=batch.now, actor=ENGINE)
        work.escalations.add(batch.notices, told_at)
        work.tasks.raise_priority(batch.raised, MOST_PRIORITY)
        work.outbox.put(batch.messages)

    def _close(self, batch: _Batch, stored: StoredClock, last_date: datetime | None) -> None:
        """End a dossier whose applicant did not answer, by rule."""
        work, now = batch.work, batch.now
        dossier = work.dossiers.by_id(stored.dossier_id, lock=True)
        if not dossier.is_open:
            return
        last = self._config.office.told(max(last_date or now, stored.due_at or now))
        self._cases.change(work, dossier, reason=f"kelengkapan tidak diterima sampai {last} / not completed by {last}")
        event = ("closed_by_rule", {"rule": f"escalation.{ClockKind.ANSWER}", "rules": stored.rules,
                                    "answer_due": stored.due_at, "last_date": last_date})  # fmt: skip
        self._moves.close(work, dossier, "cancel", actor=ENGINE, now=now, events=[event])


def last_date_told(work: Work, stored: StoredClock) -> datetime | None:
    """The latest date that a reminder of this clock named to its applicant; None when there was none."""
    if stored.kind is not ClockKind.ANSWER:
        return None
    told = [
        json.loads(entry.data)
        for entry in work.dossiers.journal(stored.dossier_id)
        if entry.event in ("rung_passed", "closing_postponed")
    ]
    dates = (each["last_date"] for each in told if each.get("clock_id") == stored.id)
    return max(map(datetime.fromisoformat, dates), default=None)


def is_ready_to_collect(live: Sequence[Task], collected_at: Collection[str]) -> bool:
    """Whether all that a dossier waits for is that its applicant comes."""
    return bool(live) and all(task.step in collected_at for task in live)


def concerned(live: Sequence[Task]) -> Holding | None:
    """The task that a clock of a whole dossier is about: of those that people do, the one due first."""
    people = [task for task in live if task.kind is TaskKind.HUMAN]
    first = min(people, key=lambda task: (task.due_at or task.ready_at, task.id), default=None)
    return None if first is None else Holding(first.step, first.team, first.assignee, True)
