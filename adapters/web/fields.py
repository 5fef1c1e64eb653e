"""The fields of a document type's form as a page shows them: applicants' and the office's steps' alike.

A page names the fields it asks for (`shown`), draws each with the macro of `fields.html`, reads what was sent with
`read`, and shows what the office found wrong beside each field (`refusals.by_place`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import FormData

from adapters.web import times
from adapters.web.vocabulary import choice_words
from adapters.web.words import gettext as _
from adapters.web.words import told
from domain.form import FieldType, FormField
from domain.relations import RELATIONS, TO_A_HEAD
from domain.workflow import Workflow

_FEW = 5  # choices that are shown all at once


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A field on a page. `kind`: text, area, radios, select, date, flag, number, tel, email; `choices`: groups of
    (value, words) under a heading, one group without; `hangs_on`: for the script, see `hangs_on`."""

    id: str
    label: str
    kind: str
    value: str
    hint: str
    choices: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    required: bool
    problem: str
    autocomplete: str
    hangs_on: str


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
    return [_shown(workflow, field, values, problems.get(field.id, ""), place) for field in fields]


def _shown(
    workflow: Workflow, field: FormField, values: Mapping[str, Any], problem: str, place: Callable[[str], str]
) -> Shown:  # fmt: skip
    text = _as_sent(values.get(field.id))
    kind = _KINDS.get(field.type, "text")
    if field.type is FieldType.CHOICE:
        kind = "radios" if len(field.choices) <= _FEW else "select"
    own = {"applicant_name": "name", "applicant_phone": "tel", "applicant_email": "email",
           "applicant_address": "street-address"}  # fmt: skip
    return Shown(
        id=field.id, label=told(field.title), kind=kind, value=text, hint=_hint(workflow, field, values),
        choices=_groups(workflow, field, place), required=field.required and field.type is not FieldType.FLAG,
        problem=problem, autocomplete=own.get(field.id, "off"), hangs_on=hangs_on(field.when),
    )  # fmt: skip


def hangs_on(when: Mapping[str, Iterable[object]] | None) -> str:
    """On which answers a field or a paper hangs, as JSON for the page's script: {field: values as a form sends them};
    "" when it is asked for in any case."""
    return json.dumps({name: [_as_sent(each) for each in wanted] for name, wanted in when.items()}) if when else ""


def _as_sent(value: object) -> str:
    """A value as a form sends it."""
    return "" if value is None else "yes" if value is True else "no" if value is False else str(value)


def answer(field: FormField, value: object, place: Callable[[str], str]) -> str:
    """What was filled in, as words; `place` gives a place's name."""
    if field.type is FieldType.CHOICE:
        return _choice(str(value), place)
    if field.type is FieldType.RELATIONS:
        return ", ".join(choice_words(each) for each in str(value).split(", "))
    if field.type is FieldType.DATE:
        return times.written(str(value))
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


def _hint(workflow: Workflow, field: FormField, values: Mapping[str, Any]) -> str:
    parts = []
    if field.type in (FieldType.NIK, FieldType.FAMILY_CARD):
        parts.append(_("16 digits"))
    if field.type is FieldType.DEED_NUMBER:
        parts.append(_("such as %(number)s") % {"number": "7172-LU-01012020-0001"})
    if field.type is FieldType.RELATIONS:
        words = ", ".join(RELATIONS[name] for name in TO_A_HEAD)
        whom = _("one word for each of them, with commas between: %(words)s") if field.every else _(
            "one word for each person after the head, with commas between: %(words)s")  # fmt: skip
        parts.append(whom % {"words": words})
    if field.when is not None:
        for name, wanted in field.when.items():
            if _as_sent(values.get(name)) in map(_as_sent, wanted):
                continue  # it is so already
            title = told(workflow.field[name].title)
            answers = ", ".join(_("yes") if each is True else _("no") if each is False else choice_words(each)
                                for each in wanted)  # fmt: skip
            parts.append(_("only if “%(field)s” is: %(answers)s") % {"field": title, "answers": answers})
    elif not field.required and field.type not in (FieldType.FLAG, FieldType.RELATIONS):  # of a head alone: none
        parts.append(_("may be left out"))
    return "; ".join(parts)


def titles_of(workflow: Workflow) -> dict[str, str]:
    """What each field of a form is called, and each paper; the paper where both have one name."""
    fields = {each.id: told(each.title) for each in workflow.fields}
    return fields | {each.id: told(each.title) for each in workflow.requirements}


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
