"""The online lane promises nobody less than the walk-in lane does, unless for a reason and until a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from small_office import OFFICE, WORKFLOW, changed, data, lane_text

from domain.checks.parity import online_promises_no_less
from domain.lane import LaneRules
from domain.lane_check import Surroundings
from domain.office import OfficeSpec
from domain.roles import Lane
from domain.workflow import Workflow

TODAY = date(2026, 3, 3)
EXEMPT = {"exempt": {"LHR": {"reason": "new readers", "until": "2026-03-03"}}}


def told(online: dict[str, Any], manual: dict[str, Any], today: date | None = TODAY) -> list[tuple[str, str]]:
    """Where and what is told of lanes with these changes."""
    lanes = {lane: LaneRules.model_validate(changed(data(lane_text(lane.value)), changes))
             for lane, changes in ((Lane.ONLINE, online), (Lane.MANUAL, manual))}  # fmt: skip
    around = Surroundings(
        office=OfficeSpec.model_validate(data(OFFICE)), workflows={"LHR": Workflow.model_validate(data(WORKFLOW))},
        codes={"LHR"}, calendars={"hours"}, others=[lanes[Lane.MANUAL]], today=today,
    )  # fmt: skip
    assert list(online_promises_no_less(lanes[Lane.MANUAL], around)) == []
    found = online_promises_no_less(lanes[Lane.ONLINE], around)
    return [(".".join(map(str, each.path)), each.problem) for each in found]


LONGER = "the target 9wd of LHR is longer than the walk-in lane's 8wd"


@pytest.mark.parametrize(
    ("online", "manual", "findings"),
    [
        ({}, {}, []),
        ({"sla.types.LHR.target": "8wd"}, {"sla.types.LHR.target": "8wd"}, []),
        ({"sla.types.LHR.target": "9wd"}, {"sla.types.LHR.target": "8wd"}, [("sla.types.LHR.target", LONGER)]),
        ({"sla.default.target": "9wd"}, {"sla.default.target": "8wd"}, [("sla.default.target", LONGER)]),
        ({}, {"sla.types.LHR.limit": "19wd"},
         [("sla.types.LHR.limit", "the limit 20wd of LHR is longer than the walk-in lane's 19wd")]),
        ({"sla.types.LHR.target": "7d"}, {"sla.types.LHR.target": "5wd"}, []),  # five working days are a week
        ({"sla.types.LHR.target": "8d"}, {"sla.types.LHR.target": "5wd"},
         [("sla.types.LHR.target", "the target 8d of LHR is longer than the walk-in lane's 5wd")]),
        ({"sla.types.LHR.target": "9wd", "parity": EXEMPT}, {"sla.types.LHR.target": "8wd"}, []),
    ],
)  # fmt: skip
def test_a_longer_promise_is_refused_unless_exempted(
    online: dict[str, Any], manual: dict[str, Any], findings: list[tuple[str, str]]
) -> None:
    assert told(online, manual) == findings


def test_an_exemption_ends_after_its_last_day() -> None:
    online, manual = {"sla.types.LHR.target": "9wd", "parity": EXEMPT}, {"sla.types.LHR.target": "8wd"}
    assert told(online, manual, today=date(2026, 3, 4)) == [
        ("sla.types.LHR.target", f"{LONGER}, and its exemption ended on 2026-03-03")
    ]
    assert told(online, manual, today=None) == [], "rules in force go on when an exemption in them ends"
