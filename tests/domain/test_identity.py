"""Who is named by number is compared with the register, in every field that tells who they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from domain.form import FieldType, FormField, Person, Text
from domain.identity import differences
from domain.workflow import Workflow


@dataclass(frozen=True, kw_only=True)
class Somebody:
    name: str
    sex: str = "male"
    born: date = date(1990, 5, 15)
    family_card: str = "7172060303260007"
    alive: bool = True


REGISTER = {
    "his": Somebody(name="Benny Contoh Assa"),
    "hers": Somebody(name="Grace Contoh Assa", sex="female"),
    "dead": Somebody(name="Ruth Contoh Assa", alive=False),
    "elsewhere": Somebody(name="Paula Contoh Wowor", family_card="7172060303260008"),
}


def field(name: str, kind: FieldType, **marks: Any) -> FormField:
    return FormField(id=name, title=Text(id="kata", en="words"), type=kind, **marks)


FORM = Workflow.model_construct(fields=(
    field("name", FieldType.NAME), field("born", FieldType.DATE), field("died", FieldType.DATE),
    field("card", FieldType.FAMILY_CARD),
    field("nik", FieldType.NIK,
          person=Person(name="name", born="born", sex="male", family_card="card", lived=("died",))),
    field("people", FieldType.NIKS, person=Person(family_card="card")),
    field("new", FieldType.NIK),
))  # fmt: skip
TRUE = {"nik": "his", "name": "BENNY  contoh assa", "born": "1990-05-15", "card": "7172060303260007", "new": "unknown"}


@pytest.mark.parametrize(
    ("stated", "found"),
    [
        ({}, []),
        ({"people": "his, hers", "died": "1990-05-15"}, []),
        ({"name": "Orang Lain"}, ["name"]),
        ({"born": "1990-05-16"}, ["born"]),
        ({"died": "1990-05-14"}, ["died"]),
        ({"card": "7172060303260009"}, ["card"]),
        ({"nik": "unknown"}, ["nik"]),
        ({"nik": "dead", "name": "Ruth Contoh Assa"}, ["nik"]),
        ({"nik": "hers", "name": "Grace Contoh Assa"}, ["nik"]),
        ({"people": "his, elsewhere"}, ["people"]),
        ({"people": "elsewhere"}, ["people"]),
        ({"people": "his, dead"}, ["people"]),
        ({"people": "his, unknown"}, ["people"]),
        ({"nik": "unknown", "people": "unknown", "name": "Orang Lain"}, ["nik", "people"]),
        ({"name": "Orang Lain", "born": "1930-01-01", "died": "1930-01-02"}, ["name", "born", "died"]),
    ],
)
def test_each_field_that_says_otherwise_is_named_and_no_other(stated: dict[str, str], found: list[str]) -> None:
    assert differences(FORM, {**TRUE, **stated}, REGISTER.get) == found
