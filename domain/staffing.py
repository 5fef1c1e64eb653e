"""What more or fewer people in a team would change: what is learned from its tasks, and how a simulation is judged.

The team is seen as a line of tasks in lane order and some people who each do one at a time, in the lane's working
hours. The tasks come in when they really did; how long each takes is drawn from what tasks of its step took.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from statistics import NormalDist, fmean, stdev

from domain.calendar import WorkingCalendar
from domain.quantile import weighted_quantile

ENOUGH = 30
"""From so many tasks on a service time is known well enough to draw from."""
_NEAR = 0.1
"""How far, as a share from 0 to 1, the simulated share in time may lie from the measured one."""
_NEAR_HOURS = 0.25
"""How far the simulated median wait may lie from the measured one: a quarter of an hour, or half of it if more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamTask:
    """A person's task; instants in microseconds since 1970. `by` is who completed it."""

    id: int
    step: str
    priority: int
    ready: int
    due: int | None
    claimed: int | None
    done: int | None
    by: str | None


@dataclass(frozen=True, slots=True)
class Job:
    """A task as the simulation takes it: when it comes in, its place in lane order (the least goes first), when it is
    due, its step. Times are in microseconds of working time since the simulation began; `due` None: never."""

    ready: int
    order: tuple[int, bool, int, int]
    due: int | None
    step: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """How a line did. Hours are working time from ready to taken; shares are from 0 to 1."""

    tasks: int
    median_wait_hours: float
    p90_wait_hours: float
    on_time: float
    longest_queue: int
    utilisation: float


@dataclass(frozen=True, slots=True)
class Interval:
    """The mean over the runs, and between what it lies with 95 % confidence (normal approximation)."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)  # no slots, so that what is cached has a place
class Learned:
    """What a team's tasks of a time teach. `services` are, by step, how much working time (microseconds) tasks were in
    hand; `worked_by` is how many people completed some; `span` the working time of the period."""

    jobs: tuple[Job, ...]
    services: Mapping[str, tuple[int, ...]]
    measured: Figures | None
    worked_by: int
    span: int

    @property
    def known(self) -> int:
        """How many tasks had a time in hand to learn from."""
        return sum(len(values) for values in self.services.values())

    @cached_property
    def mean_service(self) -> float:
        """Of all jobs, in microseconds of working time. Raises ZeroDivisionError when there is none."""
        means = {step: fmean(self.pool(step)) for step in {job.step for job in self.jobs}}
        return sum(means[job.step] for job in self.jobs) / len(self.jobs)

    def load(self, people: int) -> float:
        """The work that came in, as a share of the working time of so many people; above 1 the line grows."""
        return len(self.jobs) * self.mean_service / (people * self.span)

    def pool(self, step: str) -> tuple[int, ...]:
        """What to draw a step's service times from: its own where they are enough, otherwise those of all steps."""
        own = self.services.get(step, ())
        return (
            own if len(own) >= ENOUGH else tuple(each for name in sorted(self.services) for each in self.services[name])
        )

    def drawn(self, seed: int) -> list[int]:
        """A service time for each job, in the order of jobs."""
        random, pools = Random(seed), {step: self.pool(step) for step in {job.step for job in self.jobs}}  # noqa: S311
        return [random.choice(pools[job.step]) for job in self.jobs]


def learn(tasks: Sequence[TeamTask], calendar: WorkingCalendar, since: int, until: int) -> Learned:
    """What these tasks teach of the time from `since` until `until`.

    A task is in hand from when it was taken, or from when the same person was done with the one before if that was
    later: a list taken up in the morning is worked off one by one. A task done outside working hours, or completed
    without having been taken, teaches no service time. Time before the team's first task is not looked at.
    """
    since = max(since, min((task.ready for task in tasks), default=since))

    def at(instant: int) -> int:
        return calendar.worked(since, max(instant, since))

    services: dict[str, list[int]] = defaultdict(list)
    last: dict[str, int] = {}
    for task in sorted(tasks, key=lambda task: (task.done or until, task.id)):
        if task.done is None or task.by is None:
            continue
        begun = max(task.claimed or task.done, last.get(task.by, 0))
        last[task.by] = task.done
        if since < task.done <= until and (service := at(task.done) - at(min(begun, task.done))) > 0:
            services[task.step].append(service)
    jobs = sorted(
        (Job(at(t.ready), (-t.priority, t.due is None, t.due or 0, t.id), None if t.due is None else at(t.due), t.step)
         for t in tasks if t.ready <= until),
        key=lambda job: (job.ready, job.order),
    )  # fmt: skip
    done = [t for t in tasks if t.claimed is not None and t.done is not None and t.ready >= since and t.done <= until]
    people = {t.by for t in done if t.by}
    span = calendar.worked(since, until)
    known = sum(sum(values) for values in services.values())
    measured = None
    if done and people and span:
        waits = [(at(min(t.claimed or 0, t.done or 0)) - at(t.ready), t.due is None or (t.done or 0) <= t.due)
                 for t in done]  # fmt: skip
        changes = [(at(t.ready), 1) for t in tasks] + [(at(t.claimed), -1) for t in tasks if t.claimed is not None]
        measured = figures(waits, longest_queue=_longest(changes), utilisation=known / (len(people) * span))
    return Learned(jobs=tuple(jobs), services={step: tuple(each) for step, each in sorted(services.items())},
                   measured=measured, worked_by=len(people), span=span)  # fmt: skip


def figures(waits: Sequence[tuple[int, bool]], *, longest_queue: int, utilisation: float) -> Figures:
    """Of one or more tasks: how long each waited (microseconds of working time), and whether it was in time."""
    hours = [(wait / 3_600_000_000, 1.0) for wait, _ in waits]
    return Figures(
        tasks=len(waits), median_wait_hours=weighted_quantile(hours, 0.5), p90_wait_hours=weighted_quantile(hours, 0.9),
        on_time=sum(timely for _, timely in waits) / len(waits), longest_queue=longest_queue, utilisation=utilisation,
    )  # fmt: skip


def _longest(changes: Iterable[tuple[int, int]]) -> int:
    """The longest line that these changes (instant, +1 or -1) make; in one instant who leaves goes first."""
    longest = now = 0
    for _, change in sorted(changes):
        now += change
        longest = max(longest, now)
    return longest


def interval(values: Sequence[float]) -> Interval:
    """Of two or more runs; never beyond what a run gave, so that no share is above 1 and no wait below 0."""
    mean = fmean(values)
    half = NormalDist().inv_cdf(0.975) * stdev(values) / len(values) ** 0.5
    return Interval(mean, max(mean - half, min(values)), min(mean + half, max(values)))


def is_near(measured: Figures, median_wait_hours: Interval, p90_wait_hours: Interval, on_time: Interval) -> bool:
    """Whether a simulation with the people who really worked tells what was measured, near enough to be believed."""
    waits = ((median_wait_hours, measured.median_wait_hours), (p90_wait_hours, measured.p90_wait_hours))
    return (
        all(abs(found.mean - real) <= max(_NEAR_HOURS, real / 2) for found, real in waits)
        and abs(on_time.mean - measured.on_time) <= _NEAR
    )
