"""Every command of docs/api.md works as it stands there: with curl, against a real server on this machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from support.office import CONFIG, a_home, an_office, work_off
from support.processes import free_port, wait_until
from support.web import web_of

from adapters.clock import SystemClock
from domain.roles import Lane
from domain.scopes import ALL_SCOPES
from domain.webhooks import KINDS, sign
from lanes.office import Office

GUIDE = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The guide's code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def office(tmp_path: Path, sqlite_template: Path) -> Office:
    return an_office(a_home(tmp_path, sqlite_template), clock=SystemClock())  # type: ignore[arg-type]


@pytest.fixture
def served(office: Office) -> Iterator[str]:
    """The office's web on a port, and a worker that does the system's steps of the walk-in lane."""
    config = uvicorn.Config(web_of(office), host="127.0.0.1", port=free_port(), log_config=None, access_log=False)
    server, stop = uvicorn.Server(config), threading.Event()

    def work() -> None:
        while not stop.wait(0.05):
            work_off(office, Lane.MANUAL)

    threads = [threading.Thread(target=server.run, daemon=True), threading.Thread(target=work, daemon=True)]
    for thread in threads:
        thread.start()
    wait_until(lambda: server.started, 30, "the web is served", rest_s=0.05)
    yield f"http://127.0.0.1:{config.port}/api"
    server.should_exit = True
    stop.set()
    for thread in threads:
        thread.join()


def test_every_command_of_the_guide_works(served: str, tmp_path: Path) -> None:
    folder = tmp_path / "programs"
    folder.mkdir()
    environment = {
        **os.environ, "API": served, "JALUR_HOME": str(tmp_path), "JALUR_CONFIG": str(CONFIG),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "no_proxy": "127.0.0.1",
    }  # fmt: skip
    script = "set -euo pipefail\nset -x\n" + "\n".join(blocks("sh"))
    done = subprocess.run(["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True,
                          timeout=240, check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-3_000:]


def test_the_guide_checks_signatures_as_they_are_made() -> None:
    (code,) = blocks("python")
    names: dict[str, Any] = {}
    exec(code, names)
    secret, now = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", datetime.now(UTC)
    headers = {"webhook-id": "wh-1", "webhook-timestamp": str(int(now.timestamp())),
               "webhook-signature": sign(secret, "wh-1", now, b"{}")}  # fmt: skip
    assert names["is_genuine"](secret, headers, b"{}")
    assert not names["is_genuine"](secret, headers, b"{ }")
    assert not names["is_genuine"](secret, {**headers, "webhook-timestamp": str(int(time.time()) - 999)}, b"{}")


def test_the_guide_names_every_scope_and_every_kind_of_event() -> None:
    for name in (*ALL_SCOPES, *KINDS.values()):
        assert f"`{name}`" in GUIDE, name
