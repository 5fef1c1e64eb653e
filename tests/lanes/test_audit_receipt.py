"""A journal rewritten by somebody who keeps it whole in itself, against the receipts that applicants were given, and
against the dossiers that came in later: each tells the newest seal then, so its receipt holds what came before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, func, select, update
from support.office import Lodged, a_dossier, an_office, refused, to_the_end, up_to
from support.tampering import TABLES, Tamperer

from adapters.sql.engine import make_engine
from domain.journal import entry_hash, seal_root
from lanes.office import Office

JOURNAL, DOSSIER, SEAL, HEAD = (TABLES[name] for name in ("journal", "dossier", "journal_seal", "journal_sealed_head"))


@dataclass(frozen=True, kw_only=True)
class Kept:
    """An office with a dossier that went on after its receipt was given, one more, and what writes to its database."""

    office: Office
    lodged: Lodged
    other: Lodged
    receipt: str  # the hash that the first one's applicant was given
    others: str
    tamperer: Tamperer
    connection: Connection

    def entry(self) -> int | None:
        return self.office.audit.receipt(self.lodged.number, self.receipt)


@pytest.fixture
def kept(tmp_path: Path, database_url: str) -> Iterator[Kept]:
    office = an_office(tmp_path, database_url=database_url)
    lodged, other = a_dossier(office).lodged(), a_dossier(office).lodged()
    receipts = [each.dossier.journal_head for each in (lodged, other)]
    for each in (lodged, other):
        up_to(each, "verify")
    engine = make_engine(database_url)
    with engine.connect() as connection:
        yield Kept(office=office, lodged=lodged, other=other, receipt=receipts[0], others=receipts[1],
                   tamperer=Tamperer(engine), connection=connection)  # fmt: skip
    engine.dispose()


def rewrite(kept: Kept, seq: int, *, seals: bool) -> None:
    """Let another person have written an entry, and make all that follows from it fit: hashes, head and seals."""
    number, of, db = kept.lodged.number, kept.lodged.dossier.id, kept.connection
    head = ""
    for row in db.execute(select(JOURNAL).where(JOURNAL.c.dossier_id == of).order_by(JOURNAL.c.seq)).all():
        actor = "kepala" if row.seq == seq else row.actor
        head = entry_hash(
            number=number, previous=head, seq=row.seq, at=row.at, actor=actor, event=row.event, data=row.data
        )
        its = (JOURNAL.c.dossier_id == of, JOURNAL.c.seq == row.seq)
        db.execute(update(JOURNAL).where(*its).values(actor=actor, hash=head))
    db.execute(update(DOSSIER).where(DOSSIER.c.id == of).values(journal_head=head))
    if seals:
        db.execute(update(HEAD).where(HEAD.c.number == number).values(hash=head))
        heads = [tuple(row) for row in db.execute(select(HEAD.c.number, HEAD.c.seq, HEAD.c.hash))]
        db.execute(update(SEAL).values(root=seal_root("", heads)))
    db.commit()


def test_a_receipt_stands_in_its_journal_whatever_came_after_it(kept: Kept) -> None:
    assert kept.entry() == 2
    to_the_end(kept.lodged)
    assert kept.entry() == 2
    assert kept.office.audit.verify() == []


def test_what_track_shows_of_the_journal_later_stands_in_it_too(kept: Kept) -> None:
    head = kept.lodged.dossier.journal_head
    last = kept.lodged.dossier.journal_seq
    to_the_end(kept.lodged)
    assert kept.office.audit.receipt(kept.lodged.number, head) == last


@pytest.mark.parametrize("sealed", [False, True])
def test_a_journal_rewritten_whole_from_its_beginning_is_not_the_receipts(kept: Kept, sealed: bool) -> None:
    if sealed:
        kept.office.audit.seal()
    rewrite(kept, 1, seals=sealed)
    assert kept.office.audit.verify() == [], "whole in itself"
    assert kept.entry() is None
    assert kept.office.audit.receipt(kept.other.number, kept.others) == 2


def test_what_was_rewritten_after_the_receipt_is_not_for_the_receipt_to_tell(kept: Kept) -> None:
    later = kept.lodged.dossier
    rewrite(kept, 3, seals=False)
    assert kept.entry() == 2
    assert kept.office.audit.receipt(later.number, later.journal_head) is None


def test_a_hash_left_in_place_over_a_changed_entry_stands_for_nothing(kept: Kept) -> None:
    with kept.tamperer.changed("journal", "actor", dossier_id=kept.lodged.dossier.id, seq=1):
        assert kept.entry() is None
    assert kept.entry() == 2


def test_the_receipt_of_another_dossier_or_of_none_does_not_stand(kept: Kept) -> None:
    audit = kept.office.audit
    assert audit.receipt(kept.other.number, kept.receipt) is None
    assert audit.receipt("MN-2026-000999", kept.receipt) is None


def test_an_entry_that_cannot_be_read_ends_what_the_receipt_stands_for(kept: Kept) -> None:
    where = {"dossier_id": kept.lodged.dossier.id, "seq": 1}
    value = "besok" if kept.connection.dialect.name == "sqlite" else "infinity"
    with kept.tamperer.changed("journal", "at", value, **where):
        assert kept.entry() is None


def test_a_number_is_read_as_people_write_it_and_anything_else_is_refused(kept: Kept) -> None:
    number, given = kept.lodged.number, kept.receipt
    assert kept.office.audit.receipt(f" {number.lower()} ", f" {given.upper()}\n") == 2
    for wrong in ((number, given[:-1]), (number, "Nama Rahasia"), ("Nama Rahasia", given)):
        refusal = refused(lambda wrong=wrong: kept.office.audit.receipt(*wrong))  # type: ignore[misc]
        assert refusal.code == "no_receipt"
        assert "Rahasia" not in str(refusal)


# --- seals ---------------------------------------------------------------------------------------------------------


def take_away_seals(kept: Kept, since: int) -> None:
    """Remove the seals from one on, and let the dossiers say that there were none."""
    db = kept.connection
    db.execute(delete(HEAD).where(HEAD.c.seal_id >= since))
    db.execute(delete(SEAL).where(SEAL.c.id >= since))
    covered = select(func.coalesce(func.max(HEAD.c.seq), 0)).where(HEAD.c.number == DOSSIER.c.number)
    db.execute(update(DOSSIER).values(sealed_seq=covered.scalar_subquery()))
    db.commit()


def test_all_seals_taken_away_as_if_there_had_been_none_are_missed_by_who_came_in_since(kept: Kept) -> None:
    kept.office.audit.seal()
    after = [a_dossier(kept.office).lodged() for _ in range(2)]
    assert kept.office.audit.verify() == []
    take_away_seals(kept, 1)
    assert kept.office.audit.verify() == [f"{after[0].number}: the seal that was the newest when it came in is missing"]


def test_the_newest_seal_taken_away_is_missed_by_who_came_in_since(kept: Kept) -> None:
    kept.office.audit.seal()
    between = a_dossier(kept.office).lodged()
    kept.office.audit.seal()
    after = a_dossier(kept.office).lodged()
    take_away_seals(kept, 2)
    assert between.number != after.number
    assert kept.office.audit.verify() == [f"{after.number}: the seal that was the newest when it came in is missing"]


def test_a_journal_rewritten_with_its_seal_is_missed_by_who_came_in_since(kept: Kept) -> None:
    kept.office.audit.seal()
    after = a_dossier(kept.office).lodged()
    rewrite(kept, kept.lodged.dossier.journal_seq, seals=True)
    assert kept.entry() == 2, "it was rewritten after its receipt was given"
    assert kept.office.audit.verify() == [f"{after.number}: the seal that was the newest when it came in is missing"]
