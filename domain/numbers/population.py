"""NIK and family-card number (No. KK): two 16-digit numbers that hold a region, a date and a serial.

NIK: PP KK CC, the region where the person was first registered (so it is never compared with today's address), then
DDMMYY of birth with 40 added to a woman's day, then a serial from 0001. No. KK: region, DDMMYY of recording, serial.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

Sex = Literal["male", "female"]

_SEPARATORS: Final = re.compile(r"[\s.\-]")
_DIGITS: Final = re.compile(r"[0-9]+")
_LONGEST_MONTH: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEMALE: Final = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Nik:
    """A NIK that follows the rules. Personal parts stay out of `repr`, so that no log holds them."""

    number: str = field(repr=False)
    region: str  # six digits, where the person was first registered
    born: date = field(repr=False)
    sex: Sex
    serial: int = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class FamilyCard:
    """A family-card number that follows the rules."""

    number: str = field(repr=False)
    region: str
    recorded: date = field(repr=False)
    serial: int = field(repr=False)


def parse_nik(text: object, *, today: date, born: date | None = None) -> Nik:
    """Read a NIK; spaces, dots and hyphens are ignored.

    The year of birth has two digits. With `born`, the known date of birth, the digits must fit it and it settles the
    century; without, the year is the latest one that makes a real date not after `today`. Raises ValueError that
    lists everything wrong by the positions of the digits.
    """
    digits = _sixteen(text, "A NIK")
    day, month, year = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    sex: Sex = "female" if day > _FEMALE else "male"
    problems = [*_region_problems(digits)]
    if not (1 <= day <= 31 or _FEMALE + 1 <= day <= _FEMALE + 31):
        problems.append("digits 7-8 (day of birth) must be 01-31 for a man or 41-71 for a woman")
    real, wrong = _date(day % _FEMALE, month, year, today, "birth")
    if real is None and not problems_cover_day(problems):
        problems.append(wrong)
    if born is not None and born > today:
        problems.append("the stated date of birth lies in the future")
    elif born is not None and real is not None:
        if (born.day, born.month, born.year % 100) == (day % _FEMALE, month, year):
            real = born
        else:
            problems.append("digits 7-12 (date of birth) do not fit the stated date of birth")
    problems += _serial_problems(digits)
    if problems or real is None:
        raise ValueError("This NIK cannot be right: " + "; ".join(problems) + ".")
    return Nik(number=digits, region=digits[:6], born=real, sex=sex, serial=int(digits[12:]))
