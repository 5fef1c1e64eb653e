"""Rules about parallel ways: what begins side by side comes together again before the document is issued.

Whether it does is not guessed from the drawing: the engine's own `advance` is run through everything that can
happen, for every combination of the facts that the conditions look at.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Any

from domain.checks.finding import Finding, listed, unknown
from domain.checks.view import View
from domain.form import FieldType, FormField
from domain.progress import advance
from domain.workflow import End, reachable

#: How many combinations of facts, and how many situations for each, are looked at; real workflows have a few dozen.
MOST_FACTS = 128
MOST_SITUATIONS = 3000

#: The open steps, the `once` steps that are done, and whether the dossier has been found complete.
Situation = tuple[frozenset[str], frozenset[str], bool]


def joins_wait_for_steps_that_can_arrive(view: View) -> Iterator[Finding]:
    for name, step in view.steps.items():
        if not step.waits_for:
            continue
        before = _before(view, name)
        if name == view.whole.start:
            yield Finding(view.path(name, "waits_for"), "the start waits for nothing", "a start without waits_for")
        elif len(set(step.waits_for)) < 2:
            yield Finding(view.path(name, "waits_for"), "a join of one way waits for nothing", "two steps or more")
        for place, other in enumerate(step.waits_for):
            path = view.path(name, "waits_for", place)
            if other not in view.whole.steps:
                yield Finding(path, unknown("step", other, before), listed(before))
            elif other not in view.steps:
                yield Finding(path, f"waits for {other!r}, which does not exist in this lane", listed(before))
            elif name not in view.reach[other]:
                yield Finding(path, f"waits for {other!r}, from which no way leads here", listed(before))
            elif other not in before:
                yield Finding(path, f"waits for {other!r}, which only comes after it", listed(before))


def _before(view: View, join: str) -> list[str]:
    """The steps from which a way leads to a join, and that can come before it does: a way back to them round a loop
    does not count."""
    without = {name: to - {join} for name, to in view.successors.items() if name != join}
    met = {view.whole.start} | reachable(without).get(view.whole.start, frozenset())
    return [name for name in view.steps if name in met and name != join and join in view.reach[name]]


def parallel_ways_come_together(view: View) -> Iterator[Finding]:
    forks = any(len(way.branch.to) > 1 for way in view.ways) or any(step.once for step in view.steps.values())
    if not forks or not _is_sound(view):
        return
    for facts in islice(_combinations(view), MOST_FACTS):
        found = _walk(view, facts)
        if found is not None:
            yield found
            return


def _is_sound(view: View) -> bool:
    """Whether the engine could run it at all; if not, other rules have said why."""
    targets = {target for way in view.ways for target in way.targets} | {view.whole.start}
    free_ends = all(not leads.branches[-1].when for step in view.steps.values() for leads in step.on.values())
    return targets <= view.steps.keys() and free_ends


def _combinations(view: View) -> Iterator[dict[str, Any]]:
    asked: dict[str, set[Any]] = {}
    for way in view.ways:
        for name, values in (way.branch.when or {}).items():
            asked.setdefault(name, set()).update(values)
    known = [view.whole.field[name] for name in asked if name in view.whole.field]
    for values in product(*(_values(field, asked[field.id]) for field in known)):
        yield {field.id: value for field, value in zip(known, values, strict=True)}


def _values(field: FormField, asked: set[Any]) -> Sequence[Any]:
    """The values worth telling apart: each one asked about, and one that nobody asked about where there is such."""
    if field.type is FieldType.FLAG:
        return [True, False]
    rest: list[Any] = [choice for choice in field.choices if choice not in asked] or [None]
    return [*sorted(asked, key=str), rest[0]]


def _walk(view: View, facts: dict[str, Any]) -> Finding | None:
    """The first trouble by the fewest outcomes: breadth first, and in the order of the names, so that the same file
    always gets the same answer."""
    first: Situation = (frozenset({view.whole.start}), frozenset(), False)
    seen, todo = {first}, deque([first])
    once = {name for name, step in view.steps.items() if step.once}
    while todo:
        live, done, accepted = todo.popleft()
        for step in sorted(live):
            others = live - {step}
            done_after = done | ({step} & once)
            for outcome, leads in view.steps[step].on.items():
                after = advance(view.graph, step, outcome, facts=facts, others=others, done=done_after)
                if after.end is not None:
                    if after.end is End.ISSUED and others:
                        return _unjoined(view, step, outcome, others)
                    continue
                opened = others | set(after.opens) | ({after.resume} if after.resume else set())
                if not opened:
                    return _stranded(view, step, outcome)
                accepting = None if accepted or after.resume is None else _accepting(view, others)
                if accepting is not None:
                    return _answered_too_late(view, step, outcome, accepting)
                situation = (opened, done_after, accepted or leads.accepts)
                if situation not in seen:
                    seen.add(situation)
                    todo.append(situation)
        if len(seen) > MOST_SITUATIONS:
            return Finding(("steps",), "has too many parallel ways to prove that they come together", "fewer at a time")
    return None


def _accepting(view: View, others: frozenset[str]) -> str | None:
    """A step, open beside or after these, that can find the dossier complete."""
    ahead = others.union(*(view.reach[other] for other in others))
    return next((name for name in sorted(ahead) if any(leads.accepts for leads in view.steps[name].on.values())), None)


def _unjoined(view: View, step: str, outcome: str, others: frozenset[str]) -> Finding:
    problem = f"outcome {outcome!r} issues the document while {listed(others)} may still be open"
    return Finding(
        view.path(step, "on", outcome), problem, "a step with waits_for that brings the parallel ways together"
    )


def _stranded(view: View, step: str, outcome: str) -> Finding:
    problem = f"after outcome {outcome!r} nothing may be left to do, and the dossier would stand still"
    allowed = "ways that lead to the join or to an end; a once step whose first outcome leads to a step"
    return Finding(view.path(step, "on", outcome), problem, allowed)


def _answered_too_late(view: View, step: str, outcome: str, accepting: str) -> Finding:
    problem = f"outcome {outcome!r} returns the dossier while {accepting!r} beside it may yet find it complete"
    allowed = "accepts: true on an outcome before the ways part"
    return Finding(view.path(step, "on", outcome), problem, allowed)
