"""Nobody's work waits on the list of somebody who is gone: guests, people who left, teams that were renamed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from support.office import at_once, clock_of, members_of, waiting_at

from adapters.sql.store import SqlStore
from domain.dossier import TaskStatus
from domain.lane import LaneRules
from domain.office import OfficeConfig
from domain.roles import Lane
from lanes.office import Office
from lanes.people import People
from lanes.rehoming import Rehomed, Rehoming
from lanes.turns import Turns


def test_what_a_guest_holds_goes_back_when_the_loan_has_ended(either: Office) -> None:
    guest = members_of(either, "online-front")[1]
    until = clock_of(either).now() + timedelta(hours=2)
    either.people.lend(guest, lane=Lane.MANUAL, team="manual-front", reason="a rush", until=until, by="kepala")
    lodged = waiting_at(either, "receive")
    either.desk.claim(lodged.number, "receive", by=guest)
    either.watch.sweep(Lane.MANUAL)
    assert lodged.tasks["receive"].assignee == guest
    clock_of(either).to(until)
    either.watch.sweep(Lane.MANUAL)
    assert lodged.tasks["receive"].status is TaskStatus.OPEN
    assert "task_released" in lodged.events


@pytest.mark.parametrize("leaves", ["the team", "the office"])
def test_what_somebody_holds_who_left_goes_back_to_the_team(office: Office, leaves: str) -> None:
    lodged = waiting_at(office, "receive")
    leaver, *_ = members_of(office, "manual-front")
    office.desk.claim(lodged.number, "receive", by=leaver)
    config = office.config
    if leaves == "the office":
        people = tuple(person for person in config.office.people if person.username != leaver)
        config = replace(config, office=config.office.model_copy(update={"people": people}))
    manual = config.lanes[Lane.MANUAL]
    front = manual.team["manual-front"]
    without = front.model_copy(update={"members": tuple(m for m in front.members if m != leaver)})
    teams = tuple(without if team.id == front.id else team for team in manual.teams)
    changed = replace(config, lanes={**config.lanes, Lane.MANUAL: manual.model_copy(update={"teams": teams})})
    assert _rehoming(office, changed).holders(Lane.MANUAL).tasks == 1
    assert lodged.tasks["receive"].status is TaskStatus.OPEN


def test_open_work_of_a_renamed_team_goes_to_the_one_that_has_its_role(either: Office) -> None:
    lodged = waiting_at(either, "receive")
    either.people.add("baru", "Orang Baru", email=None, lane=Lane.MANUAL, teams=["manual-front"], by="kepala")
    before = either.config.lanes[Lane.MANUAL]
    rules = _renamed(before, "manual-front", "manual-counters")
    rehoming = _rehoming(either, either.config)
    assert (rehoming.teams(rules, [before]).tasks, rehoming.teams(rules, [before]).tasks) == (1, 0)
    assert next(each for each in either.people.listing() if each.username == "baru").teams == (
        "manual/manual-counters",
    )
    assert lodged.tasks["receive"].team == "manual-counters"
    assert "task_moved" in lodged.events
    assert either.audit.verify() == []


def test_two_sweeps_at_once_move_each_task_once(either: Office) -> None:
    lodged = [waiting_at(either, "receive") for _ in range(6)]
    before = either.config.lanes[Lane.MANUAL]
    rules = _renamed(before, "manual-front", "manual-counters")
    found = at_once(*[lambda: _rehoming(either, either.config).teams(rules, [before])] * 2)
    assert sum(each.tasks for each in found if isinstance(each, Rehomed)) == 6
    assert [each.events.count("task_moved") for each in lodged] == [1] * 6


def test_a_broken_task_is_named_and_the_others_go_where_they_belong(office: Office) -> None:
    broken, whole = waiting_at(office, "receive"), waiting_at(office, "receive")
    before = office.config.lanes[Lane.MANUAL]
    rules = _renamed(before, "manual-front", "manual-counters")
    _spoil(office, "UPDATE task SET barred = '[' WHERE id = :id", broken.tasks["receive"].id)
    found = _rehoming(office, office.config).teams(rules, [before])
    assert (found.tasks, len(found.failed)) == (1, 1)
    assert whole.tasks["receive"].team == "manual-counters"


def test_one_broken_task_stops_no_outage_and_no_clock(office: Office) -> None:
    broken, whole = waiting_at(office, "receive"), waiting_at(office, "receive")
    guest = members_of(office, "online-front")[1]
    until = clock_of(office).now() + timedelta(hours=1)
    office.people.lend(guest, lane=Lane.MANUAL, team="manual-front", reason="a rush", until=until, by="kepala")
    office.desk.claim(broken.number, "receive", by=guest)
    _spoil(office, "UPDATE task SET barred = '[' WHERE id = :id", broken.tasks["receive"].id)
    clock_of(office).to(until)
    office.outages.start("POWER", lane=Lane.ONLINE, by="admin")
    swept = office.watch.sweep(Lane.MANUAL)
    assert {name.split(":")[0] for name in swept.failed} == {f"dossier {broken.number}"}
    assert "rung_passed" in whole.events


def _spoil(office: Office, statement: str, task_id: int) -> None:
    assert isinstance(office.store, SqlStore)
    with office.store.engine.begin() as connection:
        connection.execute(text(statement), {"id": task_id})


def _rehoming(office: Office, config: OfficeConfig) -> Rehoming:
    turns = Turns(config, office.tools.cases)
    return Rehoming(office.store, config, office.clock, People(office.store, config, office.clock, turns), turns)


def _renamed(rules: LaneRules, old: str, new: str) -> LaneRules:
    teams = tuple(team.model_copy(update={"id": new}) if team.id == old else team for team in rules.teams)
    return LaneRules.model_validate(rules.model_copy(update={"teams": teams}).model_dump())
