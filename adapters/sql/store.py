"""The store: one transaction at a time, and in it a repository for each kind of thing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from adapters.sql.alarms import SqlAlarms
from adapters.sql.clocks import SqlClocks
from adapters.sql.dossiers import SqlDossiers
from adapters.sql.engine import reading, writing
from adapters.sql.escalations import SqlEscalations
from adapters.sql.evidence import SqlEvidence
from adapters.sql.figures import SqlFigures
from adapters.sql.ledgers import SqlLedgers
from adapters.sql.outbox import SqlDocuments, SqlOutbox, SqlStock
from adapters.sql.overtakings import SqlOvertakings
from adapters.sql.pauses import SqlPauses
from adapters.sql.people import SqlPeople, SqlSeals
from adapters.sql.rules import SqlRules
from adapters.sql.spans import SqlSpans
from adapters.sql.tasks import SqlTasks


class SqlWork:
    """See `lanes.store.Work`."""

    def __init__(self, connection: Connection) -> None:
        self.dossiers = SqlDossiers(connection)
        self.tasks = SqlTasks(connection)
        self.clocks = SqlClocks(connection)
        self.outbox = SqlOutbox(connection)
        self.documents = SqlDocuments(connection)
        self.stock = SqlStock(connection)
        self.people = SqlPeople(connection)
        self.seals = SqlSeals(connection)
        self.pauses = SqlPauses(connection)
        self.rules = SqlRules(connection)
        self.alarms = SqlAlarms(connection)
        self.figures = SqlFigures(connection)
        self.spans = SqlSpans(connection)
        self.ledgers = SqlLedgers(connection)
        self.overtakings = SqlOvertakings(connection)
        self.escalations = SqlEscalations(connection)
        self.evidence = SqlEvidence(connection)


class SqlStore:
    """See `lanes.store.Store`. Give it an engine from `adapters.sql.engine.make_engine`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def begin(self) -> Iterator[SqlWork]:
        """A transaction that may write."""
        with writing(self.engine) as connection:
            yield SqlWork(connection)

    @contextmanager
    def read(self) -> Iterator[SqlWork]:
        """A transaction that only reads one consistent state."""
        with reading(self.engine) as connection:
            yield SqlWork(connection)
