"""Whom a rung reaches, whatever is missing on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_office import OFFICE, data, lane_text

from domain.escalation import Reached, Staff, reached
from domain.ladder import STAFF, RungAction
from domain.lane import LaneRules
from domain.office import OfficeSpec

STAFF_HERE = Staff.of(LaneRules.model_validate(data(lane_text("online"))), OfficeSpec.model_validate(data(OFFICE)))


def told(action: RungAction, staff: Staff = STAFF_HERE, holder: str | None = "on.entry") -> Reached:
    return reached(action, staff, holder=holder, lead="on.front")


def test_each_action_speaks_to_the_one_it_names() -> None:
    assert [told(action).person for action in STAFF] == ["on.entry", "on.front", "on.boss", "kepala"]
    assert {told(action).instead_of for action in STAFF} == {None}


def test_who_does_not_work_here_any_more_is_passed_over_and_it_is_said() -> None:
    gone = replace(STAFF_HERE, known=STAFF_HERE.known - {"on.entry", "on.front"})
    assert told(RungAction.REMIND, gone) == Reached(
        "on.boss", "on.entry does not work here any more; on.front does not work here any more"
    )


def test_a_person_who_is_passed_over_twice_is_named_once() -> None:
    away = replace(STAFF_HERE, away=frozenset({"on.front"}))
    assert told(RungAction.REMIND, away, "on.front") == Reached("on.boss", "on.front is absent")


@pytest.mark.parametrize("action", STAFF)
def test_somebody_hears_whoever_is_away(action: RungAction) -> None:
    nobody = replace(STAFF_HERE, away=STAFF_HERE.known)
    assert told(action, nobody).person == "kepala"
    assert str(told(action, nobody).instead_of).endswith("nobody is present")


def test_what_tells_nobody_of_the_office_is_refused() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        told(RungAction.RAISE_PRIORITY)
