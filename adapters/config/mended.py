"""What can still be said about a file that has a wrong value in it: its other parts, read without that value.

Else a slip in one line would hide the unknown names in all the others, and a manager would be told of them one repair
after another. What such a file says is looked at for names only, and never used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from adapters.config.yaml_file import Table
from domain.checks.finding import Finding
from domain.checks.form import model_at
from domain.form import FormField, Requirement
from domain.lane import LaneRules, OutOfTurn, SlaRules, Team, Watch
from domain.office import OfficeSpec, Person, StockItem
from domain.workflow import Step, Workflow

M = TypeVar("M", bound=BaseModel)
Path = tuple[str | int, ...]

#: A wrong leaf, then the list it left empty, then what needed that list: more rounds mean a file beyond reading.
ROUNDS = 8
_TEXT = {"id": "-", "en": "-"}
#: For required values, what stands in so that the rest beside them can be read; nothing is ever told of these places.
#: Chosen so that no rule trips over them: the head's role serves both lanes, a year is the longest limit.
_STAND_INS: Mapping[type[BaseModel], Mapping[str, Any]] = {
    LaneRules: {
        "title": _TEXT, "channels": ["nothing_stands_here"], "calendar": "nothing_stands_here", "working_day": "7h",
        "manager": "nobody.stands.here", "teams": [], "sla": {"default": {}}, "escalation": {"default": {}},
        "out_of_turn": {"reasons": {"NOTHING": _TEXT}}, "watch": {"every": "1m"},
    },
    SlaRules: {"default": {}},
    OutOfTurn: {"reasons": {"NOTHING": _TEXT}},
    Watch: {"every": "1m"},
    Team: {
        "id": "nothing-stands-here", "title": _TEXT, "roles": ["agency_head"], "duty": "-", "regulation": "-",
        "members": [], "lead": "nobody.stands.here",
    },
    OfficeSpec: {
        "name": _TEXT, "city": "-", "city_code": "00.00", "timezone": "UTC", "online_brand": "-",
        "verify_url": "https://", "track_url": "https://", "signatory": {"name": "-", "title": _TEXT}, "stock": {},
        "people": [],
    },
    Person: {"name": "-"},
    StockItem: {"title": _TEXT, "at_start": 0, "warn_below": 0},
    Workflow: {
        "title": _TEXT, "family": "civil_deed", "division": "civil", "limit": "366d", "basis": ["-"],
        "product": {"signed_pdf": "nothing_stands_here"}, "start": "nothing_stands_here", "fields": [],
        "requirements": [], "steps": {},
    },
    FormField: {"title": _TEXT, "type": "text"},
    Requirement: {"title": _TEXT, "shown": {}},
    Step: {
        "title": _TEXT, "on": {"nothing": {"end": "issued"}}, "human": "front_office", "duty": "-", "regulation": "-",
    },
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Mended(Generic[M]):
    """A file's model without its wrong values: `gone` are their places in the file."""

    model: M
    gone: frozenset[Path]

    def placed(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings at their places in the file."""
        for finding in findings:
            yield replace(finding, path=_as_written(finding.path, self.gone))

    def told(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings at their places in the file, without those that only say that something is gone."""
        for finding in self.placed(findings):
            # The short forms of an outcome's branches have places of their own; one wrong part puts all in doubt.
            sure = path[: path.index("branches")] if "branches" in (path := finding.path) else path
            if not any(_related(place, sure) for place in self.gone):
                yield finding


def mended(model: type[M], table: Table, known: Mapping[str, Any]) -> Mended[M] | None:
    """The model of a file that failed validation, without what is wrong in it; None when too little remains.

    `known` has what the file's own name says of its uppermost keys, such as its lane.
    """
    gone: set[Path] = set()
    put: dict[Path, Any] = {}
    for _ in range(ROUNDS):
        data = _without(table, (), gone, put)
        try:
            return Mended(model=model.model_validate(data), gone=frozenset({*gone, *put}))
        except ValidationError as error:
            found = [(_place(data, detail["loc"]), detail) for detail in error.errors(include_url=False)]
        fresh: set[Path] = set()
        for place, detail in found:
            written = _as_written(place, gone)
            missing = _missing(model, data, place, detail, known)
            put.update({(*written, key): value for key, value in missing.items()})
            if not missing:
                fresh.add(written)
        if () in fresh:
            return None
        gone |= fresh
    return None


def _missing(
    model: type[BaseModel], data: Any, place: Path, detail: ErrorDetails, known: Mapping[str, Any]
) -> dict[str, Any]:
    """What can stand in for what the mapping at `place` lacks; empty when the mapping itself is wrong."""
    if detail["type"] not in ("missing", "value_error"):
        return {}
    owner = model_at(model, place)
    here = data
    for part in place:
        here = here[part]
    if owner is None or not isinstance(here, Mapping):
        return {}
    stand_ins = {**_STAND_INS.get(owner, {}), **(known if not place else {})}
    if detail["type"] == "missing":
        stand_ins = {key: value for key, value in stand_ins.items() if key == detail["loc"][-1]}
    elif "automatic" in here:
        return {}
    return {key: value for key, value in stand_ins.items() if key not in here}


def _without(value: Any, here: Path, gone: set[Path], put: Mapping[Path, Any]) -> Any:
    if isinstance(value, Mapping):
        kept = {k: _without(v, (*here, k), gone, put) for k, v in value.items() if (*here, k) not in gone}
        return {**kept, **{str(place[-1]): it for place, it in put.items() if place[:-1] == here}}
    if isinstance(value, list):
        return [_without(v, (*here, n), gone, put) for n, v in enumerate(value) if (*here, n) not in gone]
    return value


def _place(data: Any, loc: Path) -> Path:
    """The deepest written part that an error's path leads to. An outcome's short forms lack `branches` and more."""
    here: Any = data
    place: Path = ()
    for part in loc:
        key = "choose" if part == "branches" and isinstance(here, Mapping) and "choose" in here else part
        there = here.keys() if isinstance(here, Mapping) else range(len(here)) if isinstance(here, list) else ()
        if key in there:
            here, place = here[key], (*place, key)
        elif key != "branches" and not (isinstance(key, int) and isinstance(here, Mapping)):
            break
    return place


def _as_written(path: Path, gone: Iterable[Path]) -> Path:
    """A path in the mended data as a path in the file, where removed items still count."""
    written: Path = ()
    for part in path:
        number = part
        if isinstance(number, int):
            for place in sorted(int(each[-1]) for each in gone if each[:-1] == written and isinstance(each[-1], int)):
                number += place <= number
        written = (*written, number)
    return written


def _related(one: Path, other: Path) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]
