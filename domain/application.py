"""What an applicant hands in, judged against the document type: every mistake found at once, in a clerk's words.

Field values are personal data; the messages here name fields and positions, never values.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from domain import numbers
from domain.ages import first_birth_under
from domain.errors import Refused
from domain.form import FACT_TYPES, FieldType, FormField, OfDeed, Requirement, holds
from domain.relations import RELATIONS, TO_A_HEAD, relations
from domain.roles import Lane
from domain.sentence import Sentence, say, sentence_of
from domain.workflow import Workflow, derive


class InvalidApplication(Refused):
    """An application that cannot be taken in: `problems` lists everything that is missing or wrong, each with the
    field or paper that it is about.

    What to do: correct all of it at once and submit again; nothing was kept.
    """

    def __init__(self, code: str, problems: Collection[Sentence]) -> None:
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
        raise ValueError(say("yes_or_no", "answer yes or no"))
    return text in _TRUE


def _number(value: object) -> int:
    text = str(value).strip()
    if not text.isdecimal() or len(text) > 9:
        raise ValueError(say("whole_number", "give a whole number of at most 9 digits"))
    return int(text)


def _date(value: object) -> date:
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        raise ValueError(say("not_a_date", "give a date as YYYY-MM-DD")) from None


#: Nobody who lives was born before, and what the office records of the dead is younger too.
_FIRST_DAY: Final = date(1900, 1, 1)
_YEARS_AHEAD: Final = 10  # the longest stay permit there is; a later year is a slip of the pen


def _read_date(field: FormField, value: object, today: date) -> str:
    """A date that this field can hold, as text. Raises ValueError with the dates that are allowed."""
    day = _date(value)
    if day < _FIRST_DAY:
        raise ValueError(say("too_long_ago", f"lies before {_FIRST_DAY.year}; give a date from {_FIRST_DAY} on"))
    if field.younger_than is not None and day < (first := first_birth_under(field.younger_than, today)):
        words = f"this document is for people under {field.younger_than}; give a date from {first} on"
        raise ValueError(say("too_old", words, years=field.younger_than))
    if not field.past and day < today:
        raise ValueError(say("gone_by", f"has gone by; give a date from {today} on"))
    if not field.future and day > today:
        raise ValueError(say("in_the_future", f"lies in the future; give a date up to {today}"))
    if day > (last := date(today.year + _YEARS_AHEAD, 12, 31)):
        raise ValueError(say("too_far_ahead", f"lies more than {_YEARS_AHEAD} years ahead; give a date up to {last}"))
    return day.isoformat()


_LONGEST_TEXT: Final = 500  # characters


def _text(value: object) -> str:
    text = " ".join(str(value).split())
    if not 1 <= len(text) <= _LONGEST_TEXT:
        raise ValueError(say("text_length", f"give 1 to {_LONGEST_TEXT} characters", most=_LONGEST_TEXT))
    return text


_MOST_PEOPLE: Final = 20


def _niks(value: object, today: date) -> str:
    parts = [part.strip() for part in str(value).replace(";", ",").split(",") if part.strip()]
    if not 1 <= len(parts) <= _MOST_PEOPLE:
        raise ValueError(say("how_many_niks", f"give 1 to {_MOST_PEOPLE} NIKs, parted by commas", most=_MOST_PEOPLE))
    read: list[str] = []
    wrong: dict[int, str] = {}
    for place, part in enumerate(parts, 1):
        try:
            read.append(numbers.parse_nik(part, today=today).number)
        except ValueError as error:
            wrong[place] = f"number {place}: {error}"
    if wrong:
        raise ValueError(say("niks_wrong", " ".join(wrong.values()), places=", ".join(map(str, wrong))))
    if len(set(read)) < len(read):
        raise ValueError(say("nik_twice", "names the same NIK twice; give each person once"))
    return ", ".join(read)


def _deed_number(value: object) -> str:
    """As the office writes deeds' numbers where it is one; whether it has to be hangs on the rest of the form."""
    try:
        return str(numbers.DeedNumber.parse(value))
    except ValueError:
        return _text(value)


def _relations(value: object) -> str:
    try:
        return ", ".join(relations(value))
    except KeyError:
        allowed = ", ".join(RELATIONS[name] for name in TO_A_HEAD)
        words = f"give how each is related to the head, parted by commas: {allowed}"
        raise ValueError(say("relations_wrong", words, allowed=allowed)) from None


