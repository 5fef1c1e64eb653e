"""A sealed document shows any change, and one office has one authority, whatever happened when it was made."""

from __future__ import annotations

import multiprocessing
import re
import stat
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.documents import TypstDocuments
from adapters.signing import LocalAuthority
from adapters.signing.authority_files import AuthorityUnusable
from adapters.signing.local import CertificateExpired
from domain.errors import Refused
from lanes.ports import DocumentData, Sealer, SealReport

NOW = datetime(2026, 3, 24, 8, 0, tzinfo=UTC)
HEAD = "Dr. Contoh Kepala, M.Si."
NOTHING = SealReport(intact=False, trusted=False, signer="", signed_at=None)


def open_authority(folder: Path, now: datetime = NOW) -> LocalAuthority:
    return LocalAuthority(folder, office="Dinas Contoh", now=now)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    fields = {"name": "Melati Contoh", "sex": "female", "birth_place": "Bitung", "born": "2019-04-05"}
    return TypstDocuments().make(
        DocumentData(
            product="birth_deed",
            number="7172-LU-24032026-0012",
            issued_at=NOW,
            office="Dinas Contoh",
            city="Bitung",
            signatory=HEAD,
            signatory_title="Kepala Dinas",
            verify_url="https://jalur.example/v/7F3K9Q2M",
            timezone="Asia/Makassar",
            fields={**fields, "mother": "Sekar Contoh"},
        )
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("office")


@pytest.fixture(scope="module")
def sealer(folder: Path) -> Sealer:
    return open_authority(folder)


@pytest.fixture(scope="module")
def sealed(sealer: Sealer, pdf: bytes) -> bytes:
    return sealer.seal(pdf, reason="Akta kelahiran", signer=HEAD, key="ON-2026-000001/seal", now=NOW)


class TestEverySealer:
    """What the port promises. A national service's adapter is held to the same by giving it as `sealer`."""

    def test_what_it_seals_it_finds_intact_and_trusted(self, sealer: Sealer, sealed: bytes) -> None:
        assert sealer.check(sealed) == SealReport(intact=True, trusted=True, signer=HEAD, signed_at=NOW)

    def test_the_document_stands_unchanged_inside_the_sealed_one(self, pdf: bytes, sealed: bytes) -> None:
        assert sealed.startswith(pdf)

    def test_an_unsealed_document_is_neither(self, sealer: Sealer, pdf: bytes) -> None:
        assert sealer.check(pdf) == NOTHING

    @pytest.mark.parametrize("junk", [b"", b"contoh", b"%PDF-1.7\n%%EOF"])
    def test_what_is_no_document_is_neither(self, sealer: Sealer, junk: bytes) -> None:
        assert sealer.check(junk) == NOTHING

    @pytest.mark.parametrize("junk", [b"", b"contoh", b"%PDF-1.7\n%%EOF"])
    def test_what_is_no_document_is_not_sealed(self, sealer: Sealer, junk: bytes) -> None:
        with pytest.raises(Refused, match="PDF"):
            sealer.seal(junk, reason="Contoh", signer=HEAD, key="k", now=NOW)

    def test_a_sealed_document_is_not_sealed_again(self, sealer: Sealer, sealed: bytes) -> None:
        with pytest.raises(Refused) as refusal:
            sealer.seal(sealed, reason="Contoh", signer=HEAD, key="k", now=NOW)
        assert refusal.value.code == "sealed_already"

    def test_a_naive_time_is_refused(self, sealer: Sealer, pdf: bytes) -> None:
        with pytest.raises(Refused) as refusal:
            sealer.seal(pdf, reason="Contoh", signer=HEAD, key="k", now=datetime(2026, 3, 24))  # noqa: DTZ001
        assert refusal.value.code == "naive_time"

    def test_anything_added_after_sealing_shows(self, sealer: Sealer, sealed: bytes) -> None:
        with pikepdf.open(BytesIO(sealed)) as document:
            document.add_blank_page()
            rewritten = BytesIO()
            document.save(rewritten)

        assert not sealer.check(rewritten.getvalue()).intact
        assert not sealer.check(sealed + b"\n").intact
        assert not sealer.check(sealed + _appended_object(sealed)).intact

    @settings(max_examples=40, deadline=None)
    @given(data=st.data())
    def test_any_changed_byte_shows(self, sealer: Sealer, sealed: bytes, data: st.DataObject) -> None:
        signature = _signature_in(sealed)
        signed = [*range(signature.start()), *range(signature.end(), len(sealed))]
        changed = bytearray(sealed)
        changed[data.draw(st.sampled_from(signed))] ^= data.draw(st.integers(1, 255))

        assert not sealer.check(bytes(changed)).intact

    @settings(max_examples=25, deadline=None)
    @given(data=st.data())
    def test_a_document_cut_off_anywhere_shows(self, sealer: Sealer, sealed: bytes, data: st.DataObject) -> None:
        assert not sealer.check(sealed[: data.draw(st.integers(0, len(sealed) - 1))]).intact

    def test_bytes_hidden_in_the_signature_s_spare_room_show(self, sealer: Sealer, sealed: bytes) -> None:
        end = _signature_in(sealed).end() - len(">")

        assert sealed[end - 4 : end] == b"0000"
        assert not sealer.check(sealed[: end - 4] + b"beef" + sealed[end:]).intact


def _signature_in(sealed: bytes) -> re.Match[bytes]:
    """Where the signature itself stands: the only bytes it cannot cover."""
    (place,) = re.finditer(rb"<[0-9A-Fa-f]{1000,}>", sealed)
    return place


def _appended_object(sealed: bytes) -> bytes:
    """An incremental update as an editor would append: a new version of object 1, and its cross-reference."""
    start = re.findall(rb"startxref\s+(\d+)", sealed)[-1].decode()
    root = re.findall(rb"/Root (\d+ \d+ R)", sealed)[-1].decode()
    size = re.findall(rb"/Size (\d+)", sealed)[-1].decode()
    body = "1 0 obj\n<< /Contoh true >>\nendobj\n"
    table = f"xref\n1 1\n{len(sealed):010d} 00000 n \n"
    trailer = f"trailer\n<< /Size {size} /Root {root} /Prev {start} >>\n"
    return f"{body}{table}{trailer}startxref\n{len(sealed) + len(body)}\n%%EOF\n".encode()


def test_another_office_s_seal_is_intact_but_not_trusted(sealer: Sealer, pdf: bytes, tmp_path: Path) -> None:
    foreign = open_authority(tmp_path).seal(pdf, reason="Contoh", signer=HEAD, key="k", now=NOW)

    report = sealer.check(foreign)

    assert (report.intact, report.trusted) == (True, False)


def test_the_signature_is_pades_and_the_document_still_a_pdf_a(pdf: bytes, sealed: bytes) -> None:
    with pikepdf.open(BytesIO(pdf)) as before, pikepdf.open(BytesIO(sealed)) as after:
        (field,) = after.Root.AcroForm.Fields
        assert (field.V.Filter, field.V.SubFilter) == ("/Adobe.PPKLite", "/ETSI.CAdES.detached")
        assert (str(field.V.Reason), str(field.V.Name)) == ("Akta kelahiran", HEAD)
        assert str(field.V.M) == "D:20260324080000Z"
        first, until, after_it, rest = (int(number) for number in field.V.ByteRange)
        assert (first, after_it + rest) == (0, len(sealed))
        assert sealed[until:after_it].strip(b"<>").isalnum()
        # ISO 19005-2, 6.3: an invisible widget has no extent, is marked to print, and nothing hides it.
        assert [int(edge) for edge in field.Rect] == [0, 0, 0, 0]
        assert int(field.F) & 0b100111 == 0b100
        assert "/Version" not in after.Root  # PDF/A-2 is PDF 1.7
        assert "/XFA" not in after.Root.AcroForm
        assert not after.Root.AcroForm.get("/NeedAppearances", False)
        assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
        assert len(after.Root.OutputIntents) == 1
        assert list(after.trailer.ID)[0] == list(before.trailer.ID)[0]  # noqa: RUF015


def test_the_authority_says_that_it_is_a_test(folder: Path, sealer: Sealer) -> None:
    for name in ("root.pem", "signer.pem"):
        certificate = x509.load_pem_x509_certificate((folder / "authority" / name).read_bytes())
        assert all("TEST" in part for part in certificate.subject.rfc4514_string().split(",") if "C=ID" not in part)


def test_private_keys_are_for_their_owner_alone(folder: Path, sealer: Sealer) -> None:
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder / "authority").iterdir()}

    assert modes["root-key.pem"] == modes["signer-key.pem"] == 0o600
    assert stat.S_IMODE((folder / "authority").stat().st_mode) == 0o700


