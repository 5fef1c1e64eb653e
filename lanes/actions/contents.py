"""What a document says: the register's data of the person it is about, overlaid by what the form adds or corrects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lanes.actions.base import Step, Tools
from lanes.actions.register import subject
from lanes.ports import Resident

_FORM_NAMES = {"subject_name": "name", "subject_nik": "nik", "applicant_address": "address"}
_COMPANION = frozenset({"family_card"})  # made beside a deed, about the applicant's family rather than its subject


def contents(step: Step, tools: Tools, product: str) -> tuple[dict[str, Any], list[Mapping[str, str]]]:
    """The fields and rows of people that a product may print; the product's own table picks from them."""
    form = {**step.case.fields, **{name: str(value) for name, value in step.dossier.facts.items()}}
    about = str(form["applicant_nik"]) if product in _COMPANION else subject(step)
    resident = tools.registry.resident(about)
    applicant = tools.registry.resident(str(form["applicant_nik"]))
    known = resident or applicant
    family = tools.registry.family(known.family_card) if known else ()
    fields: dict[str, Any] = {"address": form.get("applicant_address", ""), "district": form.get("district", "")}
    fields["village"] = form.get("village", "")
    fields["family_card"] = form.get("applicant_family_card")
    fields["reported_on"] = step.dossier.submitted_at.date().isoformat()
    if resident is not None:
        fields |= _person(resident)
    if family:
        fields["head"] = family[0].name
    if product not in _COMPANION:
        fields |= {_FORM_NAMES.get(name, name): value for name, value in form.items() if value not in ("", None)}
        fields["nik"] = form.get("subject_nik") or form.get("nik") or (about if "name" not in form else None)
        if resident is not None:  # what the register says of a person goes before the applicant's own dwelling
            fields["address"] = resident.address
    for place in ("district", "village"):
        fields[place] = tools.places.name(str(fields[place]))
    members: list[Mapping[str, str]] = [_member(relative) for relative in family]
    return {name: value for name, value in fields.items() if value not in (None, "")}, members


def _person(resident: Resident) -> dict[str, Any]:
    names = ("nik", "name", "sex", "born", "birth_place", "religion", "marital_status", "family_card", "district",
             "village", "address")  # fmt: skip
    return {name: getattr(resident, name) for name in names}


def _member(resident: Resident) -> dict[str, str]:
    person = _person(resident)
    return {name: str(person[name]) for name in ("nik", "name", "sex", "birth_place", "born", "religion",
                                                 "marital_status")}  # fmt: skip
