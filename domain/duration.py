"""Time budgets as managers write them: `14d`, `36h`, `2wd`, `90wm`.

Elapsed units (`s m h d`) count every second on the wall; working units (`wm wh wd`) count only time in which
the lane's calendar is open. A working day `wd` is as long as the lane says (`working_day`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

_ELAPSED = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_WORKING = {"wm": 60, "wh": 3600}
_NAMES = {"s": "second", "m": "minute", "h": "hour", "d": "day"}
_FORM = re.compile(r"(\d{1,6})(s|m|h|d|wm|wh|wd)")
ALLOWED = "a whole number above 0 and a unit: s m h d (elapsed) or wm wh wd (working), such as 14d or 2wh"


@dataclass(frozen=True, slots=True)
class Budget:
    """How much time a clock may use: `amount` of a unit; `working` tells which kind of time is counted."""

    text: str
    amount: timedelta
    working: bool

    @property
    def working_dates(self) -> int | None:
        """How many working days, where it is written in them: `10wd`."""
        return int(self.text.removesuffix("wd")) if self.text.endswith("wd") else None

    @property
    def words(self) -> str:
        """The budget for a person to read: `1 minute`, `2 working days`."""
        count = int(self.text.rstrip("wsmhd"))
        return f"{count} {'working ' if self.working else ''}{_NAMES[self.text[-1]]}{'' if count == 1 else 's'}"

    def on_the_wall(self, working_day: timedelta) -> timedelta:
        """As long on the wall clock, so that working and elapsed time can be compared: five working days are a week."""
        return self.amount / (5 * working_day) * timedelta(days=7) if self.working else self.amount


def parse(text: object, *, working_day: timedelta = timedelta(hours=7)) -> Budget:
    """Read a budget. Raises ValueError naming the text and what is allowed.

    `working_day` is how much working time one `wd` stands for.
    """
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is not a duration; allowed: {ALLOWED}")  # noqa: TRY004  one error for all mistakes
    return _parsed(text, working_day)


@lru_cache(maxsize=4096)  # each step of each dossier asks for one of a few texts
def _parsed(text: str, working_day: timedelta) -> Budget:
    match = _FORM.fullmatch(text)
    if match is None or int(match[1]) == 0:
        raise ValueError(f"{text!r} is not a duration; allowed: {ALLOWED}")
    count, unit = int(match[1]), match[2]
    if unit == "wd":
        return Budget(match[0], count * working_day, True)
    seconds = {**_ELAPSED, **_WORKING}[unit]
    return Budget(match[0], timedelta(seconds=count * seconds), unit in _WORKING)


def elapsed(text: object) -> timedelta:
    """Read a duration that must be elapsed time, such as a retry delay. Raises ValueError."""
    budget = parse(text)
    if budget.working:
        raise ValueError(f"{text!r} counts working time; allowed here: s, m, h or d")
    return budget.amount
