"""A citizen without script applies online, from the question which service they need to the signed PDF."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from support.office import (
    Draft,
    Lodged,
    a_dossier,
    a_family,
    clock_of,
    staff_form_of,
    to_the_end,
)
from support.web import Page, Visitor, a_visitor

from adapters.demo.scans import blank_scan
from domain.dossier import DossierStatus
from domain.roles import Lane
from lanes.office import Office


@pytest.fixture
def visitor(office: Office) -> Visitor:
    return a_visitor(office)


def a_form(office: Office, code: str = "KK-BARU", **changes: Any) -> dict[str, str]:
    """A form rightly filled in, as it is typed."""
    return typed(a_dossier(office).of_type(code).for_family(a_family()).with_fields(**changes))


def typed(applied: Draft) -> dict[str, str]:
    """An application's form as it is typed."""
    fields = applied.application.fields
    return {name: "yes" if value is True else str(value) for name, value in fields.items() if value is not False}


def fill_in(visitor: Visitor, values: Mapping[str, str], part: str) -> Page:
    """Fill in what the page asks for and send it."""
    assert visitor.page is not None
    names = {name for name, _ in visitor.page.form(f"/apply/{part}").every} | set(
        visitor.page.form(f"/apply/{part}").values
    )
    return visitor.send(f"/apply/{part}", **{name: value for name, value in values.items() if name in names})


def hand_in(visitor: Visitor, paper: str, content: bytes, name: str = "scan.pdf") -> Page:
    """Send one paper."""
    visitor.get("/apply/papers")
    return visitor.send("/apply/papers", files={f"paper-{paper}": (name, content)}, paper=paper)


def papers_asked(page: Page) -> list[str]:
    return [form.values["paper"] for form in page.forms if form.action == "/apply/papers"]


def begun(visitor: Visitor, code: str = "KK-BARU") -> Page:
    visitor.get(f"/services/{code}")
    return visitor.send(f"/services/{code}/apply")


def filled_in(visitor: Visitor, values: Mapping[str, str], code: str = "KK-BARU") -> Page:
    """Fill in the whole form, up to the papers."""
    page = begun(visitor, code)
    if page.path == "/apply/situation":
        page = fill_in(visitor, values, "situation")
    return fill_in(visitor, values, "details")


def sent(visitor: Visitor, values: Mapping[str, str], code: str = "KK-BARU") -> Page:
    """Apply, whole."""
    page = filled_in(visitor, values, code)
    assert page.path == "/apply/papers", page.words
    for paper in papers_asked(page):
        hand_in(visitor, paper, blank_scan(paper).content)
    page = visitor.get("/apply/check")
    return visitor.send("/apply/send")


def number_on(page: Page) -> str:
    return next(word for word in page.words.split() if word.startswith("ON-2026-"))


def code_on(page: Page) -> str:
    return next(word for word in page.words.split() if re.fullmatch(r"(?!ON-)\w{4}-\w{4}-\w{4}", word))


def test_from_the_question_to_the_signed_pdf(office: Office, visitor: Visitor) -> None:
    assert "/which" in visitor.get("/?lang=en").links
    question = visitor.get("/which")
    assert "What has happened?" in question.words
    assert "/which/family_card" in question.links
    assert "/services/KK-BARU" in visitor.get("/which/family_card").links
    service = visitor.get("/services/KK-BARU")
    assert "The blank form is the same everywhere in Indonesia and free" in service.words
    assert "scan or photo of the original" in service.words
    assert "copy handed in, original shown" in service.words

    applied = a_dossier(office).for_family(a_family())
    page = sent(visitor, typed(applied))
    assert page.path == "/apply/done"
    assert "Application received" in page.words
    number, code = number_on(page), code_on(page)
    assert 'src="data:image/svg+xml' in page.response.text

    other = a_visitor(office)  # at home, on another phone
    other.get("/track?lang=en")
    page = other.send("/track", number=number, code=code)
    assert page.path == "/track/dossier"
    assert number in page.words

    staff = staff_form_of("KK-BARU", applied.family, applied.application.fields)
    lodged = Lodged(
        office=office, number=number, code=code, due_at=office.clock.now(), fields={}, staff=staff, papers={}
    )
    assert to_the_end(lodged).status is DossierStatus.ISSUED
    page = other.get("/track/dossier")
    assert "Your document is ready" in page.words
    pdf = other.client.get(next(link for link in page.links if link.startswith("/track/documents/")))
    assert pdf.headers["content-type"] == "application/pdf"
    report = office.tools.sealer.check(pdf.content)
    assert report.intact
    assert report.trusted


