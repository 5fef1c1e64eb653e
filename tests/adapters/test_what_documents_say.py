"""What a citizen reads on a document made of a real dossier: whole, in words, and about the right people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest
from pdf_text import text_of
from support.office import a_dossier, a_family, an_office, refused, somebody_alone, somebody_for, to_the_end, up_to

from domain.application import InvalidApplication
from domain.dossier import DossierStatus
from lanes.actions.contents import together
from lanes.office import Office
from lanes.ports import Registry, Resident


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return an_office(tmp_path_factory.mktemp("documents"))


def a_couple() -> tuple[Resident, ...]:
    """A married couple, husband first, and their child."""
    while True:
        family = a_family()
        if [one.relationship for one in family[:2]] == ["head", "wife"] and family[-1].relationship == "child":
            return family


FAMILY = a_couple()


class Page(str):
    """A page's text; spaces do not count, for a PDF keeps places and not spaces."""

    def __contains__(self, words: object) -> bool:
        return _squeezed(str(words)) in _squeezed(self)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def read(office: Office, code: str, *, family: tuple[Resident, ...] = FAMILY, **fields: Any) -> dict[str, Page]:
    """The text of each document that comes of a dossier, by product."""
    lodged = a_dossier(office).of_type(code).in_lane("online").for_family(family).with_fields(**fields).lodged()
    assert to_the_end(lodged).status is DossierStatus.ISSUED
    made = office.products.for_applicant(lodged.number, lodged.code)
    return {document.product: Page(text_of(pdf)) for document, pdf in made}


def movers(letter: Page) -> Page:
    return Page(_squeezed(letter).partition("PENDUDUKYANGPINDAH")[2])


def test_a_move_letter_names_everybody_who_moves_and_nobody_else(office: Office) -> None:
    moving = {"movers": "some", "people": f"{FAMILY[1].nik}, {FAMILY[-1].nik}", "relations": "cucu"}
    letter = read(office, "SKPWNI", **moving)["move_letter"]
    people = movers(letter)
    assert "CUCU" in people  # as the form says, though the family card makes a child of them
    assert FAMILY[1].name.upper() in people
    assert FAMILY[-1].name.upper() in people
    assert FAMILY[0].name.upper() not in people
    assert "Alasan Pindah : PEKERJAAN" in letter


def test_a_move_letter_of_a_whole_family_says_how_they_are_related(office: Office) -> None:
    family = a_couple()
    people = movers(read(office, "SKPWNI", family=family)["move_letter"])
    assert all(one.name.upper() in people for one in family)
    assert "KEPALA KELUARGA" in people
    assert "ISTRI" in people
    assert "ANAK" in people


def test_the_family_card_of_a_birth_is_a_family_card_and_holds_the_child(office: Office) -> None:
    card = read(office, "LHR")["family_card"]
    assert "Akta kelahiran" not in card
    assert "Kartu Keluarga · Nomor KK/" in card
    assert "VIVIAN CONTOH LONTOH" in card
    for word in ("KEPALA KELUARGA", "ISTRI", "ANAK"):
        assert word in card
    assert card.count("WNI") == len(office.tools.registry.family(FAMILY[0].family_card))  # the child is known by now


def test_a_birth_reported_late_comes_with_the_heads_decision_and_why_it_was_late(office: Office) -> None:
    documents = read(office, "LHR", family=a_couple(), born="2025-06-15")
    decision = documents.pop("late_birth_decision")
    assert set(documents) == {"birth_deed", "family_card"}
    assert "Nomor: SKLT/" in decision
    assert "15 JUNI 2025" in decision
    assert "Alasan Keterlambatan : Orang tua bekerja di luar daerah" in decision
    assert "late_birth_decision" not in read(office, "LHR", family=a_couple(), name="Anak Lain Contoh")


def test_who_splits_off_gets_a_card_with_a_number_of_its_own_and_those_who_split_off_only(office: Office) -> None:
    family = a_couple()
    people = f"{family[1].nik}, {family[-1].nik}"
    card = read(office, "KK-PISAH", family=family, people=people, relations="Cucu")["family_card"]
    new = office.tools.registry.resident(family[1].nik)
    assert new is not None
    assert f"No. {new.family_card}" in card
    assert family[0].family_card not in card
    assert f"Nama Kepala Keluarga : {family[1].name.upper()}" in card
    assert family[0].nik not in card
    assert "CUCU" in card  # as the form says, though the old card makes a child of them


