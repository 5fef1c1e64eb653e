"""Work whose holder or team is no longer there, given to those who do it now.

A guest's loan ends, a person leaves, a team is renamed: nothing waits on the list of somebody who does not look at it.
"""

from __future__ import annotations

from datetime import datetime

from domain.dossier import LIVE_TASK
from domain.errors import Conflict, Refused
from domain.lane import LaneRules
from domain.office import OfficeConfig
from domain.roles import Lane
from lanes.engine import ENGINE
from lanes.people import People, put_back
from lanes.ports import Clock
from lanes.store import Store, Work

LEFT_TEAM = "left_team"


class Rehoming:
    """See the module. A task that changes in the same instant is left for the next look."""

    def __init__(self, store: Store, config: OfficeConfig, clock: Clock, people: People) -> None:
        self._store, self._config, self._clock, self._people = store, config, clock, people

    def holders(self, lane: Lane) -> int:
        """Give back to its team what is held by people who are not in that team now. Gives how many tasks."""
        now, count = self._clock.now(), 0
        with self._store.read() as work:
            held = work.tasks.held(lane)
            teams = {holder: self._teams(work, holder, lane, now) for holder in sorted({each[1] for each in held})}
            stray = [task_id for task_id, holder, team in held if team not in teams[holder]]
        for task_id in stray:
            with self._store.begin() as work:
                found = work.tasks.get(task_id, lock=True)
                if found is None or found[0].assignee is None:
                    continue
                task, dossier = found
                if task.team not in self._teams(work, task.assignee or "", lane, now):
                    put_back(work, task, dossier, actor=ENGINE, now=now, why=LEFT_TEAM)
                    count += 1
        return count

    def teams(self, rules: LaneRules) -> int:
        """Give open tasks of teams that a lane's rules no longer name to the team that has their role now. Gives how
        many. Looks at every open task of the lane, so it is for when rules changed."""
        now, count = self._clock.now(), 0
        with self._store.read() as work:
            stray = work.tasks.outside_teams(rules.lane, rules.team.keys())
        for task_id in stray:
            try:
                with self._store.begin() as work:
                    count += self._move(work, rules, task_id, now)
            except Conflict:
                continue
        return count

    def _move(self, work: Work, rules: LaneRules, task_id: int, now: datetime) -> bool:
        found = work.tasks.get(task_id, lock=True)
        if found is None or found[0].role is None or found[0].status not in LIVE_TASK:
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

    def _teams(self, work: Work, username: str, lane: Lane, now: datetime) -> set[str]:
        try:
            actor = self._people.actor(work, username, now)
        except Refused:  # nobody of that name works here any more
            return set()
        return {team for its_lane, team in actor.teams if its_lane is lane}
