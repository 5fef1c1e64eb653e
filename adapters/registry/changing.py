"""What the sandbox register learns of recorded events."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence, Set
from typing import Final

from domain.errors import Refused
from domain.form import Element
from domain.numbers import name_words
from lanes.ports import Changes

_OWN: Final = (
    Element.NAME, Element.SEX, Element.BORN, Element.BIRTH_PLACE, Element.FATHER, Element.MOTHER, Element.RELIGION,
    Element.EDUCATION, Element.OCCUPATION, Element.BLOOD_TYPE, Element.MARITAL_STATUS, Element.MARRIAGE_DATE,
    Element.SPOUSE,
)  # fmt: skip
_DWELLING: Final = (Element.ADDRESS, Element.DISTRICT, Element.VILLAGE)
#: What is told of everybody whom the office issues a NIK.
_SURE: Final = (Element.NAME, Element.SEX, Element.BORN)
_UNTOLD: Final = (
    "family_card", "birth_place", *_DWELLING, "religion", "marital_status", "relationship", "father", "mother",
    "education", "occupation", "blood_type", "spouse",
)  # fmt: skip
_ENDED: Final = "marriage_date = NULL, spouse = ''"


def change(database: sqlite3.Connection, changes: Changes, *, by: str = "", earlier: Sequence[str] = ()) -> None:
    """Give what the register holds of residents, and of their family cards, these values by NIK and `Element`; `by` is
    the office's dossier, which puts right what it told before, and what those `earlier` told that it takes over.

    Raises Refused as `Registry.record` says; what was changed until then has to be taken back.
    """
    for one in earlier:
        database.execute("UPDATE residents SET issued = ? WHERE issued = ?", (by, one))
    for nik, values in changes.items():
        if Element.ISSUED in values:
            _issue(database, nik, values, keep=tuple(changes))
    _no_child_twice(database, changes)
    for nik, values in changes.items():
        if Element.DIED in values:
            _no_death_twice(database, nik, {by, *earlier} - {""})
        _change(database, nik, values)


def _no_death_twice(database: sqlite3.Connection, nik: str, by: Set[str]) -> None:
    """Raise Refused for somebody dead, unless it is one of these dossiers that told of it."""
    found = database.execute("SELECT alive FROM residents WHERE nik = ?", (nik,)).fetchone()
    if found is None or found[0]:
        return
    told = database.execute("SELECT details FROM events WHERE call = 'record' AND nik = ?", (nik,))
    if by.isdisjoint(json.loads(details).get("office_reference") for (details,) in told):
        raise Refused("dead_already", "The death of this person is registered already.", allowed="somebody alive")


def _no_child_twice(database: sqlite3.Connection, changes: Changes) -> None:
    """Raise Refused for somebody new with the name and birth date of somebody else on the card that they come onto, or
    of a child of the same mother on whichever card."""
    for head, values in changes.items():
        for nik in _listed(values, Element.JOINS):
            child = changes.get(nik, {})
            if Element.ISSUED not in child:
                continue
            card, called = _card(database, head), name_words(child[Element.NAME])
            mother = name_words(child.get(Element.MOTHER, ""))
            same = database.execute("SELECT name, family_card, mother FROM residents WHERE born = ? AND nik != ?",
                                    (child[Element.BORN], nik))  # fmt: skip
            if any(
                name_words(name) == called and (on == card or (mother and name_words(hers) == mother))
                for name, on, hers in same
            ):
                raise Refused(
                    "child_known",
                    "A child of this name and birth date is registered already, on this family card or of this mother.",
                    allowed="a child who is not registered yet",
                )


def _issue(database: sqlite3.Connection, nik: str, values: Mapping[str, str], *, keep: Sequence[str]) -> None:
    """Make the bearer of a NIK known; one that the same dossier issued before, and issues no longer, is nobody's."""
    dossier = values[Element.ISSUED]
    marks = ", ".join("?" * len(keep))
    database.execute(f"DELETE FROM residents WHERE issued = ? AND nik NOT IN ({marks})", (dossier, *keep))
    borne = database.execute("SELECT issued FROM residents WHERE nik = ?", (nik,)).fetchone()
    if borne is not None and borne[0] != dossier:
        raise Refused("nik_taken", "The NIK that was issued is somebody else's already.", allowed="a NIK of nobody yet")
    if borne is not None:
        return
    if not all(values.get(element) for element in _SURE):
        raise Refused(
            "resident_incomplete",
            "Too little is told of whom the NIK was issued to.",
            allowed=f"a new resident with {', '.join(_SURE)}",
        )
    names = ("nik", "issued", *_SURE, *_UNTOLD)
    given = (nik, dossier, *(values[element] for element in _SURE), *("" for _ in _UNTOLD))
    database.execute(
        f"INSERT INTO residents ({', '.join(names)}, alive, double) VALUES ({', '.join('?' * len(names))}, 1, 0)", given
    )