def test_a_family_card_prints_all_that_form_f_1_01_asks_of_everybody_on_it(office: Office) -> None:
    family = a_couple()
    card = read(office, "KK-GANTI", family=family)["family_card"]
    wedding = family[0].marriage_date
    assert wedding is not None
    assert str(wedding.year) in card
    for one in office.tools.registry.family(family[0].family_card):
        for said in (one.education, one.occupation, one.blood_type, one.father, one.mother):
            assert said
            assert said.upper() in card
        asked = office.config.workflows["BIO"].field
        assert one.education in asked["education"].choices
        assert one.blood_type in asked["blood_type"].choices


def test_relations_are_given_for_each_who_follows_the_head(office: Office) -> None:
    family = a_couple()
    draft = a_dossier(office).of_type("KK-PISAH").in_lane("manual").for_family(family)
    people = f"{family[1].nik}, {family[-1].nik}"
    for given, code in (({}, "relations_count"), ({"relations": "anak, cucu"}, "relations_count"),
                        ({"relations": "sepupu"}, "relations_wrong")):  # fmt: skip
        with pytest.raises(InvalidApplication) as refusal:
            draft.with_fields(people=people, **given).lodged()
        assert {problem.code for problem in refusal.value.problems if problem.place == "relations"} == {code}


def test_a_couple_from_two_families_stand_on_their_new_card_and_nobody_else(office: Office) -> None:
    his, hers = a_couple(), a_couple()
    card = read(office, "KK-BARU", family=his, members=f"{his[0].nik}, {hers[1].nik}", relations="istri")["family_card"]
    new = office.tools.registry.resident(hers[1].nik)
    assert new is not None
    assert f"No. {new.family_card}" in card
    assert new.family_card not in (his[0].family_card, hers[0].family_card)
    assert his[0].nik in card
    assert hers[1].nik in card
    assert his[1].nik not in card
    assert "ISTRI" in card


def test_who_joins_and_who_leaves_show_on_the_changed_family_card(office: Office) -> None:
    family, newcomer = a_couple(), somebody_alone()
    card = read(office, "KK-UBAH", family=family, joins=newcomer.nik, joins_as="Orang tua")["family_card"]
    assert newcomer.name.upper() in card
    assert "ORANG TUA" in card
    left = {"change": "member_leaves", "joins": None, "joins_as": None, "leaves": family[-1].nik}
    card = read(office, "KK-UBAH", family=family, **left)["family_card"]
    assert newcomer.nik in card
    assert family[-1].nik not in card


def test_a_changed_element_shows_on_the_family_card_and_for_each_on_it(office: Office) -> None:
    family = a_couple()
    changed = {"change": "data_element", "joins": None, "joins_as": None,
               "subject_nik": family[1].nik, "subject_name": family[1].name}  # fmt: skip
    moved = {
        "element": "address",
        "new_address": "Jalan Contoh 2",
        "new_district": "71.72.07",
        "new_village": "71.72.07.1002",
    }
    card = read(office, "KK-UBAH", family=family, **changed, **moved)["family_card"]
    assert "JALAN CONTOH 2" in card
    assert office.tools.places.name("71.72.07").upper() in card
    card = read(office, "KK-UBAH", family=family, **changed, element="occupation", new_occupation="Pelaut")[
        "family_card"
    ]
    assert card.count("PELAUT") == 1
    assert "JALAN CONTOH 2" in card


def test_who_joins_is_told_with_their_relation_and_once_each(office: Office) -> None:
    draft = a_dossier(office).of_type("KK-UBAH").in_lane("manual").with_fields(joins_as="anak, cucu")
    with pytest.raises(InvalidApplication) as refusal:
        draft.lodged()
    assert [problem.place for problem in refusal.value.problems] == ["joins_as"]


def test_who_is_not_registered_founds_no_family(office: Office) -> None:
    draft = a_dossier(office).of_type("KK-BARU").in_lane("manual").for_family(a_couple())
    lodged = up_to(draft.with_fields(members="7172060101900001").lodged(), "clear_identity")
    assert "enter" not in lodged.tasks


def test_people_of_another_family_are_found_at_the_identity_check(office: Office) -> None:
    stranger = a_couple()[1]
    family = a_couple()
    draft = a_dossier(office).of_type("KK-PISAH").in_lane("manual").for_family(family)
    lodged = up_to(draft.with_fields(people=stranger.nik, head_name=stranger.name).lodged(), "clear_identity")
    assert "enter" not in lodged.tasks


