"""Tasks taken out of their turn, and what they are held against."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from adapters.sql import tables as t
from adapters.sql.rows import DOSSIER, TASK
from domain.dossier import TaskKind
from domain.fairness import Verdict
from domain.roles import Lane
from lanes.records.overtakings import Claimed, LetBy, OvertakingRecord

_OVERTAKING, _JOURNAL = t.table(t.OvertakingRow), t.table(t.JournalRow)


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
        return [_record(row) for row in self._db.execute(query)]

    def get(self, overtaking_id: int) -> OvertakingRecord | None:
        """One overtaking."""
        row = self._db.execute(select(_OVERTAKING).where(_OVERTAKING.c.id == overtaking_id)).one_or_none()
        return None if row is None else _record(row)

    def review(self, reviewed: OvertakingRecord) -> bool:
        """Write what is said of an overtaking; False, and nothing is written, when something was said already."""
        o = _OVERTAKING.c
        names = ("verdict", "remark", "reviewed_at", "reviewed_by")
        statement = update(_OVERTAKING).where(o.id == reviewed.id, o.verdict.is_(None))
        return self._db.execute(statement.values({name: getattr(reviewed, name) for name in names})).rowcount == 1

    def unreviewed(self, lane: Lane, limit: int) -> Sequence[OvertakingRecord]:
        """The overtakings of a lane of which nothing is said yet, the oldest first."""
        o = _OVERTAKING.c
        query = select(_OVERTAKING).where(o.lane == lane.value, o.verdict.is_(None)).order_by(o.at, o.id).limit(limit)
        return [_record(row) for row in self._db.execute(query)]

    def count_unreviewed(self, lane: Lane) -> int:
        """How many those are."""
        o = _OVERTAKING.c
        query = select(func.count()).select_from(_OVERTAKING).where(o.lane == lane.value, o.verdict.is_(None))
        return int(self._db.execute(query).scalar_one())

    def claims(self, since: datetime, until: datetime) -> Sequence[Claimed]:
        """The tasks that people took in this time and did not give back, in no order."""
        query = select(TASK.c.claimed_at, TASK.c.lane, TASK.c.code, TASK.c.assignee).where(
            TASK.c.claimed_at > since, TASK.c.claimed_at <= until, TASK.c.kind == TaskKind.HUMAN.value,
            TASK.c.assignee.is_not(None),
        )  # fmt: skip
        return [Claimed(at, Lane(lane), code, officer) for at, lane, code, officer in self._db.execute(query)]

    def let_by(self, since: datetime, until: datetime) -> Sequence[LetBy]:
        """What people held and gave back, or had taken from them, while others took what came after it, oldest first,
        as the journals tell."""
        j = _JOURNAL.c
        query = select(j.at, DOSSIER.c.lane, j.data).join_from(_JOURNAL, DOSSIER, j.dossier_id == DOSSIER.c.id)
        gave_up = j.event.in_(("task_released", "task_assigned"))
        query = query.where(gave_up, j.at > since, j.at <= until, j.data.contains('"let_by":'))
        found = [(at, Lane(lane), json.loads(data)) for at, lane, data in self._db.execute(query.order_by(j.at))]
        return [LetBy(at, lane, data["held_by"], data["let_by"]) for at, lane, data in found]


def _record(row: Row[Any]) -> OvertakingRecord:
    verdict = Verdict(row.verdict) if row.verdict else None
    return OvertakingRecord(**{**row._mapping, "lane": Lane(row.lane), "passed": tuple(row.passed), "verdict": verdict})
