"""Both machines of statuses, over every pair: what is declared leads on, and the complement is refused in words."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from itertools import product

import pytest

from domain.dossier import (
    CLOSED,
    DOSSIER_TRANSITIONS,
    LIVE_TASK,
    TASK_TRANSITIONS,
    DossierStatus,
    TaskStatus,
    _Transitions,
    dossier_after,
    task_after,
)
from domain.errors import Refused
from domain.status_words import DOSSIER_ACT, DOSSIER_IS, STEP_ACT, STEP_IS

Machine = tuple[type[StrEnum], tuple[tuple[str, list[str], str], ...], Callable[..., StrEnum]]
MACHINES: tuple[Machine, ...] = (
    (DossierStatus, DOSSIER_TRANSITIONS, dossier_after),
    (TaskStatus, TASK_TRANSITIONS, task_after),
)
WORDS = {
    DossierStatus: ("dossier", DOSSIER_IS, DOSSIER_ACT, DOSSIER_TRANSITIONS),
    TaskStatus: ("step", STEP_IS, STEP_ACT, TASK_TRANSITIONS),
}
PAIRS = [
    (after, status, trigger, target if status in sources else None)
    for states, rows, after in MACHINES
    for status, (trigger, sources, target) in product(states, rows)
]


@pytest.mark.parametrize(
    ("after", "status", "trigger", "target"), [p for p in PAIRS if p[3]], ids=lambda v: getattr(v, "__name__", str(v))
)
def test_a_declared_pair_leads_on(after: Callable[..., StrEnum], status: StrEnum, trigger: str, target: str) -> None:
    assert after(status, trigger) == target


@pytest.mark.parametrize(
    ("after", "status", "trigger"), [p[:3] for p in PAIRS if not p[3]], ids=lambda v: getattr(v, "__name__", str(v))
)
def test_every_other_pair_is_refused_with_what_is_allowed(
    after: Callable[..., StrEnum], status: StrEnum, trigger: str
) -> None:
    with pytest.raises(Refused) as refusal:
        after(status, trigger)
    assert refusal.value.code == "wrong_status"
    name, is_, act, rows = WORDS[type(status)]
    assert refusal.value.message.startswith(f"The {name} {is_[status]}, so it cannot be {act[trigger]}")
    possible = sorted(act[each] for each, sources, _ in rows if status in sources)
    assert refusal.value.allowed == (f"to be {', '.join(possible)}" if possible else "nothing, it is finished")


@pytest.mark.parametrize(
    ("after", "status", "trigger", "sentence"),
    [
        (dossier_after, DossierStatus.WITHDRAWN, "withdraw",
         "The dossier was withdrawn by its applicant, so it cannot be withdrawn again."),
        (dossier_after, DossierStatus.ISSUED, "cancel",
         "The dossier is finished, its document being issued, so it cannot be cancelled."),
        (dossier_after, DossierStatus.IN_PROCESS, "resubmit",
         "The dossier is being processed, so it cannot be completed by the applicant."),
        (task_after, TaskStatus.OPEN, "release", "The step is not taken by anybody yet, so it cannot be given back."),
        (task_after, TaskStatus.DONE, "complete", "The step is done, so it cannot be completed again."),
        (task_after, TaskStatus.CLAIMED, "retry", "The step is taken by somebody, so it cannot be tried again."),
    ],
)  # fmt: skip
def test_a_refusal_is_a_sentence_a_clerk_understands(
    after: Callable[..., StrEnum], status: StrEnum, trigger: str, sentence: str
) -> None:
    with pytest.raises(Refused) as refusal:
        after(status, trigger)
    assert refusal.value.message == sentence


def test_a_trigger_nobody_declared_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError, match="evaporate"):
        dossier_after(DossierStatus.SUBMITTED, "evaporate")


@pytest.mark.parametrize(("states", "rows", "after"), MACHINES, ids=["dossier", "task"])
def test_every_status_is_reached_and_only_ends_have_no_way_on(
    states: type[StrEnum], rows: tuple[tuple[str, list[str], str], ...], after: Callable[..., StrEnum]
) -> None:
    starts = {"submitted"} if states is DossierStatus else {"open", "waiting", "ready"}
    assert starts | {target for _, _, target in rows} == set(states)
    ends = {status for status in states if not any(status in sources for _, sources, _ in rows)}
    assert ends == (set(CLOSED) if states is DossierStatus else set(states) - LIVE_TASK)


def test_a_machine_that_names_an_unknown_status_is_not_made() -> None:
    with pytest.raises(ValueError, match=r"unknown states \['melted'\]"):
        _Transitions("dossier", DossierStatus, (("melt", ["submitted"], "melted"),), DOSSIER_IS, DOSSIER_ACT)
