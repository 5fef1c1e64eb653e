"""A dossier's journal played again: what its rows must hold now, if nobody changed them behind the office's back.

The journal is the truth, and `domain.journal` proves it by itself; `domain.proof` holds the rows against what comes
out here. Of what the journal does not tell (form values, due times, teams, who is barred) nothing is claimed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.dossier import DossierStatus, TaskKind, TaskStatus, dossier_after
from domain.errors import Refused
from domain.journal import ENGINE, Entry
from domain.pausing import PauseReason

#: Columns with the value that each must hold; a frozenset holds the values that it may, ANYTHING is all but none.
Expected = dict[str, Any]

ANYTHING = object()
_CLOSING = {"dossier_issued": "issue", "dossier_rejected": "reject", "dossier_cancelled": "cancel",
            "dossier_withdrawn": "withdraw"}  # fmt: skip
_JUST_OPENED = frozenset({TaskStatus.OPEN, TaskStatus.READY, TaskStatus.RUNNING})  # whose it is, no entry tells
_LEASED_OR_NOT = frozenset({TaskStatus.READY, TaskStatus.RUNNING})  # leases come and go without an entry
_NOT_REVIEWED: Expected = {"verdict": None, "remark": None, "reviewed_at": None, "reviewed_by": None}
_NOT_ENDED: Expected = {"claimed_at": None, "outcome": None, "done_at": None, "done_by": None, "details": {}}


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a journal tells of a dossier's row, its tasks (in the order in which they were opened), documents, pauses,
    overtakings and complaints; of an overtaking, `task_id` is the task that was taken, as told."""

    dossier: Expected = field(default_factory=dict)
    tasks: list[Expected] = field(default_factory=list)
    documents: list[Expected] = field(default_factory=list)
    pauses: list[Expected] = field(default_factory=list)
    overtakings: list[Expected] = field(default_factory=list)
    complaints: list[Expected] = field(default_factory=list)


class Contradiction(ValueError):
    """An entry that cannot follow from those before it: somebody wrote the journal who is not this program.

    What to do: compare the database with a backup from before the entry of that number.
    """

    def __init__(self, seq: int) -> None:
        super().__init__(f"entry {seq} cannot follow from those before it")


def replay(entries: Iterable[Entry]) -> Told:
    """What the entries, oldest first, tell. Raises Contradiction."""
    told, seq = Told(), 0
    for entry in entries:
        seq = entry.seq
        try:
            data = json.loads(entry.data)
            _play_dossier(told.dossier, entry, data)
            _play_tasks(told, entry, data)
            _play_documents(told.documents, entry, data)
            _play_pauses(told, entry, data)
            _play_turns(told, entry, data)
            _play_complaints(told, entry, data)
        except (LookupError, TypeError, ValueError, Refused):
            raise Contradiction(seq) from None  # the cause may name values
    if not told.dossier:
        raise Contradiction(seq)
    return told


def _play_dossier(dossier: Expected, entry: Entry, data: Mapping[str, Any]) -> None:
    if (entry.event == "dossier_submitted") == bool(dossier):
        raise ValueError("the submission comes first, and once")
    match entry.event:
        case "dossier_submitted":
            dossier |= {"lane": data["lane"], "channel": data["channel"], "code": data["type"],
                        "status": DossierStatus.SUBMITTED, "submitted_at": entry.at, "accepted_at": None,
                        "closed_at": None}  # fmt: skip
            if "version" in data:  # since 0.1.0; before, the version that a dossier began under was not told
                dossier["workflow_version"] = data["version"]
        case "found_complete":
            dossier |= {"status": dossier_after(dossier["status"], "accept"), "accepted_at": entry.at}
        case "returned_to_applicant":
            dossier["status"] = dossier_after(dossier["status"], "return_to_applicant")
        case "resubmitted":
            trigger = "resubmit" if dossier["accepted_at"] is None else "resume"
            dossier["status"] = dossier_after(dossier["status"], trigger)
        case "workflow_migrated":
            dossier["workflow_version"] = data["to"]
        case closing if closing in _CLOSING:
            dossier |= {"status": dossier_after(dossier["status"], _CLOSING[closing]), "closed_at": entry.at,
                        "open_key": None}  # fmt: skip


