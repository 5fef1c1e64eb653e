"""What the rules look at: the names there are, and one workflow as one lane runs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from domain.lane import LaneRules
from domain.roles import Lane
from domain.workflow import Branch, LaneWorkflow, Step, Workflow


@dataclass(frozen=True, slots=True)
class ActionShape:
    """What a registered action asks and answers: the outcomes it can end with, and the `with` keys it needs."""

    outcomes: frozenset[str]
    args: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Every name a workflow may use that is declared outside it.

    A lane whose own file could not be read is simply absent from `lanes`; the rules about its people are then left
    out, because they would only repeat that.
    """

    actions: Mapping[str, ActionShape]
    products: frozenset[str]
    stock: frozenset[str]
    messages: frozenset[str]
    lanes: Mapping[Lane, LaneRules]


@dataclass(frozen=True, slots=True)
class Way:
    """One branch of one outcome of a step, and where it stands in the file."""

    step: str
    outcome: str
    branch: Branch
    accepts: bool
    path: tuple[str | int, ...]

    @property
    def targets(self) -> tuple[str, ...]:
        """The steps this branch opens, at once or when the applicant has answered."""
        return self.branch.to or ((self.branch.resume or self.step,) if self.branch.return_to else ())


class View:
    """A workflow in one lane, with the names that lane may use."""

    def __init__(self, workflow: Workflow, lane: Lane, vocabulary: Vocabulary) -> None:
        self.whole = workflow
        self.lane = lane
        self.graph: LaneWorkflow = workflow.in_lane(lane)
        self.steps: dict[str, Step] = self.graph.steps
        self.vocabulary = vocabulary
        self.rules: LaneRules | None = vocabulary.lanes.get(lane)

    def path(self, step: str, *rest: str | int) -> tuple[str | int, ...]:
        """Where a part of a step is written: in the lane's override when that says it, else in the step itself."""
        override = getattr(self.whole.steps[step], self.lane.value) or {}
        inside = bool(rest) and rest[0] in override
        if inside and rest[0] == "on" and len(rest) > 1:
            inside = rest[1] in (override["on"] or {})
        return ("steps", step, self.lane.value, *rest) if inside else ("steps", step, *rest)

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """Every branch of every outcome of every step of this lane."""
        return tuple(
            Way(name, outcome, branch, leads.accepts, self.path(name, "on", outcome, "branches", place))
            for name, step in self.steps.items()
            for outcome, leads in step.on.items()
            for place, branch in enumerate(leads.branches)
        )
