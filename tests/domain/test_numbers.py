"""The numbers, names and addresses that people and papers carry."""

from __future__ import annotations

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.numbers import (
    CounterTicket,
    DeedKind,
    DeedNumber,
    DossierNumber,
    LetterNumber,
    compose_family_card,
    compose_nik,
    mask_email,
    mask_family_card,
    mask_name,
    mask_nik,
    mask_phone,
    name_words,
    parse_email,
    parse_family_card,
    parse_name,
    parse_nik,
    parse_phone,
    recipient_kind,
)
from domain.roles import Lane

TODAY = date(2026, 3, 16)
regions = st.from_regex(r"(0[1-9]|[1-9][0-9]){3}", fullmatch=True)
births = st.dates(date(1926, 3, 17), TODAY)


def _refusal(call: object, *args: object, **more: object) -> str:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the tests look at its words
        call(*args, **more)  # type: ignore[operator]
    return str(caught.value)


def test_the_example_nik_of_the_domain_facts_is_a_woman_born_on_15_august_1990() -> None:
    nik = parse_nik("7172075508900001", today=TODAY)
    assert (nik.number, nik.region, nik.born, nik.sex, nik.serial) == (
        "7172075508900001",
        "717207",
        date(1990, 8, 15),
        "female",
        1,
    )


@pytest.mark.parametrize("month", range(100))
@pytest.mark.parametrize("year", [0, 23, 24, 96, 97])
def test_every_day_and_month_is_judged_as_the_calendar_has_it(month: int, year: int) -> None:
    for day in range(100):
        man, woman = 1 <= day <= 31, 41 <= day <= 71
        text = f"717207{day:02}{month:02}{year:02}0001"
        of_month = day - 40 if woman else day
        full = 2000 + year if year < 26 else 1900 + year
        real = (man or woman) and 1 <= month <= 12 and of_month <= calendar.monthrange(full, month)[1]
        if real:
            nik = parse_nik(text, today=TODAY)
            assert nik.born == date(full, month, of_month)
            assert nik.sex == ("female" if woman else "male")
        else:
            message = _refusal(parse_nik, text, today=TODAY)
            assert ("digits 7-8 " in message) == (not (man or woman))
            assert ("digits 9-10 " in message) == (not 1 <= month <= 12)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("7172070008900001", "digits 7-8 (day of birth) must be 01-31 for a man or 41-71 for a woman"),
        ("7172073208900001", "digits 7-8 (day of birth)"),
        ("7172074008900001", "digits 7-8 (day of birth)"),
        ("7172077208900001", "digits 7-8 (day of birth)"),
        ("7172073104900001", "digits 7-10 (day and month of birth) name a day that this month does not have"),
        ("7172077104900001", "digits 7-10 (day and month of birth)"),
        ("7172076902900001", "digits 7-12 (date of birth) name 29 February of a year that has no such day"),
        ("7172071513900001", "digits 9-10 (month of birth) must be 01-12"),
        ("7172071508900000", "digits 13-16 (serial) must be 0001-9999"),
        ("0072071508900001", "digits 1-2 (province of first registration) must not be 00"),
        ("7172001508900001", "digits 5-6 (district of first registration) must not be 00"),
        ("717207550890001", "exactly 16 digits; 15 were given"),
        ("71720755089000012", "exactly 16 digits; 17 were given"),
        ("", "exactly 16 digits; 0 were given"),
        ("71720755O8900001", "something else stands at position 9"),
        ("７172075508900001", "something else stands at position 1"),
    ],
)
def test_a_wrong_nik_is_refused_with_the_place_and_never_the_number(text: str, words: str) -> None:
    message = _refusal(parse_nik, text, today=TODAY)
    assert words in message
    assert not text or text not in message


def test_everything_wrong_is_said_at_once() -> None:
    message = _refusal(parse_nik, "0072073213900000", today=TODAY)
    assert [part for part in ("1-2", "7-8", "9-10", "13-16") if f"digits {part} " in message] == [
        "1-2",
        "7-8",
        "9-10",
        "13-16",
    ]


@pytest.mark.parametrize("thing", [None, 7172075508900001, b"7172075508900001", ["7172075508900001"]])
def test_what_is_no_text_is_no_nik(thing: object) -> None:
    assert "exactly 16 digits; 0 were given" in _refusal(parse_nik, thing, today=TODAY)


