"""Where a time budget was set: the place in the lane file, as a manager would look for it."""

from __future__ import annotations

from domain.clock import ClockKind
from domain.lane import LaneRules, Sla


def sla_place(rules: LaneRules, code: str, kind: ClockKind, *, step: str = "", human: bool = True) -> tuple[str, str]:
    """The path of the entry that gives a clock of this kind its budget, and what stands there; two empty texts when
    the lane leaves it to the workflow's own limit. Looks where `LaneRules` looks, in its order."""
    own, default = (f"sla.types.{code}", rules.sla.types.get(code)), ("sla.default", rules.sla.default)
    if kind is ClockKind.STEP:
        key = "human" if human else "automatic"
        named = [(f"{path}.steps.{step}", sla.steps.get(step) if sla else None) for path, sla in (own, default)]
        return _first([*named, *_entries(key, own, default)])
    return _first(_entries(str(kind), own, default))


def _entries(key: str, *places: tuple[str, Sla | None]) -> list[tuple[str, str | None]]:
    return [(f"{path}.{key}", getattr(sla, key) if sla else None) for path, sla in places]


def _first(entries: list[tuple[str, str | None]]) -> tuple[str, str]:
    return next(((path, text) for path, text in entries if text), ("", ""))
