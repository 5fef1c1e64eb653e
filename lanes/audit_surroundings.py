"""What the office keeps beside its dossiers, held against their journals: messages, card blanks, outages, numbers."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from domain.journal import Entry
from domain.ladder import RungAction
from domain.numbers import CounterTicket, DeedNumber, LetterNumber
from domain.proof import Row, unreadable
from domain.roles import Lane

_NUMBERING = frozenset({"document_numbered", "step_completed", "complaint_filed"})
#: The message to the applicant that is queued together with an entry.
_TOLD = {
    "dossier_submitted": "received", "returned_to_applicant": "returned", "paused": "paused",
    "dossier_rejected": "rejected", "dossier_cancelled": "cancelled", "dossier_withdrawn": "withdrawn",
}  # fmt: skip
_RESERVED, _USED = "reserved", "consumed"
_COMPLAINT = re.compile(r"ADU-([0-9]{4})-([0-9]{6})")


def promised(entries: Sequence[Entry]) -> Counter[str]:
    """How many messages of each name a journal says were queued for the applicant."""
    found: Counter[str] = Counter()
    for entry in entries:
        data = json.loads(entry.data)
        name = _TOLD.get(entry.event) or (data.get("message") if entry.event == "step_completed" else None)
        found.update([name] if name else [])
    return found


def written(entries: Sequence[Entry]) -> Counter[str]:
    """How many letters about lateness and reminders a journal says that rungs wrote. Of several rungs that were passed
    in one moment, one speaks of lateness."""
    late, reminders = set(), 0
    for entry in entries:
        if entry.event == "rung_passed":
            actions = json.loads(entry.data).get("actions", ())
            late |= {entry.at} if RungAction.TELL_APPLICANT in actions else set()
            reminders += RungAction.REMIND_APPLICANT in actions
    return Counter({"late": len(late), "reminder": reminders})


def message_faults(entries: Sequence[Entry], kept: Mapping[str, int]) -> Iterator[str]:
    """The messages that a journal tells of and that are not kept."""
    for name, count in sorted((promised(entries) + written(entries)).items()):
        if kept.get(name, 0) < count:
            yield f"outbox: {count - kept.get(name, 0)} of {count} messages {name!r} to the applicant are missing"


def blank_faults(entries: Sequence[Entry], moved: Mapping[tuple[str, str], int]) -> Iterator[str]:
    """Where the movements of card blanks for a dossier disagree with its journal. A blank is set aside a moment before
    the journal tells of it, and used together with it."""
    told: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        if entry.event == "step_completed":
            data = json.loads(entry.data)
            if data["outcome"] in (_RESERVED, _USED) and "item" in data:
                told[data["item"], data["outcome"]] += 1
    for item in sorted({item for item, _ in (*told, *moved)}):
        reserved, used = moved.get((item, "reserve"), 0), moved.get((item, "consume"), 0)
        if reserved < told[item, _RESERVED]:
            yield f"stock_move: a blank set aside of {item} is missing"
        if used != told[item, _USED]:
            yield f"stock_move: {used} blanks of {item} count as used, and the journal tells of {told[item, _USED]}"


def level_faults(
    stock: Sequence[Row], moves: Mapping[int, Mapping[tuple[str, str], int]], available: Mapping[str, object]
) -> Iterator[str]:
    """The items of which more or fewer blanks are available, or set aside, than the movements say. A dossier's
    given-back blanks are one movement, whatever their number: those of dossiers that gave some back are set aside no
    more."""
    aside: Counter[str] = Counter()
    for dossier, kinds in moves.items():
        for item in {item for item, _ in kinds} if dossier else ():
            if not kinds.get((item, "give_back"), 0):
                aside[item] += kinds.get((item, "reserve"), 0) - kinds.get((item, "consume"), 0)
    for row in stock:
        if row.unreadable:
            yield f"stock of {row.values.get('item')}: {', '.join(row.unreadable)} cannot be read"
        elif row.values["reserved"] != aside[row.values["item"]]:
            item, reserved = row.values["item"], row.values["reserved"]
            yield f"stock of {item}: {reserved} blanks are set aside, and the movements say {aside[item]}"
        elif row.values["available"] != available.get(row.values["item"], 0):
            item, there = row.values["item"], row.values["available"]
            yield f"stock of {item}: {there} blanks are available, and the movements do not say so"


def outage_faults(
    record_dossier: Row, pauses: Sequence[Row], outages: Mapping[int, Row], entries: Sequence[Entry]
) -> Iterator[str]:
    """Where a dossier's marks of outages, and the words of who recorded them, disagree with the outages."""
    began = [json.loads(entry.data) for entry in entries if entry.event == "outage_started"]
    words = {(data["reason"], datetime.fromisoformat(data["since"])): data.get("why") for data in began}
    for pause in pauses:
        number = pause.values.get("outage_id")
        if number is None or pause.unreadable or record_dossier.unreadable:
            continue
        outage = outages.get(number)
        if outage is None:
            yield pause.fault("outage_id", "names an outage that is missing")
        elif not outage.unreadable:
            yield from (outage.fault(column, "is not what the journals say")
                        for column in _differs(outage.values, pause.values, record_dossier.values))  # fmt: skip
            marked = pause.values["reason"], pause.values["started_at"]
            if words.get(marked) != outage.values["why"]:
                yield outage.fault("why", "is not what the journals say")


