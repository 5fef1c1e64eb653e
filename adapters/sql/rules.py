"""Versions of the lanes' rules."""

from __future__ import annotations

from sqlalchemy import Connection, select

from adapters.sql import tables as t

_RULES = t.table(t.RulesRow)


class SqlRules:
    """See `lanes.records.rules.RulesVersions`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def body(self, version: int) -> str:
        """What a version says. Raises NoResultFound when there is none, which only a damaged store can cause."""
        return str(self._db.execute(select(_RULES.c.body).where(_RULES.c.id == version)).scalar_one())
