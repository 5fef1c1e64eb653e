"""What people decide: how often a step ends in another way than its way on, and what they then write.

Everything is drawn from the seed, the application's index, the step and how often it was done, so that it does not
hang on who works when: the same seed gives the same files, mistakes and decisions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from adapters.demo.applicants import Case
from adapters.demo.forms import filled_in
from domain.dossier import Dossier
from domain.workflow import End, Step, Workflow
from lanes.case import Deficiency

#: How often a step ends otherwise, by step and outcome. What stands nowhere ends in the step's way on.
OTHERWISE: Final[Mapping[str, Mapping[str, float]]] = {
    "receive": {"incomplete": 0.04, "cancelled": 0.005},
    "clear_identity": {"confirmed": 0.15, "rejected": 0.03},
    "enter": {"incomplete": 0.01},
    "verify": {"returned": 0.03, "incomplete": 0.01, "rejected": 0.015},
    "approve": {"returned": 0.015, "rejected": 0.005},
    "sign": {"returned": 0.005},
    "decide_late": {"refused": 0.08},
    "print_card": {"spoiled": 0.03},
    "record_biometrics": {"unreadable": 0.05},
    "review_duplicate": {"duplicate": 0.2},
    "review_holder": {"other_person": 0.1},
    "handover": {"faulty": 0.01, "uncollected": 0.01, "mismatch": 0.01},
    "deliver": {"not_home": 0.15, "refused": 0.01},
    "deliver_again": {"not_home": 0.3},
    "pickup": {"faulty": 0.01},
    "withdraw_extract": {"not_received": 0.1},
}
MISSING_PAPERS: Final = 0.14  # of the files lack a paper when they are handed in
MISSPELT: Final = 0.03  # of the applicants write their name otherwise than the register
WITHDRAWN: Final = 0.01
NEVER_BACK: Final = 0.2  # of the returned are not heard of again
PRESSING: Final = 0.03  # of the files have a reason to be served before their turn
_MOST: Final = 2  # after so many tries a step ends well: nobody's file goes round for ever
_REASON: Final = "Tidak memenuhi persyaratan (contoh)."
_NOTE: Final = "Pindaian tidak terbaca (contoh)."


@dataclass(slots=True)
class File:
    """What the simulation knows about a dossier that the office does not: the truth, and what will happen.
    `never_back`: whoever it is will not send what is missing."""

    index: int
    code: str
    case: Case
    never_back: bool = False
    tracking: str = ""
    missing: tuple[str, ...] = ()
    right_name: str | None = None  # set while the name in the file is misspelt
    done: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """How a task ends."""

    outcome: str
    values: Mapping[str, Any] = field(default_factory=dict)
    deficiencies: Sequence[Deficiency] = ()
    reason: str = ""


def drawn(seed: int, *what: object) -> Random:
    """A source of chance for one thing, the same at every run with this seed."""
    return Random(":".join(map(str, (seed, *what))))  # noqa: S311 - a demo, no secrets


def decide(file: File, workflow: Workflow, step: str, node: Step, dossier: Dossier, *, seed: int) -> Decision:
    """How this person ends this task."""
    draw = drawn(seed, file.index, step, file.done[step])
    file.done[step] += 1
    outcome = _outcome(file, step, node, draw)
    branches = node.on[outcome].branches
    if any(branch.return_to for branch in branches):
        asked = workflow.in_lane(dossier.lane).requirements(dossier.facts)
        items = file.missing or (asked[0].id if asked else "other",)
        note = "" if file.missing else _NOTE
        return Decision(outcome=outcome, deficiencies=[Deficiency(item=item, note=note) for item in items])
    if any(branch.end in (End.REJECTED, End.CANCELLED) for branch in branches):
        return Decision(outcome=outcome, reason=_REASON)
    values = filled_in(workflow, node.asked_for(outcome), dossier, file.case.born, draw)
    if outcome != node.way_on:
        return Decision(outcome=outcome, values=values)
    if step == "clear_identity" and file.right_name:
        values["applicant_name"], file.right_name = file.right_name, None
    return Decision(outcome=outcome, values=values)


def _outcome(file: File, step: str, node: Step, draw: Random) -> str:
    if step == "receive" and file.missing:
        return "incomplete"
    luck = draw.random()
    if file.done[step] <= _MOST:
        for outcome, share in OTHERWISE.get(step, {}).items():
            if luck < share and outcome in node.on:
                return outcome
            luck -= share
    return node.way_on
