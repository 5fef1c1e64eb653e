"""The journal of all dossiers, searched by its indexes (`journal_at`, `journal_actor`, `journal_event`), and proofs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from adapters.sql import tables as t
from domain.journal import Entry
from lanes.records.history import Found, Mark, Sought, Verification

_JOURNAL, _DOSSIER, _PROOF = t.table(t.JournalRow), t.table(t.DossierRow), t.table(t.VerificationRow)
_COLUMNS = [_JOURNAL.c[name] for name in ("seq", "at", "actor", "event", "data", "hash", "dossier_id")]


class SqlHistory:
    """See `lanes.records.history.History`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def search(self, sought: Sought, *, after: Mark | None = None, limit: int = 50) -> list[Found]:
        """The newest entries that fit, those that come `after` one of them."""
        j = _JOURNAL.c
        query = select(*_COLUMNS).order_by(j.at.desc(), j.dossier_id.desc(), j.seq.desc()).limit(limit)
        query = query.where(*_conditions(sought), *_further(after))
        rows = self._db.execute(query).all()
        named = select(_DOSSIER.c.id, _DOSSIER.c.number).where(_DOSSIER.c.id.in_({row.dossier_id for row in rows}))
        numbers = {row.id: row.number for row in self._db.execute(named)}
        return [
            Found(numbers[row.dossier_id], row.dossier_id, Entry(seq=row.seq, at=row.at, actor=row.actor,
                  event=row.event, data=row.data, hash=row.hash))
            for row in rows if row.dossier_id in numbers
        ]  # fmt: skip

    def ask(self, at: datetime, by: str) -> Verification:
        """Note that somebody wants a proof."""
        asked = {"asked_at": at, "asked_by": by, "found": 0, "faults": []}
        key = self._db.execute(insert(_PROOF).returning(_PROOF.c.id), asked).scalar_one()
        return Verification(id=key, asked_at=at, asked_by=by)

    def verifications(self, limit: int = 10, *, lock: bool = False) -> list[Verification]:
        """The newest proofs, asked for or ended."""
        query = select(_PROOF).order_by(_PROOF.c.id.desc()).limit(limit)
        rows = self._db.execute(query.with_for_update() if lock else query)
        return [Verification(**row._mapping) for row in rows]

    def keep(self, verification: Verification) -> None:
        """Replace what is known of a proof."""
        values = asdict(verification) | {"faults": list(verification.faults)}
        self._db.execute(update(_PROOF).where(_PROOF.c.id == verification.id).values(values))


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    j, found = _JOURNAL.c, list[ColumnElement[bool]]()
    if sought.number is not None:
        its = select(_DOSSIER.c.id).where(_DOSSIER.c.number == sought.number).scalar_subquery()
        found.append(j.dossier_id == its)
    if sought.actor is not None:
        found.append(j.actor == sought.actor)
    if sought.event is not None:
        found.append(j.event == sought.event)
    if sought.since is not None:
        found.append(j.at >= sought.since)
    if sought.until is not None:
        found.append(j.at < sought.until)
    return found


def _further(after: Mark | None) -> list[ColumnElement[bool]]:
    """`at <= …` first, which an index can begin at; a comparison of rows reads it from its start on SQLite."""
    if after is None:
        return []
    j = _JOURNAL.c
    same_instant = or_(j.dossier_id < after.dossier_id, and_(j.dossier_id == after.dossier_id, j.seq < after.seq))
    return [j.at <= after.at, or_(j.at < after.at, same_instant)]
