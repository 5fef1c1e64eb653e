"""`jalur bench web`: fifty people at work at once in the web of an office with 100,000 open dossiers.

The server is `jalur web`, the process that `jalur up` starts; the people are this process, over loopback on the same
machine. Nobody executes automatic steps meanwhile.
"""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from adapters.bench.postgres import database_url
from adapters.bench.result import BenchRow
from adapters.bench.running_office import DATABASES, free_port, started
from adapters.bench.visitors import percentile
from adapters.bench.web_people import Answers, Crowd
from adapters.bench.web_town import Known, Town
from adapters.settings import Settings
from lanes.office import Office

_LIMIT_S = 0.1
_CLOSED = 0.05  # issued dossiers for each open one: the month's, which parity looks at


def run(
    *, dossiers: int = 100_000, played: int = 120, people: int = 50, seconds: float = 60.0, think_s: float = 4.0,
    looks: int = 100, databases: tuple[str, ...] = DATABASES,
) -> list[BenchRow]:  # fmt: skip
    """Measure with so many open `dossiers`, copied from `played` ones: the worklist asked for `looks` times by one
    person; `people` at work for `seconds`, each pausing `think_s` on the average before the next page; and as long as a
    quarter of that without any pause, for its errors. Before all of it they work for a quarter of that time, and only
    errors count. Some minutes, most of them for filling the databases."""
    with tempfile.TemporaryDirectory(prefix="jalur-bench-") as folder:
        town = Town(Path(folder, "played"), played=played)
        return [
            row
            for database in databases
            for row in _rows(town, Path(folder), database, dossiers, people, seconds, think_s, looks)
        ]


def _rows(
    town: Town, folder: Path, database: str, dossiers: int, people: int, seconds: float, think_s: float, looks: int
) -> Iterator[BenchRow]:
    with database_url(database) as url:
        settings = Settings(
            home=folder / database, config=Settings().config.absolute(), database_url=url, web_port=free_port()
        )
        office, known = town.office(settings, open_dossiers=dossiers, closed=round(dossiers * _CLOSED))
        with started("web", settings, _listens):
            alone, working, hurried = asyncio.run(_measured(office, settings, known, people, seconds, think_s, looks))
    figures = {"open_dossiers": dossiers, "people": people, "seconds": seconds, "think_s": think_s}
    yield _p95(f"web_{database}_one", "one person's worklist, 95th percentile, with 100 ms", alone, figures)
    yield _p95(f"web_{database}", "the worklist with everybody at work, 95th percentile, with 100 ms", working, figures)
    wrong = sum((each.wrong for each in (alone, working, hurried)), start=Counter[str]())
    yield BenchRow(
        name=f"web_{database}_errors", compared="answers that went wrong at any time, with none", ratio=wrong.total(),
        limit=0, sense="at_most",
        raw={"wrong": dict(wrong), "without_pause": _told(hurried), "live_counts": working.live, **figures},
    )  # fmt: skip


def _p95(name: str, compared: str, answers: Answers, figures: Mapping[str, float]) -> BenchRow:
    p95 = percentile(answers.took["worklist"], 0.95)
    return BenchRow(name=name, compared=compared, ratio=p95 / _LIMIT_S, limit=1, sense="at_most",
                    raw={"pages": _told(answers), **figures})  # fmt: skip


def _told(answers: Answers) -> dict[str, dict[str, float]]:
    """By kind of page: how many, and percentiles in milliseconds."""
    return {
        kind: {"count": len(took), **{f"p{share}_ms": round(percentile(took, share / 100) * 1000, 1)
                                      for share in (50, 95, 99)}}
        for kind, took in sorted(answers.took.items())
    }  # fmt: skip


async def _measured(
    office: Office, settings: Settings, known: Sequence[Known], people: int, seconds: float, think_s: float, looks: int
) -> tuple[Answers, Answers, Answers]:
    """One person alone, everybody at work, everybody without a pause."""
    crowd = Crowd(office, settings.web_page, known, people)
    await crowd.sign_in()
    begun, alone, working, hurried = Answers(), Answers(), Answers(), Answers()
    await crowd.work(begun, seconds / 4, think_s)  # what is worked out once and then kept is there after this
    await crowd.look(alone, looks)
    await crowd.work(working, seconds, think_s)
    await crowd.work(hurried, seconds / 4, 0)
    await crowd.leave()
    hurried.wrong += begun.wrong
    return alone, working, hurried


def _listens(settings: Settings) -> bool:
    try:
        socket.create_connection((settings.web_host, settings.web_port)).close()
    except ConnectionRefusedError:
        return False
    return True
