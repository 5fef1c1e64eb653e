"""Rules about `when`: a condition may only look at facts, and only at values that a fact can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from domain.checks.finding import Finding, listed, unknown
from domain.checks.view import View, Vocabulary
from domain.form import Fact, FieldType, FormField
from domain.workflow import Workflow

When = Mapping[str, tuple[Fact, ...]] | None


def fields_and_papers_depend_on_facts(workflow: Workflow, _: Vocabulary) -> Iterator[Finding]:
    for place, field in enumerate(workflow.fields):
        yield from _condition(("fields", place, "when"), field.when, workflow, itself=field.id)
    for place, requirement in enumerate(workflow.requirements):
        yield from _condition(("requirements", place, "when"), requirement.when, workflow)
    for place, one in enumerate(workflow.learned):
        yield from _condition(("learned", place, "when"), one.when, workflow)
    if workflow.replaces is not None:
        yield from _condition(("replaces", "when"), workflow.replaces.when, workflow)


def branches_depend_on_facts(view: View) -> Iterator[Finding]:
    for way in view.ways:
        yield from _condition((*way.path, "when"), way.branch.when, view.whole)


def _condition(
    path: tuple[str | int, ...], when: When, workflow: Workflow, *, itself: str | None = None
) -> Iterator[Finding]:
    facts = {field.id: field for field in workflow.fields if field.is_fact and field.id != itself}
    for name, values in (when or {}).items():
        if name == itself:
            yield Finding((*path, name), f"field {name!r} depends on itself", listed(facts))
        elif name not in workflow.field:
            yield Finding((*path, name), unknown("field", name, facts), listed(facts))
        elif name not in facts:
            problem = f"field {name!r} is personal data ({workflow.field[name].type}), no fact"
            yield Finding((*path, name), problem, listed(facts))
        elif not values:
            yield Finding((*path, name), "no value is listed, so it never holds", _values(facts[name]))
        else:
            for value in values:
                if not _can_be(facts[name], value):
                    yield Finding((*path, name), f"{name!r} is never {value!r}", _values(facts[name]))


def _can_be(field: FormField, value: Fact) -> bool:
    match field.type:
        case FieldType.FLAG:
            return isinstance(value, bool)
        case FieldType.NUMBER:
            return isinstance(value, int) and not isinstance(value, bool)
        case _:
            return value in field.choices


def _values(field: FormField) -> str:
    match field.type:
        case FieldType.FLAG:
            return "true, false"
        case FieldType.NUMBER:
            return "whole numbers"
        case _:
            return listed(field.choices)