def test_a_second_start_opens_the_same_authority(folder: Path, sealer: Sealer, sealed: bytes) -> None:
    assert open_authority(folder, NOW + timedelta(days=30)).check(sealed).trusted


@pytest.mark.parametrize("days", [-5 * 365 + 1, 10 * 365 - 1])
def test_a_simulated_clock_may_stand_years_away(sealer: Sealer, pdf: bytes, days: int) -> None:
    moment = NOW + timedelta(days=days)

    report = sealer.check(sealer.seal(pdf, reason="Contoh", signer=HEAD, key="k", now=moment))

    assert report == SealReport(intact=True, trusted=True, signer=HEAD, signed_at=moment)


@pytest.mark.parametrize("days", [-5 * 365 - 1, 10 * 365 + 1])
def test_outside_its_validity_the_certificate_is_refused_with_the_dates(sealer: Sealer, pdf: bytes, days: int) -> None:
    with pytest.raises(CertificateExpired) as refusal:
        sealer.seal(pdf, reason="Contoh", signer=HEAD, key="k", now=NOW + timedelta(days=days))

    assert refusal.value.code == "certificate_expired"
    assert "from 2021-03-25 to 2036-03-21" in refusal.value.allowed


def _start(folder: Path, together: Barrier, pdf: bytes, number: int) -> None:
    together.wait()
    sealed = open_authority(folder).seal(pdf, reason="Contoh", signer=HEAD, key=str(number), now=NOW)
    (folder / f"{number}.pdf").write_bytes(sealed)


