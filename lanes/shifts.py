"""What other rules of a lane would do to people and tasks, in words: told before it happens.

`lanes/rehoming.py` is what does it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime

from domain.lane import LaneRules
from domain.words import counted
from domain.workflow import Workflow
from lanes.store import Work


def shifts(
    work: Work, workflows: Mapping[str, Workflow], before: LaneRules, after: LaneRules, now: datetime
) -> list[str]:
    """A line for each team that rules `after` no longer name, with where its open tasks go, and for each person who
    holds tasks of a team that they will not be in. None when nothing of the kind happens."""
    given = {(each.username, each.team) for each in work.people.memberships(now) if each.lane is after.lane}
    goes = dict[int, str]()  # the team of a task that moves
    moving: dict[str, Counter[str]] = defaultdict(Counter)
    for task_id in work.tasks.outside_teams(after.lane, after.team.keys()):
        way = _way(work, workflows, after, task_id)
        if way is not None:
            goes[task_id] = way[1]
            moving[way[0]][way[1]] += 1
    told = []
    for gone in sorted(moving.keys() | (before.team.keys() - after.team.keys())):
        tasks = [f"{counted(count, 'open task')} to team {team}" for team, count in sorted(moving[gone].items())]
        where = f"with {', '.join(tasks)}" if tasks else "and has no open task"
        with_it = sorted(username for username, team in given if team == gone)
        also = f" Who was added or lent to it goes with its work: {', '.join(with_it)}." if with_it else ""
        told.append(f"Team {gone} disappears, {where}.{also}")
    back = Counter[tuple[str, str]]()
    for task_id, holder, was in work.tasks.held(after.lane):
        team_id = goes.get(task_id, was)
        known = after.team.get(team_id)
        stays = (known is not None and holder in known.members) or given & {(holder, was), (holder, team_id)}
        back[holder, team_id] += not stays
    for (holder, team_id), count in sorted(back.items()):
        if count:
            told.append(f"{holder} is not in team {team_id} then: {counted(count, 'claimed task')} of theirs"
                        f" {'goes' if count == 1 else 'go'} back to the team's list.")  # fmt: skip
    return told


def _way(work: Work, workflows: Mapping[str, Workflow], after: LaneRules, task_id: int) -> tuple[str, str] | None:
    """From which team to which a task goes; None when it stays."""
    try:
        found = work.tasks.get(task_id)
    except Exception:  # a row that is broken: named when it cannot be moved, and no reason to tell nothing
        return None
    if found is None or found[0].role is None or found[0].team is None or found[1].code not in workflows:
        return None
    team = after.team_for(found[0].role, workflows[found[1].code].division)
    return None if team is None else (found[0].team, team.id)
