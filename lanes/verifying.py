"""A document held against the office's records by what its QR holds; nothing of a person is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.office import OfficeConfig
from domain.workflow import Text
from lanes.moves import Moves
from lanes.store import Document, Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """A document that this office issued. `corrected_by`: another one took its place; None while it is valid."""

    number: str
    product: str
    title: Text
    issued_at: datetime
    corrected_by: str | None


class Verifying:
    """Reads; changes nothing."""

    def __init__(self, store: Store, config: OfficeConfig, moves: Moves) -> None:
        self._store, self._config, self._moves = store, config, moves

    def document(self, token: str) -> Verified | None:
        """The issued document with this token; None when there is none: it is not from here, or was never issued."""
        with self._store.read() as work:
            found = work.documents.with_token(token[:100])
            if found is None or found.sealed_at is None:
                return None
            others = work.documents.of(found.dossier_id)
            dossier = work.dossiers.by_id(found.dossier_id)
            title = self._moves.workflow(work, dossier).workflow.title
        later = [each for each in others if _replaces(each, found)]
        return Verified(number=found.number, product=found.product, title=title, issued_at=found.sealed_at,
                        corrected_by=later[-1].number if later else None)  # fmt: skip


def _replaces(other: Document, found: Document) -> bool:
    """Whether a document was issued in the place of another one of the same dossier."""
    return other.product == found.product and other.sealed_at is not None and other.id > found.id
