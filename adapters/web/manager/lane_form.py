"""The times, ladders and watch of one's own lane in a form: another view of the text that the editor shows.

What a form changes is written into that text and nothing else of it moves (`adapters.config.yaml_edit`), so the
preview, its marks and applying are the editor's own. A field is called as the file's checker calls its place, and so
the checker's words stand at their fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path as FilePath
from typing import Any

from adapters.config.yaml_edit import Drop, Put, edited
from adapters.config.yaml_file import parse_yaml, written
from adapters.web.manager.escalations import action_words
from adapters.web.titles import step_title, type_title
from adapters.web.words import gettext as _
from domain.checks.escalation import ACTIONS
from domain.clock import ClockKind
from domain.errors import Problem
from domain.ladder import Place, Rung
from domain.roles import Lane
from lanes.office import Office

EVERY = "all"
"""The part of the form that is about every document type; the others are called by their codes."""
SPARE = 2  # empty rungs at the end of a ladder
_LONGEST = 60
_TIMES = ("target", "limit", "answer", "human", "automatic")
Path = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A field: its name in form and file, its value, what holds while it is empty, and what is wrong with it."""

    id: str
    label: str
    value: str
    hint: str = ""
    problem: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RungShown:
    """A rung: where it stands, and each thing that it can do with whether it does."""

    at: Field
    do: str
    actions: Sequence[tuple[str, str, bool]]
    problem: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LadderShown:
    """A ladder of a kind of clock; `own` where the file names one here."""

    id: str
    title: str
    rungs: Sequence[RungShown]
    own: bool
    problem: str


