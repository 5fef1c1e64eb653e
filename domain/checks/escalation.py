"""Rules about ladders: each climbs, does what makes sense for its clock, flags at the due time, and ends at a person.

The end is proved with the very function by which the sweep finds whom it tells, `domain.escalation.reached`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from domain.checks.finding import Finding, listed
from domain.checks.office import Surroundings, unknown_types
from domain.clock import ClockKind
from domain.duration import parse
from domain.escalation import Staff, reached
from domain.ladder import STAFF, Ladder, Rung, RungAction
from domain.lane import LaneRules, RungSpec

Path = tuple[str | int, ...]

HEARD_WITHIN = "2wd"
"""After what fell due somebody of the office hears of it by then, whatever else the ladder says."""
LAST_WITHIN = "30d"
"""A rung further behind the due time than this comes when the dossier is over."""

_OFFICE = (*STAFF, RungAction.RAISE_PRIORITY, RungAction.TELL_APPLICANT)
#: What each clock's ladder may do.
ACTIONS: Mapping[ClockKind, Sequence[RungAction]] = {
    ClockKind.STEP: (*_OFFICE, RungAction.REASSIGN),
    ClockKind.TARGET: _OFFICE,
    ClockKind.LIMIT: _OFFICE,
    ClockKind.ANSWER: (
        RungAction.REMIND_APPLICANT, RungAction.NOTIFY_LEAD, RungAction.NOTIFY_MANAGER, RungAction.NOTIFY_HEAD,
        RungAction.CLOSE,
    ),
}  # fmt: skip


def ladders_are_for_known_types(rules: LaneRules, around: Surroundings) -> Iterator[Finding]:
    return unknown_types(("escalation", "types"), rules.escalation.types, around)


def every_clock_has_a_ladder(rules: LaneRules, _: Surroundings) -> Iterator[Finding]:
    for kind in ClockKind:
        if getattr(rules.escalation.default, kind) is None:
            yield Finding(("escalation", "default"), f"'{kind}' is missing", "a list of rungs: {at: 100%, do: [...]}")
    for path, _kind, specs in _written(rules):
        if not specs:
            yield Finding(path, "the ladder has no rung", "a list of rungs: {at: 100%, do: [...]}")


def rungs_ascend(rules: LaneRules, _: Surroundings) -> Iterator[Finding]:
    for path, _kind, specs in _written(rules):
        ladder = _ladder(specs, rules.day)
        for place, (rung, above) in enumerate(pairwise(ladder), 1):
            if above.place(rules.day) <= rung.place(rules.day):
                problem = f"{above.text} does not come after {rung.text}"
                yield Finding((*path, place, "at"), problem, "each rung later than the one before it")


def actions_make_sense(rules: LaneRules, _: Surroundings) -> Iterator[Finding]:
    for path, kind, specs in _written(rules):
        for place, spec in enumerate(specs):
            for seat, action in enumerate(spec.do):
                where = (*path, place, "do", seat)
                if action not in ACTIONS[kind]:
                    yield Finding(where, f"{action} makes no sense on the {kind} ladder", listed(ACTIONS[kind]))
                elif action in spec.do[:seat]:
                    yield Finding(where, f"{action} is named twice", "each action once")
                elif action is RungAction.CLOSE and place < len(specs) - 1:
                    yield Finding(where, "nothing can follow once the dossier is closed", "close on the last rung only")


def the_due_time_is_a_rung(rules: LaneRules, _: Surroundings) -> Iterator[Finding]:
    for path, kind, specs in _written(rules):
        if kind is not ClockKind.ANSWER and specs and all(spec.at != "100%" for spec in specs):
            problem = "no rung stands at 100%, so nothing would be flagged when it falls due"
            yield Finding(path, problem, "a rung {at: 100%, do: [...]}")


def somebody_stands_at_the_end(rules: LaneRules, around: Surroundings) -> Iterator[Finding]:
    """The last rung of every ladder, and so for every document type, tells somebody of the office or closes the
    dossier: the head, when whoever has the task, the lead and the manager are away."""
    if around.office is None:
        return
    staff = Staff.of(rules, around.office)
    alone = replace(staff, away=staff.known.difference(staff.heads))
    for path, kind, specs in _written(rules):
        if not specs:
            continue
        last = [action for action in specs[-1].do if action in STAFF]
        if not last and RungAction.CLOSE not in specs[-1].do:
            yield Finding((*path, len(specs) - 1, "do"), "the ladder ends and nobody is told", _ends(kind))
        elif last and not _reaches_a_head(last, alone):
            problem = f"{last[0]} reaches nobody when the lead and the manager are away: there is no head of the office"
            yield Finding((*path, len(specs) - 1, "do"), problem, "a person with the role agency_head in office.yaml")


def somebody_hears_in_time(rules: LaneRules, _: Surroundings) -> Iterator[Finding]:
    """Of what falls due, not years later: of the statutory limit, the manager or the head."""
    soon, far = ((100, parse(text).on_the_wall(rules.day)) for text in (HEARD_WITHIN, LAST_WITHIN))
    for path, kind, specs in _written(rules):
        if kind is ClockKind.ANSWER or not specs:
            continue
        ladder = _ladder(specs, rules.day)
        hear = (RungAction.NOTIFY_MANAGER, RungAction.NOTIFY_HEAD) if kind is ClockKind.LIMIT else STAFF
        if not any(set(hear) & set(rung.actions) for rung in ladder if rung.place(rules.day) <= soon):
            problem = f"nobody who must hears of it until more than {HEARD_WITHIN} after it fell due"
            yield Finding(path, problem, f"one of {listed(hear)} on a rung up to +{HEARD_WITHIN}")
        if ladder[-1].place(rules.day) > far:
            problem = f"{ladder[-1].text} is so late that it says nothing any more"
            yield Finding((*path, len(specs) - 1, "at"), problem, f"at most +{LAST_WITHIN}")


def _reaches_a_head(actions: Sequence[RungAction], staff: Staff) -> bool:
    with suppress(ValueError):
        return any(reached(action, staff, holder=None, lead=None).person in staff.heads for action in actions)
    return False


def _ends(kind: ClockKind) -> str:
    allowed = [action for action in ACTIONS[kind] if action in STAFF or action is RungAction.CLOSE]
    return f"one of {listed(allowed)} on the last rung"


def _written(rules: LaneRules) -> Iterator[tuple[Path, ClockKind, Sequence[RungSpec]]]:
    """Every ladder as it stands in the file. A document type that names none has the default's."""
    of_types = [(("types", code), ladders) for code, ladders in rules.escalation.types.items()]
    for path, ladders in ((("default",), rules.escalation.default), *of_types):
        for kind in ClockKind:
            specs: Sequence[RungSpec] | None = getattr(ladders, kind)
            if specs is not None:
                yield ("escalation", *path, kind.value), kind, specs


def _ladder(specs: Sequence[RungSpec], day: timedelta) -> Ladder:
    return tuple(Rung.read(spec.at, spec.do, working_day=day) for spec in specs)
