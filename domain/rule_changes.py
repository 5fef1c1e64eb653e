"""What two sets of a lane's rules promise, and where they promise different things."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from domain.calendar import WorkingCalendar
from domain.clock import ClockKind
from domain.duration import Budget
from domain.hindsight import Promise
from domain.lane import LaneRules
from domain.ordinary_week import OrdinaryWeek
from domain.rules_diff import differences
from domain.workflow import Workflow

_UNNAMED = ""
"""Stands for a step that neither lane file names."""


class Promises:
    """A lane's rules and its calendar, as the promises they make."""

    def __init__(self, rules: LaneRules, calendar: WorkingCalendar) -> None:
        self.rules, self.calendar = rules, calendar
        self._made: dict[Budget, Promise] = {}

    def whole(self, code: str, statutory: str) -> Promise:
        """What is promised for a whole dossier: the target, or the limit where there is none."""
        return self._promise(self.rules.promise(code, statutory))

    def target(self, code: str) -> Promise | None:
        """The softer promise for a whole dossier."""
        budget = self.rules.target(code)
        return None if budget is None else self._promise(budget)

    def limit(self, code: str, statutory: str) -> Promise:
        """The hard promise for a whole dossier; `statutory` is its workflow's."""
        return self._promise(self.rules.limit(code, statutory))

    def step(self, code: str, step: str, *, human: bool) -> Promise:
        """The time of one step."""
        return self._promise(self.rules.step_budget(code, step, human=human))

    def of(self, kind: ClockKind, code: str, statutory: str, step: str, *, human: bool) -> Promise:
        """What a clock of this kind is given."""
        return self._promise(self.rules.budget(kind, code, statutory, step=step, human=human))

    def _promise(self, budget: Budget) -> Promise:
        return self._made.get(budget) or self._made.setdefault(budget, Promise(budget, self.calendar))


@dataclass(frozen=True, kw_only=True, slots=True)
class PromiseChange:
    """A promise with another text than before: of which document type and kind of clock, of which step ("": the whole,
    or a step that no file names); None where there is none."""

    code: str
    kind: ClockKind
    step: str
    before: str | None
    after: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """Where two sets of rules differ: in which promises, whether in the calendar, and line by line in the `others`,
    teams and those who come into them or go among them.

    `working_day` and `open_minutes` (of an ordinary week) are told before and after, also when they stay the same:
    they say what a promise is worth whose words do not change.
    """

    promises: tuple[PromiseChange, ...]
    calendar: bool
    others: tuple[str, ...]
    working_day: tuple[str, str]
    open_minutes: tuple[int, int]

    @property
    def any(self) -> bool:
        """Whether anything differs."""
        return bool(self.promises or self.calendar or self.others)


def changes(before: Promises, after: Promises, workflows: Mapping[str, Workflow]) -> Changes:
    """What differs, in the order of document types."""
    lines = differences((before.rules, before.calendar.spec), (after.rules, after.calendar.spec))
    return Changes(
        promises=tuple(each for code in sorted(workflows) for each in _promises(before, after, workflows[code])),
        calendar=before.calendar.spec != after.calendar.spec,
        others=tuple(each for each in lines if not each.startswith(("sla.", "calendar."))),
        working_day=(before.rules.working_day, after.rules.working_day),
        open_minutes=(_open_minutes(before), _open_minutes(after)),
    )  # fmt: skip


def moves_due_times(before: Promises, after: Promises, workflow: Workflow) -> bool:
    """Whether a dossier of this type could get any other due time."""
    return any(old is None or new is None or not old.says_the_same(new)
               for _, _, old, new in _pairs(before, after, workflow) if (old, new) != (None, None))  # fmt: skip


def _promises(before: Promises, after: Promises, workflow: Workflow) -> Iterator[PromiseChange]:
    for kind, step, old, new in _pairs(before, after, workflow):
        if _said(old) != _said(new):
            yield PromiseChange(code=workflow.code, kind=kind, step=step, before=_said(old)[0], after=_said(new)[0])


def _open_minutes(promises: Promises) -> int:
    return OrdinaryWeek(promises.calendar.spec).open // timedelta(minutes=1)


def _said(promise: Promise | None) -> tuple[str | None, int]:
    """A promise's words and what they come to: a `1wd` is another time where a working day is."""
    return (None, 0) if promise is None else (promise.budget.text, promise.amount)


_Pair = tuple[ClockKind, str, Promise | None, Promise | None]


def _pairs(before: Promises, after: Promises, workflow: Workflow) -> Iterator[_Pair]:
    code, statutory = workflow.code, workflow.limit
    yield ClockKind.TARGET, "", before.target(code), after.target(code)
    yield ClockKind.LIMIT, "", before.limit(code, statutory), after.limit(code, statutory)
    old, new = (each.of(ClockKind.ANSWER, code, statutory, "", human=False) for each in (before, after))
    yield ClockKind.ANSWER, "", old, new
    steps = workflow.in_lane(before.rules.lane).steps
    human = {name: step.human is not None for name, step in sorted(steps.items())}
    for name, by_person in {**human, _UNNAMED: True}.items():
        old, new = (each.step(code, name, human=by_person) for each in (before, after))
        yield ClockKind.STEP, name, old, new
