"""Uploads are judged by opening them: what is whole is kept, smaller and without the place it was taken; all else is
refused in words that say what to do."""

from __future__ import annotations

import hashlib
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.annotations import Link
from pypdf.generic import ArrayObject, DictionaryObject, Fit, NameObject, TextStringObject
from support.office import a_home, residents, shipped

from adapters.bootstrap import build
from adapters.demo.scans import blank_scan
from adapters.settings import Settings
from adapters.uploads.opener import FileOpener
from adapters.uploads.pdf import MOST_PAGES
from adapters.uploads.photo import LONGEST, MOST_PIXELS
from adapters.uploads.viruses import Clamd, NoVirusScan
from lanes.papers import LARGEST, Paper, Papers, Unreadable
from lanes.ports import Unavailable
from lanes.store import Attachment


def a_photo(size: tuple[int, int] = (640, 480), kind: str = "JPEG", mode: str = "RGB", **save: object) -> bytes:
    written = BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(written, kind, **save)
    return written.getvalue()


def taken_somewhere(size: tuple[int, int] = (640, 480), turned: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = turned
    exif[0x0110] = "Contoh Phone 3"
    exif.get_ifd(0x8825).update({1: "N", 2: (1.0, 26.0, 0.0), 3: "E", 4: (125.0, 11.0, 0.0)})
    return a_photo(size, exif=exif)


def a_pdf(change: Callable[[PdfWriter], object] = lambda _: None, pages: int = 1) -> bytes:
    writer, written = PdfWriter(), BytesIO()
    for _ in range(pages):
        writer.add_blank_page(200, 100)
    change(writer)
    writer.write(written)
    return written.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(FileOpener().open(content).content))


def refusal(content: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        FileOpener().open(content)
    assert str(caught.value).startswith("the scan ")
    return str(caught.value).removeprefix("the scan ")


def test_a_photo_of_a_phone_is_reduced() -> None:
    large = a_photo((4000, 3000), quality=95)
    kept = FileOpener().open(large)
    assert kept.media_type == "image/jpeg"
    assert Image.open(BytesIO(kept.content)).size == (LONGEST, LONGEST * 3 // 4)
    assert len(kept.content) < len(large)


def test_a_small_photo_keeps_its_size() -> None:
    assert opened(a_photo((640, 480))).size == (640, 480)


def test_where_and_with_what_a_photo_was_taken_is_not_kept() -> None:
    photo = taken_somewhere()
    assert Image.open(BytesIO(photo)).getexif().get_ifd(0x8825), "the photo says where it was taken"
    kept = FileOpener().open(photo).content
    assert not Image.open(BytesIO(kept)).getexif()
    assert b"Contoh Phone" not in kept
    assert b"Exif" not in kept


def test_a_photo_held_sideways_is_turned_upright() -> None:
    assert opened(taken_somewhere((640, 480), turned=6)).size == (480, 640)


def test_what_hangs_on_a_photo_does_not_come_with_it() -> None:
    assert b"PK\x03\x04" not in FileOpener().open(a_photo() + b"PK\x03\x04 an archive").content


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "LA", "I;16"])
def test_pictures_of_every_kind_become_photos(mode: str) -> None:
    assert opened(a_photo(kind="PNG", mode=mode)).mode == "RGB"


