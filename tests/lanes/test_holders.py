"""Who holds a tracking code: proved once, remembered for half an hour, and guesses slowed until they are hopeless."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.office import (
    Lodged,
    a_dossier,
    a_family,
    an_office,
    at_once,
    clock_of,
    do,
    refused,
    to_the_end,
    waiting_at,
    work_off,
)

from domain.errors import Refused
from domain.roles import Lane
from lanes.office import Office
from lanes.store import Document

HOME = "203.0.113.7"


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Office:
    return an_office(tmp_path, database_url=database_url)


@pytest.fixture
def lodged(office: Office) -> Lodged:
    return a_dossier(office).lodged()


def guess(office: Office, number: str, code: str = "ABCD-EFGH-JKMN", address: str = HOME) -> str:
    return refused(lambda: office.holders.prove(number, code, address=address)).code


def test_number_and_code_may_be_written_as_people_write(lodged: Lodged) -> None:
    written = lodged.code.lower().replace("-", " ")
    assert lodged.office.holders.prove(f" {lodged.number.lower()} ", written, address=HOME) == (
        lodged.number,
        lodged.code,
    )


def test_a_wrong_number_and_a_wrong_code_are_refused_alike(lodged: Lodged) -> None:
    office = lodged.office
    assert guess(office, lodged.number) == guess(office, "MN-2026-999999", lodged.code) == "unknown_dossier"


def test_wrong_codes_for_a_number_wait_longer_each_time_wherever_they_come_from(lodged: Lodged) -> None:
    office, clock = lodged.office, clock_of(lodged.office)
    for place in range(3):
        assert guess(office, lodged.number, address=f"198.51.100.{place}") == "unknown_dossier"
    for wait in (2, 4, 8, 16, 32, 64, 128):
        clock.forward(seconds=wait - 1)
        assert guess(office, lodged.number, address="192.0.2.1") == "too_many_tries"
        clock.forward(seconds=1)
        assert guess(office, lodged.number, address="192.0.2.1") == "unknown_dossier"
    clock.forward(minutes=14)
    assert guess(office, lodged.number) == "too_many_tries"
    assert office.holders.prove(lodged.number, lodged.code, address=HOME), "the right code never waits"
    again = [guess(office, lodged.number, address="198.51.100.9") for _ in range(3)]
    assert again == ["unknown_dossier"] * 3, "the right code forgets the wrong ones"


def test_an_address_cannot_try_all_numbers_through(lodged: Lodged) -> None:
    office = lodged.office
    codes = [guess(office, f"MN-2026-9{place:05}") for place in range(20)]
    assert codes == ["unknown_dossier"] * 15 + ["too_many_tries"] * 5
    assert office.holders.prove(lodged.number, lodged.code, address=HOME), "others may share the address"


def test_wrong_codes_at_the_same_moment_are_slowed_as_those_after_one_another(either: Office) -> None:
    tries = [lambda: either.holders.prove("MN-2026-999999", "ABCD-EFGH-JKMN", address=HOME)] * 8
    found = [each.code for each in at_once(*tries) if isinstance(each, Refused)]
    assert sorted(found) == ["too_many_tries"] * 5 + ["unknown_dossier"] * 3


def test_addresses_and_numbers_are_not_kept_in_clear(lodged: Lodged, tmp_path: Path) -> None:
    guess(lodged.office, lodged.number)
    with lodged.office.store.read() as work:
        assert work.access.attempts(f"address:{HOME}") is None
        assert work.access.attempts(f"track:{lodged.number}") is None


def test_who_proved_it_is_remembered_for_half_an_hour(lodged: Lodged) -> None:
    holders = lodged.office.holders
    kept = holders.remember(lodged.number, lodged.code)
    assert lodged.number not in kept
    clock_of(lodged.office).forward(minutes=29)
    assert holders.recall(kept) == (lodged.number, lodged.code)
    clock_of(lodged.office).forward(minutes=1)
    assert holders.recall(kept) is None


def test_nobody_fills_the_disk_with_drafts(office: Office) -> None:
    for _ in range(63):
        office.holders.may_begin(address=HOME)
    assert refused(lambda: office.holders.may_begin(address=HOME)).code == "too_many_tries"
    office.holders.may_begin(address="198.51.100.1")
    clock_of(office).forward(seconds=2)
    office.holders.may_begin(address=HOME)


@pytest.mark.parametrize("kept", ["", "x", "W10", "WyJhIiwiYiJd", "é", "A" * 4000])
def test_what_was_not_remembered_here_is_nobodys(office: Office, kept: str) -> None:
    assert office.holders.recall(kept) is None


def test_what_was_remembered_and_changed_is_nobodys(lodged: Lodged) -> None:
    kept = lodged.office.holders.remember(lodged.number, lodged.code)
    assert lodged.office.holders.recall(kept[:-9] + "AAAAAAAA" + kept[-1]) is None


class TestVerifying:
    def test_an_issued_document_is_valid_and_tells_nothing_of_a_person(self, office: Office) -> None:
        lodged = a_dossier(office).in_lane("online").lodged()
        to_the_end(lodged)
        with office.store.read() as work:
            (document,) = work.documents.of(lodged.dossier.id)
        found = office.verifying.document(document.token)
        assert found is not None
        assert (found.number, found.title.id, found.replaced_by) == (document.number, "Kartu Keluarga baru", None)
        assert found.issued_at == document.sealed_at

    def test_a_draft_and_a_forgery_are_unknown(self, office: Office) -> None:
        lodged = waiting_at(office, "sign")
        with office.store.read() as work:
            (document,) = work.documents.of(lodged.dossier.id)
        assert office.verifying.document(document.token) is None
        assert office.verifying.document("") is None
        assert office.verifying.document("x" * 5000) is None

    def test_a_corrected_document_names_the_one_in_its_place(self, office: Office) -> None:
        lodged = waiting_at(office, "handover")
        with office.store.read() as work:
            (first,) = work.documents.of(lodged.dossier.id)
        do(lodged, "handover", "faulty")
        to_the_end(lodged)
        work_off(office, Lane.MANUAL)
        with office.store.read() as work:
            second = work.documents.of(lodged.dossier.id)[-1]
        found, new = office.verifying.document(first.token), office.verifying.document(second.token)
        assert found is not None
        assert new is not None
        assert found.replaced_by == new.number
        assert new.replaced_by is None

    def test_a_deed_corrected_by_another_dossier_is_not_valid_and_says_by_which(self, office: Office) -> None:
        (deed,) = (each for each in issued(office, "MTI", "online") if each.product == "death_deed")
        same = {"deed": "Akta Kematian", "deed_number": f" {deed.number.lower()} "}
        lost = issued(office, "KED", "online", **same, loss="lost")[-1]
        assert valid(office, deed, lost), "a lost extract may be found again, and says nothing wrong"
        note, right = issued(office, "BTL", "manual", **same)
        since = office.clock.now()
        for old in (deed, lost):
            found = office.verifying.document(old.token)
            assert found is not None
            assert (found.replaced_by, found.replaced_at) == (right.number, right.sealed_at)
        assert valid(office, note, right)
        clock_of(office).forward(days=1)
        second = issued(office, "KED", "manual", **same, loss="damaged")[-1]
        found = office.verifying.document(deed.token)
        assert found is not None
        assert found.replaced_by == second.number, "the one that is valid now"
        assert found.replaced_at is not None
        assert found.replaced_at <= since, "and since when it is not"
        assert office.audit.verify() == []

    def test_one_family_card_of_a_number_is_valid(self, office: Office) -> None:
        family = a_family()
        (first,) = issued(office, "KK-UBAH", "manual", family=family)
        (other,) = issued(office, "KK-UBAH", "manual")
        (second,) = issued(office, "KK-GANTI", "online", family=family, loss="lost")
        found = office.verifying.document(first.token)
        assert found is not None
        assert found.replaced_by == second.number
        assert valid(office, second, other)


def issued(office: Office, code: str, lane: str, *, family: Any = None, **fields: Any) -> list[Document]:
    """The documents of a dossier that went to its end."""
    draft = a_dossier(office).of_type(code).in_lane(lane)
    lodged = (draft.for_family(family) if family else draft).with_fields(**fields).lodged()
    to_the_end(lodged)
    work_off(office, Lane(lane))
    with office.store.read() as work:
        return work.documents.of(lodged.dossier.id)


def valid(office: Office, *documents: Document) -> bool:
    """Whether these verify as valid."""
    found = [office.verifying.document(each.token) for each in documents]
    return all(each is not None and each.replaced_by is None for each in found)
