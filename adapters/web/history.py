"""What journals say, in words: what happened to a dossier, and what was changed about people."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from adapters.web.times import moment
from adapters.web.titles import lane_title, step_title, team_title, type_title
from adapters.web.vocabulary import channel_words, outcome_words, pause_words, purpose_words, verdict_words
from adapters.web.words import gettext as _
from adapters.web.words import mark, told
from domain.giving_back import why_out_of_turn
from domain.journal import ENGINE, Entry
from domain.roles import Lane
from lanes.intake import APPLICANT
from lanes.office import Office

EVENTS: Final[Mapping[str, str]] = {
    "dossier_submitted": mark("Application received"), "found_complete": mark("Found complete and valid"),
    "returned_to_applicant": mark("Returned to the applicant"), "resubmitted": mark("Completed by the applicant"),
    "steps_opened": mark("Next step opened"), "step_completed": mark("Step done"), "step_stuck": mark("Step stuck"),
    "step_retried": mark("Stuck step taken on again"),
    "message_resent": mark("Message sent again"), "task_claimed": mark("Task taken"),
    "task_released": mark("Task given back"), "task_assigned": mark("Task handed over"),
    "task_moved": mark("Task moved to another team"), "taken_out_of_turn": mark("Taken out of turn"),
    "turn_reviewed": mark("Turn answered by the manager"), "fell_due": mark("Fell due"),
    "rung_passed": mark("A rung of the ladder passed"), "closing_postponed": mark("Closing by rule postponed"),
    "closed_by_rule": mark("Closed by rule"), "due_recomputed": mark("Due time computed anew"),
    "priority_lowered": mark("Urgency taken back, as it is not late any more"),
    "paused": mark("Paused"), "resumed": mark("Resumed"), "outage_started": mark("Held by an outage"),
    "outage_ended": mark("An outage is over"), "outage_withdrawn": mark("An outage was taken back"),
    "document_numbered": mark("Document numbered"), "documents_read": mark("Documents read"),
    "personal_data_revealed": mark("Personal data looked at"), "personal_data_exported": mark("Personal data exported"),
    "personal_data_erased": mark("Personal data erased"), "workflow_migrated": mark("Moved to the newest workflow"),
    "complaint_filed": mark("Complaint received"), "complaint_read": mark("Complaint read"),
    "complaint_answered": mark("Complaint answered"), "complaint_decided": mark("Complaint decided"),
    "dossier_issued": mark("Document issued"), "dossier_rejected": mark("Rejected"),
    "dossier_cancelled": mark("Cancelled"), "dossier_withdrawn": mark("Withdrawn"),
}  # fmt: skip
"""What can happen to a dossier."""

CHANGES: Final[Mapping[str, str]] = {
    "person_added": mark("Added"), "person_lent": mark("Lent to another team"), "place_given": mark("Place given"),
    "place_taken": mark("Place taken away"), "absence_entered": mark("Absence entered"),
    "absence_ended": mark("Absence ended"), "person_left": mark("Works here no more"),
    "person_came_back": mark("Works here again"), "password_set": mark("Password set"),
    "password_given": mark("Password for one use given"), "password_chosen": mark("Own password chosen"),
    "device_forgotten": mark("Second factor reset"), "unlocked": mark("Wrong tries forgotten"),
    "sessions_ended": mark("Signed out everywhere"),
}  # fmt: skip
"""What can be changed about a person."""

_CLOCKS: Final = {"step": mark("of the step"), "target": mark("of the whole: target"), "limit": mark("of the whole: "
                  "limit"), "answer": mark("of the applicant's answer")}  # fmt: skip
_WHY: Final = {
    "released": mark("by hand"), "absence": mark("an absence"), "loan_ended": mark("the loan is over"),
    "left_team": mark("no longer in the team"), "left": mark("works here no more"), "escalation": mark("an escalation"),
    "place_taken": mark("the place was taken away"),
}  # fmt: skip


def event_words(event: str) -> str:
    """What happened to a dossier; what is not known here as it is called."""
    return _(EVENTS[event]) if event in EVENTS else event.replace("_", " ").capitalize()


def actor_words(actor: str, names: Mapping[str, str]) -> str:
    """Who did it."""
    return {APPLICANT: _("the applicant"), ENGINE: _("the system")}.get(actor) or names.get(actor, actor)


class Details:
    """Tells what entries of dossiers' journals say beside what happened, a phrase each; digests are left out."""

    def __init__(self, office: Office, names: Mapping[str, str]) -> None:
        self._readers = {lane: _readers(office, lane, names) for lane in Lane}

    def of(self, lane: Lane, entry: Entry) -> list[str]:
        """What an entry of a dossier of this lane tells."""
        data, found = json.loads(entry.data), list[str]()
        for name, (words, read) in self._readers[lane].items():
            if value := data.get(name):
                found.append(_(words) % {"it": read(value)})
        return found


