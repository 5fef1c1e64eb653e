"""Proofs of the whole journal that are kept: asked for on a page, made by the next housekeeping, and once a day anyway.

A whole proof takes a minute or more in a grown office, so no page waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from domain.errors import Refused
from domain.journal import ENGINE
from domain.office import OfficeConfig
from domain.permissions import not_allowed
from domain.staff import why_not_read_journal
from lanes.audit import Audit
from lanes.people import People
from lanes.ports import Clock
from lanes.records.history import Verification
from lanes.store import Store

GIVEN_UP = timedelta(hours=6)
"""A proof that began this long ago and has not ended was cut off: another one may begin."""
_KEPT = 200  # faults


class Verifications:
    """See the module."""

    def __init__(self, store: Store, config: OfficeConfig, clock: Clock, people: People, audit: Audit) -> None:
        self._store, self._config, self._clock, self._people, self._audit = store, config, clock, people, audit

    def newest(self) -> Sequence[Verification]:
        """The newest proofs, asked for or ended."""
        with self._store.read() as work:
            return work.history.verifications()

    def ask(self, *, by: str) -> None:
        """Ask for a proof of the whole journal; one that is asked for or being made already will do. Raises Refused."""
        now = self._clock.now()
        with self._store.begin() as work:
            reason = why_not_read_journal(self._people.actor(work, by, now))
            if reason:
                raise not_allowed(reason)
            if any(each.ended_at is None and now - (each.began_at or now) < GIVEN_UP
                   for each in work.history.verifications(1, lock=True)):  # fmt: skip
                raise Refused("asked_already", "A proof is asked for or being made already.", allowed="waiting for it")
            work.history.ask(now, by)

    def one(self, number: str, *, by: str) -> list[str]:
        """Prove one dossier at once; gives what is wrong with it. Raises Refused."""
        with self._store.read() as work:
            reason = why_not_read_journal(self._people.actor(work, by, self._clock.now()))
        if reason:
            raise not_allowed(reason)
        return self._audit.verify_one(number)

    def make_due(self) -> int:
        """Make the proof that is asked for, or the day's; gives how many faults it found, 0 also when none was due."""
        mine = self._begun()
        if mine is None:
            return 0
        faults = self._audit.verify()
        with self._store.begin() as work:
            work.history.keep(
                replace(mine, ended_at=self._clock.now(), found=len(faults), faults=tuple(faults[:_KEPT]))
            )
        return len(faults)

    def _begun(self) -> Verification | None:
        now, day = self._clock.now(), self._config.office.day
        with self._store.begin() as work:
            newest = next(iter(work.history.verifications(1, lock=True)), None)
            if newest and newest.began_at and newest.ended_at is None and now - newest.began_at < GIVEN_UP:
                return None
            if newest is None or (newest.began_at and day(newest.began_at) < day(now)):
                newest = work.history.ask(now, ENGINE)
            elif newest.began_at is not None and newest.ended_at is not None:
                return None
            begun = replace(newest, began_at=now)
            work.history.keep(begun)
        return begun
