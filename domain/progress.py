"""What follows when a task ends: the one pure decision of the workflow engine.

Given a lane's workflow, the outcome and what else is open in the dossier, `advance` says which steps open, whether
the applicant is asked, or how the dossier ends. The application only carries it out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from domain.errors import Refused
from domain.workflow import Branch, End, LaneWorkflow, Outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class Advance:
    """The consequence of an outcome. Exactly one of: steps to open (perhaps none yet, at a join), `resume` (the step
    that opens again when the applicant has answered), or an end."""

    opens: tuple[str, ...] = ()
    resume: str | None = None
    end: End | None = None
    accepts: bool = False


def outcome_of(workflow: LaneWorkflow, step: str, outcome: str) -> Outcome:
    """The declared outcome. Raises Refused naming the outcomes that step has."""
    declared = workflow.steps[step].on
    if outcome not in declared:
        raise Refused(
            "unknown_outcome", f"Step {step} of {workflow.workflow.code} cannot end as {outcome!r}.",
            allowed=", ".join(declared),
        )  # fmt: skip
    return declared[outcome]


def branch_of(workflow: LaneWorkflow, step: str, outcome: str, facts: Mapping[str, Any]) -> Branch:
    """The branch these facts lead to. Raises Refused if none holds (the checker lets no such file load)."""
    branch = outcome_of(workflow, step, outcome).branch(facts)
    if branch is None:
        raise Refused("no_way_on", f"Outcome {outcome} of step {step} has no way on for the facts of this dossier.")
    return branch


def advance(
    workflow: LaneWorkflow,
    step: str,
    outcome: str,
    *,
    facts: Mapping[str, Any],
    others: Collection[str] = (),
    done: Collection[str] = (),
) -> Advance:
    """What the outcome of `step` leads to.

    `others` are the steps of the dossier's other live tasks (for a returned one: the step it resumes), `done` the
    steps completed so far. Raises Refused for an outcome that is not declared.
    """
    branch = branch_of(workflow, step, outcome, facts)
    accepts = outcome_of(workflow, step, outcome).accepts
    if branch.end is not None:
        return Advance(end=branch.end, accepts=accepts)
    if branch.return_to is not None:
        return Advance(resume=branch.resume or step, accepts=accepts)
    opens: list[str] = []
    for target in branch.to:
        _arrive(workflow, target, facts=facts, others=others, done=done, opens=opens)
    return Advance(opens=tuple(opens), accepts=accepts)


def _arrive(
    workflow: LaneWorkflow,
    target: str,
    *,
    facts: Mapping[str, Any],
    others: Collection[str],
    done: Collection[str],
    opens: list[str],
) -> None:
    node = workflow.steps[target]
    if target in opens or target in others:
        return  # already there: two branches meet
    if node.once and target in done:
        onward = node.on[node.way_on].branch(facts)
        for following in onward.to if onward else ():
            _arrive(workflow, following, facts=facts, others=others, done=done, opens=opens)
        return
    if node.waits_for and any(target in workflow.reach[other] for other in (*others, *opens)):
        return  # a join: the last one to arrive opens it
    opens.append(target)