def _readers(today: date) -> dict[FieldType, Callable[[object], Any]]:
    return {
        FieldType.TEXT: _text,
        FieldType.ADDRESS: _text,
        FieldType.NAME: numbers.parse_name,
        FieldType.NIK: lambda value: numbers.parse_nik(value, today=today).number,
        FieldType.NIKS: lambda value: _niks(value, today),
        FieldType.RELATIONS: _relations,
        FieldType.DEED_NUMBER: _deed_number,
        FieldType.FAMILY_CARD: lambda value: numbers.parse_family_card(value, today=today).number,
        FieldType.PHONE: numbers.parse_phone,
        FieldType.EMAIL: numbers.parse_email,
        FieldType.FLAG: _flag,
        FieldType.NUMBER: _number,
    }


def read_field(field: FormField, value: object, *, today: date, place: object = None) -> Any:
    """A clean value. Raises ValueError with words for a clerk, without the value; of a choice they name those in
    `place`, where some lie in it."""
    if field.type is FieldType.CHOICE:
        if str(value) not in field.choices:
            choices = field.choices_in(place) or field.choices
            raise ValueError(say("choose_one", f"choose one of {', '.join(choices)}"))
        return str(value)
    if field.type is FieldType.DATE:
        return _read_date(field, value, today)
    return _readers(today)[field.type](value)


def read_fields(
    workflow: Workflow, values: Mapping[str, object], *, today: date, ask: Collection[str], problems: list[Sentence],
    beside: Mapping[str, object] = MappingProxyType({}),
) -> Checked:  # fmt: skip
    """Read the fields named in `ask`; mistakes are added to `problems`, each with the field's id. `beside` is what the
    form says already: what is read has to fit to it."""
    known = workflow.field
    for name in values:
        if name not in known or known[name].derived is not None:
            allowed = ", ".join(sorted(ask))
            words = f"{workflow.code} has no such field to fill in (allowed: {allowed})"
            problems.append(say("unknown_field", words).at(name))
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
            problems.append(sentence_of(wrong).at(name))
    stays = {name: value for name, value in beside.items() if name not in values}
    whole, fresh = {**stays, **facts, **personal}, facts.keys() | personal.keys()
    told = {problem.place for problem in problems}  # who has to mend a field anyway is not told of what hangs on it
    problems += (misfit for misfit in _misfits(workflow, whole, fresh, today) if misfit.place not in told)
    issued = [known[name] for name in ask if name in known and known[name].agrees_with is not None]
    for field in issued:  # only where it can be corrected: a NIK issued before is filled in anew when the rest is
        problems += _disagreements(field, whole, fresh, today)
    return Checked(facts=facts, personal=personal)


def _disagreements(
    field: FormField, values: Mapping[str, object], fresh: Set[str], today: date
) -> Iterator[Sentence]:  # fmt: skip
    """What a NIK says otherwise than the fields it is made of, as far as one of the two is `fresh`."""
    rule = field.agrees_with
    assert rule is not None
    number = values.get(field.id)
    for other in filter(None, (rule.born, rule.sex)):
        if number is None or values.get(other) is None or fresh.isdisjoint({field.id, other}):
            continue
        nik = numbers.parse_nik(number, today=today)
        if other == rule.sex and nik.sex != values[other]:
            yield say("nik_unlike", f"digits 7-8 (day of birth) do not fit {other}: 01-31 is a man, 41-71 a woman; "
                      "correct the wrong one of the two").at(field.id)  # fmt: skip
        elif other == rule.born and not nik.may_be_born(date.fromisoformat(str(values[other]))):
            yield say("nik_unlike", f"digits 7-12 do not fit {other}: they are its day (of a woman 40 more), month and "
                      "last two digits of the year; correct the wrong one of the two").at(field.id)  # fmt: skip


def _no_such_deed(field: FormField, rule: OfDeed, values: Mapping[str, object], today: date) -> Iterator[Sentence]:
    """What is wrong with a deed's number, unless the form says that it is older than such numbers."""
    if values.get(rule.older) is True:
        return
    kinds = rule.kinds_for(values.get(rule.of or ""))
    try:
        number = numbers.DeedNumber.parse(values[field.id])
    except ValueError as error:
        words = f"{error} For a number that is written otherwise, because it is older, say yes to {rule.older}"
        yield say("deed_number_wrong", words).at(field.id)
        return
    if number.on > today:
        yield say("deed_number_wrong", "Its eight digits (DDMMYYYY) are a day that lies in the future").at(field.id)
    if number.kind not in kinds:
        allowed = " or ".join(kinds) or "none"
        words = f"has {number.kind} for the kind of deed, which has to be {allowed}; correct the wrong one of the two"
        yield say("deed_of_other_kind", words, kind=number.kind.value, allowed=allowed).at(field.id)


