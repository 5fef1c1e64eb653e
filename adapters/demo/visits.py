"""Steps that wait for somebody to come or a courier to go, instead of for a free desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from domain.calendar import WorkingCalendar

ISLANDS: Final = frozenset({"71.72.01", "71.72.08"})  # their couriers take the ferry and go in the afternoon
_FIRST_ROUND, _ISLAND_ROUND, _ROUND_LASTS = timedelta(hours=8.5), timedelta(hours=13), timedelta(hours=3)


def comes_at(
    step: str, district: str, now: datetime, calendar: WorkingCalendar, day: timedelta, zone: ZoneInfo, draw: Random
) -> datetime:
    """When the visit takes place for a step that opened at `now`; `day` is the lane's working day."""
    match step:
        case "deliver" | "deliver_again":  # the round planned by `courier.plan`: the next working day
            tomorrow = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
            opens = calendar.add(tomorrow, timedelta(minutes=1)).astimezone(zone)
            start = _ISLAND_ROUND if district in ISLANDS else _FIRST_ROUND
            return opens.replace(hour=0, minute=0) + start + _ROUND_LASTS * draw.random()
        case "handover":  # most wait for it or come the same day
            wait = day * draw.choices((0.15, 0.6, 1.5, 4), (55, 30, 12, 3))[0] * draw.uniform(0.5, 1.5)
        case _:
            wait = day * draw.uniform(0.5, 3)
    return calendar.add(now, wait)
