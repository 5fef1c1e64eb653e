"""How far a lane's manager may loosen what watches over the lane: not so far that nobody looks any more.

The sweep, the comparison with the walk-in lane and the share of people are there for the citizens and for the head of
the office. Whoever is held to them tunes them, but does not switch them off.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.capacity import shares
from domain.checks.finding import Finding
from domain.checks.office import Surroundings
from domain.duration import elapsed
from domain.lane import LaneRules
from domain.roles import Lane

SWEPT_WITHIN = "1h"
"""A reminder that comes later than this misses the shortest steps altogether."""
COMPARED_WITHIN = "1d"
COMPARED_OVER = "7d"
"""Less than a week has no ordinary week in it."""
COMPARED_OVER_AT_MOST = "92d"
"""What is slower now would be hidden by what was quick in the quarter before."""
COMPARED_FROM, COMPARED_FROM_IN = 200, "28d"
"""Of how many dossiers at most in how long a window: with fewer coming in, the lanes would never be compared."""


def the_sweep_comes_often(rules: LaneRules, _: Surroundings) -> Iterator[Finding]:
    if elapsed(rules.watch.every) > elapsed(SWEPT_WITHIN):
        problem = f"every {rules.watch.every} is too seldom to see in time what fell due"
        yield Finding(("watch", "every"), problem, f"at most {SWEPT_WITHIN}")


def the_comparison_is_made(rules: LaneRules, _: Surroundings) -> Iterator[Finding]:
    if rules.parity is None:
        return
    window, every, at_least = rules.parity.window, rules.parity.every, rules.parity.at_least
    if elapsed(window) < elapsed(COMPARED_OVER):
        problem = f"{window} are too few days to compare the lanes over"
        yield Finding(("parity", "window"), problem, f"at least {COMPARED_OVER}")
    if elapsed(window) > elapsed(COMPARED_OVER_AT_MOST):
        problem = f"{window} are so many days that a lane which has become slow is not seen among them"
        yield Finding(("parity", "window"), problem, f"at most {COMPARED_OVER_AT_MOST}")
    if elapsed(every) > elapsed(COMPARED_WITHIN):
        problem = f"every {every} is too seldom to compare the lanes"
        yield Finding(("parity", "every"), problem, f"at most {COMPARED_WITHIN}")
    most = max(1, min(COMPARED_FROM, int(COMPARED_FROM * (elapsed(window) / elapsed(COMPARED_FROM_IN)))))
    if at_least > most:
        problem = f"the lanes would not be compared before each has finished {at_least} dossiers in {window}"
        yield Finding(("parity", "at_least"), problem, f"at most {most} over {window}")


def the_online_lane_keeps_half_of_its_people(rules: LaneRules, around: Surroundings) -> Iterator[Finding]:
    """Half of the share that its own teams come to."""
    if rules.lane is not Lane.ONLINE or not around.others:
        return
    own = shares({each.lane: each for each in (rules, *around.others)})[rules.lane]
    least = round(own * 100) // 2
    if rules.capacity is None:
        yield Finding(("capacity",), "is missing", f"capacity: {{least_share: {least}%}} or more")
    elif rules.capacity.share * 100 < least:
        problem = f"a share of {rules.capacity.least_share} would let more than half of its people be lent away"
        allowed = f"at least {least}%, half of the {own:.0%} of the lanes' people that its teams have"
        yield Finding(("capacity", "least_share"), problem, allowed)
