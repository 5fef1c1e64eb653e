"""`jalur up`, `web`, `work`, `deploy`, `demo`: the processes of a running office. All but the first two are Prefect's
side (`flows/`), which this process becomes: the command line itself knows nothing of Prefect."""

from __future__ import annotations

import gc
import os
import sys
from typing import Annotated, NoReturn

import typer

from adapters.cli.options import Json, command
from adapters.cli.session import configuration, quiet, settings
from domain.roles import Lane

_PANEL = "Running the office"


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "up", "jalur up", rich_help_panel=_PANEL)(up)
    command(app, "web", "jalur web --port 8080", rich_help_panel=_PANEL)(web)
    command(app, "work", "jalur work --lane online", rich_help_panel=_PANEL)(work)
    command(app, "deploy", "jalur deploy", "prefect worker start --pool online", rich_help_panel=_PANEL)(deploy)
    command(
        app, "demo", "jalur demo --days 5 --seed 7", "jalur demo --days 2 --dossiers 100 --online-share 0.5 --json",
        "JALUR_HOME=var/five-weeks jalur demo --five-weeks --dossiers 700",
        rich_help_panel=_PANEL,
    )(demo)  # fmt: skip


def _become(module: str, *options: str) -> NoReturn:
    """Go on as `python -m flows.…`, in the same process: signals and the exit code are its own."""
    settings()  # a wrong setting is told here, in words
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *options])  # noqa: S606 - our own module


def up(as_json: Json = False) -> None:
    """Serve the office on this machine: the pages, Prefect's server, a worker for each lane, the sweeps.

    Ctrl-C ends it all. What dies is started again. Nothing but Python needs to be installed. With --json, a line for
    each event.
    """
    from adapters import supervisor

    gc.enable()
    quiet()
    supervisor.run(settings(), as_json=as_json)


def web(
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="The port to listen on, in place of JALUR_WEB_PORT.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Serve the pages and the API until stopped. `jalur up` runs this too."""
    _become("adapters.web.serve", *(("--port", str(port)) if port else ()), *_json(as_json))


def work(
    lane: Annotated[Lane, typer.Option("--lane", help="The lane to work in.")], as_json: Json = False
) -> None:  # fmt: skip
    """Execute the automatic steps of one lane until stopped. `jalur up` runs one of these for each lane."""
    _become("flows.work", "--lane", lane.value, *_json(as_json))


def deploy(as_json: Json = False) -> None:
    """Register the flows in Prefect's work pools `online` and `manual`, for workers on other machines.

    Needs a Prefect server (JALUR_PREFECT_API_URL) and PostgreSQL (JALUR_DATABASE_URL).
    """
    _become("flows.deploy", *_json(as_json))


def _json(wanted: bool) -> list[str]:
    return ["--json"] if wanted else []


def demo(
    days: Annotated[int | None, typer.Option("--days", min=1, help="Working days to play.")] = None,
    dossiers: Annotated[int | None, typer.Option("--dossiers", min=1, help="Applications in all.")] = None,
    online_share: Annotated[
        float | None, typer.Option("--online-share", min=0, max=1, help="Share of them that comes in online, 0 to 1.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="The same seed plays the same days.")] = None,
    five_weeks: Annotated[
        bool, typer.Option("--five-weeks", help="Five weeks with an outage, a staff cut, a flood and new rules.")
    ] = False,
    if_empty: Annotated[bool, typer.Option("--if-empty", help="Do nothing in a home that is in use.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="End with JSON on standard output.")] = False,
) -> None:
    """Play working days of a city's office on a simulated clock, with made-up people in both lanes.

    The office then holds real work for `jalur tasks`, `next` and `complete`. At the end, a table per lane.
    """
    configuration()  # with mistakes in it nothing is begun
    given = {"--days": days, "--dossiers": dossiers, "--online-share": online_share, "--seed": seed}
    options = [text for name, value in given.items() if value is not None for text in (name, str(value))]
    flags = {"--five-weeks": five_weeks, "--if-empty": if_empty, "--json": as_json}
    _become("flows.demo", *options, *(name for name, on in flags.items() if on))
