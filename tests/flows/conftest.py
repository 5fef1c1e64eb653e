"""One Prefect server for all tests that run flows in this process; its address stands before Prefect is imported."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.processes import Processes, free_port

from adapters.prefect_env import prefect_environment
from adapters.settings import Settings

_SERVER = Settings(home=Path(tempfile.mkdtemp(prefix="jalur-prefect-")), prefect_port=free_port())
os.environ.update(prefect_environment(_SERVER))


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[Processes]:
    """The session's Prefect server."""
    processes = Processes(_SERVER)
    processes.prefect()
    yield processes
    processes.kill()


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    """Processes of an office of the test's own, with a Prefect server of its own once it is started."""
    config = Path(__file__).parents[2] / "config"
    own = Processes(Settings(home=tmp_path, config=config, prefect_port=free_port(), web_port=free_port(), lease_s=5))
    yield own
    own.kill()
