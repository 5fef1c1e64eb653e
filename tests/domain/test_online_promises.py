"""The online lane promises nobody less than the walk-in lane does, unless for a reason and until a day."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from small_office import OFFICE, WORKFLOW, changed, data, lane_text

from domain.calendar import CalendarSpec
from domain.checks.parity import online_promises_no_less
from domain.checks.promises import a_step_is_hardly_longer_than_the_target, no_step_is_longer_than_the_whole
from domain.lane import LaneRules
from domain.lane_check import Surroundings
from domain.office import OfficeSpec
from domain.ordinary_week import OrdinaryWeek
from domain.roles import Lane
from domain.workflow import Workflow

TODAY = date(2026, 3, 3)
EXEMPT = {"exempt": {"LHR": {"reason": "new readers", "until": "2026-03-03"}}}


def week(*slots: str, days: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri")) -> OrdinaryWeek:
    spec = {"timezone": "Asia/Makassar", "week": dict.fromkeys(days, slots)}
    return OrdinaryWeek(CalendarSpec.model_validate(spec))


COUNTER = week("08:00-12:00", "13:00-16:00")


def told(
    online: dict[str, Any], manual: dict[str, Any], today: date | None = TODAY, hours: OrdinaryWeek | None = COUNTER
) -> list[tuple[str, str]]:
    """Where and what is told of lanes with these changes; the walk-in lane is open as the counter is."""
    lanes = {lane: LaneRules.model_validate(changed(data(lane_text(lane.value)), changes))
             for lane, changes in ((Lane.ONLINE, online), (Lane.MANUAL, manual))}  # fmt: skip
    around = Surroundings(
        office=OfficeSpec.model_validate(data(OFFICE)), workflows={"LHR": Workflow.model_validate(data(WORKFLOW))},
        codes={"LHR"}, calendars={"hours"}, others=[lanes[Lane.MANUAL]], today=today,
        weeks={Lane.MANUAL: COUNTER, **({Lane.ONLINE: hours} if hours else {})},
    )  # fmt: skip
    assert list(online_promises_no_less(lanes[Lane.MANUAL], around)) == []
    found = online_promises_no_less(lanes[Lane.ONLINE], around)
    # How long each takes has a test of its own.
    return [(".".join(map(str, each.path)), re.sub(r": on average [^;]*", "", each.problem)) for each in found]


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
        ({"sla.types.LHR.target": "6d"}, {"sla.types.LHR.target": "5wd"}, []),  # a week, or less when it comes at night
        ({"sla.types.LHR.target": "8d"}, {"sla.types.LHR.target": "5wd"},
         [("sla.types.LHR.target", "the target 8d of LHR is longer than the walk-in lane's 5wd")]),
        ({"sla.types.LHR.target": "9wd", "parity": EXEMPT}, {"sla.types.LHR.target": "8wd"}, []),
        ({"sla.default.answer": "1m"}, {},
         [("sla.default.answer", "the answer 1m of LHR is shorter than the walk-in lane's 14d")]),
        ({"sla.default.answer": "15d"}, {}, []),
    ],
)  # fmt: skip
def test_a_longer_promise_is_refused_unless_exempted(
    online: dict[str, Any], manual: dict[str, Any], findings: list[tuple[str, str]]
) -> None:
    assert told(online, manual) == findings


def test_one_line_is_told_once_for_all_types_it_is_wrong_for() -> None:
    lanes = [LaneRules.model_validate(changed(data(lane_text(name)), {"sla.default.target": target, "sla.types": {}}))
             for name, target in (("online", "9wd"), ("manual", "8wd"))]  # fmt: skip
    workflow = Workflow.model_validate(data(WORKFLOW))
    around = Surroundings(
        office=None, workflows=dict.fromkeys(("LHR", "MTI", "KWN"), workflow), codes={"LHR", "MTI", "KWN"},
        calendars={"hours"}, others=[lanes[1]], weeks={Lane.MANUAL: COUNTER, Lane.ONLINE: COUNTER},
    )  # fmt: skip
    (found,) = online_promises_no_less(lanes[0], around)
    assert found.path == ("sla", "default", "target")
    assert found.problem.endswith("; so too for MTI, KWN")


@pytest.mark.parametrize(
    ("changes", "told_at"),
    [({}, []), ({"sla.types.LHR.steps.receive": "21wd"}, ["sla.types.LHR.steps.receive"]),
     ({"sla.default.human": "3000wh"}, ["sla.default.human"])],
)  # fmt: skip
def test_no_step_may_take_longer_than_the_whole(changes: dict[str, Any], told_at: list[str]) -> None:
    rules = LaneRules.model_validate(changed(data(lane_text("manual")), changes))
    around = Surroundings(office=None, workflows={"LHR": Workflow.model_validate(data(WORKFLOW))}, codes={"LHR"},
                          calendars={"hours"}, weeks={Lane.MANUAL: COUNTER})  # fmt: skip
    assert [".".join(map(str, each.path)) for each in no_step_is_longer_than_the_whole(rules, around)] == told_at


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"sla.types.LHR.target": "3wd"}, []),
     ({"sla.types.LHR.target": "3wd", "sla.types.LHR.steps.receive": "3wd"}, []),
     ({"sla.types.LHR.target": "3wd", "sla.types.LHR.steps.receive": "4wd"},
      [("sla.types.LHR.steps.receive",
        "the 4wd of step receive of LHR is longer than the whole dossier's target, 3wd")])],
)  # fmt: skip
def test_a_step_that_takes_longer_than_what_is_promised_of_the_whole_is_doubted_and_not_refused(
    changes: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    rules = LaneRules.model_validate(changed(data(lane_text("manual")), changes))
    around = Surroundings(office=None, workflows={"LHR": Workflow.model_validate(data(WORKFLOW))}, codes={"LHR"},
                          calendars={"hours"}, weeks={Lane.MANUAL: COUNTER})  # fmt: skip
    found = a_step_is_hardly_longer_than_the_target(rules, around)
    assert [(".".join(map(str, each.path)), each.problem) for each in found] == told
    assert list(no_step_is_longer_than_the_whole(rules, around)) == []


SAME = ({"sla.types.LHR.target": "1wd"}, {"sla.types.LHR.target": "1wd"})


@pytest.mark.parametrize(
    ("hours", "working_day", "kept"),
    [
        (week("07:30-12:00", "13:00-17:00"), "7h", True),
        (week("00:00-24:00"), "7h", True),
        (week("07:30-12:00", "13:00-17:00"), "8h", False),
        (week("09:00-10:00"), "7h", False),
        (week("08:00-12:00", "13:00-16:00", days=("mon", "tue")), "7h", False),
        (week("08:00-12:00", "13:00-16:00"), "24h", False),
        (week("08:00-12:00", "13:00-16:00"), "8h", False),
        (week(), "7h", False),
    ],
)
def test_the_same_words_are_less_where_they_take_longer_by_the_lanes_own_hours(
    hours: OrdinaryWeek, working_day: str, kept: bool
) -> None:
    online, manual = SAME
    found = told({**online, "working_day": working_day, "sla.types.LHR.limit": "1d"}, manual, hours=hours)
    target = ("sla.types.LHR.target", "the target 1wd of LHR is longer than the walk-in lane's 1wd")
    assert found == ([] if kept else [target])


def test_nothing_is_held_to_hours_that_cannot_be_read() -> None:
    assert told({"sla.types.LHR.target": "9wd"}, {"sla.types.LHR.target": "8wd"}, hours=None) == []


def test_an_exemption_ends_after_its_last_day() -> None:
    online, manual = {"sla.types.LHR.target": "9wd", "parity": EXEMPT}, {"sla.types.LHR.target": "8wd"}
    assert told(online, manual, today=date(2026, 3, 4)) == [
        ("sla.types.LHR.target", f"{LONGER}; its exemption ended on 2026-03-03")
    ]
    assert told(online, manual, today=None) == [], "rules in force go on when an exemption in them ends"
