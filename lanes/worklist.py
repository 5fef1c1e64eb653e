"""How much waits for somebody: what they hold, what stands in their teams' lines, how much of it is overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.dossier import TaskStatus
from domain.office import OfficeConfig
from domain.roles import Lane
from lanes.people import People, away
from lanes.ports import Clock
from lanes.store import Standing, Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """Tasks: held by a person, waiting in their teams' lines, and of those waiting the overdue ones."""

    held: int
    waiting: int
    overdue: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Hands:
    """Somebody of a team, those on loan to it included: how many tasks they hold, and until when they are away (None:
    they are there)."""

    username: str
    held: int
    away_until: datetime | None


class Worklist:
    """Counts; changes nothing."""

    def __init__(self, store: Store, config: OfficeConfig, clock: Clock, people: People) -> None:
        self._store, self._config, self._clock, self._people = store, config, clock, people

    def standing(self) -> dict[Lane, list[Standing]]:
        """What stands in both lanes, by team: one look serves everybody's counts."""
        now = self._clock.now()
        with self._store.read() as work:
            return {lane: work.tasks.standing(lane, now, self._config.office.midnight(now)) for lane in Lane}

    def hands(self, lane: Lane, team: str) -> list[Hands]:
        """Everybody of a team, without who does not work here any more."""
        now = self._clock.now()
        with self._store.read() as work:
            names = sorted(name for name, teams in self._people.teams_in(work, lane, now).items() if team in teams)
            held, missing = work.tasks.open_work(names), away(work, now)
        return [
            Hands(username=name, held=held[name], away_until=missing[name].until if name in missing else None)
            for name in names
        ]

    def counts(self, username: str, standing: dict[Lane, list[Standing]]) -> Counts:
        """A person's counts, out of what stands in the lanes. Raises Refused for a stranger."""
        with self._store.read() as work:
            teams = set(self._people.actor(work, username, self._clock.now()).teams)
            held = work.tasks.open_work([username]).get(username, 0)
        mine = [
            each for lane, found in standing.items() for each in found
            if each.status is TaskStatus.OPEN and (lane, each.team) in teams
        ]  # fmt: skip
        return Counts(held=held, waiting=sum(e.steps for e in mine), overdue=sum(e.overdue for e in mine))
