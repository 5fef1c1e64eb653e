"""What a document says: the register's data of the person it is about, and what the form adds to them.

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
    "issued_family_card": "family_card", "late_reason": "reason",
}  # fmt: skip
_OF_THE_FAMILY = frozenset({"family_card"})  # about the applicant's family, also beside a deed about somebody else
_WHO = ("nik", "name", "sex", "birth_place", "born")  # of whom the register knows, nobody's form says it otherwise
_DWELLING = ("address", "district", "village")
_MEMBER = (
    "nik", "name", "sex", "birth_place", "born", "religion", "education", "occupation", "blood_type", "marital_status",
    "marriage_date", "relationship", "father", "mother",
)  # fmt: skip
#: Of a child that joins a family, where the form does not say.
_CHILD: Final = {"marital_status": "single", "relationship": "child", "nationality": "WNI", "blood_type": "Tidak Tahu"}
_UNDER_SIX: Final = {"education": "Tidak/Belum Sekolah", "occupation": "Belum/Tidak Bekerja"}
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
    fields: dict[str, Any] = {"family_card": form["applicant_family_card"]}
    some = str(form.get("members") or form.get("people") or "")
    if some:
        family = together(tools.registry, some, str(form.get("relations", "")))
    else:
        card = household.family_card or str(form["applicant_family_card"]) if household else ""
        family = tools.registry.family(card)
    if family:
        fields["head"] = family[0].name
    if about is not None:
        fields |= _person(about)
    fields |= form
    if about is not None:
        fields |= {name: getattr(about, name) for name in _WHO}
    if about is not None and "origin" not in form:  # who arrives from elsewhere lives where the form says
        fields |= {name: getattr(about, name) for name in _DWELLING}
    fields.setdefault("nationality", _CITIZEN)
    if product == "child_id_card":
        fields["valid_until"] = _holds_until(fields["born"], tools.config.office.day(step.now))
    for spouse in ("husband", "wife"):
        known = tools.registry.resident(str(form[f"{spouse}_nik"])) if f"{spouse}_nik" in form else None
        if known is not None:
            fields |= {spouse: known.name, f"{spouse}_birth_place": known.birth_place, f"{spouse}_born": known.born}
    fields["reported_on"] = tools.config.office.day(step.dossier.submitted_at).isoformat()
    for place in ("district", "village"):
        fields[place] = tools.places.name(str(fields[place]))
    return fields, _members(family, form if described else {}, tools.config.office.day(step.now))


def together(registry: Registry, people: str, relations: str = "") -> Sequence[Resident]:
    """Those whose NIKs are listed, from whatever cards they come, with the first as their head: related as the form
    says of each after the first, in their order, or else as far as the register tells."""
    known = [one for nik in people.split(", ") if (one := registry.resident(nik)) is not None]
    if not known:
        return known
    cards = {card: {one.nik: one for one in registry.family(card)} for card in {one.family_card for one in known}}
    found = [cards[one.family_card].get(one.nik, one) for one in known]
    told = dict(zip(people.split(", ")[1:], filter(None, relations.split(", ")), strict=False))
    head, *others = found
    kept = {one.nik: one.relationship for one in others if head.relationship == "head" and _on_one_card(head, one)}
    related = [replace(one, relationship=told.get(one.nik) or kept.get(one.nik) or _to(head, one)) for one in others]
    return [replace(head, relationship="head"), *related]


def _on_one_card(one: Resident, other: Resident) -> bool:
    return one.family_card == other.family_card != ""


def _to(head: Resident, one: Resident) -> str:
    """How somebody is related to a new head of family, as far as the old card tells, where the form does not ask."""
    married = one.nik == head.spouse if head.spouse else head.marital_status == one.marital_status == "married"
    if married and head.sex != one.sex:
        return "husband" if one.sex == "male" else "wife"
    return "child" if head.name in (one.father, one.mother) else "other_relative"


def _holds_until(born: Any, on: date) -> str:
    """The birthday until which a child card holds, seen from a day."""
    then = born if isinstance(born, date) else date.fromisoformat(str(born))
    years = next((years for years in _CHILD_CARD_AGES if age(then, on) < years), _CHILD_CARD_AGES[-1])
    return birthday(then, years).isoformat()


def _members(family: Sequence[Resident], form: Mapping[str, Any], on: date) -> list[Mapping[str, str]]:
    """The family as the register has it, and last who joins it by this dossier, as the form says: a child with a NIK
    just issued, whom the register knows already if it has learned of the birth."""
    rows: list[Mapping[str, str]] = [
        {"nationality": _CITIZEN, **{name: str(getattr(relative, name) or "") for name in _MEMBER}}
        for relative in family
        if relative.nik != form.get("nik")
    ]
    if "nik" in form and rows:
        young = _UNDER_SIX if age(date.fromisoformat(str(form["born"])), on) < 6 else {}
        joins = {"religion": rows[0]["religion"], **_CHILD, **young, **form}
        rows.append({name: str(joins[name]) for name in (*_MEMBER, "nationality") if name in joins})
    return rows


def _person(resident: Resident) -> dict[str, Any]:
    names = (*(name for name in _MEMBER if name not in ("relationship", "marriage_date")), "family_card")
    return {name: getattr(resident, name) for name in names}
