"""What an applicant hands in, judged against the document type: every mistake found at once, in a clerk's words.

Field values are personal data; the messages here name fields and positions, never values.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from domain import numbers
from domain.errors import Refused
from domain.roles import Lane
from domain.workflow import FACT_TYPES, FieldType, FormField, Requirement, Workflow, derive, holds


class InvalidApplication(Refused):
    """An application that cannot be taken in: `problems` lists everything that is missing or wrong.

    What to do: correct all of it at once and submit again; nothing was kept.
    """

    def __init__(self, code: str, problems: Collection[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("invalid_application", f"The application for {code} is not in order: " + "; ".join(problems))


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """Clean values, parted into facts (kept in clear) and personal data (kept encrypted)."""

    facts: dict[str, Any]
    personal: dict[str, Any]


_TRUE, _FALSE = {"true", "yes", "ya", "1"}, {"false", "no", "tidak", "0"}


def _flag(value: object) -> bool:
    text = str(value).strip().lower()
    if text not in _TRUE | _FALSE:
        raise ValueError("answer yes or no")
    return text in _TRUE


def _number(value: object) -> int:
    text = str(value).strip()
    if not text.isdecimal() or len(text) > 9:
        raise ValueError("give a whole number of at most 9 digits")
    return int(text)


def _date(value: object) -> str:
    try:
        return date.fromisoformat(str(value).strip()).isoformat()
    except ValueError:
        raise ValueError("give a date as YYYY-MM-DD") from None


def _text(value: object) -> str:
    text = " ".join(str(value).split())
    if not 1 <= len(text) <= 500:
        raise ValueError("give 1 to 500 characters")
    return text


def _readers(today: date) -> dict[FieldType, Callable[[object], Any]]:
    return {
        FieldType.TEXT: _text,
        FieldType.ADDRESS: _text,
        FieldType.NAME: numbers.parse_name,
        FieldType.NIK: lambda value: numbers.parse_nik(value, today=today).number,
        FieldType.FAMILY_CARD: lambda value: numbers.parse_family_card(value, today=today).number,
        FieldType.DATE: _date,
        FieldType.PHONE: numbers.parse_phone,
        FieldType.EMAIL: numbers.parse_email,
        FieldType.FLAG: _flag,
        FieldType.NUMBER: _number,
    }


def read_field(field: FormField, value: object, *, today: date, place: object = None) -> Any:
    """A clean value; of a choice, one that lies in `place` where there is such. Raises ValueError with words for a
    clerk, without the value."""
    if field.type is FieldType.CHOICE:
        choices = field.choices_in(place) or field.choices
        if str(value) not in choices:
            raise ValueError(f"choose one of {', '.join(choices)}")
        return str(value)
    read = _readers(today)[field.type](value)
    if field.type is FieldType.DATE and not field.future and read > today.isoformat():
        raise ValueError(f"lies in the future; give a date up to {today.isoformat()}")
    return read


def read_fields(
    workflow: Workflow, values: Mapping[str, object], *, today: date, ask: Collection[str], problems: list[str],
    beside: Mapping[str, object] = MappingProxyType({}),
) -> Checked:  # fmt: skip
    """Read the fields named in `ask`; mistakes are added to `problems`, each with the field's id. `beside` is what the
    form says already: what is read has to fit to it."""
    known = workflow.field
    for name in values:
        if name not in known or known[name].derived is not None:
            allowed = ", ".join(sorted(ask))
            problems.append(f"{name}: {workflow.code} has no such field to fill in (allowed: {allowed})")
    facts: dict[str, Any] = {}
    personal: dict[str, Any] = {}
    given = {**beside, **values}
    for name, value in values.items():
        field = known.get(name)
        if field is None or field.derived is not None or value in (None, ""):
            continue
        try:
            place = given.get(field.within) if field.within else None
            (facts if field.type in FACT_TYPES else personal)[name] = read_field(field, value, today=today, place=place)
        except ValueError as wrong:
            problems.append(f"{name}: {wrong}")
    stays = {name: value for name, value in beside.items() if name not in values}
    problems += _misfits(workflow, {**stays, **facts, **personal}, facts.keys() | personal.keys())
    return Checked(facts=facts, personal=personal)


def _misfits(workflow: Workflow, values: Mapping[str, object], fresh: Set[str]) -> Iterator[str]:
    """The fields that do not fit to one another, as far as one of the two is `fresh`."""
    for field in workflow.fields:
        for other in filter(None, (field.within, field.unlike)):
            both = {field.id, other}
            if fresh.isdisjoint(both) or not both <= values.keys():
                continue
            inside = field.choices_in(values[other])
            if other == field.within and values[field.id] not in inside:
                yield f"{field.id}: lies in another {other}; choose one of {', '.join(inside)}, or correct {other}"
            if other == field.unlike and values[field.id] == values[other]:
                yield f"{field.id}: is the same as {other}; correct the wrong one of the two"


def check_application(
    workflow: Workflow, lane: Lane, values: Mapping[str, object], papers: Collection[str], *, today: date,
    scans: Collection[str] = (),
) -> Checked:  # fmt: skip
    """Check an application whole. Raises InvalidApplication with every problem.

    `papers` are the ids of the requirements handed in (online: with a scan), `scans` what is wrong with their scans.
    Missing papers alone are no mistake at submission, for the completeness check is a step of the workflow; but who
    has to come again for another mistake is told of them too.
    """
    problems: list[str] = []
    ask = {field.id: field for field in workflow.asked_at_submission}
    checked = read_fields(workflow, values, today=today, ask=ask, problems=problems)
    problems += [f"{name}: is filled in by the office" for name in values if name in workflow.field and name not in ask]
    facts = {**checked.facts, **derive(workflow, checked.personal, today)}
    for name, field in ask.items():
        missing = name not in checked.facts and name not in checked.personal
        asked = field.required and field.type is not FieldType.FLAG and holds(field.when, facts)
        if missing and asked and not any(problem.startswith(f"{name}:") for problem in problems):
            problems.append(f"{name}: is missing ({field.title.en})")
    if not any(values.get(way) for way in ("applicant_phone", "applicant_email")):
        problems.append("applicant_phone: give a phone number or an e-mail address (applicant_email)")
    known = {requirement.id for requirement in workflow.requirements}
    for paper in papers:
        if paper not in known:
            problems.append(f"{paper}: {workflow.code} asks for no such paper (allowed: {', '.join(sorted(known))})")
    problems += scans
    if problems:
        sure = _surely_known(workflow, checked.personal, facts)
        problems += [f"{paper.id}: is not handed in ({paper.title.en})"
                     for paper in missing_papers(workflow, lane, sure, papers)]  # fmt: skip
        raise InvalidApplication(workflow.code, problems)
    return Checked(facts=facts, personal=checked.personal)


def _surely_known(workflow: Workflow, personal: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts without those derived from a date that is missing or wrong: they would ask for the wrong papers."""
    derived = {field.id: field.derived for field in workflow.fields if field.derived is not None}
    unsure = {name for name, rule in derived.items() if {rule.date, rule.as_of or rule.date} - personal.keys()}
    return {name: value for name, value in facts.items() if name not in unsure}


def missing_papers(
    workflow: Workflow, lane: Lane, facts: Mapping[str, Any], handed_in: Collection[str]
) -> list[Requirement]:
    """The papers this lane asks for, given the facts, that have not been handed in."""
    asked = workflow.in_lane(lane).requirements(facts)
    return [requirement for requirement in asked if requirement.id not in handed_in]
