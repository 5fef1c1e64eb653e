"""A citizen follows an application: what is missing, what happened, and what is theirs to do; and nobody else does."""

from __future__ import annotations

import re

import pytest
from structlog.testing import capture_logs
from support.office import Lodged, a_dossier, clock_of, do, manager, to_the_end, up_to, work_off
from support.web import Page, Visitor, a_visitor, in_both

from adapters.demo.scans import blank_scan
from adapters.documents.products import PRODUCTS
from adapters.sql.store import SqlStore
from adapters.web.vocabulary import product_words
from domain.dossier import DossierStatus
from domain.roles import Lane
from lanes.case import Deficiency
from lanes.office import Office


@pytest.fixture
def lodged(office: Office) -> Lodged:
    return a_dossier(office).in_lane("online").lodged()


@pytest.fixture
def holder(lodged: Lodged) -> Visitor:
    """Who holds number and code, at the page of the dossier."""
    visitor = a_visitor(lodged.office)
    visitor.get("/track?lang=en")
    assert visitor.send("/track", number=lodged.number, code=lodged.code).path == "/track/dossier"
    return visitor


def returned(lodged: Lodged, *items: str, note: str = "") -> None:
    """Send it back with these deficiencies."""
    up_to(lodged, "receive")
    wanted = [Deficiency(item=item, note=note) for item in items]
    do(lodged, "receive", "incomplete", deficiencies=wanted)


def test_where_it_stands_and_when_and_why(lodged: Lodged, holder: Visitor) -> None:
    up_to(lodged, "receive")
    page = holder.get("/track/dossier")
    for words in ("Completeness check of the online file", "Online intake", "it is the next", "Application received",
                  "from when the papers are found complete", "not yet known"):  # fmt: skip
        assert words in page.words
    up_to(lodged, "enter")
    page = holder.get("/track/dossier")
    assert "since the papers were found complete on" in page.words
    assert "How each due time comes about" in page.words
    assert re.search(r"\b\d\d:\d\d\b", page.words)
    assert "All times are WITA." in page.words
    indonesian = holder.get("/track/dossier?lang=id")
    assert re.search(r"\b\d\d\.\d\d\b", indonesian.words)
    assert "Semua waktu dalam WITA." in indonesian.words
    assert "Berkas lengkap dan sah" in indonesian.words


@pytest.mark.parametrize("change", ["task SET details = '{'", "clock SET ledger = '{'"])
def test_what_is_damaged_is_said_and_not_shown(lodged: Lodged, holder: Visitor, change: str) -> None:
    up_to(lodged, "enter")
    store = lodged.office.store
    assert isinstance(store, SqlStore)
    with store.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {change} WHERE dossier_id = {lodged.dossier.id}")
    with capture_logs() as logs:
        page = holder.get("/track/dossier")
    assert (page.status, "is damaged. An administrator has to see to it." in page.words) == (500, True)
    assert [each["error"] for each in logs if each["event"] == "request_failed"] == ["JSONDecodeError"]


def test_no_address_ever_holds_number_or_code(lodged: Lodged, holder: Visitor) -> None:
    for path in ("/track", "/track/dossier", "/track/withdraw", "/track/complain"):
        page = holder.get(path)
        for address in (*page.links, *(form.action for form in page.forms), str(page.response.url)):
            assert lodged.number not in address
            assert lodged.code not in address
    assert lodged.code not in str(holder.client.cookies)


def test_a_wrong_code_and_a_wrong_number_are_refused_in_the_same_words(lodged: Lodged) -> None:
    visitor = a_visitor(lodged.office)
    visitor.get("/track?lang=en")
    wrong = visitor.send("/track", number=lodged.number, code="ABCD-EFGH-JKMN")
    assert wrong.status == 404
    assert "There is no application with this number and code." in wrong.words
    stranger = visitor.send("/track", number="ON-2026-009999", code=lodged.code)
    assert stranger.words == wrong.words
    assert visitor.get("/track/dossier").path == "/track"


def test_guesses_are_slowed(lodged: Lodged) -> None:
    visitor = a_visitor(lodged.office)
    visitor.get("/track?lang=en")
    statuses = [visitor.send("/track", number=lodged.number, code=f"ABCD-EFGH-{n:04}").status for n in range(5)]
    assert statuses == [404, 404, 404, 429, 429]
    assert visitor.send("/track", number=lodged.number, code=lodged.code).path == "/track/dossier"


