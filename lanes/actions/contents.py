"""What a document says: the register's data of the person it is about, overlaid by what the form adds or corrects.

A form that has a `name` but no NIK of a registered person (`subject_nik`) describes somebody the register does not
know yet, or knows by a deed only: nothing of the applicant's own person may then stand beside that name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from domain.ages import age, birthday
from lanes.actions.base import Step, Tools
from lanes.actions.register import subject
from lanes.ports import Registry, Resident

_FORM_NAMES = {
    "subject_name": "name", "subject_nik": "nik", "applicant_address": "address", "head_name": "head",
    "issued_family_card": "family_card",
}  # fmt: skip
_OF_THE_FAMILY = frozenset({"family_card"})  # about the applicant's family, also beside a deed about somebody else
_DWELLING = ("address", "district", "village")
_MEMBER = (
    "nik", "name", "sex", "birth_place", "born", "religion", "marital_status", "relationship", "father", "mother",
)  # fmt: skip
#: The office keeps its own citizens' register; a foreigner's letter has the nationality from its form.
_CITIZEN: Final = "WNI"
_CHILD_CARD_AGES: Final = (5, 17)  # a child card holds until the next of these birthdays (Permendagri 2/2016)


def contents(step: Step, tools: Tools, product: str) -> tuple[dict[str, Any], list[Mapping[str, str]]]:
    """The fields and rows of people that a product may print; the product's own table picks from them."""
    form = {**step.case.fields, **{name: str(value) for name, value in step.dossier.facts.items()}}
    form = {_FORM_NAMES.get(name, name): value for name, value in form.items() if value not in ("", None)}
    applicant = tools.registry.resident(str(form["applicant_nik"]))
    described = "name" in form and "subject_nik" not in step.case.fields
    about = None if described else tools.registry.resident(subject(step))
    if product in _OF_THE_FAMILY:
        about = applicant
    household = about or applicant
    family = tools.registry.family(household.family_card) if household else ()
    fields: dict[str, Any] = {"family_card": form["applicant_family_card"]}
    family = together(tools.registry, form["members"]) if "members" in form else chosen(family, form.get("people", ""))
    if family:
        fields["head"] = family[0].name
    if about is not None:
        fields |= _person(about)
    fields |= form
    if about is not None and "origin" not in form:  # who arrives from elsewhere lives where the form says
        fields |= {name: getattr(about, name) for name in _DWELLING}
    fields.setdefault("nationality", _CITIZEN)
    if product == "child_id_card":
        fields["valid_until"] = _holds_until(fields["born"], tools.config.office.day(step.now))
    for spouse in ("husband", "wife"):
        known = tools.registry.resident(str(form[f"{spouse}_nik"])) if f"{spouse}_nik" in form else None
        if known is not None:
            fields |= {
                f"{spouse}_birth_place": known.birth_place,
                f"{spouse}_born": form.get(f"{spouse}_born", known.born),
            }
    fields["reported_on"] = tools.config.office.day(step.dossier.submitted_at).isoformat()
    for place in ("district", "village"):
        fields[place] = tools.places.name(str(fields[place]))
    return fields, _members(family, form if described else {})


def chosen(family: Sequence[Resident], people: str) -> Sequence[Resident]:
    """Those of a family whose NIKs are listed, in that order, as related to the first of them; all when none is."""
    if not people:
        return family
    known = {one.nik: one for one in family}
    some = [known[nik] for nik in people.split(", ") if nik in known]
    if not some or some[0].relationship == "head":
        return some
    head, *others = some
    return [replace(head, relationship="head"), *(replace(one, relationship=_to(head, one)) for one in others)]


def together(registry: Registry, people: str) -> Sequence[Resident]:
    """Those who found a family, from whatever cards they come, as related to the first of them."""
    known = [one for nik in people.split(", ") if (one := registry.resident(nik)) is not None]
    found = [next(two for two in registry.family(one.family_card) if two.nik == one.nik) for one in known]
    return [replace(each, relationship=_to(found[0], each) if place else "head") for place, each in enumerate(found)]


def _to(head: Resident, one: Resident) -> str:
    """How somebody who splits off with a new head of family is related to them, as far as the old card tells."""
    if head.marital_status == one.marital_status == "married" and head.sex != one.sex:
        return "husband" if one.sex == "male" else "wife"
    return "child" if head.name in (one.father, one.mother) else "other"


def _holds_until(born: Any, on: date) -> str:
    """The birthday until which a child card holds, seen from a day."""
    then = born if isinstance(born, date) else date.fromisoformat(str(born))
    years = next((years for years in _CHILD_CARD_AGES if age(then, on) < years), _CHILD_CARD_AGES[-1])
    return birthday(then, years).isoformat()


def _members(family: Sequence[Resident], form: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """The family as the register has it, and who joins it by this dossier: a child with a NIK just issued."""
    rows: list[Mapping[str, str]] = [
        {"nationality": _CITIZEN, **{name: str(getattr(relative, name)) for name in _MEMBER}} for relative in family
    ]
    if "nik" in form and rows:
        joins = {"religion": rows[0]["religion"], "marital_status": "single", "relationship": "child",
                 "nationality": _CITIZEN, **form}  # fmt: skip
        rows.append({name: str(joins[name]) for name in (*_MEMBER, "nationality") if name in joins})
    return rows


def _person(resident: Resident) -> dict[str, Any]:
    names = ("nik", "name", "sex", "born", "birth_place", "religion", "marital_status", "family_card")
    return {name: getattr(resident, name) for name in names}
