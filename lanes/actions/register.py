"""Steps that ask or tell the civil register (SIAK) and AFIS something."""

from __future__ import annotations

from typing import Any, Final

from domain.errors import Refused
from domain.form import Element
from domain.identity import differences
from domain.recording import changes
from lanes.actions.base import Action, Ended, Step, Tools

RECORD: Final = "registry.record"
RECORDED: Final = "recorded"  # the outcome by which the register holds the event


def subject(step: Step) -> str:
    """The NIK of the person the document is about: the applicant's own, unless the form names another."""
    fields = step.case.fields
    return str(fields.get("subject_nik") or fields["applicant_nik"])


def check_identity(step: Step, tools: Tools) -> Ended:
    """Everybody whom the form names by number is who it says, and lives."""
    found = differences(step.workflow.workflow, step.case.fields, tools.registry.resident)
    return Ended(outcome="mismatch" if found else "match", details={"differences": found})


def record(step: Step, tools: Tools) -> Ended:
    """Record the event, and what the register learns of it; the register's reference stays with the step. What happens
    once takes over what dossiers of the same case told that ended without their document."""
    dossier, about = step.dossier, subject(step)
    form = {**step.case.fields, **dossier.facts}
    learned = changes(step.workflow.workflow, form, dossier.facts, subject=about, by=dossier.number)
    details: dict[str, Any] = {**dossier.facts, "office_reference": dossier.number}
    if step.workflow.workflow.once:
        with tools.store.read() as work:
            before = tools.cases.ended_before(work, step.workflow.workflow, step.case.fields)
        details |= {"takes_over": before} if before else {}
    try:
        reference = tools.registry.record(event=dossier.code, nik=about, details=details, changes=learned, key=step.key)
    except Refused as refusal:
        wrong = _told_wrong(step, tools, refusal.code)
        if not wrong or "refused" not in step.workflow.steps[step.task.step].on:
            raise
        return Ended(outcome="refused", details={"differences": wrong})
    return Ended(outcome=RECORDED, details={"reference": reference})


def _told_wrong(step: Step, tools: Tools, code: str) -> list[str]:
    """The fields of the form for which the register refused an event; none where it was for something else."""
    workflow, form = step.workflow.workflow, step.case.fields
    match code:
        case "nik_taken":
            return [one.of for one in workflow.learned if one.issued]
        case "family_card_taken":
            return [field.id for field in workflow.fields if field.sets is Element.FAMILY_CARD]
        case "dead_already":
            return ["subject_nik"]
        case "child_known":
            return [one.takes[Element.NAME] for one in workflow.learned if one.issued and Element.NAME in one.takes]
        case "resident_unknown":
            named = [field for field in workflow.fields if field.person is not None and form.get(field.id)]
            find = tools.registry.resident
            return [field.id for field in named if None in map(find, str(form[field.id]).split(", "))]
    return []


def deduplicate(step: Step, tools: Tools) -> Ended:
    """The recorded biometrics belong to nobody else."""
    unique = tools.registry.deduplicate(nik=subject(step), key=step.key)
    return Ended(outcome="unique" if unique else "duplicate")


ACTIONS = (
    Action(name="registry.check_identity", outcomes=frozenset({"match", "mismatch"}), run=check_identity),
    Action(name=RECORD, outcomes=frozenset({RECORDED, "refused"}), run=record),
    Action(name="registry.deduplicate", outcomes=frozenset({"unique", "duplicate"}), run=deduplicate),
)
