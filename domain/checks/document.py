"""Rules about what a document type asks for and gives: its fields, papers, product, limit and start."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from domain import duration
from domain.checks.finding import Finding, listed, unknown
from domain.checks.view import View, Vocabulary
from domain.form import FieldType, FormField
from domain.numbers import DeedKind
from domain.roles import Lane
from domain.workflow import Workflow

#: The forms of Permendagri 109/2019 that the office uses (domain facts: Forms).
FORMS = frozenset(
    {*(f"F-1.0{number}" for number in range(1, 8)), "F-2.01", "F-2.03", "F-2.04"},
)

#: A statutory limit beyond this is a slip of the pen: the longest in the catalogue is 30 days.
LONGEST_LIMIT = timedelta(days=366)


def fields_are_declared_once(workflow: Workflow, _: Vocabulary) -> Iterator[Finding]:
    yield from _twice("fields", [field.id for field in workflow.fields])


def requirements_are_declared_once(workflow: Workflow, _: Vocabulary) -> Iterator[Finding]:
    yield from _twice("requirements", [requirement.id for requirement in workflow.requirements])


def _twice(where: str, names: list[str]) -> Iterator[Finding]:
    for place, name in enumerate(names):
        if name in names[:place]:
            yield Finding((where, place, "id"), f"{name!r} is declared twice", "one entry for each id")


def choices_belong_to_choice_fields(workflow: Workflow, _: Vocabulary) -> Iterator[Finding]:
    for place, field in enumerate(workflow.fields):
        path = ("fields", place, "choices")
        if field.type is FieldType.CHOICE and not field.choices:
            yield Finding(path, f"field {field.id!r} is a choice without choices", "a list of at least two values")
        elif field.type is not FieldType.CHOICE and field.choices:
            yield Finding(path, f"field {field.id!r} is no choice, but lists choices", "choices only with type: choice")
        elif len(set(field.choices)) < len(field.choices):
            yield Finding(path, f"field {field.id!r} lists the same choice twice", "each value once")


#: Marks of a field, and the only type of field that each is for.
_MARKS = {
    "future": FieldType.DATE,
    "past": FieldType.DATE,
    "after": FieldType.DATE,
    "younger_than": FieldType.DATE,
    "confirm": FieldType.FLAG,
    "agrees_with": FieldType.NIK,
    "every": FieldType.RELATIONS,
    "deed": FieldType.DEED_NUMBER,
}


def marks_fit_their_fields(workflow: Workflow, _: Vocabulary) -> Iterator[Finding]:
    for place, field in enumerate(workflow.fields):
        for mark, kind in _MARKS.items():
            if getattr(field, mark) != FormField.model_fields[mark].default and field.type is not kind:
                problem = f"field {field.id!r} is no {kind}, but is marked {mark}"
                yield Finding(("fields", place, mark), problem, f"{mark} only with type: {kind}")
        if field.type is FieldType.DATE and not field.past and not field.future:
            problem = f"field {field.id!r} may lie neither in the past nor in the future"
            yield Finding(("fields", place, "past"), problem, "future: true beside past: false")


def numbers_of_deeds_say_of_which(workflow: Workflow, _: Vocabulary) -> Iterator[Finding]:
    flags = [each.id for each in workflow.fields if each.type is FieldType.FLAG]
    choices = {each.id: each.choices for each in workflow.fields if each.type is FieldType.CHOICE}
    for place, field in enumerate(workflow.fields):
        path = ("fields", place, "deed")
        if field.type is FieldType.DEED_NUMBER and field.deed is None:
            yield Finding(path, f"field {field.id!r} does not say of which kinds of deed it is", listed(DeedKind))
        if field.type is not FieldType.DEED_NUMBER or field.deed is None:
            continue
        if field.deed.older not in flags:
            yield Finding((*path, "older"), unknown("flag", field.deed.older, flags), listed(flags))
        if field.deed.of is not None and field.deed.of not in choices:
            yield Finding((*path, "of"), unknown("choice field", field.deed.of, choices), listed(choices))
        elif field.deed.of is not None and isinstance(field.deed.kinds, dict):
            missing = set(choices[field.deed.of]) ^ field.deed.kinds.keys()
            if missing:
                problem = f"the kinds of deed and the choices of {field.deed.of!r} are not the same: {listed(missing)}"
                yield Finding((*path, "kinds"), problem, listed(choices[field.deed.of]))


def what_it_is_about_is_filled_in(view: View) -> Iterator[Finding]:
    """Only what the applicant fills in and the case keeps: facts are known of too many dossiers alike."""
    known = [field.id for field in view.whole.asked_at_submission if not field.is_fact]
    for place, name in enumerate(view.whole.about):
        if name not in known:
            problem = unknown("field of personal data that the applicant fills in", name, known)
            yield Finding(("about", place), problem, listed(known))


def what_happens_once_says_what_it_is_about(workflow: Workflow, _: Vocabulary) -> Iterator[Finding]:
    """Or nobody could ever apply for it a second time, about whomever."""
    if workflow.once and not workflow.about:
        problem = "happens once, but nothing says what makes two dossiers the same case"
        yield Finding(("once",), problem, "only beside about, which names the fields that make it the same")


def what_is_replaced_has_a_number(workflow: Workflow, _: Vocabulary) -> Iterator[Finding]:
    if workflow.replaces is None:
        return
    known = {each.id: each for each in workflow.fields if each.type in (FieldType.DEED_NUMBER, FieldType.FAMILY_CARD)}
    if workflow.replaces.field not in known:
        problem = unknown("field of a deed's or family card's number", workflow.replaces.field, known)
        yield Finding(("replaces", "field"), problem, listed(known))
    products = [each.signed_pdf for each in (workflow.product, *workflow.also) if each.signed_pdf is not None]
    if workflow.replaces.product not in products:
        problem = unknown("product of this type", workflow.replaces.product, products)
        yield Finding(("replaces", "product"), problem, listed(products))


def dates_come_after_dates(workflow: Workflow, _: Vocabulary) -> Iterator[Finding]:
    for place, field in enumerate(workflow.fields):
        dates = [each.id for each in workflow.fields if each.type is FieldType.DATE and each.id != field.id]
        for number, name in enumerate(field.after if field.type is FieldType.DATE else ()):
            if name not in dates:
                yield Finding(("fields", place, "after", number), unknown("date field", name, dates), listed(dates))


def issued_numbers_agree_with_the_form(view: View) -> Iterator[Finding]:
    """Only a NIK that the office fills in: what the register holds of those who have one may differ from it."""
    workflow = view.whole
    dates = [each.id for each in workflow.fields if each.type is FieldType.DATE]
    sexes = [each.id for each in workflow.fields if set(each.choices) == {"male", "female"}]
    for place, field in enumerate(workflow.fields):
        if field.agrees_with is None or field.type is not FieldType.NIK:
            continue
        path = ("fields", place, "agrees_with")
        if field in workflow.asked_at_submission:
            problem = f"field {field.id!r} is filled in by the applicant, whose number may differ from the register"
            yield Finding(path, problem, "agrees_with only on a NIK that stands in the form of a step")
        for key, name, known, kind in (
            ("born", field.agrees_with.born, dates, "date field"),
            ("sex", field.agrees_with.sex, sexes, "choice of male and female"),
        ):
            if name is not None and name not in known:
                yield Finding((*path, key), unknown(kind, name, known), listed(known))


def whoever_is_named_by_number_is_known(view: View) -> Iterator[Finding]:
    """A NIK that the office does not issue itself belongs to somebody, and the identity step asks whether it is so."""
    workflow = view.whole
    asked = {field.id for field in workflow.asked_at_submission}
    kinds = {
        "name": FieldType.NAME, "family_card": FieldType.FAMILY_CARD, "born": FieldType.DATE, "lived": FieldType.DATE,
    }  # fmt: skip
    for place, field in enumerate(workflow.fields):
        path = ("fields", place, "person")
        if field.type not in (FieldType.NIK, FieldType.NIKS):
            if field.person is not None:
                problem = f"field {field.id!r} holds no NIK, but is marked person"
                yield Finding(path, problem, "person only with type: nik or niks")
            continue
        if (field.id in asked) != (field.person is not None):
            yield Finding(
                path,
                f"field {field.id!r} " + ("does not say whose number it is" if field.id in asked else
                                          "is issued by the office, so that the register knows no person of it"),
                "person on each NIK that the applicant fills in, and on no other",
            )  # fmt: skip
        for key, kind in kinds.items() if field.person is not None else ():
            told = getattr(field.person, key)
            known = [each.id for each in workflow.fields if each.type is kind]
            for name in told if isinstance(told, tuple) else filter(None, (told,)):
                if name not in known:
                    yield Finding((*path, key), unknown(f"{kind} field", name, known), listed(known))


def fields_are_held_to_fields_like_them(workflow: Workflow, _: Vocabulary) -> Iterator[Finding]:
    for place, field in enumerate(workflow.fields):
        like = {each.id: each for each in workflow.fields if each.type is field.type and each.id != field.id}
        if field.unlike is not None and field.unlike not in like:
            problem = unknown(f"{field.type} field", field.unlike, like)
            yield Finding(("fields", place, "unlike"), problem, listed(like))
        if field.within is None:
            continue
        if field.type is not FieldType.CHOICE:
            problem = f"field {field.id!r} is no choice, but lies within another"
            yield Finding(("fields", place, "within"), problem, "within only with type: choice")
        elif field.within not in like:
            problem = unknown("choice field", field.within, like)
            yield Finding(("fields", place, "within"), problem, listed(like))
        else:
            around = like[field.within].choices
            for number, choice in enumerate(field.choices):
                if not any(choice in field.choices_in(each) for each in around):
                    problem = f"choice {choice!r} lies in no choice of {field.within!r}"
                    allowed = f"a choice of {field.within!r} and more after a point: {listed(around)}"
                    yield Finding(("fields", place, "choices", number), problem, allowed)


def relations_are_of_people(workflow: Workflow, _: Vocabulary) -> Iterator[Finding]:
    people = [field.id for field in workflow.fields if field.type is FieldType.NIKS]
    for place, field in enumerate(workflow.fields):
        if field.type is FieldType.RELATIONS and field.of is None:
            yield Finding(("fields", place, "of"), "does not say whose relations these are", listed(people))
        elif field.type is FieldType.RELATIONS and field.of not in people:
            problem = unknown("field of several NIKs", field.of or "", people)
            yield Finding(("fields", place, "of"), problem, listed(people))


def derived_fields_are_flags_of_dates(workflow: Workflow, _: Vocabulary) -> Iterator[Finding]:
    dates = [field.id for field in workflow.fields if field.type is FieldType.DATE]
    for place, field in enumerate(workflow.fields):
        if field.derived is None:
            continue
        if field.type is not FieldType.FLAG:
            yield Finding(("fields", place, "type"), f"derived field {field.id!r} is no flag", "flag")
        for key, name in (("date", field.derived.date), ("as_of", field.derived.as_of)):
            if name is not None and name not in dates:
                yield Finding(("fields", place, "derived", key), unknown("date field", name, dates), listed(dates))


def forms_are_known(workflow: Workflow, _: Vocabulary) -> Iterator[Finding]:
    for place, requirement in enumerate(workflow.requirements):
        if requirement.form is not None and requirement.form not in FORMS:
            yield Finding(("requirements", place, "form"), unknown("form", requirement.form, FORMS), listed(FORMS))


def papers_say_how_each_lane_sees_them(workflow: Workflow, _: Vocabulary) -> Iterator[Finding]:
    for place, requirement in enumerate(workflow.requirements):
        path = ("requirements", place, "shown")
        missing = [lane for lane in Lane if lane not in requirement.shown]
        if missing:
            problem = f"{requirement.id!r} does not say how the {listed(missing)} lane wants to see it"
            yield Finding(path, problem, "a word for each lane; not_needed where it is not asked for")
        elif set(requirement.shown.values()) == {"not_needed"}:
            yield Finding(path, f"{requirement.id!r} is asked for in no lane", "at least one lane that needs it")


def products_can_be_made(workflow: Workflow, vocabulary: Vocabulary) -> Iterator[Finding]:
    also = ((("also", place), product) for place, product in enumerate(workflow.also))
    for path, product in ((("product",), workflow.product), *also):
        pdf, card = product.signed_pdf, product.card
        if pdf is not None and pdf not in vocabulary.products:
            yield Finding((*path, "signed_pdf"), f"no template makes {pdf!r}", listed(vocabulary.products))
        if card is not None and vocabulary.stock is not None and card not in vocabulary.stock:
            yield Finding((*path, "card"), unknown("stock item", card, vocabulary.stock), listed(vocabulary.stock))


def the_limit_is_one_a_law_could_name(workflow: Workflow, _: Vocabulary) -> Iterator[Finding]:
    limit = duration.parse(workflow.limit)
    if not limit.text.endswith(("d", "h")):
        yield Finding(("limit",), f"{limit.text!r} is counted in seconds or minutes", "h, d, wh or wd, such as 14d")
    elif limit.amount > LONGEST_LIMIT:
        yield Finding(("limit",), f"{limit.text!r} is more than a year", "at most 366d")


def the_start_is_a_step_of_both_lanes(workflow: Workflow, _: Vocabulary) -> Iterator[Finding]:
    start = workflow.steps.get(workflow.start)
    if start is None:
        yield Finding(("start",), unknown("step", workflow.start, workflow.steps), listed(workflow.steps))
    elif start.lanes != frozenset(Lane):
        whole = [name for name, step in workflow.steps.items() if step.lanes == frozenset(Lane)]
        yield Finding(("start",), f"step {workflow.start!r} does not exist in both lanes", listed(whole))
