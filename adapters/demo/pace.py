"""How long people take, and how many of them are at their desks: enough for the load, as everywhere with some left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil, log
from random import Random
from typing import Final

from adapters.demo.mix import Planned
from domain.lane import LaneRules
from domain.office import OfficeConfig
from domain.roles import Lane, Role

#: Mean minutes for one task, by role; what differs, by step.
MINUTES: Final = {
    Role.FRONT_OFFICE: 6.0, Role.SIAK_OPERATOR: 9.0, Role.VERIFIER: 5.0, Role.DIVISION_HEAD: 2.0,
    Role.AGENCY_HEAD: 1.0, Role.PRINT_OPERATOR: 3.0, Role.HANDOVER_OFFICER: 4.0,
}  # fmt: skip
STEP_MINUTES: Final = {"record_biometrics": 7.0, "deliver": 10.0, "deliver_again": 10.0, "decide_late": 4.0}
BREAK_BETWEEN_SIGNINGS: Final = timedelta(minutes=30)
#: How much working time before the end of the demo people take nothing new any more: the later in a dossier's way, the
#: earlier, so that work lies on every desk for whoever signs in then, at whatever hour.
LEFT_BEFORE_THE_END: Final = {
    Role.FRONT_OFFICE: timedelta(minutes=30), Role.SIAK_OPERATOR: timedelta(minutes=75),
    Role.VERIFIER: timedelta(minutes=120), Role.DIVISION_HEAD: timedelta(minutes=180),
    Role.AGENCY_HEAD: timedelta(minutes=225), Role.PRINT_OPERATOR: timedelta(minutes=225),
    Role.HANDOVER_OFFICER: timedelta(minutes=270),
}  # fmt: skip
_SPREAD: Final = 0.5  # sigma of the lognormal: most are near the mean, a few take three times as long
_BUSY: Final = 0.9  # how much of their hours people are planned to be busy
_CARDS: Final = 0.55  # of all applications end in a card, which is printed and may be delivered
_DESKS: Final = {Role.PRINT_OPERATOR: _CARDS, Role.SIAK_OPERATOR: 1.15, Role.FRONT_OFFICE: 1.2}  # tasks a dossier


def service_time(role: Role, step: str, draw: Random) -> timedelta:
    """How long one task takes a person: lognormal around the mean, at least 20 seconds and at most five times it."""
    mean = STEP_MINUTES.get(step) or MINUTES[role]
    minutes = draw.lognormvariate(log(mean) - _SPREAD**2 / 2, _SPREAD)
    return timedelta(seconds=round(60 * min(max(minutes, 1 / 3), 5 * mean)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Worker:
    """A person on duty: where, and by which lane's hours (`lane`; those who serve both lanes keep the counters')."""

    username: str
    lane: Lane
    roles: frozenset[Role]


def on_duty(config: OfficeConfig, planned: Sequence[Planned], days: float) -> list[Worker]:
    """Who works when these applications come in over `days` working days: of each team as many as the load needs.

    Its lead comes last. Who serves both lanes keeps the counters' hours.
    """
    workers: dict[str, Worker] = {}
    for lane in (Lane.MANUAL, Lane.ONLINE):
        rules = config.lanes[lane]
        come = [one for one in planned if one.lane is lane]
        for team in rules.teams:
            if not MINUTES.keys() & set(team.roles):
                continue  # nobody complains in the demo
            own = [one for one in come if team.division in (None, config.workflows[one.code].division)]
            for username in _needed(rules, team.members, team.lead, team.roles, len(own) / max(days, 0.25)):
                known = workers.get(username)
                roles = frozenset(team.roles) | (known.roles if known else frozenset())
                workers[username] = Worker(username=username, lane=known.lane if known else lane, roles=roles)
    return list(workers.values())


def _needed(
    rules: LaneRules, members: Sequence[str], lead: str, roles: Iterable[Role], dossiers_a_day: float
) -> list[str]:
    minutes = sum(dossiers_a_day * MINUTES.get(role, 0.0) * _DESKS.get(role, 1.0) for role in roles)
    count = ceil(minutes / (rules.day / timedelta(minutes=1) * _BUSY)) or 1
    others = [name for name in members if name != lead]
    return (others or list(members))[:count] if not set(roles) & {Role.AGENCY_HEAD} else [lead]


def cards_expected(planned: Sequence[Planned], config: OfficeConfig) -> Mapping[str, int]:
    """How many blanks of each kind these applications will ask for."""
    counts = dict.fromkeys(config.office.stock, 0)
    for one in planned:
        for product in (config.workflows[one.code].product, *config.workflows[one.code].also):
            if product.card in counts:
                counts[product.card] += 1
    return counts
