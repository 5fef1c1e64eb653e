"""What a rung raised is taken back when its due time moves to a time to come, so that nobody gets ahead for good."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text
from support.drafts import Drafts
from support.office import Lodged, clock_of, shipped, waiting_at

from adapters.sql.store import SqlStore
from domain.roles import Lane
from lanes.office import Office
from lanes.records.rules import Policy

MANAGER = shipped().lanes[Lane.MANUAL].manager


def urgency(lodged: Lodged) -> tuple[int, set[int]]:
    """Of a dossier and of its open tasks."""
    return lodged.dossier.priority, {task.priority for task in lodged.tasks.values()}


def shortened(office: Office, drafts: Drafts) -> tuple[Office, int]:
    """An office whose manager gave every document next to no time, brought to all that is open; the version before."""
    first = office.config.rules[Lane.MANUAL]
    drafts.promise(Lane.MANUAL, target="2wm", human="1wm", limit="4wm", steps={})
    office.rules.apply(Lane.MANUAL, by=MANAGER, reason="Hurry", policy=Policy.RECOMPUTE)
    return office.renew(), first


def rolled_back(office: Office, version: int) -> None:
    office.rules.rollback(version, by=MANAGER, reason="Enough", policy=Policy.RECOMPUTE, discard=True)


def test_a_short_promise_taken_back_after_a_sweep_puts_nothing_ahead(drafting: Office, drafts: Drafts) -> None:
    others, pushed = waiting_at(drafting, "verify", code="SKPTI"), waiting_at(drafting, "verify")
    assert isinstance(drafting.store, SqlStore)
    with drafting.store.engine.begin() as connection:  # urgent from the beginning
        for table, column in (("dossier", "id"), ("task", "dossier_id")):
            connection.execute(text(f"UPDATE {table} SET priority = 1 WHERE {column} = :of"), {"of": others.dossier.id})
    clock_of(drafting).forward(minutes=30)
    hurried, first = shortened(drafting, drafts)
    assert hurried.watch.sweep(Lane.MANUAL).flagged > 0
    assert (urgency(pushed), urgency(others)) == ((3, {3}), (3, {3})), "step, promise and limit raised"
    rolled_back(hurried, first)
    assert urgency(pushed) == (0, {0})
    assert urgency(others) == (1, {1}), "as it was before any rung"
    assert pushed.events.count("priority_lowered") == 1
    slow = hurried.renew()
    for _ in range(3):
        clock_of(slow).forward(minutes=1)
        slow.watch.sweep(Lane.MANUAL)
    assert urgency(pushed) == (0, {0})
    due = pushed.tasks["verify"].due_at
    assert due is not None
    clock_of(slow).to(due)
    slow.watch.sweep(Lane.MANUAL)
    assert urgency(pushed) == (1, {1}), "late by the rules in force, it is urgent"
    assert slow.audit.verify() == []


def test_what_is_late_under_both_rules_stays_urgent(drafting: Office, drafts: Drafts) -> None:
    lodged = waiting_at(drafting, "verify")
    due = lodged.tasks["verify"].due_at
    assert due is not None
    clock_of(drafting).to(due)
    drafting.watch.sweep(Lane.MANUAL)
    assert urgency(lodged) == (1, {1})
    hurried, first = shortened(drafting, drafts)
    hurried.watch.sweep(Lane.MANUAL)
    assert urgency(lodged)[0] > 1
    rolled_back(hurried, first)
    assert urgency(lodged) == (1, {1}), "its step is late still; its promise and its limit are not"


def test_an_outage_that_undoes_a_lateness_takes_back_its_urgency_and_the_new_due_time_gives_it_again(
    either: Office,
) -> None:
    lodged = waiting_at(either, "verify")
    began, due = clock_of(either).forward(minutes=1), lodged.tasks["verify"].due_at
    assert due is not None
    clock_of(either).to(due)
    either.watch.sweep(Lane.MANUAL)
    assert urgency(lodged) == (1, {1})
    either.outages.start("POWER", lane=Lane.MANUAL, at=began, by="admin")
    either.outages.end("POWER", lane=Lane.MANUAL, at=began + timedelta(minutes=20), by="admin")
    assert urgency(lodged) == (0, {0})
    for _ in range(2):
        clock_of(either).to(lodged.tasks["verify"].due_at or due)
        either.watch.sweep(Lane.MANUAL)
        assert urgency(lodged) == (1, {1})
    assert lodged.events.count("priority_lowered") == 1
