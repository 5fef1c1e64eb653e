"""Numbers of the waiting room and unfinished work, the same on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from adapters.sql.store import SqlStore
from domain.dossier import Dossier, DossierStatus, Task, TaskKind, TaskStatus
from domain.roles import Lane, Role
from domain.ticket import Ticket, TicketStatus
from lanes.records.unfinished import UnfinishedRecord
from lanes.store import Store, Work

NOW = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
DAY = "2026-03-03"


@pytest.fixture
def store(engine: Engine) -> Store:
    return SqlStore(engine)


def tickets(work: Work, *firsts: str, day: str = DAY) -> None:
    """Numbers in this order."""
    for serial, first in enumerate(firsts, 1):
        work.tickets.add(Ticket(day=day, number=f"A-{serial:03}", first=first, taken_at=NOW))


def test_who_is_served_first_is_called_first_and_two_counters_call_two(store: Store) -> None:
    with store.begin() as work:
        tickets(work, "", "elderly", "")
        tickets(work, "pregnant", day="2026-03-02")
    called = []
    for counter in (1, 2, 3):
        with store.begin() as work:
            found = work.tickets.first_waiting(DAY)
            assert found is not None
            work.tickets.save(found.call(counter, f"clerk.{counter}", NOW + timedelta(minutes=counter)))
            called.append(found.number)
    assert called == ["A-002", "A-001", "A-003"]
    with store.begin() as work:
        assert work.tickets.first_waiting(DAY) is None
        held = work.tickets.held_by(DAY, "clerk.2", lock=True)
        assert held is not None
        work.tickets.save(held.serve(NOW, "MN-2026-000001"))
    with store.read() as work:
        served = work.tickets.with_dossier("MN-2026-000001")
        assert served == held.serve(NOW, "MN-2026-000001")
        assert served.status is TicketStatus.SERVED
        assert work.tickets.with_dossier("MN-2026-000002") is None
        assert work.tickets.held_by(DAY, "clerk.2") is None
        assert work.tickets.last_counter(DAY, "clerk.2") == 2
        assert work.tickets.last_counter(DAY, "clerk.9") is None
        assert [each.number for each in work.tickets.of_day(DAY)] == ["A-001", "A-002", "A-003"]
        assert work.tickets.get(DAY, "A-009") is None
    with store.begin() as work:
        assert work.tickets.forget_before(DAY) == 1


def a_task(work: Work) -> Task:
    """A task that somebody holds."""
    dossier = work.dossiers.add(
        Dossier(number="MN-2026-000001", lane=Lane.MANUAL, channel="counter", code="KK-BARU", workflow_version="v",
                status=DossierStatus.SUBMITTED, district="", village="", submitted_at=NOW),
        [("dossier_submitted", {})], at=NOW, actor="applicant",
    )  # fmt: skip
    (task,) = work.tasks.add([
        Task(dossier_id=dossier.id, lane=Lane.MANUAL, code="KK-BARU", step="receive", kind=TaskKind.HUMAN,
             status=TaskStatus.CLAIMED, team="manual-front", role=Role.FRONT_OFFICE, assignee="a.b", ready_at=NOW,
             claimed_at=NOW)
    ])  # fmt: skip
    return task


def test_unfinished_work_is_kept_replaced_and_forgotten_when_it_is_let_go(store: Store) -> None:
    with store.begin() as work:
        task = a_task(work)
        first = UnfinishedRecord(task_id=task.id, username="a.b", version=1, saved_at=NOW, key_id="k", cipher=b"\x00x")
        work.unfinished.put(first)
    second = replace(first, version=2, cipher=b"y", saved_at=NOW + timedelta(minutes=1))
    with store.begin() as work:
        assert work.unfinished.get(task.id) == first
        work.unfinished.put(second)
        assert work.unfinished.get(task.id) == second
        assert work.unfinished.forget_let_go() == 0
        work.tasks.save(replace(task, assignee="c.d", claimed_at=NOW + timedelta(minutes=2)))
        assert work.unfinished.forget_let_go() == 1
        work.unfinished.put(second)
        work.unfinished.remove(task.id)
        assert work.unfinished.get(task.id) is None
