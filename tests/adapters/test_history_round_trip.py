"""Importing a log, reporting on it and giving it back, on both databases."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from history_logs import CSV, CSV_MAPPING, MAPPING, XES, receipt_log, written
from lxml import etree
from sqlalchemy import Engine, func, select, text

from adapters.history import (
    export_csv,
    export_xes,
    import_history,
    kept_cases,
    kept_log,
    kept_logs,
    load_map,
)
from adapters.history.tables import CASES, EVENTS, LOGS
from domain.errors import Refused
from domain.eventlog import LogCase
from domain.history_map import HistoryMap
from domain.lane_report import lane_report

NOW = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
TABLES = [LOGS, CASES, EVENTS]
RECEIPT_MAP = Path(__file__).parents[2] / "config" / "maps" / "receipt.yaml"
SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).with_name("xes_structure.xsd")))


@pytest.fixture(params=[True, False] if receipt_log() else [False], ids=lambda real: "real" if real else "made-up")
def xes_log(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, HistoryMap]:
    """The made-up log everywhere, and the municipality's real one where it lies beside the repository."""
    real = receipt_log()
    if request.param and real:
        return real, load_map(RECEIPT_MAP)
    return written(tmp_path / "made-up.xes.gz", XES), MAPPING


def counts(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in TABLES]


def test_cases_arrive_with_lane_channel_deadline_person_and_instants(engine: Engine, tmp_path: Path) -> None:
    done = import_history(engine, written(tmp_path / "log.xes", XES), MAPPING, now=NOW)
    assert (done.cases, done.events, done.already) == (3, 4, False)
    first, second, third = kept_cases(engine)
    assert (first.case_id, first.lane, first.channel) == ("case-1", "online", "Web")
    assert first.deadline == datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
    assert [(event.activity, event.resource) for event in first.events] == [("Receive", "Sari"), ("Approve", None)]
    assert second.events[0].at == datetime(2026, 3, 2, 1, 0, tzinfo=UTC), "the map's zone holds without an offset"
    assert (third.lane, third.events) == ("manual", ())
    assert kept_logs(engine)[0].imported_at == NOW


def test_importing_twice_adds_nothing_and_says_so(engine: Engine, xes_log: tuple[Path, HistoryMap]) -> None:
    path, mapping = xes_log
    once = import_history(engine, path, mapping, now=NOW)
    before = counts(engine)
    twice = import_history(engine, path, mapping, now=NOW)
    assert twice.already
    assert twice.same_map
    assert (twice.log_id, twice.cases, twice.events) == (once.log_id, once.cases, once.events)
    assert counts(engine) == before


def test_the_same_log_uncompressed_under_another_name_is_known_too(engine: Engine, tmp_path: Path) -> None:
    import_history(engine, written(tmp_path / "log.xes.gz", XES), MAPPING, now=NOW)
    other = MAPPING.model_copy(update={"person": None})
    again = import_history(engine, written(tmp_path / "copy.xes", XES), other, now=NOW)
    assert again.already
    assert not again.same_map
    assert again.name == "log.xes.gz"


def test_a_later_export_of_the_same_cases_is_refused_or_takes_their_place(engine: Engine, tmp_path: Path) -> None:
    import_history(engine, written(tmp_path / "june.xes", XES), MAPPING, now=NOW)
    before = counts(engine)
    later = written(tmp_path / "july.xes", XES + "\n")
    with pytest.raises(Refused, match=r"cases are in the log june\.xes already") as refused:
        import_history(engine, later, MAPPING, now=NOW)
    assert "--replace" in refused.value.allowed
    assert counts(engine) == before
    instead = import_history(engine, later, MAPPING, now=NOW, replace=True)
    assert instead.replaced == ("june.xes",)
    assert counts(engine) == before
    assert [log.name for log in kept_logs(engine)] == ["july.xes"]


def test_of_two_imports_in_the_same_instant_one_adds_and_the_other_says_so(
    engine: Engine, xes_log: tuple[Path, HistoryMap]
) -> None:
    path, mapping = xes_log
    with ThreadPoolExecutor(2) as both:
        done = [both.submit(import_history, engine, path, mapping, now=NOW) for _ in range(2)]
    assert sorted(one.result().already for one in done) == [False, True]
    assert counts(engine)[0] == 1
    assert counts(engine)[1] == done[0].result().cases


def test_progress_tells_bytes_of_the_file_and_ends_at_all_of_them(
    engine: Engine, xes_log: tuple[Path, HistoryMap]
) -> None:
    path, mapping = xes_log
    heard: list[tuple[int, int]] = []
    import_history(engine, path, mapping, now=NOW, progress=lambda done, total: heard.append((done, total)))
    assert heard == sorted(heard)
    assert heard[-1] == (path.stat().st_size, path.stat().st_size)


