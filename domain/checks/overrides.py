"""Rules about a step's lanes and what a lane overrides; the other rules read the result."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from domain.checks.finding import Finding, listed
from domain.checks.form import form_findings
from domain.checks.view import Vocabulary
from domain.roles import Lane
from domain.workflow import Step, Workflow


def every_step_stands_in_a_lane(workflow: Workflow, _: Vocabulary) -> Iterator[Finding]:
    for name, step in workflow.steps.items():
        if not step.lanes:
            yield Finding(("steps", name, "lanes"), "the step stands in no lane", listed(Lane))


def overrides_are_for_the_steps_own_lanes(workflow: Workflow, _: Vocabulary) -> Iterator[Finding]:
    for name, step in workflow.steps.items():
        for lane in Lane:
            if getattr(step, lane.value) is not None and lane not in step.lanes:
                problem = f"changes the step for the {lane} lane, where it does not exist"
                yield Finding(("steps", name, lane.value), problem, listed(step.lanes))


def overrides_leave_a_whole_step(workflow: Workflow) -> Iterator[Finding]:
    for name, step in workflow.steps.items():
        for lane in step.lanes:
            try:
                step.in_lane(lane)
            except ValidationError as error:
                for found in form_findings(error, Step):
                    yield Finding(("steps", name, lane.value, *found.path), found.problem, found.allowed)
