"""Live dossiers as an event log, in the same records as imported history, for reports and exporters.

Resources are usernames of the office. What the applicant and the engine did has none: they are nobody at work.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from domain.dossier import DossierStatus
from domain.eventlog import LogCase, LogEvent
from domain.journal import Entry
from lanes.engine import ENGINE
from lanes.intake import APPLICANT
from lanes.store import Store, Work

#: Journal events that are activities by themselves; `step_completed` is the activity of its step.
_ACTIVITIES = frozenset(
    {"dossier_submitted", "resubmitted", "dossier_issued", "dossier_rejected", "dossier_cancelled", "dossier_withdrawn"}
)


def live_cases(store: Store) -> Iterator[LogCase]:
    """Every dossier as a case, open ones as far as they have come, read as a stream; holds no personal data."""
    with store.read() as work:
        yield from cases_of(work)


def cases_of(work: Work, *, since: datetime | None = None) -> Iterator[LogCase]:
    """As `live_cases`, within a transaction, and without those that closed up to `since`.

    A returned dossier has no deadline while it waits for its applicant.
    """
    for dossier, entries in work.dossiers.everything():
        if since is not None and dossier.closed_at is not None and dossier.closed_at <= since:
            continue
        yield LogCase(
            case_id=dossier.number,
            lane=dossier.lane,
            channel=dossier.channel,
            deadline=None if dossier.status is DossierStatus.RETURNED else dossier.due_at,
            closed=not dossier.is_open,
            events=tuple(event for entry in entries if (event := _event(entry)) is not None),
        )


def _event(entry: Entry) -> LogEvent | None:
    if entry.event == "step_completed":
        activity = str(json.loads(entry.data)["step"])
    elif entry.event in _ACTIVITIES:
        activity = entry.event
    else:
        return None
    resource = None if entry.actor in (APPLICANT, ENGINE) else entry.actor
    return LogEvent(activity=activity, at=entry.at, resource=resource)