def test_a_browser_forgets_after_half_an_hour_without_a_page_and_when_told(lodged: Lodged, holder: Visitor) -> None:
    clock = clock_of(lodged.office)
    clock.forward(minutes=29)
    assert holder.get("/track/dossier").path == "/track/dossier"
    clock.forward(minutes=29)
    assert holder.get("/track/dossier").path == "/track/dossier"
    clock.forward(minutes=30)
    page = holder.get("/track/dossier")
    assert page.path == "/track"
    assert "has forgotten your application" in page.words
    holder.send("/track", number=lodged.number, code=lodged.code)
    assert holder.send("/leave").path == "/"
    assert holder.get("/track/dossier").path == "/track"


@pytest.mark.parametrize("path", ["dossier", "answer", "withdraw", "complain", "documents/0"])
def test_without_the_proof_every_page_asks_for_it(office: Office, path: str) -> None:
    visitor = a_visitor(office)
    visitor.client.cookies.set("dossier", "W10")
    assert visitor.get(f"/track/{path}").path == "/track"


class TestAnswer:
    def test_what_is_missing_is_sent_at_once_and_the_work_goes_on(self, lodged: Lodged, holder: Visitor) -> None:
        returned(lodged, "event_form", "applicant_address", note="Tidak terbaca")
        page = holder.get("/track/dossier")
        assert "Something is missing" in page.words
        assert "Tidak terbaca" in page.words
        assert "Due not told while it stands still" in page.words, "it waits for its applicant"
        assert "Sending what is missing (you, the applicant)" in page.words
        assert "Completeness check" not in page.words, "it is not checked now"
        page = holder.get("/track/answer")
        page = holder.send("/track/answer", applicant_address="Jalan Contoh 9",
                           files={"paper-event_form": ("x.pdf", blank_scan("new").content)})  # fmt: skip
        assert page.path == "/track/dossier"
        assert "your answer was received" in page.words
        assert lodged.dossier.status is DossierStatus.SUBMITTED
        up_to(lodged, "receive")

    def test_half_an_answer_is_told_at_its_place_and_changes_nothing(self, lodged: Lodged, holder: Visitor) -> None:
        returned(lodged, "event_form", "applicant_address")
        holder.get("/track/answer")
        page = holder.send("/track/answer", applicant_address="Jalan Contoh 9",
                           files={"paper-event_form": ("x.pdf", b"MZ")})  # fmt: skip
        assert page.status == 422
        assert "#paper-event_form" in page.links
        assert (
            page.form("/track/answer").values["applicant_address"] == ""
        )  # a text area's text stands between its tags
        assert "Jalan Contoh 9" in page.words
        assert lodged.dossier.status is DossierStatus.RETURNED

    def test_a_scan_that_is_in_order_is_not_asked_for_again(self, lodged: Lodged, holder: Visitor) -> None:
        returned(lodged, "event_form", "marriage_proof", "applicant_address")
        holder.get("/track/answer")
        scan = blank_scan("new").content
        page = holder.send("/track/answer", files={"paper-event_form": ("x.pdf", scan)})
        assert page.status == 422
        assert "#paper-marriage_proof" in page.links
        assert "#paper-event_form" not in page.links
        assert "received; form, filled in" in page.words
        page = holder.send("/track/answer", files={"paper-marriage_proof": ("x.pdf", scan)})
        assert page.status == 422, "the address is still missing"
        page = holder.send("/track/answer", applicant_address="Jalan Contoh 9")
        assert page.path == "/track/dossier"
        assert lodged.dossier.status is DossierStatus.SUBMITTED
        with lodged.office.store.read() as work:
            assert work.drafts.left_before(clock_of(lodged.office).forward(days=1), 9) == []

    def test_an_answer_being_put_together_is_no_application(self, lodged: Lodged, holder: Visitor) -> None:
        returned(lodged, "event_form")
        holder.get("/track/answer")
        holder.get("/resume")
        assert holder.send("/resume", code=f"ANSW-{lodged.code}").status == 422

    def test_what_the_upload_check_found_missing_is_sent(self, office: Office) -> None:
        lodged = a_dossier(office).in_lane("online").without_paper("event_form").lodged()
        work_off(office, Lane.ONLINE)
        assert lodged.dossier.status is DossierStatus.RETURNED
        visitor = a_visitor(office)
        visitor.get("/track")
        visitor.send("/track", number=lodged.number, code=lodged.code)
        visitor.get("/track/answer")
        visitor.send("/track/answer", files={"paper-event_form": ("x.pdf", blank_scan("new").content)})
        assert up_to(lodged, "receive")

    def test_there_is_nothing_to_answer_where_nothing_is_missing(self, lodged: Lodged, holder: Visitor) -> None:
        assert holder.get("/track/answer").path == "/track/dossier"


