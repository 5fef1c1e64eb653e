"""Files that cannot be imported: each ends in a sentence that names the place, and leaves nothing behind."""

from __future__ import annotations

import gzip
import os
import random
import shutil
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from history_logs import CSV, CSV_MAPPING, MAPPING, XES, written
from sqlalchemy import Engine, func, select

from adapters.history import Limits, import_history
from adapters.history.tables import CASES, EVENTS, LOGS
from adapters.sql.engine import make_engine
from domain.errors import Refused

NOW = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
TABLES = [LOGS, CASES, EVENTS]
MIB = 1 << 20


@pytest.fixture
def engine(tmp_path: Path, sqlite_template: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'jalur.db')}")
    yield engine
    engine.dispose()


def refusal(engine: Engine, path: Path, limits: Limits | None = None) -> str:
    """The words of the refusal; makes sure that nothing of the file was kept."""
    mapping = CSV_MAPPING if ".csv" in path.name else MAPPING
    with pytest.raises(Refused) as refused:
        import_history(engine, path, mapping, now=NOW, limits=limits)
    with engine.connect() as connection:
        kept = [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in TABLES]
    assert kept == [0, 0, 0]
    return str(refused.value)


def swapped(old: str, new: str) -> str:
    assert old in XES
    return XES.replace(old, new, 1)


XES_PROBLEMS = {
    "a case without its lane": (
        swapped('<string key="channel" value="Counter"/>', ""),
        ["line 29", "case 'case-2'", "lacks attribute 'channel'", "Web (online); Counter, Letter (manual)"],
    ),
    "a channel the map does not list": (
        swapped('value="Counter"', 'value="Fax"'),
        ["case 'case-2'", "'channel' has a value the map does not list", "Web (online); Counter, Letter (manual)"],
    ),
    "a case without its number": (
        swapped('<string key="concept:name" value="case-1"/>', ""),
        ["line 11", "lacks attribute 'concept:name'"],
    ),
    "an event without its activity": (
        swapped('<string key="concept:name" value="Approve"/>', ""),
        ["line 24", "case 'case-1'", "an event lacks attribute 'concept:name'"],
    ),
    "an event without its time": (
        swapped('<date key="time:timestamp" value="2026-03-02T03:30:00.123456789Z"/>', ""),
        ["case 'case-1'", "an event lacks attribute 'time:timestamp'"],
    ),
    "a time that is none": (
        swapped("2026-03-02T03:30:00.123456789Z", "yesterday"),
        ["line 26", "'time:timestamp' is no date", "an instant such as 2026-03-02"],
    ),
    "a day that no calendar has": (
        swapped("2026-03-02T03:30:00.123456789Z", "2026-02-30T03:30:00Z"),
        ["case 'case-1'", "is not an instant", "ISO 8601"],
    ),
    "a whole number that is none": (swapped('"Group 1" value="2"', '"Group 1" value="2,5"'), ["'Group 1' is no int"]),
    "a case called by a person's number": (
        swapped('value="case-2"', 'value="7172011505900001"').replace('value="Counter"', 'value="Fax"'),
        ["case '****************'"],
    ),
    "an attribute without a value": (swapped(' value="Sari"', ""), ["line 19", "has not the right XML attributes"]),
    "an event outside of any case": (
        swapped("</log>", "<event/></log>"),
        ["<'event'> stands within <log>", "XES elements in their places"],
    ),
    "another kind of document": ("<html><body/></html>", ["line 1", "<'html'> stands as the outermost element"]),
    "a log without a case": ('<log xes.version="1.0"/>', ["holds no case"]),
    "the end missing": (XES[:1500], ["the file is cut off", "XML that ends with </log>"]),
    "tags that do not match": (swapped("</trace>", "</event>"), ["mismatched tag", "well-formed XML"]),
    "an encoding nobody knows": (swapped("UTF-8", "klingon"), ["line 1", "encoding"]),
    "an entity bomb": (
        XES.replace(
            "<!-- made up -->",
            '<!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>',
        ).replace("Receive", "&b;"),
        ["line 2", "DOCTYPE", "XES without a DOCTYPE"],
    ),
    "an entity from outside": (
        XES.replace("<!-- made up -->", '<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/passwd">]>').replace(
            "Receive", "&x;"
        ),
        ["DOCTYPE"],
    ),
    "a schema of its own from outside": (
        XES.replace("<!-- made up -->", '<!DOCTYPE log SYSTEM "file:///etc/passwd">'),
        ["DOCTYPE"],
    ),
}


@pytest.mark.parametrize("name", XES_PROBLEMS)
def test_xes_with(name: str, engine: Engine, tmp_path: Path) -> None:
    text, words = XES_PROBLEMS[name]
    said = refusal(engine, written(tmp_path / "log.xes", text))
    assert "log.xes" in said
    for word in words:
        assert word in said, said
    assert "Fax" not in said, "the values of a foreign log are not repeated"
    assert "7172011505900001" not in said


