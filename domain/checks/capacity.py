"""Rules about what keeps the online lane from being starved: its share of people, and its being held to parity."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from domain.capacity import shares
from domain.checks.finding import Finding
from domain.checks.office import Surroundings, unknown_types
from domain.lane import LaneRules
from domain.roles import Lane


def the_lane_keeps_its_share_of_people(rules: LaneRules, around: Surroundings) -> Iterator[Finding]:
    if rules.capacity is None or not around.others:
        return
    lanes = {each.lane: each for each in (rules, *around.others)}
    share = shares(lanes)[rules.lane]
    if share < rules.capacity.share:
        problem = (
            f"its teams have {share:.0%} of the lanes' people, less than the {rules.capacity.least_share} it keeps"
        )
        yield Finding(("capacity", "least_share"), problem, "more members in this lane's teams, or a smaller share")


def the_online_lane_is_held_to_the_other(rules: LaneRules, around: Surroundings) -> Iterator[Finding]:
    if rules.lane is Lane.ONLINE and rules.parity is None:
        yield Finding(("parity",), "is missing", "parity: {} for the usual window, or window, at_least, every, exempt")
    if rules.lane is Lane.MANUAL and rules.parity is not None:
        yield Finding(("parity",), "only the online lane is held to the other", "parity in online.yaml")


LONGEST_EXEMPTION = timedelta(days=366)
FEWEST_WORDS, FEWEST_SIGNS = 3, 15
"""A reason of fewer says nothing to whoever reads it a year later."""


def exemptions_end_and_say_why(rules: LaneRules, around: Surroundings) -> Iterator[Finding]:
    for code, exemption in rules.parity.exempt.items() if rules.parity else ():
        path = ("parity", "exempt", code)
        if len(exemption.reason.split()) < FEWEST_WORDS or len(exemption.reason) < FEWEST_SIGNS:
            problem = f"the reason {exemption.reason!r} is too short to say why"
            yield Finding((*path, "reason"), problem, f"at least {FEWEST_WORDS} words of {FEWEST_SIGNS} signs together")
        if around.today is not None and exemption.until > around.today + LONGEST_EXEMPTION:
            problem = f"an exemption until {exemption.until} is for longer than a year"
            yield Finding((*path, "until"), problem, f"at latest {around.today + LONGEST_EXEMPTION}; it can be renewed")


def exempt_types_are_known(rules: LaneRules, around: Surroundings) -> Iterator[Finding]:
    return unknown_types(("parity", "exempt"), rules.parity.exempt if rules.parity else (), around)
