"""Outages: every dossier they touch is held at once, also when recorded late, and whatever is killed is made up for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.drafts import Drafts
from support.office import (
    ZONE,
    Killed,
    Lodged,
    a_dossier,
    an_office,
    at_once,
    clock_of,
    do,
    dues,
    refused,
    to_the_end,
    waiting_at,
    work_off,
)

from adapters.sql.engine import make_engine
from adapters.sql.store import SqlStore
from domain.errors import Refused
from domain.roles import Lane
from lanes import outages
from lanes.office import Office
from lanes.outages import Outages
from lanes.store import Work

HELD = "outage:SIAK_NETWORK"
REASON = "SIAK_NETWORK"


def times(lodged: Lodged) -> list[tuple[datetime, datetime | None]]:
    """When its pauses were."""
    with lodged.office.store.read() as work:
        return [(kept.started_at, kept.ended_at) for kept in work.pauses.of(lodged.dossier.id)]


def later(office: Office, lane: Lane, before: dict[str, datetime | None], hours: int) -> dict[str, datetime | None]:
    """These due times so many working hours later."""
    calendar = office.config.calendars[lane]
    return {name: due and calendar.add(due, timedelta(hours=hours)) for name, due in before.items()}


@contextmanager
def killed_at(office: Office, monkeypatch: pytest.MonkeyPatch, mark: int) -> Iterator[None]:
    """Let the process be killed while it marks its dossier number `mark`, one dossier a transaction."""
    marked = 0
    real = Outages._mark_one

    def mark_one(self: Outages, work: Work, *rest: Any) -> bool:
        nonlocal marked
        marked += 1
        result = real(self, work, *rest)
        if marked == mark:
            raise Killed
        return result

    with monkeypatch.context() as patch:
        patch.setattr(outages, "_BATCH", 1)
        patch.setattr(Outages, "_mark_one", mark_one)
        with pytest.raises(Killed):
            yield


def test_an_outage_holds_every_open_dossier_of_both_lanes_and_lets_them_go(either: Office) -> None:
    lodged = [waiting_at(either, step, lane) for step in ("receive", "enter") for lane in ("manual", "online")]
    before = [dues(each) for each in lodged]
    assert either.outages.start(REASON, by="admin").touched == 4
    assert [each.dossier.held.keys() for each in lodged] == [{HELD}] * 4
    assert [task.due_at for each in lodged for task in each.tasks.values()] == [None] * 4
    clock_of(either).forward(hours=2)
    carried = either.outages.end(REASON, by="admin")
    assert (carried.touched, carried.failed, carried.outage.carried_out_at) == (4, (), either.clock.now())
    assert [each.dossier.held for each in lodged] == [{}] * 4
    for each, was in zip(lodged, before, strict=True):
        after = later(either, each.dossier.lane, was, 2)
        if each.dossier.accepted_at is None:  # what the receipt says is an estimate: no clock of it runs yet
            after["dossier"] = was["dossier"]
        assert dues(each) == after
        assert each.events[-2:] == ["outage_started", "outage_ended"]
    assert either.audit.verify() == []


def test_an_outage_of_one_lane_leaves_the_other_alone(office: Office) -> None:
    online, manual = waiting_at(office, "enter", "online"), waiting_at(office, "enter", "manual")
    assert office.outages.start(REASON, lane=Lane.ONLINE, by="maria.lumowa").touched == 1
    assert (online.dossier.held.keys(), manual.dossier.held) == ({HELD}, {})


def test_an_outage_touches_only_documents_that_need_what_is_out(office: Office) -> None:
    first, card, paper = (waiting_at(office, "receive", code=code) for code in ("KTP-BARU", "KTP-GANTI", "KK-BARU"))
    for reason, touched in (
        ("BLANK_STOCK", [first, card]),
        ("AFIS", [first]),
        ("TTE_BSRE", [paper]),
        ("POWER", [first, card, paper]),
    ):
        assert office.outages.start(reason, by="admin").touched == len(touched), reason
        assert [each for each in (first, card, paper) if f"outage:{reason}" in each.dossier.held] == touched


def test_what_is_closed_is_left_alone(office: Office) -> None:
    issued = a_dossier(office).lodged()
    to_the_end(issued)
    head = issued.dossier.journal_head
    assert office.outages.start(REASON, by="admin").touched == 0
    assert issued.dossier.journal_head == head


def closed_late(office: Office, lane: str = "manual") -> tuple[Lodged, datetime, datetime]:
    """A dossier that was issued an hour after it was due, because of an outage of three hours that nobody recorded;
    and when that was."""
    lodged = waiting_at(office, "enter", lane)
    due = lodged.dossier.due_at
    assert due is not None
    began = clock_of(office).forward(minutes=1)
    ended = clock_of(office).forward(hours=3)
    calendar = office.config.calendars[lodged.dossier.lane]
    clock_of(office).to(calendar.add(due, timedelta(hours=1)))
    assert not to_the_end(lodged).is_open
    return lodged, began, ended


def on_time(office: Office) -> dict[str, float | None]:
    """The share of finished dossiers that were in time, as comparisons of the lanes and as reports have it."""
    now = office.clock.now()
    with office.store.read() as work:
        finished = work.figures.finished(now - timedelta(days=90), now)
    kept = [each.due_at is None or each.closed_at <= each.due_at for each in finished]
    return {"parity": sum(kept) / len(kept), "report": office.reports.live().lanes.all.on_time}


def test_what_closed_before_it_was_recorded_is_no_longer_late_by_it(either: Office) -> None:
    lodged, began, ended = closed_late(either)
    before, last = lodged.dossier, len(lodged.events)
    assert before.due_at is not None
    assert before.closed_at is not None
    assert before.closed_at > before.due_at
    clock_of(either).forward(hours=5)
    assert either.outages.start(REASON, at=began, by="admin").touched == 0
    assert lodged.dossier == before, "how long it took is not known yet"
    carried = either.outages.end(REASON, at=ended, by="admin")
    assert (carried.touched, carried.failed, carried.outage.carried_out_at) == (1, (), either.clock.now())
    after = lodged.dossier
    calendar = either.config.calendars[Lane.MANUAL]
    assert after.due_at == calendar.add(before.due_at, calendar.between(began, ended)) > before.closed_at
    assert after == replace(before, due_at=after.due_at, version=after.version, journal_seq=after.journal_seq,
                            journal_head=after.journal_head)  # fmt: skip
    assert lodged.events[last:] == ["outage_started", "outage_ended"]
    assert times(lodged) == [(began, ended)]
    story = either.explain.for_office(lodged.number, by="admin")
    assert story.faults == ()
    assert "on time" in story.dues[0].story[-1].en
    assert "an outage of the office, SIAK network fault" in str(story.dues[0].story)
    assert either.audit.verify() == []
    assert refused(lambda: either.outages.end(REASON, by="admin")).code == "no_outage"
    assert either.outages.apply_open() == []


def test_its_clocks_stay_stopped_and_no_sweep_wakes_them(office: Office) -> None:
    lodged, began, ended = closed_late(office)
    with office.store.read() as work:
        before = work.clocks.of(lodged.dossier.id, live=False)
    office.outages.start(REASON, at=began, by="admin")
    office.outages.end(REASON, at=ended, by="admin")
    with office.store.read() as work:
        after = work.clocks.of(lodged.dossier.id, live=False)
    assert [(each.stopped_at, each.rung, each.wake_at) for each in after] == [
        (each.stopped_at, each.rung, None) for each in before
    ]
    touched = [each.id for each, was in zip(after, before, strict=True) if each.clock != was.clock]
    assert touched == [each.id for each in before if (each.stopped_at or began) > began and each.clock.start < ended]
    for each, was in zip(after, before, strict=True):
        assert was.due_at is None or (each.due_at is not None and each.due_at >= was.due_at)
        assert each.due_at == each.clock.due(office.config.calendars[Lane.MANUAL])
    events = lodged.events
    clock_of(office).forward(days=9)
    office.watch.sweep(Lane.MANUAL)
    assert lodged.events == events


def test_what_closed_while_an_outage_went_on_that_nobody_had_recorded_stood_until_it_closed(office: Office) -> None:
    lodged = waiting_at(office, "enter")
    began = clock_of(office).forward(minutes=1)
    closed = clock_of(office).forward(minutes=10)
    office.closing.withdraw(lodged.number, lodged.code)
    clock_of(office).forward(hours=1)
    office.outages.start(REASON, at=began, by="admin")
    office.outages.end(REASON, by="admin")
    assert times(lodged) == [(began, closed)]


def test_what_closed_before_an_outage_or_came_in_after_it_is_left_alone(office: Office) -> None:
    closed = a_dossier(office).lodged()
    to_the_end(closed)
    began = clock_of(office).forward(minutes=1)
    ended = clock_of(office).forward(hours=1)
    later = a_dossier(office).lodged()
    to_the_end(later)
    other = waiting_at(office, "enter", "online")
    office.outages.start(REASON, lane=Lane.MANUAL, at=began, by="admin")
    assert office.outages.end(REASON, lane=Lane.MANUAL, at=ended, by="admin").touched == 0
    assert [times(each) for each in (closed, later, other)] == [[], [], []]


def test_a_step_that_was_done_before_it_was_recorded_stood_too(office: Office) -> None:
    lodged = waiting_at(office, "enter")
    step = lodged.tasks["enter"]
    began = clock_of(office).forward(minutes=1)
    ended = clock_of(office).forward(minutes=30)
    do(lodged, "enter")
    office.outages.start(REASON, at=began, by="admin")
    office.outages.end(REASON, at=ended, by="admin")
    with office.store.read() as work:
        (stored,) = [each for each in work.clocks.of(lodged.dossier.id, live=False) if each.task_id == step.id]
        task = work.tasks.get(step.id)
    assert [(each.start, each.end, each.reason) for each in stored.clock.pauses] == [(began, ended, HELD)]
    assert step.due_at is not None
    assert stored.due_at == office.config.calendars[Lane.MANUAL].add(step.due_at, timedelta(minutes=30))
    assert task is not None
    assert task[0].due_at == stored.due_at


def test_a_closed_dossier_that_was_promised_nothing_has_its_limit_moved(tmp_path: Path) -> None:
    drafts = Drafts()
    drafts.promise(Lane.MANUAL, target=None)
    office = an_office(tmp_path, config=drafts.config, rule_files=drafts)
    lodged, began, ended = closed_late(office)
    before = lodged.dossier.due_at
    office.outages.start(REASON, at=began, by="admin")
    office.outages.end(REASON, at=ended, by="admin")
    assert before is not None
    assert lodged.dossier.due_at is not None
    assert lodged.dossier.due_at > before
    assert office.explain.for_office(lodged.number, by="admin").faults == ()


def test_shares_in_time_count_it_in_time_then(office: Office) -> None:
    _, began, ended = closed_late(office)
    assert on_time(office) == {"parity": 0, "report": 0}
    office.outages.start(REASON, at=began, by="admin")
    office.outages.end(REASON, at=ended, by="admin")
    assert on_time(office) == {"parity": 1, "report": 1}


@pytest.mark.parametrize("way", ["the same call", "a sweep"])
def test_what_is_entered_in_closed_dossiers_and_killed_half_way_is_completed(
    either: Office, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    closed = [waiting_at(either, "enter") for _ in range(3)]
    still_open = waiting_at(either, "enter")
    began = clock_of(either).forward(minutes=1)
    ended = clock_of(either).forward(hours=1)
    for each in closed:
        to_the_end(each)
    either.outages.start(REASON, at=began, by="admin")
    with killed_at(either, monkeypatch, 2):
        either.outages.end(REASON, at=ended, by="admin")
    assert [times(each) for each in closed] == [[(began, ended)], [], []]
    if way == "a sweep":
        either.outages.apply_open()
    else:
        either.outages.end(REASON, by="admin")
    assert [times(each) for each in (*closed, still_open)] == [[(began, ended)]] * 4
    assert [each.events.count("outage_ended") for each in (*closed, still_open)] == [1] * 4
    assert either.outages.apply_open() == []
    assert either.audit.verify() == []


def test_recorded_late_it_counts_from_when_it_began(either: Office) -> None:
    lodged = waiting_at(either, "enter")
    before, began = dues(lodged), clock_of(either).forward(minutes=1)
    clock_of(either).forward(hours=1)
    ended = either.clock.now()
    clock_of(either).forward(hours=1)
    either.outages.start(REASON, at=began, by="admin")
    assert dues(lodged) == {"dossier": None, "enter": None}
    either.outages.end(REASON, at=ended, by="admin")
    assert dues(lodged) == later(either, Lane.MANUAL, before, 1)
    assert times(lodged) == [(began, ended)]


def test_recorded_late_it_is_clipped_to_when_each_dossier_and_step_began(office: Office) -> None:
    began = office.clock.now()
    clock_of(office).forward(minutes=30)
    lodged = waiting_at(office, "receive")
    before, opened = dues(lodged), lodged.tasks["receive"].ready_at
    clock_of(office).forward(minutes=30)
    office.outages.start(REASON, at=began, by="admin")
    ended = clock_of(office).forward(minutes=30)
    office.outages.end(REASON, by="admin")
    assert times(lodged) == [(opened, ended)]
    assert dues(lodged)["receive"] == later(office, Lane.MANUAL, before, 1)["receive"]


def test_what_came_in_while_it_lasted_is_held_by_the_next_sweep_and_new_steps_at_once(either: Office) -> None:
    old = waiting_at(either, "receive")
    either.outages.start(REASON, by="admin")
    clock_of(either).forward(minutes=10)
    new = waiting_at(either, "receive")
    do(old, "receive")
    work_off(either)
    assert old.tasks["enter"].due_at is None
    assert new.tasks["receive"].due_at is not None
    clock_of(either).forward(minutes=10)
    assert [carried.touched for carried in either.outages.apply_open()] == [1]
    assert (new.tasks["receive"].due_at, new.dossier.held.keys()) == (None, {HELD})
    assert times(new) == [(new.dossier.submitted_at, None)], "held from when it came in, not from the sweep on"
    assert [carried.touched for carried in either.outages.apply_open()] == [0]


def test_what_came_in_while_it_lasted_and_no_sweep_saw_is_told_when_it_ends(office: Office) -> None:
    office.outages.start(REASON, by="admin")
    clock_of(office).forward(minutes=10)
    new = waiting_at(office, "receive")
    before = dues(new)
    ended = clock_of(office).forward(hours=1)
    assert office.outages.end(REASON, by="admin").touched == 1
    assert times(new) == [(new.dossier.submitted_at, ended)]
    assert dues(new)["receive"] == later(office, Lane.MANUAL, before, 1)["receive"]
    assert new.events[-2:] == ["outage_started", "outage_ended"]
    assert office.outages.apply_open() == []


def test_a_step_opened_after_the_end_that_was_recorded_late_loses_nothing(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    office.outages.start(REASON, by="admin")
    ended = clock_of(office).forward(hours=1)
    clock_of(office).forward(hours=1)
    do(lodged, "receive")
    work_off(office)
    opened = lodged.tasks["enter"].ready_at
    office.outages.end(REASON, at=ended, by="admin")
    budget = office.config.lanes[Lane.MANUAL].step_budget("KK-BARU", "enter", human=True)
    assert lodged.tasks["enter"].due_at == office.config.calendars[Lane.MANUAL].add(opened, budget.amount)


def test_a_dossier_that_came_in_after_the_end_that_was_recorded_late_loses_nothing(either: Office) -> None:
    either.outages.start(REASON, by="admin")
    ended = clock_of(either).forward(hours=1)
    clock_of(either).forward(hours=1)
    lodged = waiting_at(either, "receive")
    before = dues(lodged)
    either.outages.apply_open()
    either.outages.end(REASON, at=ended, by="admin")
    assert dues(lodged) == before
    assert times(lodged) == [(lodged.dossier.submitted_at, lodged.dossier.submitted_at)]


def test_what_comes_in_after_an_outage_is_not_marked_by_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting_at(office, "receive")
    office.outages.start(REASON, by="admin")
    clock_of(office).forward(hours=1)
    with killed_at(office, monkeypatch, 1):
        office.outages.end(REASON, by="admin")
    lodged = waiting_at(office, "receive")
    assert [carried.touched for carried in office.outages.apply_open()] == [1]
    assert times(lodged) == []


def test_a_pause_by_hand_for_the_same_reason_stands_beside_the_outage(office: Office) -> None:
    lodged = waiting_at(office, "enter")
    office.pausing.pause(lodged.number, REASON, by="admin")
    office.outages.start(REASON, by="admin")
    assert lodged.dossier.held.keys() == {REASON, HELD}
    office.outages.end(REASON, at=clock_of(office).forward(hours=1), by="admin")
    assert lodged.dossier.held.keys() == {REASON}
    assert lodged.dossier.due_at is None
    office.pausing.resume(lodged.number, by="admin")
    assert lodged.dossier.due_at is not None


def test_what_an_outage_holds_is_neither_paused_for_it_nor_resumed_by_hand(office: Office) -> None:
    lodged = waiting_at(office, "enter")
    office.outages.start(REASON, by="admin")
    again = refused(lambda: office.pausing.pause(lodged.number, REASON, by="admin"))
    assert (again.code, "paused by an outage" in again.message) == ("paused_already", True)
    assert again.allowed.startswith(f"`jalur outage end {REASON}` ends the outage, or another reason: ")
    assert "jalur resume" not in again.allowed
    office.pausing.pause(lodged.number, other := "TTE_BSRE", by="admin")
    others = refused(lambda: office.pausing.pause(lodged.number, other, by="admin")).allowed.partition(": ")[2]
    assert not {REASON, other} & {*others.split(", ")}, "what holds it already, as an outage or by hand, is left out"
    by_hand = refused(lambda: office.pausing.resume(lodged.number, REASON, by="admin"))
    assert (by_hand.code, by_hand.allowed) == ("not_paused", f"--reason {other} or `jalur outage end {REASON}`")


@pytest.mark.parametrize("mark", [1, 2, 4])
@pytest.mark.parametrize("way", ["the same call", "a sweep"])
def test_a_start_killed_half_way_is_completed(
    office: Office, monkeypatch: pytest.MonkeyPatch, mark: int, way: str
) -> None:
    lodged = [waiting_at(office, "enter") for _ in range(4)]
    with killed_at(office, monkeypatch, mark):
        office.outages.start(REASON, by="admin")
    assert sum(each.dossier.held != {} for each in lodged) == mark - 1, "each dossier is held whole or not at all"
    began = office.clock.now()
    clock_of(office).forward(minutes=5)
    if way == "a sweep":
        office.outages.apply_open()
    else:
        assert office.outages.start(REASON, by="admin").touched == 5 - mark
    assert [times(each) for each in lodged] == [[(began, None)]] * 4
    assert len(office.outages.listing()) == 1


@pytest.mark.parametrize("way", ["the same call", "a sweep"])
def test_an_end_killed_half_way_is_completed(office: Office, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    lodged = [waiting_at(office, "enter") for _ in range(4)]
    began = office.clock.now()
    office.outages.start(REASON, by="admin")
    ended = clock_of(office).forward(hours=1)
    with killed_at(office, monkeypatch, 3):
        office.outages.end(REASON, by="admin")
    assert sum(each.dossier.held == {} for each in lodged) == 2
    clock_of(office).forward(minutes=5)
    if way == "a sweep":
        office.outages.apply_open()
    else:
        office.outages.end(REASON, by="admin")
    assert [times(each) for each in lodged] == [[(began, ended)]] * 4
    assert office.outages.apply_open() == []
    assert office.audit.verify() == []


def test_a_start_and_its_end_killed_before_they_marked_anything_still_count(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    lodged, began = waiting_at(office, "enter"), office.clock.now()
    with killed_at(office, monkeypatch, 1):
        office.outages.start(REASON, by="admin")
    ended = clock_of(office).forward(hours=1)
    with killed_at(office, monkeypatch, 1):
        office.outages.end(REASON, by="admin")
    office.outages.apply_open()
    assert times(lodged) == [(began, ended)]


@pytest.mark.parametrize("broken", [{2}, {1, 3}, {0, 1, 2, 3, 4}], ids=str)
def test_broken_dossiers_are_named_and_the_others_are_held(either: Office, broken: set[int]) -> None:
    lodged = [waiting_at(either, "enter") for _ in range(5)]
    assert isinstance(either.store, SqlStore)
    with either.store.engine.begin() as connection:  # a journal that ends after its end: nothing can be added
        for each in sorted(broken):
            connection.exec_driver_sql(
                f"INSERT INTO journal (dossier_id, seq, at, actor, event, data, hash) SELECT dossier_id, seq + 1, at,"
                f" actor, event, data, hash FROM journal WHERE dossier_id = {lodged[each].dossier.id}"
                f" ORDER BY seq DESC LIMIT 1"
            )
    named = tuple(f"dossier {lodged[each].number}: Taken" for each in sorted(broken))
    carried = either.outages.start(REASON, by="admin")
    assert (carried.touched, carried.failed) == (5 - len(broken), named)
    assert {n for n, each in enumerate(lodged) if not each.dossier.held} == broken
    ended = either.outages.end(REASON, at=clock_of(either).forward(minutes=1), by="admin")
    assert (ended.touched, ended.failed, ended.outage.carried_out_at) == (5 - len(broken), named, None)


def test_a_store_that_fails_is_not_taken_for_broken_dossiers(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        waiting_at(office, "enter")
    with killed_at(office, monkeypatch, 1):
        office.outages.start(REASON, by="admin")
    file = tmp_path / "data" / "jalur.sqlite"
    impatient = an_office(tmp_path, store=SqlStore(make_engine(f"sqlite:///{file}", wait_s=0.1)))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert refused(impatient.outages.apply_open).code == "store_locked"
    other.execute("ROLLBACK")
    other.close()
    assert [carried.touched for carried in impatient.outages.apply_open()] == [3]


def test_two_people_who_record_the_same_outage_at_once_record_it_once(either: Office) -> None:
    for lane in ("manual", "online"):
        waiting_at(either, "enter", lane)
    results = at_once(
        lambda: either.outages.start(REASON, by="admin"),
        lambda: either.outages.start(REASON, lane=Lane.ONLINE, by="admin"),
    )
    assert len([each for each in results if isinstance(each, Refused)]) == 1
    assert len(either.outages.listing()) == 1


def test_people_at_their_desks_go_on_while_an_outage_is_recorded(either: Office) -> None:
    lodged = [waiting_at(either, "enter") for _ in range(6)]
    results = at_once(
        lambda: either.outages.start(REASON, by="admin"),
        lambda: [do(each, "enter") for each in lodged],
        lambda: either.outages.apply_open(),
    )
    assert not [each for each in results if isinstance(each, Refused)]
    assert [each.dossier.held.keys() for each in lodged] == [{HELD}] * 6
    assert [each.tasks["verify"].due_at for each in lodged] == [None] * 6
    assert either.audit.verify() == []


@pytest.mark.parametrize(("by", "lane"), [("admin", None), ("admin", Lane.ONLINE), ("maria.lumowa", Lane.ONLINE)])
def test_an_administrator_and_the_lanes_manager_may(office: Office, by: str, lane: Lane | None) -> None:
    office.outages.start(REASON, lane=lane, by=by)
    office.outages.end(REASON, lane=lane, at=clock_of(office).forward(minutes=1), by=by)


@pytest.mark.parametrize(
    ("by", "lane"), [("maria.lumowa", None), ("maria.lumowa", Lane.MANUAL), ("kepala", None), ("grace.supit", None)]
)
def test_others_may_not_and_nothing_is_recorded(office: Office, by: str, lane: Lane | None) -> None:
    refusal = refused(lambda: office.outages.start(REASON, lane=lane, by=by))
    whose = (
        f"or the manager of the {lane} lane"
        if lane
        else "(a lane's manager records outages of that lane alone: --lane)"
    )
    assert (refusal.code, whose in refusal.message) == ("not_allowed", True)
    assert office.outages.listing() == []
    office.outages.start(REASON, lane=lane, by="admin")
    assert refused(lambda: office.outages.end(REASON, lane=lane, by=by)).code == "not_allowed"
    assert office.outages.listing()[0].ended_at is None


def test_times_are_aware_and_past_and_the_end_comes_after_the_start(office: Office) -> None:
    now = office.clock.now()
    start = lambda at: office.outages.start(REASON, at=at, by="admin")  # noqa: E731
    assert refused(lambda: start(now + timedelta(seconds=1))).code == "in_the_future"
    assert refused(lambda: start(now.replace(tzinfo=None))).code == "naive_datetime"
    assert office.outages.listing() == []
    start(now.astimezone(ZONE))
    assert refused(lambda: office.outages.end(REASON, at=now, by="admin")).code == "end_before_start"
    assert refused(lambda: office.outages.end(REASON, at=now + timedelta(hours=1), by="admin")).code == "in_the_future"
    assert office.outages.listing()[0].ended_at is None


def test_the_same_reason_twice_over_a_lane_is_refused_also_in_the_past(office: Office) -> None:
    began = office.clock.now()
    office.outages.start(REASON, lane=Lane.ONLINE, by="admin")
    twice = [
        lambda: office.outages.start(REASON, lane=Lane.ONLINE, by="admin"),
        lambda: office.outages.start(REASON, by="admin"),
        lambda: office.outages.start(REASON, lane=Lane.ONLINE, at=began - timedelta(hours=1), by="admin"),
    ]
    assert [refused(call).code for call in twice] == ["outage_lasts"] * 3
    assert f"since {office.config.office.told(began)} (office time)" in refused(twice[0]).message
    office.outages.start(REASON, lane=Lane.MANUAL, by="admin")
    office.outages.start("POWER", by="admin")
    office.outages.end(REASON, lane=Lane.ONLINE, at=clock_of(office).forward(hours=1), by="admin")
    clock_of(office).forward(hours=1)
    overlap = refused(lambda: office.outages.start(REASON, lane=Lane.ONLINE, at=began, by="admin"))
    assert (overlap.code, overlap.allowed) == ("outage_overlaps", "a start after its end")
    office.outages.start(REASON, lane=Lane.ONLINE, by="admin")


def test_only_what_lasts_is_ended_and_the_lane_is_named_when_it_must_be(office: Office) -> None:
    end = lambda lane=None: office.outages.end(REASON, lane=lane, by="admin")  # noqa: E731
    assert refused(end).code == "no_outage"
    for lane in Lane:
        office.outages.start(REASON, lane=lane, by="admin")
    clock_of(office).forward(minutes=1)
    assert refused(end).code == "which_lane"
    end(Lane.ONLINE)
    assert end().outage.lane is Lane.MANUAL
    office.outages.start(REASON, by="admin")
    clock_of(office).forward(minutes=1)
    alone = refused(lambda: end(Lane.ONLINE))
    assert (alone.code, "in the online lane alone" in alone.message) == ("no_outage", True)


def test_outages_are_listed_the_newest_first(office: Office) -> None:
    office.outages.start("POWER", lane=Lane.MANUAL, by="admin")
    office.outages.start(REASON, by="admin")
    assert [(each.reason, each.lane) for each in office.outages.listing()] == [(REASON, None), ("POWER", Lane.MANUAL)]


def test_an_outage_that_was_over_before_a_dossier_came_in_is_told_nowhere_of_it(office: Office) -> None:
    clock_of(office).to("Tue 09:00")
    inside = a_dossier(office).in_lane("manual").lodged()
    began = clock_of(office).now() + timedelta(minutes=30)
    clock_of(office).forward(hours=2)
    after = a_dossier(office).in_lane("manual").lodged()
    clock_of(office).forward(hours=1)
    office.outages.start("POWER", lane=Lane.MANUAL, at=began, why="sekering putus", by="admin")
    office.outages.end("POWER", lane=Lane.MANUAL, at=began + timedelta(minutes=40), by="admin")
    told = {
        each.number: [note.en for note in office.explain.for_office(each.number, by="admin").notes
                      if "sekering putus" in note.en]
        for each in (inside, after)
    }  # fmt: skip
    assert told[after.number] == []
    (words,) = told[inside.number]
    assert "from Tue 3 Mar 2026 09:30 WITA until Tue 3 Mar 2026 10:10 WITA" in words
    (late,) = office.fairness.report(days=7, lane=Lane.MANUAL, by="admin").inside[Lane.MANUAL].late_outages
    assert late.touched == 1
