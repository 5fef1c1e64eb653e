"""Prefect's server as a child of `jalur up`: quiet, without telemetry, and gone when its supervisor is.

`python -m flows.server` is `prefect server start` on the host and port of the settings.
"""

from __future__ import annotations

import sys

from prefect.cli import app

from adapters import lifeline
from adapters.settings import Settings


def run() -> None:
    """Serve until SIGTERM. Raises SystemExit as Prefect's own command does."""
    settings = Settings()
    settings.prefect_home.mkdir(mode=0o700, parents=True, exist_ok=True)  # SQLite makes files, not folders
    lifeline.watch()
    sys.argv[1:] = ["server", "start", "--host", settings.prefect_host, "--port", str(settings.prefect_port)]
    app()


if __name__ == "__main__":
    run()
