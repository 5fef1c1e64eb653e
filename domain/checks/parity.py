"""The rule that the online lane promises nobody less than the walk-in lane does (design, section 1)."""

from __future__ import annotations

from collections.abc import Iterator

from domain.checks.finding import Finding
from domain.checks.office import Surroundings
from domain.checks.promises import where
from domain.lane import LaneRules
from domain.roles import Lane


def online_promises_no_less(rules: LaneRules, around: Surroundings) -> Iterator[Finding]:
    """A document type's target and limit are at most the walk-in lane's, unless an exemption that lasts names it."""
    manual = next((other for other in around.others if other.lane is Lane.MANUAL), None)
    if rules.lane is not Lane.ONLINE or manual is None:
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
            if here.on_the_wall(rules.day) > there.on_the_wall(manual.day):
                problem = f"the {key} {here.text} of {code} is longer than the walk-in lane's {there.text}"
                if exemption is not None and ended:
                    problem += f", and its exemption ended on {exemption.until}"
                allowed = f"at most {there.text}, or parity.exempt.{code} with a reason and an end to come"
                yield Finding(where(rules, code, key), problem, allowed)
