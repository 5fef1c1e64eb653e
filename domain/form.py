"""What a document type asks of an applicant: the fields of its form, and the papers to bring.

The classes here are parts of `config/workflows/CODE.yaml` (`domain/workflow.py`). What somebody filled in is judged in
`domain/application.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from domain import duration
from domain.numbers import DeedKind
from domain.roles import Lane

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


def _elapsed_text(text: object) -> str:
    duration.elapsed(text)
    return str(text)


Elapsed = Annotated[str, BeforeValidator(_elapsed_text)]


class Frozen(BaseModel):
    """A part of a workflow file: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Text(Frozen):
    """Words shown to people: Indonesian first, English second."""

    id: str = Field(min_length=1)
    en: str = Field(min_length=1)


def _in_both(words: object) -> object:
    return {"id": words, "en": words} if isinstance(words, str) else words


OfficeWords = Annotated[Text, BeforeValidator(_in_both)]
"""Words for the office's own people; those that stand there in one language are told to readers of both."""


class FieldType(StrEnum):
    """What a form field holds. Only `choice`, `flag` and `number` are facts; the rest is personal data."""

    TEXT = "text"
    NAME = "name"
    NIK = "nik"
    NIKS = "niks"  # of several people, parted by commas
    RELATIONS = "relations"  # of these people to the first of them, parted by commas
    FAMILY_CARD = "family_card"
    DATE = "date"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    DEED_NUMBER = "deed_number"
    CHOICE = "choice"
    FLAG = "flag"
    NUMBER = "number"


class Element(StrEnum):
    """What a recorded event can give to what the register holds of a person or family: what form F-1.01 tells of a new
    resident, the elements of form F-1.06, and who stands on which family card."""

    NAME = "name"
    SEX = "sex"
    BORN = "born"
    BIRTH_PLACE = "birth_place"
    FATHER = "father"
    MOTHER = "mother"
    MARITAL_STATUS = "marital_status"  # any but married ends what the register holds of a marriage
    MARRIAGE_DATE = "marriage_date"
    SPOUSE = "spouse"  # their NIK
    RELIGION = "religion"
    EDUCATION = "education"
    OCCUPATION = "occupation"
    BLOOD_TYPE = "blood_type"
    ADDRESS = "address"  # of everybody on the family card, as district and village are
    DISTRICT = "district"
    VILLAGE = "village"
    DIED = "died"  # the day of death
    JOINS = "joins"  # the NIKs of those who join the person's family card
    LEAVES = "leaves"  # the NIKs of those who leave it
    FAMILY_CARD = "family_card"  # a new card's number: of everybody on the old one or, where they are told, its members
    MEMBERS = "members"  # the NIKs of those who stand on a new card, its head first
    RELATIONS = "relations"  # to the head: of each who joins, or of each member after the first
    ISSUED = "issued"  # by which dossier the office makes a new resident known; nobody fills it in


#: What the register knows for an element of few values; education and blood type in the words of form F-1.01
#: (Permendagri 109/2019), as they are printed.
VALUES: Mapping[Element, tuple[str, ...]] = {
    Element.SEX: ("male", "female"),
    Element.MARITAL_STATUS: ("single", "married", "divorced", "widowed"),
    Element.EDUCATION: (
        "Tidak/Belum Sekolah", "Belum Tamat SD/Sederajat", "Tamat SD/Sederajat", "SLTP/Sederajat", "SLTA/Sederajat",
        "Diploma I/II", "Akademi/Diploma III/Sarjana Muda", "Diploma IV/Strata I", "Strata II", "Strata III",
    ),
    Element.BLOOD_TYPE: ("A", "B", "AB", "O", "Tidak Tahu"),
}  # fmt: skip

FACT_TYPES = frozenset({FieldType.CHOICE, FieldType.FLAG, FieldType.NUMBER})
Fact = bool | int | str


class Derived(Frozen):
    """A flag the engine works out at submission from the date in field `date`, seen from the day of submission or,
    with `as_of`, from the date in that field: is it longer ago than `older_than`, or at least `years` years ago?"""

    date: Identifier
    older_than: Elapsed | None = None
    years: Annotated[int, Field(ge=1, le=150)] | None = None
    as_of: Identifier | None = None

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if (self.older_than is None) == (self.years is None):
            raise ValueError(
                "does not say how long ago; allowed: exactly one of older_than (such as 60d) or years (such as 17)"
            )
        return self


