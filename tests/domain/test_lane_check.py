"""Each rule about a lane's own file, by one planted mistake."""

from __future__ import annotations

from typing import Any

import pytest
from small_office import CALENDAR, MESSAGE, OFFICE, WORKFLOW, changed, data, lane_text

from domain.calendar import CalendarSpec
from domain.checks.office import check_message, check_office
from domain.lane import LaneRules
from domain.lane_check import Surroundings, check_lane
from domain.office import MessageSpec, OfficeSpec
from domain.ordinary_week import OrdinaryWeek
from domain.roles import Lane
from domain.workflow import Workflow

ONLINE, MANUAL = data(lane_text("online")), data(lane_text("manual"))


def findings(changes: dict[str, Any]) -> list[tuple[str, str, str]]:
    around = Surroundings(
        office=OfficeSpec.model_validate(data(OFFICE)),
        workflows={"LHR": Workflow.model_validate(data(WORKFLOW))},
        codes=frozenset({"LHR"}),
        calendars=frozenset({"hours"}),
        others=[LaneRules.model_validate(MANUAL)],
        weeks=dict.fromkeys(Lane, OrdinaryWeek(CalendarSpec.model_validate(data(CALENDAR)))),
    )
    found = check_lane(LaneRules.model_validate(changed(ONLINE, changes)), around)
    return [(".".join(map(str, each.path)), each.problem, each.allowed) for each in found]


def test_a_good_lane_has_no_findings() -> None:
    assert findings({}) == []


def test_what_watches_a_lane_may_be_tuned_up_to_its_bounds() -> None:
    parity = {"window": "7d", "every": "1d", "at_least": 50}
    assert findings({"parity": parity, "watch.every": "1h", "capacity.least_share": "25%"}) == []


@pytest.mark.parametrize(
    ("changes", "path", "words", "allowed"),
    [
        ({"calendar": "hour"}, "calendar", "unknown calendar 'hour'; did you mean 'hours'?", "hours"),
        ({"channels": ["web", "counter"]}, "channels.1", "feeds the manual lane too", "one lane"),
        ({"channels": ["web", "web"]}, "channels.1", "named twice", "once"),
        ({"manager": "on.bos"}, "manager", "unknown person 'on.bos'; did you mean 'on.boss'?", "office.yaml"),
        ({"teams.0.lead": "on.frnt"}, "teams.0.lead", "did you mean 'on.front'?", "office.yaml"),
        ({"teams.0.members": ["nobody"]}, "teams.0.members.0", "unknown person 'nobody'", "office.yaml"),
        ({"teams.0.members.1": "mn.front"}, "teams.0.members.1", "works in the manual lane too", "agency_head"),
        ({"manager": "mn.boss"}, "manager", "'mn.boss' works in the manual lane too", "one lane"),
        ({"teams.1.id": "front"}, "teams.1.id", "team 'front' is declared twice", "one entry"),
        ({"teams.1.members": []}, "teams.1.members", "team 'entry' has no members", "at least one"),
        ({"teams.1.members.1": "on.entry"}, "teams.1.members.1", "named twice in team 'entry'", "once"),
        ({"teams.1.roles.1": "verifier"}, "teams.2.roles.0", "teams 'entry' and 'check' both", "one team"),
        ({"working_day": "30h"}, "working_day", "no length of a working day", "24h"),
        ({"working_day": "421m"}, "working_day", "longer than any day of the calendar 'hours'", "7 hours"),
        ({"watch.every": "61m"}, "watch.every", "every 61m is too seldom", "at most 1h"),
        ({"parity.window": "167h"}, "parity.window", "167h are too few days", "at least 7d"),
        ({"parity.every": "25h"}, "parity.every", "every 25h is too seldom", "at most 1d"),
        ({"parity.at_least": 201}, "parity.at_least", "not be compared before each has finished 201", "at most 200"),
        ({"parity": {"window": "7d", "at_least": 51}}, "parity.at_least", "finished 51 dossiers in 7d", "at most 50"),
        (
            {"parity.exempt": {"LHR": {"reason": "x y z", "until": "2026-12-31"}}},
            "parity.exempt.LHR.reason",
            "too short",
            "at least 3 words of 15 signs",
        ),
        ({"capacity": ...}, "capacity", "is missing", "capacity: {least_share: 25%}"),
        ({"capacity.least_share": "24%"}, "capacity.least_share", "more than half of its people", "at least 25%"),
        ({"sla.default.human": ...}, "sla.default", "'human' is missing", "2wh"),
        ({"sla.default.target": ...}, "sla.default", "'target' is missing", "1wd"),
        ({"sla.default.automatic": ...}, "sla.default", "'automatic' is missing", "2wh"),
        ({"sla.types.LHX": {"limit": "1d"}}, "sla.types.LHX", "did you mean 'LHR'?", "LHR"),
        ({"sla.types.LHR.steps": {"verfy": "1h"}}, "sla.types.LHR.steps.verfy", "did you mean 'verify'?", "enter"),
        ({"sla.types.LHR.steps": {"hand_over": "1h"}}, "sla.types.LHR.steps.hand_over", "unknown step", "tell"),
        ({"sla.default.steps": {"entr": "1h"}}, "sla.default.steps.entr", "did you mean 'enter'?", "enter"),
        ({"sla.types.LHR.limit": "31d"}, "sla.types.LHR.limit", "longer than its statutory 30d", "at most 30d"),
        ({"sla.types.LHR.limit": "22wd"}, "sla.types.LHR.limit", "longer than its statutory 30d", "at most 30d"),
        ({"sla.types.LHR.target": "25wd"}, "sla.types.LHR.target", "longer than its limit 20wd", "at most 20wd"),
        ({"escalation.types": {"LHX": {}}}, "escalation.types.LHX", "did you mean 'LHR'?", "LHR"),
        ({"escalation.default.limit": ...}, "escalation.default", "'limit' is missing", "a list of rungs"),
        ({"escalation.default.step": []}, "escalation.default.step", "the ladder has no rung", "a list of rungs"),
        (
            {"escalation.default.step.1.at": "80%"},
            "escalation.default.step.1.at",
            "80% does not come after 80%",
            "later",
        ),
        (
            {
                "escalation.types": {
                    "LHR": {
                        "limit": [
                            {"at": "100%", "do": ["notify_lead"]},
                            {"at": "+1d", "do": ["notify_lead"]},
                            {"at": "+4wh", "do": ["notify_head"]},
                        ]
                    }
                }
            },
            "escalation.types.LHR.limit.2.at",
            "+4wh does not come after +1d",
            "later",
        ),
        (
            {"escalation.default.step.0.do": ["remind_applicant"]},
            "escalation.default.step.0.do.0",
            "remind_applicant makes no sense on the step ladder",
            "remind",
        ),
        (
            {"escalation.default.target.0.do": ["notify_manager", "reassign"]},
            "escalation.default.target.0.do.1",
            "reassign makes no sense on the target ladder",
            "notify_head",
        ),
        (
            {"escalation.default.answer.0.do": ["remind"]},
            "escalation.default.answer.0.do.0",
            "remind makes no sense on the answer ladder",
            "remind_applicant",
        ),
        (
            {"escalation.default.answer.0.do": ["close"]},
            "escalation.default.answer.0.do.0",
            "nothing can follow",
            "last",
        ),
        ({"escalation.default.step.0.do": ["remind", "remind"]}, "escalation.default.step.0.do.1", "twice", "once"),
        ({"escalation.default.step.1.at": "90%"}, "escalation.default.step", "no rung stands at 100%", "100%"),
        (
            {"escalation.default.target.0.do": ["raise_priority"]},
            "escalation.default.target.0.do",
            "ends and nobody is told",
            "notify_head",
        ),
        (
            {"escalation.default.answer.1.do": ["remind_applicant"]},
            "escalation.default.answer.1.do",
            "ends and nobody is told",
            "close",
        ),
        (
            {"escalation.default.target": [{"at": "100%", "do": ["raise_priority"]}, {"at": "+3wd", "do": ["remind"]}]},
            "escalation.default.target",
            "more than 2wd after it fell due",
            "a rung up to +2wd",
        ),
        (
            {"escalation.default.limit": [{"at": "100%", "do": ["notify_lead"]}]},
            "escalation.default.limit",
            "nobody who must hears of it",
            "notify_head, notify_manager",
        ),
        (
            {"escalation.default.step.2.at": "+31d"},
            "escalation.default.step.2.at",
            "so late that it says nothing",
            "at most +30d",
        ),
        ({"parity.window": "93d"}, "parity.window", "93d are so many days", "at most 92d"),
        ({"sla.types": {}, "sla.default.limit": "31d"}, "sla.default.limit", "limit 31d of LHR", "at most 30d"),
    ],
)
def test_a_planted_mistake_is_found_where_it_stands(
    changes: dict[str, Any], path: str, words: str, allowed: str
) -> None:
    assert [(p, w) for p, w, a in findings(changes) if p == path and words in w and allowed in a], findings(changes)


