"""Rules about a lane's times: every step has one, for document types and steps that exist, within the law's limit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta

from domain.checks.finding import Finding, listed, unknown
from domain.checks.office import Surroundings, unknown_types
from domain.duration import Budget, parse
from domain.lane import LaneRules, Sla
from domain.roles import SERVED_AS_THEY_COME, Role
from domain.words import length


def a_working_day_fits_into_a_day(rules: LaneRules, _: Surroundings) -> Iterator[Finding]:
    if not timedelta(hours=1) <= rules.day <= timedelta(hours=24):
        yield Finding(("working_day",), f"{rules.working_day!r} is no length of a working day", "1h to 24h")


def a_working_day_is_no_longer_than_the_calendars(rules: LaneRules, around: Surroundings) -> Iterator[Finding]:
    week = around.weeks.get(rules.lane)
    if week is not None and rules.day > week.longest_day:
        longest = length(week.longest_day, working=True).en if week.open else "not open at all"
        problem = f"a working day of {rules.working_day} is longer than any day of the calendar {rules.calendar!r}"
        yield Finding(("working_day",), problem, f"at most its longest day in an ordinary week: {longest}")


def the_default_covers_every_step(rules: LaneRules, _: Surroundings) -> Iterator[Finding]:
    for key in ("target", "human", "automatic", "answer"):
        if getattr(rules.sla.default, key) is None:
            yield Finding(("sla", "default"), f"{key!r} is missing", "a duration such as 2wh or 1wd")


def promises_are_for_known_types(rules: LaneRules, around: Surroundings) -> Iterator[Finding]:
    return unknown_types(("sla", "types"), rules.sla.types, around)


def promises_are_for_known_steps(rules: LaneRules, around: Surroundings) -> Iterator[Finding]:
    here = {code: frozenset(workflow.in_lane(rules.lane).steps) for code, workflow in around.workflows.items()}
    # A default may name a step of any type; while a workflow cannot be read, it may be one of that.
    if here.keys() == set(around.codes):
        anywhere = frozenset().union(*here.values())
        yield from _steps(("sla", "default"), rules.sla.default, anywhere)
    for code, sla in rules.sla.types.items():
        if code in here:
            yield from _steps(("sla", "types", code), sla, here[code])


def _steps(path: tuple[str | int, ...], sla: Sla, known: frozenset[str]) -> Iterator[Finding]:
    for step in sla.steps:
        if step not in known:
            yield Finding((*path, "steps", step), unknown("step", step, known), listed(known))


def no_promise_is_longer_than_the_law_allows(rules: LaneRules, around: Surroundings) -> Iterator[Finding]:
    for code, workflow in around.workflows.items():
        statutory = parse(workflow.limit, working_day=rules.day)
        limit = rules.limit(code, workflow.limit)
        if _takes(limit, rules, around) > _takes(statutory, rules, around):
            problem = f"the limit {limit.text} of {code} is longer than its statutory {statutory.text}"
            yield Finding(where(rules, code, "limit"), problem, f"at most {statutory.text}")
        target = rules.target(code)
        if target is not None and _takes(target, rules, around) > _takes(limit, rules, around):
            problem = f"the target {target.text} of {code} is longer than its limit {limit.text}"
            yield Finding(where(rules, code, "target"), problem, f"at most {limit.text}")


def no_step_is_longer_than_the_whole(rules: LaneRules, around: Surroundings) -> Iterator[Finding]:
    """A person's step that may take longer than its dossier's limit would be due when the whole is late already; what
    the system waits for, such as blanks, takes as long as it takes. A line is told once, for its shortest limit."""
    whole = {code: rules.limit(code, workflow.limit) for code, workflow in around.workflows.items()}
    yield from _longer_than(whole, "limit", rules, around)


def a_step_is_hardly_longer_than_the_target(rules: LaneRules, around: Surroundings) -> Iterator[Finding]:
    """The same of what the office promises, but for steps that wait for applicants to come: allowed, for a step may use
    what others leave, but seldom meant. Limits are `no_step_is_longer_than_the_whole`'s."""
    targets = {code: target for code in around.workflows if (target := rules.target(code)) is not None}
    yield from _longer_than(targets, "target", rules, around, but=SERVED_AS_THEY_COME)


def _longer_than(
    whole: Mapping[str, Budget], what: str, rules: LaneRules, around: Surroundings, *, but: Collection[Role] = ()
) -> Iterator[Finding]:
    found: dict[tuple[str | int, ...], tuple[timedelta, Finding]] = {}
    for code, budget in whole.items():
        most = _takes(budget, rules, around)
        for name, step in around.workflows[code].in_lane(rules.lane).steps.items():
            place = _where_step(rules, code, name)
            if step.human is None or step.human in but or place is None:
                continue
            given = rules.step_budget(code, name, human=True)
            if _takes(given, rules, around) > most and (place not in found or most < found[place][0]):
                longer = f"is longer than the whole dossier's {what}, {budget.text}"
                problem = f"the {given.text} of step {name} of {code} {longer}"
                found[place] = most, Finding(place, problem, f"at most {budget.text}")
    yield from (finding for _, finding in found.values())


def _where_step(rules: LaneRules, code: str, step: str) -> tuple[str | int, ...] | None:
    """Where the lane file says how long a person's step may take; None where it does not."""
    own, default = rules.sla.types.get(code), rules.sla.default
    if own and own.steps.get(step):
        return ("sla", "types", code, "steps", step)
    if default.steps.get(step):
        return ("sla", "default", "steps", step)
    place = where(rules, code, "human")
    return place if place[1] == "types" or default.human else None


def _takes(budget: Budget, rules: LaneRules, around: Surroundings) -> timedelta:
    """How long it takes on the wall, by the one measure that online and manual promises are compared by too; by the
    working day alone where the lane's hours cannot be read."""
    week = around.weeks.get(rules.lane)
    return week.takes(budget) if week is not None else budget.on_the_wall(rules.day)


def where(rules: LaneRules, code: str, key: str) -> tuple[str | int, ...]:
    """Where the lane file says this of a document type."""
    own = rules.sla.types.get(code)
    return ("sla", "types", code, key) if own and getattr(own, key) else ("sla", "default", key)
