"""Complaints have a clock of their own: 14 days for an answer, 60 for a decision, whatever the lane's hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.office import Lodged, a_dossier, an_office, clock_of, manager, refused

from domain.complaint import Complaint, Stage, Topic
from domain.roles import Lane
from lanes.office import Office

TEXT = "Sudah dua minggu, dan tetangga saya yang datang kemudian dilayani lebih dahulu."
OFFICER = "johan.walukow"  # of the online lane's complaint team


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Office:
    return an_office(tmp_path, database_url=database_url)


@pytest.fixture
def lodged(office: Office) -> Lodged:
    return a_dossier(office).in_lane("online").lodged()


def complain(lodged: Lodged, topic: Topic = Topic.SLOW, text: str = TEXT) -> str:
    return lodged.office.complaints.file(lodged.number, lodged.code, topic=topic, text=text).number


def told(office: Office, name: str) -> list[str]:
    """Whom messages of this name go to; "" is the applicant."""
    return sorted(each.to_person or "" for each in office.outbox.listing(limit=500) if each.message == name)


def test_a_complaint_is_answered_within_14_days_and_decided_within_60(lodged: Lodged) -> None:
    at = clock_of(lodged.office).to("Sat 23:00")
    record = lodged.office.complaints.file(lodged.number, lodged.code, topic="slow", text=TEXT)
    assert record.number == "ADU-2026-000001"
    assert record.state.answer_by == at + timedelta(days=14)
    assert record.state.decide_by == at + timedelta(days=60)
    assert record.state.stage is Stage.ANSWER


def test_who_complains_and_who_handles_it_hear_of_it(lodged: Lodged) -> None:
    complain(lodged)
    assert told(lodged.office, "complaint_received") == [""]
    assert told(lodged.office, "staff_complaint") == sorted([OFFICER, manager(lodged.office, Lane.ONLINE)])
    assert lodged.events[-1] == "complaint_filed"


def test_what_is_said_stands_in_no_message_and_no_journal(lodged: Lodged) -> None:
    number = complain(lodged)
    lodged.office.complaints.answer(number, "Kami minta maaf, berkas Anda selesai besok.", by=OFFICER)
    kept = str(lodged.office.outbox.listing(limit=500)) + str(lodged.office.views.dossier(lodged.number)[2])
    assert "tetangga" not in kept
    assert "minta maaf" not in kept


def test_a_complaint_is_answered_then_decided_and_its_filer_reads_both(lodged: Lodged) -> None:
    office, number = lodged.office, complain(lodged)
    read = office.complaints.read(number, by=OFFICER)
    assert (read.text, read.dossier) == (TEXT, lodged.number)
    assert lodged.events[-1] == "complaint_read"
    office.complaints.answer(number, "Berkas Anda selesai besok pagi.", by=OFFICER)
    (mine,) = office.complaints.of_applicant(lodged.number, lodged.code)
    assert (mine.answer, mine.decision, mine.record.state.stage) == (
        "Berkas Anda selesai besok pagi.",
        "",
        Stage.DECISION,
    )
    office.complaints.decide(number, "Pengaduan Anda benar; urutannya kami perbaiki.", by=manager(office, Lane.ONLINE))
    (mine,) = office.complaints.of_applicant(lodged.number, lodged.code)
    assert mine.decision == "Pengaduan Anda benar; urutannya kami perbaiki."
    assert mine.record.state.stage is Stage.DONE
    assert told(office, "complaint_answered") == ["", ""]
    assert lodged.events[-2:] == ["complaint_answered", "complaint_decided"]


def test_others_neither_read_nor_answer(lodged: Lodged) -> None:
    office, number = lodged.office, complain(lodged)
    for stranger in ("debora.paputungan", manager(office, Lane.MANUAL), "auditor", "admin"):
        for attempt in (
            lambda who=stranger: office.complaints.read(number, by=who),
            lambda who=stranger: office.complaints.answer(number, TEXT, by=who),
            lambda who=stranger: office.complaints.decide(number, TEXT, by=who),
        ):
            assert refused(attempt).code == "not_allowed"
    assert refused(lambda: office.complaints.decide(number, TEXT, by=OFFICER)).code == "not_allowed"
    assert [each.number for each in office.complaints.listing(Lane.ONLINE, by="auditor")] == [number]


def test_nobody_complains_without_the_code_or_about_nothing(lodged: Lodged) -> None:
    complaints = lodged.office.complaints
    wrong = refused(lambda: complaints.file(lodged.number, "ABCD-EFGH-JKMN", topic="slow", text=TEXT))
    assert wrong.code == "unknown_dossier"
    assert refused(lambda: complain(lodged, text="lama")).code == "complaint_text"
    assert refused(lambda: complain(lodged, text="x" * 2001)).code == "complaint_text"
    unknown = refused(lambda: complaints.file(lodged.number, lodged.code, topic="weather", text=TEXT))
    assert unknown.code == "unknown_topic"
    assert complaints.of_applicant(lodged.number, lodged.code) == []


def test_a_fourth_complaint_waits_until_one_is_decided(lodged: Lodged) -> None:
    first = complain(lodged)
    complain(lodged, text=f"{TEXT} Dua."), complain(lodged, text=f"{TEXT} Tiga.")
    assert refused(lambda: complain(lodged, text=f"{TEXT} Empat.")).code == "complaints_open"
    lodged.office.complaints.decide(first, "Diputuskan demikian.", by="kepala")
    assert complain(lodged, text=f"{TEXT} Empat.") == "ADU-2026-000004"


def test_what_ended_is_answered_no_more(lodged: Lodged) -> None:
    office, number = lodged.office, complain(lodged)
    office.complaints.answer(number, "Sudah kami periksa.", by=OFFICER)
    assert (
        refused(lambda: office.complaints.answer(number, "Sekali lagi begitu.", by=OFFICER)).code == "complaint_ended"
    )
    office.complaints.decide(number, "Diputuskan demikian.", by="kepala")
    for again in (office.complaints.answer, office.complaints.decide):
        assert refused(lambda again=again: again(number, "Sekali lagi begitu.", by="kepala")).code == "complaint_ended"
    missing = refused(lambda: office.complaints.decide("ADU-2026-000009", TEXT, by="kepala"))
    assert missing.code == "unknown_complaint"


def test_the_sweep_reminds_once_before_each_time_and_at_it_and_tells_the_head_when_it_is_late(lodged: Lodged) -> None:
    office = lodged.office
    complain(lodged)
    filed = clock_of(office).now()
    handlers = sorted([OFFICER, manager(office, Lane.ONLINE)])

    def heard(days: float) -> list[str]:
        before = told(office, "staff_complaint_due")
        clock_of(office).to(filed + timedelta(days=days))
        for _ in range(2):  # a sweep twice is a sweep once
            assert office.watch.sweep(Lane.ONLINE).failed == ()
        after = told(office, "staff_complaint_due")
        for each in before:
            after.remove(each)
        return after

    assert heard(10.9) == []
    assert heard(11) == handlers
    assert heard(13.9) == []
    assert heard(14) == sorted([*handlers, "kepala", "sekretaris"])
    assert heard(56) == []


def test_after_the_answer_only_the_decision_is_due(lodged: Lodged) -> None:
    office, number = lodged.office, complain(lodged)
    filed = clock_of(office).now()
    office.complaints.answer(number, "Sudah kami periksa.", by=OFFICER)
    for days, heard in ((20, 0), (57, 2), (60, 6), (90, 6)):
        clock_of(office).to(filed + timedelta(days=days))
        office.watch.sweep(Lane.ONLINE)
        assert len(told(office, "staff_complaint_due")) == heard, days


_INSTANTS = st.integers(0, 400 * 24).map(lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours))


@given(filed=_INSTANTS, after=_INSTANTS, answered=st.booleans())
def test_reminders_lie_ahead_and_come_to_an_end(filed: datetime, after: datetime, answered: bool) -> None:
    complaint = Complaint(filed_at=filed, answered_at=filed if answered else None)
    seen = []
    at: datetime | None = after
    while (at := complaint.next_reminder(at)) is not None:
        seen.append(at)
        assert len(seen) <= 4
    assert seen == sorted(set(seen))
    assert all(each > after for each in seen)
    assert Complaint(filed_at=filed, decided_at=filed).next_reminder(after) is None


def test_who_answers_complaints_sees_a_dossier_while_a_complaint_about_it_is_open(lodged: Lodged) -> None:
    office = lodged.office
    assert refused(lambda: office.reveal.full(lodged.number, by=OFFICER, purpose="complaint")).code == "not_allowed"
    number = complain(lodged)
    assert "applicant_name" in office.reveal.full(lodged.number, by=OFFICER, purpose="complaint")
    office.complaints.decide(number, "Kami minta maaf, berkas Anda selesai besok.", by=manager(office, Lane.ONLINE))
    assert refused(lambda: office.reveal.masked(lodged.number, by=OFFICER)).code == "not_allowed"