class Agreement(Frozen):
    """What a NIK that the office itself issues has to say: the date in field `born`, and the `sex` (male or female)
    in that one. Never for a NIK somebody has had for long: what the register holds of them may rightly differ."""

    born: Identifier | None = None
    sex: Identifier | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.born is None and self.sex is None:
            raise ValueError(
                "agrees with nothing; allowed: born (a date field), sex (a choice of male and female), or both"
            )
        return self


class Person(Frozen):
    """Who the bearer of a NIK is by the rest of the form, which the register is asked about at the identity step: the
    fields that hold their `name`, family card and date of birth (`born`), the `sex` a form takes for granted, and dates
    they have lived to see (`lived`). Of several NIKs, name and date of birth are those of the first."""

    name: Identifier | None = None
    family_card: Identifier | None = None
    born: Identifier | None = None
    sex: Literal["male", "female"] | None = None
    lived: tuple[Identifier, ...] = ()


class OfDeed(Frozen):
    """Of which kinds of deed a number may be: for each choice of the field `of` its own `kinds`, or always the same;
    and the flag by which a form says that it is `older` than such numbers, so that any text will do."""

    kinds: tuple[DeedKind, ...] | dict[str, tuple[DeedKind, ...]]
    of: Identifier | None = None
    older: Identifier

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if isinstance(self.kinds, dict) != (self.of is not None):
            raise ValueError(
                "kinds by choice need of, and of needs them; allowed: {Akta Kematian: [KM]} with of: a choice field"
            )
        return self

    def kinds_for(self, choice: object) -> tuple[DeedKind, ...]:
        """The kinds there may be, given the choice in the field `of`."""
        return self.kinds.get(str(choice), ()) if isinstance(self.kinds, dict) else self.kinds


class FormField(Frozen):
    """One field of a form. A `derived` field is never filled in by a person; a flag to `confirm` must be yes for the
    step that asks it to end on its way. A choice `within` another is a place in it: its code begins with the other's.
    One `unlike` another never has its value. A NIK that `agrees_with` other fields is made of them; one of a `person`
    whom the register knows is compared with it. What a field `sets` has its value in the register once the event is
    recorded. A deed's number is of a kind of `deed`. Relations are `of` the people in another field: one for each after
    the first, who is the head, or for `every` one of them.

    A date lies in the past or is today, unless it may be in the `future`; with `past: false` it has not gone by. It
    lies `after` other dates, and a person born then is on the day of the application `younger_than` so many years."""

    id: Identifier
    title: Text
    type: FieldType
    choices: tuple[str, ...] = ()
    required: bool = True
    future: bool = False
    past: bool = True
    after: tuple[Identifier, ...] = ()
    younger_than: Annotated[int, Field(ge=1, le=150)] | None = None
    confirm: bool = False
    within: Identifier | None = None
    unlike: Identifier | None = None
    of: Identifier | None = None
    every: bool = False
    agrees_with: Agreement | None = None
    person: Person | None = None
    sets: Element | None = None
    deed: OfDeed | None = None
    derived: Derived | None = None
    when: dict[Identifier, tuple[Fact, ...]] | None = None

    def choices_in(self, place: object) -> tuple[str, ...]:
        """The choices whose code lies in this place: "71.72.01.1001" in "71.72.01"."""
        return tuple(choice for choice in self.choices if choice.startswith(f"{place}."))

    @property
    def held_to(self) -> frozenset[str]:
        """The other fields that its value has to fit."""
        agrees = self.agrees_with or Agreement.model_construct()
        deed = (self.deed.of, self.deed.older) if self.deed else ()
        names = (self.within, self.unlike, self.of, agrees.born, agrees.sex, *self.after, *deed)
        return frozenset(filter(None, names))

    @property
    def is_fact(self) -> bool:
        """Whether the value is kept in clear, because it says nothing about who the person is."""
        return self.type in FACT_TYPES


def holds(when: Mapping[str, tuple[Fact, ...]] | None, facts: Mapping[str, Any]) -> bool:
    """Whether a condition holds: every field named has one of the values listed. None always holds."""
    return when is None or all(facts.get(field) in values for field, values in when.items())


class Requirement(Frozen):
    """A paper the applicant brings, and how each lane wants to see it."""

    id: Identifier
    title: Text
    form: str | None = Field(default=None, pattern=r"^F-\d\.\d{2}$")
    when: dict[Identifier, tuple[Fact, ...]] | None = None
    shown: dict[Lane, Literal["scan_of_original", "photo", "form_filled_in", "copy_and_original_shown",
                              "original_handed_in", "original_shown", "not_needed"]]  # fmt: skip
