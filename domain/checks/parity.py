"""The rule that the online lane promises nobody less than the walk-in lane does (design, section 1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from domain.checks.finding import Finding
from domain.checks.office import Surroundings
from domain.checks.promises import where
from domain.duration import Budget
from domain.lane import LaneRules
from domain.ordinary_week import NEVER, OrdinaryWeek
from domain.roles import Lane
from domain.words import length

_Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _Less:
    """A document type of which less is promised online; `there` is how long it takes at the counter."""

    code: str
    there: timedelta
    problem: str
    allowed: str


def online_promises_no_less(rules: LaneRules, around: Surroundings) -> Iterator[Finding]:
    """A document type's target and limit take at most as long as the walk-in lane's, and its applicants have at least
    as long to answer, each by its own lane's hours, unless an exemption that lasts names it. What one line of the lane
    file says is told once, however many types it is wrong for."""
    manual = next((other for other in around.others if other.lane is Lane.MANUAL), None)
    ours, theirs = around.weeks.get(Lane.ONLINE), around.weeks.get(Lane.MANUAL)
    if rules.lane is not Lane.ONLINE or manual is None or ours is None or theirs is None:
        return
    found: dict[_Place, list[_Less]] = defaultdict(list)
    for code, workflow in around.workflows.items():
        exemption = rules.parity.exempt.get(code) if rules.parity else None
        ended = exemption is not None and around.today is not None and exemption.until < around.today
        if exemption is not None and not ended:
            continue
        promises = {
            "target": (rules.target(code), manual.target(code)),
            "limit": (rules.limit(code, workflow.limit), manual.limit(code, workflow.limit)),
            "answer": (rules.answer(code), manual.answer(code)),
        }
        for key, (here, there) in promises.items():
            if here is None or there is None:
                continue
            long, short = ours.takes(here), theirs.takes(there)
            if (long < short) if key == "answer" else (long > short):
                than, most = ("shorter", "least") if key == "answer" else ("longer", "most")
                problem = (
                    f"the {key} {here.text} of {code} is {than} than the walk-in lane's {there.text}: on average"
                    f" {_told(long)}{_by(here, rules, ours)}, there {_told(short)}{_by(there, manual, theirs)}"
                )
                if exemption is not None and ended:
                    problem += f"; its exemption ended on {exemption.until}"
                allowed = (
                    f"at {most} {_told(short)} by this lane's own hours,"
                    f" or parity.exempt.{code} with a reason and an end to come"
                )
                found[where(rules, code, key)].append(_Less(code, short, problem, allowed))
    for place, less in found.items():
        # The type that asks for most: what is right for it is right for all.
        told = (max if place[-1] == "answer" else min)(less, key=lambda each: each.there)
        others = ", ".join(each.code for each in less if each is not told)
        yield Finding(place, f"{told.problem}; so too for {others}" if others else told.problem, told.allowed)


def _told(time: timedelta) -> str:
    return "without end" if time == NEVER else length(time).en


def _by(budget: Budget, rules: LaneRules, week: OrdinaryWeek) -> str:
    """What the working time of a promise is counted by."""
    day = f"1wd = {rules.working_day}, " if budget.text.endswith("wd") else ""
    return f" ({day}{length(week.open, working=True).en} open a week)" if budget.working else ""