CSV_PROBLEMS = {
    "a column missing": (CSV.replace("Kanal", "Saluran"), ["line 1", "no column Kanal", "Nomor, Kanal, Kegiatan"]),
    "a column twice": (CSV.replace("Catatan", "Nomor"), ["line 1", "stands twice"]),
    "a channel the map does not list": (
        CSV.replace("P-2,Loket", "P-2,Faks", 1),
        ["line 4", "case 'P-2'", "'Kanal' has a value the map does not list", "Web (online); Loket (manual)"],
    ),
    "no channel": (CSV.replace("P-2,Loket", "P-2,", 1), ["line 4", "is empty, though it tells the lane"]),
    "two channels for a case": (
        CSV.replace("P-1,Web,Setujui", "P-1,Loket,Setujui"),
        ["line 5", "case 'P-1'", "differs from an earlier row"],
    ),
    "no activity": (CSV.replace("Setujui", "", 1), ["line 5", "the activity, is empty"]),
    "no time": (CSV.replace("02-03-2026 10:00", ""), ["line 5", "the time, is empty"]),
    "a time of another form": (
        CSV.replace("02-03-2026 10:00", "2026-03-02 10:00"),
        ["line 5", "'Waktu' is not an instant", "%d-%m-%Y %H:%M"],
    ),
    "no case number": (CSV.replace("P-2,Loket", ",Loket", 1), ["line 4", "'Nomor' is empty"]),
    "a cell too many": (CSV.replace("=1+1", "=1+1,x"), ["line 4", "the row has 8 cells", "7 cells"]),
    "a zero byte": (CSV.replace("=1+1", "a\0b"), ["line 4", "control character"]),
    "a quotation mark left open": (CSV.replace("=1+1", '"open'), ["the row cannot be read"]),
    "a heading alone": (CSV.splitlines()[0], ["holds no case"]),
}


@pytest.mark.parametrize("name", CSV_PROBLEMS)
def test_csv_with(name: str, engine: Engine, tmp_path: Path) -> None:
    text, words = CSV_PROBLEMS[name]
    said = refusal(engine, written(tmp_path / "log.csv", text))
    for word in words:
        assert word in said, said
    assert "Faks" not in said


def test_a_csv_file_that_is_not_utf_8_names_line_and_byte(engine: Engine, tmp_path: Path) -> None:
    said = refusal(engine, written(tmp_path / "log.csv", CSV.replace("=1+1", "caf\u00e9"), encoding="latin-1"))
    assert "line 4: byte 44 of the line is not UTF-8. Allowed: a file saved as UTF-8." in said


def test_an_xes_file_in_another_encoding_than_it_says_names_line_and_column(engine: Engine, tmp_path: Path) -> None:
    said = refusal(engine, written(tmp_path / "log.xes", XES.replace("Budi", "Bud\u00ed"), encoding="latin-1"))
    assert "line 36: not well-formed, or not in the encoding that it declares (column" in said


def test_an_xes_file_in_the_encoding_it_says_is_welcome(engine: Engine, tmp_path: Path) -> None:
    text = XES.replace("UTF-8", "ISO-8859-1").replace("Budi", "Bud\u00ed")
    assert import_history(engine, written(tmp_path / "log.xes", text, encoding="latin-1"), MAPPING, now=NOW).cases == 3


def test_a_name_that_says_nothing_of_a_log_is_refused(engine: Engine, tmp_path: Path) -> None:
    said = refusal(engine, written(tmp_path / "log.txt", XES))
    assert said == "log.txt is not named as an event log. Allowed: a file named .xes, .xes.gz, .csv or .csv.gz."


def test_an_empty_file_a_folder_a_pipe_and_nothing_at_all_are_refused(engine: Engine, tmp_path: Path) -> None:
    assert "empty.xes is empty" in refusal(engine, written(tmp_path / "empty.xes", ""))
    assert "hollow.xes.gz: line" not in refusal(engine, written(tmp_path / "hollow.xes.gz", ""))
    assert "hollow.csv.gz, line 0: there is no first row" in refusal(engine, written(tmp_path / "hollow.csv.gz", ""))
    (tmp_path / "folder.xes").mkdir()
    assert "folder.xes is not a file" in refusal(engine, tmp_path / "folder.xes")
    os.mkfifo(tmp_path / "pipe.xes")
    assert "pipe.xes is not a file" in refusal(engine, tmp_path / "pipe.xes")
    assert "gone.xes does not exist" in refusal(engine, tmp_path / "gone.xes")


def test_a_file_that_may_not_be_read_is_refused(engine: Engine, tmp_path: Path) -> None:
    path = written(tmp_path / "log.xes", XES)
    path.chmod(0)
    me = os.geteuid()
    if me == 0:  # root may read everything, so be nobody for a moment
        tmp_path.chmod(0o777)
        (tmp_path / "jalur.db").chmod(0o666)
        os.seteuid(65534)
    try:
        with pytest.raises(Refused, match=r"log\.xes may not be read\."):
            import_history(engine, path, MAPPING, now=NOW)
    finally:
        os.seteuid(me)