def test_a_log_comes_back_as_xes_that_validates_and_says_the_same(
    engine: Engine, xes_log: tuple[Path, HistoryMap], tmp_path: Path
) -> None:
    path, mapping = xes_log
    import_history(engine, path, mapping, now=NOW)
    out = io.BytesIO()
    export_xes(engine, out)
    back = etree.fromstring(out.getvalue())
    SCHEMA.assertValid(back)
    given = etree.parse(path).getroot()
    assert canonical(back) == canonical(given)


def canonical(log: etree._Element) -> str:
    """Elements with their XML attributes and order; layout and comments aside."""
    etree.strip_tags(log, etree.Comment)
    return str(etree.canonicalize(etree.tostring(log, encoding="unicode"), strip_text=True))


def test_an_exported_xes_imports_again_as_the_same_cases(
    engine: Engine, xes_log: tuple[Path, HistoryMap], tmp_path: Path
) -> None:
    path, mapping = xes_log
    import_history(engine, path, mapping, now=NOW)
    given = list(kept_cases(engine))
    with (tmp_path / "again.xes").open("wb") as out:
        export_xes(engine, out)
    with engine.begin() as connection:
        for table in reversed(TABLES):
            connection.execute(table.delete())
    import_history(engine, tmp_path / "again.xes", mapping, now=NOW)
    assert list(kept_cases(engine)) == given


def test_xes_as_csv_has_a_row_for_each_event_with_the_texts_of_the_log(
    engine: Engine, xes_log: tuple[Path, HistoryMap]
) -> None:
    path, mapping = xes_log
    import_history(engine, path, mapping, now=NOW)
    out = io.StringIO(newline="")
    export_csv(engine, out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue(), newline="")))
    told = [
        (case.case_id, case.channel, event.activity, event.resource or "", dict_of(event.attributes))
        for case in kept_cases(engine)
        for event in case.events
    ]
    with_events = [row for row in rows if row["time:timestamp"]]
    assert len(with_events) == len(told)
    for row, (case_id, channel, activity, resource, attributes) in zip(with_events, told, strict=True):
        assert (row["case:concept:name"], row["case:channel"]) == (case_id, channel)
        assert (row["concept:name"], row["org:resource"]) == (activity, resource)
        assert attributes.items() <= row.items()


def dict_of(attributes: tuple[object, ...]) -> dict[str, str]:
    return {attribute[1]: attribute[2] for attribute in attributes}  # type: ignore[index]


def test_nested_attributes_and_cases_without_events_show_in_csv_too(engine: Engine, tmp_path: Path) -> None:
    import_history(engine, written(tmp_path / "log.xes", XES), MAPPING, now=NOW)
    out = io.StringIO(newline="")
    export_csv(engine, out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue(), newline="")))
    assert rows[0]["case:papers/values/paper"] == "KK & KTP"
    assert rows[0]["case:papers/values/paper#2"] == "F-1.02"
    assert rows[0]["note"] == 'two\nlines, a "quote" and a tab:\t.'
    assert [row["case:concept:name"] for row in rows] == ["case-1", "case-1", "case-2", "case-2", "case-3"]


