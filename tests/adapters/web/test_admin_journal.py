"""The journal searched and proven on a page, by the administrator and the auditor; never personal data in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.office import a_dossier, clock_of, do, given_fields, manager, refused, waiting_at
from support.web import Visitor, somebody

from lanes.office import Office
from lanes.verifications import GIVEN_UP

JOURNAL = "/admin/journal"


@pytest.fixture
def visitor(office: Office) -> Visitor:
    """The auditor, signed in, who reads English."""
    found = somebody(office, "auditor")
    assert found.page is not None
    assert found.page.path == JOURNAL
    return found.in_english()


def test_the_auditor_finds_entries_in_words_and_no_personal_data(office: Office, visitor: Visitor) -> None:
    assert "Nothing has happened yet" in visitor.get(JOURNAL).words
    lodged = waiting_at(office, "verify")
    other = a_dossier(office).in_lane("online").lodged()
    page = visitor.get(f"{JOURNAL}?number={lodged.number.lower()}")
    assert other.number not in page.words.partition("The newest entries first")[2]
    for words in (
        "Application received",
        "document type: ",
        "channel: at the counter",
        "Step done",
        "ended as: Entered",
    ):
        assert words in page.words
    assert not [value for value in given_fields(lodged) if value in page.words]
    page = visitor.get(f"{JOURNAL}?actor=applicant&event=dossier_submitted")
    assert {lodged.number, other.number} <= set(page.words.split())
    assert "Task taken" not in page.words.partition("The newest entries first")[2]
    assert "No entry fits" in visitor.get(f"{JOURNAL}?until=2020-01-01").words


def test_pages_go_on_where_the_last_one_ended(office: Office, visitor: Visitor) -> None:
    for _ in range(30):
        a_dossier(office).lodged()
    clock_of(office).forward(minutes=1)
    first = visitor.get(f"{JOURNAL}?actor=applicant")
    (older,) = {link for link in first.links if "after=" in link and "lang=" not in link}
    assert "actor=applicant" in older
    second = visitor.get(older)
    numbers = [link.partition("number=")[2] for page in (first, second) for link in page.links if "number=" in link]
    with office.store.read() as work:
        kept = [entry for _, entries in work.dossiers.everything() for entry in entries if entry.actor == "applicant"]
    assert len(numbers) == len(kept)
    assert [link for link in second.links if "after=" in link and "lang=" not in link] == []


@pytest.mark.parametrize("asked", ["since=soon", "after=x", "after=1-2", "after=99999999999999999-1-1234567890"])
def test_what_cannot_be_looked_for_is_refused_in_words(visitor: Visitor, asked: str) -> None:
    page = visitor.get(f"{JOURNAL}?{asked}")
    assert page.status == 422
    assert "There is a problem" in page.words


@pytest.mark.parametrize("path", [JOURNAL, f"{JOURNAL}/people"])
def test_nobody_else_reads_it_and_the_auditor_comes_nowhere_else(office: Office, visitor: Visitor, path: str) -> None:
    other = somebody(office, manager(office)).in_english()
    page = other.get(path)
    assert (page.status, path in page.links) == (403, False)
    assert "Only an administrator or the auditor may search the journal" in page.words
    page = visitor.get(path)
    assert (page.status, "/admin" in page.links) == (200, False)
    for closed in ("/admin", "/admin/people", "/admin/people/kepala", "/admin/teams"):
        assert visitor.get(closed).status == 403


def test_one_dossier_is_proven_at_once(office: Office, visitor: Visitor) -> None:
    lodged, other = waiting_at(office, "verify"), a_dossier(office).lodged()
    office.audit.seal()
    clock_of(office).forward(minutes=1)
    do(lodged, "verify")
    visitor.get(JOURNAL)
    page = visitor.send(f"{JOURNAL}/verify-one", number=lodged.number)
    assert f"{lodged.number}: its entries, the seals over them" in page.words
    assert "There is no dossier with this number" in visitor.send(f"{JOURNAL}/verify-one", number="ON-2026-9").words
    for change, fault in (
        ("UPDATE journal SET actor = 'admin' WHERE dossier_id = {} AND seq = 3", "entry 3 was changed"),
        ("DELETE FROM journal_sealed_head WHERE number = '" + lodged.number + "'", "the seal up to entry"),
    ):
        with office.store.begin() as work:
            work.connection.exec_driver_sql(change.format(lodged.dossier.id))  # type: ignore[attr-defined]
        page = visitor.send(f"{JOURNAL}/verify-one", number=lodged.number)
        assert "not whole" in page.words
        assert fault in page.words
    assert office.audit.verify_one(other.number) == []


def test_the_whole_proof_is_made_when_asked_for_and_once_a_day_and_its_result_stands(
    office: Office, visitor: Visitor
) -> None:
    lodged = a_dossier(office).lodged()
    assert office.verifications.make_due() == 0
    page = visitor.get(JOURNAL)
    assert "Last whole proof whole" in page.words
    assert office.verifications.make_due() == 0
    assert len(office.verifications.newest()) == 1
    page = visitor.send(f"{JOURNAL}/verify")
    assert "asked for at" in page.words
    assert refused(lambda: office.verifications.ask(by="admin")).code == "asked_already"
    assert refused(lambda: office.verifications.ask(by="kepala")).code == "not_allowed"
    with office.store.begin() as work:
        work.connection.exec_driver_sql(  # type: ignore[attr-defined]
            f"UPDATE journal SET actor = 'admin' WHERE dossier_id = {lodged.dossier.id} AND seq = 1"
        )
    assert office.verifications.make_due() > 0
    admin = somebody(office, "admin").in_english()
    assert "Last whole proof : not whole" in admin.get("/admin").words
    page = visitor.get(JOURNAL)
    assert "Last whole proof not whole" in page.words
    assert f"{lodged.number}: entry 1 was changed" in page.words
    clock_of(office).forward(days=1)
    office.verifications.make_due()
    assert [each.asked_by for each in office.verifications.newest()] == ["jalur", "auditor", "jalur"]


def test_a_proof_that_was_cut_off_is_made_again_later_and_two_never_at_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off() -> list[str]:
        raise KeyboardInterrupt

    office.verifications.ask(by="admin")
    with monkeypatch.context() as patch:
        patch.setattr(office.audit, "verify", cut_off)
        with pytest.raises(KeyboardInterrupt):
            office.verifications.make_due()
        office.verifications.make_due()  # the other one may still be at it
    clock_of(office).forward(seconds=(GIVEN_UP + timedelta(minutes=1)).total_seconds())
    office.verifications.make_due()
    (only,) = office.verifications.newest()
    assert (only.asked_by, only.found, only.ended_at) == ("admin", 0, office.clock.now())
