"""`jalur up` with real processes: what dies is started again, all stop together, and it says in words what is wrong."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from support.processes import ROOT, Processes, environment, wait_until

pytestmark = pytest.mark.process

UP = ("-m", "adapters.cli.main", "up")


class Up:
    """A running `jalur up`, and what it reported."""

    def __init__(self, processes: Processes) -> None:
        self.out = processes.settings.home.with_suffix(".out")
        with self.out.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, *UP, "--json"], env=environment(processes.settings), cwd=ROOT, stdout=out,
                stderr=subprocess.STDOUT,
            )  # fmt: skip

    def told(self, event: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.out.read_text().splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == event]

    def wait(self, event: str, times: int = 1) -> dict[str, Any]:
        wait_until(lambda: len(self.told(event)) >= times, 90, lambda: (event, self.out.read_text()[-2000:]))
        return self.told(event)[times - 1]

    def children(self) -> dict[str, int]:
        return {line["name"]: line["pid"] for line in self.told("started")}


@pytest.fixture
def up(processes: Processes) -> Iterator[Up]:
    up = Up(processes)
    yield up
    if up.process.poll() is None:
        up.process.terminate()
        up.process.wait(30)


def gone(pids: list[int]) -> bool:
    return not any(psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in pids)


def test_an_office_is_kept_up_and_stops_as_one(up: Up, processes: Processes) -> None:
    up.wait("prefect_up")
    assert set(up.children()) == {"prefect", "work-online", "work-manual", "serve", "web"}

    api = processes.settings.prefect_api

    def sweeps() -> set[str]:
        found = httpx.post(f"{api}/deployments/filter", json={}).json()
        return {each["name"] for each in found if each["schedules"][0]["active"]}

    wait_until(lambda: sweeps() == {"online", "manual", "office"}, 60, lambda: processes.log("serve"))

    def scheduled() -> int:
        return int(httpx.post(f"{api}/flow_runs/count", json={"flows": {"name": {"any_": ["watch-sla"]}}}).json())

    wait_until(lambda: scheduled() > 2, 60, "Prefect schedules the sweeps")

    os.kill(up.children()["work-online"], signal.SIGKILL)
    assert up.wait("died")["name"] == "work-online"
    up.wait("started", 6)

    os.kill(up.children()["prefect"], signal.SIGKILL)
    assert set(up.wait("prefect_down")["waiting"]) == {"online", "manual"}
    up.wait("prefect_back")

    pids = list(up.children().values())
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(30) == 0
    assert up.told("stopped")
    assert gone(pids)


def test_children_end_by_themselves_when_it_is_killed(up: Up) -> None:
    up.wait("prefect_up")
    pids = list(up.children().values())
    up.process.kill()
    up.process.wait()
    wait_until(lambda: gone(pids), 20, "orphans ended")


def _refused(processes: Processes) -> str:
    done = subprocess.run(
        [sys.executable, *UP],
        env=environment(processes.settings),
        cwd=ROOT,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stdout == b""
    return done.stderr.decode()


def test_a_second_one_on_the_same_folder_is_refused(up: Up, processes: Processes) -> None:
    up.wait("opening")
    assert f"Jalur is already up on {processes.settings.home} (process {up.process.pid})." in _refused(processes)


@pytest.mark.parametrize("name", ["prefect_port", "web_port"])
def test_a_port_in_use_is_refused_in_one_sentence_that_says_what_to_do(processes: Processes, name: str) -> None:
    port = getattr(processes.settings, name)
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        said = _refused(processes)
    assert said.count("\n") == 2, "what is in the way, and what to do"
    assert f"127.0.0.1:{port}" in said
    assert f"JALUR_{name.upper()}" in said
    assert list(processes.settings.home.glob("*")) == [processes.settings.home / "up.lock"]


def test_a_broken_configuration_is_told_before_anything_starts(processes: Processes, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    processes.settings = processes.settings.model_copy(update={"config": empty})
    assert "office.yaml" in _refused(processes)
