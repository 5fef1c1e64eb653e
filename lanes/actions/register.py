"""Steps that ask or tell the civil register (SIAK) and AFIS something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from domain.numbers import name_words
from lanes.actions.base import Action, Ended, Step, Tools


def subject(step: Step) -> str:
    """The NIK of the person the document is about: the applicant's own, unless the form names another."""
    fields = step.case.fields
    return str(fields.get("subject_nik") or fields["applicant_nik"])


def check_identity(step: Step, tools: Tools) -> Ended:
    """The applicant is who they say they are, and the people they apply for stand on their family card."""
    fields = step.case.fields
    answer = tools.registry.check_identity(
        nik=fields["applicant_nik"], name=fields["applicant_name"], family_card=fields.get("applicant_family_card")
    )
    differences = [*answer.differences, *_strangers(fields, tools)]
    if not differences:
        return Ended(outcome="match")
    return Ended(outcome="mismatch", details={"differences": differences})


def _strangers(fields: Mapping[str, Any], tools: Tools) -> Iterator[str]:
    """Whether everybody listed in `people` is on the applicant's family card, the first as the new head, and everybody
    in `members`, who may come from several cards, is registered and alive."""
    members = [tools.registry.resident(nik) for nik in str(fields.get("members", "")).split(", ") if nik]
    if not all(one is not None and one.alive for one in members):
        yield "members"
    if "people" not in fields:
        return
    family = {one.nik: one.name for one in tools.registry.family(fields["applicant_family_card"])}
    niks = str(fields["people"]).split(", ")
    if not family.keys() >= set(niks):
        yield "people"
    head = fields.get("head_name")
    if head and niks[0] in family and name_words(head) != name_words(family[niks[0]]):
        yield "head_name"


def record(step: Step, tools: Tools) -> Ended:
    """Record the event; the register's reference stays with the step."""
    details = {**step.dossier.facts, "office_reference": step.dossier.number}
    reference = tools.registry.record(event=step.dossier.code, nik=subject(step), details=details, key=step.key)
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
