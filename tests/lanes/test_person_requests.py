"""What a person asks about their own data: recorded, found in both lanes, handed out, erased as far as the law lets."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from support.office import (
    Killed,
    Lodged,
    a_dossier,
    a_family,
    an_office,
    clock_of,
    do,
    members_of,
    refused,
    to_the_end,
    up_to,
)

from adapters.demo.scans import blank_scan
from adapters.sql.store import SqlStore
from domain.errors import Refused
from domain.person_request import RequestEnd
from domain.retention import Part, Why
from domain.roles import Lane
from lanes.office import Office
from lanes.ports import Resident
from lanes.records.person_requests import RequestRecord

OFFICER = "johan.walukow"  # complaint officer of the online lane
REASON = "Tidak ada dasar lain untuk menyimpan."


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Office:
    return an_office(tmp_path, database_url=database_url)


@pytest.fixture
def family() -> tuple[Resident, ...]:
    return a_family()


def asks(office: Office, kind: str, person: Resident, *, by: str = OFFICER, **more: str) -> RequestRecord:
    given = {"checked": "id_card", "contact": "minta@contoh.example", **more}
    return office.person_requests.record(kind, nik=person.nik, name=person.name, by=by, **given)


def withdrawn(office: Office, family: tuple[Resident, ...], lane: str = "online", code: str = "KK-BARU") -> Lodged:
    lodged = a_dossier(office).of_type(code).in_lane(lane).for_family(family).lodged()
    office.closing.withdraw(lodged.number, lodged.code)
    return lodged


def rows(office: Office, table: str) -> list[tuple[object, ...]]:
    assert isinstance(office.store, SqlStore)
    with office.store.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}"))]


def scans(folder: Path) -> list[Path]:
    return sorted(path for part in ("papers", "drafts") for path in folder.rglob(f"files/{part}/*") if path.is_file())


def test_a_request_has_72_hours_whatever_the_offices_hours(office: Office, family: tuple[Resident, ...]) -> None:
    came = clock_of(office).to("Fri 15:00")
    record = asks(office, "access", family[0])
    assert record.number == "PDP-2026-000001"
    assert record.state.answer_by == came + timedelta(hours=72)
    assert office.person_requests.remind() == 0
    clock_of(office).forward(hours=48)
    assert (office.person_requests.remind(), office.person_requests.remind()) == (1, 0)
    clock_of(office).forward(hours=24)
    assert office.person_requests.remind() == 1
    told = [m.to_person for m in office.outbox.listing(limit=50) if m.message == "staff_person_request_due"]
    assert sorted(filter(None, told)) == sorted(["admin", "admin2"] * 2 + ["kepala", "sekretaris"])


def test_what_is_wrong_with_a_request_is_told_at_once_and_a_child_does_not_ask_alone(
    office: Office, family: tuple[Resident, ...]
) -> None:
    record = office.person_requests.record
    wrong = refused(lambda: record("theft", nik="123", name="", checked="guess", contact="nowhere", by=OFFICER))
    assert all(f"{field}: " in wrong.message for field in ("kind", "nik", "name", "checked", "contact"))
    assert "123" not in wrong.message
    child = family[-1]
    assert "under 18" in refused(lambda: asks(office, "access", child)).message
    assert asks(office, "access", child, checked="guardian").number == "PDP-2026-000001"
    assert "18 or older" in refused(lambda: asks(office, "access", family[0], checked="guardian")).message


def test_everything_in_both_lanes_is_handed_out_and_each_journal_tells_it(
    office: Office, family: tuple[Resident, ...]
) -> None:
    online = withdrawn(office, family)
    walked_in = a_dossier(office).of_type("KIA-BARU").in_lane("manual").for_family(family).lodged()
    strangers = a_dossier(office).lodged()
    draft = office.drafts.begin("KK-BARU")
    office.drafts.fill_in(draft.code, {"applicant_nik": family[0].nik, "applicant_name": family[0].name})
    office.drafts.hand_in(draft.code, {"event_form": blank_scan("begun")})
    request = asks(office, "access", family[0])
    export = office.person_export.export(request.number, by="admin")
    assert [each["number"] for each in export.about["applications"]] == [online.number, walked_in.number]
    assert len(export.about["begun"]) == 1
    told = json.dumps(export.about)
    assert all(str(online.fields[name]) in told for name in ("applicant_nik", "applicant_name", "applicant_address"))
    assert online.code not in told, "the tracking code is no data about the person"
    assert export.files
    assert all(office.person_export.content(file)[:4] in (b"%PDF", b"\xff\xd8\xff\xe0") for file in export.files)
    assert [each.events[-1] for each in (online, walked_in, strangers)] == [
        "personal_data_exported", "personal_data_exported", strangers.events[-1],
    ]  # fmt: skip
    assert strangers.events[-1] != "personal_data_exported"
    office.person_requests.end(request.number, text="Salinan diserahkan di loket.", by="admin")
    assert refused(lambda: office.person_export.export(request.number, by="admin")).code == "request_ended"
    assert [act.act for act in office.person_requests.sheet(request.number, by="admin").acts] == [
        "recorded", "exported", "answered",
    ]  # fmt: skip


def test_who_is_only_named_gets_what_is_said_about_them_and_no_more(
    office: Office, family: tuple[Resident, ...]
) -> None:
    lodged = withdrawn(office, family, code="KIA-BARU")
    request = asks(office, "access", family[-1], checked="guardian")
    (told,) = office.person_export.export(request.number, by="admin").about["applications"]
    assert told["applied_for_by_you"] is False
    assert {each["id"] for each in told["fields"]} <= {name for name in lodged.fields if name.startswith("subject")}
    assert family[-1].nik in json.dumps(told)
    assert family[0].nik not in json.dumps(told)
    erasure = asks(office, "erasure", family[-1], checked="guardian")
    done = office.erasing.erase(erasure.number, reason=REASON, by="admin")
    assert not done.gone
    assert {kept.why for _, _, kept in done.kept} == {Why.ANOTHERS}
    assert office.person_export.export(asks(office, "access", family[0]).number, by="admin").about["applications"][0][
        "fields"
    ]


def test_what_may_go_is_gone_from_rows_index_and_disk_and_the_proof_stays_whole(
    office: Office, family: tuple[Resident, ...], tmp_path: Path
) -> None:
    other = up_to(a_dossier(office).in_lane("online").lodged(), "receive")
    lodged = up_to(a_dossier(office).in_lane("online").for_family(family).lodged(), "receive")
    do(lodged, "receive", out_of_turn="SAME_CASE")
    office.closing.withdraw(lodged.number, lodged.code)
    assert [row for row in rows(office, "overtaking") if lodged.dossier.id in row]
    still_open = a_dossier(office).of_type("KIA-BARU").in_lane("manual").for_family(family).lodged()
    draft = office.drafts.begin("KK-BARU")
    office.drafts.fill_in(draft.code, {"applicant_nik": family[0].nik})
    office.drafts.hand_in(draft.code, {"event_form": blank_scan("begun")})
    office.audit.seal()
    kept_files = [path for path in scans(tmp_path) if other.number in path.name]
    request = asks(office, "erasure", family[0])
    with office.store.read() as work:
        _, cipher = work.dossiers.personal(lodged.dossier.id)
    assert isinstance(office.store, SqlStore)
    lies_here = [path for path in tmp_path.rglob("jalur.sqlite*") if cipher in path.read_bytes()]
    assert bool(lies_here) is (office.store.engine.dialect.name == "sqlite")
    done = office.erasing.erase(request.number, reason=REASON, by="admin")
    assert not [path for path in tmp_path.rglob("jalur.sqlite*") if cipher in path.read_bytes()]
    assert done.gone == {lodged.number: [Part.FORM, Part.CONTACT, Part.PAPERS]}
    assert {(number, kept.why) for number, _, kept in done.kept} == {(still_open.number, Why.OPEN)}
    assert (done.drafts, done.in_clear) == (1, ())
    assert scans(tmp_path) == kept_files
    assert not {row[2] for row in rows(office, "attachment")} & {lodged.dossier.id}
    ids = {row[2] for row in rows(office, "personal_index")}
    assert lodged.dossier.id not in ids
    assert {still_open.dossier.id, other.dossier.id} <= ids
    assert refused(lambda: office.views.track(lodged.number, lodged.code)).code == "unknown_dossier"
    assert refused(lambda: office.views.track(lodged.number, "")).code == "unknown_dossier"
    assert lodged.events[-1] == "personal_data_erased"
    assert office.audit.verify() == []
    assert office.person_requests.sheet(request.number, by="kepala").record.ended_how is RequestEnd.ERASED
    clerk = members_of(office, "online-front")[0]
    assert office.reveal.full(lodged.number, by=clerk, purpose="audit") == lodged.dossier.facts
    assert not office.sheets.dossier(lodged.number, by=clerk).papers[0].given


def test_an_issued_deed_stays_and_only_how_to_reach_the_applicant_goes(
    office: Office, family: tuple[Resident, ...]
) -> None:
    lodged = a_dossier(office).of_type("LHR").in_lane("online").for_family(family).lodged()
    to_the_end(lodged)
    done = office.erasing.erase(asks(office, "erasure", family[0]).number, reason=REASON, by="admin")
    assert done.gone == {lodged.number: [Part.CONTACT]}
    assert {kept.why for _, _, kept in done.kept} == {Why.DEED}
    second = asks(office, "erasure", family[0])
    nothing = office.erasing.erase(second.number, reason=REASON, by="admin")
    assert (nothing.gone, {kept.why for _, _, kept in nothing.kept}) == ({}, {Why.DEED})
    ended = office.person_requests.sheet(second.number, by="kepala").record.ended_how
    assert ended is RequestEnd.NOTHING_ERASED, "it was not erased, and does not say so"
    assert not office.erasing.erase(second.number, reason=REASON, by="admin").gone, "repeated, it gives nothing new"
    assert office.products.for_applicant(lodged.number, lodged.code), "the deed is still theirs to fetch"
    assert office.audit.verify() == []
    again = office.person_export.export(asks(office, "access", family[0]).number, by="admin").about["applications"]
    assert not {"applicant_phone", "applicant_email"} & {each["id"] for each in again[0]["fields"]}
    assert "applicant_nik" in {each["id"] for each in again[0]["fields"]}


def test_a_refusal_stays_as_long_as_it_can_be_contested_and_then_its_draft_document_goes_too(
    office: Office, family: tuple[Resident, ...], tmp_path: Path
) -> None:
    lodged = up_to(a_dossier(office).of_type("KED").in_lane("online").for_family(family).lodged(), "sign")
    office.closing.cancel(lodged.number, reason="Permohonan ganda.", by="kepala")
    assert list(tmp_path.rglob("files/documents/*"))
    first = office.erasing.erase(asks(office, "erasure", family[0]).number, reason=REASON, by="admin")
    assert first.gone == {lodged.number: [Part.CONTACT]}
    assert {kept.why for _, _, kept in first.kept} == {Why.CONTESTABLE}
    (until,) = {kept.until for _, _, kept in first.kept}
    assert until == clock_of(office).now() + timedelta(days=90)
    clock_of(office).to(until)
    second = office.erasing.erase(asks(office, "erasure", family[0]).number, reason=REASON, by="admin")
    assert second.gone == {lodged.number: [Part.FORM, Part.PAPERS, Part.DOCUMENTS]}
    assert not list(tmp_path.rglob("files/documents/*"))
    assert office.audit.verify() == []


def test_what_a_complaint_says_outlives_its_decision_for_a_while(office: Office, family: tuple[Resident, ...]) -> None:
    lodged = withdrawn(office, family)
    text_ = "Petugas menyebut nama saya di depan semua orang."
    number = office.complaints.file(lodged.number, lodged.code, topic="conduct", text=text_).number

    def erased() -> tuple[set[Part], set[Why]]:
        done = office.erasing.erase(asks(office, "erasure", family[0]).number, reason=REASON, by="admin")
        return {part for parts in done.gone.values() for part in parts}, {kept.why for _, _, kept in done.kept}

    assert erased() == (set(), {Why.COMPLAINT_OPEN})
    office.complaints.decide(number, "Kami menegur petugas itu.", by="maria.lumowa")
    clock_of(office).forward(days=730)
    assert erased() == ({Part.FORM, Part.CONTACT, Part.PAPERS, Part.COMPLAINTS}, set())
    assert office.complaints.read(number, by=OFFICER).text == ""


def test_who_may_what(office: Office, family: tuple[Resident, ...]) -> None:
    def code(call: object) -> str:
        return refused(call).code  # type: ignore[arg-type]

    assert code(lambda: asks(office, "access", family[0], by="debora.paputungan")) == "not_allowed"
    own = asks(office, "erasure", family[0], by="admin")
    assert (
        "another administrator" in refused(lambda: office.erasing.erase(own.number, reason=REASON, by="admin")).message
    )
    for nobody in (OFFICER, "kepala", "auditor", "maria.lumowa"):
        assert code(lambda by=nobody: office.erasing.erase(own.number, reason=REASON, by=by)) == "not_allowed"
        assert code(lambda by=nobody: office.person_export.export(own.number, by=by)) == "not_allowed"
    assert office.person_requests.sheet(own.number, by="auditor").asker is None
    assert code(lambda: office.person_requests.listing(by="maria.tamboto")) == "not_allowed"
    access = asks(office, "access", family[0])
    assert code(lambda: office.erasing.erase(access.number, reason=REASON, by="admin2")) == "not_for_erasure"
    assert code(lambda: office.erasing.erase(own.number, reason="", by="admin2")) == "reason_missing"
    assert code(lambda: office.person_requests.end(own.number, text=REASON, by="admin2")) == "erase_it"


def test_killed_between_rows_and_files_it_is_noticed_and_finished(
    office: Office, family: tuple[Resident, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lodged = withdrawn(office, family)
    request = asks(office, "erasure", family[0])
    before = scans(tmp_path)
    removed = type(office.tools.files).remove
    with monkeypatch.context() as patch:

        def killed(*_: object) -> None:
            raise Killed

        patch.setattr(type(office.tools.files), "remove", killed)
        with pytest.raises(Killed):
            office.erasing.erase(request.number, reason=REASON, by="admin")
    assert scans(tmp_path) == before
    sheet = office.person_requests.sheet(request.number, by="auditor")
    assert (sheet.files_left, sheet.record.ended_how) == (len(before), RequestEnd.ERASED)
    assert lodged.events.count("personal_data_erased") == 1
    stuck = before[0].name

    def stubborn(files: object, path: str) -> None:
        if path.endswith(stuck):
            raise Refused("file_not_removed", "A file could not be removed.")
        removed(files, path)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(type(office.tools.files), "remove", stubborn)
        assert office.erasing.finish() == len(before) - 1, "one that stays keeps no other from going"
    again = office.erasing.erase(request.number, reason=REASON, by="admin")
    assert not again.gone
    assert scans(tmp_path) == []
    assert office.erasing.finish() == 0
    assert lodged.events.count("personal_data_erased") == 1
    assert office.person_requests.sheet(request.number, by="auditor").files_left == 0
    assert office.audit.verify() == []


def test_killed_before_the_commit_nothing_was_erased(
    office: Office, family: tuple[Resident, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    lodged = withdrawn(office, family)
    request = asks(office, "erasure", family[0])
    with monkeypatch.context() as patch:

        def killed(*_: object, **__: object) -> None:
            raise Killed

        patch.setattr(office.person_requests, "close", killed)
        with pytest.raises(Killed):
            office.erasing.erase(request.number, reason=REASON, by="admin")
    assert office.views.track(lodged.number, lodged.code)
    assert "personal_data_erased" not in lodged.events
    assert office.erasing.erase(request.number, reason=REASON, by="admin").gone


def test_the_person_is_told_what_stays_and_is_then_forgotten(
    office: Office, family: tuple[Resident, ...], tmp_path: Path
) -> None:
    lodged = withdrawn(office, family)
    request = asks(office, "erasure", family[0])
    office.erasing.erase(request.number, reason=REASON, by="admin")
    assert office.person_requests.forget() == 0, "the letter is still to be sent"
    for message in office.outbox.claim(Lane.MANUAL, 100):
        office.outbox.deliver(message)
    letters = [path.read_text() for path in (tmp_path / "messages").rglob("*") if path.is_file()]
    (told,) = [letter for letter in letters if f"{lodged.number}: erased" in letter]
    assert "minta@contoh.example" in told
    assert family[0].nik not in told
    assert office.person_requests.forget() == 1
    sheet = office.person_requests.sheet(request.number, by="admin")
    assert (sheet.asker, sheet.record.cipher) == (None, b"")
    assert sheet.record.token
    kept = repr(rows(office, "processing")) + repr(rows(office, "outbox")) + repr(rows(office, "person_request"))
    assert not [value for value in (family[0].nik, family[0].name, "contoh.example") if value in kept]
    clock_of(office).forward(days=1825, seconds=1)
    assert office.person_requests.forget() == 1
    assert office.person_requests.sheet(request.number, by="admin").record.token is None


def test_what_stands_in_clear_against_the_rules_is_named(office: Office, family: tuple[Resident, ...]) -> None:
    lodged = a_dossier(office).in_lane("online").for_family(family).lodged()
    with office.store.begin() as work:
        event = ("somebody_wrote", {"note": f"Telepon {family[0].name.upper()}"})
        work.dossiers.save(lodged.dossier, [event], at=clock_of(office).now(), actor="jalur")
        entry = work.dossiers.journal(lodged.dossier.id)[-1].seq
    office.closing.withdraw(lodged.number, lodged.code)
    done = office.erasing.erase(asks(office, "erasure", family[0]).number, reason=REASON, by="admin")
    assert done.in_clear == (f"{lodged.number}: journal entry {entry}",)
