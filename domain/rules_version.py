"""A lane's rules and its calendar as one kept value: what a clock that began under them is still told by."""

from __future__ import annotations

import hashlib
import json

from domain.calendar import CalendarSpec
from domain.lane import LaneRules


def write(rules: LaneRules, calendar: CalendarSpec) -> str:
    """The canonical JSON of both."""
    whole = {"rules": rules.model_dump(mode="json"), "calendar": calendar.model_dump(mode="json")}
    return json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def read(body: str) -> tuple[LaneRules, CalendarSpec]:
    """What `write` wrote. Raises pydantic's ValidationError when a program of another time wrote it differently."""
    whole = json.loads(body)
    return LaneRules.model_validate(whole["rules"]), CalendarSpec.model_validate(whole["calendar"])


def digest(body: str) -> str:
    """The first 16 hex digits of its SHA-256: the same rules have the same digest."""
    return hashlib.sha256(body.encode()).hexdigest()[:16]
