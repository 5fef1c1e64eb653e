"""Rules about who or what does a step: a person's role, or a registered action with its outcomes and arguments."""

from __future__ import annotations

from collections.abc import Iterator

from domain import duration
from domain.checks.finding import Finding, listed, unknown
from domain.checks.view import View
from domain.roles import STEP_ROLES


def people_work_in_roles_for_dossiers(view: View) -> Iterator[Finding]:
    for name, step in view.steps.items():
        where = {step.human: view.path(name, "human")} if step.human else {
            role: view.path(name, "stopped_by", role) for role in step.stopped_by}  # fmt: skip
        for role, path in where.items():
            if role not in STEP_ROLES:
                yield Finding(path, f"{role} does no work on dossiers", listed(STEP_ROLES))


def actions_are_registered(view: View) -> Iterator[Finding]:
    for name, step in view.steps.items():
        if step.automatic is not None and step.automatic not in view.vocabulary.actions:
            known = view.vocabulary.actions
            yield Finding(view.path(name, "automatic"), unknown("action", step.automatic, known), listed(known))


def automatic_outcomes_are_the_actions_own(view: View) -> Iterator[Finding]:
    for name, step in view.steps.items():
        shape = view.vocabulary.actions.get(step.automatic or "")
        if shape is None:
            continue
        for outcome in step.on:
            if outcome not in shape.outcomes and outcome not in step.by_people:
                problem = f"{step.automatic} never ends as {outcome!r}"
                yield Finding(view.path(name, "on", outcome), problem, listed(shape.outcomes))
        missing = shape.outcomes - step.on.keys()
        if missing:
            problem = f"says nothing for when {step.automatic} ends as {listed(missing)}"
            yield Finding(view.path(name, "on"), problem, listed(shape.outcomes))


def people_stop_a_step_by_outcomes_of_their_own(view: View) -> Iterator[Finding]:
    for name, step in view.steps.items():
        shape = view.vocabulary.actions.get(step.automatic or "")
        for role, outcomes in step.stopped_by.items():
            path = view.path(name, "stopped_by", role)
            theirs = [outcome for outcome in step.on if shape is None or outcome not in shape.outcomes]
            if not outcomes:
                yield Finding(path, "no outcome is listed, so nobody can stop the step", listed(theirs))
            for place, outcome in enumerate(outcomes):
                if outcome not in step.on:
                    yield Finding((*path, place), unknown("outcome", outcome, theirs), listed(theirs))
                elif outcome not in theirs:
                    problem = f"{outcome!r} is how {step.automatic} itself ends"
                    yield Finding((*path, place), problem, listed(theirs))
        if step.stopped_by and step.way_on in step.by_people:
            yield Finding(view.path(name, "on", step.way_on), "the first outcome is the way on, and this one stops it",
                          "an outcome of the action first")  # fmt: skip


def actions_get_their_arguments(view: View) -> Iterator[Finding]:
    declared: dict[str, tuple[str, frozenset[str] | None]] = {
        "item": ("stock item", view.vocabulary.stock),
        "product": ("product", view.vocabulary.products),
        "message": ("message", view.vocabulary.messages),
    }
    for name, step in view.steps.items():
        shape = view.vocabulary.actions.get(step.automatic or "")
        if shape is None:
            if step.human is not None and step.args:
                yield Finding(
                    view.path(name, "with"), "a person's step takes no arguments", "with only beside automatic"
                )
            continue
        for key, value in step.args.items():
            if key not in shape.args:
                problem = unknown(f"argument of {step.automatic}", key, shape.args)
                yield Finding(view.path(name, "with", key), problem, listed(shape.args))
                continue
            kind, names = declared.get(key, ("", None))
            if names is not None and str(value) not in names:
                yield Finding(view.path(name, "with", key), unknown(kind, str(value), names), listed(names))
            if key == "time" and not _in_working_days(value):
                yield Finding(view.path(name, "with", key), f"{value!r} is no number of working days", "such as 10wd")
        for key in sorted(shape.args - step.args.keys()):
            yield Finding(view.path(name, "with"), f"{step.automatic} needs {key!r}", listed(shape.args))


def _in_working_days(value: object) -> bool:
    try:
        return duration.parse(value).working_dates is not None
    except ValueError:
        return False


def only_people_fill_in_forms(view: View) -> Iterator[Finding]:
    for name, step in view.steps.items():
        if step.automatic is not None and step.form:
            yield Finding(view.path(name, "form"), "an automatic step fills in no form", "form only beside human")
        for outcome, leads in step.on.items():
            if leads.form and outcome not in step.by_people:
                problem = f"no person ends the step as {outcome!r}, so nobody fills in a form"
                yield Finding(view.path(name, "on", outcome, "form"), problem, "form only where a person ends the step")


def forms_name_fields_people_fill_in(view: View) -> Iterator[Finding]:
    fields = [field.id for field in view.whole.fields if field.derived is None]
    for name, step in view.steps.items():
        forms = [(step.form, view.path(name, "form"))]
        forms += [(leads.form, view.path(name, "on", outcome, "form")) for outcome, leads in step.on.items()]
        for form, path in forms:
            for place, field in enumerate(form):
                if field in form[:place]:
                    yield Finding((*path, place), f"field {field!r} is named twice", "each field once")
                elif field not in fields:
                    yield Finding((*path, place), unknown("field", field, fields), listed(fields))


def a_step_makes_the_product(view: View) -> Iterator[Finding]:
    pdf, card = view.whole.product.signed_pdf, view.whole.product.card
    key, name = ("product", pdf) if pdf is not None else ("item", card)
    known = view.vocabulary.products if pdf is not None else view.vocabulary.stock
    made = {str(step.args[key]) for step in view.steps.values() if key in step.args}
    # Where one of the names is known to nobody, which other rules tell, it may stand for the product.
    if known is not None and known.issuperset({name, *made}) and name not in made:
        yield Finding(("product",), f"no step makes the product {name!r}", f"a step with {{{key}: {name}}}")