def test_processes_that_start_in_the_same_instant_share_one_authority(tmp_path: Path, pdf: bytes) -> None:
    spawn = multiprocessing.get_context("spawn")
    together = spawn.Barrier(4)
    starts = [spawn.Process(target=_start, args=(tmp_path, together, pdf, number)) for number in range(4)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()

    authority = open_authority(tmp_path)
    assert [authority.check((tmp_path / f"{number}.pdf").read_bytes()).trusted for number in range(4)] == [True] * 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.pdf", "1.pdf", "2.pdf", "3.pdf", "authority"]


def test_a_start_that_was_killed_while_writing_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    left = tmp_path / ".authority-killed"
    left.mkdir()
    (left / "root-key.pem").write_bytes(b"-----BEGIN PRI")

    open_authority(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["authority"]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "authority").mkdir()

    open_authority(tmp_path)

    assert (tmp_path / "authority" / "signer.pem").is_file()


def _lose(path: Path) -> None:
    path.unlink()


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [_lose, _cut, _empty])
@pytest.mark.parametrize("name", ["root.pem", "signer.pem", "signer-key.pem"])
def test_a_damaged_authority_is_refused_and_left_as_it_is(
    tmp_path: Path, name: str, harm: Callable[[Path], None]
) -> None:
    open_authority(tmp_path)
    harm(tmp_path / "authority" / name)
    before = {path.name: path.read_bytes() for path in (tmp_path / "authority").iterdir()}

    with pytest.raises(AuthorityUnusable) as refusal:
        open_authority(tmp_path)

    assert refusal.value.code == "authority_broken"
    assert "backup" in refusal.value.allowed
    assert {path.name: path.read_bytes() for path in (tmp_path / "authority").iterdir()} == before


@pytest.mark.parametrize("name", ["root.pem", "signer.pem", "signer-key.pem"])
def test_a_file_of_another_authority_is_refused(tmp_path: Path, name: str) -> None:
    open_authority(tmp_path / "one")
    open_authority(tmp_path / "other")
    (tmp_path / "one/authority" / name).write_bytes((tmp_path / "other/authority" / name).read_bytes())

    with pytest.raises(AuthorityUnusable):
        open_authority(tmp_path / "one")


def test_a_place_that_cannot_be_written_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where the folder should be")

    with pytest.raises(AuthorityUnusable) as refusal:
        open_authority(tmp_path / "var")

    assert refusal.value.code == "authority_unusable"
    assert str(tmp_path / "var") in refusal.value.message
    assert "\n" not in str(refusal.value)


def test_a_long_office_name_fits_the_certificate_and_the_room_for_the_signature(tmp_path: Path, pdf: bytes) -> None:
    authority = LocalAuthority(tmp_path, office="Dinas Kependudukan Contoh é " * 6, now=NOW)

    assert authority.check(authority.seal(pdf, reason="C" * 500, signer="Ñ" * 200, key="k", now=NOW)).trusted


def test_threads_that_seal_their_first_documents_at_once_spoil_no_signature(folder: Path, pdf: bytes) -> None:
    hurry = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(12):
            fresh = open_authority(folder)  # its certificate has not been read yet
            with ThreadPoolExecutor(4) as threads:
                made = [
                    threads.submit(fresh.seal, pdf, reason="Contoh", signer=HEAD, key="k", now=NOW) for _ in range(4)
                ]
            assert all(fresh.check(each.result()).trusted for each in made)
    finally:
        sys.setswitchinterval(hurry)