@pytest.mark.parametrize("text", ["7172 0755 0890 0001", "717207.550890.0001", " 7172-0755-0890-0001\n"])
def test_separators_that_people_write_are_ignored(text: str) -> None:
    assert parse_nik(text, today=TODAY).number == "7172075508900001"


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("7172071603260001", date(2026, 3, 16)),  # born today
        ("7172071703260001", date(1926, 3, 17)),  # tomorrow would be in the future
        ("7172072902000001", date(2000, 2, 29)),
        ("7172072902280001", date(1928, 2, 29)),
    ],
)
def test_without_a_birth_date_the_century_is_the_latest_not_in_the_future(text: str, born: date) -> None:
    assert parse_nik(text, today=TODAY).born == born


def test_29_february_of_a_year_00_looks_past_the_common_year() -> None:
    assert parse_nik("7172072902000001", today=date(2100, 5, 1)).born == date(2000, 2, 29)
    assert "29 February" in _refusal(parse_nik, "7172072902000001", today=date(1999, 5, 1))


def test_the_known_birth_date_settles_the_century() -> None:
    assert parse_nik("7172071508200001", today=TODAY).born == date(2020, 8, 15)
    assert parse_nik("7172071508200001", today=TODAY, born=date(1920, 8, 15)).born == date(1920, 8, 15)


def test_digits_that_do_not_fit_the_known_birth_date_are_refused() -> None:
    message = _refusal(parse_nik, "7172071508200001", today=TODAY, born=date(2020, 8, 16))
    assert "digits 7-12 (date of birth) do not fit the stated date of birth" in message
    assert "in the future" in _refusal(parse_nik, "7172071508260001", today=TODAY, born=date(2026, 8, 15))


@given(region=regions, born=births, sex=st.sampled_from(["male", "female"]), serial=st.integers(1, 9999))
def test_a_composed_nik_reads_back_with_or_without_the_birth_date(
    region: str, born: date, sex: str, serial: int
) -> None:
    text = compose_nik(region=region, born=born, sex=sex, serial=serial)  # type: ignore[arg-type]
    for nik in (parse_nik(text, today=TODAY), parse_nik(text, today=TODAY, born=born)):
        assert (nik.number, nik.region, nik.born, nik.sex, nik.serial) == (text, region, born, sex, serial)


@given(st.one_of(st.from_regex(r"[0-9]{14,18}", fullmatch=True), st.text(max_size=20)))
def test_whatever_is_typed_is_read_or_refused_without_being_repeated(text: str) -> None:
    for read in (parse_nik, parse_family_card):
        said = ""
        try:
            read(text, today=TODAY)  # type: ignore[operator]
        except ValueError as refusal:
            said = str(refusal)
        assert len(text) < 6 or text not in said


def test_a_nik_in_a_log_line_shows_no_digits_of_the_person() -> None:
    shown = repr(parse_nik("7172075508900001", today=TODAY))
    assert "7172075508900001" not in shown
    assert "1990" not in shown


@pytest.mark.parametrize("serial", [0, 10_000])
def test_a_number_with_no_serial_left_is_not_made(serial: int) -> None:
    assert "no number is left" in _refusal(compose_nik, region="717207", born=TODAY, sex="male", serial=serial)
    assert "six digits" in _refusal(compose_family_card, region="71720", recorded=TODAY, serial=1)


