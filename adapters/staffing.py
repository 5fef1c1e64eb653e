"""A team's line simulated with simpy: the simulator that `lanes.staffing` asks for."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from domain.staffing import Figures, Job, figures


def simulate(jobs: Sequence[Job], services: Sequence[int], people: int, span: int) -> Figures:
    """Work off one or more jobs, each with its service time, by so many people; all in microseconds of working time.

    Who is free takes the first in lane order of those that are there, and finishes it. The line is worked off to its
    end, also after `span`; `utilisation` is of the people's time until then.
    """
    import simpy  # 0.05 s, which no other command need spend

    environment = simpy.Environment()
    team = simpy.PriorityResource(environment, capacity=people)
    waits: list[tuple[int, bool]] = []
    longest = busy = 0

    def work_off(job: Job, service: int) -> Generator[Any, Any, None]:
        nonlocal longest, busy
        with team.request(priority=job.order) as turn:  # type: ignore[arg-type]  # compared only, so a place will do
            longest = max(longest, len(team.queue))
            yield turn
            begun = int(environment.now)
            busy += max(min(begun + service, span) - begun, 0)
            yield environment.timeout(service)
        waits.append((begun - job.ready, job.due is None or environment.now <= job.due))

    def come_in() -> Generator[Any, Any, None]:
        for job, service in zip(jobs, services, strict=True):
            if job.ready > environment.now:
                yield environment.timeout(job.ready - environment.now)
            environment.process(work_off(job, service))

    environment.process(come_in())
    environment.run()
    return figures(waits, longest_queue=longest, utilisation=busy / (people * span))
