"""What changed about people since the configuration was written, and the seals over the journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from adapters.sql import tables as t
from adapters.sql.prepared import Prepared
from adapters.sql.rows import DOSSIER
from adapters.sql.upsert import upsert
from domain.roles import Lane
from lanes.store import Membership, Operator

_OPERATOR = t.table(t.OperatorRow)
_MEMBERSHIP = t.table(t.MembershipRow)
_MEMBER_NAMES = ("username", "lane", "team", "reason", "until", "by", "at")
_MEMBERS = Prepared(
    select(*(_MEMBERSHIP.c[name] for name in _MEMBER_NAMES)).where(
        or_(_MEMBERSHIP.c.until.is_(None), _MEMBERSHIP.c.until > bindparam("now", type_=_MEMBERSHIP.c.until.type))
    )
)
_SEAL = t.table(t.SealRow)
_LAST_ROOT = Prepared(select(_SEAL.c.root).where(_SEAL.c.id == select(func.max(_SEAL.c.id)).scalar_subquery()))
_HEAD = t.table(t.SealedHeadRow)
_COUNTER = t.table(t.CounterRow)
_SEALED = update(DOSSIER).where(DOSSIER.c.id == bindparam("of")).values(sealed_seq=bindparam("seq"))


def _membership(row: Sequence[Any]) -> Membership:
    return Membership(**{**dict(zip(_MEMBER_NAMES, row, strict=True)), "lane": Lane(row[1])})


class SqlPeople:
    """See `lanes.store.People`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def operators(self) -> dict[str, Operator]:
        """The people added or marked absent, by username."""
        return {row.username: Operator(**row._mapping) for row in self._db.execute(select(_OPERATOR))}

    def put_operator(self, operator: Operator) -> None:
        """Add a person, or replace what is known of them."""
        values = {name: getattr(operator, name) for name in ("username", "name", "email", "absent_until")}
        self._db.execute(upsert(_OPERATOR, ("name", "email", "absent_until"), index=("username",)), values)

    def memberships(self, now: datetime) -> list[Membership]:
        """The places in teams that hold now; a loan whose end has come no longer does."""
        rows = _MEMBERS.rows(self._db, {"now": now})
        return [_membership(row) for row in rows]

    def loans(self, since: datetime) -> list[Membership]:
        """The loans that had not ended at `since`, the newest first."""
        columns = [_MEMBERSHIP.c[name] for name in _MEMBER_NAMES]
        query = select(*columns).where(_MEMBERSHIP.c.until > since).order_by(_MEMBERSHIP.c.id.desc())
        return [_membership(row) for row in self._db.execute(query)]

    def end_loans(self, username: str, lane: Lane, team: str, at: datetime) -> int:
        """Let a person's loans to a team that last beyond an instant end then; gives how many."""
        m = _MEMBERSHIP.c
        lasting = (m.username == username, m.lane == lane.value, m.team == team, m.until > at)
        return self._db.execute(update(_MEMBERSHIP).where(*lasting).values(until=at)).rowcount

    def move(self, lane: Lane, old: str, new: str) -> None:
        """Let everybody added or lent to a team belong to another one instead."""
        there = (_MEMBERSHIP.c.lane == lane.value, _MEMBERSHIP.c.team == old)
        self._db.execute(update(_MEMBERSHIP).where(*there).values(team=new))

    def add_membership(self, membership: Membership) -> None:
        """Give a person a place in a team."""
        self._db.execute(insert(_MEMBERSHIP), {name: getattr(membership, name) for name in _MEMBER_NAMES})


class SqlSeals:
    """See `lanes.store.Seals`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def unsealed(self, *, lock: bool = False) -> list[tuple[int, str, int, str]]:
        """Id, number, last entry and its hash of each dossier whose chain grew since the last seal."""
        d = DOSSIER.c
        query = select(d.id, d.number, d.journal_seq, d.journal_head).where(
            d.journal_seq > t.table(t.DossierRow).c.sealed_seq
        )
        query = query.order_by(d.number)
        rows = self._db.execute(query.with_for_update() if lock else query)
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    def add(self, at: datetime, root: str, heads: Sequence[tuple[int, str, int, str]]) -> None:
        """Keep a seal and the heads it covers."""
        query = insert(_SEAL).returning(_SEAL.c.id)
        seal = self._db.execute(query, {"at": at, "root": root, "heads": len(heads)}).scalar_one()
        rows = [{"seal_id": seal, "number": number, "seq": seq, "hash": head} for _, number, seq, head in heads]
        if rows:
            self._db.execute(insert(_HEAD), rows)
            self._db.execute(_SEALED, [{"of": dossier_id, "seq": seq} for dossier_id, _, seq, _ in heads])

    def last_root(self) -> str:
        """The root of the newest seal; "" before the first."""
        row = _LAST_ROOT.row(self._db, {})
        return "" if row is None else str(row[0])

    def last_at(self) -> datetime | None:
        """When the newest seal was put; None before the first."""
        query = select(_SEAL.c.at).order_by(_SEAL.c.id.desc()).limit(1)
        return self._db.execute(query).scalar_one_or_none()

    def counters(self) -> dict[str, int]:
        """The last number taken from each gapless sequence."""
        return {row.name: row.value for row in self._db.execute(select(_COUNTER))}
