"""The ways a dossier ends before its workflow does: cancelled by the office, withdrawn by the applicant.

Neither is possible any more once the register has learned of it, or its own document is sealed: only another dossier
(a correction, a change, a new document) can alter what is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.dossier import Dossier, Task
from domain.errors import Refused
from domain.roles import Role
from domain.sentence import say
from domain.workflow import LaneWorkflow, Workflow
from lanes.actions.register import RECORD, RECORDED
from lanes.case import Cases
from lanes.finding import Seen, dossier_called, still
from lanes.intake import APPLICANT, Intake
from lanes.moves import Moves
from lanes.people import People
from lanes.ports import Clock
from lanes.store import Document, Store, Work

_MAY_CANCEL = frozenset({Role.FRONT_OFFICE, Role.DIVISION_HEAD, Role.AGENCY_HEAD})


class Closing:
    """Cancelling and withdrawing."""

    def __init__(self, store: Store, clock: Clock, people: People, moves: Moves, cases: Cases, intake: Intake) -> None:
        self._store, self._clock = store, clock
        self._people, self._moves, self._cases, self._intake = people, moves, cases, intake

    def cancel(self, number: str, *, reason: str, by: str) -> Dossier:
        """End a dossier by the office, with a reason. Raises Refused for people who may not, and once it is
        recorded."""
        if not reason.strip():
            raise Refused("reason_missing", "Cancelling a dossier needs a reason.", allowed="--reason TEXT")
        now = self._clock.now()
        with self._store.begin() as work:
            dossier = dossier_called(work, number, lock=True)
            roles = self._people.roles_in(work, by, dossier.lane, now)
            if not roles & _MAY_CANCEL:
                allowed = f"in the {dossier.lane} lane: " + ", ".join(sorted(_MAY_CANCEL))
                raise Refused("not_allowed", f"{by} may not cancel {number}.", allowed=allowed)
            self._refuse_recorded(work, dossier)
            self._cases.change(work, dossier, reason=reason.strip())
            return self._moves.close(work, dossier, "cancel", actor=by, now=now, events=())

    def withdraw(self, number: str, code: str, *, seen: Seen | None = None) -> Dossier:
        """End a dossier at the applicant's own wish; the tracking code proves that it is theirs. `seen`: only as it was
        shown. Raises Refused, also once it is recorded."""
        now = self._clock.now()
        with self._store.begin() as work:
            dossier = self._intake.owned(work, number, code)
            still(dossier, seen)
            self._refuse_recorded(work, dossier)
            return self._moves.close(work, dossier, "withdraw", actor=APPLICANT, now=now, events=())

    def _refuse_recorded(self, work: Work, dossier: Dossier) -> None:
        if not dossier.is_open:
            return
        workflow = self._moves.workflow(work, dossier)
        if sealed := binding(workflow.workflow, work.documents.of(dossier.id)):
            raise Refused(
                "sealed_already",
                say("sealed_already", f"{dossier.number} cannot be ended any more: {sealed[0].number} is sealed, and "
                    "valid.", number=dossier.number, document=sealed[0].number),
                allowed="to let it go on, and to apply for a correction or change of what is wrong in the document",
            )  # fmt: skip
        if registered(workflow, work.tasks.of(dossier.id, live=False)):
            raise Refused(
                "recorded_already",
                say("recorded_already", f"{dossier.number} cannot be ended any more: the register holds it already.",
                    number=dossier.number),
                allowed="to let it go on, and to apply for a correction or change of what is wrong in the document",
            )  # fmt: skip


def binding(workflow: Workflow, documents: Sequence[Document]) -> list[Document]:
    """The sealed documents by which what a dossier is for is done: those of its type's own product, and none that only
    stands in for it or goes before it (a letter in place of a card, a decision about a late report)."""
    return [each for each in documents if each.sealed_at and each.product == workflow.product.signed_pdf]


def registered(workflow: LaneWorkflow, tasks: Iterable[Task]) -> bool:
    """Whether, by all tasks that a dossier had, the register has learned of it what its type teaches."""
    recording = {name for name, step in workflow.steps.items() if step.automatic == RECORD}
    return workflow.workflow.teaches and any(each.step in recording and each.outcome == RECORDED for each in tasks)
