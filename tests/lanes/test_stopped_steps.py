"""A step that only waits, and a person who ends it: an objection while a marriage is announced, on the day it comes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from support.office import (
    Lodged,
    a_dossier,
    an_office,
    clock_of,
    manager,
    members_of,
    somebody_for,
    taken,
    up_to,
    work_off,
)
from support.web import somebody

from domain.application import InvalidApplication
from domain.dossier import TaskKind, TaskStatus
from domain.errors import Refused
from domain.roles import Lane
from lanes.engine import LeaseLost
from lanes.office import Office

STEP, HEARD = "await_announcement", "hear_objection"
WORDS = {"objection": "Mempelai masih terikat perkawinan lain (contoh)."}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office whose dossiers agree with their journals at the end."""
    office = an_office(tmp_path_factory.mktemp("announced"))
    yield office
    assert office.audit.verify() == []


@pytest.fixture
def announced(opened: Office) -> Lodged:
    """A marriage of its own in the first days of its announcement."""
    clock_of(opened).to("Mon 08:00")
    return up_to(a_dossier(opened).of_type("KWN").in_lane("manual").lodged(), STEP)


def test_only_the_front_office_stops_it_only_as_an_objection_and_only_in_words(announced: Lodged) -> None:
    desk, before = announced.office.desk, (announced.dossier, announced.tasks)
    clerk, verifier = members_of(announced.office, "manual-front")[0], members_of(announced.office, "manual-verify")[0]
    for by, outcome, values, code in (
        (verifier, "objection", WORDS, "not_allowed"),
        (members_of(announced.office, "online-front")[0], "objection", WORDS, "not_allowed"),
        (clerk, "over", {}, "unknown_outcome"),
        (clerk, "rejected", {}, "unknown_outcome"),
    ):
        with pytest.raises(Refused) as refusal:
            desk.complete(announced.number, STEP, outcome, by=by, values=values)
        assert refusal.value.code == code
    with pytest.raises(InvalidApplication) as incomplete:
        desk.complete(announced.number, STEP, None, by=clerk)
    assert [str(problem).partition(":")[0] for problem in incomplete.value.problems] == ["objection"]
    for change in (desk.release, lambda number, step, by: desk.reassign(number, step, to=clerk, by=by)):
        with pytest.raises(Refused):
            change(announced.number, STEP, by=manager(announced.office))
    assert (announced.dossier, announced.tasks) == before


def test_an_objection_is_recorded_on_the_page_while_the_announcement_runs_and_the_days_go_on(
    announced: Lodged,
) -> None:
    office = announced.office
    work_off(office, Lane.MANUAL)
    over = announced.tasks[STEP].not_before
    assert over is not None
    clock_of(office).to(over - timedelta(days=3))
    clerk, stranger = (somebody(office, members_of(office, team)[0]) for team in ("manual-front", "manual-verify"))
    task = f"/desk/tasks/{announced.tasks[STEP].id}"
    assert task in clerk.get(f"/desk/dossiers/{announced.number}").links
    assert [form.action for form in stranger.get(task).forms if "complete" in form.action] == []
    form = clerk.get(task).form(f"{task}/complete")
    assert form.buttons == [("outcome", "objection")]
    assert clerk.send(f"{task}/complete", outcome="objection").status == 422  # nothing is told of it
    assert clerk.send(f"{task}/complete", outcome="objection", **WORDS).status == 200
    assert set(announced.tasks) == {HEARD}
    assert announced.tasks[HEARD].kind is TaskKind.HUMAN
    head = somebody_for(office, announced.tasks[HEARD])
    office.desk.complete(announced.number, HEARD, None, by=head, values={"objection_answer": "Sudah putus (contoh)."})
    work_off(office, Lane.MANUAL)
    assert announced.tasks[STEP].not_before == over


def test_what_a_worker_was_doing_when_the_objection_came_is_dropped(announced: Lodged) -> None:
    office = announced.office
    clock_of(office).to(announced.tasks[STEP].not_before or office.clock.now())
    claim = taken(office, announced, STEP)
    assert announced.tasks[STEP].status is TaskStatus.RUNNING
    office.desk.complete(announced.number, STEP, "objection", by=members_of(office, "manual-front")[0], values=WORDS)
    with pytest.raises(LeaseLost):
        office.engine.execute(claim)
    assert set(announced.tasks) == {HEARD}
