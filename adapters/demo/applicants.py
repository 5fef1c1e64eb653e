"""Who applies for what: families of the sandbox register, each of which applies once, with people of the right age."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Final

from domain.ages import age
from lanes.ports import Resident

ADULT: Final = 17
_LATE: Final = 1 / 3  # of births are reported after 60 days
_CHILDREN: Final = ("KIA-BARU", "KIA-GANTI", "AKU", "SAH", "ANG")  # about a child that the register knows


@dataclass(frozen=True, slots=True)
class Case:
    """Who applies, and whom it is about; for a marriage or divorce, husband and wife. `newborn`: when the child was
    born that the register does not know yet, where it is about such; `joining`: who may come from another family."""

    applicant: Resident
    subject: Resident
    newborn: date | None = None
    joining: Resident | None = None

    @property
    def born(self) -> date:
        """The date of birth of whom it is about."""
        return self.newborn or self.subject.born


Finder = Callable[[Sequence[Resident], date], Case | None]


def _adult(family: Sequence[Resident], on: date) -> Case | None:
    head = next((one for one in family if age(one.born, on) >= ADULT + 3), None)
    return Case(head, head) if head else None


def _turned_17(family: Sequence[Resident], on: date) -> Case | None:
    young = next((one for one in family if ADULT <= age(one.born, on) <= ADULT + 1), None)
    return Case(young, young) if young else None


def _child(family: Sequence[Resident], on: date) -> Case | None:
    parent = _adult(family, on)
    child = next((one for one in family if age(one.born, on) < ADULT), None)
    return Case(parent.applicant, child) if parent and child else None


def _two(family: Sequence[Resident], on: date) -> Case | None:
    grown = [one for one in family if age(one.born, on) >= ADULT]
    return Case(grown[0], grown[1]) if len(grown) > 1 else None


def _died(family: Sequence[Resident], on: date) -> Case | None:
    old = next((one for one in family if age(one.born, on) >= 60), None)
    heir = next((one for one in family if one is not old and age(one.born, on) >= ADULT + 1), None)
    return Case(heir, old) if heir and old else None


def _parents(family: Sequence[Resident], on: date) -> Case | None:
    couple = _couple(family, on)
    return couple if couple and age(couple.subject.born, on) <= 42 else None


def _couple(family: Sequence[Resident], on: date) -> Case | None:
    man, woman = (
        next((p for p in family if p.sex == sex and p.marital_status == "married" and age(p.born, on) >= 19), None)
        for sex in ("male", "female")
    )
    return Case(man, woman) if man and woman else None


def _single(sex: str) -> Finder:
    def found(family: Sequence[Resident], on: date) -> Case | None:
        unmarried = (p for p in family if p.sex == sex and p.marital_status == "single" and p.religion != "Islam")
        one = next((p for p in unmarried if 21 <= age(p.born, on) <= 40), None)
        return Case(one, one) if one else None

    return found


FINDERS: Final[Mapping[str, Finder]] = {
    "KTP-BARU": _turned_17,
    "KIA-BARU": _child,
    "KIA-GANTI": _child,
    "AKU": _child,
    "SAH": _child,
    "ANG": _child,
    "KK-UBAH": _two,
    "LHR": _parents,
    "MTI": _died,
    "CRI": _couple,
}


class Applicants:
    """Finds a case for each application. Each family is used once; those of `avoid` (NIKs) never."""

    def __init__(self, people: Iterable[Resident], *, avoid: Iterable[str], draw: Random) -> None:
        shunned = set(avoid)
        families: dict[str, list[Resident]] = {}
        for person in people:
            families.setdefault(person.family_card, []).append(person)
        usable = (family for family in families.values() if shunned.isdisjoint(p.nik for p in family))
        self._families = [[one for one in family if one.alive] for family in usable]
        draw.shuffle(self._families)
        self._draw = draw
        self._from: dict[object, int] = {}
        self._used: set[int] = set()

    def case(self, code: str, on: date) -> Case:
        """Somebody who applies for a document of this type on a day. Raises LookupError when nobody is left."""
        if code == "KWN":
            groom, bride = self._next(_single("male"), "groom", on), self._next(_single("female"), "bride", on)
            return Case(groom.applicant, bride.applicant)
        finder = FINDERS.get(code, _adult)
        case = self._next(finder, finder, on)
        if code == "KK-UBAH":
            return replace(case, joining=self._next(_single("female"), "joining", on).subject)
        return case if code in _CHILDREN else replace(case, newborn=self._newborn(on))

    def _newborn(self, on: date) -> date:
        late = self._draw.random() < _LATE
        return on - timedelta(days=self._draw.randint(70, 900) if late else self._draw.randint(3, 45))

    def _next(self, finder: Finder, key: object, on: date) -> Case:
        for index in range(self._from.get(key, 0), len(self._families)):
            if index in self._used:
                continue
            if (case := finder(self._families[index], on)) is not None:
                self._from[key] = index + 1
                self._used.add(index)
                return case
        raise LookupError("The sandbox register has nobody left who could apply.")
