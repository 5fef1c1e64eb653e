"""One row that holds what it cannot hold is named and stepped over: everybody else in its lane is served."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs
from support.office import Lodged, do, members_of, waiting_at

from adapters.sql.store import SqlStore
from domain.roles import Lane
from lanes.office import Office

BROKEN = ["task SET kind = 'paper'", "task SET barred = '['", "task SET details = '{'",
          "dossier SET status = 'lost'", "dossier SET held = ']'"]  # fmt: skip


def spoilt(office: Office, change: str, lodged: Lodged, step: str = "receive") -> None:
    which = lodged.tasks[step].id if change.startswith("task") else lodged.dossier.id
    assert isinstance(office.store, SqlStore)
    with office.store.engine.begin() as connection:
        connection.execute(text(f"UPDATE {change} WHERE id = :id"), {"id": which})


@pytest.mark.parametrize("change", BROKEN)
def test_one_broken_row_among_many_stops_nobodys_list(either: Office, change: str) -> None:
    broken, *others = (waiting_at(either, "receive") for _ in range(4))
    task, dossier = broken.tasks["receive"].id, broken.dossier.id
    spoilt(either, change, broken)
    clerk = members_of(either, "manual-front")[0]
    with capture_logs() as logs:
        listed = [found.number for _, found in either.views.tasks(lane=Lane.MANUAL)]
        first = either.desk.next(clerk)
    assert listed == [each.number for each in others]
    assert first is not None
    assert first[1].number == others[0].number, "and not the one before it, which nobody can read"
    assert {(each["event"], each["table"], each["row"]) for each in logs} == {("row_unreadable", "task", task)}
    assert any(f"row {task if change.startswith('task') else dossier}" in fault for fault in either.audit.verify())


def test_one_broken_step_among_many_stops_no_lanes_worker(either: Office) -> None:
    broken, whole = (waiting_at(either, "receive") for _ in range(2))
    for each in (broken, whole):
        do(each, "receive", "complete", out_of_turn="SAME_CASE")
    spoilt(either, "dossier SET status = 'lost'", broken)
    with capture_logs() as logs:
        claims = either.engine.claim_ready(Lane.MANUAL, "test", 8)
    assert [claim.number for claim in claims] == [whole.number]
    assert [each["event"] for each in logs] == ["row_unreadable"]


def test_one_broken_dossier_stops_no_report(either: Office) -> None:
    broken, whole = (waiting_at(either, "receive") for _ in range(2))
    spoilt(either, "dossier SET status = 'lost'", broken)
    with either.store.read() as work, capture_logs():
        assert [dossier.number for dossier, _ in work.dossiers.everything()] == [whole.number]
        listed = work.dossiers.listing(lane=Lane.MANUAL, open_only=True)
    assert [dossier.number for dossier in listed] == [whole.number]
