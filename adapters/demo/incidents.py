"""When what happens to the office: the register's network fails, the power, a lead is ill, a guest helps, blanks come.

Times are those of an ordinary day; on a day that is still going on they move closer together, so that everything has
happened and ended before the present.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from adapters.demo.mix import Day
from adapters.demo.pace import Worker
from domain.lane import Team
from domain.office import OfficeConfig
from domain.roles import Lane, Role

OPENS, CLOSES = timedelta(hours=8), timedelta(hours=16)
_NETWORK: Final = (timedelta(hours=10), timedelta(hours=12))  # of the middle day, by the office's clock
_POWER: Final = (timedelta(hours=8, minutes=40), timedelta(hours=9, minutes=20))  # of the first day
_POWER_RECORDED: Final = timedelta(hours=11, minutes=30)
_HELP: Final = (timedelta(hours=12, minutes=30), timedelta(hours=15, minutes=45))  # after the network is back
_REFILL: Final = timedelta(hours=13, minutes=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Help:
    """A loan: who of which lane helps in which other lane's team, and when."""

    username: str
    lender: Lane
    lane: Lane
    team: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Away:
    """Somebody is absent from an instant until another."""

    username: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class NewRules:
    """A lane's manager changes texts of its file into others, looks at the preview over the past `days`, and applies
    it."""

    at: datetime
    lane: Lane
    changes: tuple[tuple[str, str], ...]
    days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Events:
    """What happens once. `network`, `power`: from when until when; the power fails in the walk-in lane only and is put
    on record at `power_recorded`. `begins`: midnight of the first working day, in office time."""

    begins: datetime
    network: tuple[datetime, datetime]
    power: tuple[datetime, datetime]
    power_recorded: datetime
    away: tuple[Away, ...]
    help: Help
    refill_at: datetime
    refill: int = 2_000
    new_rules: NewRules | None = None


def events(days: Sequence[Day], config: OfficeConfig, workers: Sequence[Worker]) -> Events:
    """What happens in these days. The middle day has the network's fault, the ill lead and the guest; the first, the
    power cut; a late one, the blanks."""
    middle, first = days[(len(days) - 1) // 2], days[0]
    entry, checks = team_with(config, Lane.MANUAL, Role.SIAK_OPERATOR), team_with(config, Lane.MANUAL, Role.VERIFIER)
    online = team_with(config, Lane.ONLINE, Role.SIAK_OPERATOR)
    return Events(
        begins=first.start, network=(at(middle, _NETWORK[0]), at(middle, _NETWORK[1])),
        power=(at(first, _POWER[0]), at(first, _POWER[1])), power_recorded=at(first, _POWER_RECORDED),
        away=(Away(username=checks.lead, begins=at(middle, OPENS), ends=middle.start + timedelta(days=1) + OPENS),),
        help=Help(
            username=_to_spare(entry, workers), lender=Lane.MANUAL, lane=Lane.ONLINE, team=online.id,
            begins=at(middle, _HELP[0]), ends=at(middle, _HELP[1]),
        ),
        refill_at=at(days[-1 - len(days) // 4], _REFILL),
    )  # fmt: skip


def at(day: Day, time: timedelta) -> datetime:
    """This time of a day; earlier in proportion where the day is not over yet."""
    opens = day.start + OPENS
    lasts = min(day.end - opens, CLOSES - OPENS)
    return opens + lasts * ((time - OPENS) / (CLOSES - OPENS))


def team_with(config: OfficeConfig, lane: Lane, role: Role) -> Team:
    return next(team for team in config.lanes[lane].teams if role in team.roles)


def _to_spare(team: Team, workers: Sequence[Worker]) -> str:
    """Who of a team is not needed for its own load; the last of them when all are."""
    busy = {worker.username for worker in workers}
    others = [name for name in team.members if name != team.lead]
    return next((name for name in others if name not in busy), others[-1])
