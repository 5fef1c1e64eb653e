"""How long steps and pauses lasted: one query each, read as a stream, so a year of a city needs no memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, literal, or_, select

from adapters.sql import tables as t
from adapters.sql.rows import DONE_BY_OFFICE, DOSSIER, LANES, TASK
from domain.dossier import TaskKind
from domain.lane_trends import NOT_YET_COMPLETE, PauseSpan, StepSpan

_PAUSE = t.table(t.PauseRow)
_STREAM = {"yield_per": 2000}
_PAUSES = select(_PAUSE.c.lane, _PAUSE.c.reason, _PAUSE.c.started_at, _PAUSE.c.ended_at)
_BEFORE_COMPLETE = (
    select(TASK.c.lane, literal(NOT_YET_COMPLETE), TASK.c.ready_at, TASK.c.done_at)
    .join_from(TASK, DOSSIER, TASK.c.dossier_id == DOSSIER.c.id)
    .where(TASK.c.kind == TaskKind.APPLICANT.value)
    .where(or_(DOSSIER.c.accepted_at.is_(None), DOSSIER.c.accepted_at > TASK.c.ready_at))
)


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
        """Every pause, and every wait for an applicant before the dossier was found complete, as far as it lies in this
        time; one that lasts counts up to `until`."""
        for query in (_PAUSES, _BEFORE_COMPLETE):
            _, _, started_at, ended_at = query.selected_columns
            within = query.where(started_at < until)
            if since is not None:
                within = within.where(or_(ended_at.is_(None), ended_at > since))
            for lane, reason, started, ended in self._db.execute(within, execution_options=_STREAM):
                begun = started if since is None else max(started, since)
                if ended is None or ended > started:  # nothing stood still where an outage was over before it came in
                    yield PauseSpan(LANES[lane], reason, min(ended or until, until) - begun)
