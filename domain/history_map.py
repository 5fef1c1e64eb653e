"""How another system's log is read as history: which of its attributes means what in Jalur.

The same map serves XES, where names are attribute keys, and CSV, where they are column headings.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from domain.roles import Lane

Name = Annotated[str, Field(min_length=1, max_length=200)]
ISO = "ISO 8601, such as 2026-03-02T09:15:00+08:00"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class LaneRule(_Part):
    """Which attribute tells the channel of a case, and which channels belong to each lane."""

    attribute: Name
    online: tuple[Name, ...] = Field(strict=False)
    manual: tuple[Name, ...] = Field(strict=False)

    @model_validator(mode="after")
    def _each_channel_once(self) -> LaneRule:
        channels = [*self.online, *self.manual]
        twice = sorted({channel for channel in channels if channels.count(channel) > 1})
        if twice:
            raise ValueError(f"listed twice: {', '.join(twice)}; a channel belongs to one lane")
        if not channels:
            raise ValueError("no channel is listed for either lane")
        return self

    def lane_of(self, channel: str) -> Lane | None:
        """The lane that a channel feeds, or None where the map does not know the channel."""
        if channel in self.online:
            return Lane.ONLINE
        return Lane.MANUAL if channel in self.manual else None

    @property
    def allowed(self) -> str:
        """The channels that the map knows, in words."""
        return f"{', '.join(self.online) or 'none'} (online); {', '.join(self.manual) or 'none'} (manual)"


class MomentRule(_Part):
    """Which attribute holds an instant.

    `format` is a strptime form (ISO 8601 without one); `zone` an IANA name, for instants without an offset.
    """

    attribute: Name
    format: Name | None = None
    zone: Name | None = None

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str | None) -> str | None:
        if zone is not None:
            try:
                ZoneInfo(zone)
            except (KeyError, ValueError, OSError):
                raise ValueError("not a time zone; allowed: an IANA name such as Asia/Makassar") from None
        return zone

    @field_validator("format")
    @classmethod
    def _reads_what_it_writes(cls, form: str | None) -> str | None:
        if form is not None:
            sample = datetime(2023, 11, 25, tzinfo=UTC)
            try:
                read = datetime.strptime(sample.strftime(form), form).replace(tzinfo=UTC)
            except ValueError:
                read = None
            if read != sample:
                raise ValueError("does not tell year, month and day; allowed: strptime codes such as %d-%m-%Y %H:%M")
        return form

    def read(self, text: str) -> datetime:
        """The instant that a text tells, in UTC. Raises ValueError saying what is allowed, without the text."""
        try:
            moment = datetime.strptime(text, self.format) if self.format else datetime.fromisoformat(text.strip())  # noqa: DTZ007
        except ValueError:
            raise ValueError(f"is not an instant; allowed: {self.format or ISO}") from None
        if moment.tzinfo is None:
            if self.zone is None:
                raise ValueError("has no offset from UTC; allowed: an offset in it, or a zone in the map")
            moment = moment.replace(tzinfo=ZoneInfo(self.zone))
        try:
            return moment.astimezone(UTC)
        except OverflowError:
            raise ValueError("lies outside the years 1 to 9999; allowed: an instant within them") from None


def _short(rule: object) -> object:
    """A rule that needs nothing but the attribute may be written as its name alone."""
    return {"attribute": rule} if isinstance(rule, str) else rule


Moment = Annotated[MomentRule, BeforeValidator(_short)]


class HistoryMap(_Part):
    """The whole map: the case's id, its lane, the activity, who did it, when, and until when the case was due."""

    case: Name
    lane: LaneRule
    activity: Name
    timestamp: Moment
    person: Name | None = None
    deadline: Moment | None = None

    @property
    def digest(self) -> str:
        """SHA-256 over what the map means, whatever its comments and layout."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()
