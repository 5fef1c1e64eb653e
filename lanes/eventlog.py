"""Live dossiers as an event log, in the same records as imported history, for reports and exporters.

Resources are usernames of the office. What the applicant and the engine did has none: they are nobody at work.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from domain.dossier import Dossier
from domain.eventlog import LogCase, LogEvent
from domain.journal import Entry
from lanes.engine import ENGINE
from lanes.intake import APPLICANT
from lanes.store import Store

_STEP = "step_completed"  # the activity of its step
#: Journal events that are activities by themselves.
_ACTIVITIES = frozenset(
    {"dossier_submitted", "resubmitted", "dossier_issued", "dossier_rejected", "dossier_cancelled", "dossier_withdrawn"}
)
EVENTS = frozenset({_STEP, *_ACTIVITIES})
"""What of a dossier's journal makes its case."""


def live_cases(store: Store) -> Iterator[LogCase]:
    """Every dossier as a case, open ones as far as they have come, read as a stream; holds no personal data."""
    with store.read() as work:
        for dossier, entries in work.dossiers.everything(EVENTS):
            yield case_of(dossier, entries)


def case_of(dossier: Dossier, entries: Sequence[Entry]) -> LogCase:
    """A dossier as a case, by the journal's EVENTS."""
    return LogCase(
        case_id=dossier.number,
        lane=dossier.lane,
        channel=dossier.channel,
        deadline=dossier.deadline,
        closed=not dossier.is_open,
        events=tuple(map(_event, entries)),
    )


def _event(entry: Entry) -> LogEvent:
    activity = str(json.loads(entry.data)["step"]) if entry.event == _STEP else entry.event
    resource = None if entry.actor in (APPLICANT, ENGINE) else entry.actor
    return LogEvent(activity=activity, at=entry.at, resource=resource)
