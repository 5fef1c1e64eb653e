"""`jalur demo` as a process of its own, with its own Prefect server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from support.processes import free_port

ROOT = Path(__file__).parents[2]


def played(home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Play a demo into a home; gives what it printed."""
    environment = {**os.environ, "JALUR_HOME": str(home), "JALUR_PREFECT_PORT": str(free_port())}
    for name in ("PREFECT_HOME", "PREFECT_API_URL"):
        environment.pop(name, None)
    return subprocess.run(
        [sys.executable, "-m", "flows.demo", *options], cwd=ROOT, env=environment, capture_output=True, text=True,
        timeout=580, check=False,
    )  # fmt: skip
