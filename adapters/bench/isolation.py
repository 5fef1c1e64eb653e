"""`jalur bench isolation`: what 10,000 walk-in dossiers dumped at once do to the online lane, in a running `jalur up`.

The flood is written to the store as submission writes it, but a hundred dossiers in one transaction: what is measured
is what comes after, while the walk-in lane's worker works it off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from time import perf_counter

from adapters.bench.result import BenchRow
from adapters.bench.running_office import DATABASES, running
from adapters.bench.visitors import applications, percentile, until_done
from adapters.bootstrap import build
from adapters.settings import Settings
from domain.dossier import TaskStatus
from domain.roles import Lane
from lanes.intake import Application
from lanes.office import Office
from lanes.store import Store, Work

_SHARE, _LEAST_S = 0.10, 0.5  # how much the 95th percentile may move: the larger of the two
_IN_ONE_TRANSACTION = 100
_GIVE_UP_S = 120.0
_FIRST_WALK_IN = 5_000  # residents before this one apply online


class _Bulk:
    """A store in which everything done within `whole` is one transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._open: Work | None = None

    @contextmanager
    def whole(self) -> Iterator[None]:
        with self._store.begin() as work:
            self._open = work
            try:
                yield
            finally:
                self._open = None

    @contextmanager
    def begin(self) -> Iterator[Work]:
        if self._open is not None:
            yield self._open
            return
        with self._store.begin() as work:
            yield work

    @contextmanager
    def read(self) -> Iterator[Work]:
        with self._store.read() as work:
            yield work


def run(
    *, flood: int = 10_000, samples: int = 150, pace_s: float = 0.2, databases: tuple[str, ...] = DATABASES
) -> list[BenchRow]:
    """Measure `samples` online submissions, one each `pace_s` seconds, before and during the flood.

    Real processes: Prefect's server and a worker for each lane. Some minutes for each database. Raises Refused when
    they do not come up, TimeoutError when steps stand still, RuntimeError when the flood was over too soon.
    """
    return [_row(database, flood, samples, pace_s) for database in databases]


def _row(database: str, flood: int, samples: int, pace_s: float) -> BenchRow:
    with running(database) as (office, settings):
        measure = partial(_ready_to_done, office, count=samples, pace_s=pace_s)
        _ready_to_done(office, first=0, count=10, pace_s=pace_s)  # the worker's first steps import what they need
        before = measure(first=100)
        _dump(office, settings, flood)
        waiting_first, started = _waiting(office), perf_counter()
        during = measure(first=100 + samples)
        waiting_last, seconds = _waiting(office), perf_counter() - started
    if not 0 < waiting_last < waiting_first:
        raise RuntimeError(f"the flood was no flood: {waiting_first} steps waited, then {waiting_last}")
    p95_before, p95_during = percentile(before, 0.95), percentile(during, 0.95)
    may_move = max(_SHARE * p95_before, _LEAST_S)
    return BenchRow(
        name=f"isolation_{database}",
        compared="how far a walk-in flood moves the online lane's 95th percentile from ready to done, with what it may",
        ratio=max(0.0, p95_during - p95_before) / may_move,
        limit=1,
        sense="at_most",
        raw={
            "p95_before_s": round(p95_before, 3),
            "p95_during_s": round(p95_during, 3),
            "p50_before_s": round(percentile(before, 0.5), 3),
            "p50_during_s": round(percentile(during, 0.5), 3),
            "worst_during_s": round(max(during), 3),
            "may_move_s": round(may_move, 3),
            "online_samples": samples,
            "pace_s": pace_s,
            "flood_dossiers": flood,
            "flood_steps_a_second": round((waiting_first - waiting_last) / seconds, 1),
        },
    )


def _ready_to_done(office: Office, *, first: int, count: int, pace_s: float) -> list[float]:
    """Seconds from an online submission to the end of its upload check, for residents number `first` on."""

    def act(application: Application) -> int | None:
        number = office.intake.submit(application).number
        with office.store.read() as work:
            dossier = work.dossiers.get(number)
        return dossier.id if dossier else None

    acts: list[Callable[[], int | None]] = [
        partial(act, each) for each in applications(office, Lane.ONLINE, first=first, count=count)
    ]
    return until_done(office, Lane.ONLINE, acts, pace_s=pace_s, give_up_s=_GIVE_UP_S)


def _dump(office: Office, settings: Settings, flood: int) -> None:
    """Write `flood` walk-in dossiers as `Intake.submit` does, a hundred in each transaction."""
    bulk = _Bulk(office.store)
    counter = build(settings, config=office.config, store=bulk)
    flood_of = list(applications(office, Lane.MANUAL, first=_FIRST_WALK_IN, count=flood))
    for start in range(0, flood, _IN_ONE_TRANSACTION):
        with bulk.whole():
            for each in flood_of[start : start + _IN_ONE_TRANSACTION]:
                counter.intake.submit(each)


def _waiting(office: Office) -> int:
    with office.store.read() as work:
        return work.tasks.counts(Lane.MANUAL).get(TaskStatus.READY, 0)
