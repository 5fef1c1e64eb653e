"""A sweep that comes late tells what is still true once and hides no warning behind a rung that is silent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.ladder import Ladder, Rung, RungAction, to_do

DAY = timedelta(hours=7, minutes=30)
LATE = "100% notify_lead,notify_manager"


def ladder(*rungs: str) -> Ladder:
    """Rungs as `100% notify_lead,notify_manager`."""
    parts = [rung.split() for rung in rungs]
    return tuple(Rung.read(place, [RungAction(each) for each in do.split(",")], working_day=DAY) for place, do in parts)


@pytest.mark.parametrize(
    ("rungs", "done"),
    [
        (["80% remind", LATE, "+1wh raise_priority"], "raise_priority notify_lead notify_manager"),
        (["80% remind", "100% notify_head", "+4wh remind"], "remind notify_head"),
        (["80% remind", LATE, "+4wh notify_manager,reassign"], "notify_manager reassign"),
        (["80% remind", LATE, "+4wh tell_applicant", "+1wd reassign"],
         "tell_applicant reassign notify_lead notify_manager"),
        (["50% raise_priority", "80% raise_priority"], "raise_priority"),
        (["80% remind_applicant", "100% remind_applicant"], "remind_applicant"),
    ],
)  # fmt: skip
def test_of_rungs_passed_in_one_gap_somebody_hears_and_so_does_who_stands_highest(rungs: list[str], done: str) -> None:
    assert [each.value for each in to_do(ladder(*rungs), 0, len(rungs))] == done.split()
    assert to_do(ladder(*rungs), len(rungs), len(rungs)) == ()


def test_rungs_passed_one_by_one_do_what_each_says() -> None:
    rungs = ladder("80% remind", "100% notify_head", "+4wh remind,raise_priority")
    assert [to_do(rungs, at, at + 1) for at in range(3)] == [rung.actions for rung in rungs]
