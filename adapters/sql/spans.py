"""How long steps and pauses lasted: one query each, read as a stream, so a year of a city needs no memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select

from adapters.sql import tables as t
from adapters.sql.rows import DONE_BY_OFFICE, LANES, TASK
from domain.lane_trends import PauseSpan, StepSpan

_PAUSE = t.table(t.PauseRow)
_STREAM = {"yield_per": 2000}


class SqlSpans:
    """See `lanes.records.spans.Spans`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def steps(self, since: datetime | None, until: datetime) -> Iterator[StepSpan]:
        """Every step of the office that was done in this time. Nobody has an automatic one in hand: it only waits."""
        c = TASK.c
        query = select(c.lane, c.step, c.ready_at, c.claimed_at, c.done_at).where(DONE_BY_OFFICE, c.done_at <= until)
        if since is not None:
            query = query.where(c.done_at > since)
        nothing = timedelta()
        for lane, step, ready, claimed, done in self._db.execute(query, execution_options=_STREAM):
            taken = claimed or done
            yield StepSpan(LANES[lane], step, max(taken - ready, nothing), max(done - taken, nothing))

    def pauses(self, since: datetime | None, until: datetime) -> Iterator[PauseSpan]:
        """Every pause as far as it lies in this time; one that lasts counts up to `until`."""
        c = _PAUSE.c
        query = select(c.lane, c.reason, c.started_at, c.ended_at).where(c.started_at < until)
        if since is not None:
            query = query.where(or_(c.ended_at.is_(None), c.ended_at > since))
        for lane, reason, started, ended in self._db.execute(query, execution_options=_STREAM):
            begun = started if since is None else max(started, since)
            yield PauseSpan(LANES[lane], reason, min(ended or until, until) - begun)
