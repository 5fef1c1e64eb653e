"""Rules about people: every human step has a team, and four eyes never leave nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from domain.checks.finding import Finding, listed, unknown
from domain.checks.view import View
from domain.roles import Role


def a_team_does_every_human_step(view: View) -> Iterator[Finding]:
    if view.rules is None:
        return
    division = view.whole.division
    for name, step in view.steps.items():
        role = step.peoples
        if role is None:
            continue
        path = view.path(name, "human") if step.human else view.path(name, "stopped_by", role)
        team = view.rules.team_for(role, division)
        if team is None:
            roles = {role for each in view.rules.teams if each.division in (None, division) for role in each.roles}
            problem = f"no team of the {view.lane} lane has the role {role} for {division}"
            yield Finding(path, problem, listed(roles))
        elif not team.members:
            problem = f"team {team.id} of the {view.lane} lane, which does this step, has no members"
            yield Finding(path, problem, "a team with at least one member")


def four_eyes_look_at_human_steps(view: View) -> Iterator[Finding]:
    for name, step in view.steps.items():
        others = [other for other, each in view.steps.items() if each.human and other != name]
        for place, other in enumerate(step.distinct_from):
            path = view.path(name, "distinct_from", place)
            if step.human is None:
                yield Finding(path, "an automatic step is done by nobody who could be another", "only beside human")
            elif other not in view.whole.steps:
                yield Finding(path, unknown("step", other, others), listed(others))
            elif other in view.steps and view.steps[other].human is None:
                yield Finding(path, f"step {other!r} is automatic, nobody does it", listed(others))


def four_eyes_look_at_earlier_steps(view: View) -> Iterator[Finding]:
    for name, step in view.steps.items():
        before = [n for n, other in view.steps.items() if other.human and n != name and name in view.reach[n]]
        for place, other in enumerate(step.distinct_from if step.human else ()):
            if other in view.steps and view.steps[other].human and other not in before:
                path = view.path(name, "distinct_from", place)
                yield Finding(path, f"step {other!r} never comes before this one", listed(before))


def four_eyes_leave_somebody(view: View) -> Iterator[Finding]:
    for name, step in view.steps.items():
        able = _people(view, step.human)
        others = [people for other in step.distinct_from if (people := _people(view, _role(view, other)))]
        if able and _all_taken(able, others):
            problem = (
                f"in the {view.lane} lane nobody may be left: {listed(able)} can do this step, "
                f"and may all have done {listed(step.distinct_from)}"
            )
            yield Finding(view.path(name, "distinct_from"), problem, "a team with more members, or other people in it")


def _role(view: View, step: str) -> Role | None:
    return view.steps[step].human if step in view.steps else None


def _people(view: View, role: Role | None) -> frozenset[str]:
    team = view.rules.team_for(role, view.whole.division) if view.rules is not None and role is not None else None
    return frozenset({*team.members, team.lead}) if team is not None and team.members else frozenset()


def _all_taken(able: Collection[str], others: Sequence[Collection[str]]) -> bool:
    """Whether every person who is able can have done one of the other steps, each step being done by one person."""
    if not able:
        return True
    if len(able) > len(others):
        return False
    person, *rest = sorted(able)
    return any(
        person in people and _all_taken(rest, [*others[:place], *others[place + 1 :]])
        for place, people in enumerate(others)
    )
