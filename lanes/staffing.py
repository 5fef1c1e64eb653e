"""What a team would do with more or fewer people, by simulation; validated against what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Protocol

from domain.calendar.plan import micros
from domain.errors import Refused
from domain.office import OfficeConfig
from domain.roles import Lane
from domain.staffing import ENOUGH, Figures, Interval, Job, Learned, interval, is_near, learn
from lanes.people import People
from lanes.ports import Clock, Progress
from lanes.store import Store


class Simulator(Protocol):
    """See `adapters.staffing.simulate`."""

    def __call__(self, jobs: Sequence[Job], services: Sequence[int], people: int, span: int) -> Figures: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Simulated:
    """What so many people would have done with the same tasks, over the runs. `load` is the work that came in as a
    share of their time; above 1 the line `grows` without end."""

    people: int
    load: float
    grows: bool
    median_wait_hours: Interval
    p90_wait_hours: Interval
    on_time: Interval
    longest_queue: Interval
    utilisation: Interval


@dataclass(frozen=True, kw_only=True, slots=True)
class WhatIf:
    """A team's line from `since` until `until`, measured and simulated. `present` are its people now, `worked_by` those
    who did its tasks; `learned_from` tasks told how long they take. `unknown` says why there is no answer ("": there
    is one). `near` tells whether the simulation with those who worked comes near what was measured."""

    lane: Lane
    team: str
    since: datetime
    until: datetime
    present: int
    worked_by: int
    asked: int
    learned_from: int
    runs: int
    measured: Figures | None
    simulated: tuple[Simulated, ...] = ()
    near: bool | None = None
    unknown: str = ""


class Staffing:
    """Answers what-ifs; changes nothing."""

    def __init__(self, store: Store, config: OfficeConfig, clock: Clock, people: People, simulate: Simulator) -> None:
        self._store, self._config, self._clock = store, config, clock
        self._people, self._simulate = people, simulate

    def what_if(
        self, lane: Lane, team: str, people: int, *, days: int = 28, runs: int = 30, progress: Progress | None = None
    ) -> WhatIf:
        """The last `days` of a team with so many people. Raises Refused for an unknown team."""
        now = self._clock.now()
        known = self._config.lanes[lane].team.get(team)
        if known is None:
            raise Refused("unknown_team", f"The {lane} lane has no team {team!r}.",
                          allowed=", ".join(sorted(self._config.lanes[lane].team)))  # fmt: skip
        since = now - timedelta(days=days)
        with self._store.read() as work:
            tasks = work.ledgers.team_tasks(lane, team, since)
            present = len(self._people.present(work, known, lane, now))
        learned = learn(tasks, self._config.calendars[lane], micros(since), micros(now))
        told = WhatIf(lane=lane, team=team, since=since, until=now, present=present, worked_by=learned.worked_by,
                      asked=people, learned_from=learned.known, runs=runs, measured=learned.measured)  # fmt: skip
        return self._answered(told, learned, progress)

    def _answered(self, told: WhatIf, learned: Learned, progress: Progress | None) -> WhatIf:
        if learned.known < ENOUGH or learned.measured is None:
            unknown = (f"only {learned.known} tasks of this time tell how long one takes; "
                       f"from {ENOUGH} on there is something to learn from")  # fmt: skip
            return replace(told, unknown=unknown)
        sizes = sorted({told.worked_by, told.present, told.asked} - {0})
        drawn = [learned.drawn(seed) for seed in range(1, told.runs + 1)]
        simulated = []
        for done, size in enumerate(sizes):
            runs = []
            for number, services in enumerate(drawn):
                if progress is not None:
                    progress(done * told.runs + number, len(sizes) * told.runs)
                runs.append(self._simulate(learned.jobs, services, size, learned.span))
            simulated.append(_over(runs, size, learned.load(size)))
        alike = next(each for each in simulated if each.people == told.worked_by)
        near = is_near(learned.measured, alike.median_wait_hours, alike.p90_wait_hours, alike.on_time)
        return replace(told, simulated=tuple(simulated), near=near)


def _over(runs: Sequence[Figures], people: int, load: float) -> Simulated:
    measures = [name for each in fields(Figures) if (name := each.name) != "tasks"]
    told = {name: interval([getattr(run, name) for run in runs]) for name in measures}
    return Simulated(people=people, load=load, grows=load > 1, **told)