def test_what_is_seen_through_is_white_as_paper() -> None:
    written = BytesIO()
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(written, "PNG")
    assert opened(written.getvalue()).getpixel((9, 9)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_photo_that_was_cut_off_is_refused(kind: str, part: float) -> None:
    photo = a_photo(kind=kind)
    assert refusal(photo[: int(len(photo) * part)]).startswith("is cut off or damaged (photograph")


def test_a_picture_that_unpacks_to_more_than_a_phone_makes_is_refused() -> None:
    side = int(MOST_PIXELS**0.5) + 1

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack("!L", len(data)) + name + data + struct.pack("!L", zlib.crc32(name + data))

    head = struct.pack("!LLBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((side // 8 + 2) * side), 9)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    assert len(bomb) < 100_000
    assert refusal(bomb).startswith("has too many pixels (allowed: 60 million")


@pytest.mark.parametrize("content", [b"\xff\xd8\xff", b"\xff\xd8\xff" + b"0" * 500, b"\x89PNG\r\n\x1a\n" + b"0" * 500])
def test_the_first_bytes_of_a_photo_make_no_photo(content: bytes) -> None:
    assert refusal(content).startswith("is cut off or damaged")


def test_a_pdf_is_kept_as_it_came() -> None:
    scan = a_pdf(pages=3)
    assert FileOpener().open(scan).content == scan


def test_links_and_bookmarks_are_no_harm() -> None:
    def link(writer: PdfWriter) -> None:
        writer.add_annotation(0, Link(rect=(0, 0, 9, 9), url="https://office.example"))
        writer.add_annotation(0, Link(rect=(0, 0, 9, 9), target_page_index=0, fit=Fit.fit()))
        writer.add_outline_item(title="Halaman", page_number=0)

    assert FileOpener().open(a_pdf(link)).media_type == "application/pdf"


@pytest.mark.parametrize("part", [0.2, 0.5, 0.8, 0.97])
def test_a_pdf_that_was_cut_off_is_refused(part: float) -> None:
    scan = a_pdf(pages=9)
    assert refusal(scan[: int(len(scan) * part)]).startswith("is cut off or damaged (save the PDF anew")


@pytest.mark.parametrize("content", [b"%PDF-1.7 a scan", b"%PDF-1.4\n% nothing in it\n%%EOF\n", b"%PDF-" + b"\0" * 99])
def test_the_first_and_last_bytes_of_a_pdf_make_no_pdf(content: bytes) -> None:
    assert refusal(content).startswith("is cut off or damaged")


def test_a_locked_pdf_is_refused() -> None:
    assert refusal(a_pdf(lambda writer: writer.encrypt("rahasia"))).startswith("is locked with a password")


def test_a_pdf_of_a_book_is_refused() -> None:
    assert refusal(a_pdf(pages=MOST_PAGES + 1)) == f"has {MOST_PAGES + 1} pages (allowed: 1 to {MOST_PAGES})"


def _at_opening(action: str) -> Callable[[PdfWriter], object]:
    def change(writer: PdfWriter) -> None:
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject({NameObject("/S"): NameObject(action)})

    return change


def _hidden_in_a_page(writer: PdfWriter) -> None:
    deep = DictionaryObject({NameObject("/S"): NameObject("/Whatever"), NameObject("/JS"): TextStringObject("1")})
    for _ in range(5):
        deep = DictionaryObject({NameObject("/Deeper"): writer._add_object(deep)})
    writer.pages[0][NameObject("/Private")] = deep


def _form_of_xml(writer: PdfWriter) -> None:
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/XFA"): TextStringObject("<xdp/>")})


def _pinned_to_a_page(writer: PdfWriter) -> None:
    carried = DictionaryObject({NameObject("/F"): writer._add_object(DictionaryObject())})
    spec = DictionaryObject({NameObject("/Type"): NameObject("/Filespec"), NameObject("/EF"): carried})
    note = DictionaryObject({NameObject("/Subtype"): NameObject("/FileAttachment"), NameObject("/FS"): spec})
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])


ACTIVE: dict[str, Callable[[PdfWriter], object]] = {
    "script": _at_opening("/JavaScript"),
    "launches": _at_opening("/Launch"),
    "sends": _at_opening("/SubmitForm"),
    "another file": lambda writer: writer.add_attachment("a.exe", b"MZ"),
    "a file pinned to a page": _pinned_to_a_page,
    "hidden": _hidden_in_a_page,
    "xfa": _form_of_xml,
}


@pytest.mark.parametrize("change", ACTIVE.values(), ids=ACTIVE.keys())
def test_a_pdf_that_does_something_is_refused(change: Callable[[PdfWriter], object]) -> None:
    assert refusal(a_pdf(change)).startswith("is a PDF that runs something or carries other files")


def test_a_pdf_that_leads_in_circles_ends() -> None:
    def circle(writer: PdfWriter) -> None:
        there, back = DictionaryObject(), DictionaryObject()
        there[NameObject("/To")], back[NameObject("/To")] = writer._add_object(back), writer._add_object(there)
        writer.root_object[NameObject("/There")] = writer._add_object(there)

    assert FileOpener().open(a_pdf(circle)).media_type == "application/pdf"


def test_a_pdf_whose_objects_unpack_to_gigabytes_is_refused() -> None:
    packed = zlib.compress(b"0" * 200_000_000, 9)
    body = b"%PDF-1.5\n"
    stream_at = len(body)
    body += b"1 0 obj<</Type/ObjStm/N 1/First 9/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    body += packed + b"\nendstream endobj\n"
    table_at = len(body)
    rows = b"".join(struct.pack("!BLB", *row) for row in ((0, 0, 0), (1, stream_at, 0), (2, 1, 0), (1, table_at, 0)))
    body += b"3 0 obj<</Type/XRef/Size 4/Root 2 0 R/W[1 4 1]/Length %d>>stream\n" % len(rows)
    body += rows + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % table_at
    assert len(body) < 300_000
    assert refusal(body).startswith("is cut off or damaged")


def test_other_files_are_refused_with_what_is_allowed() -> None:
    for content in (b"MZ\x90", b"PK\x03\x04", b"GIF89a", b"<svg/>", b"\0\0\0\x18ftypheic"):
        assert refusal(content) == "is no document or photo (allowed: PDF, JPEG, PNG)"


_NOW = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)