def change_details(office: Office, entry: Entry) -> list[str]:
    """What an entry of the register tells beside what was changed."""
    data = json.loads(entry.data)
    found: list[str] = []
    if data.get("lane"):
        lane = Lane(data["lane"])
        teams = data.get("teams") or [data["team"]]
        found += [f"{lane_title(office, lane)}: {team_title(office, lane, team)}" for team in teams]
    for name, words in (("from", _("from %(it)s")), ("until", _("until %(it)s"))):
        if data.get(name):
            found.append(words % {"it": _moment(office, data[name])})
    if data.get("reason"):
        found.append(str(data["reason"]))
    return found


def _readers(
    office: Office, lane: Lane, names: Mapping[str, str]
) -> dict[str, tuple[str, Callable[[Any], str]]]:  # fmt: skip
    out_of_turn = why_out_of_turn(office.config.lanes[lane].out_of_turn.reasons)
    types = office.config.workflows.values()
    titles = {field.id: field.title for workflow in types for field in workflow.fields}
    titles |= {paper.id: paper.title for workflow in types for paper in workflow.requirements}

    def step(name: Any) -> str:
        return step_title(office, lane, str(name))

    def reason(code: Any) -> str:
        return told(out_of_turn[code]) if code in out_of_turn else pause_words(str(code))

    def at(text: Any) -> str:
        return _moment(office, text)

    def listed(values: Any) -> str:
        return ", ".join(titled(each) for each in values)

    def titled(name: Any) -> str:
        return told(titles[name]) if name in titles else str(name).replace("_", " ")

    return {
        "step": (mark("step: %(it)s"), step),
        "steps": (mark("steps: %(it)s"),
                  lambda all_: ", ".join(step(each if isinstance(each, str) else each.get("step", "")) for each in all_)
                  if isinstance(all_, list) else str(all_)),
        "outcome": (mark("ended as: %(it)s"), lambda name: outcome_words(str(name))),
        "to": (mark("to: %(it)s"), lambda name: names.get(str(name), str(name))),
        "team": (mark("team: %(it)s"), lambda name: team_title(office, lane, str(name))),
        "resumes_at": (mark("goes on at: %(it)s"), step),
        "reason": (mark("reason: %(it)s"), reason),
        "why": (mark("because: %(it)s"), lambda code: _(_WHY[code]) if code in _WHY else str(code)),
        "passed": (mark("passed over: %(it)s"), str),
        "verdict": (mark("answer: %(it)s"), lambda code: verdict_words(str(code))),
        "purpose": (mark("purpose: %(it)s"), lambda code: purpose_words(str(code))),
        "paper": (mark("paper: %(it)s"), titled),
        "papers": (mark("papers: %(it)s"), listed),
        "fields": (mark("fields: %(it)s"), listed),
        "differences": (mark("otherwise than in the register: %(it)s"), listed),
        "document": (mark("document: %(it)s"), str),
        "documents": (mark("documents: %(it)s"), listed),
        "complaint": (mark("complaint: %(it)s"), str),
        "type": (mark("document type: %(it)s"), lambda code: type_title(office, str(code))),
        "channel": (mark("channel: %(it)s"), lambda name: channel_words(str(name))),
        "clock": (mark("clock: %(it)s"), lambda kind: _(_CLOCKS[kind]) if kind in _CLOCKS else str(kind)),
        "rung": (mark("at: %(it)s"), str),
        "told": (mark("told: %(it)s"), lambda who: ", ".join(names.get(str(each), str(each)) for each in who)),
        "was": (mark("was due: %(it)s"), at), "due": (mark("due: %(it)s"), at), "since": (mark("since: %(it)s"), at),
        "until": (mark("until: %(it)s"), at), "last_date": (mark("last day: %(it)s"), at),
        "rules": (mark("rules: version %(it)s"), str),
    }  # fmt: skip


def _moment(office: Office, text: object) -> str:
    try:
        return moment(datetime.fromisoformat(str(text)), office.config.office.timezone)
    except ValueError:
        return str(text)