@pytest.mark.parametrize("name", ["log.csv", "log.csv.gz"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_comes_back_row_for_row_though_its_cases_are_mixed(
    engine: Engine, tmp_path: Path, name: str, delimiter: str
) -> None:
    given = "\ufeff" + CSV.replace("satu,", "satu ").replace(",", delimiter)
    done = import_history(engine, written(tmp_path / name, given), CSV_MAPPING, now=NOW)
    assert (done.cases, done.events) == (2, 4)
    out = io.StringIO(newline="")
    export_csv(engine, out)
    assert list(csv.reader(io.StringIO(out.getvalue(), newline=""), delimiter=delimiter)) == list(
        csv.reader(io.StringIO(given[1:], newline=""), delimiter=delimiter)
    )


def test_csv_cases_have_lane_instants_and_the_last_deadline_told(engine: Engine, tmp_path: Path) -> None:
    import_history(engine, written(tmp_path / "log.csv", CSV), CSV_MAPPING, now=NOW)
    first, second = kept_cases(engine)
    assert (first.case_id, first.lane, first.channel) == ("P-1", "online", "Web")
    assert [event.at for event in first.events] == [
        datetime(2026, 3, 2, 0, 0, tzinfo=UTC),
        datetime(2026, 3, 2, 2, 0, tzinfo=UTC),
    ]
    assert first.deadline == datetime(2026, 3, 5, 16, 0, tzinfo=UTC), "6 March in Makassar"
    assert (second.lane, second.deadline) == ("manual", None)


def test_a_spreadsheet_gets_formulas_disarmed_and_numbers_left(engine: Engine, tmp_path: Path) -> None:
    import_history(engine, written(tmp_path / "log.csv", CSV), CSV_MAPPING, now=NOW)
    out = io.StringIO(newline="")
    export_csv(engine, out, for_spreadsheet=True)
    notes = [row["Catatan"] for row in csv.DictReader(io.StringIO(out.getvalue(), newline=""))]
    assert notes[1:] == ["'=1+1", "-5", ""]


def test_csv_becomes_xes_that_validates_with_the_standard_attributes(engine: Engine, tmp_path: Path) -> None:
    import_history(engine, written(tmp_path / "log.csv", CSV), CSV_MAPPING, now=NOW)
    out = io.BytesIO()
    export_xes(engine, out)
    log = etree.fromstring(out.getvalue())
    SCHEMA.assertValid(log)
    event = log.find("{*}trace/{*}event")
    assert event is not None
    assert [(one.get("key"), one.get("value")) for one in event][:3] == [
        ("concept:name", "Terima"),
        ("time:timestamp", "2026-03-02T00:00:00.000+00:00"),
        ("org:resource", "Sari"),
    ]


def test_reports_read_the_same_with_and_without_attributes(engine: Engine, xes_log: tuple[Path, HistoryMap]) -> None:
    path, mapping = xes_log
    import_history(engine, path, mapping, now=NOW)
    whole = lane_report(kept_cases(engine), now=NOW)
    assert lane_report(kept_cases(engine, attributes=False), now=NOW) == whole
    assert whole.all.cases == kept_log(engine).cases


def test_the_lane_report_has_the_figures_of_the_log(engine: Engine, xes_log: tuple[Path, HistoryMap]) -> None:
    path, mapping = xes_log
    import_history(engine, path, mapping, now=NOW)
    report = lane_report(kept_cases(engine, attributes=False), now=NOW)
    hours = {row.channel: (row.to_dict()["mean_hours"], row.to_dict()["median_hours"]) for row in report.rows}
    if path.name == "receipt.xes.gz":
        # design.md, section 10
        assert (report.all.cases, report.all.events, report.all.activities, report.all.people) == (1434, 8577, 27, 48)
        assert hours["Internet"] == (124.57, 0.52)
        assert hours["Desk"] == (141.16, 18.76)
        assert hours["Post"] == (180.79, 97.36)
        assert hours["e-mail"] == (258.15, 0.58)
        assert {row.channel: row.cases for row in report.rows if row.channel} == {
            "Internet": 1250, "e-mail": 21, "Desk": 109, "Post": 53, "Intern": 1,
        }  # fmt: skip
    else:
        assert (report.all.cases, report.all.events, report.all.activities, report.all.people) == (3, 4, 2, 2)
        assert hours == {"Web": (2.5, 2.5), "Counter": (48.0, 48.0), "Letter": (None, None), None: (48.0, 48.0)}


def test_several_logs_are_told_apart_by_number_or_name(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="No history has been imported"):
        kept_log(engine)
    import_history(engine, written(tmp_path / "a.xes", XES), MAPPING, now=NOW)
    assert kept_log(engine).name == "a.xes"
    second = import_history(engine, written(tmp_path / "b.csv", CSV), CSV_MAPPING, now=NOW)
    assert kept_log(engine, "b.csv").log_id == second.log_id
    assert kept_log(engine, str(second.log_id)).name == "b.csv"
    with pytest.raises(Refused, match=r"more than one .* Allowed: the number of one: 1 \(a.xes\), 2 \(b.csv\)"):
        kept_log(engine)
    with pytest.raises(Refused, match="no imported log called 'c'"):
        kept_log(engine, "c")
    assert sorted(case.case_id for case in kept_cases(engine)) == ["P-1", "P-2", "case-1", "case-2", "case-3"]


def test_a_stream_may_be_left_early_without_holding_the_database(engine: Engine, tmp_path: Path) -> None:
    import_history(engine, written(tmp_path / "log.xes", XES), MAPPING, now=NOW)
    cases: Iterator[LogCase] = kept_cases(engine)
    assert next(cases).case_id == "case-1"
    cases.close()  # type: ignore[attr-defined]
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM history_event"))
    assert all(case.events == () for case in kept_cases(engine))