def test_only_what_concerns_the_situation_is_asked(office: Office, visitor: Visitor) -> None:
    page = begun(visitor)
    assert page.path == "/apply/situation"
    page = fill_in(visitor, {"marriage": "none"}, "situation")
    assert "proxy_name" not in page.form("/apply/details").values
    visitor.get("/apply/situation")
    page = fill_in(visitor, {"marriage": "none", "proxy": "yes"}, "situation")
    assert "proxy_name" in page.form("/apply/details").values
    values = a_form(office, marriage="none", proxy=True, proxy_name="Kuasa Contoh Kalalo")
    page = fill_in(visitor, values, "details")
    assert set(papers_asked(page)) == {"event_form", "marriage_statement", "power_of_attorney", "proxy_id_card"}


def test_mistakes_stand_at_their_fields_and_nothing_typed_is_lost(office: Office, visitor: Visitor) -> None:
    page = begun(visitor)
    page = fill_in(visitor, {}, "situation")
    assert page.status == 422
    assert "#marriage" in page.links
    page = fill_in(visitor, {"marriage": "book"}, "situation")
    values = a_form(office) | {"applicant_nik": "717206", "applicant_phone": "", "applicant_email": ""}
    page = fill_in(visitor, values, "details")
    assert page.status == 422
    assert {"#applicant_nik", "#applicant_phone"} <= set(page.links)
    assert "16" in page.words
    form = page.form("/apply/details")
    assert form.values["applicant_nik"] == "717206"
    assert form.values["applicant_name"] == values["applicant_name"]


def test_a_draft_is_gone_on_with_on_another_phone_by_its_code(office: Office, visitor: Visitor) -> None:
    begun(visitor)
    page = fill_in(visitor, {"marriage": "book", "member_count": "2"}, "situation")
    code = code_on(page)
    other = a_visitor(office)
    assert other.get("/apply").path == "/resume", "another browser knows nothing of it"
    page = other.send("/resume", code=code.lower().replace("-", " "))
    assert page.path == "/apply/situation"
    assert 'value="book" checked' in page.response.text
    other.get("/")
    assert other.send("/leave").path == "/"
    assert other.get("/apply").path == "/resume"


def test_draft_codes_cannot_be_tried_through(office: Office, visitor: Visitor) -> None:
    visitor.get("/resume")
    statuses = []
    for place in range(18):
        statuses.append(visitor.send("/resume", code=f"ABCD-EFGH-{place:04}").status)
    assert statuses == [422] * 15 + [429] * 3


def test_a_draft_of_this_browser_is_shown_on_the_first_page(office: Office, visitor: Visitor) -> None:
    assert "/apply" not in visitor.get("/").links
    begun(visitor)
    assert "/apply" in visitor.get("/").links
    clock_of(office).forward(hours=4)
    assert "/apply" not in visitor.get("/").links, "a browser forgets it after some hours"


def test_the_button_pressed_twice_sends_once(office: Office, visitor: Visitor) -> None:
    first = sent(visitor, a_form(office))
    number = number_on(first)
    token = first.form("/leave").values["form_token"]
    again = Page(visitor.client.post("/apply/send", data={"form_token": token}))
    assert again.path == "/apply/done"
    assert number_on(again) == number
    assert visitor.get("/apply/details").path == "/apply/done"
    assert len(office.views.tasks(lane=Lane.ONLINE)) <= 1


def test_a_second_application_for_the_same_is_refused_and_the_draft_stays(office: Office, visitor: Visitor) -> None:
    values = a_form(office)
    number = number_on(sent(visitor, values))
    other = a_visitor(office)
    page = sent(other, values)
    assert page.status == 409
    assert page.path == "/apply/send"
    assert number in page.words or "already" in page.words or "sudah" in page.words
    assert other.get("/apply/check").status == 200


def test_a_changed_situation_takes_answers_and_scans_with_it(office: Office, visitor: Visitor) -> None:
    page = filled_in(visitor, a_form(office, proxy=True, proxy_name="Kuasa Contoh Kalalo"))
    for paper in papers_asked(page):
        hand_in(visitor, paper, blank_scan(paper).content)
    visitor.get("/apply/situation")
    visitor.send("/apply/situation", marriage="book", proxy=None)
    visitor.get("/apply/check")
    page = visitor.send("/apply/send")
    assert page.path == "/apply/done", page.words
    dossier = office.views.dossier(number_on(page))[0]
    with office.store.read() as work:
        kept = {each.requirement for each in work.dossiers.attachments(dossier.id)}
    assert kept == {"event_form", "marriage_proof"}


