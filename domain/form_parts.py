"""An application asked in parts, so that a page without script asks nobody what does not concern them.

First what other questions and papers hang on (the situation), then the rest of what holds for it, then the papers.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.application import read_fields
from domain.form import FormField, holds
from domain.workflow import Workflow, derive


def situation(workflow: Workflow) -> tuple[FormField, ...]:
    """The fields an applicant fills in on which other fields or papers hang, also by a flag derived from them."""
    conditions = [each.when for each in workflow.fields if each.when]
    conditions += [each.when for each in workflow.requirements if each.when]
    named = {name for when in conditions for name in when}
    for field in workflow.fields:
        if field.id in named and field.derived is not None:
            named |= {field.derived.date, field.derived.as_of or field.derived.date}
    return tuple(field for field in workflow.asked_at_submission if field.id in named)


def details(workflow: Workflow, facts: Mapping[str, Any]) -> tuple[FormField, ...]:
    """The other fields an applicant fills in, given the situation's facts."""
    before = {field.id for field in situation(workflow)}
    return tuple(field for field in workflow.asked_at_submission if field.id not in before and holds(field.when, facts))


def facts_of(workflow: Workflow, values: Mapping[str, object], today: date) -> dict[str, Any]:
    """What is known of a form that is filled in so far, mistakes left out."""
    asked = {field.id for field in workflow.asked_at_submission}
    given = {name: value for name, value in values.items() if name in asked}
    read = read_fields(workflow, given, today=today, ask=asked, problems=[])
    return {**read.facts, **derive(workflow, read.personal, today)}


def relevant(workflow: Workflow, values: Mapping[str, object], today: date) -> dict[str, object]:
    """What was filled in and is still asked for: an answer in the situation may have changed since."""
    facts = facts_of(workflow, values, today)
    asked = {field.id for field in (*situation(workflow), *details(workflow, facts)) if holds(field.when, facts)}
    return {name: value for name, value in values.items() if name in asked}
