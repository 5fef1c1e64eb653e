"""The scheduled flows with a real Prefect server: what fell due is flagged once, and Prefect's records stay true."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import Completed, Running, Scheduled
from support.office import CONFIG, a_dossier, an_office, clock_of
from support.prefect_runs import flow_runs

from adapters.settings import Settings
from domain.roles import Lane
from flows.cleaning import OURS, delete_old_runs, mark_crashed_runs
from flows.drive_lane import drive_lane
from flows.plan import sweeps
from flows.runtime import using
from flows.serve import begin_due, register
from flows.sweeps import HousekeepingIncomplete, housekeeping, watch_sla
from lanes.office import Office
from lanes.watch import SweepResult, Watch

pytestmark = pytest.mark.usefixtures("prefect_server")

T = TypeVar("T")


@flow(name="somebody-else-s")
def foreign() -> None:
    """A flow of others on a shared server."""


def in_office(office: Office, call: Awaitable[T]) -> T:
    async def within() -> T:
        with using(office, Settings(config=CONFIG)):
            return await call

    return asyncio.run(within())


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


def test_what_fell_due_is_flagged_once_also_when_two_sweeps_overlap(office: Office) -> None:
    lodged = [a_dossier(office).in_lane("online").lodged() for _ in range(3)]
    a_dossier(office).in_lane("manual").lodged()
    clock_of(office).forward(days=30)

    async def twice() -> list[dict[str, int]]:
        return await asyncio.gather(watch_sla("online"), watch_sla("online"))

    assert sum(counts["flagged"] for counts in in_office(office, twice())) == len(lodged)
    for minute in range(1, 5):
        clock_of(office).forward(minutes=1)
        office.watch.sweep(Lane.ONLINE) if minute < 4 else None
    assert in_office(office, watch_sla("online"))["flagged"] == 0
    late = [each for each in office.outbox.listing() if each.message == "staff_warning"]
    assert {str(each.values["reason"]).partition(" ")[0] for each in late} == {"watch-sla/manual"}, "nobody swept it"
    assert [each.events.count("fell_due") for each in lodged] == [1, 1, 1]


def test_housekeeping_seals_the_journal(office: Office) -> None:
    a_dossier(office).lodged()
    assert in_office(office, housekeeping())["sealed"] == 1
    assert in_office(office, housekeeping())["sealed"] == 0
    assert office.audit.verify() == []


def test_a_job_of_housekeeping_that_fails_stops_no_other_and_is_named(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> int:
        raise OSError

    a_dossier(office).lodged()
    monkeypatch.setattr(office.answers, "forget", broken)
    monkeypatch.setattr(office.verifications, "make_due", broken)
    with pytest.raises(HousekeepingIncomplete, match=r"^answers: OSError; faults: OSError$"):
        in_office(office, housekeeping())
    assert office.audit.seal() == 0, "it was sealed"
    assert "housekeeping" in {each.name for each in office.watch.runs() if each.last is not None}


async def _a_run(of: object, minutes: float | None, state: object) -> UUID:
    parameters = {} if minutes is None else {"lane": "online", "minutes": minutes}
    async with get_client() as client:
        run = await client.create_flow_run(of, parameters=parameters, state=state)
        return run.id


def _state(run: UUID) -> StateType | None:
    return {each.id: each.state_type for each in flow_runs()}.get(run)


def test_runs_left_running_by_a_killed_machine_are_marked_crashed_once_they_cannot_be_alive() -> None:
    dead = asyncio.run(_a_run(drive_lane, 5, Running()))
    alive = asyncio.run(_a_run(drive_lane, 60, Running()))
    others = asyncio.run(_a_run(foreign, None, Running()))
    asyncio.run(mark_crashed_runs(datetime.now(UTC) + timedelta(minutes=4)))
    assert _state(dead) is StateType.RUNNING
    assert asyncio.run(mark_crashed_runs(datetime.now(UTC) + timedelta(minutes=20))) == 1
    assert [_state(run) for run in (dead, alive, others)] == [
        StateType.CRASHED, StateType.RUNNING, StateType.RUNNING,
    ]  # fmt: skip
    asyncio.run(mark_crashed_runs(datetime.now(UTC) + timedelta(hours=2)))


def test_every_flow_of_ours_is_cleaned_up_after(office: Office) -> None:
    assert {drive_lane.name, *(each.flow.name for each in sweeps(office.config))} == set(OURS)


def test_old_runs_are_deleted_and_those_of_others_are_kept() -> None:
    long_ago = datetime.now(UTC) - timedelta(days=20)
    old = asyncio.run(_a_run(drive_lane, 5, Scheduled(scheduled_time=long_ago)))
    others = asyncio.run(_a_run(foreign, None, Scheduled(scheduled_time=long_ago)))
    recent = asyncio.run(_a_run(drive_lane, 5, Completed()))
    assert asyncio.run(delete_old_runs(14)) == 1

    async def there(run: UUID) -> bool:
        async with get_client() as client:
            try:
                await client.read_flow_run(run)
            except ObjectNotFound:
                return False
            return True

    assert [asyncio.run(there(run)) for run in (old, others, recent)] == [False, True, True]


def test_sweeps_stand_in_prefect_with_their_schedules_and_what_was_missed_is_done_once(office: Office) -> None:
    async def scenario() -> tuple[dict[str, Any], list[StateType | None]]:
        served = await register(sweeps(office.config))
        assert set(await register(sweeps(office.config))) == set(
            served
        )  # again, as after a restart: renewed, not doubled
        async with get_client() as client:
            every = {}
            for deployment in [await client.read_deployment(key) for key in served]:
                flow_name = served[deployment.id].name
                every[f"{flow_name}/{deployment.name}"] = deployment.schedules[0].schedule
            watch = next(key for key, its in served.items() if its is watch_sla)
            past = [Scheduled(scheduled_time=datetime.now(UTC) - timedelta(minutes=m)) for m in (9, 6, 0)]
            runs = [(await client.create_flow_run_from_deployment(watch, state=state)).id for state in past]
            running: dict[UUID, asyncio.Task[None]] = {}
            await begin_due(client, served, running)
            begun = dict(running)
            await begin_due(client, served, running)
            assert running == begun, "what runs is not begun again"
            await asyncio.gather(*running.values())
            return every, [(await client.read_flow_run(run)).state_type for run in runs]

    every, states = in_office(office, scenario())
    assert set(every) == {
        "watch-sla/online", "watch-sla/manual", "digest/online", "digest/manual", "lane-parity/office",
        "housekeeping/office",
    }  # fmt: skip
    assert every["watch-sla/online"].interval == timedelta(minutes=1)
    assert (every["digest/online"].cron, every["digest/online"].timezone) == ("30 7 * * *", "Asia/Makassar")
    assert states == [StateType.CANCELLED, StateType.CANCELLED, StateType.COMPLETED]


def test_a_lane_whose_sweep_is_held_up_holds_up_no_sweep_of_the_other(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, real = threading.Event(), Watch.sweep

    def sweep(watch: Watch, lane: Lane) -> SweepResult:
        if lane is Lane.MANUAL:
            assert held.wait(60)
        return real(watch, lane)

    async def scenario() -> list[StateType | None]:
        plan = [each for each in sweeps(office.config) if each.flow is watch_sla]
        served, running = await register(plan), dict[UUID, asyncio.Task[None]]()
        async with get_client() as client:
            now = Scheduled(scheduled_time=datetime.now(UTC))
            runs = {key: (await client.create_flow_run_from_deployment(key, state=now)).id for key in served}
            manual, online = sorted(served, key=lambda key: plan[list(served).index(key)].lane is Lane.ONLINE)
            await begin_due(client, served, running)
            await asyncio.wait_for(running[online], 30)
            assert not running[manual].done()
            held.set()
            await running[manual]
            return [(await client.read_flow_run(runs[key])).state_type for key in (online, manual)]

    monkeypatch.setattr(Watch, "sweep", sweep)
    try:
        assert in_office(office, scenario()) == [StateType.COMPLETED, StateType.COMPLETED]
    finally:
        held.set()
