"""Where and when the office told people about the online lane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, insert, select

from adapters.sql import tables as t
from lanes.records.outreach import Outreach

_OUTREACH = t.table(t.OutreachRow)


class SqlOutreaches:
    """See `lanes.records.outreach.Outreaches`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, outreach: Outreach) -> int:
        """Keep an outreach; gives its id."""
        values = asdict(outreach)
        del values["id"]
        return int(self._db.execute(insert(_OUTREACH).values(values).returning(_OUTREACH.c.id)).scalar_one())

    def listing(self, limit: int = 100) -> Sequence[Outreach]:
        """The newest, by their beginning."""
        o = _OUTREACH.c
        query = select(_OUTREACH).order_by(o.since.desc(), o.id.desc()).limit(limit)
        return [Outreach(**row._mapping) for row in self._db.execute(query)]
