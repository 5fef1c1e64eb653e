"""Rules about where outcomes lead: every step can be reached, every way comes to an end, no machine runs in circles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from domain.checks.finding import Finding, listed, unknown
from domain.checks.view import View
from domain.workflow import End


def ways_lead_to_steps_of_this_lane(view: View) -> Iterator[Finding]:
    for way in view.ways:
        named: list[tuple[tuple[str | int, ...], str]]
        named = [(("to", place), target) for place, target in enumerate(way.branch.to)]
        if way.branch.resume is not None:
            named.append((("resume",), way.branch.resume))
        for rest, target in named:
            if target in view.steps:
                continue
            elsewhere = target in view.whole.steps
            problem = (
                f"step {target!r} does not exist in this lane" if elsewhere else unknown("step", target, view.steps)
            )
            yield Finding((*way.path, *rest), problem, listed(view.steps))


def every_outcome_has_a_way_on(view: View) -> Iterator[Finding]:
    for name, step in view.steps.items():
        for outcome, leads in step.on.items():
            path = view.path(name, "on", outcome, "branches")
            free = [place for place, branch in enumerate(leads.branches) if not branch.when]
            if not free:
                problem = f"outcome {outcome!r} has no way on when none of its conditions holds"
                yield Finding((*path, len(leads.branches) - 1), problem, "a last branch without when")
            elif free[0] < len(leads.branches) - 1:
                problem = f"outcome {outcome!r} never gets beyond this branch, which has no condition"
                yield Finding((*path, free[0]), problem, "the branch without when at the end")


def every_step_can_be_reached(view: View) -> Iterator[Finding]:
    start = view.whole.start
    if start not in view.steps or not view.is_whole or view.open_ended & {start, *view.reach[start]}:
        return
    lost = view.steps.keys() - {start} - view.reach[start]
    before = _turned(view.successors)
    for name in _first_of(lost, before, view.reach):
        yield Finding(("steps", name), f"step {name!r} is never reached", f"an outcome that leads to it from {start!r}")


def every_step_can_come_to_an_end(view: View) -> Iterator[Finding]:
    ending = {way.step for way in view.ways if way.branch.end is not None}
    # What cannot be read, and an unknown target, are told of by other rules; here they count as a way on.
    ending |= view.open_ended
    ending |= {way.step for way in view.ways if any(view.meant(target) is None for target in way.targets)}
    stuck = {name for name in view.steps if name not in ending and not view.reach[name] & ending}
    back = {name: frozenset(n for n in view.steps if name in view.reach[n]) for name in view.steps}
    for name in _first_of(stuck, view.successors, back):
        problem = f"step {name!r} is a dead end: no outcome ever leads to an end"
        yield Finding(("steps", name, "on"), problem, "end: issued, rejected or cancelled on some way from here")


def _first_of(
    steps: set[str], neighbours: Mapping[str, Iterable[str]], onward: Mapping[str, frozenset[str]]
) -> list[str]:
    """Of steps that share one trouble, those where it begins; the others only inherit it from a neighbour."""
    return [
        name
        for name in sorted(steps)
        if not any(near in steps and near != name and near not in onward[name] for near in neighbours.get(name, ()))
    ]


def _turned(successors: Mapping[str, frozenset[str]]) -> dict[str, set[str]]:
    before: dict[str, set[str]] = {}
    for name, targets in successors.items():
        for target in targets:
            before.setdefault(target, set()).add(name)
    return before


def no_circle_without_a_person(view: View) -> Iterator[Finding]:
    automatic = {name for name, step in view.steps.items() if step.automatic is not None}
    edges: dict[str, list[str]] = {name: [] for name in automatic}
    for way in view.ways:
        if way.step in automatic and way.outcome not in view.steps[way.step].by_people:
            edges[way.step] += [target for target in way.branch.to if target in automatic]
    told: set[str] = set()
    for name in sorted(automatic):
        circle = _way_back(name, edges)
        if circle and not told & set(circle):
            told.update(circle)
            problem = f"automatic steps run in a circle with no person in it: {' -> '.join((*circle, name))}"
            yield Finding(("steps", name, "on"), problem, "a human step or a return to the applicant on the way round")


def _way_back(start: str, edges: Mapping[str, list[str]]) -> tuple[str, ...]:
    """The steps of a way from `start` back to it, or nothing."""
    todo: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    while todo:
        way = todo.pop(0)
        for target in edges[way[-1]]:
            if target == start:
                return way
            if target not in seen:
                seen.add(target)
                todo.append((*way, target))
    return ()


def the_document_can_be_issued_once_accepted(view: View) -> Iterator[Finding]:
    start = view.whole.start
    if start not in view.steps or not view.is_whole:
        return
    issuing = {way.step for way in view.ways if way.branch.end is End.ISSUED}
    if not issuing & {start, *view.reach[start]}:
        yield Finding(("steps",), "no way from the start issues the document", "an outcome with end: issued")
        return
    unaccepted = {start}
    todo = [start]
    steps = [way for way in view.ways if not way.accepts]
    while todo:
        here = todo.pop()
        for way in steps:
            if way.step == here and way.branch.end is End.ISSUED:
                problem = f"step {here!r} can issue the document before any outcome has accepted it as complete"
                allowed = "accepts: true on the outcome that finds the dossier complete, on every way to end: issued"
                yield Finding(way.path, problem, allowed)
            fresh = {view.meant(target) or here for target in way.targets if way.step == here} - unaccepted
            unaccepted |= fresh
            todo.extend(fresh)
