"""What a form may say: dates that can be, ages a document is for, and numbers the office issues itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ages import age, first_birth_under
from domain.application import read_field, read_fields
from domain.form import Agreement, FieldType, FormField, Text
from domain.numbers import compose_nik
from domain.workflow import Workflow

TODAY = date(2026, 3, 3)
WORDS = Text(id="kata", en="words")


def a_date(**marks: Any) -> FormField:
    return FormField(id="day", title=WORDS, type=FieldType.DATE, **marks)


def problem(field: FormField, value: str) -> str:
    with pytest.raises(ValueError, match=r".+") as caught:
        read_field(field, value, today=TODAY)
    assert value not in str(caught.value), "a date of birth is personal data"
    return str(caught.value)


@pytest.mark.parametrize(
    ("marks", "value", "words"),
    [
        ({}, "1899-12-31", "lies before 1900; give a date from 1900-01-01 on"),
        ({"future": True}, "1026-03-03", "lies before 1900"),
        ({}, "2026-03-04", "lies in the future; give a date up to 2026-03-03"),
        ({"future": True}, "2062-03-04", "more than 10 years ahead; give a date up to 2036-12-31"),
        ({"future": True, "past": False}, "2026-03-02", "has gone by; give a date from 2026-03-03 on"),
        ({"younger_than": 17}, "2009-03-03", "for people under 17; give a date from 2009-03-04 on"),
        ({}, "31-12-2020", "give a date as YYYY-MM-DD"),
    ],
)
def test_a_date_that_cannot_be_is_refused_with_those_that_can(marks: dict[str, Any], value: str, words: str) -> None:
    assert words in problem(a_date(**marks), value)


@pytest.mark.parametrize(
    ("marks", "value"),
    [
        ({}, "1900-01-01"),
        ({}, "2026-03-03"),
        ({"future": True}, "2036-12-31"),
        ({"future": True, "past": False}, "2026-03-03"),
        ({"younger_than": 17}, "2009-03-04"),
    ],
)
def test_the_first_and_the_last_date_that_can_be_are_taken(marks: dict[str, Any], value: str) -> None:
    assert read_field(a_date(**marks), value, today=TODAY) == value


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)), st.integers(1, 40))
def test_the_first_birthday_under_an_age_is_under_it_and_the_day_before_is_not(on: date, years: int) -> None:
    first = first_birth_under(years, on)
    assert age(first, on) < years <= age(date.fromordinal(first.toordinal() - 1), on)


PEOPLE = FormField(id="people", title=WORDS, type=FieldType.NIKS)


def test_several_numbers_are_read_one_by_one_and_kept_in_one_way() -> None:
    first, second = nik("1990-05-15", "female"), nik("2015-05-15", "male")
    spaced = f"{first[:6]} {first[6:12]}.{first[12:]};{second},"
    assert read_field(PEOPLE, spaced, today=TODAY) == f"{first}, {second}"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (" , ", "give 1 to 20 NIKs, parted by commas"),
        ("7172075508900001, 717207", "number 2: A NIK has exactly 16 digits; 6 were given."),
        ("7172075508900001, 7172075508900001", "names the same NIK twice"),
        (",".join(f"717207550890{n:04}" for n in range(1, 22)), "give 1 to 20 NIKs"),
    ],
)
def test_what_is_wrong_in_a_list_of_numbers_is_told_by_its_place(given: str, words: str) -> None:
    assert words in problem(PEOPLE, given)


def a_workflow(*fields: FormField) -> Workflow:
    parts: dict[str, Any] = {"code": "LHR", "fields": fields, "steps": {}}
    return Workflow.model_construct(**parts)


ISSUED = a_workflow(
    FormField(id="born", title=WORDS, type=FieldType.DATE),
    FormField(id="sex", title=WORDS, type=FieldType.CHOICE, choices=("male", "female")),
    FormField(id="nik", title=WORDS, type=FieldType.NIK, agrees_with=Agreement(born="born", sex="sex")),
)


def problems(workflow: Workflow, values: dict[str, str], ask: list[str], **beside: str) -> list[str]:
    found: list[str] = []
    read_fields(workflow, values, today=TODAY, ask=ask, problems=found, beside=beside)
    return found


def nik(born: str, sex: Any) -> str:
    return compose_nik(region="717206", born=date.fromisoformat(born), sex=sex, serial=1)


def test_a_number_the_office_issues_is_made_of_the_childs_date_of_birth_and_sex() -> None:
    for sex in ("male", "female"):
        right = nik("2026-02-21", sex)
        assert problems(ISSUED, {"nik": right}, ["nik"], born="2026-02-21", sex=sex) == []
    assert problems(ISSUED, {"nik": nik("1926-02-21", "male")}, ["nik"], born="1926-02-21", sex="male") == []


def test_what_does_not_agree_is_told_for_each_part_without_the_values() -> None:
    wrong = problems(ISSUED, {"nik": nik("2026-02-20", "male")}, ["nik"], born="2026-02-21", sex="female")
    assert [each.split(":")[0] for each in wrong] == ["nik", "nik"]
    assert "digits 7-12 do not fit born" in wrong[0]
    assert "digits 7-8 (day of birth) do not fit sex: 01-31 is a man, 41-71 a woman" in wrong[1]
    assert all("correct the wrong one of the two" in each and "2026" not in each for each in wrong)


def test_a_correction_is_held_against_the_number_that_is_filled_in_with_it() -> None:
    right = {"nik": nik("2026-02-21", "male"), "born": "2026-02-21"}
    assert problems(ISSUED, right, ["nik", "born"], born="2026-02-20", sex="male") == []


def test_an_applicant_who_corrects_the_date_is_not_stopped_by_a_number_that_only_the_office_can_correct() -> None:
    before = {"nik": nik("2026-02-20", "male"), "sex": "male", "born": "2026-02-20"}
    assert problems(ISSUED, {"born": "2026-02-21"}, ["born", "sex"], **before) == []


def test_a_date_after_another_is_not_before_it_nor_the_same_day() -> None:
    marriage = a_workflow(
        FormField(id="born", title=WORDS, type=FieldType.DATE),
        FormField(id="married", title=WORDS, type=FieldType.DATE, after=("born",)),
    )
    ask = ["born", "married"]
    for married in ("1990-05-17", "1989-05-17"):
        wrong = problems(marriage, {"born": "1990-05-17", "married": married}, ask)
        assert wrong == ["married: must be after born; correct the wrong one of the two"]
    assert problems(marriage, {"born": "2020-01-01"}, ask, married="2015-01-01") != []
    assert problems(marriage, {"born": "1990-05-17", "married": "2015-01-01"}, ask) == []
