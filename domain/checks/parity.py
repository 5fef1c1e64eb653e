"""The rule that the online lane promises nobody less than the walk-in lane does (design, section 1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from domain.checks.finding import Finding
from domain.checks.office import Surroundings
from domain.checks.promises import where
from domain.duration import Budget
from domain.lane import LaneRules
from domain.ordinary_week import NEVER, OrdinaryWeek
from domain.roles import Lane
from domain.words import length


def online_promises_no_less(rules: LaneRules, around: Surroundings) -> Iterator[Finding]:
    """A document type's target and limit take at most as long as the walk-in lane's, each by its own lane's hours,
    unless an exemption that lasts names it."""
    manual = next((other for other in around.others if other.lane is Lane.MANUAL), None)
    ours, theirs = around.weeks.get(Lane.ONLINE), around.weeks.get(Lane.MANUAL)
    if rules.lane is not Lane.ONLINE or manual is None or ours is None or theirs is None:
        return
    for code, workflow in around.workflows.items():
        exemption = rules.parity.exempt.get(code) if rules.parity else None
        ended = exemption is not None and around.today is not None and exemption.until < around.today
        if exemption is not None and not ended:
            continue
        promises = {
            "target": (rules.target(code), manual.target(code)),
            "limit": (rules.limit(code, workflow.limit), manual.limit(code, workflow.limit)),
        }
        for key, (here, there) in promises.items():
            if here is None or there is None:
                continue
            long, short = ours.takes(here), theirs.takes(there)
            if long > short:
                problem = (
                    f"the {key} {here.text} of {code} is longer than the walk-in lane's {there.text}: on average"
                    f" {_told(long)}{_by(here, rules, ours)}, there {_told(short)}{_by(there, manual, theirs)}"
                )
                if exemption is not None and ended:
                    problem += f"; its exemption ended on {exemption.until}"
                allowed = (
                    f"at most {_told(short)} by this lane's own hours,"
                    f" or parity.exempt.{code} with a reason and an end to come"
                )
                yield Finding(where(rules, code, key), problem, allowed)


def _told(time: timedelta) -> str:
    return "without end" if time == NEVER else length(time).en


def _by(budget: Budget, rules: LaneRules, week: OrdinaryWeek) -> str:
    """What the working time of a promise is counted by."""
    day = f"1wd = {rules.working_day}, " if budget.text.endswith("wd") else ""
    return f" ({day}{length(week.open, working=True).en} open a week)" if budget.working else ""
