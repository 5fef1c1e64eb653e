"""Five weeks that try an office: what befalls it, week by week, and the applications that come in on top.

1. the register's network fails, the power too, and a lead is ill; 2. half of the online lane's data entry is away;
3. they are back, and the walk-in lane lends one of its own; 4. walk-ins come in a flood; 5. the online lane promises
less time, by rules that its manager has previewed. A week is five working days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Final

from adapters.demo.incidents import CLOSES, OPENS, Away, Events, NewRules, at, events, team_with
from adapters.demo.mix import Day, Planned, plan
from adapters.demo.pace import Worker
from domain.calendar import WorkingCalendar
from domain.office import OfficeConfig
from domain.roles import Lane, Role

WEEKS: Final = ("network fails", "online entry halved", "a loan", "walk-in flood", "new online rules")
DAYS: Final = 25
DOSSIERS: Final = 700
"""Applications in all, when nobody says otherwise, without those of the flood: a small office's five weeks."""
FLOOD: Final = 3.0
"""Applications on top of the ordinary ones of the walk-in lane in the fourth week, as a share of these."""
_OUTAGE, _CUT, _LOAN, FLOODED, _RULES = range(5)
_BEFORE_WORK: Final = timedelta(hours=5)  # of the first day under new rules
_DELIVERED: Final = ("KTP-BARU", "KTP-GANTI", "KTP-UBAH", "KIA-BARU", "KIA-GANTI")
_COURIER: Final = "kurir mengantar pada hari kerja berikutnya (contoh)"
_EXEMPT_FOR: Final = timedelta(days=90)
_TIGHTER: Final = (
    ("  default:\n    target: 1wd\n", "  default:\n    target: 3wh\n"),
    *((f"    {code}: {{target: 2wd}}\n", f"    {code}: {{target: 10wh}}\n") for code in _DELIVERED[:3]),
)


def exemptions(today: date) -> tuple[str, str]:
    """What the online lane's file says of parity, and what its manager makes of it for these weeks: a card that a
    courier brings the next day is not held against one that is fetched the same day."""
    rule = f"{{reason: {_COURIER}, until: {today + _EXEMPT_FOR}}}"
    exempt = ", ".join(f"{code}: {rule}" for code in _DELIVERED)
    return "every: 1h}\n", f"every: 1h, exempt: {{{exempt}}}}}\n"


def weeks(days: Sequence[Day]) -> list[Sequence[Day]]:
    """The days of the five weeks; a day on top of them, which has just begun, counts with the last."""
    five = len(WEEKS)
    return [days[5 * week : 5 * week + 5 if week < five - 1 else len(days)] for week in range(five)]


def flood(days: Sequence[Day], planned: Sequence[Planned], calendar: WorkingCalendar, draw: Random) -> list[Planned]:
    """The ordinary applications and, in the fourth week, those on top: by all channels of the walk-in lane."""
    high = weeks(days)[FLOODED]
    ordinary = sum(one.lane is Lane.MANUAL and high[0].start <= one.at <= high[-1].end for one in planned)
    more = plan(high, calendar, online_share=0, total=round(FLOOD * ordinary), draw=draw)
    first = max((one.index for one in planned), default=-1) + 1
    return sorted((*planned, *(replace(one, index=first + one.index) for one in more)), key=lambda one: one.at)


def befalls(days: Sequence[Day], config: OfficeConfig, workers: Sequence[Worker]) -> Events:
    """What happens once. `workers`: who is on duty for the ordinary applications."""
    week = weeks(days)
    once = events(week[_OUTAGE], config, workers)
    team = team_with(config, Lane.ONLINE, Role.SIAK_OPERATOR)
    on_duty = [worker.username for worker in workers if worker.username in team.members]
    cut = [Away(username=name, begins=at(week[_CUT][0], OPENS), ends=at(week[_CUT][-1], CLOSES))
           for name in on_duty[len(on_duty) // 2 :]]  # fmt: skip
    loan = replace(once.help, begins=at(week[_LOAN][0], OPENS), ends=at(week[_LOAN][1], CLOSES))
    rules = NewRules(at=week[_RULES][0].start + _BEFORE_WORK, lane=Lane.ONLINE, changes=_TIGHTER, days=7)
    return replace(once, away=(*once.away, *cut), help=loan, new_rules=rules)
