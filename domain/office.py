"""The office as configured: who and where it is, its lanes, calendars, document types and message texts.

One frozen value, made by `adapters/config` from the files and given to the application whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from string import Template
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from domain.calendar import WorkingCalendar
from domain.errors import Problem
from domain.form import Identifier, Text
from domain.lane import LaneRules, Team, Username
from domain.retention import Retention
from domain.roles import Lane, Role
from domain.services import ServiceGuide
from domain.workflow import Workflow

DAY = time(7), time(20)
"""From when until when, in office time, clocks write to citizens; what a person does is told at once, at any hour."""


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(_Frozen):
    """Somebody who works in the office. Their lanes, teams and roles stand in the lane files."""

    username: Username
    name: str = Field(min_length=1, max_length=60)
    email: str | None = None
    roles: tuple[Role, ...] = ()  # office-wide roles only: agency_head, administrator, auditor


class StockItem(_Frozen):
    """A card blank the office keeps: how many there are at first start, and when to warn."""

    title: Text
    at_start: int = Field(ge=0)
    warn_below: int = Field(ge=0)


class Signatory(_Frozen):
    """Who signs the office's documents."""

    name: str
    title: Text


class OfficeSpec(_Frozen):
    """`config/office.yaml`."""

    name: Text
    city: str
    city_code: Annotated[str, Field(pattern=r"^\d{2}\.\d{2}$")]
    timezone: str
    online_brand: str
    verify_url: Annotated[str, Field(pattern=r"^https?://")]
    track_url: Annotated[str, Field(pattern=r"^https?://")]
    signatory: Signatory
    stock: dict[Identifier, StockItem]
    retention: Retention = Retention()
    people: tuple[Person, ...]

    def people_with(self, *roles: Role) -> tuple[str, ...]:
        """The usernames of those who have one of these office-wide roles."""
        return tuple(person.username for person in self.people if not set(roles).isdisjoint(person.roles))

    @property
    def names(self) -> str:
        """The words of its names and its city's: what anybody would try as a password here."""
        return f"{self.name.id} {self.name.en} {self.city} {self.online_brand}"

    def told(self, at: datetime) -> str:
        """An instant as messages tell it, in office time."""
        return at.astimezone(ZoneInfo(self.timezone)).strftime("%d-%m-%Y %H:%M")

    def midnight(self, at: datetime) -> datetime:
        """When the office's own day of an instant ends."""
        return datetime.combine(self.day(at) + timedelta(days=1), time(), ZoneInfo(self.timezone))

    def by_day(self, at: datetime) -> datetime:
        """The first instant from `at` on at which a letter that nobody waits for may reach a citizen: by day."""
        local = at.astimezone(ZoneInfo(self.timezone))
        if DAY[0] <= local.time() < DAY[1]:
            return at
        morning = local.replace(hour=DAY[0].hour, minute=0, second=0, microsecond=0)
        return (morning if local.time() < DAY[0] else morning + timedelta(days=1)).astimezone(UTC)

    def day(self, at: datetime) -> date:
        """The office's own day at an instant."""
        return at.astimezone(ZoneInfo(self.timezone)).date()


class MessageSpec(_Frozen):
    """One text to a person: `$number`, `$title` … are filled in (see `lanes/outbox.py` for the names)."""

    subject: Text
    body: Text

    @cached_property
    def names(self) -> frozenset[str]:
        """What is filled in, in any of its words."""
        words = (self.subject.id, self.subject.en, self.body.id, self.body.en)
        return frozenset(name for each in words for name in Template(each).get_identifiers())


@dataclass(frozen=True, slots=True)
class LaneTexts:
    """A lane file and its calendar file, as they stand."""

    rules: str
    calendar: str


@dataclass(frozen=True, kw_only=True)
class OfficeConfig:
    """The whole configuration, checked. `rules` says which kept version of its rules each lane has here; none or 0 is
    what the files say, whose texts are then in `texts`. `doubts` is what the lanes' files may say and probably do not
    mean, each with file and line."""

    office: OfficeSpec
    lanes: Mapping[Lane, LaneRules]
    calendars: Mapping[Lane, WorkingCalendar]
    workflows: Mapping[str, Workflow]
    rules: Mapping[Lane, int] = field(default_factory=dict)
    texts: Mapping[Lane, LaneTexts] = field(default_factory=dict)
    messages: Mapping[str, MessageSpec]
    services: ServiceGuide | None = None
    doubts: tuple[Problem, ...] = ()

    @cached_property
    def versions(self) -> dict[str, str]:
        """For each document type, the digest of what its workflow says: a dossier keeps the one it began under."""
        return {code: digest(workflow) for code, workflow in self.workflows.items()}

    def warnings(self, now: datetime, lanes: Iterable[Lane] = Lane) -> list[str]:
        """A line for whatever of these lanes' rules will go wrong by itself: calendars and exemptions that end."""
        told = [(lane, rules.parity.warnings(self.office.day(now)))
                for lane, rules in self.lanes.items() if lane in set(lanes) and rules.parity is not None]  # fmt: skip
        ends = [f"The {lane} lane: {words}." for lane, found in told for words in found]
        return [*self.calendar_warnings(now, lanes), *ends]

    def calendar_warnings(self, now: datetime, lanes: Iterable[Lane] = Lane) -> list[str]:
        """A line for each of these lanes whose calendar ends soon; see `WorkingCalendar.warning`."""
        told = ((lane, self.calendars[lane].warning(now)) for lane in lanes)
        return [f"The {lane} lane: {words}." for lane, words in told if words]

    def teams_of(self, username: str, lane: Lane) -> tuple[Team, ...]:
        """The teams of a lane that a person is a member or the lead of."""
        return tuple(team for team in self.lanes[lane].teams if username in (*team.members, team.lead))


def digest(workflow: Workflow) -> str:
    """The version of a workflow: the first 16 hex digits of the SHA-256 of its canonical JSON."""
    text = workflow.model_dump_json(by_alias=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