def test_compression_that_is_cut_off_damaged_or_not_what_the_name_says_is_refused(
    engine: Engine, tmp_path: Path
) -> None:
    whole = gzip.compress(XES.encode())
    path = tmp_path / "log.xes.gz"
    path.write_bytes(whole[:-200])
    assert "log.xes.gz is cut off: the compressed data ends too early" in refusal(engine, path)
    path.write_bytes(whole[:-8] + b"\0" * 8)
    assert "log.xes.gz is damaged" in refusal(engine, path)
    path.write_bytes(whole[:100] + b"\xff" * 50 + whole[150:])
    assert "log.xes.gz is damaged" in refusal(engine, path)
    path.write_text(XES)
    assert "is not compressed by gzip, though its name says so" in refusal(engine, path)
    path.with_suffix("").write_bytes(whole)
    assert "log.xes is compressed by gzip. Allowed: the name log.xes.gz for it." in refusal(
        engine, path.with_suffix("")
    )


@pytest.mark.parametrize("cut", [2, 200, 900, 1700, 2400])
def test_any_cut_through_a_log_leaves_nothing(engine: Engine, tmp_path: Path, cut: int) -> None:
    refusal(engine, written(tmp_path / "log.xes", XES[:-cut]))


def endless(path: Path, before: bytes, after: bytes) -> Path:
    """A file of 50 MB that is all one line, or one value."""
    with gzip.open(path, "wb", compresslevel=1) if path.suffix == ".gz" else path.open("wb") as out:
        out.write(before)
        for _ in range(50):
            out.write(b"x" * MIB)
        out.write(after)
    return path


VALUE = XES.partition('value="Sari"')
EVENT = XES[: XES.index("<event>")]
ENDLESS = {
    "a value": ("log.xes", f'{VALUE[0]}value="'.encode(), f'"{VALUE[2]}'.encode()),
    "a value in a bomb": ("log.xes.gz", f'{VALUE[0]}value="'.encode(), f'"{VALUE[2]}'.encode()),
    "a tag's name": ("log.xes", EVENT.encode() + b"<", b""),
    "a comment": ("log.xes", EVENT.encode() + b"<!--", b"-->"),
    "a line": ("log.csv", CSV.encode() + b"P-3,Web,", b""),
    "a line in a bomb": ("log.csv.gz", CSV.encode() + b"P-3,Web,", b""),
    "a heading": ("log.csv", b"Nomor,", b""),
}


@pytest.mark.parametrize("what", ENDLESS)
def test_without_end_is(what: str, engine: Engine, tmp_path: Path) -> None:
    name, before, after = ENDLESS[what]
    path = endless(tmp_path / name, before, after)
    tracemalloc.start()
    said = refusal(engine, path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert f"longer than {MIB} bytes" in said
    assert "line " in said
    assert peak < 20 * MIB, "it must not be read into memory"


def test_a_quoted_cell_over_endless_lines_is_refused(engine: Engine, tmp_path: Path) -> None:
    text = CSV + 'P-3,Web,"' + "x" * 70 + ("\n" + "y" * 70) * 40_000
    assert "cannot be read" in refusal(engine, written(tmp_path / "log.csv", text))
    said = refusal(engine, tmp_path / "log.csv", Limits(value=100_000))
    assert "one row is longer than 100000 bytes" in said


def test_a_case_without_end_and_attributes_without_bottom_are_refused(engine: Engine, tmp_path: Path) -> None:
    event = XES[XES.index("<event>") : XES.index("</event>") + len("</event>")]
    many = written(tmp_path / "many.xes", XES.replace(event, event * 2_000, 1))
    assert "one case, or the log's own data, is longer than 100000 bytes" in refusal(engine, many, Limits(case=100_000))
    deep = '<string key="a" value="b">' * 100 + "</string>" * 100
    assert "too deep" in refusal(engine, written(tmp_path / "deep.xes", swapped("</trace>", f"{deep}</trace>")))


def test_many_cases_need_no_more_than_one(engine: Engine, tmp_path: Path) -> None:
    trace = XES[XES.index("<trace>") : XES.index("</trace>") + len("</trace>")]
    path = written(tmp_path / "log.xes", XES.replace(trace, trace * 500, 1))
    assert import_history(engine, path, MAPPING, now=NOW, limits=Limits(case=20_000)).cases == 502


def test_noise_of_any_kind_is_refused_and_never_crashes(engine: Engine, tmp_path: Path) -> None:
    chance = random.Random(7)
    for number in range(60):
        noise = bytearray((XES if number % 2 else CSV).encode())
        for _ in range(chance.randint(1, 6)):
            noise[chance.randrange(len(noise))] = chance.randrange(256)
        path = tmp_path / f"{number}.{'xes' if number % 2 else 'csv'}"
        path.write_bytes(noise)
        with suppress(Refused):
            import_history(engine, path, MAPPING if number % 2 else CSV_MAPPING, now=NOW)
