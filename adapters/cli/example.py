"""An application to try the office with: every field and paper one document type asks for, of a made-up resident."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from domain.errors import Refused
from domain.roles import Lane
from domain.workflow import FieldType, FormField, derive, holds

if TYPE_CHECKING:
    from lanes.office import Office
    from lanes.ports import Resident

_SCAN = b"%PDF-1.4\n% a made-up scan to try the office with\n%%EOF\n"
_FAMILIES = 10_000  # of the sandbox's residents, about a third live in others
_SOME = 20  # so many in a row have one of two people or more: at most six of one person follow one another


def example_application(office: Office, code: str, lane: Lane) -> dict[str, Any]:
    """An application for a document type in a lane, for `jalur submit --file`.

    Raises Refused for an unknown type, and where the register holds real people.
    """
    from adapters.registry.sandbox import SandboxRegistry
    from lanes.intake import known_type

    workflow, registry = known_type(office.config, code), office.tools.registry
    if not isinstance(registry, SandboxRegistry):
        raise Refused("no_sandbox", "Examples need the sandbox register, and this office has a real one.",
                      allowed="JALUR_REGISTRY_URL not set")  # fmt: skip
    today = office.clock.now().date()
    some = registry.families(secrets.randbelow(_FAMILIES), _SOME)
    family = next(each for each in some if len(each) > 1)  # the form is about two people
    fields: dict[str, Any] = {}
    for field in workflow.asked_at_submission:
        if holds(field.when, fields) and (field.required or field.id in ("applicant_phone", "sex")):
            fields[field.id] = _value(field, family, today)
    facts = {**fields, **derive(workflow, fields, today)}
    scan = f"data:application/pdf;base64,{base64.b64encode(_SCAN).decode()}" if lane is Lane.ONLINE else None
    papers = {requirement.id: scan for requirement in workflow.in_lane(lane).requirements(facts)}
    return {"lane": lane, "channel": office.config.lanes[lane].channels[0], "fields": fields, "papers": papers}


def _value(field: FormField, family: Any, today: date) -> Any:
    applicant, other = family[0], family[-1]
    known: Mapping[str, Any] = {
        **_person("applicant_", applicant), **_person("subject_", other), "applicant_phone": _phone(),
        "applicant_address": applicant.address, "district": applicant.district, "village": applicant.village,
        "husband": applicant.name, "husband_nik": applicant.nik, "wife": other.name, "wife_nik": other.nik,
        "birth_date": applicant.born.isoformat(), "birth_place": applicant.birth_place,
        "born": (today - timedelta(days=20)).isoformat(), "permit_until": (today + timedelta(days=300)).isoformat(),
    }  # fmt: skip
    if field.id in known:
        return known[field.id]
    match field.type:
        case FieldType.CHOICE:
            return field.choices[0]
        case FieldType.FLAG:
            return False
        case FieldType.NUMBER:
            return 2
        case FieldType.DATE:
            return (today - timedelta(days=20)).isoformat()
        case FieldType.NIK:
            return other.nik
        case FieldType.FAMILY_CARD:
            return applicant.family_card
        case FieldType.NAME:
            return other.name
        case FieldType.EMAIL:
            return "pemohon@example.id"
        case _:
            return "Contoh 1"


def _person(prefix: str, resident: Resident) -> dict[str, str]:
    return {f"{prefix}nik": resident.nik, f"{prefix}name": resident.name, f"{prefix}family_card": resident.family_card}


def _phone() -> str:
    return f"0812{secrets.randbelow(10**8):08}"
