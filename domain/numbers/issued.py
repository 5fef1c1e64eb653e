"""Numbers that the office itself gives out: dossiers, counter tickets, deeds and letters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Self

from domain.roles import Lane

_DOSSIER: Final = re.compile(r"(ON|MN)-([0-9]{4})-([0-9]{6,9})")
_TICKET: Final = re.compile(r"([A-Z])-([0-9]{3})")
_DEED: Final = re.compile(r"([0-9]{4})-([A-Z]{2})-([0-9]{8})-([0-9]{4})")
_LETTER: Final = re.compile(r"([A-Z]{2,10})/([0-9]{4})/([0-9]{8})/([0-9]{4})")


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class DossierNumber:
    """`ON-2026-000123` or `MN-2026-000123`: lane, year, and a serial of that lane and year from 1."""

    lane: Lane
    year: int
    serial: int

    def __post_init__(self) -> None:
        _within("year", self.year, 1000, 9999)
        _within("serial", self.serial, 1, 999_999_999)

    def __str__(self) -> str:
        return f"{self.lane.prefix}-{self.year}-{self.serial:06}"

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read a dossier number; case and outer spaces do not matter. Raises ValueError."""
        match = _match(_DOSSIER, text, "a dossier number", "ON-2026-000123 (online) or MN-2026-000123 (manual)")
        lane = next(lane for lane in Lane if lane.prefix == match[1])
        found = cls(lane=lane, year=int(match[2]), serial=int(match[3]))
        if str(found) != match[0]:  # MN-2026-0000123 would be a second way to write one number
            raise ValueError("The serial of a dossier number has six digits, more only when it needs them.")
        return found


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class CounterTicket:
    """`A-041`: the counter's letter and the day's serial, 1 to 999."""

    counter: str
    serial: int

    def __post_init__(self) -> None:
        _shape(self.counter, "[A-Z]", "the counter must be one letter A-Z")
        _within("serial", self.serial, 1, 999)

    def __str__(self) -> str:
        return f"{self.counter}-{self.serial:03}"

    @classmethod
    def nth(cls, place: int) -> Self:
        """The number in a place of its day, from 1: A-001 to A-999, then B-001; after Z-999 it is A-001 again."""
        letter, serial = divmod(place - 1, 999)
        return cls(counter=chr(ord("A") + letter % 26), serial=serial + 1)

    @property
    def place(self) -> int:
        """Its place in its day, the first time that it is given."""
        return (ord(self.counter) - ord("A")) * 999 + self.serial

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read a queue ticket's number. Raises ValueError."""
        match = _match(_TICKET, text, "a queue number", "A-041")
        return cls(counter=match[1], serial=int(match[2]))


class DeedKind(StrEnum):
    """The two letters in a deed's number. The domain facts confirm the first four; the rest are likely only (?)."""

    BIRTH = "LU"
    LATE_BIRTH = "LT"
    DEATH = "KM"
    MARRIAGE = "KW"
    DIVORCE = "CR"
    ACKNOWLEDGEMENT = "PA"
    LEGITIMATION = "PS"
    ADOPTION = "AA"


@dataclass(frozen=True, kw_only=True, slots=True)
class DeedNumber:
    """`7172-LU-01012020-0001`: the city, the kind of deed, the day of registration and a serial from 1."""

    city: str
    kind: DeedKind
    on: date
    serial: int

    def __post_init__(self) -> None:
        _shape(self.city, "[0-9]{4}", "the city must have four digits, such as 7172")
        _within("serial", self.serial, 1, 9999)

    def __str__(self) -> str:
        return f"{self.city}-{self.kind}-{self.on:%d%m}{self.on.year:04}-{self.serial:04}"

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read a deed number. Raises ValueError."""
        match = _match(_DEED, text, "a deed number", "7172-LU-01012020-0001")
        if match[2] not in set(DeedKind):
            raise ValueError(f"The kind of deed must be one of {', '.join(DeedKind)}.")
        return cls(city=match[1], kind=DeedKind(match[2]), on=_day(match[3]), serial=int(match[4]))


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterNumber:
    """`SKPWNI/7172/01012026/0001`: the letter's code, the city, the day of issue and a serial from 1."""

    code: str
    city: str
    on: date
    serial: int

    def __post_init__(self) -> None:
        _shape(self.code, "[A-Z]{2,10}", "the letter's code must have 2 to 10 letters A-Z, such as SKPWNI")
        _shape(self.city, "[0-9]{4}", "the city must have four digits, such as 7172")
        _within("serial", self.serial, 1, 9999)

    def __str__(self) -> str:
        return f"{self.code}/{self.city}/{self.on:%d%m}{self.on.year:04}/{self.serial:04}"

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read a letter's number. Raises ValueError."""
        match = _match(_LETTER, text, "a letter's number", "SKPWNI/7172/01012026/0001")
        return cls(code=match[1], city=match[2], on=_day(match[3]), serial=int(match[4]))


def _match(pattern: re.Pattern[str], text: object, what: str, example: str) -> re.Match[str]:
    found = pattern.fullmatch(text.strip().upper()) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"This is not {what}; one looks like {example}.")
    return found


def _day(digits: str) -> date:
    try:
        return date(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
    except ValueError:
        raise ValueError("The eight digits are a date as DDMMYYYY; there is no such day.") from None


def _shape(text: str, pattern: str, rule: str) -> None:
    if not re.fullmatch(pattern, text):
        raise ValueError(f"This number cannot be made: {rule}.")


def _within(what: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise ValueError(f"The {what} must be {low}-{high}.")
