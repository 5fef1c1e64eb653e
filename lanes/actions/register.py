"""Steps that ask or tell the civil register (SIAK) and AFIS something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.form import FormField, holds
from domain.identity import differences
from domain.workflow import Workflow
from lanes.actions.base import Action, Ended, Step, Tools


def subject(step: Step) -> str:
    """The NIK of the person the document is about: the applicant's own, unless the form names another."""
    fields = step.case.fields
    return str(fields.get("subject_nik") or fields["applicant_nik"])


def check_identity(step: Step, tools: Tools) -> Ended:
    """Everybody whom the form names by number is who it says, and lives."""
    found = differences(step.workflow.workflow, step.case.fields, tools.registry.resident)
    return Ended(outcome="mismatch" if found else "match", details={"differences": found})


def record(step: Step, tools: Tools) -> Ended:
    """Record the event, and what it changes of the register's data; the register's reference stays with the step."""
    workflow, form = step.workflow.workflow, {**step.case.fields, **step.dossier.facts}
    changes = {
        field.sets.value: str(form[field.id])
        for field in workflow.fields
        if field.sets is not None and form.get(field.id) and _is_asked(workflow, field, step.dossier.facts)
    }
    details = {**step.dossier.facts, "office_reference": step.dossier.number}
    reference = tools.registry.record(
        event=step.dossier.code, nik=subject(step), details=details, changes=changes, key=step.key
    )
    return Ended(outcome="recorded", details={"reference": reference})


def _is_asked(workflow: Workflow, field: FormField, facts: Mapping[str, Any]) -> bool:
    """Whether the form asks a field of who answers so, and the fields that it hangs on too: others may be left over."""
    above = (workflow.field[name] for name in field.when or ())
    return holds(field.when, facts) and all(_is_asked(workflow, each, facts) for each in above)


def deduplicate(step: Step, tools: Tools) -> Ended:
    """The recorded biometrics belong to nobody else."""
    unique = tools.registry.deduplicate(nik=subject(step), key=step.key)
    return Ended(outcome="unique" if unique else "duplicate")


ACTIONS = (
    Action(name="registry.check_identity", outcomes=frozenset({"match", "mismatch"}), run=check_identity),
    Action(name="registry.record", outcomes=frozenset({"recorded"}), run=record),
    Action(name="registry.deduplicate", outcomes=frozenset({"unique", "duplicate"}), run=deduplicate),
)