def _play_tasks(told: Told, entry: Entry, data: Mapping[str, Any]) -> None:
    match entry.event:
        case "steps_opened":
            told.tasks.extend(_opened(told.dossier, step, entry.at, status=_JUST_OPENED) for step in data["steps"])
        case "returned_to_applicant":
            asked = _opened(told.dossier, data["resumes_at"], entry.at, status=TaskStatus.WAITING)
            told.tasks.append({**asked, "kind": TaskKind.APPLICANT})
        case "resubmitted":  # one answer is the answer to every return that waits for one
            for task in _live(told, applicant=True):
                task |= {"status": TaskStatus.DONE, "outcome": "resubmitted", "done_at": entry.at,
                         "done_by": entry.actor}  # fmt: skip
        case "task_claimed":
            _held(told, data["step"], entry.actor, entry.at)
        case "task_assigned":
            _held(told, data["step"], data["to"], entry.at)
        case "task_released":
            _step(told, data["step"]).update(
                status=TaskStatus.OPEN, kind=TaskKind.HUMAN, assignee=None, claimed_at=None
            )
        case "step_stuck":
            _step(told, data["step"]).update(status=TaskStatus.STUCK, kind=TaskKind.AUTOMATIC)
        case "step_retried":
            _step(told, data["step"]).update(status=_LEASED_OR_NOT, kind=TaskKind.AUTOMATIC)
        case "step_completed":
            _completed(_step(told, data["step"]), entry, data)
        case closing if closing in _CLOSING:
            for task in [*_live(told), *_live(told, applicant=True)]:
                task |= {"status": TaskStatus.CANCELLED, "done_at": entry.at}


def _opened(dossier: Expected, step: str, at: datetime, *, status: object) -> Expected:
    return {"lane": dossier["lane"], "code": dossier["code"], "step": step, "status": status, "assignee": None,
            "ready_at": at, **_NOT_ENDED}  # fmt: skip


def _live(told: Told, *, applicant: bool = False) -> list[Expected]:
    return [
        task
        for task in told.tasks
        if task["status"] not in (TaskStatus.DONE, TaskStatus.CANCELLED)
        and (task.get("kind") is TaskKind.APPLICANT) is applicant
    ]


def _step(told: Told, step: str) -> Expected:
    """The live task of a step. Raises LookupError when there is none."""
    for task in _live(told):
        if task["step"] == step:
            return task
    raise LookupError(step)


def _held(told: Told, step: str, by: str, at: datetime) -> None:
    _step(told, step).update(status=TaskStatus.CLAIMED, kind=TaskKind.HUMAN, assignee=by, claimed_at=at)


def _completed(task: Expected, entry: Entry, data: Mapping[str, Any]) -> None:
    automatic = entry.actor == ENGINE or "stopped" in data  # by a person, before its action came to its end
    if not automatic and task["assignee"] is None:
        task |= {"assignee": entry.actor, "claimed_at": entry.at}  # who completes an open task takes it with that
    task |= {
        "kind": TaskKind.AUTOMATIC if automatic else TaskKind.HUMAN,
        "status": TaskStatus.DONE, "outcome": data["outcome"], "done_at": entry.at, "done_by": entry.actor,
        "details": {key: value for key, value in data.items() if key not in ("step", "outcome")},
    }  # fmt: skip


def _play_documents(documents: list[Expected], entry: Entry, data: Mapping[str, Any]) -> None:
    match entry.event:
        case "document_numbered":
            documents.append({"number": data["document"], "product": data["product"], "key": data["key"],
                              "token": data["token_sha256"], "made_at": entry.at, "sealed_at": None,
                              "sha256": None})  # fmt: skip
        case "step_completed" if "document" in data:
            document = next((each for each in documents if each["number"] == data["document"]), None)
            if document is None:  # before 0.1.0 the taking of a number was not an entry
                document = {"number": data["document"], "product": data["product"]}
                documents.append(document)
            document["sha256"] = data["sha256"]
            if "sealed_at" in data:
                document["sealed_at"] = datetime.fromisoformat(data["sealed_at"])
            if "supersedes" in data:  # since 0.2.0
                document["about"] = data["about_sha256"]
                document["supersedes_at"] = document["sealed_at"] if data["supersedes"] else None
        case "personal_data_erased":  # numbers stay, what stood on the documents does not
            for document in documents:
                if document["number"] in data["documents"]:
                    document["sha256"] = None


