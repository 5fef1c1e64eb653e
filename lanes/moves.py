"""What every end of a task has in common: record it, decide what follows (`domain.progress`), and open that.

The desk, the engine and the intake all end tasks; each decides who may, and this module carries it out in their
transaction, so that a result, its journal entry and the next tasks are kept together or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from domain.clock import ClockKind, SlaClock
from domain.dossier import Dossier, DossierStatus, Task, TaskKind, TaskStatus, dossier_after, task_after
from domain.duration import Budget
from domain.journal import ENGINE
from domain.office import OfficeConfig
from domain.pausing import Hold
from domain.progress import Advance, advance
from domain.workflow import End, LaneWorkflow, Workflow
from lanes.people import People
from lanes.store import Event, Message, Work
from lanes.timing import APPLICANT_INCOMPLETE, Timing, provisional, shown

_END_TRIGGER = {End.ISSUED: "issue", End.REJECTED: "reject", End.CANCELLED: "cancel"}
_END_MESSAGE = {"reject": "rejected", "cancel": "cancelled", "withdraw": "withdrawn"}


class Moves:
    """Carries out what the workflow says."""

    def __init__(self, config: OfficeConfig, people: People, timing: Timing) -> None:
        self._config, self._people, self._timing = config, people, timing
        self._kept: dict[str, Workflow] = {}

    def workflow(self, work: Work, dossier: Dossier) -> LaneWorkflow:
        """The workflow a dossier runs under: the version it began with."""
        if self._config.versions.get(dossier.code) == dossier.workflow_version:
            return self._config.workflows[dossier.code].in_lane(dossier.lane)
        if dossier.workflow_version not in self._kept:
            body = work.dossiers.version(dossier.workflow_version)
            self._kept[dossier.workflow_version] = Workflow.model_validate_json(body or "")
        return self._kept[dossier.workflow_version].in_lane(dossier.lane)

    def finish(
        self,
        work: Work,
        task: Task,
        dossier: Dossier,
        *,
        outcome: str,
        actor: str,
        now: datetime,
        facts: Mapping[str, Any] | None = None,
        details: Mapping[str, Any] | None = None,
        trigger: str = "complete",
    ) -> Dossier:
        """End a task with an outcome and open what follows, in the caller's transaction; `trigger` is "stop" where a
        person ends an automatic step.

        Raises Refused for an undeclared outcome and Conflict when somebody else was faster.
        """
        workflow = self.workflow(work, dossier)
        if facts:
            dossier = dossier.with_facts(facts)
        others = [t.step for t in work.tasks.of(dossier.id) if t.id != task.id] if workflow.parallel else []
        done = () if workflow.repeatable else (*work.tasks.doers(dossier.id, workflow.steps), task.step)
        then = advance(workflow, task.step, outcome, facts=dossier.facts, others=others, done=done)
        work.tasks.save(
            replace(task, status=task_after(task.status, trigger), outcome=outcome, done_at=now, done_by=actor,
                    lease_owner=None, lease_until=None, not_before=None, error=None,
                    details=details if details is not None else task.details)
        )  # fmt: skip
        recorded: list[Event] = [("step_completed", {"step": task.step, "outcome": outcome, **(details or {})})]
        if then.accepts and dossier.accepted_at is None:
            dossier = self._accept(work, workflow.workflow, dossier, now, recorded)
        if then.end is not None:
            return self.close(work, dossier, _END_TRIGGER[then.end], actor=actor, now=now, events=recorded)
        work.clocks.stop(now, task_id=task.id)
        dossier = self._go_on(work, workflow, dossier, then, actor, now, recorded)
        return work.dossiers.save(dossier, recorded, at=now, actor=actor)

    def _go_on(
        self, work: Work, workflow: LaneWorkflow, dossier: Dossier, then: Advance, actor: str, now: datetime,
        recorded: list[Event],
    ) -> Dossier:  # fmt: skip
        if then.resume is None:
            handed = self.open_steps(work, workflow, dossier, then.opens, now)
            if then.opens:
                recorded += [("steps_opened", {"steps": list(then.opens)}), *handed]
            return dossier
        answer = self._config.lanes[dossier.lane].answer_budget(dossier.code)
        clock = self._timing.started(dossier, ClockKind.ANSWER, answer, now)
        (asked,) = work.tasks.add([
            Task(dossier_id=dossier.id, lane=dossier.lane, code=dossier.code, step=then.resume,
                 kind=TaskKind.APPLICANT, status=TaskStatus.WAITING, ready_at=now, due_at=clock.due_at)
        ])  # fmt: skip
        work.clocks.start([replace(clock, task_id=asked.id)])
        # What holds the clock now can only make the last date later: the reminders name it then.
        last = SlaClock.started(answer, now).due(self._config.calendars[dossier.lane]) or now
        due = dossier.due_at  # the pause keeps it, for the dossier may have been returned to save it
        if dossier.accepted_at is not None and APPLICANT_INCOMPLETE not in dossier.held:
            dossier = self._timing.hold(work, dossier, APPLICANT_INCOMPLETE, now, by=actor, now=now)
        recorded.append(("returned_to_applicant", {"resumes_at": then.resume, "due": due}))
        work.outbox.put([self.message(dossier, "returned", now, due=self._config.office.told(last))])
        return replace(dossier, status=dossier_after(dossier.status, "return_to_applicant"))

    def resume(
        self, work: Work, task: Task, dossier: Dossier, *, actor: str, now: datetime, events: Sequence[Event]
    ) -> Dossier:
        """The applicant has answered: end their task and open the step that was waiting for it."""
        work.tasks.save(
            replace(task, status=task_after(task.status, "complete"), outcome="resubmitted", done_at=now, done_by=actor)
        )
        work.clocks.stop(now, task_id=task.id)
        waiting = [t for t in work.tasks.of(dossier.id) if t.kind is TaskKind.APPLICANT and t.id != task.id]
        if not waiting:
            trigger = "resubmit" if dossier.accepted_at is None else "resume"
            dossier = replace(dossier, status=dossier_after(dossier.status, trigger))
            if dossier.accepted_at is None:  # what is promised counts from the complete file: at the earliest now
                rules, calendar = self._config.lanes[dossier.lane], self._config.calendars[dossier.lane]
                statutory = self.workflow(work, dossier).workflow.limit
                due = provisional(rules, calendar, dossier.code, statutory, now)
                dossier = replace(dossier, due_at=due)
            if APPLICANT_INCOMPLETE in dossier.held:
                dossier = self._timing.release(work, dossier, Hold(APPLICANT_INCOMPLETE), now)
            self.tell_it_goes_on(work, dossier, now)
        handed = self.open_steps(work, self.workflow(work, dossier), dossier, (task.step,), now)
        recorded = [*events, ("steps_opened", {"steps": [task.step]}), *handed]
        return work.dossiers.save(dossier, recorded, at=now, actor=actor)

    def _accept(
        self, work: Work, workflow: Workflow, dossier: Dossier, now: datetime, recorded: list[Event]
    ) -> Dossier:
        """Found complete and valid: the dossier's clocks count from here."""
        rules = self._config.lanes[dossier.lane]
        budgets = {ClockKind.LIMIT: self.limit(dossier, workflow), ClockKind.TARGET: rules.target(dossier.code)}
        stored = [
            self._timing.started(dossier, kind, budget, now) for kind, budget in budgets.items() if budget is not None
        ]
        work.clocks.start(stored)
        due = shown(stored).due_at
        recorded.append(("found_complete", {"due": due}))
        return replace(dossier, status=dossier_after(dossier.status, "accept"), accepted_at=now, due_at=due)

    def peoples(self, workflow: LaneWorkflow, task: Task) -> Task:
        """A task as the rules of who may do it see it: one of an automatic step that people may stop is theirs too."""
        node = workflow.steps.get(task.step)
        if node is None or task.kind is not TaskKind.AUTOMATIC or node.peoples is None:
            return task
        team = self._config.lanes[task.lane].team_for(node.peoples, workflow.workflow.division)
        return replace(task, role=node.peoples, team=team.id if team else None)

    def limit(self, dossier: Dossier, workflow: Workflow) -> Budget:
        """The hard limit that holds for a dossier in its lane."""
        return self._config.lanes[dossier.lane].limit(dossier.code, workflow.limit)

    def open_steps(
        self, work: Work, workflow: LaneWorkflow, dossier: Dossier, steps: Sequence[str], now: datetime
    ) -> list[Event]:
        """Make a task, with its clock, of each step; a `balanced` team's task is handed out at once. Gives whom to, for
        the journal."""
        if not steps:
            return []
        clocks, tasks = [], []
        for name in steps:
            human = workflow.steps[name].human is not None
            budget = self._config.lanes[dossier.lane].step_budget(dossier.code, name, human=human)
            clock = self._timing.started(dossier, ClockKind.STEP, budget, now)
            tasks.append(self._task(work, workflow, dossier, name, now, clock.due_at))
            clocks.append(clock)
        kept = work.tasks.add(tasks)
        work.clocks.start([replace(clock, task_id=task.id) for clock, task in zip(clocks, kept, strict=True)])
        return [("task_assigned", {"step": task.step, "to": task.assignee}) for task in kept if task.assignee]

    def _task(
        self, work: Work, workflow: LaneWorkflow, dossier: Dossier, name: str, now: datetime, due: datetime | None
    ) -> Task:
        step = workflow.steps[name]
        made = partial(Task, dossier_id=dossier.id, lane=dossier.lane, code=dossier.code, step=name,
                       priority=dossier.priority, ready_at=now, due_at=due)  # fmt: skip
        if step.human is None:
            return made(kind=TaskKind.AUTOMATIC, status=TaskStatus.READY)
        rules = self._config.lanes[dossier.lane]
        team = rules.team_for(step.human, workflow.workflow.division)
        if team is None:  # the checker lets no such configuration load
            raise ValueError(f"lane {dossier.lane} has no team for step {name} of {dossier.code}")
        barred = set(work.tasks.doers(dossier.id, step.distinct_from).values()) if step.distinct_from else set()
        task = made(kind=TaskKind.HUMAN, status=TaskStatus.OPEN, role=step.human, team=team.id,
                    barred=tuple(sorted(barred)))  # fmt: skip
        if team.assignment == "balanced":
            loads = work.tasks.open_work([n for n in self._people.present(work, team, dossier.lane, now)
                                          if n not in barred])  # fmt: skip
            if loads:
                assignee = min(loads, key=lambda username: (loads[username], username))
                task = replace(task, status=task_after(task.status, "reassign"), assignee=assignee, claimed_at=now)
        return task

    def close(
        self, work: Work, dossier: Dossier, trigger: str, *, actor: str, now: datetime, events: Sequence[Event]
    ) -> Dossier:
        """End a dossier: what is open is cancelled, clocks stop, blanks held for it are given back."""
        status: DossierStatus = dossier_after(dossier.status, trigger)
        work.tasks.cancel_live(dossier.id, now)
        for hold in sorted(dossier.held):  # what is finished is no longer paused, and its ledger is whole
            dossier = self._timing.release(work, dossier, Hold.read(hold), now)
        work.clocks.stop(now, dossier_id=dossier.id)
        if trigger != "issue":
            self._give_back_blanks(work, dossier, actor, now)
            told = self.message(dossier, _END_MESSAGE[trigger], now)
            when = self._config.office.by_day(now) if actor == ENGINE else now  # a rule waits until people are awake
            work.outbox.put([replace(told, next_at=when)])
        dossier = replace(dossier, status=status, closed_at=now, open_key=None)
        return work.dossiers.save(dossier, [*events, (f"dossier_{status}", {})], at=now, actor=actor)

    def tell_it_goes_on(self, work: Work, dossier: Dossier, now: datetime) -> None:
        """To be called when something lets go of a dossier: an applicant who was told that it is paused, and not since
        that it goes on, hears when it is due now, once nothing holds it and it does not wait for them. Of an outage or
        of their own answer alone they were told no pause, so nobody need tell them its end."""
        if dossier.held or not dossier.is_open or dossier.status is DossierStatus.RETURNED:
            return
        if all(
            each.outage_id is not None or each.reason == APPLICANT_INCOMPLETE for each in work.pauses.of(dossier.id)
        ):
            return
        heard = [each.message for each in work.outbox.of_dossier(dossier.id) if each.message in ("paused", "resumed")]
        if heard and heard[-1] == "paused":
            message = self.message(dossier, "resumed", now)
            work.outbox.put([replace(message, next_at=self._config.office.by_day(now))])

    def tell_it_is_not_late(self, work: Work, dossier: Dossier, now: datetime) -> None:
        """To be called when due times were moved: an applicant whose last word was that their dossier is late hears
        when it is due now, if that is still to come."""
        if not dossier.is_open or dossier.due_at is None or dossier.due_at <= now:
            return
        heard = [each.message for each in work.outbox.of_dossier(dossier.id) if each.message in ("late", "due_later")]
        if heard and heard[-1] == "late":
            message = self.message(dossier, "due_later", now)
            work.outbox.put([replace(message, next_at=self._config.office.by_day(now))])

    def _give_back_blanks(self, work: Work, dossier: Dossier, actor: str, now: datetime) -> None:
        for item, count in work.stock.held(dossier.id).items():
            work.stock.move(key=f"{dossier.number}:{item}:given-back", item=item, kind="give_back", available=count,
                            reserved=-count, dossier_id=dossier.id, at=now, actor=actor)  # fmt: skip

    @staticmethod
    def message(
        dossier: Dossier, name: str, now: datetime, *, to: str | None = None, key: str = "", **values: Any
    ) -> Message:
        """A message about a dossier: to its applicant, or to a person of the office."""
        return Message(
            key=key or f"{dossier.number}:{name}:{dossier.journal_seq}", lane=dossier.lane, dossier_id=dossier.id,
            to_person=to, message=name, values=values, next_at=now, queued_at=now,
        )  # fmt: skip


def taken_on_again(work: Work, task: Task) -> tuple[Task, Event]:
    """A stuck step made ready again, and what the journal says of it; the caller saves the dossier."""
    again = replace(task, status=task_after(task.status, "retry"), not_before=None, attempts=0, error=None)
    return work.tasks.save(again), ("step_retried", {"step": task.step})
