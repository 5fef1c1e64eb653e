"""The journal of all dossiers, searched by number, actor, kind of event and day: for administrators and the auditor.

An entry holds no personal data; whom a dossier is about stands in none.
"""

from __future__ import annotations

from dataclasses import replace

from domain.permissions import not_allowed
from domain.staff import why_not_read_journal
from lanes.people import People
from lanes.ports import Clock
from lanes.records.history import Found, Mark, Sought
from lanes.store import Store


class Journals:
    """See the module."""

    def __init__(self, store: Store, clock: Clock, people: People) -> None:
        self._store, self._clock, self._people = store, clock, people

    def search(self, sought: Sought, *, by: str, after: Mark | None = None, limit: int = 50) -> list[Found]:
        """The newest entries that fit, those that come `after` one of them. Raises Refused."""
        number = (sought.number or "").strip().upper()
        with self._store.read() as work:
            reason = why_not_read_journal(self._people.actor(work, by, self._clock.now()))
            if reason:
                raise not_allowed(reason)
            return work.history.search(replace(sought, number=number or None), after=after, limit=limit)