@given(region=regions, recorded=births, serial=st.integers(1, 9999))
def test_a_composed_family_card_number_reads_back(region: str, recorded: date, serial: int) -> None:
    text = compose_family_card(region=region, recorded=recorded, serial=serial)
    card = parse_family_card(text, today=TODAY)
    assert (card.number, card.region, card.recorded, card.serial) == (text, region, recorded, serial)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("7172074103200001", "digits 7-8 (day of recording) must be 01-31"),
        ("7172070003200001", "digits 7-8 (day of recording) must be 01-31"),
        ("7172073104200001", "digits 7-10 (day and month of recording)"),
        ("7172070113200001", "digits 9-10 (month of recording) must be 01-12"),
        ("7172074113200000", "digits 9-10 (month of recording) must be 01-12; digits 13-16"),
        ("717207010120000", "A family-card number (No. KK) has exactly 16 digits; 15 were given"),
    ],
)
def test_a_wrong_family_card_number_is_refused_with_the_place(text: str, words: str) -> None:
    message = _refusal(parse_family_card, text, today=TODAY)
    assert words in message
    assert text not in message


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Maria  Wowor ", "Maria Wowor"),
        ("I Gusti Ngurah Rai", "I Gusti Ngurah Rai"),
        ("Usman Usman", "Usman Usman"),
        ("Ma'ruf Abd. Latif, S.H.", "Ma'ruf Abd. Latif, S.H."),
        ("Rene\u0301 Sondakh-Lapian", "René Sondakh-Lapian"),
        ("A " + "b" * 58, "A " + "b" * 58),
    ],
)
def test_a_name_of_two_words_is_kept_with_single_spaces(typed: str, kept: str) -> None:
    assert parse_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Suharti", "at least two words"),
        ("Suharti .", "at least two words"),
        ("", "at least two words"),
        (None, "at least two words"),
        ("A " + "b" * 59, "it has 61 characters, at most 60 are allowed"),
        ("Budi 2 Santoso", "position 6 holds a sign other than letters"),
        ("Budi\x00 Santoso", "position 5"),
        ("<b>Budi Santoso", "position 1, 3"),
    ],
)
def test_a_wrong_name_is_refused_without_being_repeated(typed: object, words: str) -> None:
    message = _refusal(parse_name, typed)
    assert words in message
    assert "Budi" not in message
    assert "Suharti" not in message


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("MARIA  Wowor", ("maria", "wowor")),
        ("René Sondakh-Lapian", ("rene", "sondakh", "lapian")),
        ("Ma'ruf Abd. Latif, S.H.", ("maruf", "abd", "latif", "s", "h")),
        ("Ma’ruf ma'ruf", ("maruf", "maruf")),
        (" . - ", ()),
    ],
)
def test_names_are_compared_by_plain_words(name: str, words: tuple[str, ...]) -> None:
    assert name_words(name) == words


@pytest.mark.parametrize(
    "typed",
    ["0812-3456-7890", "+62 812 3456 7890", "62 81234567890", "(0812) 3456.7890", " 081234567890 "],
)
def test_a_mobile_number_is_kept_in_one_form(typed: str) -> None:
    assert parse_phone(typed) == "+6281234567890"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "0431-123456",
        "08123456",
        "0812345678901234",
        "080123456789",
        "+6581234567",
        "0812345678a",
        "++6281234567890",
        None,
    ],
)
def test_what_is_no_indonesian_mobile_number_is_refused(typed: object) -> None:
    message = _refusal(parse_phone, typed)
    assert "begins with 08, 628 or +628" in message
    assert not typed or str(typed) not in message


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Budi.S+kk@Contoh.CO.ID", "Budi.S+kk@contoh.co.id"), (" a@b.id\n", "a@b.id"), ("x_y@xn--d1acufc.xn--p1ai", None)],
)
def test_an_e_mail_address_is_kept_with_its_domain_in_lower_case(typed: str, kept: str | None) -> None:
    assert parse_email(typed) == (kept or typed)


@pytest.mark.parametrize(
    "typed",
    [
        "", "budi", "budi@", "@contoh.id", "budi@contoh", "a..b@contoh.id", ".a@contoh.id", "a b@contoh.id",
        "a@-contoh.id", "a@contoh.id,c@d.id", "a@contoh.id\nBcc: c@d.id", "A <a@contoh.id>", "a@b@contoh.id",
        "x" * 65 + "@contoh.id", "a@" + "b." * 130 + "id", None,
    ],
)  # fmt: skip
def test_what_is_no_e_mail_address_is_refused(typed: object) -> None:
    message = _refusal(parse_email, typed)
    assert "name@example.id" in message
    assert not typed or str(typed) not in message


@pytest.mark.parametrize(
    ("recipient", "kind"),
    [("budi@contoh.id", "email"), ("0812 3456 7890", "phone"), ("+6281234567890", "phone"), ("m.wowor", "username")],
)
def test_the_kind_of_recipient_is_told_by_its_form(recipient: str, kind: str) -> None:
    assert recipient_kind(recipient) == kind


@pytest.mark.parametrize("recipient", ["", "0431-123456", "Budi Santoso", "a@b", "m.wowor\nx"])
def test_a_recipient_of_no_kind_is_refused(recipient: str) -> None:
    message = _refusal(recipient_kind, recipient)
    assert not recipient or recipient not in message


@given(lane=st.sampled_from(Lane), year=st.integers(2020, 2999), serial=st.integers(1, 999_999_999))
def test_a_dossier_number_reads_back(lane: Lane, year: int, serial: int) -> None:
    number = DossierNumber(lane=lane, year=year, serial=serial)
    assert DossierNumber.parse(str(number)) == number
    assert DossierNumber.parse(f" {str(number).lower()} ") == number


