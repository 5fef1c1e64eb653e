"""Tasks taken out of their turn, and what they are held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, insert, select

from adapters.sql import tables as t
from adapters.sql.rows import TASK
from domain.dossier import TaskKind
from domain.roles import Lane
from lanes.records.overtakings import Claimed, OvertakingRecord

_OVERTAKING = t.table(t.OvertakingRow)


class SqlOvertakings:
    """See `lanes.records.overtakings.Overtakings`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, overtaking: OvertakingRecord) -> None:
        """Keep an overtaking."""
        values = {**asdict(overtaking), "passed": list(overtaking.passed)}
        del values["id"]
        self._db.execute(insert(_OVERTAKING), values)

    def listing(self, since: datetime, until: datetime) -> Sequence[OvertakingRecord]:
        """The overtakings of this time, oldest first."""
        o = _OVERTAKING.c
        query = select(_OVERTAKING).where(o.lane.in_(list(Lane)), o.at > since, o.at <= until).order_by(o.at, o.id)
        return [
            OvertakingRecord(**{**row._mapping, "lane": Lane(row.lane), "passed": tuple(row.passed)})
            for row in self._db.execute(query)
        ]

    def claims(self, since: datetime, until: datetime) -> Sequence[Claimed]:
        """The tasks that people took in this time and did not give back, in no order."""
        query = select(TASK.c.claimed_at, TASK.c.lane, TASK.c.code, TASK.c.assignee).where(
            TASK.c.claimed_at > since, TASK.c.claimed_at <= until, TASK.c.kind == TaskKind.HUMAN.value,
            TASK.c.assignee.is_not(None),
        )  # fmt: skip
        return [Claimed(at, Lane(lane), code, officer) for at, lane, code, officer in self._db.execute(query)]
