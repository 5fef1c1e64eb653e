"""What the register learns of a recorded event: whom it is told about, and what it holds of each from then on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.form import Element, FormField, holds
from domain.workflow import Workflow

Changes = dict[str, dict[str, str]]


def changes(workflow: Workflow, form: Mapping[str, Any], facts: Mapping[str, Any], *, subject: str, by: str) -> Changes:
    """The new values by NIK and `Element`: what the form's fields set of the `subject`, and what the document type says
    besides. `form` has all that was filled in, `facts` included; `by` is the dossier's number, which stays with a NIK
    that it issued. Of one element told twice, the last told counts.
    """
    told: Changes = {}
    for field in workflow.fields:
        if field.sets is not None and (value := _asked(workflow, field, form, facts)):
            told.setdefault(subject, {})[field.sets.value] = value
    for one in workflow.learned:
        nik = str(form.get(one.of) or "")
        if not nik or not holds(one.when, facts):
            continue
        taken = {name: _asked(workflow, workflow.field[field], form, facts) for name, field in one.takes.items()}
        given = {**one.becomes, **{name: value for name, value in taken.items() if value}}
        told.setdefault(nik, {}).update({name.value: value for name, value in given.items()})
        if one.issued:
            told[nik][Element.ISSUED] = by
    return {nik: given for nik, given in told.items() if given}


def _asked(workflow: Workflow, field: FormField, form: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """What stands in a field, or "": in one that the form no longer asks for, something may be left over."""
    return str(form.get(field.id) or "") if _is_asked(workflow, field, facts) else ""


def _is_asked(workflow: Workflow, field: FormField, facts: Mapping[str, Any]) -> bool:
    """Whether the form asks a field of who answers so, and the fields that it hangs on too."""
    above = (workflow.field[name] for name in field.when or ())
    return holds(field.when, facts) and all(_is_asked(workflow, each, facts) for each in above)
