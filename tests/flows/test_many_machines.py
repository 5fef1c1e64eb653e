"""Work pools: what `jalur deploy` registers is run by ordinary Prefect workers, two for each lane, on PostgreSQL."""

from __future__ import annotations

import psutil
import pytest
from support.office_driver import OfficeDriver
from support.processes import Processes, wait_until

pytestmark = [pytest.mark.process, pytest.mark.timeout(600)]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_workers_a_lane_share_its_work_without_doing_anything_twice(
    database_url: str, processes: Processes
) -> None:
    processes.settings = processes.settings.model_copy(update={"database_url": database_url})
    driver = OfficeDriver(processes.settings)
    processes.prefect()
    assert processes.start("deploy", "-m", "flows.deploy").wait(60) == 0, processes.log("deploy")
    workers = [
        processes.start(f"{lane}-{number}", "-m", "prefect", "worker", "start", "--pool", lane, "--type", "process",
                        "--name", f"{lane}-{number}")
        for lane in ("online", "manual")
        for number in (1, 2)
    ]  # fmt: skip
    driver.hand_in(12, types=("KK-BARU", "BIO"))

    def all_closed() -> bool:
        driver.do_people_s_work()
        return not driver.open

    wait_until(all_closed, 400, lambda: (driver.waits_for(), *map(processes.log, processes.running)))
    assert driver.office.audit.verify() == []
    keys = [event.key for event in driver.register.events()]
    assert len(set(keys)) == len(keys)

    runs = [run for worker in workers for run in psutil.Process(worker.pid).children(recursive=True)]
    assert len(runs) >= 2
    processes.kill()
    assert not any(run.is_running() for run in runs)
