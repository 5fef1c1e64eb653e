"""Forms filled in with made-up values: by applicants when they apply, by the office's people in their steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from adapters.demo.applicants import Case
from domain.ages import age
from domain.dossier import Dossier
from domain.form import FieldType, FormField, OfDeed, holds
from domain.numbers import DeedNumber, Sex, compose_family_card, compose_nik
from domain.roles import Lane
from domain.workflow import Workflow, derive
from lanes.ports import Resident

#: Choices that are not drawn alike, by field: shares in the order of the field's choices.
_SHARES: Final = {
    "parents": (80, 12, 8, 0), "birth_proof": (90, 10, 0), "initiative": (95, 5), "domicile": (90, 10),
    "change": (30, 14, 14, 4, 14, 12, 12), "loss": (60, 40), "husband_before": (90, 6, 4), "wife_before": (90, 6, 4),
    "element": (5, 35, 20, 5, 20, 10, 5),
    "movers": (80, 20), "death_proof": (60, 34, 4, 2), "recorded": (30, 70), "received_by": (80, 15, 5),
}  # fmt: skip
_WORDS: Final = {
    "court": "Pengadilan Negeri Bitung",
    "ruling_number": "12/Pdt.G/2026/PN Bit", "marriage_place": "Bitung", "death_place": "Bitung",
    "birth_place": "Bitung", "event_place": "Bitung",
    "destination_city": "Kota Manado", "destination_province": "Sulawesi Utara", "origin": "Kota Tomohon",
    "was": "Contoh lama", "becomes": "Contoh baru",
    "nationality": "Filipina", "permit": "2C21AA0000-X",
    "delivery_proof": "FOTO-0001", "identified_by": "KTP-el asli dan KK ditunjukkan (contoh)",
    "late_reason": "Orang tua bekerja di luar daerah (contoh)",
}  # fmt: skip
_YOUNG_NAMES: Final = ("Vivian", "Samuel", "Gabriel", "Natalia", "Kevin", "Sharon", "Rafael", "Aurelia")


def applied(workflow: Workflow, case: Case, on: date, draw: Random) -> dict[str, Any]:
    """The fields asked at submission, rightly filled in, by a person who applies on the day `on`."""
    values: dict[str, Any] = {"proxy": draw.random() < 0.05}
    asked = sorted(workflow.asked_at_submission, key=lambda field: field.type is not FieldType.CHOICE)
    for field in (*asked, *asked):  # choices first: whether another field is asked hangs on them, or on a date
        if field.id in values or not (field.required or field.id in _GIVEN):
            continue
        if holds(field.when, {**values, **derive(workflow, values, on)}):
            values[field.id] = _value(field, case, on, draw) if field.deed is None else _deed(field.deed, values, draw)
    return values


def filled_in(workflow: Workflow, asked: Iterable[str], dossier: Dossier, born: date, draw: Random) -> dict[str, Any]:
    """What a step asks, as the office's people fill it in; `born`: when, whose NIK is issued."""
    values: dict[str, Any] = {}
    for name in asked:
        field = workflow.field[name]
        if holds(field.when, {**dossier.facts, **values}):
            values[name] = _by_the_office(field, dossier, born, draw)
    return values


def _by_the_office(field: FormField, dossier: Dossier, born: date, draw: Random) -> Any:
    match field.type:
        case FieldType.NIK:
            return _new_nik(born, dossier)
        case FieldType.FAMILY_CARD:
            on = dossier.submitted_at.date()
            return compose_family_card(region="717206", recorded=on, serial=_own_serial(dossier))
        case FieldType.DATE:
            return "2012-06-05"
        case FieldType.NAME:
            return "Nama Contoh Lengkong"
    return _plain(field, draw)


_GIVEN: Final = frozenset({"applicant_phone", "applicant_email", "child_order", "late_reason"})


def _value(field: FormField, case: Case, on: date, draw: Random) -> Any:
    known = _known(case, on, draw)
    if field.id in known:
        return known[field.id]() if callable(known[field.id]) else known[field.id]
    if field.type is FieldType.NAME:
        return case.subject.name
    if field.type is FieldType.DATE:
        return (on - timedelta(days=draw.randint(2, 25))).isoformat()
    return _plain(field, draw)


