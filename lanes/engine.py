"""The automatic steps: leased to a worker, executed, ended together with their lease, or stuck until a person looks.

The database is the truth; whoever executes (Prefect, see `flows/`) may be killed at any point. A lease that ran out
is taken over, and a result that comes from a lost lease is dropped.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from domain.dossier import Dossier, Task, TaskStatus, task_after
from domain.duration import elapsed
from domain.errors import Refused
from domain.journal import ENGINE as ENGINE
from domain.office import OfficeConfig
from domain.pausing import held_by_outage
from domain.permissions import not_allowed, why_not_lead
from domain.roles import Lane, Role
from lanes.actions.base import Action, Later, Step, Tools
from lanes.case import Case
from lanes.finding import dossier_called
from lanes.moves import Moves, taken_on_again
from lanes.people import People, gone
from lanes.ports import Clock, Progress
from lanes.store import Store, Work

_EVERY_STUCK = 100_000


class LeaseLost(Exception):
    """Another worker has taken the step over, or the dossier ended meanwhile. What to do: nothing; drop the result."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A leased step, and how its workflow wants it executed (times in seconds)."""

    task_id: int
    number: str
    code: str
    lane: Lane
    step: str
    action: str
    retries: int
    retry_delay_s: float
    timeout_s: float
    owner: str
    attempts: int


