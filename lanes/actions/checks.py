"""The first step in each lane: a counter ticket for who walks in, a look at the scans of who applies online."""

from __future__ import annotations

import json
from collections.abc import Sequence

from domain.application import missing_papers
from domain.dossier import Dossier
from domain.journal import Entry
from domain.ticket import Ticket
from lanes.actions.base import Action, Ended, Step, Tools
from lanes.case import Deficiency
from lanes.hall import next_number
from lanes.store import Work


def check_upload(step: Step, tools: Tools) -> Ended:
    """Every paper asked for has a scan that opens. What is missing goes to the applicant as one list."""
    with tools.store.read() as work:
        papers = work.dossiers.attachments(step.dossier.id)
    readable = {paper.requirement for paper in papers if tools.papers.readable(paper)}
    missing = missing_papers(step.workflow.workflow, step.dossier.lane, step.dossier.facts, readable)
    if not missing:
        return Ended(outcome="complete", details={"scans": len(readable)})
    whole = tuple(Deficiency(item=requirement.id) for requirement in missing)

    def list_them(work: Work, dossier: Dossier) -> None:
        tools.cases.change(work, dossier, deficiencies=whole)

    return Ended(outcome="incomplete", details={"deficiencies": [each.item for each in whole]}, apply=list_them)


def give_ticket(step: Step, tools: Tools) -> Ended:
    """The number with which somebody was called and handed this in, or what it lacked; for all others the next number
    of the day's queue."""
    with tools.store.begin() as work:
        taken = work.tickets.with_dossier(step.dossier.number)
        if taken is not None and not _used(taken, work.dossiers.journal(step.dossier.id)):
            day, number = taken.day, taken.number
        else:
            day = str(tools.config.office.day(step.now))
            number = next_number(work, tools.config, step.dossier.lane, step.now)
    return Ended(outcome="issued", details={"ticket": number, "queue": f"{step.dossier.lane}:{day}"})


def _used(taken: Ticket, journal: Sequence[Entry]) -> bool:
    """Whether the dossier has had this number already: its applicant came again without being called."""
    had = (entry for entry in journal if entry.event == "step_completed" and "ticket" in json.loads(entry.data))
    return any(taken.ended_at is None or entry.at >= taken.ended_at for entry in had)


ACTIONS = (
    Action(name="upload.check", outcomes=frozenset({"complete", "incomplete"}), run=check_upload),
    Action(name="queue.ticket", outcomes=frozenset({"issued"}), run=give_ticket),
)