def _known(case: Case, on: date, draw: Random) -> Mapping[str, Any]:
    """What the register or the story of the case settles, by field."""
    who, subject = case.applicant, case.subject
    return {
        "applicant_nik": who.nik, "applicant_name": who.name, "applicant_family_card": who.family_card,
        "applicant_phone": lambda: f"+62812{draw.randint(10_000_000, 99_999_999)}",
        "applicant_email": lambda: f"pemohon{draw.randint(1000, 9999)}@example.org",
        "applicant_address": who.address, "district": who.district, "village": who.village,
        "subject_nik": subject.nik, "subject_name": subject.name, "people": subject.nik,
        "name": lambda: _child_name(who, draw), "mother": _mother(case), "father": who.name,
        "husband": who.name, "husband_nik": who.nik, "husband_born": who.born.isoformat(),
        "wife": subject.name, "wife_nik": subject.nik, "wife_born": subject.born.isoformat(),
        "birth_date": who.born.isoformat(), "head_name": who.name, "head_born": who.born.isoformat(),
        "relationship": "child", **_life(case.born, on),
        "blood_type": lambda: draw.choice(("O", "B", "A", "Tidak Tahu")),
        "born": case.born.isoformat(), "permit_until": (on + timedelta(days=330)).isoformat(),
        "officiant": "Pendeta Contoh Wowor", "proxy_name": "Kuasa Contoh Kalalo",
        "passport": lambda: f"P{draw.randint(1, 9_999_999):07}A",
        "origin_letter": lambda: f"SKPWNI/7173/{on - timedelta(days=3):%d%m%Y}/{draw.randint(1, 9999):04}",
        "joins": case.joining.nik if case.joining else None, "joins_as": "other_relative", "leaves": subject.nik,
        "new_name": f"{subject.name.split()[0]} Contoh {subject.name.split()[-1]}", "new_address": "Jalan Contoh 2",
        "new_district": who.district, "new_village": who.village, "new_occupation": "Wiraswasta",
        "new_marital_status": lambda: draw.choice(("married", "divorced", "widowed")),
        "adoptive_parents": f"{who.name} dan pasangan", "destination_address": "Jalan Contoh 1, Manado",
    }  # fmt: skip


def _deed(rule: OfDeed, values: Mapping[str, Any], draw: Random) -> str:
    """A deed's number of a kind that the form asks for."""
    day = date(2001, 1, 1) + timedelta(days=draw.randrange(8000))
    kind = draw.choice(rule.kinds_for(values.get(rule.of or "")))
    return str(DeedNumber(city="7172", kind=kind, on=day, serial=draw.randint(1, 30)))


def _life(born: date, on: date) -> dict[str, str]:
    """Education and occupation that fit an age."""
    years = age(born, on)
    if years < 6:
        return {"education": "Tidak/Belum Sekolah", "occupation": "Belum/Tidak Bekerja"}
    school = "Belum Tamat SD/Sederajat" if years < 13 else "SLTP/Sederajat" if years < 19 else "SLTA/Sederajat"
    return {"education": school, "occupation": "Pelajar/Mahasiswa" if years < 19 else "Nelayan/Perikanan"}


def _mother(case: Case) -> str:
    grown = case.subject.sex == "female" and case.subject.marital_status == "married"
    return case.subject.name if grown else f"Maria {case.applicant.name}"


def _child_name(parent: Resident, draw: Random) -> str:
    return f"{draw.choice(_YOUNG_NAMES)} {parent.name.split()[-1]}"


def _plain(field: FormField, draw: Random) -> Any:
    match field.type:
        case FieldType.CHOICE:
            shares = _SHARES.get(field.id, ())
            return draw.choices(field.choices, shares if len(shares) == len(field.choices) else None)[0]
        case FieldType.FLAG:
            return True
        case FieldType.NUMBER:
            return draw.randint(1, 5)
    return _WORDS.get(field.id, "Contoh")


def _new_nik(born: date, dossier: Dossier) -> str:
    sex: Sex = "female" if dossier.facts.get("sex") == "female" else "male"
    return compose_nik(region="717206", born=born, sex=sex, serial=_own_serial(dossier))


def _own_serial(dossier: Dossier) -> int:
    """A serial that no other dossier of that day gives, in either lane, nor the made-up residents bear."""
    return 5000 + (2 * int(dossier.number.rpartition("-")[2]) + (dossier.lane is Lane.ONLINE)) % 5000


def misspelt(name: str, draw: Random) -> str:
    """A name with two letters of its last word changed places, so that it differs from the register's."""
    first, _, last = name.rpartition(" ")
    at = next((i for i in range(1, len(last) - 1) if last[i] != last[i + 1]), None)
    if at is None:
        return f"{first} {last}{draw.choice('aeiou')}"
    return f"{first} {last[:at]}{last[at + 1]}{last[at]}{last[at + 2 :]}"
