"""Puts cases and events of one log into the database in batches, within the transaction it is given."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.engine import Connection

from adapters.history.tables import CASES, EVENTS
from domain.eventlog import Attribute, LogEvent
from domain.roles import Lane

_BATCH = 2000


class HistoryWriter:
    """Counts as it writes: `cases`, `events`. `wrote` is called after each batch that went to the database."""

    def __init__(self, connection: Connection, log_id: int, wrote: Callable[[], None]) -> None:
        self._connection = connection
        self._log_id = log_id
        self._wrote = wrote
        self._case_rows: list[dict[str, Any]] = []
        self._event_rows: list[dict[str, Any]] = []
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
        """Write a case; gives its number in the log."""
        self.cases += 1
        self._case_rows.append(
            {
                "log_id": self._log_id,
                "number": self.cases,
                "case_id": case_id,
                "lane": lane.value,
                "channel": channel,
                "deadline": deadline,
                "attributes": attributes,
            }
        )
        if len(self._case_rows) >= _BATCH:
            self.flush()
        return self.cases

    def add_event(self, case_number: int, event: LogEvent) -> None:
        """Write the next event of the file, which belongs to the case of that number."""
        self.events += 1
        self._event_rows.append(
            {
                "log_id": self._log_id,
                "case_number": case_number,
                "position": self.events,
                "activity": event.activity,
                "resource": event.resource,
                "at": event.at,
                "attributes": event.attributes,
            }
        )
        if len(self._event_rows) >= _BATCH:
            self.flush()

    def move_deadlines(self, deadlines: dict[int, datetime]) -> None:
        """Give cases, by number, another deadline than they were written with."""
        self.flush()
        if deadlines:
            mine = (CASES.c.log_id == self._log_id) & (CASES.c.number == bindparam("case"))
            moved = update(CASES).where(mine).values(deadline=bindparam("due"))
            self._connection.execute(moved, [{"case": case, "due": due} for case, due in deadlines.items()])

    def flush(self) -> None:
        """Send what has gathered: cases first, since their events point to them."""
        if self._case_rows:
            self._connection.execute(insert(CASES), self._case_rows)
        if self._event_rows:
            self._connection.execute(insert(EVENTS), self._event_rows)
        self._case_rows, self._event_rows = [], []
        self._wrote()
