"""Derived flags: reported too late, old enough. Ages turn on the birthday itself, whatever leap years lie between."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from domain.form import Derived, FieldType, FormField, Text
from domain.workflow import Workflow, derive

WORDS = Text(id="kata", en="words")


def a_workflow(**rules: Derived) -> Workflow:
    dates = [FormField(id=name, title=WORDS, type=FieldType.DATE) for name in ("born", "married")]
    flags = [FormField(id=name, title=WORDS, type=FieldType.FLAG, derived=rule) for name, rule in rules.items()]
    parts: dict[str, Any] = {"fields": (*dates, *flags)}
    return Workflow.model_construct(**parts)


@pytest.mark.parametrize(
    ("born", "today", "adult"),
    [
        ("2009-03-03", date(2026, 3, 2), False),  # the day before the 17th birthday
        ("2009-03-03", date(2026, 3, 3), True),
        ("2008-02-29", date(2025, 2, 28), False),  # born on a leap day: older on 1 March of a common year
        ("2008-02-29", date(2025, 3, 1), True),
    ],
)
def test_an_age_is_reached_on_the_birthday(born: str, today: date, adult: bool) -> None:
    workflow = a_workflow(adult=Derived(date="born", years=17))
    assert derive(workflow, {"born": born}, today) == {"adult": adult}


def test_an_age_is_counted_on_another_date_of_the_form_when_the_rule_says_so() -> None:
    workflow = a_workflow(of_age=Derived(date="born", years=19, as_of="married"))
    values = {"born": "2007-03-01", "married": "2026-02-14"}
    assert derive(workflow, values, date(2026, 3, 3)) == {"of_age": False}


@pytest.mark.parametrize(("born", "late"), [("2026-01-02", False), ("2026-01-01", True)])
def test_the_sixtieth_day_is_still_in_time(born: str, late: bool) -> None:
    workflow = a_workflow(late=Derived(date="born", older_than="60d"))
    assert derive(workflow, {"born": born}, date(2026, 3, 3)) == {"late": late}


def test_a_date_that_was_not_given_makes_no_flag_true() -> None:
    workflow = a_workflow(adult=Derived(date="born", years=17), late=Derived(date="born", older_than="60d"))
    assert derive(workflow, {}, date(2026, 3, 3)) == {"adult": False, "late": False}


@pytest.mark.parametrize("rule", [{}, {"older_than": "60d", "years": 17}])
def test_a_rule_has_exactly_one_measure(rule: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="exactly one of older_than"):
        Derived.model_validate({"date": "born", **rule})
