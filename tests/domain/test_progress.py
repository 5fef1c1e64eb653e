"""What follows when a task ends: branches, returns, ends, and joins that open once, for the last to arrive."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_office import WORKFLOW, changed, data

from domain.errors import Refused
from domain.progress import Advance, advance
from domain.roles import Lane
from domain.workflow import End, LaneWorkflow, Workflow


def small(changes: dict[str, Any] | None = None, lane: Lane = Lane.MANUAL) -> LaneWorkflow:
    """receive → (enter + identify) → verify → (decide) → make → hand_over, or tell online."""
    return Workflow.model_validate(changed(data(WORKFLOW), changes or {})).in_lane(lane)


ON_TIME: dict[str, Any] = {"late": False}


def test_an_outcome_opens_parallel_steps_and_accepts() -> None:
    assert advance(small(), "receive", "complete", facts=ON_TIME) == Advance(opens=("enter", "identify"), accepts=True)


def test_a_join_waits_for_the_last_to_arrive_whichever_that_is() -> None:
    workflow = small()
    assert advance(workflow, "enter", "entered", facts=ON_TIME, others=["identify"]) == Advance()
    assert advance(workflow, "identify", "match", facts=ON_TIME) == Advance(opens=("verify",))
    assert advance(workflow, "identify", "match", facts=ON_TIME, others=["enter"]) == Advance()
    assert advance(workflow, "enter", "entered", facts=ON_TIME) == Advance(opens=("verify",))


def test_a_join_waits_for_a_branch_that_the_applicant_holds_up() -> None:
    after = advance(small(), "identify", "mismatch", facts=ON_TIME, others=["enter"])
    assert after == Advance(resume="identify")
    assert advance(small(), "enter", "entered", facts=ON_TIME, others=["identify"]) == Advance()


def test_a_step_sent_back_before_a_join_goes_on_without_the_branch_that_is_done() -> None:
    assert advance(small(), "verify", "returned", facts=ON_TIME) == Advance(opens=("enter",))
    assert advance(small(), "enter", "entered", facts=ON_TIME, done=["identify", "verify"]) == Advance(
        opens=("verify",)
    )


def test_the_first_branch_that_holds_is_taken() -> None:
    assert advance(small(), "verify", "approved", facts={"late": True}).opens == ("decide",)
    assert advance(small(), "verify", "approved", facts={"late": False}).opens == ("make",)
    assert advance(small(), "verify", "approved", facts={}).opens == ("make",)


def test_each_lane_goes_its_own_way() -> None:
    assert advance(small(lane=Lane.ONLINE), "make", "made", facts=ON_TIME).opens == ("tell",)
    assert advance(small(), "make", "made", facts=ON_TIME).opens == ("hand_over",)


def test_an_end_is_an_end() -> None:
    assert advance(small(), "verify", "rejected", facts=ON_TIME) == Advance(end=End.REJECTED)
    assert advance(small(), "hand_over", "handed_over", facts=ON_TIME) == Advance(end=End.ISSUED)


def test_an_outcome_that_is_not_declared_is_refused_with_those_that_are() -> None:
    with pytest.raises(Refused) as refusal:
        advance(small(), "verify", "fine", facts=ON_TIME)
    assert refusal.value.allowed == "approved, returned, rejected"


def test_an_outcome_without_a_way_for_these_facts_is_refused() -> None:
    workflow = small({"steps.verify.on.approved": [{"when": {"late": [True]}, "to": "decide"}]})
    with pytest.raises(Refused, match="no way on"):
        advance(workflow, "verify", "approved", facts=ON_TIME)


def test_a_step_that_happens_once_is_passed_over_the_second_time() -> None:
    workflow = small({"steps.decide.once": True})
    assert advance(workflow, "verify", "approved", facts={"late": True}, done=["enter"]).opens == ("decide",)
    assert advance(workflow, "verify", "approved", facts={"late": True}, done=["decide"]).opens == ("make",)


@given(order=st.permutations(["enter", "identify", "photo"]))
def test_a_join_of_three_opens_exactly_once_in_any_order(order: list[str]) -> None:
    photo = {"human": "siak_operator", "title": {"id": "Foto", "en": "Photo"}, "duty": "x", "regulation": "y",
             "on": {"taken": "verify"}}  # fmt: skip
    workflow = small({
        "steps.photo": photo,
        "steps.receive.on.complete": {"to": ["enter", "identify", "photo"], "accepts": True},
        "steps.verify.waits_for": ["enter", "identify", "photo"],
    })  # fmt: skip
    outcomes = {"enter": "entered", "identify": "match", "photo": "taken"}
    live = list(advance(workflow, "receive", "complete", facts=ON_TIME).opens)
    opened: list[str] = []
    for step in order:
        live.remove(step)
        after = advance(workflow, step, outcomes[step], facts=ON_TIME, others=live)
        opened += after.opens
    assert opened == ["verify"]
