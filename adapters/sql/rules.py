"""Versions of the lanes' rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, exists, func, or_, select, update

from adapters.sql import tables as t
from adapters.sql.prepared import Prepared
from adapters.sql.rows import CLOCK, DOSSIER, IS_CLOSED
from adapters.sql.upsert import upsert
from domain.roles import Lane
from lanes.records.rules import Policy, RulesVersion

_RULES = t.table(t.RulesRow)
_R = _RULES.c
_NEWEST = Prepared(
    select(_R.lane, func.max(_R.id))
    .where(or_(_R.effective_at <= bindparam("now", type_=_R.effective_at.type), _R.follows == 0))
    .group_by(_R.lane)
)
_ADD = upsert(_RULES, None, index=("lane", "follows")).returning(_R.id)


class SqlRules:
    """See `lanes.records.rules.RulesVersions`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def newest(self, now: datetime) -> Mapping[Lane, int]:
        """The version in force in each lane that has one."""
        return {Lane(lane): version for lane, version in _NEWEST.rows(self._db, {"now": now})}

    def body(self, version: int) -> str:
        """What a version says. Raises NoResultFound when there is none, which only a damaged store can cause."""
        return str(self._db.execute(select(_R.body).where(_R.id == version)).scalar_one())

    def get(self, version: int) -> RulesVersion | None:
        """The version with this id."""
        return next(iter(self._versions(select(_RULES).where(_R.id == version))), None)

    def last(self, lane: Lane) -> RulesVersion | None:
        """The version that was applied last, in force or still to come."""
        return next(iter(self._versions(self._of(lane).limit(1))), None)

    def listing(self, lane: Lane | None = None) -> Sequence[RulesVersion]:
        """All versions, the newest first."""
        return self._versions(self._of(lane))

    def add(self, version: RulesVersion) -> int | None:
        """Keep a new version; gives its id, or None when another follows the same one already."""
        values = {name: value for name, value in asdict(version).items() if name != "id"}
        return self._db.execute(_ADD, {**values, "lane": version.lane.value}).scalar_one_or_none()

    def adopt(self, lane: Lane, version: int) -> None:
        """Clocks that began before versions were kept run under this one, which says the same."""
        clocks = update(CLOCK).where(CLOCK.c.lane == lane.value, CLOCK.c.rules == 0)
        self._db.execute(clocks.values(rules=version))

    def unsettled(self, now: datetime) -> Sequence[RulesVersion]:
        """Versions whose time has come and that some clock may not know of yet, the oldest first."""
        waiting = select(_RULES).where(_R.settled_at.is_(None), _R.effective_at <= now).order_by(_R.id)
        return self._versions(waiting)

    def carried_out(self, version: int, at: datetime) -> None:
        """Note that the open clocks have it."""
        self._db.execute(update(_RULES).where(_R.id == version).values(carried_out_at=at))

    def settled(self, version: int, at: datetime) -> None:
        """Note that nothing is left to be done for it."""
        self._db.execute(update(_RULES).where(_R.id == version).values(settled_at=at))

    def count_before(self, version: RulesVersion) -> int:
        """How many open dossiers of its lane have a clock under an earlier version."""
        return int(self._db.execute(select(func.count()).select_from(_before(version).subquery())).scalar_one())

    def dossiers_before(self, version: RulesVersion, after: int, limit: int) -> Sequence[int]:
        """Their ids in order, from `after` on."""
        return list(
            self._db.execute(_before(version).where(DOSSIER.c.id > after).order_by(DOSSIER.c.id).limit(limit)).scalars()
        )

    def _of(self, lane: Lane | None) -> Select[Any]:
        query = select(_RULES).order_by(_R.id.desc())
        return query if lane is None else query.where(_R.lane == lane.value)

    def _versions(self, query: Select[Any]) -> list[RulesVersion]:
        return [
            RulesVersion(**{**row._mapping, "lane": Lane(row.lane), "policy": Policy(row.policy)})
            for row in self._db.execute(query)
        ]


def _before(version: RulesVersion) -> Select[Any]:
    behind = exists().where(
        CLOCK.c.dossier_id == DOSSIER.c.id, CLOCK.c.stopped_at.is_(None), CLOCK.c.rules < version.id
    )
    return select(DOSSIER.c.id).where(DOSSIER.c.lane == version.lane.value, ~IS_CLOSED, behind)
