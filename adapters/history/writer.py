"""Gathers the cases and events of a log in a file of its own, and pours them into the database when it is whole.

So a file that turns out broken near its end has never touched the database, and the transaction (which on SQLite
keeps all other writers waiting) lasts only as long as the rows take to go in.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.engine import Connection

from adapters.history.headers import attributes_to_json
from adapters.history.tables import CASES, EVENTS
from domain.eventlog import Attribute, LogEvent
from domain.roles import Lane

_BATCH = 2000
_Batch = tuple[list[dict[str, Any]], list[dict[str, Any]]]


class HistoryWriter:
    """Counts as it gathers: `cases`, `events`. `file` is an unnamed one that nobody else can write to."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._case_rows: list[dict[str, Any]] = []
        self._event_rows: list[dict[str, Any]] = []
        self._deadlines: dict[int, datetime] = {}
        self.cases = 0
        self.events = 0

    def add_case(
        self,
        case_id: str,
        lane: Lane,
        channel: str,
        deadline: datetime | None,
        attributes: tuple[Attribute, ...] = (),
    ) -> int:
        """Gather a case; gives its number in the log."""
        self.cases += 1
        self._case_rows.append(
            {
                "number": self.cases,
                "case_id": case_id,
                "lane": lane.value,
                "channel": channel,
                "deadline": deadline,
                "attributes": attributes_to_json(attributes),
            }
        )
        self._put_aside(at_least=_BATCH)
        return self.cases

    def add_event(self, case_number: int, event: LogEvent) -> None:
        """Gather the next event of the file, which belongs to the case of that number."""
        self.events += 1
        self._event_rows.append(
            {
                "case_number": case_number,
                "position": self.events,
                "activity": event.activity,
                "resource": event.resource,
                "at": event.at,
                "attributes": attributes_to_json(event.attributes),
            }
        )
        self._put_aside(at_least=_BATCH)

    def move_deadline(self, case_number: int, deadline: datetime) -> None:
        """Give the case of that number another deadline than it was gathered with."""
        self._deadlines[case_number] = deadline

    def pour(self, connection: Connection, log_id: int) -> None:
        """Write everything into the database as the log of that number."""
        self._put_aside(at_least=1)
        for cases, events in self._batches():
            for table, rows in ((CASES, cases), (EVENTS, events)):  # cases first: their events point to them
                if rows:
                    connection.execute(insert(table), [{"log_id": log_id, **row} for row in rows])
        if self._deadlines:
            mine = (CASES.c.log_id == log_id) & (CASES.c.number == bindparam("case"))
            moved = update(CASES).where(mine).values(deadline=bindparam("due"))
            connection.execute(moved, [{"case": case, "due": due} for case, due in self._deadlines.items()])

    def _put_aside(self, *, at_least: int) -> None:
        if len(self._case_rows) + len(self._event_rows) >= at_least:
            pickle.dump((self._case_rows, self._event_rows), self._file)
            self._case_rows, self._event_rows = [], []

    def _batches(self) -> Iterator[_Batch]:
        end = self._file.tell()
        self._file.seek(0)
        while self._file.tell() < end:
            yield pickle.load(self._file)  # noqa: S301 - only this object can have written it
