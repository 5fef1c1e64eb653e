"""The fields of a document type's form as a page shows them: applicants' and the office's steps' alike.

A page names the fields it asks for (`shown`), draws each with the macro of `fields.html`, reads what was sent with
`read`, and shows what the office found wrong beside each field (`problems_by_field`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import FormData

from adapters.web.vocabulary import choice_words
from adapters.web.words import gettext as _
from adapters.web.words import mark, told
from domain.workflow import FieldType, FormField, Workflow

_FEW = 5  # choices that are shown all at once


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A field on a page. `kind`: text, area, radios, select, date, flag, number, tel, email; `choices`: groups of
    (value, words) under a heading, one group without."""

    id: str
    label: str
    kind: str
    value: str
    hint: str
    choices: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    required: bool
    problem: str
    autocomplete: str


_KINDS: Final = {
    FieldType.TEXT: "text", FieldType.NAME: "text", FieldType.NIK: "digits", FieldType.FAMILY_CARD: "digits",
    FieldType.DATE: "date", FieldType.PHONE: "tel", FieldType.EMAIL: "email", FieldType.ADDRESS: "area",
    FieldType.FLAG: "flag", FieldType.NUMBER: "number",
}  # fmt: skip


def shown(
    workflow: Workflow, fields: Iterable[FormField], values: Mapping[str, Any], problems: Mapping[str, str],
    place: Callable[[str], str],
) -> list[Shown]:  # fmt: skip
    """The fields as a page shows them; `values` are what was filled in, `place` gives a place's name."""
    return [_shown(workflow, field, values.get(field.id), problems.get(field.id, ""), place) for field in fields]


def _shown(
    workflow: Workflow, field: FormField, value: object, problem: str, place: Callable[[str], str]
) -> Shown:  # fmt: skip
    kind = _KINDS.get(field.type, "text")
    if field.type is FieldType.CHOICE:
        kind = "radios" if len(field.choices) <= _FEW else "select"
    text = "" if value is None else "yes" if value is True else "" if value is False else str(value)
    own = {"applicant_name": "name", "applicant_phone": "tel", "applicant_email": "email",
           "applicant_address": "street-address"}  # fmt: skip
    return Shown(
        id=field.id, label=told(field.title), kind=kind, value=text, hint=_hint(workflow, field),
        choices=_groups(workflow, field, place), required=field.required and field.type is not FieldType.FLAG,
        problem=problem, autocomplete=own.get(field.id, "off"),
    )  # fmt: skip


def answer(field: FormField, value: object, place: Callable[[str], str]) -> str:
    """What was filled in, as words; `place` gives a place's name."""
    if field.type is FieldType.CHOICE:
        return _choice(str(value), place)
    return _("yes") if value is True else _("no") if value is False else str(value)


def _choice(value: str, place: Callable[[str], str]) -> str:
    return place(value) if re.fullmatch(r"\d\d\.\d\d(\.\d\d(\.\d{4})?)?", value) else choice_words(value)


