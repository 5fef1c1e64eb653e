"""What people do with tasks: take the next one, claim, complete, give back, hand to somebody else.

Every refusal says why; two people never complete one task, also when both try in the same instant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.application import InvalidApplication, left_empty, read_fields
from domain.dossier import LIVE_TASK, Dossier, Task, TaskKind, TaskStatus, task_after
from domain.errors import Refused
from domain.form import holds
from domain.giving_back import GivenBack
from domain.office import OfficeConfig
from domain.permissions import not_allowed, why_not_lead
from domain.progress import branch_of
from domain.roles import Lane
from domain.sentence import Sentence, say
from domain.status_words import STEP_IS
from domain.workflow import End, LaneWorkflow, derive
from lanes.case import Cases, Deficiency
from lanes.finding import Seen, dossier_called, still
from lanes.moves import Moves
from lanes.people import People
from lanes.ports import Clock
from lanes.rounds import refuse_early
from lanes.store import Store, Work
from lanes.turns import Turns

_PEOPLES = (TaskStatus.OPEN, TaskStatus.CLAIMED)


class Desk:
    """The operators' side of the office."""

    def __init__(
        self, store: Store, config: OfficeConfig, clock: Clock, people: People, moves: Moves, cases: Cases
    ) -> None:
        self._store, self._config, self._clock = store, config, clock
        self._people, self._moves, self._cases = people, moves, cases
        self._turns = Turns(config, cases)

    def next(self, username: str, *, lane: Lane | None = None) -> tuple[Task, Dossier] | None:
        """The most urgent task this person may do, claimed for them: what they hold already, else the top of their
        teams' lists in lane order; in one lane only, or in both. None when there is nothing to do. Raises Refused for a
        stranger."""
        now = self._clock.now()
        with self._store.begin() as work:
            actor = self._people.actor(work, username, now)
            for each in [lane] if lane else Lane:
                teams = [team for its_lane, team in actor.teams if its_lane is each]
                found = work.tasks.next_for(username, each, teams) if teams else None
                if found:
                    task, dossier = found
                    if task.status is TaskStatus.OPEN:
                        task, dossier = self._claim(work, task, dossier, username, now)
                    return task, dossier
        return None

    def claim(self, number: str, step: str | None, *, by: str, out_of_turn: str | None = None) -> tuple[Task, Dossier]:
        """Take a task; one that is not the first of its line for a reason of the lane's, `out_of_turn`. Raises Refused
        when they may not, somebody else has it, or it is not its turn and no reason is given."""
        now = self._clock.now()
        with self._store.begin() as work:
            task, dossier = self._find(work, number, step)
            self._may(work, by, task, now)
            if task.status is TaskStatus.CLAIMED:
                return task, dossier
            dossier = self._turns.take(work, task, dossier, who=by, why=out_of_turn, by=by, now=now)
            return self._claim(work, task, dossier, by, now)

    def _claim(self, work: Work, task: Task, dossier: Dossier, username: str, now: datetime) -> tuple[Task, Dossier]:
        claimed = replace(task, status=task_after(task.status, "claim"), assignee=username, claimed_at=now)
        task = work.tasks.save(claimed)
        return task, work.dossiers.save(dossier, [("task_claimed", {"step": task.step})], at=now, actor=username)

    def claim_task(
        self, task_id: int, *, by: str, out_of_turn: str | None = None, seen: Seen | None = None
    ) -> tuple[Task, Dossier]:
        """As `claim`, for a task known by its id (a page or a program that has just shown it); `seen`: only as it was
        shown."""
        now = self._clock.now()
        with self._store.begin() as work:
            found = work.tasks.with_first(task_id, by)
            if found is None:
                raise Refused("unknown_task", f"There is no task {task_id}.", allowed="`jalur tasks`")
            task, dossier, first = found
            still(task, seen)
            self._may(work, by, task, now)
            if task.status is TaskStatus.CLAIMED:
                return task, dossier
            dossier = self._turns.take(work, task, dossier, who=by, why=out_of_turn, by=by, now=now, first=first)
            return self._claim(work, task, dossier, by, now)

    def complete(
        self,
        number: str,
        step: str | None,
        outcome: str | None,
        *,
        by: str,
        values: Mapping[str, object] | None = None,
        deficiencies: Sequence[Deficiency] = (),
        reason: str = "",
        out_of_turn: str | None = None,
    ) -> Dossier:
        """End a task with an outcome (None: the step's way on), in one transaction with what follows.

        An automatic step that a person may stop (`Step.stopped_by`) is called by its name, and ends as they say.
        `values` fill in the step's form; an outcome that returns the dossier needs the whole list of `deficiencies`,
        one that rejects or cancels it a `reason`. An open task is claimed on the way, out of its turn for a reason of
        the lane's, `out_of_turn`; one that is ended before others that its holder has in hand and whose turn is earlier
        passes them over, and is told so. Raises Refused.
        """
        now = self._clock.now()
        with self._store.begin() as work:
            task, dossier = self._find(work, number, step)
            return self._complete(
                work, task, dossier, outcome, by, values or {}, deficiencies, reason, out_of_turn, now
            )

    def complete_task(self, task_id: int, outcome: str | None = None, *, by: str, **given: Any) -> Dossier:
        """As `complete`, for a task known by its id; `seen`: only as it was shown. `noted` goes into the journal with
        the step; `then` keeps something else in the same transaction, when nothing can be refused any more."""
        now = self._clock.now()
        with self._store.begin() as work:
            found = work.tasks.get(task_id, lock=True)
            if found is None:
                raise Refused("unknown_task", f"There is no task {task_id}.", allowed="`jalur tasks`")
            still(found[0], given.get("seen"))
            values, deficiencies = given.get("values") or {}, given.get("deficiencies", ())
            reason, out_of_turn = given.get("reason", ""), given.get("out_of_turn")
            noted, then = given.get("noted", {}), given.get("then")
            dossier = self._complete(work, *found, outcome, by, values, deficiencies, reason, out_of_turn, now, noted)
            if then is not None:
                then(work, dossier, now)
            return dossier

    def _complete(
        self, work: Work, task: Task, dossier: Dossier, outcome: str | None, by: str, values: Mapping[str, object],
        deficiencies: Sequence[Deficiency], reason: str, out_of_turn: str | None, now: datetime,
        noted: Mapping[str, Any] | None = None,
    ) -> Dossier:  # fmt: skip
        workflow = self._moves.workflow(work, dossier)
        node = workflow.steps[task.step]
        stops = task.kind is TaskKind.AUTOMATIC and task.status in LIVE_TASK and bool(node.by_people)
        if task.status not in _PEOPLES and not stops:
            raise Refused("not_open", f"Step {task.step} of {dossier.number} is {task.status}.", allowed="an open task")
        self._may(work, by, self._moves.peoples(workflow, task), now)
        if task.kind is TaskKind.HUMAN:
            dossier = self._turns.complete(work, task, dossier, why=out_of_turn, by=by, now=now)
        outcome = outcome or (node.by_people[0] if stops else node.way_on)
        if stops and outcome not in node.by_people:
            raise Refused("unknown_outcome", f"A person cannot end step {task.step} of {workflow.workflow.code} as "
                          f"{outcome!r}.", allowed=", ".join(node.by_people))  # fmt: skip
        refuse_early(work, dossier, outcome, self._config.office.day(now))
        facts, changes = self._filled_in(work, workflow, task, dossier, outcome, values, now)
        branch = branch_of(workflow, task.step, outcome, {**dossier.facts, **facts})
        details: dict[str, Any] = {**(noted or {}), **({"stopped": True} if stops else {})}
        if branch.return_to:
            changes["deficiencies"] = _whole_list(workflow, deficiencies)
            details["deficiencies"] = [each.item for each in deficiencies]
        elif deficiencies:
            raise Refused("no_deficiencies", f"Outcome {outcome} does not return the dossier, so it lists nothing.")
        if branch.end in (End.REJECTED, End.CANCELLED):
            if not reason.strip():
                raise Refused("reason_missing", f"Outcome {outcome} ends the dossier, so it needs a reason.",
                              allowed="--reason TEXT")  # fmt: skip
            changes["reason"] = reason.strip()
        if changes:
            case, dossier = self._cases.correct(work, dossier, workflow.workflow, **{"fields": {}, **changes})
            facts |= derive(workflow.workflow, case.fields, self._config.office.day(dossier.submitted_at))
        if task.status is TaskStatus.OPEN:
            task = replace(task, status=task_after(task.status, "claim"), assignee=by, claimed_at=now)
        work.unfinished.remove(task.id)
        return self._moves.finish(work, task, dossier, outcome=outcome, actor=by, now=now, facts=facts, details=details,
                                  trigger="stop" if stops else "complete")  # fmt: skip

    def _filled_in(
        self,
        work: Work,
        workflow: LaneWorkflow,
        task: Task,
        dossier: Dossier,
        outcome: str,
        values: Mapping[str, object],
        now: datetime,
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The step's form and corrections, read: facts, and the change to the case. Raises InvalidApplication."""
        node = workflow.steps[task.step]
        wanted = node.asked_for(outcome)
        if not values and not wanted:
            return {}, {}
        today = self._config.office.day(now)
        problems: list[Sentence] = []
        corrected = [field.id for field in workflow.workflow.asked_at_submission] if node.corrects else []
        ask = {*node.asks, *corrected}
        held = node.corrects or any(workflow.workflow.field[name].held_to for name in node.asks)
        beside = {**dossier.facts, **self._cases.read(work, dossier).fields} if held else {}
        checked = read_fields(workflow.workflow, values, today=today, ask=ask, problems=problems, beside=beside)
        problems += [say("not_of_this_step", f"is not filled in at step {task.step}").at(name)
                     for name in values if name not in ask]  # fmt: skip
        form = [workflow.workflow.field[name] for name in wanted]
        problems += [
            say("must_be_so", f"must be yes for this step to end as {outcome} ({field.title.en})").at(field.id)
            for field in form
            if field.confirm and checked.facts.get(field.id) is False
        ]
        filled = checked.facts.keys() | checked.personal.keys()
        facts = {**dossier.facts, **checked.facts}
        told = {problem.place for problem in problems}
        problems += [
            left_empty(field)
            for field in form
            if field.required and holds(field.when, facts) and field.id not in filled | told
        ]
        if problems:
            raise InvalidApplication(workflow.workflow.code, problems)
        return checked.facts, {"fields": checked.personal} if checked.personal else {}

    def release(
        self, number: str, step: str | None, *, by: str, out_of_turn: str | None = None, seen: Seen | None = None
    ) -> None:
        """Give a claimed task back to its team; for a reason of the lane's, `out_of_turn`, when its holder has since
        taken some that come after it. Raises Refused when it is not theirs, or that reason is not given."""
        now = self._clock.now()
        with self._store.begin() as work:
            task, dossier = self._find(work, number, step)
            still(task, seen)
            if task.assignee != by:
                self._may_lead(work, by, task, now)
            if task.assignee and self._people.why_not(work, task.assignee, task, now) is None:
                self._turns.release(work, task, dossier, reason=out_of_turn, by=by, now=now)
            else:  # who had it is no longer there to choose
                self._turns.put_back(work, task, dossier, why=GivenBack.LEFT_TEAM, by=by, now=now)

    def reassign(
        self, number: str, step: str | None, *, to: str, by: str, out_of_turn: str | None = None,
        seen: Seen | None = None,
    ) -> Task:  # fmt: skip
        """Hand a task to a person, by its team's lead. Raises Refused when that person may not do it, or no reason is
        given though it waits and is not the first of its line for that person, or its holder has since taken some that
        come after it."""
        now = self._clock.now()
        with self._store.begin() as work:
            task, dossier = self._find(work, number, step)
            still(task, seen)
            self._may_lead(work, by, task, now)
            reason = self._people.why_not(work, to, replace(task, assignee=None), now)
            if reason:
                raise not_allowed(reason)
            if task.assignee == to:
                return task  # theirs since they took it: what they took after it stays after it
            return self._turns.hand_on(work, task, dossier, to=to, reason=out_of_turn, by=by, now=now)

    def takers(self, task_id: int, *, by: str) -> list[str]:
        """To whom this person may hand a task now: who is there and may do it, in the team's order, without who holds
        it. Nobody, when it is no person's open task or they do not lead."""
        now = self._clock.now()
        with self._store.read() as work:
            found = work.tasks.get(task_id)
            if found is None or found[0].kind is not TaskKind.HUMAN or found[0].status not in _PEOPLES:
                return []
            task, free = found[0], replace(found[0], assignee=None)
            team = self._config.lanes[task.lane].team.get(task.team or "")
            if team is None or why_not_lead(self._people.actor(work, by, now), task):
                return []
            present = self._people.present(work, team, task.lane, now)
            return [who for who in present
                    if who != task.assignee and self._people.why_not(work, who, free, now) is None]  # fmt: skip

    def _find(self, work: Work, number: str, step: str | None) -> tuple[Task, Dossier]:
        dossier = dossier_called(work, number, lock=True)
        tasks = [t for t in work.tasks.of(dossier.id) if t.kind is TaskKind.HUMAN]
        if step is not None:
            nodes = self._moves.workflow(work, dossier).steps
            tasks = [t for t in work.tasks.of(dossier.id) if t.step == step and t.kind is not TaskKind.APPLICANT
                     and nodes[t.step].by_people]  # fmt: skip
        match tasks:
            case [task]:
                return task, dossier
            case []:
                if not dossier.is_open:
                    raise Refused(
                        "no_such_task", f"{dossier.number} is {dossier.status}: nothing is open in it any more."
                    )
                live = ", ".join(f"{t.step} {STEP_IS[t.status]}" for t in work.tasks.of(dossier.id))
                what = f"step {step}" if step else "person's task"
                raise Refused("no_such_task", f"{dossier.number} has no {what} open now: {live}.")
            case _:
                steps = ", ".join(t.step for t in tasks)
                raise Refused("which_step", f"{dossier.number} has several tasks open.", allowed=f"--step {steps}")

    def _may(self, work: Work, username: str, task: Task, now: datetime) -> None:
        reason = self._people.why_not(work, username, task, now)
        if reason:
            raise not_allowed(reason)

    def _may_lead(self, work: Work, username: str, task: Task, now: datetime) -> None:
        reason = why_not_lead(self._people.actor(work, username, now), task)
        if reason:
            raise not_allowed(reason)


def _whole_list(workflow: LaneWorkflow, deficiencies: Sequence[Deficiency]) -> tuple[Deficiency, ...]:
    if not deficiencies:
        raise Refused(
            "deficiencies_missing", "A dossier goes back to the applicant with the whole list of what is missing.",
            allowed="--deficiency ITEM or ITEM=NOTE, once for each",
        )  # fmt: skip
    fields = {field.id for field in workflow.workflow.asked_at_submission}  # what the office fills in is its own
    known = {paper.id for paper in workflow.workflow.requirements} | fields | {"other"}
    strange = sorted({each.item for each in deficiencies} - known)
    if strange:
        raise Refused("unknown_item", f"{workflow.workflow.code} asks for no {', '.join(strange)}.",
                      allowed=", ".join(sorted(known)))  # fmt: skip
    return tuple(deficiencies)
