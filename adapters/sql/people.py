"""What changed about people since the configuration was written, and the seals over the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from adapters.sql import tables as t
from adapters.sql.prepared import Prepared
from adapters.sql.rows import DOSSIER
from adapters.sql.upsert import upsert
from domain.journal import Entry, chain
from domain.roles import Lane
from domain.staff import REGISTER, Absence, AwayFor
from lanes.records.staff import Change, Membership, Operator

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


_ABSENCE, _REGISTER = t.table(t.AbsenceRow), t.table(t.RegisterRow)
_ABSENCE_COLUMNS = [_ABSENCE.c[name] for name in ("id", "username", "kind", "starts_at", "until", "by", "at")]
_AWAY = Prepared(
    select(*_ABSENCE_COLUMNS).where(
        or_(_ABSENCE.c.until.is_(None), _ABSENCE.c.until > bindparam("now", type_=_ABSENCE.c.until.type))
    )
)


def _absence(row: Sequence[Any]) -> Absence:
    return Absence(id=row[0], username=row[1], kind=AwayFor(row[2]), starts_at=row[3], until=row[4], by=row[5],
                   at=row[6])  # fmt: skip


def _membership(row: Sequence[Any]) -> Membership:
    return Membership(**{**dict(zip(_MEMBER_NAMES, row, strict=True)), "lane": Lane(row[1])})


class SqlPeople:
    """See `lanes.store.People`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def operators(self) -> dict[str, Operator]:
        """The people added, by username."""
        return {row.username: Operator(**row._mapping) for row in self._db.execute(select(_OPERATOR))}

    def put_operator(self, operator: Operator) -> None:
        """Add a person, or replace what is known of them."""
        self._db.execute(upsert(_OPERATOR, ("name", "email"), index=("username",)), asdict(operator))

    def memberships(self, now: datetime) -> list[Membership]:
        """The places in teams that hold now; a loan whose end has come no longer does."""
        rows = _MEMBERS.rows(self._db, {"now": now})
        return [_membership(row) for row in rows]

    def loans(self, since: datetime) -> list[Membership]:
        """The loans that had not ended at `since`, the newest first."""
        columns = [_MEMBERSHIP.c[name] for name in _MEMBER_NAMES]
        lent = (_MEMBERSHIP.c.reason.is_not(None), _MEMBERSHIP.c.until > since)
        query = select(*columns).where(*lent).order_by(_MEMBERSHIP.c.id.desc())
        return [_membership(row) for row in self._db.execute(query)]

    def end_loans(self, username: str, lane: Lane, team: str, at: datetime) -> int:
        """Let a person's loans to a team that last beyond an instant end then; gives how many."""
        m = _MEMBERSHIP.c
        lasting = (m.username == username, m.lane == lane.value, m.team == team, m.until > at)
        return self._db.execute(update(_MEMBERSHIP).where(*lasting).values(until=at)).rowcount

    def end_places(self, username: str, lane: Lane, team: str, at: datetime) -> int:
        """Let a person's places in a team that were given for good end at an instant; gives how many."""
        m = _MEMBERSHIP.c
        for_good = (m.username == username, m.lane == lane.value, m.team == team, m.until.is_(None))
        return self._db.execute(update(_MEMBERSHIP).where(*for_good).values(until=at)).rowcount

    def move(self, lane: Lane, old: str, new: str) -> None:
        """Let everybody added or lent to a team belong to another one instead."""
        there = (_MEMBERSHIP.c.lane == lane.value, _MEMBERSHIP.c.team == old)
        self._db.execute(update(_MEMBERSHIP).where(*there).values(team=new))

    def add_membership(self, membership: Membership) -> None:
        """Give a person a place in a team."""
        self._db.execute(insert(_MEMBERSHIP), {name: getattr(membership, name) for name in _MEMBER_NAMES})

    def absences(self, now: datetime) -> list[Absence]:
        """The absences that are not over, those to come too."""
        return [_absence(row) for row in _AWAY.rows(self._db, {"now": now})]

    def absences_of(self, username: str, limit: int = 20) -> list[Absence]:
        """A person's absences, the newest first, and with them when they left."""
        query = select(*_ABSENCE_COLUMNS).where(_ABSENCE.c.username == username).order_by(_ABSENCE.c.id.desc())
        return [_absence(row) for row in self._db.execute(query.limit(limit))]

    def add_absence(self, absence: Absence) -> None:
        """Enter an absence."""
        values = asdict(absence) | {"kind": absence.kind.value}
        self._db.execute(insert(_ABSENCE), {name: values[name] for name in values if name != "id"})

    def end_absence(self, absence_id: int, at: datetime) -> None:
        """Let an absence, or somebody's having left, end at an instant; one to come never begins."""
        self._db.execute(update(_ABSENCE).where(_ABSENCE.c.id == absence_id).values(until=at))

    def register(self, event: str, about: str, data: Mapping[str, Any], *, at: datetime, actor: str) -> None:
        """Append to the register, whose chain also holds about whom each entry is."""
        taking = upsert(_COUNTER, {"value": _COUNTER.c.value + 1}, index=("name",)).returning(_COUNTER.c.value)
        seq = self._db.execute(taking, {"name": REGISTER, "value": 1}).scalar_one()
        head = self._db.execute(select(_REGISTER.c.hash).where(_REGISTER.c.seq == seq - 1)).scalar() or ""
        told = (event, {**data, "about": about})
        (entry,) = chain(number=REGISTER, seq=seq - 1, head=head, at=at, actor=actor, events=[told])
        self._db.execute(insert(_REGISTER), {**asdict(entry), "about": about})

    def registered(self, about: str | None = None, *, before: int | None = None, limit: int = 50) -> list[Change]:
        """The newest entries of the register, of one person or of all, those `before` an entry."""
        query = select(_REGISTER).order_by(_REGISTER.c.seq.desc()).limit(limit)
        if about is not None:
            query = query.where(_REGISTER.c.about == about)
        if before is not None:
            query = query.where(_REGISTER.c.seq < before)
        return [Change(row.about, Entry(seq=row.seq, at=row.at, actor=row.actor, event=row.event, data=row.data,
                                        hash=row.hash)) for row in self._db.execute(query)]  # fmt: skip


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