def _change(database: sqlite3.Connection, nik: str, values: Mapping[str, str]) -> None:
    _card(database, nik)
    if values.get(Element.MARITAL_STATUS, "married") != "married":
        database.execute(f"UPDATE residents SET {_ENDED} WHERE nik = ?", (nik,))
    for element in _OWN:
        if element in values:
            database.execute(f"UPDATE residents SET {element} = ? WHERE nik = ?", (values[element], nik))
    card = values.get(Element.FAMILY_CARD)
    if card is not None:
        _new_card(database, nik, card, _listed(values, Element.MEMBERS), _listed(values, Element.RELATIONS))
    else:
        card = _card(database, nik)
    for element in _DWELLING:
        if element in values:
            whose, value = ("family_card", card) if card else ("nik", nik)
            database.execute(f"UPDATE residents SET {element} = ? WHERE {whose} = ?", (values[element], value))
    if Element.DIED in values:
        database.execute("UPDATE residents SET alive = 0 WHERE nik = ?", (nik,))
        database.execute(
            f"UPDATE residents SET marital_status = 'widowed', {_ENDED} WHERE spouse = ? AND alive", (nik,)
        )
    for one in _listed(values, Element.LEAVES):
        _card(database, one)
        database.execute("UPDATE residents SET family_card = '', relationship = '' WHERE nik = ?", (one,))
    relations = _listed(values, Element.RELATIONS)
    for place, one in enumerate(_listed(values, Element.JOINS)):
        _card(database, one)
        database.execute(
            "UPDATE residents SET (family_card, address, district, village, religion) ="
            " (SELECT family_card, address, district, village, coalesce(nullif(residents.religion, ''), religion)"
            " FROM residents AS head WHERE head.nik = ?), relationship = ? WHERE nik = ?",
            (nik, relations[place], one),
        )


def _new_card(
    database: sqlite3.Connection, nik: str, card: str, members: Sequence[str], relations: Sequence[str]
) -> None:
    """Put the members, who then live where the person does, on a new family card as related to the first of them;
    without members everybody on the person's card, as they are related. Raises Refused for a card that others have."""
    old = _card(database, nik)
    if members:
        moving = list(members)
    else:
        moving = [nik] if not old else [
            one for (one,) in database.execute("SELECT nik FROM residents WHERE family_card = ?", (old,))
        ]  # fmt: skip
    others = database.execute(
        f"SELECT 1 FROM residents WHERE family_card = ? AND nik NOT IN ({', '.join('?' * len(moving))})",
        (card, *moving),
    ).fetchone()
    if others is not None:
        raise Refused("family_card_taken", "The family card's number is another family's already.",
                      allowed="a number that no family has yet")  # fmt: skip
    related = dict(zip(moving, ("head", *relations), strict=False)) if members or not old else {}
    for one in moving:
        _card(database, one)
        database.execute("UPDATE residents SET family_card = ? WHERE nik = ?", (card, one))
        if related:
            database.execute(
                "UPDATE residents SET relationship = ?, (address, district, village) ="
                " (SELECT address, district, village FROM residents WHERE nik = ?) WHERE nik = ?",
                (related.get(one, "other_relative"), nik, one),
            )


def _listed(values: Mapping[str, str], element: Element) -> list[str]:
    return [one for one in values.get(element, "").split(", ") if one]


def _card(database: sqlite3.Connection, nik: str) -> str:
    """The family card that somebody stands on. Raises Refused for a NIK that nobody bears."""
    found = database.execute("SELECT family_card FROM residents WHERE nik = ?", (nik,)).fetchone()
    if found is None:
        raise Refused("resident_unknown", "Nobody with this NIK is registered.", allowed="a registered NIK")
    return str(found[0])
