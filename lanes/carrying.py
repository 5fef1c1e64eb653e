"""New rules carried out: which open clocks come under them, how, and that nobody is left behind.

Under `recompute` every open clock of the lane gets the new budget, ladder and calendar, with its ledger as it is.
Under `keep` none does. Under either, a clock that a process started by the old rules, because it had not noticed the
new ones yet, is brought to them once such processes must have noticed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from domain.clock import ClockKind
from domain.dossier import Dossier, Task, TaskKind
from domain.duration import Budget
from domain.ladder import highest, resumed_at
from domain.lane import LaneRules
from lanes.engine import ENGINE
from lanes.finding import broken
from lanes.moves import Moves
from lanes.ports import Progress
from lanes.records.rules import Policy, RulesVersion
from lanes.rehoming import Rehoming
from lanes.store import Store, StoredClock, Work
from lanes.timing import Timing, provisional
from lanes.urgency import settled_urgency

SETTLES_AFTER = timedelta(minutes=10)
"""When every process works by a new version: they look every second, and a turn or step begun before ends by then."""
_BATCH = 100  # dossiers in one transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class CarriedOut:
    """How many dossiers were brought to new rules, how many of their clocks got another due time by it (of those that
    stand still: another budget), and the dossiers that could not be brought, in words."""

    dossiers: int = 0
    moved: int = 0
    failed: tuple[str, ...] = ()


def was_overtaken(version: RulesVersion, known: Sequence[RulesVersion]) -> bool:
    """Whether a version never came, or never will come, into force, because a later one was there by then."""
    return version.follows != 0 and any(
        each.lane is version.lane and each.id > version.id and each.effective_at <= version.effective_at
        for each in known
    )


class Carrying:
    """Carries new rules out, as often as it is called: what is done is not done again."""

    def __init__(self, store: Store, moves: Moves, timing: Timing, rehoming: Rehoming) -> None:
        self._store, self._moves, self._timing, self._rehoming = store, moves, timing, rehoming

    def out(self, now: datetime, progress: Progress | None = None) -> CarriedOut:
        """Do what is left to do for the versions whose time has come. A dossier that cannot be treated is named and
        stops no other; it is tried again at the next call."""
        with self._store.read() as work:
            waiting = [(each, work.rules.listing(each.lane)) for each in work.rules.unsettled(now)]
            in_force = work.rules.newest(now)
        done, failed = list[int](), list[str]()
        for version, known in waiting:
            never = was_overtaken(version, known)
            if version.id == in_force[version.lane]:  # an older one would move tasks back
                failed += self._moved_teams(version, known)
            settles = now >= version.effective_at + SETTLES_AFTER
            left: list[str] = []
            if not never and (settles or (version.policy is Policy.RECOMPUTE and version.carried_out_at is None)):
                moved, left = self._bring_all(version, now, progress)
                done += moved
            failed += left
            if left:
                continue
            with self._store.begin() as work:
                if not never and version.carried_out_at is None:
                    work.rules.carried_out(version.id, now)
                if never or settles:
                    work.rules.settled(version.id, now)
        return CarriedOut(dossiers=len(done), moved=sum(done), failed=tuple(failed))

    def _moved_teams(self, version: RulesVersion, known: Sequence[RulesVersion]) -> tuple[str, ...]:
        with self._store.read() as work:
            rules, _ = self._timing.rules(work, version.lane, version.id)
            before = [self._timing.rules(work, each.lane, each.id)[0] for each in _since_settled(version, known)]
        return self._rehoming.teams(rules, before).failed

    def _bring_all(
        self, version: RulesVersion, now: datetime, progress: Progress | None
    ) -> tuple[list[int], list[str]]:
        """Gives how many clocks moved of each dossier that was brought, and those that could not be."""
        with self._store.read() as work:
            total = work.rules.count_before(version)
        done, seen, last, failed = list[int](), 0, 0, list[str]()
        while True:
            with self._store.read() as work:
                batch = work.rules.dossiers_before(version, last, _BATCH)
            if not batch:
                return done, failed
            last, seen = batch[-1], seen + len(batch)
            try:
                done += self._bring(version, batch, now)
            except Exception:  # one of them: each by itself, so that the others get theirs
                for one in batch:
                    try:
                        done += self._bring(version, [one], now)
                    except Exception as fault:
                        with self._store.read() as work:
                            failed.append(broken(work, fault, dossier_id=one))
            if progress is not None:
                progress(seen, max(total, seen))

    def _bring(self, version: RulesVersion, dossiers: Sequence[int], now: datetime) -> list[int]:
        with self._store.begin() as work:
            moved = [self._brought(work, version, one, now) for one in dossiers]
            return [each for each in moved if each is not None]

    def _brought(self, work: Work, version: RulesVersion, dossier_id: int, now: datetime) -> int | None:
        """Bring a dossier's clocks to a version; gives how many of them moved, None when none is behind."""
        dossier = work.dossiers.by_id(dossier_id, lock=True)
        since = None if version.policy is Policy.RECOMPUTE else version.effective_at
        behind = [
            stored for stored in work.clocks.of(dossier_id)
            if stored.rules < version.id and (since is None or stored.clock.start > since)
        ]  # fmt: skip
        if not behind:
            return None
        rules, calendar = self._timing.rules(work, version.lane, version.id)
        statutory = self._moves.workflow(work, dossier).workflow.limit
        tasks = {task.id: task for task in work.tasks.of(dossier_id)}
        budgets = {stored.id: _budget(rules, stored, dossier, tasks, statutory) for stored in behind}
        changed = [self._under(work, stored, dossier, version, budgets[stored.id]) for stored in behind]
        after = self._timing.keep(work, dossier, changed)
        if dossier.accepted_at is None:
            answered = [each.done_at for each in work.tasks.of(dossier_id, live=False)
                        if each.kind is TaskKind.APPLICANT and each.done_at is not None]  # fmt: skip
            came_in = max([dossier.submitted_at, *answered])
            if since is None or came_in > since:
                after = replace(after, due_at=provisional(rules, calendar, dossier.code, statutory, came_in))
        now_due = {each.id: each for each in work.clocks.of(dossier_id)}
        moved = _moved(behind, now_due, tasks)
        after, events = settled_urgency(work, self._timing, after, now, early=True)
        if moved or after.due_at != dossier.due_at:
            self._moves.tell_it_is_not_late(work, after, now)
            told = {"rules": version.id, "was": dossier.due_at, "due": after.due_at, "steps": moved}
            events = [("due_recomputed", told), *events]
        if events:
            work.dossiers.save(after, events, at=now, actor=ENGINE)
        return sum(_is_other(each, now_due[each.id]) for each in behind)

    def _under(
        self, work: Work, stored: StoredClock, dossier: Dossier, version: RulesVersion, budget: Budget
    ) -> StoredClock:
        before, _ = self._timing.rules(work, stored.lane, stored.rules)
        rules, _ = self._timing.rules(work, version.lane, version.id)
        passed = highest(before.ladder(dossier.code, stored.kind)[: stored.rung], [stored.passed], before.day)
        rung = resumed_at(rules.ladder(dossier.code, stored.kind), passed, rules.day)
        return replace(stored, clock=replace(stored.clock, budget=budget), rules=version.id, rung=rung, passed=passed)


