"""The register for trying Jalur out: made-up residents and a book of what was recorded, in one small SQLite file.

Several processes share the file; what one recorded under a key, every other answers the same way, also after a
restart. `City` makes the residents on the first start, so nothing about real people can be in here.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from random import Random
from threading import Lock
from typing import Any

from adapters.registry.changing import change
from adapters.registry.sandbox_file import COLUMNS, MadeAs, in_memory, open_or_make, to_resident
from domain.errors import Refused
from lanes.ports import UNCHANGED, Changes, Resident, Unavailable


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedEvent:
    """One effect in the register: `event` is a document type's code, or "AFIS" for a deduplication."""

    event: str
    nik: str = field(repr=False)
    details: Mapping[str, Any] = field(repr=False)
    key: str
    answer: str


class SandboxRegistry:
    """A `Registry` of made-up residents of the city 71.72. Safe for many threads and processes."""

    def __init__(
        self, path: Path | None = None, *, seed: int = 1, people: int = 50_000, as_of: date = date(2026, 1, 1)
    ) -> None:
        """Open the file at `path`, making it on the first start (about 2 s for 50,000); in memory without a path.

        `seed`, `people` and `as_of` (the day on which ages and families are described) settle every resident.
        Raises Refused for a file that is damaged, cannot be written, or was made with other figures.
        """
        made_as = MadeAs(seed=seed, people=people, as_of=as_of)
        self._people = people
        self._lock = Lock()  # one connection for all threads of the process; the file's own lock is for processes
        self._database = in_memory(made_as) if path is None else open_or_make(path, made_as)

    def resident(self, nik: str) -> Resident | None:
        """The living or dead person with this NIK, or None."""
        found = self._residents("WHERE nik = ?", nik)
        return found[0] if found else None

    def family(self, family_card: str) -> Sequence[Resident]:
        """The living on a family card, head first; empty when the number is unknown."""
        if not family_card:  # who left one and stands on no other yet
            return []
        found = self._residents("WHERE family_card = ? AND alive ORDER BY relationship != 'head', id", family_card)
        # where the head has died or left, the next one is asked for everybody
        return [replace(one, relationship="head") if place == 0 else one for place, one in enumerate(found)]

    def record(
        self, *, event: str, nik: str, details: Mapping[str, Any], key: str, changes: Changes = UNCHANGED
    ) -> str:
        """Write the event into the book, and what it changes into the residents, once per key; gives its reference.
        Raises Refused without event or key, and as `Registry` says.
        """
        if not event or not key:
            raise Refused("event_incomplete", "The register needs an event and a key.", allowed="both, not empty")
        return self._once(
            "record", key, event, nik, details, lambda number: f"SIAK-{number:08}",
            effect=lambda database: change(
                database, changes, by=str(details.get("office_reference", "")), earlier=details.get("takes_over", ())
            ),
        )  # fmt: skip

    def deduplicate(self, *, nik: str, key: str) -> bool:
        """True when nobody else has this person's fingerprints. Raises Refused for an unknown NIK or without a key."""
        if not key:
            raise Refused("event_incomplete", "The register needs a key.", allowed="a key, not empty")
        with self._working() as database:
            found = database.execute("SELECT double FROM residents WHERE nik = ?", (nik,)).fetchone()
        if found is None:
            raise Refused("resident_unknown", "Nobody with this NIK is registered.", allowed="a registered NIK")
        answer = "double" if found[0] else "unique"
        return self._once("deduplicate", key, "AFIS", nik, {}, lambda _: answer) == "unique"

    def events(self) -> Sequence[RecordedEvent]:
        """Everything that was recorded or deduplicated, oldest first."""
        with self._working() as database:
            rows = database.execute("SELECT event, nik, details, key, answer FROM events ORDER BY id").fetchall()
        return [
            RecordedEvent(event=event, nik=nik, details=json.loads(details), key=key, answer=answer)
            for event, nik, details, key, answer in rows
        ]

    def people(self, offset: int = 0, limit: int = 100) -> Sequence[Resident]:
        """Residents in the order in which they were made, families together."""
        return self._residents("ORDER BY id LIMIT ? OFFSET ?", limit, offset)

    def families(self, offset: int = 0, limit: int = 100) -> Sequence[Sequence[Resident]]:
        """The living of `limit` families, each with its head first."""
        with self._working() as database:
            cards = database.execute(
                "SELECT family_card FROM residents GROUP BY family_card ORDER BY min(id) LIMIT ? OFFSET ?",
                (limit, offset),
            ).fetchall()
        return [self.family(card) for (card,) in cards]

    def sample(self, rng: Random, k: int, *, born_until: date = date.max) -> Sequence[Resident]:
        """`k` different living residents drawn by `rng`, born on `born_until` at the latest.

        Raises ValueError when there are fewer.
        """
        drawn: list[Resident] = []
        order = rng.sample(range(1, self._people + 1), self._people)
        for start in range(0, len(order), 500):
            ids = order[start : start + 500]
            with self._working() as database:
                rows = {
                    row[0]: row[1:]
                    for row in database.execute(
                        f"SELECT id, {COLUMNS} FROM residents WHERE alive AND born <= ?"
                        f" AND id IN ({','.join('?' * len(ids))})",
                        (born_until.isoformat(), *ids),
                    )
                }
            drawn += [to_resident(rows[one]) for one in ids if one in rows]
            if len(drawn) >= k:
                return drawn[:k]
        raise ValueError(f"The register has only {len(drawn)} such residents.")

    def doubles(self) -> Sequence[str]:
        """The NIKs whose deduplication finds somebody else."""
        with self._working() as database:
            return [nik for (nik,) in database.execute("SELECT nik FROM residents WHERE double ORDER BY id")]

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def _residents(self, where: str, *values: object) -> list[Resident]:
        with self._working() as database:
            return [to_resident(row) for row in database.execute(f"SELECT {COLUMNS} FROM residents {where}", values)]

    def _once(
        self, call: str, key: str, event: str, nik: str, details: Mapping[str, Any], answer: Callable[[int], str],
        effect: Callable[[sqlite3.Connection], None] = lambda _: None,
    ) -> str:  # fmt: skip
        """The answer stored under this call's key; the first time, the one that `answer` gives for the row's number,
        beside the `effect`."""
        text = json.dumps(dict(details), ensure_ascii=False, sort_keys=True, default=str)
        with self._working() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                known = database.execute("SELECT answer FROM events WHERE call = ? AND key = ?", (call, key)).fetchone()
                if known is None:
                    effect(database)
                    number = database.execute(
                        "INSERT INTO events (call, key, event, nik, details) VALUES (?, ?, ?, ?, ?)",
                        (call, key, event, nik, text),
                    ).lastrowid
                    known = (answer(number or 0),)
                    database.execute("UPDATE events SET answer = ? WHERE id = ?", (known[0], number))
                database.execute("COMMIT")
            except BaseException:
                if database.in_transaction:
                    database.execute("ROLLBACK")
                raise
        return str(known[0])

    @contextmanager
    def _working(self) -> Iterator[sqlite3.Connection]:
        """The connection, for one thread; a locked or full disk is an outage of the register. Raises Unavailable."""
        with self._lock:
            try:
                yield self._database
            except sqlite3.OperationalError as error:
                raise Unavailable(f"The sandbox register's file does not answer: {error}.") from error
