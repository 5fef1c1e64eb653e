"""What every vault must do, run against the vault in a file, and what its key file must withstand."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.vault import FileVault
from domain.errors import Refused
from lanes.ports import Tampered, Vault

PERSON = {"name": "Maria Wowor", "nik": "7172075508900001", "address": "Jl. Contoh 1, RT 02"}


@pytest.fixture(params=[FileVault])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    made: Vault = request.param(tmp_path / "keys.json")
    return made


def test_what_was_locked_opens_again(vault: Vault) -> None:
    key_id, cipher = vault.lock(PERSON, context="person:1")
    assert vault.unlock(key_id, cipher, context="person:1") == PERSON


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    plain=st.dictionaries(
        st.text(max_size=10),
        st.one_of(st.none(), st.booleans(), st.text(), st.integers(-(2**53), 2**53), st.lists(st.text(max_size=5))),
    ),
    context=st.text(max_size=30),
    scan=st.binary(max_size=300),
)
def test_any_json_object_and_any_file_come_back_as_they_were(
    vault: Vault, plain: dict[str, object], context: str, scan: bytes
) -> None:
    assert vault.unlock(*vault.lock(plain, context=context), context=context) == plain
    assert vault.unlock_bytes(vault.lock_bytes(scan, context=context), context=context) == scan


def test_nothing_of_the_person_shows_in_the_ciphertext_and_no_two_are_alike(vault: Vault) -> None:
    ciphers = {vault.lock(PERSON, context="person:1")[1] for _ in range(100)}
    assert len(ciphers) == 100
    assert not any(b"Wowor" in cipher or b"7172" in cipher for cipher in ciphers)
    assert b"Wowor" not in vault.lock_bytes(b"Maria Wowor " * 100, context="scan:1")


def test_every_changed_byte_shows(vault: Vault) -> None:
    key_id, cipher = vault.lock({"a": "b"}, context="person:1")
    scan = vault.lock_bytes(b"scan", context="person:1")
    for at in range(len(cipher)):
        with pytest.raises(Tampered):
            vault.unlock(key_id, _flipped(cipher, at), context="person:1")
    for at in range(len(scan)):
        with pytest.raises(Tampered):
            vault.unlock_bytes(_flipped(scan, at), context="person:1")


def test_every_cut_shows(vault: Vault) -> None:
    key_id, cipher = vault.lock({"a": "b"}, context="person:1")
    scan = vault.lock_bytes(b"scan", context="person:1")
    for length in range(len(cipher)):
        with pytest.raises(Tampered):
            vault.unlock(key_id, cipher[:length], context="person:1")
    for length in range(len(scan)):
        with pytest.raises(Tampered):
            vault.unlock_bytes(scan[:length], context="person:1")


def test_a_row_that_was_moved_does_not_open(vault: Vault) -> None:
    key_id, cipher = vault.lock(PERSON, context="person:1")
    with pytest.raises(Tampered) as caught:
        vault.unlock(key_id, cipher, context="person:2")
    assert "restore them from a backup" in str(caught.value)
    assert "Wowor" not in str(caught.value)


def test_a_file_does_not_open_as_a_row_nor_under_another_context(vault: Vault) -> None:
    scan = vault.lock_bytes(b'{"a": "b"}', context="person:1")
    key_id, _ = vault.lock(PERSON, context="person:1")
    with pytest.raises(Tampered):
        vault.unlock_bytes(scan, context="person:2")
    with pytest.raises(Tampered):
        vault.unlock(key_id, scan[5 + len(key_id) :], context="person:1")


def test_an_unknown_key_is_told_as_tampering(vault: Vault) -> None:
    _, cipher = vault.lock(PERSON, context="person:1")
    with pytest.raises(Tampered):
        vault.unlock("kffffffff", cipher, context="person:1")


def test_a_number_is_found_by_one_token_whatever_its_spacing(vault: Vault) -> None:
    token = vault.index("nik", "7172075508900001")
    assert len(token) == 1
    assert token == vault.index("nik", " 7172 0755 0890 0001 ")
    assert token != vault.index("nik", "7172075508900002")
    assert token != vault.index("family_card", "7172075508900001")
    assert "7172" not in token[0]


def test_a_name_is_found_by_each_of_its_words(vault: Vault) -> None:
    tokens = vault.index("name", "RENÉ  Sondakh-Lapian, S.H.")
    assert len(tokens) == 5
    assert vault.index("name", "lapian")[0] in tokens
    assert vault.index("name", "Rene")[0] in tokens
    assert vault.index("name", "Maria")[0] not in tokens
    assert len(vault.index("name", "Usman Usman")) == 1


def test_an_empty_value_is_found_by_nothing(vault: Vault) -> None:
    assert vault.index("name", " . ") == ()
    assert vault.index("phone", "  ") == ()


def test_old_data_open_and_the_index_stands_after_keys_were_rotated(tmp_path: Path) -> None:
    vault = FileVault(tmp_path / "keys.json")
    token = vault.index("nik", "7172075508900001")
    old_id, old = vault.lock(PERSON, context="person:1")
    scan = vault.lock_bytes(b"scan", context="scan:1")
    new_id = vault.rotate()
    assert new_id != old_id
    assert vault.lock(PERSON, context="person:1")[0] == new_id
    for reader in (vault, FileVault(tmp_path / "keys.json", create=False)):
        assert reader.unlock(old_id, old, context="person:1") == PERSON
        assert reader.unlock_bytes(scan, context="scan:1") == b"scan"
        assert reader.index("nik", "7172075508900001") == token


def test_a_running_process_reads_what_another_locked_with_a_newer_key(tmp_path: Path) -> None:
    running, other = FileVault(tmp_path / "keys.json"), FileVault(tmp_path / "keys.json")
    other.rotate()
    assert running.unlock(*other.lock(PERSON, context="p"), context="p") == PERSON
    assert running.unlock_bytes(other.lock_bytes(b"scan", context="p"), context="p") == b"scan"


def test_two_rotations_by_different_processes_both_stay(tmp_path: Path) -> None:
    first, second = FileVault(tmp_path / "keys.json"), FileVault(tmp_path / "keys.json")
    ids = {first.rotate(), second.rotate(), first.rotate()}
    stored = orjson.loads((tmp_path / "keys.json").read_bytes())
    assert ids < {one["id"] for one in stored["encryption"]}


def test_the_key_file_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    FileVault(tmp_path / "new" / "keys.json")
    assert (tmp_path / "new" / "keys.json").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"keys.json", "keys.json.lock"}


def test_processes_that_start_in_the_same_instant_share_one_key_file(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    code = (
        "import sys; from pathlib import Path; from adapters.vault import FileVault;"
        "sys.stdin.readline(); print(FileVault(Path(sys.argv[1])).index('nik', '1')[0])"
    )
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(6)
    ]
    for start in starts:
        assert start.stdin is not None
        start.stdin.write("go\n")
        start.stdin.flush()
    tokens = {start.communicate(timeout=60)[0] for start in starts}
    assert tokens == {FileVault(path).index("nik", "1")[0] + "\n"}
    assert len(orjson.loads(path.read_bytes())["encryption"]) == 1


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keys.json"
    FileVault(path)
    path.chmod(mode)
    with pytest.raises(Refused) as caught:
        FileVault(path)
    assert caught.value.code == "keys_exposed"
    assert f"mode {mode:04o}" in str(caught.value)
    assert f"chmod 600 {path}" in str(caught.value)


def _broken(path: Path) -> list[bytes]:
    whole = orjson.loads(path.read_bytes())
    twice = {**whole, "encryption": whole["encryption"] * 2}
    short = {**whole, "index": "AAAA"}
    return [
        b"", b"{", b"null", b"[]", b"\xff\xfe", path.read_bytes()[:-40],
        *(orjson.dumps(one) for one in ({}, {**whole, "encryption": []}, {**whole, "version": 2}, twice, short)),
    ]  # fmt: skip


def test_a_damaged_key_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    FileVault(path)
    for text in _broken(path):
        path.write_bytes(text)
        with pytest.raises(Refused) as caught:
            FileVault(path)
        assert caught.value.code == "keys_broken"
        assert "put it back from a backup" in str(caught.value)
        assert path.read_bytes() == text


def test_a_missing_key_file_is_refused_when_data_exist(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        FileVault(tmp_path / "keys.json", create=False)
    assert caught.value.code == "keys_missing"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Refused) as caught:
        FileVault(tmp_path / "file" / "keys.json")
    assert caught.value.code == "keys_unwritable"
    assert "cannot be written" in str(caught.value)
    (tmp_path / "folder").mkdir()
    with pytest.raises(Refused) as caught:
        FileVault(tmp_path / "folder")
    assert caught.value.code == "keys_unreadable"
    assert os.listdir(tmp_path / "folder") == []  # noqa: PTH208 - says plainly that nothing was made


def _flipped(cipher: bytes, at: int) -> bytes:
    return cipher[:at] + bytes([cipher[at] ^ 1]) + cipher[at + 1 :]