class LaneForm:
    """A part of a lane file's text as a form; what the checker says of it stands at its fields. Raises ConfigError for
    a text that cannot be read."""

    def __init__(
        self, office: Office, lane: Lane, text: str, part: str, problems: Sequence[Problem] = ()
    ) -> None:  # fmt: skip
        self._office, self._lane, self._text = office, lane, text
        self._data = parse_yaml(text, f"{lane}.yaml")
        self.part = part if part in office.config.workflows else EVERY
        self._problems = [each for each in problems if FilePath(each.file).name == f"{lane}.yaml"]
        self._others = [each for each in problems if each not in self._problems]

    @property
    def _where(self) -> Path:
        return ("default",) if self.part == EVERY else ("types", self.part)

    def times(self) -> list[Field]:
        """The times of the whole and of steps in general."""
        words = {"target": _("Target for the whole"), "limit": _("Limit for the whole"),
                 "answer": _("The applicant's time to answer"), "human": _("A step of a person"),
                 "automatic": _("A step of the system")}  # fmt: skip
        names = [name for name in _TIMES if self.part != EVERY or name != "limit"]
        return [self._field(("sla", *self._where, name), words[name], self._else(name)) for name in names]

    def steps(self) -> list[Field]:
        """The time of each step, by name."""
        workflows = self._office.config.workflows
        chosen = list(workflows.values()) if self.part == EVERY else [workflows[self.part]]
        human = {
            name: step.human is not None for each in chosen for name, step in each.in_lane(self._lane).steps.items()
        }
        return [
            self._field(("sla", *self._where, "steps", name), step_title(self._office, self._lane, name),
                        self._else("human" if a_persons else "automatic", name))
            for name, a_persons in human.items()
        ]  # fmt: skip

    def types(self) -> list[tuple[str, str, str, list[Field]]]:
        """Each document type: its code, title and statutory limit, with its target and limit."""
        if self.part != EVERY:
            return []
        labels = {"target": _("Target"), "limit": _("Limit")}
        return [
            (code, type_title(self._office, code), workflow.limit,
             [self._field(("sla", "types", code, name), label) for name, label in labels.items()])
            for code, workflow in sorted(self._office.config.workflows.items())
        ]  # fmt: skip

    def ladders(self) -> list[LadderShown]:
        """The ladder of each kind of clock."""
        words = {
            ClockKind.STEP: _("One step"),
            ClockKind.TARGET: _("The whole, against its target"),
            ClockKind.LIMIT: _("The whole, against its limit"),
            ClockKind.ANSWER: _("The applicant's answer"),
        }
        found = []
        for kind, title in words.items():
            path = ("escalation", *self._where, kind.value)
            own = self._at(path)
            rungs = own if isinstance(own, list) else []
            found.append(LadderShown(
                id=written(path), title=title, own=bool(rungs), problem=self._problem(path, alone=True),
                rungs=[self._rung(path, place, kind) for place in range(len(rungs) + SPARE)],
            ))  # fmt: skip
        return found

    def watch(self) -> list[Field]:
        """How often the lane is looked through, and when the morning's list comes."""
        if self.part != EVERY:
            return []
        return [self._field(("watch", "every"), _("How often the lane is looked through")),
                self._field(("watch", "digest"), _("When the morning's list is sent"), "07:30")]  # fmt: skip

    def parts(self) -> list[tuple[str, str, bool]]:
        """The parts there are: their names, titles, and whether the file says something of their own there."""
        own = {code for place in ("sla", "escalation") if isinstance(found := self._at((place, "types")), dict)
               for code in found}  # fmt: skip
        types = [(code, type_title(self._office, code), code in own) for code in sorted(self._office.config.workflows)]
        return [(EVERY, _("Every document type"), False), *types]

    def elsewhere(self, shown: Sequence[str]) -> list[tuple[str, str]]:
        """What is wrong at none of the fields shown, each with its place in the files."""
        own = [each for each in self._problems if not any(_within(each.path, name) for name in shown)]
        return [(f"{FilePath(each.file).name}, {_('Line %(line)s') % {'line': each.line}}, {each.path}", each.problem)
                for each in (*own, *self._others)]  # fmt: skip

    def written(self, form: Any) -> str:
        """The text with what a form of this part says where it says something else."""
        changes: list[Put | Drop] = []
        for path in self._paths():
            given = form.get(written(path))
            if isinstance(given, str) and (value := given.strip()[:_LONGEST]) != _text(self._at(path)):
                changes.append(Put(path, value) if value else Drop(path))
        for kind in ClockKind:
            changes += self._climbed(("escalation", *self._where, kind.value), form)
        return edited(self._text, changes)

    def _paths(self) -> Iterator[Path]:
        for field in (*self.times(), *self.steps(), *self.watch(), *(each for row in self.types() for each in row[3])):
            yield tuple(field.id.split("."))

    def _climbed(self, path: Path, form: Any) -> Iterator[Put | Drop]:
        """What a form changes of a ladder: rungs changed, taken away where their place is empty, and new ones each at
        its height."""
        own = self._at(path)
        rungs: list[Any] = own if isinstance(own, list) else []
        gone, stay = [], list[str]()
        for place, rung in enumerate(rungs):
            at, do = self._given(form, (*path, place))
            known = rung if isinstance(rung, dict) else {}
            if at is None:
                stay.append(_text(known.get("at")))
            elif not at:
                gone.append(place)
            else:
                stay.append(at)
                if at != _text(known.get("at")):
                    yield Put((*path, place, "at"), at)
                had = known.get("do") if isinstance(known.get("do"), list) else []
                if set(do) != set(map(str, had or [])):
                    yield Put((*path, place, "do"), [*(each for each in had or [] if each in do),
                                                     *(each for each in do if each not in (had or []))])  # fmt: skip
        for place in reversed(gone):
            yield Drop((*path, place))
        for place in range(len(rungs), len(rungs) + SPARE):
            at, do = self._given(form, (*path, place))
            if not at and not do:
                continue
            rung = {"at": at or "", "do": do}
            seat = next((n for n, other in enumerate(stay) if _height(other) > _height(at or "")), len(stay))
            yield Put((*path, seat), rung, insert=True) if stay else Put(path, [rung])
            stay.insert(seat, at or "")

    @staticmethod
    def _given(form: Any, path: Path) -> tuple[str | None, list[str]]:
        at = form.get(written((*path, "at")))
        do = [str(each)[:_LONGEST] for each in form.getlist(written((*path, "do")))]
        return (at.strip()[:_LONGEST] if isinstance(at, str) else None), do

    def _rung(self, path: Path, place: int, kind: ClockKind) -> RungShown:
        does = self._at((*path, place, "do"))
        does = [str(each) for each in does] if isinstance(does, list) else []
        known = [each.value for each in ACTIONS[kind]]
        offered = [
            *known,
            *(each for each in does if each not in known),
        ]  # what makes no sense here is seen and unticked
        return RungShown(
            at=self._field((*path, place, "at"), _("When")), do=written((*path, place, "do")),
            actions=[(each, action_words(each), each in does) for each in offered],
            problem=self._problem((*path, place, "do")),
        )  # fmt: skip

    def _field(self, path: Path, label: str, otherwise: str = "") -> Field:
        return Field(id=written(path), label=label, value=_text(self._at(path)), hint=otherwise,
                     problem=self._problem(path))  # fmt: skip

    def _else(self, name: str, step: str = "") -> str:
        """What holds where a time is not named."""
        places: list[Path] = []
        if step:
            places += [("sla", "default", "steps", step)] * (self.part != EVERY)
            places += [("sla", "types", self.part, name)] * (self.part != EVERY)
        if step or self.part != EVERY:
            places.append(("sla", "default", name))
        found = next((_text(self._at(each)) for each in places if self._at(each) is not None), "")
        return found or (self._office.config.workflows[self.part].limit if name == "limit" else "")

    def _at(self, path: Path) -> Any:
        found: Any = self._data
        for part in path:
            if isinstance(found, dict):
                found = found.get(part)
            elif isinstance(found, list) and isinstance(part, int) and part < len(found):
                found = found[part]
            else:
                return None
        return found

    def _problem(self, path: Path, *, alone: bool = False) -> str:
        name = written(path)
        said = [each for each in self._problems if each.path == name or (not alone and _within(each.path, name))]
        return "; ".join(f"{each.problem} ({each.allowed})" if each.allowed else each.problem for each in said)


def _within(path: str, name: str) -> bool:
    return path == name or path.startswith((f"{name}.", f"{name}["))


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, (dict, list)) else str(value)


def _height(at: str) -> Place:
    """Where a rung stands; one that cannot be read above all others."""
    try:
        return Rung.read(at, (), working_day=timedelta(hours=7)).place(timedelta(hours=7))
    except ValueError:
        return (101, timedelta())