def _misfits(
    workflow: Workflow, values: Mapping[str, object], fresh: Set[str], today: date
) -> Iterator[Sentence]:  # fmt: skip
    """The fields that do not fit to one another, as far as one of the two is `fresh`."""
    for field in workflow.fields:
        if field.deed is not None and field.id in values and not fresh.isdisjoint({field.id, *field.held_to}):
            yield from _no_such_deed(field, field.deed, values, today)
        if field.of is not None and not fresh.isdisjoint({field.id, field.of}) and field.of in values:
            people, told = (len(str(values.get(name) or "").split(",")) for name in (field.of, field.id))
            others, told = people if field.every else people - 1, told if values.get(field.id) else 0
            if others != told:
                whom = f"stand in {field.of}" if field.every else f"follow the head in {field.of}"
                words = f"tells how {told} are related, and {others} {whom}; give one for each"
                yield say("relations_count", words, count=others).at(field.id)
        for other in field.after:
            both = {field.id, other}
            if not fresh.isdisjoint(both) and both <= values.keys() and str(values[field.id]) <= str(values[other]):
                yield say("not_after", f"must be after {other}; correct the wrong one of the two").at(field.id)
        for other in filter(None, (field.within, field.unlike)):
            both = {field.id, other}
            if fresh.isdisjoint(both) or not both <= values.keys():
                continue
            inside = field.choices_in(values[other])
            if other == field.within and values[field.id] not in inside:
                words = f"lies in another {other}; choose one of {', '.join(inside)}, or correct {other}"
                yield say("lies_elsewhere", words).at(field.id)
            if other == field.unlike and values[field.id] == values[other]:
                yield say("the_same", f"is the same as {other}; correct the wrong one of the two").at(field.id)


def check_application(
    workflow: Workflow, lane: Lane, values: Mapping[str, object], papers: Collection[str], *, today: date,
    scans: Collection[Sentence] = (),
) -> Checked:  # fmt: skip
    """Check an application whole. Raises InvalidApplication with every problem.

    `papers` are the ids of the requirements handed in (online: with a scan), `scans` what is wrong with their scans.
    Missing papers alone are no mistake at submission, for the completeness check is a step of the workflow; but who
    has to come again for another mistake is told of them too.
    """
    problems: list[Sentence] = []
    ask = {field.id: field for field in workflow.asked_at_submission}
    checked = read_fields(workflow, values, today=today, ask=ask, problems=problems)
    problems += [say("office_fills_in", "is filled in by the office").at(name) for name in values
                 if name in workflow.field and name not in ask]  # fmt: skip
    facts = {**checked.facts, **derive(workflow, checked.personal, today)}
    for name, field in ask.items():
        missing = name not in checked.facts and name not in checked.personal
        asked = field.required and field.type is not FieldType.FLAG and holds(field.when, facts)
        if missing and asked and not any(problem.place == name for problem in problems):
            problems.append(left_empty(field))
    if not any(values.get(way) for way in ("applicant_phone", "applicant_email")):
        words = "give a phone number or an e-mail address (applicant_email)"
        problems.append(say("unreachable", words).at("applicant_phone"))
    known = {requirement.id for requirement in workflow.requirements}
    for paper in papers:
        if paper not in known:
            words = f"{workflow.code} asks for no such paper (allowed: {', '.join(sorted(known))})"
            problems.append(say("unknown_paper", words).at(paper))
    problems += scans
    if problems:
        sure = _surely_known(workflow, checked.personal, facts)
        problems += [say("not_handed_in", f"is not handed in ({paper.title.en})").at(paper.id)
                     for paper in missing_papers(workflow, lane, sure, papers)]  # fmt: skip
        raise InvalidApplication(workflow.code, problems)
    return Checked(facts=facts, personal=checked.personal)


def left_empty(field: FormField) -> Sentence:
    """What is said of a field that is not filled in and has to be."""
    return say("missing", f"is missing ({field.title.en})").at(field.id)


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