class Engine:
    """See the module."""

    def __init__(
        self, store: Store, config: OfficeConfig, clock: Clock, people: People, moves: Moves, tools: Tools,
        actions: Mapping[str, Action], *, lease: timedelta,
    ) -> None:  # fmt: skip
        self._store, self._config, self._clock = store, config, clock
        self._people, self._moves, self._tools, self._actions = people, moves, tools, actions
        self._lease = lease

    def claim_ready(self, lane: Lane, owner: str, limit: int) -> list[Claim]:
        """Lease up to `limit` ready steps of one lane, the most urgent first, and those whose lease ran out."""
        now = self._clock.now()
        with self._store.read() as work:
            if not work.tasks.any_ready(lane, now):
                return []
        with self._store.begin() as work:
            leased = work.tasks.lease(lane, owner, now=now, until=now + self._lease, limit=limit)
            return [self._claim(work, task, dossier, owner) for task, dossier in leased]

    def _claim(self, work: Work, task: Task, dossier: Dossier, owner: str) -> Claim:
        step = self._moves.workflow(work, dossier).steps[task.step]
        return Claim(
            task_id=task.id, number=dossier.number, code=dossier.code, lane=dossier.lane, step=task.step,
            action=step.automatic or "", retries=step.retries, owner=owner, attempts=task.attempts,
            retry_delay_s=elapsed(step.retry_delay).total_seconds(), timeout_s=elapsed(step.timeout).total_seconds(),
        )  # fmt: skip

    def execute(self, claim: Claim) -> None:
        """Run the step's action and keep its result, with what follows, in one transaction.

        Raises what the action raised (nothing is kept then), or LeaseLost.
        """
        now = self._clock.now()
        with self._store.read() as work:
            task, dossier = self._held(work, claim, lock=False)
            workflow = self._moves.workflow(work, dossier)
        node = workflow.steps[task.step]
        key = f"{dossier.number}:{task.step}:{task.id}"
        step = Step(dossier=dossier, task=task, workflow=workflow, read_case=partial(self._case, dossier),
                    args=node.args, key=key, now=now)  # fmt: skip
        result = self._actions[claim.action].run(step, self._tools)
        now = self._clock.now()
        with self._store.begin() as work:
            task, dossier = self._held(work, claim, lock=True)
            if isinstance(result, Later):
                work.tasks.save(
                    replace(task, status=task_after(task.status, "defer"), not_before=now + result.again, attempts=0,
                            lease_owner=None, lease_until=None, error=f"waiting for {result.waiting_for}")
                )  # fmt: skip
                return
            if result.apply is not None:
                result.apply(work, dossier)
            self._moves.finish(work, task, dossier, outcome=result.outcome, actor=ENGINE, now=now, facts=result.facts,
                               details=result.details)  # fmt: skip

    def _case(self, dossier: Dossier) -> Case:
        with self._store.read() as work:
            return self._tools.cases.read(work, dossier)

    def _held(self, work: Work, claim: Claim, *, lock: bool) -> tuple[Task, Dossier]:
        found = work.tasks.get(claim.task_id, lock=lock)
        if found is None or (found[0].status, found[0].lease_owner, found[0].attempts) != (
            TaskStatus.RUNNING, claim.owner, claim.attempts,
        ):  # fmt: skip
            raise LeaseLost(f"{claim.number} {claim.step}")
        return found

    def give_up(self, claim: Claim, error: str) -> None:
        """The step failed for good: it is stuck, with the reason, and the people who can help are told."""
        with self._store.begin() as work:
            try:
                task, dossier = self._held(work, claim, lock=True)
            except LeaseLost:
                return
            self._stick(work, task, dossier, error)

    def _stick(self, work: Work, task: Task, dossier: Dossier, error: str) -> None:
        now = self._clock.now()
        stuck = replace(task, status=task_after(task.status, "give_up"), error=error[:300], lease_owner=None,
                        lease_until=None)  # fmt: skip
        work.tasks.save(stuck)
        work.dossiers.save(dossier, [("step_stuck", {"step": task.step, "reason": error[:300]})], at=now, actor=ENGINE)
        if held_by_outage(dossier.held):  # known, on record, and taken on again at its end
            return
        told = {self._config.lanes[dossier.lane].manager, *self._config.office.people_with(Role.ADMINISTRATOR)}
        work.outbox.put([
            self._moves.message(dossier, "staff_stuck", now, to=person, step=task.step, reason=error[:300],
                                key=f"{dossier.number}:stuck:{task.id}:{task.version}:{person}")
            for person in sorted(told - gone(work, now))
        ])  # fmt: skip

    def retry(self, number: str, step: str | None, *, by: str) -> Task:
        """Take a stuck step on again. Raises Refused for people who may not, or when nothing is stuck."""
        now = self._clock.now()
        with self._store.begin() as work:
            dossier = dossier_called(work, number, lock=True)
            stuck = [t for t in work.tasks.of(dossier.id) if t.status is TaskStatus.STUCK and step in (None, t.step)]
            if not stuck:
                raise Refused("nothing_stuck", f"{number} has no stuck step.", allowed="`jalur tasks --stuck`")
            reason = why_not_lead(self._people.actor(work, by, now), stuck[0])
            if reason:
                raise not_allowed(reason)
            task, event = taken_on_again(work, stuck[0])
            work.dossiers.save(dossier, [event], at=now, actor=by)
            return task

    def retry_all(self, lane: Lane | None, *, by: str, progress: Progress | None = None) -> list[tuple[str, str]]:
        """Take on again every stuck step (of one lane, or of both) that a person may; gives dossier and step of each.
        Raises Refused when there are some and they may do none of them."""
        with self._store.read() as work:
            stuck = work.tasks.listing(lane=lane, statuses=[TaskStatus.STUCK], limit=_EVERY_STUCK)
        done: list[tuple[str, str]] = []
        refused: list[Refused] = []
        for index, (task, dossier) in enumerate(stuck, 1):
            try:
                done.append((dossier.number, self.retry(dossier.number, task.step, by=by).step))
            except Refused as why:
                if why.code != "nothing_stuck":  # somebody else was faster
                    refused.append(why)
            if progress:
                progress(index, len(stuck))
        if refused and not done:
            raise refused[0]
        return done

    def extend(self, owner: str, task_ids: Collection[int]) -> None:
        """Prolong the leases of steps that are still being executed."""
        if task_ids:
            with self._store.begin() as work:
                work.tasks.extend(owner, task_ids, self._clock.now() + self._lease)

    def release(self, owner: str, task_ids: Collection[int]) -> None:
        """Give leases back at an orderly stop: the steps are ready for another worker at once."""
        if task_ids:
            with self._store.begin() as work:
                work.tasks.extend(owner, task_ids, self._clock.now())

    def stuck(self, lane: Lane) -> int:
        """How many steps of a lane are stuck."""
        with self._store.read() as work:
            return work.tasks.counts(lane).get(TaskStatus.STUCK, 0)

    def waiting(self, lane: Lane) -> int:
        """How many steps of a lane are ready now and not yet taken; what waits for a date is not."""
        with self._store.read() as work:
            return work.tasks.ready(lane, self._clock.now())
