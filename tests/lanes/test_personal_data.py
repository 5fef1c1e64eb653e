"""After a busy day, nothing the office keeps in clear says who anybody is."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from support.office import a_dossier, clock_of, do, given_fields, refused, to_the_end, up_to, waiting_at, work_off

from adapters.fairness_page import fairness_page
from adapters.reports import report_page
from adapters.sql.store import SqlStore
from domain.roles import Lane
from lanes.case import Deficiency
from lanes.office import Office

SECRET_NOTE = "Catatan Pribadi Contoh"


@pytest.fixture
def secrets(office: Office) -> set[str]:
    """What must not be found after a day with every kind of event in it: all that was filled in by people."""
    lodged = [a_dossier(office).of_type(code).in_lane(lane).lodged()
              for code in ("KK-BARU", "LHR", "MTI", "KTP-GANTI", "SKTT") for lane in ("online", "manual")]  # fmt: skip
    for each in lodged[:6]:
        to_the_end(each)
    rejected = up_to(lodged[6], "verify")
    do(rejected, "verify", "rejected", reason=SECRET_NOTE)
    returned = up_to(lodged[7], "receive")
    do(returned, "receive", "incomplete", deficiencies=[Deficiency(item="other", note=SECRET_NOTE)])
    cancelled = up_to(lodged[8], "receive")
    office.closing.cancel(
        cancelled.number, reason=SECRET_NOTE, by=office.config.lanes[Lane.MANUAL].team["manual-head"].lead
    )
    office.closing.withdraw(lodged[9].number, lodged[9].code)
    mistaken = a_dossier(office).with_fields(applicant_name="Nama Contoh Keliru").lodged()
    up_to(mistaken, "clear_identity")
    stuck = a_dossier(office).lodged()
    (claim,) = [c for c in office.engine.claim_ready(Lane.MANUAL, "one", 50) if c.number == stuck.number]
    office.engine.give_up(claim, "The register did not answer.")
    refused(lambda: a_dossier(office).with_fields(applicant_nik="123", marriage="Rahasia").lodged())
    clock_of(office).forward(days=3)
    for lane in Lane:
        office.watch.sweep(lane)
        for message in office.outbox.claim(lane, 100):
            office.outbox.deliver(message)
    office.audit.seal()
    found = {SECRET_NOTE, "Nama Contoh Keliru"}
    for each in (*lodged, mistaken, stuck):
        found |= given_fields(each)
        found.add(each.code)
    return found


def test_no_file_of_the_office_shows_personal_data(
    office: Office, tmp_path: Path, caplog: pytest.LogCaptureFixture, secrets: set[str]
) -> None:
    assert isinstance(office.store, SqlStore)
    office.store.engine.dispose()  # and with it whatever is not yet in the file
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    names = " ".join(str(path.relative_to(tmp_path)) for path in files)
    kept = b"".join(path.read_bytes() for path in files if tmp_path / "messages" not in path.parents)
    assert list((tmp_path / "data" / "files" / "documents").iterdir())
    assert b"%PDF" not in kept  # a document is compressed: were it in clear, its names would hardly show
    assert len(kept) > 100_000
    for secret in secrets:
        assert secret.encode() not in kept
        assert secret not in names
        assert secret not in caplog.text


def test_journal_tasks_and_outbox_hold_no_personal_data(office: Office, secrets: set[str]) -> None:
    assert isinstance(office.store, SqlStore)
    with office.store.engine.connect() as connection:
        tables = [row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [repr(row) for table in tables for row in connection.exec_driver_sql(f"SELECT * FROM {table}")]
    assert len(rows) > 300
    clear = "\n".join(rows).casefold()
    assert not [secret for secret in secrets if secret.casefold() in clear]


def test_what_is_shown_of_a_dossier_names_nobody(office: Office, secrets: set[str]) -> None:
    shown = repr([office.views.tasks(lane=lane, limit=500) for lane in Lane])
    shown += repr([office.views.overdue(lane=lane) for lane in Lane]) + repr(office.outbox.listing(limit=500))
    shown += repr([office.views.dossier(f"MN-2026-00000{serial}") for serial in range(1, 6)])
    assert not [secret for secret in secrets if secret in shown]


def test_the_report_that_can_be_mailed_names_neither_applicants_nor_officers(office: Office, secrets: set[str]) -> None:
    report = office.reports.live()
    page = report_page({"live": report}, office.config, made_at=office.clock.now(), place=office.tools.places.name)
    shown = page + repr(report.to_dict())
    people = {text for person in office.config.office.people for text in (person.username, person.name)}
    titles = {"kepala", "sekretaris"}  # usernames that are words of the language too
    assert report.lanes.all.cases > 10
    assert not [secret for secret in (secrets | people) - titles if secret in shown]


def test_what_is_told_of_fairness_names_no_applicant_and_what_is_published_no_officer(
    office: Office, secrets: set[str]
) -> None:
    lodged = [waiting_at(office, "receive") for _ in range(5)]
    for each in reversed(lodged):
        do(each, "receive", out_of_turn="SAME_CASE")
        secrets |= given_fields(each) | {each.code}
    report = office.fairness.report(days=28, by="kepala")
    assert report.inside[Lane.MANUAL].counts.whole.overtakings > 3
    page = fairness_page(report, office.config)
    assert not [secret for secret in secrets if secret in repr(report) or secret in page]
    people = {name for person in office.config.office.people for name in (person.username, person.name)}
    assert not [name for name in people if name in page]


def test_logs_are_silent_about_people(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        lodged = waiting_at(office, "receive")
        work_off(office)
    assert not [secret for secret in given_fields(lodged) if secret in caplog.text]
