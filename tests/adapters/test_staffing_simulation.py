"""The simulated line against what the theory of queues knows, and against lines short enough to work out by hand."""

from __future__ import annotations

from math import log
from random import Random

import pytest

from adapters.staffing import simulate
from domain.staffing import Job

HOUR = 3_600_000_000


def jobs(*ready: float, due: float | None = None) -> list[Job]:
    """Jobs that come in so many hours after the beginning, in lane order by age."""
    when = None if due is None else int(due * HOUR)
    return [Job(int(hours * HOUR), (0, True, 0, number), when, "enter") for number, hours in enumerate(ready)]


def test_a_line_with_random_arrivals_waits_as_theory_says() -> None:
    """M/M/1 at 80 % load: P(wait > t) = 0.8 exp(-(mu - lambda) t), with mu 1 and lambda 0.8 an hour."""
    random, at, arrivals = Random(7), 0.0, []
    for _ in range(40_000):
        at += random.expovariate(0.8)
        arrivals.append(at)
    services = [int(random.expovariate(1.0) * HOUR) for _ in arrivals]
    found = simulate(jobs(*arrivals), services, 1, int(at * HOUR))
    assert found.utilisation == pytest.approx(0.8, rel=0.05)
    assert found.median_wait_hours == pytest.approx(log(0.8 / 0.5) / 0.2, rel=0.2)
    assert found.p90_wait_hours == pytest.approx(log(0.8 / 0.1) / 0.2, rel=0.2)


def test_two_people_share_a_line_worked_out_by_hand() -> None:
    found = simulate(jobs(0, 0, 0, 0, due=3), [HOUR, 2 * HOUR, 2 * HOUR, 2 * HOUR], 2, 8 * HOUR)
    # The third begins after one hour and the fourth after two; those are done after three and after four hours.
    assert (found.median_wait_hours, found.p90_wait_hours) == (0.0, 2.0)
    assert found.on_time == 0.75
    assert found.longest_queue == 2
    assert found.utilisation == pytest.approx(7 / 16)


def test_the_first_in_lane_order_goes_first_and_nobody_is_interrupted() -> None:
    late = Job(0, (0, False, 9, 1), 9 * HOUR, "enter")
    urgent = Job(HOUR // 2, (-1, False, 9, 2), 2 * HOUR, "enter")
    plain = Job(0, (0, False, 9, 3), 2 * HOUR, "enter")
    found = simulate([late, plain, urgent], [HOUR, HOUR, HOUR], 1, 8 * HOUR)
    assert found.on_time == pytest.approx(2 / 3)  # the urgent one is done after two hours, the plain one after three


def test_work_after_the_end_of_the_time_looked_at_makes_nobody_busier_than_busy() -> None:
    found = simulate(jobs(0, 0, 0), [4 * HOUR] * 3, 1, 6 * HOUR)
    assert found.utilisation == 1.0
    assert found.p90_wait_hours == 8.0
