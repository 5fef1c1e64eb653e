"""What the rules look at: the names there are, and one workflow as one lane runs it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from domain.checks.finding import nearest
from domain.lane import LaneRules
from domain.roles import Lane
from domain.workflow import Branch, LaneWorkflow, Step, Workflow, reachable


@dataclass(frozen=True, slots=True)
class ActionShape:
    """What a registered action asks and answers: the outcomes it can end with, and the `with` keys it needs."""

    outcomes: frozenset[str]
    args: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Every name a workflow may use that is declared outside it.

    A lane whose own file could not be read is simply absent from `lanes`; the rules about its people are then left
    out, because they would only repeat that. `stock` is None when the office's items could not be read.
    """

    actions: Mapping[str, ActionShape]
    products: frozenset[str]
    stock: frozenset[str] | None
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
    """A workflow in one lane, with the names that lane may use. `open_ended`: steps whose outcomes could not be read,
    so that each may lead anywhere."""

    def __init__(
        self, workflow: Workflow, lane: Lane, vocabulary: Vocabulary, open_ended: Collection[str] = ()
    ) -> None:  # fmt: skip
        self.open_ended = frozenset(open_ended)
        self.whole = workflow
        self.lane = lane
        self.graph: LaneWorkflow = workflow.in_lane(lane)
        self.steps: dict[str, Step] = self.graph.steps
        self.vocabulary = vocabulary
        self.rules: LaneRules | None = vocabulary.lanes.get(lane)

    @cached_property
    def successors(self) -> dict[str, frozenset[str]]:
        """For each step, the steps its outcomes lead to. A misspelt one counts as the one it was meant to be, so that
        a slip of the pen is told once, and not again for every step behind it."""
        return {
            name: frozenset(meant for target in targets if (meant := self.meant(target)) is not None)
            for name, targets in self.graph.successors.items()
        }

    @cached_property
    def reach(self) -> dict[str, frozenset[str]]:
        """For each step, every step that can follow it."""
        return reachable(self.successors)

    @cached_property
    def is_whole(self) -> bool:
        """Whether every way on leads to a step, or to what is clearly meant to be one."""
        return all(self.meant(target) is not None for way in self.ways for target in way.targets)

    def meant(self, target: str) -> str | None:
        """The step that a name stands for: itself, or the nearest one to a misspelt name; None when there is none."""
        return target if target in self.steps else nearest(target, self.steps)

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