class TestWithdraw:
    def test_it_is_asked_once_more_and_then_done(self, lodged: Lodged, holder: Visitor) -> None:
        page = holder.get("/track/withdraw")
        assert "cannot be taken up again" in page.words
        assert lodged.dossier.is_open
        page = holder.send("/track/withdraw")
        assert page.path == "/track/dossier"
        assert "was withdrawn" in page.words
        assert lodged.dossier.status is DossierStatus.WITHDRAWN

    def test_pressed_twice_it_is_withdrawn_once(self, lodged: Lodged, holder: Visitor) -> None:
        token = holder.get("/track/withdraw").form("/track/withdraw").values["form_token"]
        for _ in range(2):
            page = Page(holder.client.post("/track/withdraw", data={"form_token": token}))
            assert page.path == "/track/dossier"
        assert lodged.events.count("dossier_withdrawn") == 1

    def test_what_is_issued_is_not_withdrawn(self, lodged: Lodged, holder: Visitor) -> None:
        to_the_end(lodged)
        assert holder.get("/track/withdraw").path == "/track/dossier"


class TestComplain:
    TEXT = "Sudah dua minggu dan tidak ada kabar sama sekali."

    def test_what_is_wrong_is_told_in_the_readers_language_and_all_that_was_typed_is_kept(
        self, lodged: Lodged, holder: Visitor
    ) -> None:
        holder.get("/track/complain?lang=id")
        page = holder.send("/track/complain", text=self.TEXT)
        assert (page.status, "Pilih hal yang diadukan." in page.words, self.TEXT in page.words) == (422, True, True)
        page = holder.send("/track/complain", topic="slow", text="kata " * 1200)
        assert (page.status, "10 sampai 2.000 huruf" in page.words) == (422, True)
        assert page.response.text.count("kata ") == 1200
        for each in ("slow", "no_news", "conduct"):
            lodged.office.complaints.file(lodged.number, lodged.code, topic=each, text=self.TEXT)
        page = holder.get("/track/complain")
        assert "Sudah ada tiga pengaduan" in page.words
        assert "/track/complain" not in {form.action for form in page.forms}

    def test_a_complaint_is_filed_answered_and_read(self, lodged: Lodged, holder: Visitor) -> None:
        holder.get("/track/complain")
        page = holder.send("/track/complain", topic="no_news", text=self.TEXT)
        assert page.path == "/track/dossier"
        assert "Your complaint was received." in page.words
        assert self.TEXT in page.words
        assert "You get an answer by 17 March 2026" in page.words
        assert "It is decided by 2 May 2026" in page.words
        office = lodged.office
        office.complaints.answer("ADU-2026-000001", "Kami minta maaf: besok selesai.", by="johan.walukow")
        office.complaints.decide("ADU-2026-000001", "Pengaduan Anda benar.", by=manager(office, Lane.ONLINE))
        page = holder.get("/track/dossier")
        assert "Kami minta maaf: besok selesai." in page.words
        assert "Pengaduan Anda benar." in page.words

    def test_a_complaint_without_topic_or_words_is_told_at_its_place(self, lodged: Lodged, holder: Visitor) -> None:
        holder.get("/track/complain")
        page = holder.send("/track/complain", text=self.TEXT)
        assert page.status == 422
        assert "#topic" in page.links
        assert self.TEXT in page.words
        page = holder.send("/track/complain", topic="slow", text="lama")
        assert page.status == 422
        assert "#text" in page.links

    def test_script_in_a_complaint_is_only_text(self, lodged: Lodged, holder: Visitor) -> None:
        holder.get("/track/complain")
        page = holder.send("/track/complain", topic="other", text="<script>alert(1)</script> begitulah")
        assert "<script>alert(1)" not in page.response.text
        assert "&lt;script&gt;alert(1)" in page.response.text


