"""A lane's own rules, as its manager writes them in `config/lanes/LANE.yaml`: channels, teams, SLA, watch."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from domain import duration
from domain.clock import ClockKind
from domain.form import Elapsed, Identifier, Text
from domain.ladder import Ladder, Rung, RungAction
from domain.roles import Division, Lane, Role
from domain.workflow import Code, Duration

USERNAME: Final = r"^[a-z][a-z0-9._-]{1,31}$"
Username = Annotated[str, Field(pattern=USERNAME)]


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
    per step. `human` and `automatic` stand for steps that are not named in `steps`; `answer` is how long an applicant
    may take to answer a returned dossier."""

    target: Duration | None = None
    limit: Duration | None = None
    human: Duration | None = None
    automatic: Duration | None = None
    answer: Duration | None = None
    steps: dict[Identifier, Duration] = Field(default_factory=dict)


class SlaRules(_Frozen):
    """The lane's promises: a default for every document type, and what differs by type."""

    default: Sla
    types: dict[Code, Sla] = Field(default_factory=dict)


class RungSpec(_Frozen):
    """One rung of a ladder: where it stands (`80%`, `100%`, `+4wh`, `+1d`) and what is done there."""

    at: str
    do: tuple[RungAction, ...] = Field(min_length=1)

    @field_validator("at")
    @classmethod
    def _is_a_place(cls, text: str) -> str:
        Rung.read(text, (), working_day=timedelta(hours=7))
        return text


class Ladders(_Frozen):
    """A ladder for each kind of clock; None leaves it to the lane's default."""

    step: tuple[RungSpec, ...] | None = None
    target: tuple[RungSpec, ...] | None = None
    limit: tuple[RungSpec, ...] | None = None
    answer: tuple[RungSpec, ...] | None = None


class Escalation(_Frozen):
    """The lane's ladders: a default for every document type, and what differs by type."""

    default: Ladders
    types: dict[Code, Ladders] = Field(default_factory=dict)


class Watch(_Frozen):
    """How often the lane's scheduled flow looks for what fell due, and when its people get the morning's list."""

    every: Elapsed
    digest: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "07:30"


class OutOfTurn(_Frozen):
    """The reasons for which a task may be taken out of its turn."""

    reasons: dict[Annotated[str, Field(pattern=r"^[A-Z][A-Z_]{2,30}$")], Text] = Field(min_length=1)


EXEMPTION_TOLD_DAYS = 14
"""How long before its end the office is told of an exemption."""


class Exemption(_Frozen):
    """Why a document type need not be as quick here as in the other lane, and until when."""

    reason: str = Field(min_length=1)
    until: date


class Parity(_Frozen):
    """How this lane is held to be no slower than the other: over which days, from how many dossiers in each lane on,
    how often that is looked at, and for which document types it does not hold for a while."""

    window: Elapsed = "28d"
    at_least: int = Field(default=20, ge=1)
    every: Elapsed = "1h"
    exempt: dict[Code, Exemption] = Field(default_factory=dict)

    def warnings(self, today: date) -> list[str]:
        """What to tell of each exemption that ends soon, or has ended and is still there."""
        found = []
        for code, until in self.ending(today).items():
            left = (until - today).days
            if left < 0:
                found.append(f"the parity exemption of {code} ended on {until}: bring its promises to the walk-in "
                             "lane's, and take it out of the lane's file")  # fmt: skip
            else:
                found.append(f"the parity exemption of {code} ends after {until}, {left} days from now; its promises "
                             "may be no less than the walk-in lane's then")  # fmt: skip
        return found

    def ending(self, today: date) -> dict[Code, date]:
        """The document types whose exemption ends soon, or has ended and is still there, with its last day."""
        return {code: each.until for code, each in self.exempt.items()
                if (each.until - today).days < EXEMPTION_TOLD_DAYS}  # fmt: skip


class Capacity(_Frozen):
    """The least share of the office's people that this lane keeps, loans included."""

    least_share: Annotated[str, Field(pattern=r"^(100|\d{1,2})%$")]

    @property
    def share(self) -> float:
        """As a number from 0 to 1."""
        return int(self.least_share[:-1]) / 100


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
    escalation: Escalation
    out_of_turn: OutOfTurn
    parity: Parity | None = None
    capacity: Capacity | None = None
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

    def promise(self, code: str, statutory: str) -> duration.Budget:
        """What is promised for a whole dossier of this type: the target, or the limit where there is none."""
        return self.target(code) or self.limit(code, statutory)

    def budget(
        self, kind: ClockKind, code: str, statutory: str, *, step: str = "", human: bool = True
    ) -> duration.Budget:
        """What a clock of this kind is given; `step` and `human` are asked of a step's only. Raises ValueError when
        the lane file leaves it open."""
        match kind:
            case ClockKind.TARGET:
                return self.promise(code, statutory)
            case ClockKind.LIMIT:
                return self.limit(code, statutory)
            case ClockKind.ANSWER:
                return self.answer_budget(code)
            case ClockKind.STEP:
                return self.step_budget(code, step, human=human)

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

    def answer(self, code: str) -> duration.Budget | None:
        """How long an applicant may take to answer a returned dossier; None when the lane file leaves it open."""
        return self._budget(code, "answer")

    def answer_budget(self, code: str) -> duration.Budget:
        """The same. Raises ValueError when the lane file leaves it open."""
        budget = self.answer(code)
        if budget is None:  # the checker lets no such file load
            raise ValueError(f"lane {self.lane}: no time is given for an applicant's answer")
        return budget

    def ladder(self, code: str, kind: ClockKind) -> Ladder:
        """The rungs that a clock of this kind climbs, for dossiers of this type."""
        ladder = self._ladders.get((code, kind))
        if ladder is None:
            own = self.escalation.types.get(code)
            specs: tuple[RungSpec, ...] | None = getattr(own, kind) if own else None
            if specs is None:
                specs = getattr(self.escalation.default, kind) or ()
            ladder = tuple(Rung.read(spec.at, spec.do, working_day=self.day) for spec in specs)
            self._ladders[code, kind] = ladder
        return ladder

    @cached_property
    def _ladders(self) -> dict[tuple[str, ClockKind], Ladder]:
        return {}

    def _budget(self, code: str, name: str) -> duration.Budget | None:
        own = self.sla.types.get(code)
        text = (own and getattr(own, name)) or getattr(self.sla.default, name)
        return duration.parse(text, working_day=self.day) if text else None
