"""Rules drawn at random over dossiers that stand anywhere: what is kept is kept, and a way back leads back."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.drafts import Drafts
from support.office import Lodged, a_dossier, an_office, clock_of, do, shipped, waiting_at

from domain.ladder import Rung
from domain.office import LaneTexts
from domain.pausing import PauseReason
from domain.roles import Lane
from lanes.carrying import SETTLES_AFTER
from lanes.case import Deficiency
from lanes.office import Office
from lanes.records.rules import Policy
from lanes.store import StoredClock

MANUAL = shipped().lanes[Lane.MANUAL]
WORKING = st.builds("{}{}".format, st.integers(1, 30), st.sampled_from(["wh", "wd", "h", "d"]))
STEP_LADDER = st.lists(st.sampled_from(["50%", "80%", "100%", "+1wh", "+4wh", "+1wd", "+3wd"]), unique=True)
CHANGES = st.fixed_dictionaries(
    {
        "times": st.fixed_dictionaries({"target": WORKING, "human": WORKING, "automatic": WORKING, "answer": WORKING}),
        "ladder": STEP_LADDER,
        "hours": st.sampled_from([("08:00-12:00",), ("07:00-15:00",), ("09:00-10:00", "13:00-19:00")]),
    }
)


UnderWay = tuple[Office, Drafts, list[Lodged]]


@pytest.fixture(scope="module")
def under_way() -> UnderWay:
    """One office for all draws: its dossiers stand at different steps, paused, returned and overdue."""
    drafts = Drafts()
    home = Path(tempfile.mkdtemp(prefix="jalur-rules-"))
    office = an_office(home, config=drafts.config, rule_files=drafts)
    fresh, late, paused, returned = (waiting_at(office, step) for step in ("receive", "verify", "verify", "receive"))
    office.pausing.pause(paused.number, PauseReason.POWER, by=MANUAL.manager)
    clock_of(office).forward(days=3)
    office.watch.sweep(Lane.MANUAL)
    do(returned, "receive", "incomplete", deficiencies=[Deficiency(item="other")])
    return office, drafts, [fresh, late, paused, returned, a_dossier(office).lodged()]


def clocks(office: Office, lodged: list[Lodged]) -> list[StoredClock]:
    """All running clocks of these dossiers."""
    with office.store.read() as work:
        return [clock for each in lodged for clock in work.clocks.of(each.dossier.id)]


def dues(office: Office, lodged: list[Lodged]) -> list[Any]:
    """Everything that falls due, and when."""
    kept = [(clock.id, clock.clock.budget, clock.due_at) for clock in clocks(office, lodged)]
    tasks = [sorted((step, task.due_at) for step, task in each.tasks.items()) for each in lodged]
    return [kept, tasks, [each.dossier.due_at for each in lodged]]


def draft(drafts: Drafts, change: Mapping[str, Any]) -> None:
    """Draft these rules."""
    drafts.promise(Lane.MANUAL, **change["times"], steps={})
    rungs = sorted(change["ladder"], key=lambda at: Rung.read(at, (), working_day=MANUAL.day).place(MANUAL.day))
    ladders = {"step": [{"at": at, "do": ["remind"]} for at in rungs]}
    drafts.change(Lane.MANUAL, escalation={"default": ladders})
    drafts.open_hours(Lane.MANUAL, *change["hours"])


def unlike(drafts: Drafts, office: Office) -> bool:
    """Whether there is anything to apply."""
    with office.store.read() as work:
        last = work.rules.last(Lane.MANUAL)
    assert last is not None
    return drafts.config.texts[Lane.MANUAL] != LaneTexts(last.source, last.calendar)


QUICK = settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(change=CHANGES)
def test_keep_changes_no_open_clock(under_way: UnderWay, change: Mapping[str, Any]) -> None:
    office, drafts, lodged = under_way
    before, journals = clocks(office, lodged), [each.dossier.journal_head for each in lodged]
    draft(drafts, change)
    if unlike(drafts, office):
        office.rules.apply(Lane.MANUAL, by="admin", reason="drawn", policy=Policy.KEEP)
    assert clocks(office, lodged) == before
    clock_of(office).forward(seconds=SETTLES_AFTER.total_seconds())
    assert office.rules.carry_out().dossiers == 0
    assert clocks(office, lodged) == before
    assert [each.dossier.journal_head for each in lodged] == journals


@QUICK
@given(first=CHANGES, second=CHANGES)
def test_a_way_back_leads_to_the_same_times_and_passes_no_rung_again(
    under_way: UnderWay, first: Mapping[str, Any], second: Mapping[str, Any]
) -> None:
    office, drafts, lodged = under_way
    draft(drafts, first)
    if unlike(drafts, office):
        office.rules.apply(Lane.MANUAL, by="admin", reason="drawn", policy=Policy.RECOMPUTE)
    clock_of(office).forward(hours=2)
    office.watch.sweep(Lane.MANUAL)  # which passes the rungs that were reached
    with office.store.read() as work:
        start = work.rules.last(Lane.MANUAL)
    assert start is not None
    before, passed = dues(office, lodged), [(each.id, each.rung) for each in clocks(office, lodged)]
    draft(drafts, second)
    if unlike(drafts, office):
        office.rules.apply(Lane.MANUAL, by="admin", reason="drawn", policy=Policy.RECOMPUTE)
        office.rules.rollback(start.id, by="admin", reason="drawn", policy=Policy.RECOMPUTE)
    assert dues(office, lodged) == before
    assert [(each.id, each.rung) for each in clocks(office, lodged)] == passed
    assert office.audit.verify() == []
