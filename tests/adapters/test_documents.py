"""What a citizen is handed: readable PDF/A documents that print the data given and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_text import pages_of, text_of

import adapters.documents
from adapters.documents import TypstDocuments
from adapters.documents.products import KINDS, PRODUCTS
from domain.errors import Refused
from lanes.ports import DocumentData, DocumentMaker

TEMPLATES = Path(adapters.documents.__file__).parent / "templates"
A4 = {(210, 297), (297, 210)}
OF_KIND: dict[str, str] = {"date": "2019-04-05", "sex": "female", "marital_status": "single", "relationship": "child"}
documents = TypstDocuments()


def a_value(field: str) -> str:
    return OF_KIND.get(KINDS.get(field, ""), f"Contoh {field.replace('_', ' ')}")


def a_document(product: str, *, everything: bool = True, members: int = 2, **fields: Any) -> DocumentData:
    row = PRODUCTS[product]
    names = (*row.needs, *(row.may if everything else ()))
    columns = (*row.members_need, *(row.members_may if everything else ()))
    return DocumentData(
        product=product,
        number="7172-CO-24032026-0012",
        issued_at=datetime(2026, 3, 24, 16, 30, tzinfo=UTC),
        office="Dinas Contoh",
        city="Bitung",
        signatory="Dr. Contoh Kepala, M.Si.",
        signatory_title="Kepala Dinas",
        verify_url="https://jalur.example/v/7F3K9Q2M",
        timezone="Asia/Makassar",
        fields={**{name: a_value(name) for name in names}, **fields},
        members=[{name: a_value(name) for name in columns} for _ in range(members)] if columns else [],
    )


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def what_is_refused(document: DocumentData) -> Refused:
    with pytest.raises(Refused) as refusal:
        documents.make(document)
    return refusal.value


def as_port(maker: DocumentMaker) -> DocumentMaker:
    """Lets the type checker prove that the adapter fills the port."""
    return maker


every_product = pytest.mark.parametrize("product", sorted(PRODUCTS))


def test_every_row_of_the_table_has_a_template_and_every_template_a_row() -> None:
    templates = {path.stem for path in TEMPLATES.glob("*.typ")} - {"base", "card"}

    assert as_port(documents).products() == templates == set(PRODUCTS)


@every_product
def test_a_template_names_exactly_the_fields_of_its_row(product: str) -> None:
    source = (TEMPLATES / f"{product}.typ").read_text()
    row = PRODUCTS[product]
    by_base = {"address", "neighbourhood", "village", "district", "province", "postal_code"}

    assert set(re.findall(r"\bf\.([a-z_]+)", source)) == {*row.needs, *row.may} - by_base


@every_product
def test_all_the_data_given_is_printed(product: str) -> None:
    document = a_document(product)

    text = text_of(documents.make(document)).upper()

    for field, value in _printed(document.fields).items():
        assert squeezed(value).upper() in text, field
    for value in (value for row in document.members for value in _printed(row).values()):
        assert squeezed(value).upper() in text
    if product not in ("id_card", "child_id_card"):  # their faces bear the NIK and no head's signature
        assert document.number in text
        assert squeezed(document.signatory).upper() in text


def _printed(fields: Mapping[str, Any]) -> dict[str, str]:
    words = {"2019-04-05": "5 April 2019", "female": "Perempuan", "single": "Belum kawin", "child": "Anak"}
    return {field: words.get(value, value) for field, value in fields.items()}


@every_product
def test_a_document_with_only_what_it_needs_is_one_page(product: str) -> None:
    assert len(pages_of(documents.make(a_document(product, everything=False, members=1)))) == 1


@every_product
def test_it_is_a_pdf_a_2b(product: str) -> None:
    with pikepdf.open(BytesIO(documents.make(a_document(product)))) as pdf:
        meta = pdf.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("2", "B")
        assert meta["dc:title"] == PRODUCTS[product].title
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1"
        assert intent.DestOutputProfile.read_bytes()
        assert not pdf.is_encrypted
        assert "/ID" in pdf.trailer
        assert not {"/OpenAction", "/AA", "/AcroForm", "/Names"} & set(pdf.Root.keys())
        fonts = [font for page in pdf.pages for font in page.resources.Font.values()]
        for font in fonts:
            (descendant,) = font.DescendantFonts
            assert {"/FontFile2", "/FontFile3"} & set(descendant.FontDescriptor.keys())


def test_cards_have_the_size_of_a_card_and_all_else_is_a4() -> None:
    for product in sorted(PRODUCTS):
        sizes = {(round(width, 1), round(height, 1)) for width, height in pages_of(_made(product))}
        assert sizes == {(85.6, 54.0)} if product in ("id_card", "child_id_card") else sizes <= A4


def _made(product: str) -> bytes:
    return documents.make(a_document(product))


def test_the_same_data_gives_the_same_bytes_whatever_was_made_in_between() -> None:
    first = documents.make(a_document("birth_deed"))
    documents.make(a_document("family_card"))

    assert documents.make(a_document("birth_deed")) == first
    assert TypstDocuments().make(a_document("birth_deed")) == first


def test_the_date_of_issue_is_the_office_s_local_day() -> None:
    assert "Bitung,25Maret2026" in text_of(documents.make(a_document("birth_deed")))


@pytest.mark.parametrize(
    "name",
    [
        "#pagebreak() Contoh",
        "#panic() Contoh",
        "$x^2$ Contoh",
        "\\ Contoh \\n \\u{41}",
        '"Tanda" Contoh',
        '"]); #pagebreak() //',
        "*Tebal* _Miring_ `Kode`",
        "= Judul - Butir + Angka",
        "<contoh> @contoh https://contoh.example",
        "{contoh} [contoh] ~ -- ...",
    ],
)
def test_signs_of_the_typesetting_language_in_a_name_are_printed_as_they_are(name: str) -> None:
    pdf = documents.make(a_document("birth_deed", name=name))

    assert squeezed(name).upper() in text_of(pdf)
    assert len(pages_of(pdf)) == 1


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(min_codepoint=0xA1, max_codepoint=0x24F, exclude_characters="\u00ad"), min_size=1))
def test_any_latin_name_is_printed_on_the_one_face_of_a_card(name: str) -> None:
    pdf = documents.make(a_document("id_card", name=f"{name[:100]} Contoh"))

    assert len(pages_of(pdf)) == 1


def test_every_sign_that_is_let_through_can_be_drawn() -> None:
    signs = [chr(code) for code in (*range(0xA1, 0xAD), *range(0xAE, 0x250), *range(0x1E00, 0x1F00))]
    signs += [chr(code) for code in range(0x2010, 0x2028)]
    for start in range(0, len(signs), 100):
        documents.make(a_document("deed_correction", becomes="".join(signs[start : start + 100])))


def test_a_name_in_another_script_is_refused_by_field_and_without_the_name() -> None:
    refusal = what_is_refused(a_document("birth_deed", mother="名前 Contoh"))

    assert "birth_deed" in refusal.message
    assert "mother" in refusal.message
    assert "Contoh" not in str(refusal)
    assert "Latin" in refusal.allowed


def test_a_decomposed_accent_is_the_same_as_a_composed_one() -> None:
    assert documents.make(a_document("birth_deed", name="Rene\u0301 Contoh")) == documents.make(
        a_document("birth_deed", name="Ren\u00e9 Contoh")
    )


@every_product
def test_all_missing_fields_are_named_at_once(product: str) -> None:
    refusal = what_is_refused(replace(a_document(product), fields={}))

    assert product in refusal.message
    assert all(field in refusal.message for field in PRODUCTS[product].needs)


def test_a_blank_field_is_a_missing_field() -> None:
    assert "birth_place" in what_is_refused(a_document("birth_deed", birth_place="  ")).message


def test_a_family_card_without_members_is_refused() -> None:
    assert "members" in what_is_refused(a_document("family_card", members=0)).message


def test_a_member_without_a_nik_is_named_by_position() -> None:
    document = a_document("family_card")
    rows = [document.members[0], {**document.members[1], "nik": ""}]

    assert "members[2].nik" in what_is_refused(replace(document, members=rows)).message


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("born", "05-04-2019", "2026-03-05"),
        ("sex", "L", "male | female"),
        ("name", "A" * 151, "at most 150"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_with_what_is_allowed(field: str, value: str, allowed: str) -> None:
    refusal = what_is_refused(a_document("birth_deed", **{field: value}))

    assert field in refusal.message
    assert allowed in refusal.allowed
    assert value not in str(refusal)


def test_dates_may_come_as_dates() -> None:
    assert documents.make(a_document("birth_deed", born=date(2019, 4, 5))) == _made("birth_deed")


def test_an_unknown_product_is_refused_with_those_there_are() -> None:
    refusal = what_is_refused(replace(a_document("birth_deed"), product="../passport"))

    assert refusal.code == "unknown_product"
    assert "birth_deed" in refusal.allowed


def test_a_naive_time_and_an_unknown_zone_are_refused() -> None:
    document = a_document("birth_deed")

    assert what_is_refused(replace(document, issued_at=datetime(2026, 3, 24))).code == "naive_time"  # noqa: DTZ001
    assert what_is_refused(replace(document, timezone="Asia/Contoh")).code == "unknown_timezone"


def test_a_large_family_runs_over_to_more_pages_with_everybody_on_them() -> None:
    document = a_document("family_card")
    rows = [{**document.members[0], "name": f"Contoh Nomor {number:03}"} for number in range(40)]

    pdf = documents.make(replace(document, members=rows))

    text = text_of(pdf)
    assert len(pages_of(pdf)) > 1
    assert all(f"CONTOHNOMOR{number:03}" in text for number in range(40))


@pytest.mark.parametrize("product", ["id_card", "child_id_card"])
def test_a_card_with_the_longest_data_is_still_one_face_with_all_of_it(product: str) -> None:
    long = " ".join(["Panjangsekali"] * 10)
    row = PRODUCTS[product]
    texts = {name: long for name in (*row.needs, *row.may) if name not in KINDS and name != "nik"}

    pdf = documents.make(a_document(product, **texts))

    assert len(pages_of(pdf)) == 1
    assert text_of(pdf).count("PANJANGSEKALI") == 10 * len(texts)


def test_what_is_not_in_the_products_row_is_never_printed() -> None:
    assert "RAHASIA" not in text_of(documents.make(a_document("birth_deed", phone="Rahasia")))
