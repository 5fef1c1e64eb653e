"""A task as the person who does it needs it: the duty, the papers, the form, and each way to end it as a command."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from adapters.cli.output import local, pairs_table, say
from adapters.cli.session import step_of, step_title, title

if TYPE_CHECKING:
    from domain.dossier import Dossier, Task
    from domain.workflow import Outcome, Step, Workflow
    from lanes.office import Office


def task_json(office: Office, task: Task, dossier: Dossier) -> dict[str, Any]:
    """A task for programs, with the outcomes it can have."""
    step = step_of(office, dossier, task.step)
    return {
        **line_json(task, dossier, office.clock.now()),
        "title": step_title(office, dossier, task.step),
        "duty": step.duty.en if step and step.duty else None,
        "regulation": step.regulation if step else None,
        "form": list(step.asks) if step else [],
        "outcomes": {name: leads_to(outcome) for name, outcome in step.on.items()} if step else {},
    }


def line_json(task: Task, dossier: Dossier, now: datetime) -> dict[str, Any]:
    """A task for programs, as in a list."""
    return {
        "number": dossier.number,
        "code": dossier.code,
        "lane": dossier.lane,
        "step": task.step,
        "kind": task.kind,
        "status": task.status,
        "team": task.team,
        "assignee": task.assignee,
        "due_at": task.due_at,
        "overdue": task.due_at is not None and task.due_at <= now,
        "ready_at": task.ready_at,
        "priority": task.priority,
        "error": task.error,
    }


def task_page(office: Office, task: Task, dossier: Dossier, *, as_: str | None) -> None:
    """Write the page. `as_` is repeated in the commands when it was given on the command line."""
    step, zone = step_of(office, dossier, task.step), office.config.office.timezone
    say(f"{dossier.number}  {title(office, dossier)}, {dossier.lane} lane")
    say(f"{step_title(office, dossier, task.step)}, due {local(task.due_at, zone)}")
    if step is None:
        say("The configuration of today does not know this step; the dossier goes on under the one it began with.")
        return
    workflow = office.config.workflows[dossier.code]
    with office.store.read() as work:
        papers = {paper.requirement: paper.shown for paper in work.dossiers.attachments(dossier.id)}
    pairs_table({"Duty": step.duty.en if step.duty else None, "Regulation": step.regulation})
    asked = workflow.in_lane(dossier.lane).requirements(dossier.facts)
    if asked:
        say("Papers")
        pairs_table({each.id: f"{papers.get(each.id, 'MISSING'):<8} {each.title.en}" for each in asked})
    if step.asks:
        say("To fill in with --value")
        pairs_table({name: _field(workflow, name) for name in step.asks})
    who = f" --as {as_}" if as_ else ""
    say("See the application")
    say(f"  jalur show {dossier.number} --reveal --purpose processing{who}")
    titles = {name: each.title.en for name, each in workflow.in_lane(dossier.lane).steps.items()}
    say("Ways to end it")
    for name, outcome in step.on.items():
        say(f"  {_command(dossier, task, step, workflow, name, outcome)}{who}")
        say(f"      {name}: {leads_to(outcome, titles)}")
    missing = ", ".join([each.id for each in asked] + ["other"])
    if any(branch.return_to for outcome in step.on.values() for branch in outcome.branches):
        say(f"ITEM is one of: {missing}, or a field of the form.")


def _command(dossier: Dossier, task: Task, step: Step, workflow: Workflow, name: str, outcome: Outcome) -> str:
    if any(branch.return_to for branch in outcome.branches):
        return f"jalur return {dossier.number} --step {task.step} --deficiency ITEM=NOTE"
    given = f"jalur complete {dossier.number} --step {task.step}"
    if name != step.way_on:
        given += f" --outcome {name}"
    given += "".join(f" --value {field}={_sample(workflow, field)}" for field in step.asked_for(name))
    if any(branch.end in ("rejected", "cancelled") for branch in outcome.branches):
        given += " --reason TEXT"
    return given


def _sample(workflow: Workflow, name: str) -> str:
    field = workflow.field[name]
    return field.choices[0] if field.choices else "yes" if field.type == "flag" else "VALUE"


def _field(workflow: Workflow, name: str) -> str:
    field = workflow.field[name]
    return f"{field.title.en} ({', '.join(field.choices) or field.type})"


def leads_to(outcome: Outcome, titles: Mapping[str, str] | None = None) -> str:
    """Where an outcome leads, in words; `titles` name the steps, else their ids do."""
    ways = []
    for branch in outcome.branches:
        way = (
            f"the dossier is {branch.end}" if branch.end
            else "back to the applicant" if branch.return_to
            else " and ".join((titles or {}).get(step, step) for step in branch.to)
        )  # fmt: skip
        condition = " and ".join(f"{name} is {' or '.join(map(str, v))}" for name, v in (branch.when or {}).items())
        ways.append(f"{way} (if {condition})" if condition else way)
    return "; else ".join(ways)
