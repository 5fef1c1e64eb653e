"""The office's documents given out: to who holds the tracking code, or to the people of the dossier's lane."""

from __future__ import annotations

from domain.dossier import Dossier
from domain.errors import Refused
from lanes.intake import Intake
from lanes.papers import Files
from lanes.people import People
from lanes.ports import Clock
from lanes.store import Document, Store


class Products:
    """Reads documents. They hold personal data in full, so each reading by the office is in the journal."""

    def __init__(self, store: Store, clock: Clock, people: People, intake: Intake, files: Files) -> None:
        self._store, self._clock, self._people = store, clock, people
        self._intake, self._files = intake, files

    def for_applicant(self, number: str, code: str) -> list[tuple[Document, bytes]]:
        """The sealed PDFs of a dossier, oldest first. Raises Refused for a wrong code, or when none is sealed yet."""
        with self._store.read() as work:
            dossier = self._intake.owned(work, number, code, lock=False)
            documents = [document for document in work.documents.of(dossier.id) if document.sealed_at]
        return self._contents(dossier, documents)

    def for_office(self, number: str, *, by: str) -> list[tuple[Document, bytes]]:
        """What has been made for a dossier, drafts included, for somebody who works in its lane. Raises Refused."""
        now = self._clock.now()
        with self._store.begin() as work:
            dossier = self._people.confidant(work, number, by, now, lock=True)
            documents = [document for document in work.documents.of(dossier.id) if document.file]
            event = ("documents_read", {"documents": [document.number for document in documents]})
            work.dossiers.save(dossier, [event], at=now, actor=by)
        return self._contents(dossier, documents)

    def _contents(self, dossier: Dossier, documents: list[Document]) -> list[tuple[Document, bytes]]:
        if not documents:
            raise Refused("no_document", f"{dossier.number} has no document yet.", allowed="`jalur track` tells when")
        return [(document, self._files.get(document.file or "")) for document in documents]
