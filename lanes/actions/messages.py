"""Steps that tell the applicant something."""

from __future__ import annotations

from collections.abc import Sequence

from domain.dossier import Dossier
from lanes.actions.base import Action, Ended, Step, Tools
from lanes.rounds import round_day
from lanes.store import Document, Work


def send(step: Step, tools: Tools) -> Ended:
    """Put a message into the outbox, once per task."""
    name = step.args["message"]

    def queue(work: Work, dossier: Dossier) -> None:
        document = _issued(work.documents.of(dossier.id), step.workflow.workflow.product.signed_pdf)
        values = {"document_number": document.number} if document else {}
        day = round_day(work, dossier.id)
        if day is not None and day > tools.config.office.day(step.now):
            values |= dict.fromkeys(("round", "round_en"), f"{day:%d-%m-%Y}")
        work.outbox.put([tools.moves.message(dossier, name, step.now, key=step.key, **values)])

    return Ended(outcome="sent", details={"message": name}, apply=queue)


def _issued(documents: Sequence[Document], product: str | None) -> Document | None:
    """The sealed document that a message tells of: the newest of the type's own product; where that is not sealed yet,
    or a card, what was issued in the meantime, such as the letter that stands in for a card."""
    sealed = [each for each in documents if each.sealed_at]
    own = [each for each in sealed if each.product == product]
    return next(reversed(own or sealed), None)


ACTIONS = (Action(name="message.send", outcomes=frozenset({"sent"}), args=frozenset({"message"}), run=send),)