def _groups(
    workflow: Workflow, field: FormField, place: Callable[[str], str]
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:  # fmt: skip
    around = workflow.field.get(field.within or "")
    if around is None:
        return (("", tuple((value, _choice(value, place)) for value in field.choices)),)
    return tuple(
        (_choice(outer, place), tuple((value, _choice(value, place)) for value in field.choices_in(outer)))
        for outer in around.choices
    )


def _hint(workflow: Workflow, field: FormField) -> str:
    parts = []
    if field.type in (FieldType.NIK, FieldType.FAMILY_CARD):
        parts.append(_("16 digits"))
    if field.when is not None:
        for name, values in field.when.items():
            title = told(workflow.field[name].title)
            answers = ", ".join(_("yes") if value is True else _("no") if value is False else choice_words(value)
                                for value in values)  # fmt: skip
            parts.append(_("only if “%(field)s” is: %(answers)s") % {"field": title, "answers": answers})
    elif not field.required and field.type is not FieldType.FLAG:
        parts.append(_("may be left out"))
    return "; ".join(parts)


def read(form: FormData, fields: Iterable[FormField]) -> dict[str, str]:
    """What was filled in, by field; a flag that was not ticked is "no", an empty field is left out."""
    values: dict[str, str] = {}
    for field in fields:
        given = form.get(field.id)
        if field.type is FieldType.FLAG:
            values[field.id] = "yes" if given == "yes" else "no"
        elif isinstance(given, str) and given.strip():
            values[field.id] = given.strip()[:1000]
    return values


_PATTERNS: Final = (
    (r"is missing \(.*\)", mark("This is not filled in.")),
    (r"is not handed in \(.*\)", mark("This paper is missing.")),
    (r"answer yes or no", mark("Answer yes or no.")),
    (r"give a whole number.*", mark("Give a whole number.")),
    (r"give a date as.*", mark("Give a date: day, month and year.")),
    (r"lies in the future.*", mark("This date lies in the future.")),
    (r"has gone by.*", mark("This date has gone by.")),
    (r"lies before .*", mark("This date lies too long ago.")),
    (r"lies more than .*", mark("This date lies too far ahead.")),
    (r"this document is for people under (?P<years>\d+);.*", mark("This document is for people under %(years)s.")),
    (r"choose one of .*", mark("Choose one of the list.")),
    (r"give 1 to 500 characters", mark("Write at most 500 characters.")),
    (r"lies in another .*", mark("This village lies in another district: correct one of the two.")),
    (r"is the same as .*", mark("This is the same as in another field: correct one of the two.")),
    (r"must be after .*", mark("This date must come after the other one: correct one of the two.")),
    (r"give a phone number or an e-mail.*", mark("Give a phone number or an e-mail address.")),
    (r"must be yes for .*", mark("This must be so for the step to end this way.")),
    (r".*16 digits; (?P<n>\d+) were given.*", mark("This needs 16 digits; %(n)s were given.")),
    (r".*digits 0-9 only.*", mark("Use digits only.")),
    (r"This NIK cannot be right.*", mark("This NIK cannot be right: look at each digit again.")),
    (r"This family-card number.*", mark("This family card number cannot be right: look at each digit again.")),
    (r"digits 7-.*", mark("This NIK does not fit the date of birth or the sex: correct the wrong one.")),
    (r"This name cannot be taken.*two words.*", mark("A name needs at least two words.")),
    (r"This name cannot be taken.*", mark("This name is too long or holds signs that names do not have.")),
    (r"the scan is empty or too large.*", mark("This file is empty or too large: at most 10 MB.")),
    (r"the scan is no document or photo.*", mark("This is no photo and no PDF. Send a PDF, JPEG or PNG.")),
    (r"the scan is cut off or damaged.*", mark("This file is cut off or damaged. Photograph the original again.")),
    (r"the scan is locked.*", mark("This PDF is locked with a password. Photograph the paper instead.")),
    (r"the scan is a PDF that runs.*", mark("This PDF runs something or carries other files. Photograph the paper.")),
    (r"the scan has too many pixels.*", mark("This photo is too large. Take it with a lower resolution.")),
    (r"the scan has (?P<n>\d+) pages.*", mark("This PDF has %(n)s pages: too many for this paper.")),
    (r"the scan carries a virus.*", mark("This file carries a virus, and was not kept. Photograph the original.")),
    (
        r"the scan could not be looked through.*",
        mark("This file could not be looked through for viruses just now. Send it again in some minutes."),
    ),
    (r"the scan .*", mark("This scan cannot be used: it is empty, too large or not readable.")),
    (r".*phone.*", mark("This is no phone number; one looks like 0812 3456 7890.")),
    (r".*(mail|address).*", mark("This is no e-mail address; one looks like nama@contoh.id.")),
)


def in_words(problem: str) -> str:
    """What is wrong with a field, for who filled it in."""
    for pattern, words in _PATTERNS:
        found = re.fullmatch(pattern, problem, re.DOTALL)
        if found:
            return _(words) % found.groupdict()
    return _("This is not right: %(problem)s") % {"problem": problem}


def problems_by_field(problems: Iterable[str]) -> dict[str, str]:
    """`field: what is wrong` as the office says it, by field, in the reader's words; the first of each field."""
    found: dict[str, str] = {}
    for problem in problems:
        name, _colon, words = problem.partition(": ")
        found.setdefault(name, in_words(words))
    return found
