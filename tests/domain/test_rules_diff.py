"""What differs between two versions of rules is told by place, in words that a manager can check against the file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.office import shipped

from domain.calendar import CalendarSpec
from domain.lane import LaneRules
from domain.roles import Lane
from domain.rules_diff import differences

RULES, SPEC = shipped().lanes[Lane.ONLINE], shipped().calendars[Lane.ONLINE].spec
Form = dict[str, Any]


def changed(
    rules: Callable[[Form], object] = lambda _: None, hours: Callable[[Form], object] = lambda _: None
) -> list[str]:
    """What is told of the shipped online lane after these changes."""
    one, other = RULES.model_dump(mode="json"), SPEC.model_dump(mode="json")
    rules(one)
    hours(other)
    return differences((RULES, SPEC), (LaneRules.model_validate(one), CalendarSpec.model_validate(other)))


def test_nothing_is_told_of_what_is_the_same() -> None:
    assert changed() == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda r: r["sla"]["types"]["KTP-BARU"].update(target="1wd"), "sla.types.KTP-BARU.target: 2wd → 1wd"),
        (lambda r: r["sla"]["types"].pop("MTI"), "sla.types.MTI.target: 4wh → (nothing)"),
        (lambda r: r["teams"][0]["members"].append("sinta.wowor"), "teams.online-front.members: + sinta.wowor"),
        (lambda r: r["teams"][5]["members"].reverse(),
         "teams.online-head.members: kepala, sekretaris → sekretaris, kepala"),
        (lambda r: r["escalation"]["default"]["step"][0].update(do=["remind", "notify_lead"]),
         "escalation.default.step.80%.do: + notify_lead"),
        (lambda r: r.update(calendar="other"), "calendar: online → other"),
    ],
)  # fmt: skip
def test_a_change_is_told_by_its_place(change: Callable[[Form], object], told: str) -> None:
    assert changed(change) == [told]


def test_the_calendar_is_part_of_the_rules() -> None:
    assert changed(hours=lambda c: c["week"].update(fri=["07:30-11:30", "13:00-17:00"])) == [
        "calendar.week.fri: + 07:30-11:30, - 07:30-12:00"
    ]
    assert changed(hours=lambda c: c["closed"].update({"2026-11-27": "pemilihan"})) == [
        "calendar.closed.2026-11-27: (nothing) → pemilihan"
    ]
