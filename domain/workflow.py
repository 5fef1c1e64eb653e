"""A document type as a declarative workflow: what is asked for, who does what, and where each outcome leads.

The classes here are the form of `config/workflows/CODE.yaml` after `extends` has been merged; `Workflow.in_lane`
gives the workflow as one lane runs it. Whether the graph makes sense is judged in `domain/workflow_check.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, field_serializer, model_validator

from domain import duration
from domain.ages import age
from domain.form import (
    Derived,
    Elapsed,
    Element,
    Fact,
    FormField,
    Frozen,
    Identifier,
    OfficeWords,
    Requirement,
    Text,
    holds,
)
from domain.numbers import name_words
from domain.roles import Division, Lane, Role

Code = Annotated[str, Field(pattern=r"^[A-Z]{2,6}(-[A-Z]{2,6})?$")]


def _duration_text(text: object) -> str:
    return duration.parse(text).text


Duration = Annotated[str, BeforeValidator(_duration_text)]


class Product(Frozen):
    """What the applicant gets: a signed PDF (by template name) or a card (by stock item)."""

    signed_pdf: Identifier | None = None
    card: Identifier | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.signed_pdf is None) == (self.card is None):
            raise ValueError("does not name one product; allowed: exactly one of signed_pdf or card")
        return self


class End(StrEnum):
    """How a dossier can end by an outcome. `withdrawn` is the applicant's own act, possible at any step."""

    ISSUED = "issued"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class Branch(Frozen):
    """Where an outcome leads when its condition holds: next steps, back to the applicant, or an end."""

    when: dict[Identifier, tuple[Fact, ...]] | None = None
    to: tuple[Identifier, ...] = ()
    return_to: Literal["applicant"] | None = None
    resume: Identifier | None = None
    end: End | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_step_may_stand_alone(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and isinstance(data.get("to"), str):
            return {**data, "to": (data["to"],)}
        return data

    @model_validator(mode="after")
    def _one_way_on(self) -> Self:
        if sum((bool(self.to), self.return_to is not None, self.end is not None)) != 1:
            raise ValueError("leads nowhere, or to more than one way on; allowed: exactly one of to, return_to, end")
        if self.resume is not None and self.return_to is None:
            raise ValueError("resume stands without return_to; allowed: resume only beside return_to")
        return self


class Outcome(Frozen):
    """How a task can end. The first branch whose condition holds is taken.

    `accepts` marks the outcome that finds the dossier complete and valid: the statutory clock counts from there.
    `form` names the fields that are asked for when the step ends this way.
    """

    branches: tuple[Branch, ...] = Field(min_length=1)
    accepts: bool = False
    form: tuple[Identifier, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, data: Any) -> Any:
        match data:
            case str():
                return {"branches": ({"to": (data,)},)}
            case list() | tuple() if data and all(isinstance(item, str) for item in data):
                return {"branches": ({"to": tuple(data)},)}
            case list() | tuple():
                return {"branches": tuple(data)}
            case Mapping() if "choose" in data and data.keys() - {"choose", "accepts", "form"}:
                raise ValueError("choose lists all the ways on; allowed: nothing beside it but accepts and form")
            case Mapping() if "branches" not in data:
                beside = {key: data[key] for key in ("accepts", "form") if key in data}
                rest = {key: value for key, value in data.items() if key not in ("accepts", "choose", "form")}
                return {"branches": data.get("choose", (rest,)), **beside}
        return data

    def branch(self, facts: Mapping[str, Any]) -> Branch | None:
        """The branch these facts lead to, or None when no condition holds (the checker asks for a last, free one)."""
        return next((branch for branch in self.branches if holds(branch.when, facts)), None)


class Step(Frozen):
    """One node: done by a role (`human`) or by a registered action (`automatic`).

    While an action waits or works, a person of a role named in `stopped_by` may end the step at once, by an outcome
    listed there, such as an objection that comes in while an announcement runs; what the action does then is dropped.
    """

    human: Role | None = None
    automatic: str | None = Field(default=None, pattern=r"^[a-z_]+\.[a-z_]+$")
    title: Text
    duty: OfficeWords | None = None
    regulation: str | None = None
    lanes: frozenset[Lane] = frozenset(Lane)
    on: dict[Identifier, Outcome] = Field(min_length=1)
    distinct_from: tuple[Identifier, ...] = ()
    waits_for: tuple[Identifier, ...] = ()
    form: tuple[Identifier, ...] = ()
    stopped_by: dict[Role, tuple[Identifier, ...]] = Field(default_factory=dict, max_length=1)
    visit: bool = False  # done when the applicant comes, who is served while the line goes on
    corrects: bool = False  # whoever does the step may correct what the applicant filled in
    once: bool = False
    retries: Annotated[int, Field(ge=0, le=20)] = 3
    retry_delay: Elapsed = "5s"
    timeout: Elapsed = "60s"
    args: dict[str, Any] = Field(default_factory=dict, alias="with")
    online: dict[str, Any] | None = None
    manual: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _one_doer(self) -> Self:
        if (self.human is None) == (self.automatic is None):
            raise ValueError(
                "is done by nobody, or by two; allowed: exactly one of human (a role) or automatic (an action)"
            )
        if self.human is not None and not (self.duty and self.regulation):
            raise ValueError("a human step lacks its duty or regulation; allowed: both duty and regulation")
        if self.human is not None and self.stopped_by:
            raise ValueError("a person's step is stopped by nobody else; allowed: stopped_by only beside automatic")
        if self.stopped_by and not (self.duty and self.regulation):
            raise ValueError(
                "a step that a person may stop lacks its duty or regulation; allowed: both duty and regulation"
            )
        return self

    @field_serializer("lanes")
    def _in_one_order(self, lanes: frozenset[Lane]) -> list[Lane]:
        # A workflow's version is the digest of its JSON, and the order of a set hangs on each process's hash seed.
        return sorted(lanes)

    @property
    def peoples(self) -> Role | None:
        """Whose work it is, if it is a person's: to do it, or to stop it."""
        return self.human or next(iter(self.stopped_by), None)

    @property
    def by_people(self) -> tuple[str, ...]:
        """The outcomes by which a person may end the step, the usual one first."""
        return tuple(self.on) if self.human else tuple(name for names in self.stopped_by.values() for name in names)

    @property
    def asks(self) -> tuple[str, ...]:
        """Every field that people fill in here: for the way on, and for other outcomes."""
        return tuple(dict.fromkeys((*self.form, *(name for outcome in self.on.values() for name in outcome.form))))

    def asked_for(self, outcome: str) -> tuple[str, ...]:
        """The fields that are filled in when the step ends with an outcome; none for one that it has not."""
        leads = self.on.get(outcome)
        return (*(self.form if outcome == self.way_on else ()), *(leads.form if leads else ()))

    @property
    def way_on(self) -> str:
        """The first outcome listed: the happy way. The step's `form` must be filled in for it."""
        return next(iter(self.on))

    def in_lane(self, lane: Lane) -> Step:
        """The step with the lane's override applied. Raises ValidationError when the override leaves no whole step."""
        override = self.online if lane is Lane.ONLINE else self.manual
        if not override:
            return self
        data = self.model_dump(by_alias=True, exclude={"online", "manual"}, exclude_defaults=True)
        return Step.model_validate(_merged(data, override))


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Mappings merge key by key; anything else is replaced; None removes."""
    result = dict(base)
    for key, value in over.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(result.get(key), Mapping) and key != "on":
            result[key] = _merged(result[key], value)
        elif isinstance(value, Mapping) and key == "on":
            result[key] = {k: v for k, v in {**result.get("on", {}), **value}.items() if v is not None}
        else:
            result[key] = value
    return result


class Replacing(Frozen):
    """Which earlier documents of the office are no longer valid once this type's `product` is sealed: those about the
    deed or family card whose number stands in `field`; only `when` this holds of the form, as for a requirement."""

    product: Identifier
    field: Identifier
    when: dict[Identifier, tuple[Fact, ...]] | None = None


class Learned(Frozen):
    """What the register learns of the person whose NIK stands in the field `of`, once the event is recorded: for each
    element the value that another field has (`takes`) or always the same one (`becomes`); only `when` this holds of the
    form. Who bears an `issued` NIK was unknown before, and is known from then on: the office has given them the number,
    or takes in somebody who comes with one."""

    of: Identifier
    issued: bool = False
    takes: dict[Element, Identifier] = Field(default_factory=dict)
    becomes: dict[Element, Annotated[str, Field(min_length=1)]] = Field(default_factory=dict)
    when: dict[Identifier, tuple[Fact, ...]] | None = None


class Workflow(Frozen):
    """A document type. Frozen; its `version` is the digest of what it says.

    Two dossiers are the same case when the fields `about` hold the same, whoever applies and in whatever order. One of
    them is open at a time; of what happens `once` (a birth, a death) one is issued, ever.
    """

    code: Code
    title: Text
    family: Literal["family_card", "id_card", "certificate", "civil_deed"]
    division: Division
    product: Product
    also: tuple[Product, ...] = ()
    replaces: Replacing | None = None
    limit: Duration
    basis: tuple[str, ...] = Field(min_length=1)
    published_time: str | None = None
    start: Identifier
    about: tuple[Identifier, ...] = ()
    once: bool = False
    fields: tuple[FormField, ...]
    learned: tuple[Learned, ...] = ()
    requirements: tuple[Requirement, ...]
    steps: dict[Identifier, Step]

    @cached_property
    def field(self) -> dict[str, FormField]:
        """The form fields by id."""
        return {field.id: field for field in self.fields}

    def case_of(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        """What a dossier is about, as it is compared: the values of the fields `about`, of several people each by
        themselves, without case, accents, spacing and punctuation; the applicant's number where none of them is filled
        in."""
        told = [str(values[name]) for name in self.about if values.get(name)] or [str(values.get("applicant_nik", ""))]
        parts = (part for value in told for part in value.split(", "))
        return tuple(sorted("".join(name_words(part)) for part in parts))

    @cached_property
    def teaches(self) -> bool:
        """Whether the register learns something of what is recorded."""
        return bool(self.learned) or any(field.sets is not None for field in self.fields)

    @cached_property
    def asked_at_submission(self) -> tuple[FormField, ...]:
        """The fields the applicant fills in: all but derived ones and those in a form of a step, each after those on
        which it hangs."""
        by_staff = {field for lane in Lane for step in self.in_lane(lane).steps.values() for field in step.asks}
        asked: dict[str, FormField] = {}

        def ask(field: FormField, behind: frozenset[str] = frozenset()) -> None:
            for name in (field.when or {}).keys() - behind - asked.keys():
                if name in self.field:
                    ask(self.field[name], behind | {field.id})
            if field.derived is None and field.id not in by_staff:
                asked.setdefault(field.id, field)

        for field in self.fields:
            ask(field)
        return tuple(asked.values())

    def in_lane(self, lane: Lane) -> LaneWorkflow:
        """The workflow as `lane` runs it: its own steps, with the lane's overrides applied."""
        return self._lanes[lane]

    @cached_property
    def _lanes(self) -> dict[Lane, LaneWorkflow]:
        return {lane: LaneWorkflow(self, lane, self._resolved(lane)) for lane in Lane}

    def _resolved(self, lane: Lane) -> dict[str, Step]:
        steps = {}
        for name, step in self.steps.items():
            if lane not in step.lanes:
                continue
            steps[name] = step.in_lane(lane)
        return steps


def reachable(successors: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """For each step, every step that can follow it, given those that can follow it at once."""
    reach: dict[str, frozenset[str]] = {}
    for name in successors:
        seen: set[str] = set()
        todo = list(successors[name])
        while todo:
            step = todo.pop()
            if step not in seen:
                seen.add(step)
                todo.extend(successors.get(step, ()))
        reach[name] = frozenset(seen)
    return reach


READY_TO_COLLECT = "ready_pickup"
"""The message by which an applicant hears that the document or card waits for them."""


class LaneWorkflow:
    """A workflow in one lane, with what the engine asks of it worked out once."""

    def __init__(self, workflow: Workflow, lane: Lane, steps: Mapping[str, Step]) -> None:
        self.workflow = workflow
        self.lane = lane
        self.steps = dict(steps)

    @cached_property
    def successors(self) -> dict[str, frozenset[str]]:
        """For each step, the steps that any of its outcomes can open (a return to the applicant resumes one too)."""
        return {
            name: frozenset(
                target
                for outcome in step.on.values()
                for branch in outcome.branches
                for target in (*branch.to, *((branch.resume or name,) if branch.return_to else ()))
            )
            for name, step in self.steps.items()
        }

    @cached_property
    def reach(self) -> dict[str, frozenset[str]]:
        """For each step, every step that can follow it, however far (not itself, unless a loop leads back)."""
        return reachable(self.successors)

    @cached_property
    def collected_at(self) -> frozenset[str]:
        """The steps at which the office waits for an applicant whom it told that their document lies ready."""
        return frozenset(
            target
            for name, step in self.steps.items()
            if step.automatic == "message.send" and step.args.get("message") == READY_TO_COLLECT
            for target in self.successors[name]
        )

    @cached_property
    def parallel(self) -> bool:
        """Whether several steps of one dossier can be open at once; if not, an outcome need not look at the others."""
        return any(
            len(branch.to) > 1
            for step in self.steps.values()
            for outcome in step.on.values()
            for branch in outcome.branches
        )

    @cached_property
    def repeatable(self) -> bool:
        """Whether no step is `once`; if so, an outcome need not look at what was done before."""
        return not any(step.once for step in self.steps.values())

    def requirements(self, facts: Mapping[str, Any]) -> tuple[Requirement, ...]:
        """The papers this lane asks for, given the facts of the case."""
        return tuple(
            requirement
            for requirement in self.workflow.requirements
            if holds(requirement.when, facts) and requirement.shown.get(self.lane, "not_needed") != "not_needed"
        )


def derive(workflow: Workflow, values: Mapping[str, Any], on: date) -> dict[str, Fact]:
    """The derived flags of a case, worked out for the day `on` (the day of submission, office time)."""
    flags: dict[str, Fact] = {}
    for field in workflow.fields:
        if field.derived is None:
            continue
        then = values.get(field.derived.date)
        seen = values.get(field.derived.as_of) if field.derived.as_of else None
        today = date.fromisoformat(str(seen)) if seen else on
        flags[field.id] = bool(then) and _is_so(field.derived, date.fromisoformat(str(then)), today)
    return flags


def _is_so(rule: Derived, then: date, on: date) -> bool:
    """Whether a derived flag holds on the day `on` for what happened on `then`."""
    if rule.years is None:
        return on - then > duration.elapsed(rule.older_than)
    return age(then, on) >= rule.years