def _since_settled(version: RulesVersion, known: Sequence[RulesVersion]) -> Iterator[RulesVersion]:
    """The versions before this one, the newest first, down to the last that was in force for long enough for everybody
    to belong to its teams. `known` are the lane's, the newest first."""
    for each in known:
        if each.id < version.id:
            yield each
            if each.settled_at is not None and not was_overtaken(each, known):
                return


def _budget(
    rules: LaneRules, stored: StoredClock, dossier: Dossier, tasks: Mapping[int, Task], statutory: str
) -> Budget:
    """What a clock of this kind gets under these rules."""
    if stored.kind is not ClockKind.STEP:
        return rules.budget(stored.kind, dossier.code, statutory)
    task = tasks[stored.task_id or 0]
    return rules.step_budget(dossier.code, task.step, human=task.kind is TaskKind.HUMAN)


def _is_other(before: StoredClock, after: StoredClock) -> bool:
    stands = before.due_at is None and after.due_at is None
    return before.clock.budget != after.clock.budget if stands else before.due_at != after.due_at


def _moved(
    before: Sequence[StoredClock], after: Mapping[int, StoredClock], tasks: Mapping[int, Task]
) -> dict[str, dict[str, Any]]:
    """The steps whose due times changed, each with both."""
    return {
        tasks[stored.task_id].step: {"was": stored.due_at, "due": after[stored.id].due_at}
        for stored in before
        if stored.task_id is not None and stored.due_at != after[stored.id].due_at
    }
