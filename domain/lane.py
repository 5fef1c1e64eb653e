"""A lane's own rules, as its manager writes them in `config/lanes/LANE.yaml`: channels, teams, SLA, watch."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from domain import duration
from domain.roles import Division, Lane, Role
from domain.workflow import Code, Duration, Elapsed, Identifier, Text

Username = Annotated[str, Field(pattern=r"^[a-z][a-z0-9._-]{1,31}$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Team(_Frozen):
    """The people who do certain roles in this lane. A task belongs to the team of its role and division."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
    title: Text
    roles: tuple[Role, ...] = Field(min_length=1)
    division: Division | None = None
    duty: str = Field(min_length=1)
    regulation: str = Field(min_length=1)
    members: tuple[Username, ...]
    lead: Username
    assignment: Literal["pull", "balanced"] = "pull"


class Sla(_Frozen):
    """Time promises of a document type: `target` for the whole (softer), `limit` (at most the statutory one), and
    per step. `human` and `automatic` stand for steps that are not named in `steps`."""

    target: Duration | None = None
    limit: Duration | None = None
    human: Duration | None = None
    automatic: Duration | None = None
    steps: dict[Identifier, Duration] = Field(default_factory=dict)


class SlaRules(_Frozen):
    """The lane's promises: a default for every document type, and what differs by type."""

    default: Sla
    types: dict[Code, Sla] = Field(default_factory=dict)


class Watch(_Frozen):
    """How often the lane's scheduled flow looks for what fell due."""

    every: Elapsed


class LaneRules(_Frozen):
    """Everything that makes a lane its own."""

    lane: Lane
    title: Text
    channels: tuple[Identifier, ...] = Field(min_length=1)
    calendar: Identifier
    working_day: Elapsed
    manager: Username
    teams: tuple[Team, ...] = Field(min_length=1)
    sla: SlaRules
    watch: Watch

    @cached_property
    def day(self) -> timedelta:
        """How much working time one `wd` stands for in this lane."""
        return duration.elapsed(self.working_day)

    @cached_property
    def team(self) -> dict[str, Team]:
        """The teams by id."""
        return {team.id: team for team in self.teams}

    def team_for(self, role: Role, division: Division) -> Team | None:
        """The team that does `role` for documents of `division`, or None: then no step may ask for it."""
        return self._teams_for.get((role, division))

    @cached_property
    def _teams_for(self) -> dict[tuple[Role, Division], Team]:
        return {
            (role, division): team
            for team in reversed(self.teams)
            for role in team.roles
            for division in ((team.division,) if team.division else Division)
        }

    def target(self, code: str) -> duration.Budget | None:
        """The softer promise for a whole dossier of this type."""
        return self._budget(code, "target")

    def limit(self, code: str, statutory: str) -> duration.Budget:
        """The hard promise: the lane's own limit, or the workflow's statutory one where the lane names none."""
        return self._budget(code, "limit") or duration.parse(statutory, working_day=self.day)

    def step_budget(self, code: str, step: str, *, human: bool) -> duration.Budget:
        """The time one step may take. Raises ValueError when the lane file leaves it open."""
        own, default = self.sla.types.get(code), self.sla.default
        kind = "human" if human else "automatic"
        for text in (
            own and own.steps.get(step),
            default.steps.get(step),
            own and getattr(own, kind),
            getattr(default, kind),
        ):
            if text:
                return duration.parse(text, working_day=self.day)
        raise ValueError(f"lane {self.lane}: no time is given for step {step} of {code}")

    def _budget(self, code: str, name: str) -> duration.Budget | None:
        own = self.sla.types.get(code)
        text = (own and getattr(own, name)) or getattr(self.sla.default, name)
        return duration.parse(text, working_day=self.day) if text else None
