"""Work pools: what `jalur deploy` registers is run by ordinary Prefect workers, two for each lane."""

from __future__ import annotations

import pytest
from support.office_driver import OfficeDriver
from support.processes import Processes, wait_until

pytestmark = [pytest.mark.process, pytest.mark.timeout(240)]


def test_two_workers_a_lane_share_its_work_without_doing_anything_twice(processes: Processes) -> None:
    driver = OfficeDriver(processes.settings)
    processes.prefect()
    assert processes.start("deploy", "-m", "flows.deploy").wait(60) == 0, processes.log("deploy")
    for lane in ("online", "manual"):
        for number in (1, 2):
            processes.start(f"{lane}-{number}", "-m", "prefect", "worker", "start", "--pool", lane, "--type", "process",
                            "--name", f"{lane}-{number}")  # fmt: skip
    driver.hand_in(12, types=("KK-BARU", "BIO"))

    def all_closed() -> bool:
        driver.do_people_s_work()
        return not driver.open

    wait_until(all_closed, 200, lambda: (driver.waits_for(), processes.log("online-1"), processes.log("manual-2")))
    assert driver.office.audit.verify() == []
    keys = [event.key for event in driver.register.events()]
    assert len(set(keys)) == len(keys)