class _Nowhere:
    """Keeps files in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, folder: str, name: str, content: bytes) -> str:
        self.kept[f"{folder}/{name}"] = content
        return f"{folder}/{name}"

    def get(self, path: str) -> bytes:
        return self.kept[path]

    def remove(self, path: str) -> None:
        self.kept.pop(path, None)


class TestPapers:
    def test_what_is_kept_is_the_reduced_photo(self) -> None:
        files = _Nowhere()
        papers = Papers(files, FileOpener(), NoVirusScan())
        judged = papers.judge({"family_card": Paper(taken_somewhere()), "old_card": None})
        assert judged.problems == ()
        scan, shown = papers.keep(judged, _NOW, of="ON-2026-000001")
        assert (scan.media_type, shown.shown) == ("image/jpeg", "shown")
        assert scan.file is not None
        assert len(files.get(scan.file)) == scan.size
        assert papers.readable(scan)
        assert not papers.readable(shown)

    def test_a_scan_that_no_longer_opens_is_not_readable(self) -> None:
        files = _Nowhere()
        papers = Papers(files, FileOpener(), NoVirusScan())
        (scan,) = papers.keep(papers.judge({"family_card": blank_scan("x")}), _NOW, of="ON-2026-000001")
        assert papers.readable(scan)
        assert scan.file is not None
        files.kept[scan.file] = b"%PDF-1.7 something else"
        assert not papers.readable(scan)

    def test_a_scan_kept_before_scans_were_opened_is_asked_for_again(self) -> None:
        files, old = _Nowhere(), b"%PDF-1.7 no scan at all"
        path, digest = files.put("papers", "x", old), hashlib.sha256(old).hexdigest()
        kept = Attachment(requirement="x", shown="scan", sha256=digest, file=path, at=_NOW)
        assert not Papers(files, FileOpener(), NoVirusScan()).readable(kept)

    def test_what_is_too_large_is_not_opened(self) -> None:
        judged = Papers(_Nowhere(), FileOpener(), NoVirusScan()).judge({"x": Paper(b"%PDF-" + b"0" * LARGEST)})
        assert judged.problems == ("x: the scan is empty or too large (allowed: 1 byte to 10 MiB)",)


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[tuple[str, list[bytes]]]:
    """Something that speaks as clamd does, and finds a virus in whatever holds the word EICAR; gives its address and
    what was sent to it."""
    address, got = str(tmp_path / "clamd.sock"), list[bytes]()
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(address)
    server.listen()

    def read(connection: socket.socket, size: int) -> bytes:
        data = b""
        while len(data) < size:
            data += connection.recv(size - len(data))
        return data

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with closing(connection):
                assert read(connection, 10) == b"zINSTREAM\0"
                whole = b""
                while size := struct.unpack("!L", read(connection, 4))[0]:
                    whole += read(connection, size)
                got.append(whole)
                if whole.endswith(b"size"):
                    connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                else:
                    connection.sendall(b"stream: Eicar-Test FOUND\0" if b"EICAR" in whole else b"stream: OK\0")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield address, got
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


class TestViruses:
    def test_a_daemon_sees_the_whole_file_and_tells_what_it_found(self, daemon: tuple[str, list[bytes]]) -> None:
        address, got = daemon
        long = b"x" * 200_000 + b"EICAR"
        assert Clamd(address).found(long) == "Eicar-Test"
        assert Clamd(address).found(b"clean") == ""
        assert got == [long, b"clean"]

    def test_no_verdict_is_no_clearance(self, daemon: tuple[str, list[bytes]]) -> None:
        with pytest.raises(Unavailable, match="no verdict"):
            Clamd(daemon[0]).found(b"too much in size")

    def test_a_scan_with_a_virus_is_refused(self, daemon: tuple[str, list[bytes]]) -> None:
        scan = a_pdf(lambda writer: writer.add_metadata({"/Title": "EICAR"}))
        judged = Papers(_Nowhere(), FileOpener(), Clamd(daemon[0])).judge({"x": Paper(scan)})
        assert judged.papers == {}
        assert judged.problems[0].startswith("x: the scan carries a virus")

    def test_while_the_daemon_is_away_nothing_is_taken(self, tmp_path: Path) -> None:
        for address in (str(tmp_path / "none.sock"), "127.0.0.1:1"):
            judged = Papers(_Nowhere(), FileOpener(), Clamd(address)).judge({"x": blank_scan("x")})
            assert judged.papers == {}
            assert "could not be looked through for viruses just now" in judged.problems[0]

    def test_an_office_uses_the_daemon_that_its_settings_name(
        self, daemon: tuple[str, list[bytes]], tmp_path: Path, sqlite_template: Path
    ) -> None:
        home = a_home(tmp_path, sqlite_template)
        office = build(Settings(home=home, clamd=daemon[0]), config=shipped(), registry=residents())
        assert office.tools.papers.judge({"x": blank_scan("EICAR")}).papers == {}
        office = build(Settings(home=home), config=shipped(), registry=residents())
        assert office.tools.papers.viruses.name == "", "who runs the office can see that nothing scans"

    def test_nothing_that_scans_says_so(self) -> None:
        assert NoVirusScan().name == ""
        assert Clamd("clam:3310").name == "ClamAV at clam:3310"
