"""Pull order is the order: who takes a task that is not the first of its line says why, and that is kept.

People used insiders to be served before others; a reason that is journalled, counted and published is what the office
sets against it (design: "Why it exists"). What a team or a ladder hands out by rule is nobody's choice and needs none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain.dossier import Dossier, Task, TaskStatus, task_after
from domain.errors import Refused
from domain.giving_back import STILL_HELD, GivenBack
from domain.journal import canonical
from domain.office import OfficeConfig
from domain.roles import SERVED_AS_THEY_COME, Lane
from lanes.case import Cases
from lanes.records.overtakings import OvertakingRecord
from lanes.store import Work

_KEPT = 500
"""How many dossiers are kept by name of those that were passed over; all are counted."""


def held_to(number: str, **told: object) -> dict[str, str]:
    """What the journal of this dossier holds of whom an overtaking served, whom it passed over and what was remarked on
    it: enough to prove them, and nothing by which two dossiers of one applicant could be told from their journals."""
    return {
        f"{name}_sha256": hashlib.sha256(f"{number}\x1f{canonical({name: value})}".encode()).hexdigest()
        for name, value in told.items()
    }


class Turns:
    """Holds people to the order of their teams' lines."""

    def __init__(self, config: OfficeConfig, cases: Cases) -> None:
        self._config, self._cases = config, cases

    def take(
        self, work: Work, task: Task, dossier: Dossier, *, who: str, why: str | None, by: str, now: datetime,
        first: int | None = None, held: Sequence[int] = (),
    ) -> Dossier:  # fmt: skip
        """To be called before an open task goes to `who` by the choice of `by`. When others come before it in the line
        and `why` is a reason of the lane, the overtaking is kept, and the dossier saved comes back. `first` is the id
        of the task that comes first for `who`, where it is known; `held` are dossiers that it passes over besides.

        Raises Refused, naming the first of the line, when others come before it and no reason is given.
        """
        self._must_know(task, why)
        if task.role in SERVED_AS_THEY_COME:
            return dossier
        if first is None:
            found = work.tasks.with_first(task.id, who)
            first = found[2] if found else None
        count, passed = 0, list[int]()
        if first not in (None, task.id):
            if why is None:
                ahead = work.tasks.get(first)
                raise self._refusal(task, dossier, f"{ahead[1].number} ({ahead[0].step})" if ahead else "another one")
            count, passed = work.tasks.passed_over(who, task, _KEPT)
        if not passed and not held:
            return dossier
        return self._keep(work, task, dossier, why or STILL_HELD, len(held) + count, [*held, *passed][:_KEPT], by, now)

    def complete(
        self, work: Work, task: Task, dossier: Dossier, *, why: str | None, by: str, now: datetime
    ) -> Dossier:  # fmt: skip
        """To be called before `by` completes a person's task; an open one is taken on the way, as in `take`. When they
        still hold others that come before it in its line, and did when they took it, it is served before those: an
        overtaking, kept once, for the lane's reason `why` where one is given. A reason is asked of nobody here.

        Raises Refused as `take` does.
        """
        held = self._kept_waiting(work, task, by)
        if held and task.claimed_at is not None:  # without those that it was told to be taken past since it was taken
            kept = work.overtakings.listing(task.claimed_at - timedelta.resolution, now)
            told = {passed for over in kept if over.task_id == task.id for passed in over.passed}
            held = [each for each in held if each not in told]
        if task.status is TaskStatus.OPEN:
            return self.take(work, task, dossier, who=by, why=why, by=by, now=now, held=held)
        if not held:
            return dossier
        self._must_know(task, why)
        return self._keep(work, task, dossier, why or STILL_HELD, len(held), held[:_KEPT], by, now)

    def _kept_waiting(self, work: Work, task: Task, who: str) -> list[int]:
        """The dossiers of which a person holds a task that comes before this one, but for those whose applicant has to
        come first: who waits for somebody works on."""
        if task.team is None or task.role in SERVED_AS_THEY_COME:
            return []
        return list(dict.fromkeys(
            dossier for dossier, code, step in work.tasks.held_before(task, who)
            if not (node := self._config.workflows[code].in_lane(task.lane).steps.get(step)) or not node.visit
        ))  # fmt: skip

    def release(self, work: Work, task: Task, dossier: Dossier, *, reason: str | None, by: str, now: datetime) -> None:
        """Give a claimed task back to its line by the choice of `by`. Whatever its holder chose since to take of those
        after it, they took past it, for it is open again: each is an overtaking, for a `reason` of the lane's.

        Raises Refused, naming it as the first of the line, when there is such a task and no reason is given.
        """
        self._own_up(work, task, dossier, reason, by, now)
        self._give_back(work, task, dossier, why="released", by=by, now=now)

    def hand_on(
        self, work: Work, task: Task, dossier: Dossier, *, to: str, reason: str | None, by: str, now: datetime
    ) -> Task:
        """Hand a task to somebody who does not hold it by the choice of `by`, out of the line as in `take`, from its
        holder as in `release`: whoever gets it holds it from now on and took nothing past it, so what its holder took
        past it, or let others take, would be told by nobody later. What was taken past it is the holder's overtaking.
        So is it one of whoever hands it on when its holder keeps others that come before it.

        Raises Refused when others come before it, or its holder took others past it, and no reason is given.
        """
        if task.status is TaskStatus.OPEN:
            dossier = self.take(work, task, dossier, who=to, why=reason, by=by, now=now)
        else:
            self._own_up(work, task, dossier, reason, by, now)
            held = self._kept_waiting(work, task, str(task.assignee))
            if held and reason is None:
                first = work.dossiers.numbers(held[:1])[held[0]]
                raise self._refusal(task, dossier, f"{first}, which {task.assignee} holds too,")
            if held:
                dossier = self._keep(work, task, dossier, str(reason), len(held), held[:_KEPT], by, now)
        event: dict[str, object] = {"step": task.step, "to": to, **self._let_by(work, task)}
        handed = replace(task, status=task_after(task.status, "reassign"), assignee=to, claimed_at=now)
        handed = work.tasks.save(handed)
        work.unfinished.remove(task.id)
        work.dossiers.save(dossier, [("task_assigned", event)], at=now, actor=by)
        return handed

    def put_back(self, work: Work, task: Task, dossier: Dossier, *, why: GivenBack, by: str, now: datetime) -> None:
        """Give a claimed task back to its line, because its holder is away or no longer there: nobody's choice, yet
        what its holder took past it is an overtaking of theirs as much as after `release`, lest a declared absence
        hide it. Of several that go back at one instant the last of the line is to go first: none of them was then taken
        past another. What was taken past several of them is one overtaking."""
        fresh = [each for each in self._taken_past(work, task) if not _is_told(work, each[0], now)]
        self._keep_all(work, fresh, dossier, why, task.assignee, by, now)
        self._give_back(work, task, dossier, why=why, by=by, now=now)

    def hand_back(
        self, work: Work, username: str, now: datetime, *, by: str, why: GivenBack, lane: Lane | None = None,
        teams: Collection[str] | None = None,
    ) -> int:  # fmt: skip
        """Put back what a person holds, or only what they hold in some teams; gives how much."""
        statuses = [TaskStatus.CLAIMED]
        held = work.tasks.listing(lane=lane, statuses=statuses, teams=teams, assignee=username, limit=10_000)
        for each, _ in reversed(held):
            found = work.tasks.get(each.id, lock=True)  # anew, for its dossier may have changed with the one before
            if found is not None:
                self.put_back(work, *found, why=why, by=by, now=now)
        return len(held)

    def _give_back(self, work: Work, task: Task, dossier: Dossier, *, why: str, by: str, now: datetime) -> None:
        given_back = replace(task, status=task_after(task.status, "release"), assignee=None, claimed_at=None)
        event: dict[str, object] = {"step": task.step, "why": why, **self._let_by(work, task)}
        work.tasks.save(given_back)
        work.unfinished.remove(task.id)
        work.dossiers.save(dossier, [("task_released", event)], at=now, actor=by)

    def _let_by(self, work: Work, task: Task) -> dict[str, object]:
        """For the journal of a task that its holder gives up: how many tasks after it others took meanwhile, by who
        took them, when there are any. In their turn, but only because its holder had it, which is how two people
        together could let somebody go first."""
        if task.assignee is None or task.role in SERVED_AS_THEY_COME:
            return {}
        found = work.tasks.let_by(task)
        return {"held_by": task.assignee, "let_by": found} if found else {}

    def _own_up(self, work: Work, task: Task, dossier: Dossier, reason: str | None, by: str, now: datetime) -> None:
        """Keep what its holder took past a task that somebody chooses to take from them or to give back. Raises
        Refused when there is such a task and no reason is given."""
        self._must_know(task, reason)
        past = self._taken_past(work, task)
        if past and reason is None:
            raise self._refusal(*past[0], f"{dossier.number} ({task.step})")
        self._keep_all(work, past, dossier, str(reason), task.assignee, by, now)

    def _keep_all(
        self, work: Work, past: Sequence[tuple[Task, Dossier]], dossier: Dossier, why: str, officer: str | None,
        by: str, now: datetime,
    ) -> None:  # fmt: skip
        """Keep that `officer` took these tasks past `dossier`; several may be of one dossier, at different times."""
        saved: dict[int, Dossier] = {}
        for other, its in past:
            saved[its.id] = self._keep(work, other, saved.get(its.id, its), why, 1, [dossier.id], by, now,
                                       officer=officer, taken_at=f"{other.claimed_at}")  # fmt: skip

    def _taken_past(self, work: Work, task: Task) -> list[tuple[Task, Dossier]]:
        """What the holder of a task chose to take since they hold it of those after it and still holds; nothing without
        a holder. What they have completed is told of since then."""
        if task.assignee is None or task.role in SERVED_AS_THEY_COME:
            return []
        return [found for found in work.tasks.taken_after(task) if not _was_handed(work, found[0])]

    def _must_know(self, task: Task, why: str | None) -> None:
        reasons = self._config.lanes[task.lane].out_of_turn.reasons
        if why is not None and why not in reasons:
            raise Refused("unknown_reason", f"The {task.lane} lane knows no reason {why!r} for taking a task out of "
                          "its turn.", allowed=", ".join(reasons))  # fmt: skip

    def _keep(
        self, work: Work, task: Task, dossier: Dossier, why: str, count: int, passed: list[int], by: str,
        now: datetime, officer: str | None = None, **more: str,
    ) -> Dossier:  # fmt: skip
        """Keep an overtaking by `officer`, or by who is at work, `by`."""
        applicant = self._cases.applicant(work, dossier)
        work.overtakings.add(
            OvertakingRecord(
                at=now, lane=task.lane, team=task.team or "", code=task.code, step=task.step, officer=officer or by,
                task_id=task.id, dossier_id=dossier.id, reason=why, applicant=applicant,
                passed=passed,
            )
        )  # fmt: skip
        proof = held_to(dossier.number, applicant=applicant, passed=passed)
        whose = {"officer": officer} if officer not in (None, by) else {}
        event = ("taken_out_of_turn", {"step": task.step, "reason": why, "passed": count, "team": task.team or "",
                                       **whose, **more, **proof})  # fmt: skip
        return work.dossiers.save(dossier, [event], at=now, actor=by)

    def _refusal(self, task: Task, dossier: Dossier, comes: str) -> Refused:
        reasons = self._config.lanes[task.lane].out_of_turn.reasons
        codes = ", ".join(f"{code} ({text.en})" for code, text in reasons.items())
        return Refused(
            "out_of_turn", f"It is not the turn of {dossier.number} ({task.step}): {comes} comes first in the line of "
            f"team {task.team}.", allowed=f"`jalur next`, or --out-of-turn with one of {codes}",
        )  # fmt: skip


def _was_handed(work: Work, task: Task) -> bool:
    """Whether a taken task was handed to its holder: by rule or by somebody else, hence not by their own choice."""
    return any(
        entry.event == "task_assigned" and entry.at == task.claimed_at and entry.actor != task.assignee
        and json.loads(entry.data)["step"] == task.step
        for entry in work.dossiers.journal(task.dossier_id)
    )  # fmt: skip


def _is_told(work: Work, task: Task, now: datetime) -> bool:
    """Whether it stands in the journal already that this task was taken past another one, found at this instant."""
    told = (json.loads(entry.data) for entry in work.dossiers.journal(task.dossier_id)
            if entry.event == "taken_out_of_turn" and entry.at == now)  # fmt: skip
    return any((each["step"], each.get("taken_at")) == (task.step, f"{task.claimed_at}") for each in told)
