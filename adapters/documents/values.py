"""Turns a dossier's data into the words a document prints: Indonesian dates and terms, in capitals, or a refusal.

Everything leaves here as text, so a template only places it. A refusal names the product and the fields, never what
stood in them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from adapters.documents.products import KINDS, Product
from domain.errors import Refused
from domain.relations import RELATIONS

_MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli"),
    *("Agustus", "September", "Oktober", "November", "Desember"),
)
_TERMS = {
    "sex": {"male": "LAKI-LAKI", "female": "PEREMPUAN"},
    "marital_status": {
        "single": "BELUM KAWIN",
        "married": "KAWIN",
        "divorced": "CERAI HIDUP",
        "widowed": "CERAI MATI",
    },
    "relationship": {name: words.upper() for name, words in RELATIONS.items()},
}
# What the documents' font can draw. Names are registered in Latin letters (Permendagri 73/2022, article 4).
_PRINTABLE = re.compile(r"[ -~\u00a1-\u00ac\u00ae-\u024f\u1e00-\u1eff\u2010-\u2027]*")
_LONGEST = {"text": 150, "verbatim": 1000}  # characters; a card's face still holds its fields at 150 each


class _Unfit(ValueError):
    """A value that cannot be printed; the message says what would fit."""


def day(value: date) -> str:
    """A date as people write it: 5 Maret 2026."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def _plain(kind: str, value: object) -> str:
    """One line of text that the font can draw and the page can hold."""
    text = " ".join(unicodedata.normalize("NFC", str(value)).split())
    if not _PRINTABLE.fullmatch(text):
        raise _Unfit("Latin letters, digits and common signs")
    if len(text) > _LONGEST[kind]:
        raise _Unfit(f"at most {_LONGEST[kind]} characters")
    return text


def frame_of(name: str, given: Mapping[str, str]) -> dict[str, str]:
    """What stands around the fields (number, office, signatory …) as text, none of it empty. Raises Refused."""
    return _read(name, given, (), given, at="", kinds=dict.fromkeys(given, "verbatim"))


def fields_of(name: str, product: Product, given: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a product as text, "" for each it may have and was not given. Raises Refused."""
    return _read(name, product.needs, product.may, given, at="", kinds=KINDS)


def members_of(name: str, product: Product, given: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The rows of a product's table of people as text. Raises Refused."""
    if not product.members_need:
        return []
    rows = [
        _read(name, product.members_need, product.members_may, row, at=f"members[{number}].", kinds=KINDS)
        for number, row in enumerate(given, start=1)
    ]
    if not rows and not product.members_optional:
        raise _refused(name, "lacks", ["members"], "at least one member")
    return rows


def _read(
    name: str,
    needs: Iterable[str],
    may: Iterable[str],
    given: Mapping[str, Any],
    *,
    at: str,
    kinds: Mapping[str, str],
) -> dict[str, str]:
    missing = [f"{at}{field}" for field in needs if given.get(field) is None or not str(given[field]).strip()]
    if missing:
        raise _refused(name, "lacks", missing, "a value for each of these fields")
    read: dict[str, str] = {}
    unfit: dict[str, str] = {}
    for field in (*needs, *may):
        try:
            read[field] = _word(kinds.get(field, "text"), given.get(field))
        except _Unfit as error:
            unfit[f"{at}{field}"] = str(error)
    if unfit:
        raise _refused(name, "cannot print", unfit, "; ".join(sorted(set(unfit.values()))))
    return read


def _word(kind: str, value: object) -> str:
    if value is None or not str(value).strip():
        return ""
    if kind == "date":
        return day(_date(value)).upper()
    if kind in _TERMS:
        try:
            return _TERMS[kind][str(value)]
        except KeyError:
            raise _Unfit(" | ".join(_TERMS[kind])) from None
    text = _plain(kind, value)
    return text.upper() if kind == "text" else text


def _date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise _Unfit("a date such as 2026-03-05") from None


def _refused(product: str, what: str, fields: Iterable[str], allowed: str) -> Refused:
    return Refused("document_data", f"The document {product} {what}: {', '.join(fields)}.", allowed=allowed)
