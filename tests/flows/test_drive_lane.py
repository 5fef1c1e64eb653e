"""A lane's flow with the real engine, store and Prefect: what is ready is executed, once, and what fails gets stuck."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.office import CONFIG, Lodged, a_dossier, an_office, do, residents, shipped
from support.prefect_runs import flow_runs, task_runs
from support.processes import wait_until

from adapters.settings import Settings
from domain.dossier import DossierStatus, TaskKind, TaskStatus
from domain.office import OfficeConfig
from domain.workflow import Workflow
from flows.drive_lane import drive_lane
from flows.runtime import using
from lanes.office import Office
from lanes.ports import Resident, Unavailable

pytestmark = pytest.mark.usefixtures("prefect_server")


def drive(office: Office, *lanes: str, runs: int = 1, slots: int = 8) -> Counter[str]:
    """Let this many runs of each lane work side by side until nothing is left to do."""

    async def work() -> list[dict[str, int]]:
        with using(office, Settings(config=CONFIG, worker_slots=slots)):
            return await asyncio.gather(*(drive_lane(lane, minutes=1, until_idle=True) for lane in lanes * runs))

    total: Counter[str] = Counter()
    for counts in asyncio.run(work()):
        total.update(counts)
    return total


def quick(step: str, *, retries: int) -> OfficeConfig:
    """The shipped office, where one step of a new family card is tried again after a second and may take one."""
    config = shipped()
    body = config.workflows["KK-BARU"].model_dump(mode="json", by_alias=True)
    body["steps"][step] |= {"retries": retries, "retry_delay": "1s", "timeout": "1s"}
    return replace(config, workflows={**config.workflows, "KK-BARU": Workflow.model_validate(body)})


class Register:
    """The sandbox register, with a look-up of people that does what the test says."""

    def __init__(self, check: Callable[[str], Resident | None]) -> None:
        self.resident = check

    def __getattr__(self, name: str) -> Any:
        return getattr(residents(), name)


def at_the_check(office: Office) -> Lodged:
    """A dossier whose identity check is ready."""
    lodged = a_dossier(office).in_lane("online").lodged()
    drive(office, "online")
    do(lodged, "receive")
    return lodged


def test_a_dossier_goes_from_submission_to_the_issued_document(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    lodged = a_dossier(office).in_lane("online").lodged()
    while lodged.dossier.is_open:
        drive(office, "online")
        for task in [task for task in lodged.tasks.values() if task.kind is TaskKind.HUMAN]:
            do(lodged, task.step)
    drive(office, "online")
    assert lodged.dossier.status is DossierStatus.ISSUED
    assert office.audit.verify() == []
    with office.store.read() as work:
        assert {message.status for message in work.outbox.listing()} == {"sent"}

    automatic = {f"{lodged.number} {t.step}" for t in office.views.dossier(lodged.number)[1] if not t.role}

    def seen() -> dict[str, Any]:
        return {run.name: run for run in task_runs() if run.state_name == "Completed"}

    wait_until(lambda: automatic <= set(seen()), 20, lambda: (automatic, sorted(seen())))
    run = seen()[f"{lodged.number} check_identity"]
    assert set(run.tags) >= {"lane:online", "type:KK-BARU"}
    assert any(name.startswith(f"{lodged.number}:received") for name in seen())
    assert {r.name.split(" 2")[0] for r in flow_runs()} <= {"drive online", "drive manual"}


def test_a_step_that_keeps_failing_gets_stuck_with_its_reason_and_is_taken_on_again(tmp_path: Path) -> None:
    tries: list[str] = []
    broken = True

    def check(nik: str) -> Resident | None:
        tries.append(nik)
        if broken:
            raise Unavailable("The register does not answer.")
        return residents().resident(nik)

    office = an_office(tmp_path, registry=Register(check), config=quick("check_identity", retries=2))
    lodged = at_the_check(office)
    assert drive(office, "online")["failed"] == 1
    stuck = lodged.tasks["check_identity"]
    assert len(tries) == 3
    assert (stuck.status, stuck.error) == (TaskStatus.STUCK, "Unavailable: The register does not answer.")

    broken = False
    office.engine.retry(lodged.number, "check_identity", by=office.config.lanes[lodged.dossier.lane].manager)
    assert drive(office, "online")["done"] == 1
    assert "enter" in lodged.tasks


def test_a_step_that_waits_for_another_try_keeps_no_other_step_waiting(tmp_path: Path) -> None:
    others: list[bool] = []

    def check(nik: str) -> Resident | None:
        others.append("receive" in other.tasks)
        raise Unavailable("The register does not answer.")

    office = an_office(tmp_path, registry=Register(check), config=quick("check_identity", retries=2))
    at_the_check(office)
    other = a_dossier(office).in_lane("online").lodged()
    drive(office, "online", slots=1)
    assert others == [False, True, True]


def test_a_step_that_hangs_is_stopped_at_its_timeout(tmp_path: Path) -> None:
    ends = threading.Event()

    def check(nik: str) -> Resident | None:
        ends.wait()
        return residents().resident(nik)

    office = an_office(tmp_path, registry=Register(check), config=quick("check_identity", retries=0))
    lodged = at_the_check(office)
    assert drive(office, "online")["failed"] == 1
    stuck = lodged.tasks["check_identity"]
    assert (stuck.status, stuck.error) == (TaskStatus.STUCK, "It did not end within 1 s and was stopped.")

    ends.set()  # its thread goes on after all: what it found is no longer wanted
    office.engine.retry(lodged.number, "check_identity", by=office.config.lanes[lodged.dossier.lane].manager)
    drive(office, "online")
    assert [t.outcome for t in office.views.dossier(lodged.number)[1] if t.step == "check_identity"] == ["match"]


def test_a_step_whose_dossier_ended_meanwhile_is_dropped(tmp_path: Path) -> None:
    lodged: list[Lodged] = []

    def check(nik: str) -> Resident | None:
        office.closing.withdraw(lodged[0].number, lodged[0].code)
        return residents().resident(nik)

    office = an_office(tmp_path, registry=Register(check))
    lodged.append(at_the_check(office))
    counts = drive(office, "online")
    assert (counts["dropped"], counts["failed"]) == (1, 0)
    assert lodged[0].dossier.status is DossierStatus.WITHDRAWN


def test_several_runs_of_both_lanes_share_the_work_without_doing_anything_twice(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    lodged = [a_dossier(office).in_lane(lane).lodged() for lane in ("online", "manual") * 8]
    counts = drive(office, "online", "manual", runs=2)
    assert counts["done"] == len(lodged)
    assert counts["failed"] == counts["broken"] == 0
    assert all("receive" in each.tasks for each in lodged)
    with office.store.read() as work:
        sent = Counter(message.key for message in work.outbox.listing() if message.status == "sent")
    assert set(sent.values()) == {1}
    assert counts["messages"] == len(lodged)


def test_a_run_leaves_the_other_lane_alone(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    walk_in = a_dossier(office).in_lane("manual").lodged()
    assert drive(office, "online") == Counter()
    assert walk_in.tasks["intake"].status is TaskStatus.READY


def test_prefect_never_sees_what_an_error_says_about_a_person(tmp_path: Path) -> None:
    told: list[str] = []

    def check(nik: str) -> Resident | None:
        told.append(nik)
        raise RuntimeError(f"no answer for {nik}")

    office = an_office(tmp_path, registry=Register(check), config=quick("check_identity", retries=0))
    lodged = at_the_check(office)
    drive(office, "online")
    assert lodged.tasks["check_identity"].error == "RuntimeError"

    def failed() -> list[Any]:
        return [
            run for run in task_runs() if run.name == f"{lodged.number} check_identity" and run.state_name == "Failed"
        ]

    wait_until(failed, 20, "the failed run in Prefect")
    kept = "".join(run.model_dump_json() for run in (*task_runs(), *flow_runs()))
    assert told
    assert not [word for word in told if word in kept]