@pytest.mark.parametrize(
    ("code", "stated", "field"),
    [
        ("MTI", {"subject_name": "Nama Contoh Lain"}, "subject_name"),
        ("MTI", {"subject_nik": "7172060101479999"}, "subject_nik"),
        ("MTI", {"died": "1930-01-01"}, "died"),
        ("KTP-BARU", {"birth_date": "1990-01-01"}, "birth_date"),
        ("KIA-BARU", {"born": "2022-12-31"}, "born"),
        ("KWN", {"husband": "Nama Contoh Lain", "wife_born": "1996-09-30"}, "husband, wife_born"),
    ],
)
def test_nothing_is_issued_about_somebody_whom_the_form_calls_otherwise_than_the_register(
    office: Office, code: str, stated: dict[str, str], field: str
) -> None:
    draft = a_dossier(office).of_type(code).in_lane("manual").for_family(a_couple()).with_fields(**stated).untrue()
    lodged = up_to(draft.lodged(), "clear_identity")
    sheet = office.sheets.task(
        lodged.tasks["clear_identity"].id, by=somebody_for(office, lodged.tasks["clear_identity"])
    )
    known = set(field.split(", "))
    assert known <= set(sheet.differences)
    assert all(value not in str(sheet.journal) for value in stated.values())


def test_a_death_is_recorded_once_and_the_deed_says_what_the_register_does(office: Office) -> None:
    family = a_couple()
    deed = read(office, "MTI", family=family, subject_name=f" {family[1].name.upper()}")["death_deed"]
    assert family[1].name.upper() in deed
    dead = office.tools.registry.resident(family[1].nik)
    assert dead is not None
    assert not dead.alive
    again = a_dossier(office).of_type("MTI").in_lane("manual").for_family(family)
    assert refused(again.lodged).code == "registered_already"


def test_a_marriage_deed_says_where_and_when_both_were_born(office: Office) -> None:
    family = a_couple()
    deed = read(office, "KWN", family=family)["marriage_deed"]
    assert f"{family[0].birth_place.upper()}, 8 MARET 1995" in deed
    assert f"{family[1].birth_place.upper()}, 30 SEPTEMBER 1997" in deed


def test_a_new_extract_repeats_what_the_register_says(office: Office) -> None:
    extract = read(office, "KED", family=a_couple())["deed_extract"]
    assert "Tempat, Tanggal Lahir : BITUNG, 19 DESEMBER 2000" in extract
    assert "Nama Ibu : GRACE CONTOH WOWOR" in extract


def test_a_note_in_the_margin_is_not_called_an_extract(office: Office) -> None:
    note = read(office, "BTL", family=a_couple())["deed_correction"]
    assert "Catatan pinggir ini dikeluarkan" in note


@pytest.mark.parametrize(("born", "until"), [("2023-11-02", "2 NOVEMBER 2028"), ("2016-02-29", "1 MARET 2033")])
def test_a_child_card_says_until_when_it_holds(office: Office, born: str, until: str) -> None:
    family = a_couple()
    lodged = a_dossier(office).of_type("KIA-BARU").in_lane("manual").for_family(family).with_fields(born=born).lodged()
    to_the_end(lodged)
    tools = office.tools
    with tools.store.read() as work:
        (card,) = work.documents.of(lodged.dossier.id)
    assert until in Page(text_of(tools.files.get(card.file or "")))


def test_how_those_are_related_who_start_a_family_of_their_own() -> None:
    def one(nik: str, relationship: str, **more: Any) -> Resident:
        return Resident(**{**_PERSON, "nik": nik, "name": f"Nama {nik}", "relationship": relationship, **more})

    married = {"marital_status": "married"}
    family = [
        one("1", "head"), one("2", "child", sex="female", **married), one("3", "other_relative", **married),
        one("4", "other_relative", mother="Nama 2"), one("5", "parent"),
    ]  # fmt: skip

    class Card:
        """A register of this family."""

        def resident(self, nik: str) -> Resident | None:
            """Without the relation, which a family is asked for."""
            return next((replace(each, relationship="") for each in family if each.nik == nik), None)

        def family(self, family_card: str) -> list[Resident]:
            """Everybody."""
            return family

    def related(people: str) -> list[tuple[str, str]]:
        return [(each.nik, each.relationship) for each in together(cast(Registry, Card()), people)]

    assert related("2, 3, 4, 5") == [("2", "head"), ("3", "husband"), ("4", "child"), ("5", "other_relative")]
    assert related("1, 4, 5") == [("1", "head"), ("4", "other_relative"), ("5", "parent")]


_PERSON: dict[str, Any] = {
    "family_card": "7172060303260007", "sex": "male", "born": FAMILY[0].born, "birth_place": "Bitung",
    "district": "71.72.06", "village": "71.72.06.1001", "address": "Jalan Contoh 1", "religion": "Kristen",
    "marital_status": "single",
}  # fmt: skip
