"""`jalur demo`: working days of a city's office on a simulated clock, up to the present; Prefect executes for real.

Run as `python -m flows.demo --days 5 --seed 7`. The simulation (`adapters.demo.city`) moves people and time; whenever
automatic steps are to be executed its clock stands still, and a `drive_lane` run of each lane works until nothing is
left. Retries follow one another without a wait there, since no simulated time could pass in it (docs/demo.md).
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stderr
from typing import Any
from zoneinfo import ZoneInfo

from prefect.events.worker import EventsWorker
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from adapters import logs
from adapters.cli.arguments import Arguments
from adapters.cli.boundary import guarded
from adapters.cli.output import console, say, say_json
from adapters.clock import SystemClock
from adapters.demo.city import City
from adapters.demo.clock_figures import clock_figures
from adapters.demo.figures import lane_figures, somewhere
from adapters.demo.five_weeks import DAYS, DOSSIERS
from adapters.demo.five_weeks_figures import five_weeks_figures
from adapters.demo.marker import in_use, mark
from adapters.demo.opening import Wish, open_city, with_own_config
from adapters.demo.report import print_report
from adapters.settings import Settings
from domain.errors import Refused
from domain.passwords import DEMO
from domain.roles import Lane
from flows.demo_lanes import count_runs, live
from flows.prefect_server import prefect_server


async def demo(settings: Settings, wish: Wish, show: Callable[[City], None]) -> tuple[City, dict[str, Any]]:
    """Run the demo; gives the city as it stands at its end, and the figures. Raises Refused or ConfigError."""
    began = time.monotonic()
    end = SystemClock().now().replace(second=0, microsecond=0)
    if wish.five_weeks:
        settings = with_own_config(settings, end.date())
    city = await asyncio.to_thread(open_city, settings, wish, end=end)
    async with prefect_server(settings) as server:
        runs = await live(city, settings, show)
        await asyncio.to_thread(EventsWorker.drain_all, timeout=30)
        counted = await count_runs(settings, runs, sorted(city.office.config.workflows))
    city.office.audit.seal()
    city.office.credentials.give_demo_passwords(DEMO)
    zone = ZoneInfo(city.office.config.office.timezone)
    first = min((one.at for one in city.planned), default=end).astimezone(zone)
    faults = await asyncio.to_thread(city.office.audit.verify)  # the signatures are checked by a loop of their own
    figures: dict[str, Any] = {
        "seed": wish.seed, "dossiers": len(city.files), "online_share": wish.online_share,
        "from": f"{first:%Y-%m-%d %H:%M}", "until": f"{end.astimezone(zone):%Y-%m-%d %H:%M}",
        "lanes": {lane.value: lane_figures(city.office, lane).as_json() for lane in Lane},
        "clocks": clock_figures(city.office, since=first, absent=[each.username for each in city.events.away]),
        "audit": {"ok": not faults, "faults": faults}, "happened": dict(city.happened),
        "prefect": {
            "server": server, "task_runs": counted.steps, "all_written": counted.all_written,
            "total": sum(n for types in counted.steps.values() for n in types.values()),
        },
        "seconds": round(time.monotonic() - began, 1),
    }  # fmt: skip
    if wish.five_weeks:
        figures["five_weeks"] = await asyncio.to_thread(five_weeks_figures, city)
    mark(settings, {"finished": True, **{key: figures[key] for key in ("seed", "dossiers", "from", "until")}})
    return city, figures


def run(settings: Settings, wish: Wish, *, as_json: bool) -> None:
    """Run the demo under a progress bar and tell what came of it. Logs go to a file: the bar has standard error."""
    screen = console(error=True)
    path = settings.home / "log" / "demo.log"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"), TimeElapsedColumn())
    with path.open("a") as log, Progress(*columns, console=screen) as progress, redirect_stderr(log):
        logs.configure(process="demo")
        bar = progress.add_task("Opening the office", total=None, told="")

        def show(city: City) -> None:
            now = city.clock.now()
            zone = ZoneInfo(city.office.config.office.timezone)
            told = f"{city.happened['submitted']} of {len(city.planned)} applications, {city.happened['tasks']} tasks"
            begin = city.planned[0].at if city.planned else now
            passed, whole = (now - begin).total_seconds(), (city.end - begin).total_seconds()
            progress.update(bar, description=f"{now.astimezone(zone):%a %d %b %H:%M}", completed=max(0.0, passed),
                            total=max(1.0, whole), told=told)  # fmt: skip

        city, figures = asyncio.run(demo(settings, wish, show))
    if as_json:
        say_json(figures)
        return
    lanes = [lane_figures(city.office, lane) for lane in Lane]
    print_report(console(), lanes, faults=figures["audit"]["faults"], runs=figures["prefect"]["total"],
                 looks=_looks(city, settings), facts=figures)  # fmt: skip


def _looks(city: City, settings: Settings) -> list[str]:
    """Commands that show something at once, in this home and by its rules, with its numbers (and codes: all people are
    made up)."""
    home = "" if settings.home == Settings.model_fields["home"].default else f"JALUR_HOME={settings.home} "
    home += "" if city.config_folder == settings.config else f"JALUR_CONFIG={city.config_folder} "
    there = somewhere(city.office)
    number = there.number or next(iter(city.files), None)
    looks = [f"{home}jalur track {number} {city.files[number].tracking}"] if number else []
    looks += [f"{home}jalur explain {number} --code {city.files[number].tracking}"] if number else []
    looks += [f"{home}jalur next --as {there.user}"] if there.user else []
    return [*looks, *(f"{home}jalur {command}" for command in ("overdue", "lane parity", "fairness", "outage list"))]


def main() -> int:
    """Read the options and run; gives the exit code: 0 done, 1 refused, 2 not used as the help says."""
    parser = Arguments(prog="jalur demo", description=__doc__.split("\n")[0])
    parser.add_argument("--days", type=int, help="working days, the last of them today (1 to 30; 5 without)")
    parser.add_argument("--dossiers", type=int, help="applications in all; the city's own volumes without (1 to 10000)")
    parser.add_argument("--online-share", type=float, default=0.35, help="share that comes in online (0 to 1)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed plays the same people and decisions")
    parser.add_argument("--five-weeks", action="store_true", help="five weeks that try the office (docs/demo.md)")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument("--if-empty", action="store_true", help="do nothing where a demo has been played already")
    given = parser.parse_args()
    if given.five_weeks and given.days is not None:
        parser.error(f"--days {given.days}: the five weeks have {DAYS} working days; give one of the two")
    days = DAYS if given.five_weeks else 5 if given.days is None else given.days
    if not 1 <= days <= 30:
        parser.error(f"--days {days}: give 1 to 30")
    if given.dossiers is not None and not 1 <= given.dossiers <= 10_000:
        parser.error(f"--dossiers {given.dossiers}: give 1 to 10000")
    if not 0 <= given.online_share <= 1:
        parser.error(f"--online-share {given.online_share}: give 0 to 1")
    dossiers = DOSSIERS if given.five_weeks and given.dossiers is None else given.dossiers
    wish = Wish(days=days, dossiers=dossiers, online_share=given.online_share, seed=given.seed,
                five_weeks=given.five_weeks)  # fmt: skip

    def called() -> None:
        settings = Settings()
        if settings.production:
            raise Refused("production", "JALUR_PRODUCTION is set: no made-up people belong into such an office.",
                          allowed="a demo without it, in a home of its own (JALUR_HOME)")  # fmt: skip
        if given.if_empty and in_use(settings):
            told = f"{settings.home} is in use already, so no demo is played into it."
            say_json({"skipped": told}) if given.json else say(told)
            return
        run(settings, wish, as_json=given.json)

    return guarded(called, as_json=given.json)


if __name__ == "__main__":
    sys.exit(main())
