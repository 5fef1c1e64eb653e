"""Where imported history is kept: logs, their cases, their events. It is never live work.

Keys are (log, number) and (log, case, position), counted by the importer, so that rows go in by the thousand
without asking the database for each key. `attributes` hold what the file said, types, order and nesting
included, so that the file can be given back.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, ForeignKeyConstraint, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from adapters.sql.types import Instant


class Written(TypeDecorator[Any]):
    """JSON that was put into text before it got here, so that no transaction waits for that; read as lists."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class HistoryLog(SQLModel, table=True):
    """One imported file; `header` is what it says of itself, `sha256` is taken over its uncompressed content."""

    __tablename__ = "history_log"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_column=Column(Text, nullable=False))
    format: str = Field(max_length=8)
    sha256: str = Field(max_length=64, unique=True)
    map_digest: str = Field(max_length=64)
    imported_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    cases: int
    events: int = Field(sa_column=Column(BigInteger, nullable=False))
    header: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class HistoryCase(SQLModel, table=True):
    """One case of a log; `number` counts from 1 in the order in which the file brings them."""

    __tablename__ = "history_case"

    log_id: int = Field(primary_key=True, foreign_key="history_log.id", sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    case_id: str = Field(sa_column=Column(Text, nullable=False))
    lane: str = Field(max_length=16)
    channel: str = Field(sa_column=Column(Text, nullable=False))
    deadline: datetime | None = Field(sa_column=Column(Instant))
    attributes: str = Field(sa_column=Column(Written, nullable=False))


class HistoryEvent(SQLModel, table=True):
    """One event; `position` counts from 1 through the whole file, and so orders a case's events too."""

    __tablename__ = "history_event"
    __table_args__ = (ForeignKeyConstraint(["log_id", "case_number"], ["history_case.log_id", "history_case.number"]),)

    log_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    case_number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    position: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    activity: str = Field(sa_column=Column(Text, nullable=False))
    resource: str | None = Field(sa_column=Column(Text))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    attributes: str = Field(sa_column=Column(Written, nullable=False))


# The same tables for SQLAlchemy Core, by which rows go in and out in bulk.
LOGS = SQLModel.metadata.tables["history_log"]
CASES = SQLModel.metadata.tables["history_case"]
EVENTS = SQLModel.metadata.tables["history_event"]
