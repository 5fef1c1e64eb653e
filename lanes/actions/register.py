"""Steps that ask or tell the civil register (SIAK) and AFIS something."""

from __future__ import annotations

from domain.identity import differences
from domain.recording import changes
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
    """Record the event, and what the register learns of it; the register's reference stays with the step."""
    dossier, about = step.dossier, subject(step)
    form = {**step.case.fields, **dossier.facts}
    learned = changes(step.workflow.workflow, form, dossier.facts, subject=about, by=dossier.number)
    details = {**dossier.facts, "office_reference": dossier.number}
    reference = tools.registry.record(event=dossier.code, nik=about, details=details, changes=learned, key=step.key)
    return Ended(outcome="recorded", details={"reference": reference})


def deduplicate(step: Step, tools: Tools) -> Ended:
    """The recorded biometrics belong to nobody else."""
    unique = tools.registry.deduplicate(nik=subject(step), key=step.key)
    return Ended(outcome="unique" if unique else "duplicate")


ACTIONS = (
    Action(name="registry.check_identity", outcomes=frozenset({"match", "mismatch"}), run=check_identity),
    Action(name="registry.record", outcomes=frozenset({"recorded"}), run=record),
    Action(name="registry.deduplicate", outcomes=frozenset({"unique", "duplicate"}), run=deduplicate),
)
