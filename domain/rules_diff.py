"""What differs between two versions of a lane's rules, in words: `sla.types.KTP-BARU.target: 2wd → 1wd`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.calendar import CalendarSpec
from domain.lane import LaneRules

_NOTHING = "(nothing)"
_KEYS = ("id", "at")
"""By what the entries of a list are told apart, where they are more than a word: teams, rungs."""

Says = str | tuple[str, ...]


def differences(before: tuple[LaneRules, CalendarSpec], after: tuple[LaneRules, CalendarSpec]) -> list[str]:
    """A line for each place in the rules or the calendar that says something else, in the order of their paths."""
    was, now = _said(*before), _said(*after)
    return [f"{path}: {_change(was.get(path), now.get(path))}" for path in sorted(was.keys() | now.keys())
            if was.get(path) != now.get(path)]  # fmt: skip


def _said(rules: LaneRules, calendar: CalendarSpec) -> dict[str, Says]:
    whole = {**rules.model_dump(mode="json", exclude_none=True), "calendar": calendar.model_dump(mode="json")}
    return {**dict(_flat(whole, "")), "calendar": rules.calendar}


def _flat(value: Any, path: str) -> Iterator[tuple[str, Says]]:
    """What is said at each place, by its path; of entries in a list, the path names them."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        key = next((each for each in _KEYS if each in value[0]), None)
        value = {(entry[key] if key else place): entry for place, entry in enumerate(value)}
    if isinstance(value, dict):
        for name, part in value.items():
            if not (isinstance(part, str) and name in _KEYS and path.endswith(f".{part}")):
                yield from _flat(part, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        yield path, tuple(str(part) for part in value)
    else:
        yield path, str(value)


def _change(was: Says | None, now: Says | None) -> str:
    if isinstance(was, tuple) and isinstance(now, tuple):
        gone, come = [each for each in was if each not in now], [each for each in now if each not in was]
        if gone or come:
            return ", ".join([*(f"+ {each}" for each in come), *(f"- {each}" for each in gone)])
    return f"{_shown(was)} → {_shown(now)}"


def _shown(said: Says | None) -> str:
    if isinstance(said, tuple):
        return ", ".join(said)
    return _NOTHING if said is None else said
