"""The store: one transaction at a time, and in it a repository for each kind of thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from sqlalchemy import Connection, Engine

from adapters.sql.access import SqlAccess
from adapters.sql.alarms import SqlAlarms
from adapters.sql.clocks import SqlClocks
from adapters.sql.complaints import SqlComplaints, SqlDrafts
from adapters.sql.desk import SqlTickets, SqlUnfinished
from adapters.sql.dossiers import SqlDossiers
from adapters.sql.engine import drop_old_pages, reading, writing
from adapters.sql.escalations import SqlEscalations
from adapters.sql.evidence import SqlEvidence
from adapters.sql.figures import SqlFigures
from adapters.sql.history import SqlHistory
from adapters.sql.ledgers import SqlLedgers
from adapters.sql.outbox import SqlDocuments, SqlOutbox, SqlStock
from adapters.sql.outreach import SqlOutreaches
from adapters.sql.overtakings import SqlOvertakings
from adapters.sql.overview import SqlOverview
from adapters.sql.pauses import SqlPauses
from adapters.sql.people import SqlPeople, SqlSeals
from adapters.sql.person_requests import SqlPersonRequests
from adapters.sql.rules import SqlRules
from adapters.sql.spans import SqlSpans
from adapters.sql.tasks import SqlTasks
from adapters.sql.tokens import SqlAnswers, SqlTokens
from adapters.sql.webhooks import SqlWebhooks

R = TypeVar("R")


class _Made(Generic[R]):
    """A repository that is made when it is first asked for: few transactions need more than three."""

    def __init__(self, make: Callable[[Connection], R]) -> None:
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, work: SqlWork, owner: type) -> R:
        made = work.__dict__[self._name] = self._make(work.connection)
        return made


class SqlWork:
    """See `lanes.store.Work`."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    dossiers = _Made(SqlDossiers)
    tasks = _Made(SqlTasks)
    clocks = _Made(SqlClocks)
    outbox = _Made(SqlOutbox)
    documents = _Made(SqlDocuments)
    stock = _Made(SqlStock)
    people = _Made(SqlPeople)
    seals = _Made(SqlSeals)
    pauses = _Made(SqlPauses)
    rules = _Made(SqlRules)
    alarms = _Made(SqlAlarms)
    figures = _Made(SqlFigures)
    overview = _Made(SqlOverview)
    spans = _Made(SqlSpans)
    ledgers = _Made(SqlLedgers)
    overtakings = _Made(SqlOvertakings)
    outreaches = _Made(SqlOutreaches)
    escalations = _Made(SqlEscalations)
    evidence = _Made(SqlEvidence)
    history = _Made(SqlHistory)
    access = _Made(SqlAccess)
    complaints = _Made(SqlComplaints)
    drafts = _Made(SqlDrafts)
    tokens = _Made(SqlTokens)
    answers = _Made(SqlAnswers)
    webhooks = _Made(SqlWebhooks)
    person_requests = _Made(SqlPersonRequests)
    tickets = _Made(SqlTickets)
    unfinished = _Made(SqlUnfinished)


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

    def let_go(self) -> None:
        """See the port."""
        drop_old_pages(self.engine)
