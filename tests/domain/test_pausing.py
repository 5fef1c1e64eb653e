"""What holds a clock is named so that it can be read back; what an outage may be recorded as."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from support.office import shipped

from domain.clock import ClockKind
from domain.errors import Refused
from domain.pausing import OFFICE_REASONS, Hold, PauseReason, checked_times, office_reason, types_stopped
from domain.roles import Lane
from domain.sla_source import sla_place

NOW = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("reason", PauseReason)
@pytest.mark.parametrize("outage", [True, False])
def test_a_hold_is_read_as_it_was_written_and_an_outage_is_another_one(reason: PauseReason, outage: bool) -> None:
    assert Hold.read(str(Hold(reason, outage))) == Hold(reason, outage)
    assert str(Hold(reason, True)) != str(Hold(reason, False))


def test_what_was_never_a_hold_is_not_read() -> None:
    with pytest.raises(ValueError, match="LUNCH"):
        Hold.read("LUNCH")


@pytest.mark.parametrize("reason", PauseReason)
def test_people_name_every_reason_but_the_applicants(reason: PauseReason) -> None:
    if reason in OFFICE_REASONS:
        assert office_reason(str(reason)) is reason
    else:
        with pytest.raises(Refused, match="jalur return"):
            office_reason(str(reason))


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        (NOW - HOUR, NOW, None),
        (NOW, None, None),
        (NOW + HOUR, None, "in_the_future"),
        (NOW - 30 * 24 * HOUR, None, None),
        (NOW - 31 * 24 * HOUR, None, "too_long_ago"),
        (NOW - 31 * 24 * HOUR, NOW, None),  # it was recorded when it began
        (NOW - HOUR, NOW + HOUR, "in_the_future"),
        (NOW - HOUR, NOW - HOUR, "end_before_start"),
        (NOW - HOUR, NOW - 2 * HOUR, "end_before_start"),
        (NOW.replace(tzinfo=None), None, "naive_datetime"),
        (NOW - HOUR, NOW.replace(tzinfo=None), "naive_datetime"),
    ],
)
def test_an_outage_is_past_and_ends_after_it_began(start: datetime, end: datetime | None, code: str | None) -> None:
    if code is None:
        checked_times(start, end, NOW, str)
        return
    with pytest.raises(Refused) as caught:
        checked_times(start, end, NOW, str)
    assert caught.value.code == code


def test_an_outage_stops_the_types_that_need_what_is_out() -> None:
    workflows = shipped().workflows
    stopped = {reason: types_stopped(reason, workflows, Lane.ONLINE) for reason in OFFICE_REASONS}
    assert stopped[PauseReason.POWER] is None
    assert stopped[PauseReason.SIAK_NETWORK] is None
    assert stopped[PauseReason.AFIS] == ["KTP-BARU"]
    assert "KIA-BARU" in (stopped[PauseReason.BLANK_STOCK] or ())
    assert "KK-BARU" not in (stopped[PauseReason.BLANK_STOCK] or ())
    assert "KK-BARU" in (stopped[PauseReason.TTE_BSRE] or ())
    assert "KTP-GANTI" not in (stopped[PauseReason.TTE_BSRE] or ())


@pytest.mark.parametrize("lane", Lane)
def test_the_place_told_for_a_budget_is_the_one_that_sets_it(lane: Lane) -> None:
    config = shipped()
    rules = config.lanes[lane]
    for code, workflow in config.workflows.items():
        limit = sla_place(rules, code, ClockKind.LIMIT)
        assert rules.limit(code, workflow.limit).text == (limit[1] or workflow.limit)
        target = rules.target(code)
        assert sla_place(rules, code, ClockKind.TARGET)[1] == (target.text if target else "")
        assert sla_place(rules, code, ClockKind.ANSWER)[1] == rules.answer_budget(code).text
        for name, step in workflow.in_lane(lane).steps.items():
            human = step.human is not None
            place, text = sla_place(rules, code, ClockKind.STEP, step=name, human=human)
            assert text == rules.step_budget(code, name, human=human).text
            assert place.endswith((f"steps.{name}", "human" if human else "automatic"))
