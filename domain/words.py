"""Times and lengths of time as people read them, in Indonesian and English.

Only what explanations need, until the catalogues of the pages know more languages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from domain.duration import Budget

Language = Literal["en", "id"]
"""What people read."""


@dataclass(frozen=True, slots=True)
class Said:
    """The same words twice: Indonesian first, English second."""

    id: str
    en: str

    def __add__(self, other: Said) -> Said:
        return Said(f"{self.id} {other.id}", f"{self.en} {other.en}")


_DAYS = (["Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min"], ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
_MONTHS = (
    ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"],
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
)
_UNITS = {
    "wd": ("hari kerja", "working day"), "wh": ("jam kerja", "working hour"), "wm": ("menit kerja", "working minute"),
    "d": ("hari kalender", "calendar day"), "h": ("jam", "hour"), "m": ("menit", "minute"), "s": ("detik", "second"),
}  # fmt: skip


def day(on: date) -> Said:
    """A date: `Sel 3 Mar 2026`."""
    return Said(*(f"{_DAYS[n][on.weekday()]} {on.day} {_MONTHS[n][on.month - 1]} {on.year}" for n in (0, 1)))


def moment(at: datetime, zone: ZoneInfo) -> Said:
    """An instant in a zone: `Sel 3 Mar 2026 09.15 WITA`."""
    local = at.astimezone(zone)
    on = day(local.date())
    return Said(f"{on.id} {local:%H.%M} {local:%Z}", f"{on.en} {local:%H:%M} {local:%Z}")


def clock(at: datetime) -> Said:
    """A local time of day: `09.15`."""
    return Said(f"{at:%H.%M}", f"{at:%H:%M}")


def length(time: timedelta, *, working: bool = False) -> Said:
    """A length of time to the minute. Working time is told in hours only: how long its days are differs."""
    minutes = int(time.total_seconds()) // 60
    hours, minutes = divmod(minutes, 60)
    days, hours = (0, hours) if working else divmod(hours, 24)
    parts = [(days, "hari", "day"), (hours, "jam", "hour"), (minutes, "menit", "minute")]
    told = [Said(f"{count} {id_}", counted(count, en)) for count, id_, en in parts if count]
    if not told:
        return Said("kurang dari 1 menit", "less than 1 minute")
    return Said(" ".join(each.id for each in told), " ".join(each.en for each in told))


def budget(given: Budget) -> Said:
    """A budget as the lane file means it; what a working day stands for is told too."""
    unit = given.text.lstrip("0123456789")
    count, (id_, en) = int(given.text.removesuffix(unit)), _UNITS[unit]
    told = Said(f"{count} {id_}", counted(count, en))
    if given.text.endswith("wd"):
        whole = length(given.amount, working=True)
        told = Said(f"{told.id} ({whole.id} kerja)", f"{told.en} ({whole.en} of work)")
    return told


def counted(count: int, noun: str) -> str:
    """`1 hour`, `2 hours`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
