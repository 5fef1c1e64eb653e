"""Steps that tell the applicant something."""

from __future__ import annotations

from domain.dossier import Dossier
from lanes.actions.base import Action, Ended, Step, Tools
from lanes.store import Work


def send(step: Step, tools: Tools) -> Ended:
    """Put a message into the outbox, once per task."""
    name = step.args["message"]

    def queue(work: Work, dossier: Dossier) -> None:
        documents = [d.number for d in work.documents.of(dossier.id)]
        values = {"document_number": documents[-1]} if documents else {}
        work.outbox.put([tools.moves.message(dossier, name, step.now, key=step.key, **values)])

    return Ended(outcome="sent", details={"message": name}, apply=queue)


ACTIONS = (Action(name="message.send", outcomes=frozenset({"sent"}), args=frozenset({"message"}), run=send),)
