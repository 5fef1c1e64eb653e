"""Notices to the office's people, gathered: whatever a sweep found, each person hears of it in one message.

The notices stand in the store since the rung was passed; queueing the message and marking them told is one
transaction, so nothing is lost when a sweep is killed, and nothing comes twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from domain.clock import ClockKind
from domain.office import OfficeConfig
from domain.roles import Lane
from lanes.records.escalations import Untold
from lanes.store import Message, Work

_MOST_NUMBERS = 20
_WHOLE = {
    ClockKind.TARGET: "seluruh berkas (janji layanan) / the whole dossier (promise)",
    ClockKind.LIMIT: "seluruh berkas (batas waktu) / the whole dossier (limit)",
    ClockKind.ANSWER: "jawaban pemohon / the applicant's answer",
}


def tell(work: Work, config: OfficeConfig, lane: Lane, now: datetime) -> int:
    """Queue one message to each person who has notices in a lane; gives to how many."""
    untold = work.escalations.untold(lane)
    by_person = groupby(sorted(untold, key=lambda each: (each.person, each.id)), key=lambda each: each.person)
    messages = [_message(config, lane, person, list(notices), now) for person, notices in by_person]
    work.outbox.put(messages)
    work.escalations.told([each.id for each in untold], now)
    return len(messages)


def _message(config: OfficeConfig, lane: Lane, person: str, notices: Sequence[Untold], now: datetime) -> Message:
    key = f"escalation:{notices[0].id}:{person}"
    same = {(each.clock_id, each.place): each for each in notices}  # a rung may reach somebody in two ways
    if len(same) == 1:
        (one,) = same.values()
        due = config.office.told(one.due_at) if one.due_at else ""
        values: dict[str, Any] = {"step": _step(config, one), "rung": one.place, "due": due}
        return Message(key=key, lane=lane, dossier_id=one.dossier_id, to_person=person, message="staff_escalation",
                       values=values, next_at=now, queued_at=now)  # fmt: skip
    numbers = list(dict.fromkeys(each.number for each in same.values()))
    rest = [f"… (+{len(numbers) - _MOST_NUMBERS})"] if len(numbers) > _MOST_NUMBERS else []
    values = {"count": len(numbers), "numbers": "\n".join([*numbers[:_MOST_NUMBERS], *rest]),
              "lane": config.lanes[lane].title.id}  # fmt: skip
    return Message(key=key, lane=lane, to_person=person, message="staff_escalations", values=values, next_at=now,
                   queued_at=now)  # fmt: skip


def _step(config: OfficeConfig, notice: Untold) -> str:
    if notice.kind in _WHOLE:
        return _WHOLE[notice.kind]
    workflow = config.workflows.get(notice.code)
    known = workflow.steps.get(notice.step) if workflow else None
    return known.title.id if known else notice.step