def test_dossier_numbers_look_as_the_design_says() -> None:
    assert str(DossierNumber(lane=Lane.ONLINE, year=2026, serial=123)) == "ON-2026-000123"
    assert str(DossierNumber(lane=Lane.MANUAL, year=2026, serial=1_234_567)) == "MN-2026-1234567"


@pytest.mark.parametrize(
    "text",
    ["", "ON-2026-123", "XX-2026-000123", "ON-26-000123", "ON-2026-000000", "ON-2026-0000123", "ON2026000123", None],
)
def test_what_is_no_dossier_number_is_refused(text: object) -> None:
    assert _refusal(DossierNumber.parse, text)


def test_queue_numbers_have_a_letter_and_three_digits() -> None:
    assert str(CounterTicket(counter="A", serial=41)) == "A-041"
    assert CounterTicket.parse("a-041") == CounterTicket(counter="A", serial=41)
    for wrong in ("A-41", "AA-041", "A-000", "4-041", None):
        assert _refusal(CounterTicket.parse, wrong)
    assert "serial must be 1-999" in _refusal(CounterTicket, counter="A", serial=1000)
    assert "one letter" in _refusal(CounterTicket, counter="AB", serial=1)


@given(kind=st.sampled_from(DeedKind), on=st.dates(date(1000, 1, 1)), serial=st.integers(1, 9999))
def test_a_deed_number_reads_back(kind: DeedKind, on: date, serial: int) -> None:
    number = DeedNumber(city="7172", kind=kind, on=on, serial=serial)
    assert DeedNumber.parse(str(number)) == number


def test_deed_numbers_look_as_the_domain_facts_say() -> None:
    first = date(2020, 1, 1)
    assert str(DeedNumber(city="7172", kind=DeedKind.BIRTH, on=first, serial=1)) == "7172-LU-01012020-0001"
    assert DeedNumber.parse("7172-LT-29022024-0007").kind is DeedKind.LATE_BIRTH
    assert "no such day" in _refusal(DeedNumber.parse, "7172-LU-31042020-0001")
    assert "LU, LT, KM, KW" in _refusal(DeedNumber.parse, "7172-ZZ-01012020-0001")
    assert "serial must be 1-9999" in _refusal(DeedNumber.parse, "7172-LU-01012020-0000")
    assert "7172-LU-01012020-0001" in _refusal(DeedNumber.parse, "7172/LU/01012020/0001")
    assert "four digits" in _refusal(DeedNumber, city="71.72", kind=DeedKind.BIRTH, on=first, serial=1)


@given(on=st.dates(date(1000, 1, 1)), serial=st.integers(1, 9999))
def test_a_letter_number_reads_back(on: date, serial: int) -> None:
    number = LetterNumber(code="SKPWNI", city="7172", on=on, serial=serial)
    assert LetterNumber.parse(str(number)) == number


def test_letter_numbers_look_as_the_domain_facts_say() -> None:
    assert str(LetterNumber(code="SKPWNI", city="7172", on=date(2026, 3, 16), serial=12)) == "SKPWNI/7172/16032026/0012"
    assert "no such day" in _refusal(LetterNumber.parse, "SKPWNI/7172/30022026/0001")
    assert "SKPWNI/7172/" in _refusal(LetterNumber.parse, "SKPWNI-7172-30022026-0001")
    assert "2 to 10 letters" in _refusal(LetterNumber, code="s", city="7172", on=TODAY, serial=1)


def test_masks_show_enough_to_recognise_and_too_little_to_use() -> None:
    assert mask_nik("7172075508900001") == "7172**********01"
    assert mask_family_card("7172070101200001") == "7172**********01"
    assert mask_name("Maria  Wowor") == "M*** W***"
    assert mask_phone("+6281234567890") == "+62***890"
    assert mask_email("budi.s@contoh.co.id") == "b***@c***.id"


@pytest.mark.parametrize("mask", [mask_nik, mask_family_card, mask_name, mask_phone, mask_email])
@pytest.mark.parametrize("odd", ["", " ", "7", "081234567", "budi@", "@", "@.", "a@b"])
def test_a_mask_never_fails_and_never_gives_the_value_back(mask: object, odd: str) -> None:
    masked = mask(odd)  # type: ignore[operator]
    assert "***" in masked
    assert masked != odd