class TestDocuments:
    def test_only_the_holder_fetches_the_signed_pdf(self, lodged: Lodged, holder: Visitor) -> None:
        assert holder.get("/track/documents/0").status in (404, 422)
        to_the_end(lodged)
        answer = holder.client.get("/track/documents/0")
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"].startswith('attachment; filename="')
        assert answer.headers["cache-control"] == "no-store"
        assert holder.get("/track/documents/1").status == 404
        assert a_visitor(lodged.office).get("/track/documents/0").path == "/track"

    def test_each_of_a_births_documents_is_told_by_what_it_is(self, office: Office) -> None:
        lodged = a_dossier(office).of_type("LHR").in_lane("online").lodged()
        to_the_end(lodged)
        holder = a_visitor(office)
        holder.get("/track?lang=id")
        page = holder.send("/track", number=lodged.number, code=lodged.code)
        assert "Ambil PDF bertanda tangan: Kutipan akta kelahiran Nomor: 7172-L" in page.words
        assert "Ambil PDF bertanda tangan: Kartu Keluarga Nomor: KK/7172/" in page.words
        assert "Your documents are ready" in holder.get("/track/dossier?lang=en").words

    def test_every_document_of_the_office_has_a_name_in_both_languages(self) -> None:
        english, indonesian = in_both(product_words, PRODUCTS)
        assert not {product for product in PRODUCTS if english[product].lower() == product.replace("_", " ")} - {
            "family_card", "id_card"
        }  # fmt: skip
        assert not {product for product in PRODUCTS if english[product] == indonesian[product]}

    def test_its_qr_leads_to_a_page_that_says_it_is_valid_and_nothing_of_a_person(self, lodged: Lodged) -> None:
        to_the_end(lodged)
        with lodged.office.store.read() as work:
            (document,) = work.documents.of(lodged.dossier.id)
        assert lodged.office.config.office.verify_url.endswith("/verify"), "what the QR holds is this page's address"
        visitor = a_visitor(lodged.office)
        page = visitor.get(f"/verify/{document.token}?lang=en")
        assert page.status == 200
        assert "Valid document" in page.words
        assert document.number in page.words
        assert "New family card" in page.words
        told = page.words.casefold()
        assert not [value for value in (lodged.fields["applicant_name"], lodged.fields["applicant_nik"])
                    if str(value).casefold() in told]  # fmt: skip
        assert lodged.number not in page.words
        assert visitor.get(f"/verify?code=https://dukcapil.example/verify/{document.token}").path.endswith(
            document.token
        )

    def test_an_unknown_qr_is_told_so_and_tries_are_slowed_but_a_document_is_always_told(self, lodged: Lodged) -> None:
        to_the_end(lodged)
        with lodged.office.store.read() as work:
            (document,) = work.documents.of(lodged.dossier.id)
        visitor = a_visitor(lodged.office)
        assert "Unknown document" in visitor.get("/verify/made-up?lang=en").words
        statuses = [visitor.get(f"/verify/made-up-{n}").status for n in range(16)]
        assert statuses == [404] * 14 + [429] * 2
        assert visitor.get(f"/verify/{document.token}").status == 200


class TestFigures:
    def test_small_counts_are_withheld(self, lodged: Lodged) -> None:
        to_the_end(lodged)
        page = a_visitor(lodged.office).get("/figures?lang=en")
        assert page.status == 200
        assert "<3" in page.words
        assert "100%" not in page.words

    def test_waiting_times_of_both_lanes_and_adoption_by_district(self, office: Office) -> None:
        for lane in ("online", "manual"):
            for _ in range(4):
                to_the_end(a_dossier(office).in_lane(lane).lodged())
        page = a_visitor(office).get("/figures?lang=en")
        for words in ("Online lane", "Walk-in lane", "Half of them within", "50%", "tasks were taken out of turn"):
            assert words in page.words
        assert "Matuari" in page.words or "Madidir" in page.words or "Girian" in page.words

    def test_what_was_worked_out_is_kept_for_some_minutes(self, office: Office) -> None:
        first = office.public.figures()
        clock_of(office).forward(minutes=4)
        assert office.public.figures() is first
        clock_of(office).forward(minutes=1)
        assert office.public.figures() is not first

    def test_a_service_tells_what_really_comes_of_its_promise(self, office: Office) -> None:
        page = a_visitor(office).get("/services/KK-BARU?lang=en")
        assert "There are too few finished applications yet" in page.words
        for _ in range(21):
            to_the_end(a_dossier(office).in_lane("online").lodged())
        page = a_visitor(an_office_again(office)).get("/services/KK-BARU?lang=en")
        assert "Who applies now can expect it" in page.words


def an_office_again(office: Office) -> Office:
    """The same office, with nothing learned yet."""
    return office.renew()
