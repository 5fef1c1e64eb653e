"""A delivery at the door and its proof: a photo, a signature, or who received it, written down.

A picture is looked at and kept as a citizen's scan is: opened, reduced, encrypted outside the database. It belongs to
the dossier, and the journal holds its hash with the step that it proves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from domain.application import InvalidApplication
from domain.dossier import Dossier
from domain.errors import Refused
from domain.sentence import say
from domain.workflow import Step
from lanes.desk import Desk
from lanes.papers import Judged, Paper, Papers
from lanes.sheets import PROOFS, Sheets
from lanes.store import Work

FIELD: Final = "delivery_proof"
"""The field of the step's form that says what the proof is."""
DELIVERED: Final = "delivered"
PICTURES: Final = {name.removeprefix("delivery_"): name for name in PROOFS}
"""The kinds of pictures, with the name under which each stands among a dossier's papers."""


def is_delivery(step: Step | None) -> bool:
    """Whether a step is a try at somebody's door."""
    return step is not None and DELIVERED in step.on


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """What shows that it was delivered; `received` is who took it and what they are to the applicant."""

    pictures: Mapping[str, Paper]
    received: str = ""


class Delivering:
    """See the module."""

    def __init__(self, desk: Desk, sheets: Sheets, papers: Papers) -> None:
        self._desk, self._sheets, self._papers = desk, sheets, papers

    def delivered(self, task_id: int, proof: Proof, *, values: Mapping[str, object], by: str) -> Dossier:
        """End a try at the door as delivered; `values` fill in the rest of the step's form. Raises Refused, also for a
        picture that cannot be used, and when there is no proof at all."""
        sheet = self._sheets.task(task_id, by=by)
        if not is_delivery(sheet.step):
            raise Refused("no_delivery", f"This step of {sheet.dossier.number} delivers nothing.",
                          allowed="a step that ends as delivered")  # fmt: skip
        judged = self._looked_at(proof, sheet.dossier.code)
        hashes = {name: hashlib.sha256(opened.content).hexdigest() for name, opened in judged.papers.items() if opened}
        said = [f"{name.removeprefix('delivery_')} {digest[:12]}" for name, digest in hashes.items()]
        said += [proof.received.strip()] if proof.received.strip() else []
        if not said:
            raise Refused("proof_missing", "A delivery needs a proof.",
                          allowed="a photo, a signature, or who received it")  # fmt: skip

        def keep(work: Work, dossier: Dossier, now: datetime) -> None:
            pictures = self._papers.keep(judged, now, of=dossier.number)
            work.dossiers.attach(dossier.id, [
                replace(each, shown=each.requirement.removeprefix("delivery_")) for each in pictures
            ])  # fmt: skip

        return self._desk.complete_task(
            task_id, DELIVERED, by=by, values={**values, FIELD: "; ".join(said)}, noted={"proofs": hashes}, then=keep
        )

    def _looked_at(self, proof: Proof, code: str) -> Judged:
        judged = self._papers.judge({PICTURES[name]: picture for name, picture in proof.pictures.items()})
        problems = list(judged.problems)
        for name, opened in judged.papers.items():
            if opened is not None and not opened.media_type.startswith("image/"):
                problems.append(say("scan_no_photo", "the scan is no photo (allowed: JPEG, PNG)").at(name))
        if problems:
            raise InvalidApplication(code, problems)
        return judged
