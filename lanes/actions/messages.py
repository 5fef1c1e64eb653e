"""Steps that tell the applicant something."""

from __future__ import annotations

from collections.abc import Sequence

from domain.dossier import Dossier
from domain.workflow import Workflow
from lanes.actions.base import Action, Ended, Step, Tools
from lanes.closing import binding
from lanes.rounds import round_day
from lanes.store import Document, Work


def send(step: Step, tools: Tools) -> Ended:
    """Put a message into the outbox, once per task."""
    name = step.args["message"]

    def queue(work: Work, dossier: Dossier) -> None:
        document = _issued(step.workflow.workflow, work.documents.of(dossier.id))
        values = {"document_number": document.number} if document else {}
        asked = "round" in tools.config.messages[name].names
        day = round_day(work.tasks.of(dossier.id, live=False)) if asked else None
        if day is not None and day > tools.config.office.day(step.now):
            values |= dict.fromkeys(("round", "round_en"), f"{day:%d-%m-%Y}")
        work.outbox.put([tools.moves.message(dossier, name, step.now, key=step.key, **values)])

    return Ended(outcome="sent", details={"message": name}, apply=queue)


def _issued(workflow: Workflow, documents: Sequence[Document]) -> Document | None:
    """The sealed document that a message tells of: the newest of the type's own product; where that is not sealed yet,
    or a card, what was issued in the meantime, such as the letter that stands in for a card."""
    told = binding(workflow, documents) or [each for each in documents if each.sealed_at]
    return next(reversed(told), None)


ACTIONS = (Action(name="message.send", outcomes=frozenset({"sent"}), args=frozenset({"message"}), run=send),)
