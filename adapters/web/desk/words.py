"""What the desk says of tasks: titles, whose they are, and each way a step can end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.web.fields import answer
from adapters.web.vocabulary import outcome_words, status_words
from adapters.web.words import gettext as _
from adapters.web.words import told
from domain.dossier import Dossier, Task
from domain.workflow import End, LaneWorkflow, Outcome, Step
from lanes.office import Office


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A task as a line of a list."""

    task: Task
    dossier: Dossier
    title: str
    step: str
    lane: str
    team: str
    status: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """A way a step can end. `kind`: "on" (any way on), "return" (needs what is missing), "end" (needs a reason)."""

    name: str
    words: str
    leads: str
    kind: str
    usual: bool


def lines(office: Office, found: Iterable[tuple[Task, Dossier]]) -> list[Line]:
    """Tasks as lines, in the order given."""
    return [line(office, task, dossier) for task, dossier in found]


def line(office: Office, task: Task, dossier: Dossier) -> Line:
    """A task as a line."""
    workflow = office.config.workflows.get(dossier.code)
    step = workflow.in_lane(dossier.lane).steps.get(task.step) if workflow else None
    team = office.config.lanes[task.lane].team.get(task.team or "")
    return Line(
        task=task, dossier=dossier, title=told(workflow.title) if workflow else dossier.code,
        step=told(step.title) if step else task.step, lane=told(office.config.lanes[task.lane].title),
        team=told(team.title) if team else "", status=status_words(task.status),
    )  # fmt: skip


def ways(step: Step, workflow: LaneWorkflow) -> list[Way]:
    """The ways a person can end a step, the usual one first."""
    return [
        Way(name=name, words=outcome_words(name), leads=leads_to(outcome, workflow), kind=_kind(outcome),
            usual=name == step.way_on)
        for name, outcome in step.on.items() if name in step.by_people
    ]  # fmt: skip


def _kind(outcome: Outcome) -> str:
    if any(branch.return_to for branch in outcome.branches):
        return "return"
    return "end" if any(branch.end in (End.REJECTED, End.CANCELLED) for branch in outcome.branches) else "on"


def leads_to(outcome: Outcome, workflow: LaneWorkflow) -> str:
    """Where an outcome leads, in words."""
    found = []
    for branch in outcome.branches:
        if branch.end:
            way = _("the application is %(status)s") % {"status": status_words(branch.end)}
        elif branch.return_to:
            way = _("back to the applicant")
        else:
            way = _(" and ").join(told(workflow.steps[step].title) for step in branch.to if step in workflow.steps)
        found.append(way)
    return _(", or ").join(dict.fromkeys(found))


def field_rows(workflow: LaneWorkflow, fields: Mapping[str, Any], place: Callable[[str], str]) -> list[tuple[str, str]]:
    """What the form says, as pairs of title and value."""
    rows = []
    for field in workflow.workflow.fields:
        if field.id in fields and field.derived is None:
            rows.append((told(field.title), answer(field, fields[field.id], place)))
    return rows
