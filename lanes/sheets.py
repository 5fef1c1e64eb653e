"""A task as the person who does it needs it: the case masked, the papers, who did what, and what may be missing.

Papers hold personal data in full, so whoever opens one is on record, once for each paper while they have the task.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from domain.dossier import Dossier, Task
from domain.errors import Refused
from domain.form import Requirement
from domain.journal import Entry
from domain.sentence import Sentence
from domain.workflow import LaneWorkflow, Step
from lanes.case import Cases, Deficiency
from lanes.finding import dossier_called, readable
from lanes.moves import Moves
from lanes.papers import Files
from lanes.people import People
from lanes.ports import Clock
from lanes.reveal import masked_fields
from lanes.store import Attachment, Document, Store, Work

PROOFS: Final = ("delivery_photo", "delivery_signature")
"""Pictures of a delivery, which stand among a dossier's papers and are asked of nobody."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperAsked:
    """A paper that the lane asks for, how it wants to see it, and what was handed in (None: nothing)."""

    requirement: Requirement
    how: str
    given: Attachment | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """See the module. `task` is None where a dossier is looked at by itself. `why_not` is why the reader may not do the
    task; `doers` who did the steps that this one must be done by another person than; `ticket` the number under which a
    walk-in waits ("" without one); `proofs` the pictures of its delivery; `differences` the fields in which the form
    says something else than the register, as last compared.
    """

    task: Task | None
    dossier: Dossier
    workflow: LaneWorkflow
    step: Step | None
    fields: Mapping[str, Any]
    papers: tuple[PaperAsked, ...]
    proofs: tuple[Attachment, ...]
    documents: tuple[Document, ...]
    deficiencies: tuple[Deficiency, ...]
    doers: Mapping[str, str]
    why_not: Sentence | None
    journal: tuple[Entry, ...]
    live: tuple[Task, ...]
    ticket: str
    differences: tuple[str, ...]


class Sheets:
    """Reads sheets and papers, for people of the dossier's lane. Everybody else is refused, in words."""

    def __init__(self, store: Store, clock: Clock, people: People, moves: Moves, cases: Cases, files: Files) -> None:
        self._store, self._clock, self._people = store, clock, people
        self._moves, self._cases, self._files = moves, cases, files

    def task(self, task_id: int, *, by: str) -> Sheet:
        """The sheet of a task. Raises Refused."""
        now = self._clock.now()
        with self._store.read() as work, readable(f"of task {task_id}"):
            found = work.tasks.get(task_id)
            if found is None:
                raise Refused("unknown_task", f"There is no task {task_id}.", allowed="`jalur tasks`")
            task, dossier = found
            return self._sheet(work, task, dossier, by, now)

    def dossier(self, number: str, *, by: str) -> Sheet:
        """The sheet of a dossier. Raises Refused."""
        with self._store.read() as work, readable(number):
            return self._sheet(work, None, dossier_called(work, number), by, self._clock.now())

    def _sheet(self, work: Work, task: Task | None, dossier: Dossier, by: str, now: datetime) -> Sheet:
        self._people.confidant(work, dossier.number, by, now)
        workflow = self._moves.workflow(work, dossier)
        case = self._cases.read(work, dossier)
        step = workflow.steps.get(task.step) if task else None
        given = {paper.requirement: paper for paper in work.dossiers.attachments(dossier.id)}
        asked = workflow.requirements(dossier.facts)
        journal = work.dossiers.journal(dossier.id)
        return Sheet(
            task=task, dossier=dossier, workflow=workflow, step=step,
            fields={**dossier.facts, **masked_fields(workflow.workflow, case.fields)},
            papers=tuple(
                PaperAsked(requirement=each, how=each.shown[dossier.lane], given=given.get(each.id)) for each in asked
            ),
            proofs=tuple(paper for name, paper in given.items() if name in PROOFS),
            documents=tuple(each for each in work.documents.of(dossier.id) if each.file),
            deficiencies=case.deficiencies,
            doers=work.tasks.doers(dossier.id, step.distinct_from) if step else {},
            why_not=self._people.why_not(work, by, self._moves.peoples(workflow, task), now) if task else None,
            journal=tuple(journal), live=tuple(work.tasks.of(dossier.id)), ticket=_ticket(journal),
            differences=_differences(journal),
        )  # fmt: skip

    def paper(self, number: str, requirement: str, *, by: str) -> tuple[bytes, str]:
        """A scan and its media type; the first look of a person at it is in the journal. Raises Refused."""
        now = self._clock.now()
        with self._store.begin() as work:
            dossier = self._people.confidant(work, number, by, now, lock=True)
            papers = [each for each in work.dossiers.attachments(dossier.id) if each.requirement == requirement]
            if not papers or papers[-1].file is None:
                raise Refused("unknown_paper", f"{number} has no scan of {requirement}.", allowed="its papers")
            paper = papers[-1]
            seen = {"purpose": "processing", "paper": requirement, "sha256": paper.sha256}
            if not _on_record(work.dossiers.journal(dossier.id), by, seen):
                work.dossiers.save(dossier, [("personal_data_revealed", seen)], at=now, actor=by)
        return self._files.get(paper.file or ""), paper.media_type or "application/octet-stream"


def _ticket(journal: list[Entry]) -> str:
    done = (json.loads(entry.data) for entry in journal if entry.event == "step_completed")
    return next((str(data["ticket"]) for data in done if "ticket" in data), "")


def _differences(journal: list[Entry]) -> tuple[str, ...]:
    """What the newest comparison found that no later try of the same step has made out of date."""
    newest: dict[str, dict[str, Any]] = {}
    for data in (json.loads(entry.data) for entry in reversed(journal) if entry.event == "step_completed"):
        newest.setdefault(data["step"], data)
    return tuple(next((data["differences"] for data in newest.values() if "differences" in data), ()))


def _on_record(journal: list[Entry], by: str, seen: Mapping[str, Any]) -> bool:
    return any(
        entry.actor == by and entry.event == "personal_data_revealed" and json.loads(entry.data) == seen
        for entry in journal
    )
