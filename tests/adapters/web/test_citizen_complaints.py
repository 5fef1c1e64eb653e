"""The office's side of complaints: the most urgent first, read on record, answered by officers, decided by heads."""

from __future__ import annotations

import pytest
from support.office import Lodged, a_dossier, clock_of, manager
from support.web import Page, a_visitor, somebody

from domain.roles import Lane
from lanes.office import Office

TEXT = "Sudah dua minggu dan tidak ada kabar sama sekali."


@pytest.fixture
def lodged(office: Office) -> Lodged:
    lodged = a_dossier(office).in_lane("online").lodged()
    office.complaints.file(lodged.number, lodged.code, topic="no_news", text=TEXT)
    return lodged


def test_the_officer_answers_and_the_manager_decides(office: Office, lodged: Lodged) -> None:
    officer = somebody(office, "johan.walukow")
    page = officer.get("/complaints?lang=en")
    assert "ADU-2026-000001" in page.words
    assert "an answer" in page.words
    assert TEXT not in page.words, "what was said is read on record only"
    page = officer.send("/complaints/ADU-2026-000001")
    assert TEXT in page.words
    assert lodged.events[-1] == "complaint_read"
    page = officer.send("/complaints/ADU-2026-000001/answer", text="Besok pagi selesai.")
    assert page.path == "/complaints"
    assert "a decision" in page.words

    boss = somebody(office, manager(office, Lane.ONLINE))
    boss.get("/complaints?lang=en")
    page = boss.send("/complaints/ADU-2026-000001")
    assert "Besok pagi selesai." in page.words
    page = boss.send("/complaints/ADU-2026-000001/decide", text="Pengaduan benar.")
    assert "the applicant gets a message" in page.words
    (told,) = office.complaints.of_applicant(lodged.number, lodged.code)
    assert told.decision == "Pengaduan benar."
    assert "No complaint is open." in officer.get("/complaints").words


def test_what_is_sent_twice_is_one_complaint_and_only_known_ends_end_it(office: Office, lodged: Lodged) -> None:
    for _ in range(4):
        again = office.complaints.file(lodged.number, lodged.code, topic="no_news", text=f" {TEXT}\n")
        assert again.number == "ADU-2026-000001"
    officer = somebody(office, "johan.walukow")
    officer.get("/complaints?lang=en")
    token = officer.send("/complaints/ADU-2026-000001").forms[0].values["form_token"]
    sent = {"form_token": token, "text": "Besok pagi selesai."}
    assert officer.client.post("/complaints/ADU-2026-000001/anything", data=sent).status_code in {404, 422}
    (told,) = office.complaints.of_applicant(lodged.number, lodged.code)
    assert told.answer == ""
    other = office.complaints.file(lodged.number, lodged.code, topic="slow", text=TEXT)
    clock_of(office).forward(hours=1)
    later = office.complaints.file(lodged.number, lodged.code, topic="no_news", text=TEXT)
    assert (other.number, later.number) == ("ADU-2026-000002", "ADU-2026-000003")


def test_an_officer_does_not_decide_and_a_word_is_no_answer(office: Office, lodged: Lodged) -> None:
    officer = somebody(office, "johan.walukow")
    officer.get("/complaints?lang=en")
    officer.send("/complaints/ADU-2026-000001")
    page = officer.send("/complaints/ADU-2026-000001/answer", text="Ya.")
    assert page.status == 422
    assert "#text" in page.links
    token = page.form("/complaints/ADU-2026-000001/answer").values["form_token"]
    decided = officer.client.post("/complaints/ADU-2026-000001/decide", data={"form_token": token, "text": TEXT})
    assert decided.status_code == 403
    (told,) = office.complaints.of_applicant(lodged.number, lodged.code)
    assert (told.answer, told.decision) == ("", "")


def test_a_late_one_says_so(office: Office, lodged: Lodged) -> None:
    clock_of(office).forward(days=14)
    assert "late" in somebody(office, "johan.walukow").get("/complaints?lang=en").words


def test_others_see_none(office: Office, lodged: Lodged) -> None:
    front = somebody(office, "debora.paputungan")
    page = front.get("/complaints?lang=en")
    assert "You do not handle complaints." in page.words
    assert "/complaints" not in front.get("/desk").links
    token = page.forms[0].values["form_token"]
    read = front.client.post("/complaints/ADU-2026-000001", data={"form_token": token})
    assert read.status_code == 403
    assert TEXT not in read.text
    assert a_visitor(office).get("/complaints").path == "/sign-in"


def test_the_auditor_sees_which_there_are_and_is_told_in_words_why_not_what_they_say(
    office: Office, lodged: Lodged
) -> None:
    auditor = somebody(office, "auditor")
    page = auditor.get("/complaints?lang=en")
    assert "ADU-2026-000001" in page.words
    assert not any(form.action.startswith("/complaints/") for form in page.forms)
    token = page.forms[0].values["form_token"]
    auditor.get("/complaints?lang=id")
    refused = Page(auditor.client.post("/complaints/ADU-2026-000001", data={"form_token": token}))
    assert (refused.status, TEXT in refused.words) == (403, False)
    assert "Ester Mandagi tidak boleh melakukan ini dengan pengaduan jalur daring" in refused.words
