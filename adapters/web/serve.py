"""`jalur web`: the pages and the API as a process; `jalur up` runs it as one of its children.

`python -m adapters.web.serve [--port N]`. SIGTERM and SIGINT end it when the answers under way are given.
"""

from __future__ import annotations

import argparse
import resource
import sys

import structlog
import uvicorn

from adapters import lifeline, logs
from adapters.bootstrap import build
from adapters.cli.boundary import guarded
from adapters.settings import Settings
from adapters.starting import must_be_free, must_be_real
from adapters.status import tell
from adapters.web.app import create_app

log = structlog.get_logger()

_CLOSING_S = 5  # how long answers under way may take after a stop
_AT_ONCE = 4_000  # connections, silent ones too; more get a 503 at once


def run(settings: Settings) -> None:
    """Serve until a signal. Raises Refused or ConfigError when it cannot begin."""
    logs.configure(process="web")
    lifeline.watch()
    must_be_real(settings)
    office = build(settings)
    app = create_app(office, settings)
    if not office.tools.papers.viruses.name:
        log.warning("uploads_not_scanned_for_viruses", setting="JALUR_CLAMD")
    _room_for_connections()
    must_be_free(settings.web_host, settings.web_port, "the web", "JALUR_WEB_PORT")
    tell(settings.home, "web", "serving", port=settings.web_port)
    uvicorn.run(
        app, host=settings.web_host, port=settings.web_port, log_config=None, access_log=False, server_header=False,
        timeout_keep_alive=20, timeout_graceful_shutdown=_CLOSING_S, limit_concurrency=_AT_ONCE,
        forwarded_allow_ips=str(settings.trusted_proxy),
    )  # fmt: skip
    tell(settings.home, "web", "stopped")


def _room_for_connections() -> None:
    """Let this process hold as many files as it takes connections, as far as the machine lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * _AT_ONCE if hard == resource.RLIM_INFINITY else min(2 * _AT_ONCE, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def main() -> int:
    """Read the options and serve; gives the exit code: 0 stopped, 1 refused."""
    parser = argparse.ArgumentParser(prog="jalur web", description=__doc__.split("\n")[0])
    parser.add_argument("--port", type=int, help="the port to listen on, in place of JALUR_WEB_PORT")
    parser.add_argument("--json", action="store_true", help="tell as JSON why it cannot serve")
    given = parser.parse_args()

    def serve() -> None:
        settings = Settings()
        run(settings.model_copy(update={"web_port": given.port}) if given.port else settings)

    return guarded(serve, as_json=given.json)


if __name__ == "__main__":
    sys.exit(main())
