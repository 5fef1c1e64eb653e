"""What recorded events change of the sandbox register's residents."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Final

from domain.errors import Refused
from domain.form import Element

_DWELLING: Final = (Element.ADDRESS, Element.DISTRICT, Element.VILLAGE)
_OWN: Final = (
    Element.NAME, Element.MARITAL_STATUS, Element.RELIGION, Element.EDUCATION, Element.OCCUPATION, Element.BLOOD_TYPE,
)  # fmt: skip


def change(database: sqlite3.Connection, nik: str, changes: Mapping[str, str]) -> None:
    """Give what the register holds of a resident, and of their family card, these values by `Element`.

    Raises Refused for a NIK that nobody bears.
    """
    if not changes:
        return
    card = _card(database, nik)
    for element in _OWN:
        if element in changes:
            database.execute(f"UPDATE residents SET {element} = ? WHERE nik = ?", (changes[element], nik))
    if Element.MARITAL_STATUS in changes:  # the day of a marriage that has ended says nothing any more
        database.execute("UPDATE residents SET marriage_date = NULL WHERE nik = ?", (nik,))
    for element in _DWELLING:
        if element in changes:
            database.execute(f"UPDATE residents SET {element} = ? WHERE family_card = ?", (changes[element], card))
    if Element.DIED in changes:
        database.execute("UPDATE residents SET alive = 0 WHERE nik = ?", (nik,))
    for one in filter(None, changes.get(Element.LEAVES, "").split(", ")):
        _card(database, one)
        database.execute("UPDATE residents SET family_card = '', relationship = '' WHERE nik = ?", (one,))
    relations = changes.get(Element.RELATIONS, "").split(", ")
    for place, one in enumerate(filter(None, changes.get(Element.JOINS, "").split(", "))):
        _card(database, one)
        database.execute(
            "UPDATE residents SET (family_card, address, district, village) ="
            " (SELECT family_card, address, district, village FROM residents WHERE nik = ?), relationship = ?"
            " WHERE nik = ?",
            (nik, relations[place], one),
        )


def _card(database: sqlite3.Connection, nik: str) -> str:
    """The family card that somebody stands on. Raises Refused for a NIK that nobody bears."""
    found = database.execute("SELECT family_card FROM residents WHERE nik = ?", (nik,)).fetchone()
    if found is None:
        raise Refused("resident_unknown", "Nobody with this NIK is registered.", allowed="a registered NIK")
    return str(found[0])
