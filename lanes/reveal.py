"""Personal data shown to the office's own people: masked by default, in full only for a purpose and on record.

Nobody sees another lane's personal data (design, section 9); each reveal is an entry of the dossier's journal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from domain import numbers
from domain.errors import Refused
from domain.form import FACT_TYPES, FieldType
from domain.workflow import Workflow
from lanes.case import Cases
from lanes.moves import Moves
from lanes.people import People
from lanes.ports import Clock
from lanes.store import Store

#: What personal data may be looked at for. A category and not a free text: the journal holds no personal data.
PURPOSES = ("processing", "contact", "correction", "complaint", "audit")

_MASKS: Mapping[FieldType, Callable[[str], str]] = {
    FieldType.NIK: numbers.mask_nik,
    FieldType.FAMILY_CARD: numbers.mask_family_card,
    FieldType.NAME: numbers.mask_name,
    FieldType.PHONE: numbers.mask_phone,
    FieldType.EMAIL: numbers.mask_email,
}


class Reveal:
    """See the module."""

    def __init__(self, store: Store, clock: Clock, people: People, moves: Moves, cases: Cases) -> None:
        self._store, self._clock = store, clock
        self._people, self._moves, self._cases = people, moves, cases

    def masked(self, number: str, *, by: str) -> dict[str, Any]:
        """The form as filled in, personal data masked; for people of the dossier's lane. Raises Refused."""
        with self._store.read() as work:
            dossier = self._people.confidant(work, number, by, self._clock.now())
            workflow = self._moves.workflow(work, dossier).workflow
            fields = self._cases.read(work, dossier).fields
        return {**dossier.facts, **masked_fields(workflow, fields)}

    def full(self, number: str, *, by: str, purpose: str) -> dict[str, Any]:
        """The form as filled in, and an entry in the journal of who saw it for what. Raises Refused."""
        if purpose not in PURPOSES:
            raise Refused("purpose_missing", "Personal data are shown for a purpose only.", allowed=", ".join(PURPOSES))
        now = self._clock.now()
        with self._store.begin() as work:
            dossier = self._people.confidant(work, number, by, now, lock=True)
            fields = self._cases.read(work, dossier).fields
            event = ("personal_data_revealed", {"purpose": purpose})
            work.dossiers.save(dossier, [event], at=now, actor=by)
        return {**dossier.facts, **fields}


def masked_fields(workflow: Workflow, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The form's values, those that are personal data masked."""
    return {name: _mask(workflow, name, value) for name, value in fields.items()}


def _mask(workflow: Workflow, name: str, value: object) -> object:
    field = workflow.field.get(name)
    if field is not None and field.type in FACT_TYPES:
        return value
    mask = _MASKS.get(field.type) if field is not None else None
    return mask(str(value)) if mask else "***"
