"""The one table of products: which data each document prints, so that workflows and templates cannot disagree.

Names are those of `lanes.ports.Resident` where the thing is the same. Data that is not in a product's row is never
printed, whatever the dossier holds.
"""

from __future__ import annotations

from dataclasses import dataclass

# How a value is written; a name that is not here is plain text, written in capitals as the office does.
KINDS = {
    "born": "date",
    "died": "date",
    "divorced": "date",
    "event_date": "date",
    "marriage_date": "date",
    "married": "date",
    "moved_on": "date",
    "permit_until": "date",
    "reported_on": "date",
    "ruling_date": "date",
    "valid_until": "date",
    "sex": "sex",
    "marital_status": "marital_status",
    "relationship": "relationship",
    "husband_born": "date",
    "wife_born": "date",
    "becomes": "verbatim",
    "reason": "verbatim",
    "was": "verbatim",
}


@dataclass(frozen=True, slots=True)
class Product:
    """One document: its own title, and the fields it must and may be given.

    `members_need` and `members_may` are the columns of its table of people; a product without them prints no table.
    At least one row is needed unless `members_optional`.
    """

    title: str
    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    members_need: tuple[str, ...] = ()
    members_may: tuple[str, ...] = ()
    members_optional: bool = False


_PERSON = ("nik", "name", "sex", "birth_place", "born")
_DWELLING = ("address", "village", "district")
_ABODE = ("neighbourhood", "postal_code", "province")  # neighbourhood: RT/RW, "001/002"

PRODUCTS: dict[str, Product] = {
    "family_card": Product(
        "Kartu Keluarga",
        needs=("family_card", "head", *_DWELLING),
        may=_ABODE,
        members_need=(*_PERSON, "religion", "marital_status"),
        members_may=(
            *("education", "occupation", "blood_type", "marriage_date", "relationship", "nationality"),
            *("passport", "stay_permit", "father", "mother"),
        ),
    ),
    "biodata": Product(
        "Biodata Penduduk",
        needs=(*_PERSON, "religion", "marital_status", *_DWELLING),
        may=(
            *("family_card", "relationship", "blood_type", "education", "occupation", "marriage_date", "nationality"),
            *("father", "mother", *_ABODE),
        ),
    ),
    "id_card": Product(
        "Kartu Tanda Penduduk",
        needs=(*_PERSON, "religion", "marital_status", *_DWELLING),
        may=("neighbourhood", "province", "blood_type", "occupation", "nationality"),
    ),
    "child_id_card": Product(
        "Kartu Identitas Anak",
        needs=(*_PERSON, "family_card", "head", *_DWELLING),
        may=("neighbourhood", "province", "religion", "blood_type", "birth_deed_number", "valid_until"),
    ),
    "id_card_letter": Product(
        "Surat Keterangan Pengganti KTP-el",
        needs=(*_PERSON, "religion", "marital_status", *_DWELLING),
        may=("family_card", "occupation", "nationality", "valid_until", *_ABODE),
    ),
    "move_letter": Product(
        "Surat Keterangan Pindah",
        needs=("nik", "name", "family_card", *_DWELLING, "destination_address", "destination_city"),
        may=(
            *("sex", "birth_place", "born", "reason", "moved_on", *_ABODE),
            *("destination_village", "destination_district", "destination_province"),
        ),
        members_need=("nik", "name"),
        members_may=("relationship",),
        members_optional=True,
    ),
    "arrival_letter": Product(
        "Surat Keterangan Pindah Datang",
        needs=("nik", "name", "origin", *_DWELLING),
        may=("family_card", "sex", "birth_place", "born", "origin_letter", "moved_on", "reason", *_ABODE),
        members_need=("nik", "name"),
        members_may=("relationship",),
        members_optional=True,
    ),
    "temporary_residence_letter": Product(
        "Surat Keterangan Tempat Tinggal",
        needs=("name", "nationality", "passport", "permit", "permit_until", "address"),
        may=("nik", "sex", "birth_place", "born", "occupation", "village", "district", "sponsor"),
    ),
    "vulnerable_resident_letter": Product(
        "Surat Keterangan Pendataan Penduduk Rentan",
        needs=("name", "sex", "category", "address"),
        may=("nik", "birth_place", "born", "religion", "village", "district", "companion"),
    ),
    "birth_deed": Product(
        "Kutipan Akta Kelahiran",
        needs=("name", "sex", "birth_place", "born"),
        may=("nik", "mother", "father", "child_order", "birth_time", "parents_marriage"),  # a foundling's: no parents
    ),
    "late_birth_decision": Product(
        "Keputusan Pencatatan Kelahiran",
        needs=("name", "sex", "birth_place", "born", "reported_on"),
        may=("mother", "father", "reason"),  # a foundling's: no parents
    ),
    "death_deed": Product(
        "Kutipan Akta Kematian",
        needs=("nik", "name", "death_place", "died"),
        may=("sex", "birth_place", "born", "father", "mother", "death_time"),
    ),
    "marriage_deed": Product(
        "Kutipan Akta Perkawinan",
        needs=("husband", "wife", "married", "marriage_place"),
        may=(
            *("religion", "officiant", "husband_nik", "husband_birth_place", "husband_born"),
            *("husband_father", "husband_mother"),
            *("wife_nik", "wife_birth_place", "wife_born", "wife_father", "wife_mother"),
        ),
    ),
    "divorce_deed": Product(
        "Kutipan Akta Perceraian",
        needs=("husband", "wife", "court", "ruling_number", "ruling_date"),
        may=("husband_nik", "wife_nik", "marriage_deed_number", "marriage_date", "divorced", "holder"),
    ),
    "child_acknowledgement_deed": Product(
        "Kutipan Akta Pengakuan Anak",
        needs=("name", "birth_place", "born", "father", "mother"),
        may=("nik", "sex", "birth_deed_number", "father_nik", "mother_nik"),
    ),
    "child_legitimation_deed": Product(
        "Kutipan Akta Pengesahan Anak",
        needs=("name", "birth_place", "born", "father", "mother"),
        may=("nik", "sex", "birth_deed_number", "marriage_deed_number", "marriage_date"),
    ),
    "adoption_note": Product(
        "Catatan Pinggir Pengangkatan Anak",
        needs=("name", "birth_deed_number", "court", "ruling_number", "ruling_date", "adoptive_parents"),
        may=("nik", "birth_place", "born", "father", "mother"),
    ),
    "deed_extract": Product(
        "Kutipan Akta (Penerbitan Ulang)",
        needs=("deed", "deed_number", "name"),
        may=("nik", "event_place", "event_date", "birth_place", "born", "father", "mother", "reason"),
    ),
    "deed_correction": Product(
        "Catatan Pinggir Pembetulan Akta",
        needs=("deed", "deed_number", "name", "element", "was", "becomes"),
        may=("nik", "basis", "reason"),
    ),
}