def _play_pauses(told: Told, entry: Entry, data: Mapping[str, Any]) -> None:
    match entry.event:
        case "paused":
            told.pauses.append(_pause(told, entry, data, data["reason"], by=entry.actor))
        case "resumed":
            _let_go(told, entry.at, data["reason"])
        case "returned_to_applicant":
            why = PauseReason.APPLICANT_INCOMPLETE
            if told.dossier["accepted_at"] is not None and not _lasting(told, why):
                told.pauses.append(_pause(told, entry, data, why, by=entry.actor))
        case "resubmitted":
            _let_go(told, entry.at, PauseReason.APPLICANT_INCOMPLETE)
        case "outage_started":  # recorded by whoever marks the dossier, and not always by who recorded the outage
            since = datetime.fromisoformat(data["since"])
            held = _pause(told, entry, data, data["reason"], outage_id=ANYTHING)
            told.pauses.append({**held, "started_at": since})
        case "outage_ended":
            _let_go(told, datetime.fromisoformat(data["until"]), data["reason"], outage=ANYTHING)
        case "outage_withdrawn":
            since = datetime.fromisoformat(data["since"])
            (mark,) = (p for p in told.pauses if p["outage_id"] is ANYTHING and p["reason"] == data["reason"]
                       and p["started_at"] == since)  # fmt: skip
            told.pauses.remove(mark)
        case closing if closing in _CLOSING:
            for pause in told.pauses:
                pause["ended_at"] = pause["ended_at"] or entry.at


def _pause(told: Told, entry: Entry, data: Mapping[str, Any], reason: str, **more: Any) -> Expected:
    pause = {"outage_id": None, "lane": told.dossier["lane"], "code": told.dossier["code"], "reason": reason,
             "started_at": entry.at, "ended_at": None, "recorded_at": entry.at, **more}  # fmt: skip
    if "due" in data:
        pause["due_at"] = data["due"] and datetime.fromisoformat(data["due"])
    return pause


def _lasting(told: Told, reason: str, outage: object = None) -> list[Expected]:
    return [
        pause
        for pause in told.pauses
        if pause["reason"] == reason and pause["ended_at"] is None and pause["outage_id"] is outage
    ]


def _let_go(told: Told, at: datetime, reason: str, outage: object = None) -> None:
    for pause in _lasting(told, reason, outage):
        pause["ended_at"] = max(at, pause["started_at"])


def _play_turns(told: Told, entry: Entry, data: Mapping[str, Any]) -> None:
    if entry.event == "taken_out_of_turn":
        over = {"at": entry.at, "lane": told.dossier["lane"], "code": told.dossier["code"], "step": data["step"],
                "officer": data.get("officer", entry.actor), "reason": data["reason"],
                "task_id": _taken(told, data)}  # fmt: skip
        told_as = {"team": "team", "applicant": "applicant_sha256", "passed": "passed_sha256"}
        over |= {column: data[name] for column, name in told_as.items() if name in data}  # all since 0.1.0
        told.overtakings.append({**over, **_NOT_REVIEWED})
    elif entry.event == "turn_reviewed":
        at = datetime.fromisoformat(data["taken_at"])
        (over,) = (each for each in told.overtakings if each["step"] == data["step"] and each["at"] == at)
        over |= {"verdict": data["verdict"], "remark": data["remark_sha256"], "reviewed_at": entry.at,
                 "reviewed_by": entry.actor}  # fmt: skip
    elif entry.event == "personal_data_erased" and "form" in data["parts"]:
        for over in told.overtakings:
            over["applicant"] = ANYTHING


def _play_complaints(told: Told, entry: Entry, data: Mapping[str, Any]) -> None:
    match entry.event:
        case "complaint_filed":
            told.complaints.append({"number": data["complaint"], "lane": told.dossier["lane"], "topic": data["topic"],
                                    "filed_at": entry.at, "answered_at": None, "answered_by": None,
                                    "decided_at": None, "decided_by": None})  # fmt: skip
        case "complaint_answered" | "complaint_decided":
            (complaint,) = (each for each in told.complaints if each["number"] == data["complaint"])
            part = entry.event.removeprefix("complaint_")
            complaint |= {f"{part}_at": entry.at, f"{part}_by": entry.actor}


def _taken(told: Told, data: Mapping[str, Any]) -> Expected:
    """The task that was taken: the live one of its step, or one taken before, which may be done since."""
    if "taken_at" not in data:
        return _step(told, data["step"])
    at = datetime.fromisoformat(data["taken_at"])
    (taken,) = (task for task in told.tasks if task["step"] == data["step"] and task["claimed_at"] == at)
    return taken
