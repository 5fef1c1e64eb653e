"""NIK and family-card number (No. KK): two 16-digit numbers that hold a region, a date and a serial.

NIK: PP KK CC, the region where the person was first registered (so it is never compared with today's address), then
DDMMYY of birth with 40 added to a woman's day, then a serial from 0001. No. KK: region, DDMMYY of recording, serial.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from domain.sentence import say

Sex = Literal["male", "female"]

_SEPARATORS: Final = re.compile(r"[\s.\-]")
_LONGEST: Final = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # days of a month, by its number
_REGION_PARTS: Final = ((0, "province"), (2, "city or regency"), (4, "district"))
_FEMALE: Final = 40  # added to a woman's day of birth
_HIGHEST_SERIAL: Final = 9999


@dataclass(frozen=True, kw_only=True, slots=True)
class Nik:
    """A NIK that follows the rules. Personal parts stay out of `repr`, so that no log holds them."""

    number: str = field(repr=False)
    region: str  # six digits, where the person was first registered
    born: date = field(repr=False)
    sex: Sex
    serial: int = field(repr=False)

    def may_be_born(self, born: date) -> bool:
        """Whether the digits are those of this date of birth, whatever its century."""
        return _as_written(born) == _as_written(self.born)


@dataclass(frozen=True, kw_only=True, slots=True)
class FamilyCard:
    """A family-card number that follows the rules."""

    number: str = field(repr=False)
    region: str  # six digits, where the card was first recorded
    recorded: date = field(repr=False)
    serial: int = field(repr=False)


def parse_nik(text: object, *, today: date, born: date | None = None) -> Nik:
    """Read a NIK; spaces, dots and hyphens in it are ignored.

    The year of birth has two digits. With `born`, the known date of birth, the digits must fit it and it settles the
    century; without, the year is the latest one that makes a real date not after `today`. Raises ValueError that
    lists everything wrong by the positions of the digits.
    """
    digits = _sixteen(text, "A NIK")
    written = int(digits[6:8])
    sex: Sex = "female" if written > _FEMALE else "male"
    day = written - _FEMALE if sex == "female" else written
    problems = _region_problems(digits)
    birth: date | None = None
    if not 1 <= day <= 31:
        problems.append("digits 7-8 (day of birth) must be 01-31 for a man or 41-71 for a woman")
        problems += _month_problems(digits, "birth")
    else:
        birth, wrong = _read_date(digits, day, today, "birth")
        problems += wrong
    if born is not None and birth is not None:
        if born > today:
            problems.append("the stated date of birth lies in the future")
        elif _as_written(born) != _as_written(birth):
            problems.append("digits 7-12 (date of birth) do not fit the stated date of birth")
        birth = born
    problems += _serial_problems(digits)
    if problems or birth is None:
        raise ValueError(say("nik_wrong", "This NIK cannot be right: " + "; ".join(problems) + "."))
    return Nik(number=digits, region=digits[:6], born=birth, sex=sex, serial=int(digits[12:]))


def parse_family_card(text: object, *, today: date) -> FamilyCard:
    """Read a family-card number (No. KK); the century of its date is the latest not after `today`.

    Raises ValueError that lists everything wrong by the positions of the digits.
    """
    digits = _sixteen(text, "A family-card number (No. KK)")
    problems = _region_problems(digits)
    recorded: date | None = None
    if not 1 <= int(digits[6:8]) <= 31:
        problems.append("digits 7-8 (day of recording) must be 01-31")
        problems += _month_problems(digits, "recording")
    else:
        recorded, wrong = _read_date(digits, int(digits[6:8]), today, "recording")
        problems += wrong
    problems += _serial_problems(digits)
    if problems or recorded is None:
        words = "This family-card number (No. KK) cannot be right: " + "; ".join(problems) + "."
        raise ValueError(say("family_card_wrong", words))
    return FamilyCard(number=digits, region=digits[:6], recorded=recorded, serial=int(digits[12:]))


def compose_nik(*, region: str, born: date, sex: Sex, serial: int) -> str:
    """The NIK of a person first registered in `region` (six digits). Raises ValueError for a bad region or serial."""
    _check_parts(region, serial)
    day = born.day + (_FEMALE if sex == "female" else 0)
    return f"{region}{day:02}{born:%m%y}{serial:04}"


def compose_family_card(*, region: str, recorded: date, serial: int) -> str:
    """The number of a family card recorded in `region` (six digits). Raises ValueError for a bad region or serial."""
    _check_parts(region, serial)
    return f"{region}{recorded:%d%m%y}{serial:04}"


def _sixteen(text: object, what: str) -> str:
    digits = _SEPARATORS.sub("", text) if isinstance(text, str) else ""
    strange = [str(at) for at, sign in enumerate(digits, 1) if sign not in "0123456789"]
    if strange:
        more = " and more" if len(strange) > 3 else ""
        places = ", ".join(strange[:3]) + more
        words = f"{what} is made of the digits 0-9 only; something else stands at position {places}."
        raise ValueError(say("digits_only", words))
    if len(digits) != 16:
        words = f"{what} has exactly 16 digits; {len(digits)} were given."
        raise ValueError(say("sixteen_digits", words, given=len(digits)))
    return digits


def _region_problems(digits: str) -> list[str]:
    return [
        f"digits {start + 1}-{start + 2} ({name} of first registration) must not be 00"
        for start, name in _REGION_PARTS
        if digits[start : start + 2] == "00"
    ]


def _serial_problems(digits: str) -> list[str]:
    return ["digits 13-16 (serial) must be 0001-9999"] if digits[12:] == "0000" else []


def _month_problems(digits: str, of: str) -> list[str]:
    return [] if 1 <= int(digits[8:10]) <= 12 else [f"digits 9-10 (month of {of}) must be 01-12"]


def _read_date(digits: str, day: int, today: date, of: str) -> tuple[date | None, list[str]]:
    """The latest real date with this day, month and two-digit year that is not after `today`, or what is wrong."""
    if wrong := _month_problems(digits, of):
        return None, wrong
    month, short = int(digits[8:10]), int(digits[10:12])
    if day > _LONGEST[month]:
        return None, [f"digits 7-10 (day and month of {of}) name a day that this month does not have"]
    century = today.year - today.year % 100
    for year in (century + short, century - 100 + short):
        try:
            found = date(year, month, day)
        except ValueError:  # 29 February: only some years have it, and only a year 00 differs by century
            continue
        if found <= today:
            return found, []
    return None, [f"digits 7-12 (date of {of}) name 29 February of a year that has no such day"]


def _as_written(born: date) -> str:
    return f"{born:%d%m%y}"


def _check_parts(region: str, serial: int) -> None:
    if not re.fullmatch(r"[0-9]{6}", region) or _region_problems(region):
        raise ValueError("A region has six digits, and no pair of them is 00.")
    if not 1 <= serial <= _HIGHEST_SERIAL:
        raise ValueError(f"A serial must be 1-{_HIGHEST_SERIAL}; no number is left for this region and date.")
