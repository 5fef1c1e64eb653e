"""Lane workers as real processes: they stop in an orderly way, and wait for Prefect's server while people go on."""

from __future__ import annotations

import signal

import pytest
from support.office_driver import OfficeDriver
from support.processes import Processes, wait_until

from adapters.status import told
from domain.dossier import TaskKind, TaskStatus
from domain.roles import Lane

pytestmark = pytest.mark.process


def state(processes: Processes, lane: str) -> str | None:
    return (told(processes.settings.home, f"work-{lane}") or {}).get("state")


def test_without_prefect_s_server_people_go_on_and_ready_steps_wait_until_it_is_back(processes: Processes) -> None:
    driver = OfficeDriver(processes.settings)
    processes.prefect()
    processes.worker("online")
    driver.hand_in(4, types=("KK-BARU",))
    online = [each for each in driver.lodged if each.dossier.lane is Lane.ONLINE]
    wait_until(lambda: all("receive" in each.tasks for each in online), 60, lambda: processes.log("work-online"))

    processes.kill()
    processes.worker("online")
    wait_until(lambda: state(processes, "online") == "waiting_for_prefect", 60, lambda: processes.log("work-online"))
    before = len(driver.lodged)
    driver.hand_in(2, types=("BIO",))
    assert driver.do_people_s_work() == len(online)
    assert len(driver.lodged) == before + 2
    assert driver.office.engine.waiting(Lane.ONLINE) == len(online) + 1
    assert not any("enter" in each.tasks for each in online)

    processes.prefect()
    wait_until(lambda: all("enter" in each.tasks for each in online), 60, lambda: processes.log("work-online"))
    assert state(processes, "online") == "working"


def test_a_worker_that_is_asked_to_stop_hands_its_steps_back_and_ends_within_seconds(processes: Processes) -> None:
    driver = OfficeDriver(processes.settings)
    processes.prefect()
    processes.worker("online")
    driver.hand_in(60, types=("BIO",))
    driver.hand_in(20, types=("KK-BARU",))

    def under_way() -> bool:
        return any(task.status in (TaskStatus.RUNNING, TaskStatus.DONE) for task, _ in driver.live())

    wait_until(lambda: under_way() or driver.do_people_s_work(), 60, lambda: processes.log("work-online"))
    worker = processes.running.pop("work-online")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0
    assert state(processes, "online") == "stopped"
    # whoever comes next need not wait for any lease: all of them can be had at once
    held = [task for task, dossier in driver.live() if task.status is TaskStatus.RUNNING]
    now = driver.office.clock.now()
    assert not [
        task for task in held if task.lease_until and task.lease_until > now and task.kind is TaskKind.AUTOMATIC
    ]