def test_an_office_without_a_head_has_ladders_that_may_reach_nobody() -> None:
    office = OfficeSpec.model_validate(changed(data(OFFICE), {"people.0.roles": ["administrator"]}))
    around = Surroundings(office=office, workflows={}, codes=frozenset({"LHR"}), calendars=frozenset({"hours"}))
    found = check_lane(LaneRules.model_validate(ONLINE), around)
    assert {(each.path[2], each.path[-1]) for each in found if "no head of the office" in each.problem} == {
        ("step", "do"), ("target", "do"), ("limit", "do"),
    }  # fmt: skip


def test_the_head_may_serve_both_lanes() -> None:
    assert "kepala" in str(MANUAL)
    assert findings({}) == []


def test_office_roles_only_stand_in_the_office_file() -> None:
    office = OfficeSpec.model_validate(
        changed(data(OFFICE), {"people.1.roles": ["verifier"], "people.2.username": "on.boss", "timezone": "Mars/Base"})
    )
    assert {found.problem for found in check_office(office)} == {
        "'Mars/Base' is not a timezone",
        "the role verifier is held in a lane's team, not in the office as a whole",
        "'on.boss' is listed twice",
    }


def test_a_message_uses_known_variables_only() -> None:
    message = MessageSpec.model_validate(changed(data(MESSAGE), {"body.en": "$nmber", "subject.id": "5 $ "}))
    assert [found.problem for found in check_message(message)] == [
        "a $ stands before something that is no variable",
        "unknown variable 'nmber'; did you mean 'number'?",
    ]


def test_a_team_has_roles_of_a_lane_only() -> None:
    found = findings({"teams.0.roles": [ONLINE["teams"][0]["roles"][0], "administrator"]})
    assert ("teams.0.roles.1", "administrator is no role of a team: it reaches over both lanes") in [
        each[:2] for each in found
    ]


def test_who_signs_has_that_role_in_the_office() -> None:
    heads = next(place for place, team in enumerate(ONLINE["teams"]) if "agency_head" in team["roles"])
    clerk = ONLINE["teams"][0]["members"][0]
    (found,) = findings({f"teams.{heads}.members": [*ONLINE["teams"][heads]["members"], clerk]})
    place = f"teams.{heads}.members.{len(ONLINE['teams'][heads]['members'])}"
    assert found[:2] == (place, f"{clerk!r} has no role agency_head in office.yaml")
