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

_OPENS, _CLOSES = timedelta(hours=8), timedelta(hours=16)
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
class Events:
    """What happens once. `network`, `power`: from when until when; the power fails in the walk-in lane only and is put
    on record at `power_recorded`; `ill` is away from `ill_from` until `ill_until`. `begins`: midnight of the first
    working day, in office time."""

    begins: datetime
    network: tuple[datetime, datetime]
    power: tuple[datetime, datetime]
    power_recorded: datetime
    ill: str
    ill_from: datetime
    ill_until: datetime
    help: Help
    refill_at: datetime
    refill: int = 2_000


def events(days: Sequence[Day], config: OfficeConfig, workers: Sequence[Worker]) -> Events:
    """What happens in these days. The middle day has the network's fault, the ill lead and the guest; the first, the
    power cut; a late one, the blanks."""
    middle, first = days[(len(days) - 1) // 2], days[0]
    entry, checks = _team(config, Lane.MANUAL, Role.SIAK_OPERATOR), _team(config, Lane.MANUAL, Role.VERIFIER)
    online = _team(config, Lane.ONLINE, Role.SIAK_OPERATOR)
    return Events(
        begins=first.start, network=(_at(middle, _NETWORK[0]), _at(middle, _NETWORK[1])),
        power=(_at(first, _POWER[0]), _at(first, _POWER[1])), power_recorded=_at(first, _POWER_RECORDED),
        ill=checks.lead, ill_from=_at(middle, _OPENS), ill_until=middle.start + timedelta(days=1) + _OPENS,
        help=Help(
            username=_to_spare(entry, workers), lender=Lane.MANUAL, lane=Lane.ONLINE, team=online.id,
            begins=_at(middle, _HELP[0]), ends=_at(middle, _HELP[1]),
        ),
        refill_at=_at(days[-1 - len(days) // 4], _REFILL),
    )  # fmt: skip


def _at(day: Day, time: timedelta) -> datetime:
    """This time of a day; earlier in proportion where the day is not over yet."""
    opens = day.start + _OPENS
    lasts = min(day.end - opens, _CLOSES - _OPENS)
    return opens + lasts * ((time - _OPENS) / (_CLOSES - _OPENS))


def _team(config: OfficeConfig, lane: Lane, role: Role) -> Team:
    return next(team for team in config.lanes[lane].teams if role in team.roles)


def _to_spare(team: Team, workers: Sequence[Worker]) -> str:
    """Who of a team is not needed for its own load; the last of them when all are."""
    busy = {worker.username for worker in workers}
    others = [name for name in team.members if name != team.lead]
    return next((name for name in others if name not in busy), others[-1])
