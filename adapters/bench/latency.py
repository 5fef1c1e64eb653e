"""`jalur bench latency`: from a completed human task to its automatic successors done, in a running `jalur up`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from adapters.bench.result import BenchRow
from adapters.bench.running_office import DATABASES, running
from adapters.bench.visitors import applications, complete, open_tasks, percentile, until_done, wait_idle
from domain.dossier import Dossier, Task
from domain.roles import Lane
from lanes.office import Office

_LIMIT_S = 2.0
_WARM_UP = 4  # dossiers brought through first: workers load fonts and the signing library at their first use
_GIVE_UP_S = 120.0


def run(*, dossiers: int = 100, pace_s: float = 0.5, databases: tuple[str, ...] = DATABASES) -> list[BenchRow]:
    """Bring `dossiers` through the online lane with people completing a task each `pace_s` seconds.

    Real processes: Prefect's server and a worker for each lane. A few minutes for each database. Raises Refused when
    they do not come up, TimeoutError when steps stand still.
    """
    return [_row(database, dossiers, pace_s) for database in databases]


def _row(database: str, dossiers: int, pace_s: float) -> BenchRow:
    with running(database) as (office, _):
        _through(office, first=0, count=_WARM_UP, pace_s=pace_s)
        took = _through(office, first=_WARM_UP, count=dossiers, pace_s=pace_s)
    p95 = percentile(took, 0.95)
    return BenchRow(
        name=f"latency_{database}",
        compared="from a completed human task to its automatic successors done, 95th percentile, with 2 s",
        ratio=p95 / _LIMIT_S,
        limit=1,
        sense="at_most",
        raw={
            "p50_s": round(percentile(took, 0.5), 3),
            "p95_s": round(p95, 3),
            "worst_s": round(max(took), 3),
            "completed_tasks": len(took),
            "dossiers": dossiers,
            "pace_s": pace_s,
        },
    )


def _through(office: Office, *, first: int, count: int, pace_s: float) -> list[float]:
    """Submit and complete until the dossiers are issued; gives the seconds of each act that had successors."""
    for each in applications(office, Lane.ONLINE, first=first, count=count):
        office.intake.submit(each)
    wait_idle(office, Lane.ONLINE, give_up_s=_GIVE_UP_S)
    took: list[float] = []
    while tasks := open_tasks(office, Lane.ONLINE):
        took += until_done(office, Lane.ONLINE, _acts(office, tasks), pace_s=pace_s, give_up_s=_GIVE_UP_S)
    return took


def _acts(office: Office, tasks: list[tuple[Task, Dossier]]) -> Iterator[Callable[[], int | None]]:
    def act(task: Task, dossier: Dossier) -> int | None:
        return dossier.id if complete(office, task, dossier) else None

    for task, dossier in tasks:
        yield partial(act, task, dossier)
