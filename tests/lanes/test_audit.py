"""The journal's proof, against somebody who can write to the database."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from support.office import a_dossier, clock_of, to_the_end, up_to

from domain.journal import chain
from lanes.office import Office


@pytest.fixture
def busy(office: Office) -> Office:
    """An office with two ended dossiers and one under way, sealed, and one that came in after the seal."""
    for lane in ("online", "manual"):
        to_the_end(a_dossier(office).in_lane(lane).lodged())
    up_to(a_dossier(office).lodged(), "verify")
    assert office.audit.seal() == 3
    clock_of(office).forward(hours=1)
    up_to(a_dossier(office).lodged(), "receive")
    return office


def tampered(home: Path, *statements: str) -> None:
    """Change the database behind the office's back; its own checks of references are off."""
    connection = sqlite3.connect(home / "data" / "jalur.sqlite")
    for statement in statements:
        assert connection.execute(statement).rowcount != 0, statement
    connection.commit()
    connection.close()


def test_a_whole_journal_is_found_whole_again_and_again(busy: Office) -> None:
    assert busy.audit.verify() == []
    assert busy.audit.seal() == 1
    assert busy.audit.seal() == 0
    assert busy.audit.verify() == []


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'kepala'",
        "event = 'dossier_issued'",
        """data = '{"outcome":"approved","step":"verify"}'""",
        "at = at + 1",
        "hash = 'x' || substr(hash, 2)",
    ],
)
@pytest.mark.parametrize("seq", [1, 4])
def test_an_edited_entry_shows(busy: Office, tmp_path: Path, change: str, seq: int) -> None:
    tampered(tmp_path, f"UPDATE journal SET {change} WHERE dossier_id = 2 AND seq = {seq}")
    assert any(fault.startswith(f"MN-2026-000001: entry {seq}") for fault in busy.audit.verify())


@pytest.mark.parametrize("seq", ["1", "4", "(SELECT max(seq) FROM journal WHERE dossier_id = 2)"])
def test_a_removed_entry_shows(busy: Office, tmp_path: Path, seq: str) -> None:
    tampered(tmp_path, f"DELETE FROM journal WHERE dossier_id = 2 AND seq = {seq}")
    assert any(fault.startswith("MN-2026-000001: ") for fault in busy.audit.verify())


def test_a_last_entry_removed_with_what_the_dossier_says_of_it_shows_by_the_seal(busy: Office, tmp_path: Path) -> None:
    tampered(
        tmp_path,
        "DELETE FROM journal WHERE dossier_id = 2 AND seq = (SELECT max(seq) FROM journal WHERE dossier_id = 2)",
        "UPDATE dossier SET journal_seq = journal_seq - 1, journal_head ="
        " (SELECT hash FROM journal WHERE dossier_id = 2 ORDER BY seq DESC LIMIT 1) WHERE id = 2",
    )
    (fault,) = busy.audit.verify()
    assert "which seal 1 covers, was changed or removed" in fault


def test_reordered_entries_show(busy: Office, tmp_path: Path) -> None:
    tampered(
        tmp_path,
        "UPDATE journal SET seq = -3 WHERE dossier_id = 2 AND seq = 3",
        "UPDATE journal SET seq = 3 WHERE dossier_id = 2 AND seq = 4",
        "UPDATE journal SET seq = 4 WHERE dossier_id = 2 AND seq = -3",
    )
    assert busy.audit.verify()


def test_an_entry_put_in_shows(busy: Office, tmp_path: Path) -> None:
    tampered(
        tmp_path,
        "INSERT INTO journal SELECT dossier_id, seq + 1, at, actor, event, data, hash FROM journal"
        " WHERE dossier_id = 2 ORDER BY seq DESC LIMIT 1",
    )
    assert busy.audit.verify()


def test_entries_moved_to_another_dossier_show(busy: Office, tmp_path: Path) -> None:
    tampered(
        tmp_path,
        "UPDATE journal SET dossier_id = -1 WHERE dossier_id = 1",
        "UPDATE journal SET dossier_id = 1 WHERE dossier_id = 2",
        "UPDATE journal SET dossier_id = 2 WHERE dossier_id = -1",
    )
    assert {fault[:14] for fault in busy.audit.verify()} >= {"ON-2026-000001", "MN-2026-000001"}


@pytest.mark.parametrize(("dossier", "number"), [(2, "dossier 1"), (4, "dossier 3")])
def test_a_whole_dossier_cut_out_shows(busy: Office, tmp_path: Path, dossier: int, number: str) -> None:
    tampered(tmp_path, f"DELETE FROM journal WHERE dossier_id = {dossier}", f"DELETE FROM dossier WHERE id = {dossier}")
    assert f"dossier:manual:2026: {number} is missing" in busy.audit.verify()


def test_a_sealed_dossier_cut_out_with_its_number_taken_back_shows(busy: Office, tmp_path: Path) -> None:
    tampered(
        tmp_path,
        "DELETE FROM journal WHERE dossier_id = 1",
        "DELETE FROM dossier WHERE id = 1",
        "UPDATE counter SET value = value - 1 WHERE name = 'dossier:online:2026'",
    )
    assert any(fault.startswith("ON-2026-000001: ") for fault in busy.audit.verify())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_seal SET root = 'x' || substr(root, 2)",
        "UPDATE journal_sealed_head SET seq = seq - 1 WHERE number = 'MN-2026-000001'",
        "UPDATE journal_sealed_head SET hash = 'x' || substr(hash, 2) WHERE number = 'MN-2026-000001'",
        "DELETE FROM journal_sealed_head WHERE number = 'MN-2026-000001'",
    ],
)
def test_a_changed_seal_shows(busy: Office, tmp_path: Path, statement: str) -> None:
    tampered(tmp_path, statement)
    assert any("does not fit what it covers" in fault for fault in busy.audit.verify())


def test_a_removed_seal_shows(busy: Office, tmp_path: Path) -> None:
    tampered(tmp_path, "DELETE FROM journal_sealed_head", "DELETE FROM journal_seal")
    assert any("the seal up to entry" in fault for fault in busy.audit.verify())


def test_a_chain_forged_anew_shows_by_the_seal(busy: Office, tmp_path: Path) -> None:
    dossier, _, entries, _ = busy.views.dossier("MN-2026-000001")
    forged = [*entries]
    last = entries[-1]
    (new,) = chain(
        number=dossier.number, seq=last.seq - 1, head=entries[-2].hash, at=last.at, actor="kepala",
        events=[("dossier_rejected", {})],
    )  # fmt: skip
    forged[-1] = new
    tampered(
        tmp_path,
        f"UPDATE journal SET actor = '{new.actor}', event = '{new.event}', data = '{new.data}', hash = '{new.hash}'"
        f" WHERE dossier_id = {dossier.id} AND seq = {new.seq}",
        f"UPDATE dossier SET journal_head = '{new.hash}' WHERE id = {dossier.id}",
    )
    (fault,) = busy.audit.verify()
    assert fault == f"MN-2026-000001: entry {new.seq}, which seal 1 covers, was changed or removed"
