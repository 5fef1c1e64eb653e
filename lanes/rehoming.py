"""Work whose holder or team is no longer there, given to those who do it now.

A guest's loan ends, a person leaves, a team is renamed: nothing waits on the list of somebody who does not look at it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.dossier import LIVE_TASK
from domain.giving_back import GivenBack
from domain.lane import LaneRules, Team
from domain.office import OfficeConfig
from domain.roles import Division, Lane
from lanes.engine import ENGINE
from lanes.finding import broken
from lanes.people import People, away
from lanes.ports import Clock
from lanes.store import Store, Work
from lanes.turns import Turns


@dataclass(frozen=True, kw_only=True, slots=True)
class Rehomed:
    """How many tasks went where they belong, and those that could not be treated, in words."""

    tasks: int = 0
    failed: tuple[str, ...] = ()


class Rehoming:
    """See the module. A task that cannot be treated is named and stops no other; the next look tries it again."""

    def __init__(self, store: Store, config: OfficeConfig, clock: Clock, people: People, turns: Turns) -> None:
        self._store, self._config, self._clock = store, config, clock
        self._people, self._turns = people, turns

    def holders(self, lane: Lane) -> Rehomed:
        """Give back to its team what is held by people who are not in that team now, and what those held whose absence
        has begun since; what they take while they are away is their own doing."""
        now = self._clock.now()
        with self._store.read() as work:
            held = work.tasks.held(lane)
            teams = self._people.teams_in(work, lane, now) if held else {}
            missing = away(work, now) if held else {}
            stray = [task_id for task_id, holder, team in reversed(held)  # the last first, as `Turns.put_back` asks
                     if team not in teams.get(holder, ()) or holder in missing]  # fmt: skip
        return self._each(stray, lambda work, task_id: self._give_back(work, lane, task_id, now))

    def teams(self, rules: LaneRules, before: Sequence[LaneRules]) -> Rehomed:
        """Give open tasks of teams that a lane's rules in force no longer name to the team that has their role now, and
        let who was added or lent to such a team go with its work; `before` are the rules that may have named it, the
        newest first. Looks at every open task of the lane, so it is for when rules changed."""
        now = self._clock.now()
        with self._store.begin() as work:
            for old in (team for each in before for team in each.teams):
                heir = _heir(rules, old)
                if old.id not in rules.team and heir is not None:
                    work.people.move(rules.lane, old.id, heir.id)
        with self._store.read() as work:
            stray = work.tasks.outside_teams(rules.lane, rules.team.keys())
        return self._each(stray, lambda work, task_id: self._move(work, rules, task_id, now))

    def _each(self, tasks: Sequence[int], treat: Callable[[Work, int], bool]) -> Rehomed:
        count, failed = 0, list[str]()
        for task_id in tasks:
            try:
                with self._store.begin() as work:
                    count += treat(work, task_id)
            except Exception as fault:  # whatever it is, the others go where they belong
                with self._store.read() as work:
                    failed.append(broken(work, fault, task_id=task_id))
        return Rehomed(tasks=count, failed=tuple(failed))

    def _give_back(self, work: Work, lane: Lane, task_id: int, now: datetime) -> bool:
        found = work.tasks.get(task_id, lock=True)
        if found is None or found[0].assignee is None:
            return False
        task, dossier = found
        why = GivenBack.LEFT_TEAM
        if task.team in self._people.teams_in(work, lane, now).get(found[0].assignee, ()):
            absence = away(work, now).get(found[0].assignee)
            if absence is None or (task.claimed_at or now) >= absence.starts_at:
                return False
            why = GivenBack.ABSENCE
        self._turns.put_back(work, task, dossier, why=why, by=ENGINE, now=now)
        return True

    def _move(self, work: Work, rules: LaneRules, task_id: int, now: datetime) -> bool:
        found = work.tasks.get(task_id, lock=True)
        if found is None or found[0].role is None or found[0].status not in LIVE_TASK:
            return False
        if found[0].team in rules.team:  # another sweep was faster
            return False
        task, dossier = found
        division = self._config.workflows[dossier.code].division
        team = rules.team_for(found[0].role, division)
        if team is None:  # the checker lets no such configuration load
            return False
        work.tasks.move(task, team.id)
        event = ("task_moved", {"step": task.step, "team": team.id, "from": task.team})
        work.dossiers.save(dossier, [event], at=now, actor=ENGINE)
        return True


def _heir(rules: LaneRules, gone: Team) -> Team | None:
    """The team that does now what a team did that is no longer named."""
    divisions = (gone.division,) if gone.division else tuple(Division)
    found = (rules.team_for(role, division) for role in gone.roles for division in divisions)
    return next((team for team in found if team is not None), None)