def _differs(outage: Mapping[str, Any], pause: Mapping[str, Any], dossier: Mapping[str, Any]) -> Iterator[str]:
    if outage["reason"] != pause["reason"]:
        yield "reason"
    if outage["lane"] not in (None, pause["lane"]):
        yield "lane"
    if pause["started_at"] != max(outage["started_at"], dossier["submitted_at"]):
        yield "started_at"
    until = outage["ended_at"]
    ended = until and max(min(until, dossier["closed_at"] or until), pause["started_at"])
    ends = (ended, dossier["closed_at"])  # one that closed before the end was known was let go then
    if outage["carried_out_at"] is not None and pause["ended_at"] not in ends:
        yield "ended_at"
    if outage["carried_out_at"] is not None and outage["withdrawn_at"] is not None:
        yield "withdrawn_at"


def notice_faults(entries: Sequence[Entry], escalations: Sequence[Row]) -> Iterator[str]:
    """The people of the office who were told of a rung by the journal, and of whom no notice is kept."""
    names = ("at", "kind", "step", "place", "person")
    kept = {tuple(row.values.get(name) for name in names) for row in escalations}
    for entry in entries:
        if entry.event == "rung_passed":
            data = json.loads(entry.data)
            for person in data["told"]:
                if (entry.at, data["clock"], data["step"], data["rung"], person) not in kept:
                    yield f"escalation: the notice of {data['rung']} to {person} (journal entry {entry.seq}) is missing"


def issued(journal: Sequence[Row]) -> Iterator[tuple[str, int]]:
    """The sequence and serial of each number that documents, complaints and those who wait at the counter took, as a
    journal tells, which may be broken."""
    for row in journal:
        if row.values.get("event") in _NUMBERING and "data" in row.values:
            with suppress(ValueError, TypeError, AttributeError, KeyError):
                data = json.loads(row.values["data"])
                yield from _taken(data.get("document"))
                if filed := _COMPLAINT.fullmatch(str(data.get("complaint", ""))):
                    yield f"complaint:{filed[1]}", int(filed[2])
                if "queue" in data:  # since 0.1.0
                    yield f"ticket:{data['queue']}", CounterTicket.parse(data["ticket"]).place


def tickets_of(journal: Sequence[Row]) -> set[str]:
    """The counter tickets that a journal, which may be broken, tells of."""
    found = set()
    for row in journal:
        if '"ticket"' in row.values.get("data", ""):
            with suppress(ValueError, TypeError, KeyError):
                found.add(str(json.loads(row.values["data"])["ticket"]))
    return found


def ticket_faults(tickets: Sequence[Row], told: Mapping[str, Collection[str]]) -> Iterator[str]:
    """The numbers of the waiting room that are not what the journal of the dossier they are of tells (`told`)."""
    for row in tickets:
        yield from unreadable(row)
        dossier = row.values.get("dossier")
        if dossier is not None and dossier not in told:
            yield row.fault("dossier", "names a dossier that is missing")
        elif dossier is not None and told[dossier] and row.values.get("number") not in told[dossier]:
            yield row.fault("number", f"is not what the journal of {dossier} says")


def tickets_given(tickets: Sequence[Row]) -> Iterator[tuple[str, int]]:
    """The sequence and place of each number of the waiting room; those that are none are told of by `ticket_faults`."""
    for row in tickets:
        with suppress(ValueError, KeyError):
            yield f"ticket:{Lane.MANUAL}:{row.values['day']}", CounterTicket.parse(row.values["number"]).place


def _taken(text: object) -> Iterator[tuple[str, int]]:
    for kind in (DeedNumber, LetterNumber):
        with suppress(ValueError):
            number = kind.parse(text)
            code = number.kind if isinstance(number, DeedNumber) else number.code
            yield f"document:{code}:{number.on}", number.serial
