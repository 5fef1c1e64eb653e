"""What a document says: the register's data of the person it is about, overlaid by what the form adds or corrects.

A form that has a `name` but no NIK of a registered person (`subject_nik`) describes somebody the register does not
know yet, or knows by a deed only: nothing of the applicant's own person may then stand beside that name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lanes.actions.base import Step, Tools
from lanes.actions.register import subject
from lanes.ports import Resident

_FORM_NAMES = {"subject_name": "name", "subject_nik": "nik", "applicant_address": "address", "head_name": "head"}
_OF_THE_FAMILY = frozenset({"family_card"})  # about the applicant's family, also beside a deed about somebody else
_DWELLING = ("address", "district", "village")
_MEMBER = ("nik", "name", "sex", "birth_place", "born", "religion", "marital_status")


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
    if family:
        fields["head"] = family[0].name
    if about is not None:
        fields |= _person(about)
    fields |= form
    if about is not None and "origin" not in form:  # who arrives from elsewhere lives where the form says
        fields |= {name: getattr(about, name) for name in _DWELLING}
    fields["reported_on"] = tools.config.office.day(step.dossier.submitted_at).isoformat()
    for place in ("district", "village"):
        fields[place] = tools.places.name(str(fields[place]))
    return fields, _members(family, form if described else {})


def _members(family: Sequence[Resident], form: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """The family as the register has it, and who joins it by this dossier: a person with a NIK just issued."""
    rows: list[Mapping[str, str]] = [{name: str(getattr(relative, name)) for name in _MEMBER} for relative in family]
    if "nik" in form and rows:
        joins = {"religion": rows[0]["religion"], "marital_status": "single", **form}
        rows.append({name: str(joins[name]) for name in (*_MEMBER, "father", "mother") if name in joins})
    return rows


def _person(resident: Resident) -> dict[str, Any]:
    names = ("nik", "name", "sex", "born", "birth_place", "religion", "marital_status", "family_card")
    return {name: getattr(resident, name) for name in names}
