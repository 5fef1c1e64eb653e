"""Hands imported history out again, a case at a time: for reports, and for giving a log back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from math import inf
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Engine, Row

from adapters.history.headers import attributes_from_json
from adapters.history.tables import CASES, EVENTS, LOGS
from adapters.sql.engine import reading
from domain.errors import Refused
from domain.eventlog import LogCase, LogEvent
from domain.roles import Lane

_STREAM = {"yield_per": 1000}
_NONE: tuple[tuple[float, float], Iterator[Row[Any]]] = ((inf, inf), iter(()))


@dataclass(frozen=True, kw_only=True)
class KeptLog:
    """An imported log as the database knows it; `header` is kept as JSON, in the form of its `format`."""

    log_id: int
    name: str
    format: str
    imported_at: datetime
    cases: int
    events: int
    header: dict[str, Any]


def kept_logs(engine: Engine) -> list[KeptLog]:
    """Every imported log, in the order in which they came in."""
    with reading(engine) as connection:
        rows = connection.execute(select(LOGS).order_by(LOGS.c.id)).all()
    return [
        KeptLog(
            log_id=row.id,
            name=row.name,
            format=row.format,
            imported_at=row.imported_at,
            cases=row.cases,
            events=row.events,
            header=row.header,
        )
        for row in rows
    ]


def kept_log(engine: Engine, wanted: str | None = None) -> KeptLog:
    """The log called `wanted` (its name, or its number as text); without that, the only one there is.

    Raises Refused where that names none, or more than one.
    """
    logs = kept_logs(engine)
    found = [one for one in logs if wanted is None or wanted in (one.name, str(one.log_id))]
    if len(found) == 1:
        return found[0]
    if not logs:
        raise Refused("history_log", "No history has been imported.", allowed="jalur history import FILE --map MAP")
    wrong = "There is more than one imported log" if found else "There is no imported log"
    called = f" called {wanted!r}." if wanted is not None else "."
    choice = ", ".join(f"{one.log_id} ({one.name})" for one in logs)
    raise Refused("history_log", wrong + called, allowed=f"the number of one: {choice}")


def last_event(engine: Engine) -> datetime | None:
    """When the last event of all imported logs was; None without any."""
    with reading(engine) as connection:
        found: datetime | None = connection.execute(select(func.max(EVENTS.c.at))).scalar_one()
    return found


def kept_cases(engine: Engine, log_id: int | None = None, *, attributes: bool = True) -> Iterator[LogCase]:
    """The cases of one log, or of all, in their order, read as a stream.

    Without `attributes` only what reports count is read, which takes a fraction of the time.
    """
    cases = select(CASES).order_by(CASES.c.log_id, CASES.c.number)
    columns = [EVENTS.c.log_id, EVENTS.c.case_number, EVENTS.c.activity, EVENTS.c.resource, EVENTS.c.at]
    events = select(*columns, *([EVENTS.c.attributes] if attributes else []))
    events = events.order_by(EVENTS.c.log_id, EVENTS.c.case_number, EVENTS.c.position)
    if log_id is not None:
        cases, events = cases.where(CASES.c.log_id == log_id), events.where(EVENTS.c.log_id == log_id)
    # Two streams side by side, both of the one state that the transaction sees.
    with reading(engine) as connection:
        rows = connection.execute(cases, execution_options=_STREAM)
        stream = connection.execute(events, execution_options=_STREAM)
        groups = groupby(stream, key=lambda event: (event.log_id, event.case_number))
        key, own = next(groups, _NONE)
        for row in rows:
            mine: Iterable[Row[Any]] = ()
            if key == (row.log_id, row.number):
                mine = list(own)
                key, own = next(groups, _NONE)
            yield _case(row, tuple(_event(event, attributes) for event in mine), attributes)


def _event(row: Row[Any], attributes: bool) -> LogEvent:
    told = attributes_from_json(row.attributes) if attributes else ()
    return LogEvent(activity=row.activity, at=row.at, resource=row.resource, attributes=told)


def _case(row: Row[Any], events: tuple[LogEvent, ...], attributes: bool) -> LogCase:
    return LogCase(
        case_id=row.case_id,
        lane=Lane(row.lane),
        channel=row.channel,
        deadline=row.deadline,
        attributes=attributes_from_json(row.attributes) if attributes else (),
        events=events,
    )