class TestUploads:
    @pytest.fixture(autouse=True)
    def at_the_papers(self, office: Office, visitor: Visitor) -> None:
        visitor.get("/?lang=en")
        assert filled_in(visitor, a_form(office)).path == "/apply/papers"

    def test_what_is_no_scan_is_refused_in_words_at_its_place(self, visitor: Visitor) -> None:
        for content, words in (
            (b"MZ\x90 a program", "PDF, JPEG or PNG"),
            (b"%PDF-1.7 half", "cut off or damaged"),
            (b"", "empty or too large"),
        ):
            page = hand_in(visitor, "event_form", content)
            assert page.status == 422
            assert words in page.words
            assert "#paper-event_form" in page.links
        assert "Send the application" not in visitor.get("/apply/check").words

    def test_what_was_kept_is_told_at_its_place_with_what_is_still_missing(self, visitor: Visitor) -> None:
        page = visitor.get("/apply/papers")
        assert "at the office's counter or at your village office" in page.words, "where the blank forms are"
        first, *others = papers_asked(page)
        page = hand_in(visitor, first, blank_scan(first).content)
        assert page.response.history[-1].headers["location"] == f"/apply/papers?kept={first}#kept"
        assert f"this paper was received. Still missing: {len(others)}." in page.words
        assert f"#title-{others[0]}" in page.links
        for paper in others:
            page = hand_in(visitor, paper, blank_scan(paper).content)
        assert "All papers are here." in page.words
        assert "this paper was received" not in visitor.get("/apply/papers?kept=made-up").words

    def test_without_a_file_nothing_is_taken(self, visitor: Visitor) -> None:
        visitor.get("/apply/papers")
        page = visitor.send("/apply/papers", paper="event_form")
        assert page.status == 422
        assert "Choose a photo or a PDF first." in page.words

    def test_a_photo_is_reduced_and_a_too_large_file_refused(self, visitor: Visitor) -> None:
        photo = BytesIO()
        Image.linear_gradient("L").resize((3600, 2700)).save(photo, "JPEG", quality=95)
        page = hand_in(visitor, "event_form", photo.getvalue(), "IMG_0001.JPG")
        assert page.status == 200
        assert "missing" in page.words
        page = hand_in(visitor, "marriage_proof", b"%PDF-" + b"0" * (10 * 1024 * 1024))
        assert page.status == 422
        assert "too large" in page.words
        whole = visitor.send("/apply/papers", files={"paper-marriage_proof": ("x", b"0" * 26_000_000)})
        assert whole.status == 413
        assert "10 MB for each file" in whole.words
        assert "/apply/papers" in whole.links

    def test_nothing_is_sent_while_a_paper_is_missing(self, visitor: Visitor, office: Office) -> None:
        hand_in(visitor, "event_form", blank_scan("a").content)
        page = visitor.get("/apply/check")
        assert "this paper is missing" in page.words
        token = visitor.get("/apply/papers").form("/apply/papers").values["form_token"]
        page = Page(visitor.client.post("/apply/send", data={"form_token": token}))
        assert page.status == 422
        assert office.views.tasks(lane=Lane.ONLINE) == []

    def test_what_is_kept_lies_encrypted_and_outside_the_web(self, visitor: Visitor, tmp_path: Path) -> None:
        hand_in(visitor, "event_form", blank_scan("a").content)
        (kept,) = (path for path in tmp_path.rglob("files/drafts/*") if path.is_file())
        assert not kept.read_bytes().startswith(b"%PDF")
        assert visitor.get(f"/assets/../../{kept.name}").status == 404


def test_every_service_has_its_page_and_its_form(office: Office, visitor: Visitor) -> None:
    visitor.get("/?lang=en")
    listed = visitor.get("/services").links
    for code in office.config.workflows:
        assert f"/services/{code}" in listed
        page = begun(visitor, code)
        assert page.status == 200, code
        assert page.path in ("/apply/situation", "/apply/details")
    assert visitor.get("/services/XX").status == 404
    assert visitor.get("/which/nothing").status == 404


@pytest.mark.parametrize("code", ["LHR", "KWN", "SKPWNI", "KTP-GANTI", "KIA-BARU", "MTI"])
def test_other_documents_are_applied_for_as_well(office: Office, visitor: Visitor, code: str) -> None:
    page = sent(visitor, a_form(office, code), code)
    assert page.path == "/apply/done", page.words
    dossier = office.views.dossier(number_on(page))[0]
    assert (dossier.code, dossier.lane, dossier.channel) == (code, Lane.ONLINE, "web")
