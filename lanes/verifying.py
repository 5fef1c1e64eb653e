"""A document held against the office's records by what its QR holds; nothing of a person is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.dossier import DossierStatus
from domain.form import Text
from domain.office import OfficeConfig
from lanes.case import Cases
from lanes.moves import Moves
from lanes.store import Document, Store, Work


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """A document that this office issued. `replaced_by`: the number of the one that stands in its place now, of the
    same dossier or of a later one; `replaced_at`: since when. `revoked_at`: when its dossier ended without a document,
    after all (a faulty one that was not made anew). None while it is valid."""

    number: str
    product: str
    title: Text
    issued_at: datetime
    replaced_by: str | None
    replaced_at: datetime | None
    revoked_at: datetime | None

    @property
    def valid(self) -> bool:
        """Whether it holds."""
        return self.replaced_by is None and self.revoked_at is None


class Verifying:
    """Reads; changes nothing."""

    def __init__(self, store: Store, config: OfficeConfig, moves: Moves, cases: Cases) -> None:
        self._store, self._config, self._moves, self._cases = store, config, moves, cases

    def document(self, token: str) -> Verified | None:
        """The issued document with this token; None when there is none: it is not from here, or was never issued."""
        with self._store.read() as work:
            found = work.documents.with_token(token[:100])
            if found is None or found.sealed_at is None:
                return None
            dossier = work.dossiers.by_id(found.dossier_id)
            title = self._moves.workflow(work, dossier).workflow.title
            later = self._in_its_place(work, found)
        return Verified(
            number=found.number, product=found.product, title=title, issued_at=found.sealed_at,
            replaced_by=later[-1].number if later else None,
            replaced_at=min((each.sealed_at for each in later if each.sealed_at), default=None),
            revoked_at=None if dossier.is_open or dossier.status is DossierStatus.ISSUED else dossier.closed_at,
        )  # fmt: skip

    def _in_its_place(self, work: Work, found: Document) -> list[Document]:
        """Those that took its place, the last one last: of the same dossier a later one of its product, of others one
        that stands in the place of all before it about the same deed or family card."""
        # What was sealed before documents told what they are about: a deed can still be found by its own number.
        same = work.documents.about(found.about or self._cases.about_deed(found.number))
        corrected = [each for each in work.documents.of(found.dossier_id) if each.product == found.product]
        later = {each.id: each for each in (*corrected, *(it for it in same if it.supersedes_at)) if each.sealed_at}
        return [later[each] for each in sorted(later) if each > found.id]
