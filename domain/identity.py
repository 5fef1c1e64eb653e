"""Whether the people whom a form names by NIK are who it says: what it tells of each, beside what the register holds.

A difference is told as the field in which it stands, never with a value; a person then looks into it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Protocol

from domain.form import FieldType, FormField, Person
from domain.numbers import name_words
from domain.workflow import Workflow


class Registered(Protocol):
    """What the register holds of a person, as far as it is compared."""

    @property
    def name(self) -> str: ...
    @property
    def family_card(self) -> str: ...
    @property
    def born(self) -> date: ...
    @property
    def sex(self) -> str: ...
    @property
    def alive(self) -> bool: ...


Find = Callable[[str], Registered | None]


def differences(workflow: Workflow, values: Mapping[str, Any], find: Find) -> list[str]:
    """The fields that say something else than the register, in the order of the form; `find` looks a NIK up.

    A NIK itself differs when nobody living bears it, or somebody of the other sex; several, when one of them does, or
    stands on another family card.
    """
    found = {
        name
        for field in workflow.fields
        if field.person is not None and values.get(field.id)
        for name in _of_one_field(field, field.person, values, find)
    }
    return [field.id for field in workflow.fields if field.id in found]


def _of_one_field(field: FormField, said: Person, values: Mapping[str, Any], find: Find) -> Iterator[str]:
    niks = str(values[field.id]).split(", ")
    known = [find(nik) for nik in niks]
    if any(one is None or not one.alive or (said.sex or one.sex) != one.sex for one in known):
        yield field.id
    cards = {one.family_card for one in known if one is not None}
    if said.family_card is not None and not cards <= {values.get(said.family_card, "")}:
        yield field.id if field.type is FieldType.NIKS else said.family_card
    first = known[0]
    if first is None:
        return
    if said.name is not None and said.name in values and name_words(values[said.name]) != name_words(first.name):
        yield said.name
    if said.born is not None and said.born in values and str(values[said.born]) != first.born.isoformat():
        yield said.born
    yield from (day for day in said.lived if str(values.get(day, "9999")) < first.born.isoformat())
