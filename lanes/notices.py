"""Notices to the office's people, gathered: whatever a sweep found, each person hears of it in one message.

The notices of a sweep's last batch are told in its own transaction. Those of earlier batches, and of a sweep that was
killed, stand in the store untold and are told with them; queueing a message and marking what it tells is one
transaction, so nothing is lost and nothing comes twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from domain.clock import ClockKind
from domain.form import Text
from domain.office import OfficeConfig, OfficeSpec
from domain.roles import Lane
from lanes.records.escalations import Escalation
from lanes.store import Message, Work

MOST_NUMBERS = 20
_WHOLE = {
    ClockKind.TARGET: Text(id="seluruh berkas (janji layanan)", en="the whole dossier (promise)"),
    ClockKind.LIMIT: Text(id="seluruh berkas (batas waktu)", en="the whole dossier (limit)"),
    ClockKind.ANSWER: Text(id="jawaban pemohon", en="the applicant's answer"),
}


def tell(work: Work, config: OfficeConfig, lane: Lane, now: datetime, *, fresh: Sequence[Escalation] = ()) -> None:
    """Queue one message to each person who has notices in a lane: those not told yet, and `fresh` ones, which are kept
    as told."""
    untold = work.escalations.untold(lane)
    by_person = groupby(sorted([*untold, *fresh], key=lambda each: each.person), key=lambda each: each.person)
    work.outbox.put([_message(config, lane, person, list(notices), now) for person, notices in by_person])
    work.escalations.told([each.id for each in untold], now)


def of_due_time(due: datetime | None) -> str:
    """What tells, in the key of a message, the due time of which it speaks: each is told of once."""
    return f"{due:%Y%m%dT%H%M%SZ}" if due else "-"


def shortened(numbers: Sequence[str]) -> str:
    """Dossier numbers for a message, one a line: the first ones, and how many more there are."""
    rest = [f"… (+{len(numbers) - MOST_NUMBERS})"] if len(numbers) > MOST_NUMBERS else []
    return "\n".join([*numbers[:MOST_NUMBERS], *rest])


def warn(
    office: OfficeSpec, people: Iterable[str], about: str, lane: Lane, title: Text, reason: str, now: datetime
) -> list[Message]:
    """A warning to each of these people, once a day however often it is put; `about` tells it from others."""
    values, day = {"title": title.id, "title_en": title.en, "reason": reason}, office.day(now)
    return [
        Message(key=f"warning:{about}:{person}:{day}", lane=lane, to_person=person, message="staff_warning",
                values=values, next_at=now, queued_at=now)
        for person in dict.fromkeys(people)
    ]  # fmt: skip


def _message(config: OfficeConfig, lane: Lane, person: str, notices: Sequence[Escalation], now: datetime) -> Message:
    first = notices[0]
    key = f"escalation:{first.clock_id}:{first.place}:{of_due_time(first.due_at)}:{person}"
    same = {(each.clock_id, each.place): each for each in notices}  # a rung may reach somebody in two ways
    values: dict[str, Any]
    if len(same) == 1:
        due = config.office.told(first.due_at) if first.due_at else ""
        step = _step(config, first)
        values = {"step": step.id, "step_en": step.en, "rung": first.place, "due": due}
        return Message(key=key, lane=lane, dossier_id=first.dossier_id, to_person=person, message="staff_escalation",
                       values=values, next_at=now, queued_at=now)  # fmt: skip
    numbers = list(dict.fromkeys(each.number for each in same.values()))
    values = {"count": len(numbers), "numbers": shortened(numbers), "lane": config.lanes[lane].title.id,
              "lane_en": config.lanes[lane].title.en}  # fmt: skip
    return Message(key=key, lane=lane, to_person=person, message="staff_escalations", values=values, next_at=now,
                   queued_at=now)  # fmt: skip


def _step(config: OfficeConfig, notice: Escalation) -> Text:
    if notice.kind in _WHOLE:
        return _WHOLE[notice.kind]
    workflow = config.workflows.get(notice.code)
    known = workflow.steps.get(notice.step) if workflow else None
    return known.title if known else Text(id=notice.step, en=notice.step)
