"""A person's data handed out to them: everything that is held, as data and as files, each dossier's journal telling it.

Nothing is prepared and nothing is kept: what is handed out is read, and each file decrypted, while it is being taken.
Officers are not named to the person; other people are, only where the person wrote them into a form themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.journal import ENGINE, Entry
from domain.office import OfficeConfig
from domain.retention import Kept
from lanes.intake import APPLICANT
from lanes.papers import Files
from lanes.person_data import HeldDossier, HeldDraft, PersonData
from lanes.person_requests import PersonRequests
from lanes.ports import Clock
from lanes.records.person_requests import Act
from lanes.store import Message, Store, Work

FORMAT = "jalur-person-1"
_SUFFIX = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportedFile:
    """A file of an export, by the name it has in it, and where it lies."""

    name: str
    path: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Export:
    """What is handed out: `about` is plain data, `files` are read by `PersonExport.content`."""

    number: str
    about: Mapping[str, Any]
    files: Sequence[ExportedFile]


class PersonExport:
    """See the module."""

    def __init__(
        self, store: Store, config: OfficeConfig, clock: Clock, requests: PersonRequests, data: PersonData, files: Files
    ) -> None:
        self._store, self._config, self._clock = store, config, clock
        self._requests, self._data, self._files = requests, data, files

    def export(self, number: str, *, by: str) -> Export:
        """Everything held about who made this request, which has to be open: it is the purpose. Each dossier's journal
        and the record of processing tell of it. Raises Refused."""
        now = self._clock.now()
        with self._store.begin() as work:
            record = self._requests.known(work, number, lock=True)
            self._requests.may_answer(work, by, now)
            asker = self._requests.asker_of_open(record)
            holdings = self._data.find(work, asker.nik, now, lock=True)
            dossiers = [self._dossier(work, held) for held in holdings.dossiers]
            drafts = [_draft(self._config, each) for each in holdings.drafts]
            for held in holdings.dossiers:
                event = ("personal_data_exported", {"request": record.number})
                work.dossiers.save(held.dossier, [event], at=now, actor=by)
            files = [*_files(holdings.dossiers), *_draft_files(holdings.drafts)]
            told = {"dossiers": [held.dossier.number for held in holdings.dossiers], "drafts": len(drafts),
                    "files": len(files)}  # fmt: skip
            work.person_requests.note(Act(request_id=record.id, at=now, by=by, act="exported", data=told))
        about = {
            "format": FORMAT, "request": record.number, "office": self._config.office.name.id,
            "made_at": now.isoformat(), "person": {"nik": asker.nik, "name": asker.name, "contact": asker.contact},
            "applications": dossiers, "begun": drafts, "imported_history_cases": holdings.history,
            "files": [file.name for file in files],
        }  # fmt: skip
        return Export(number=record.number, about=about, files=files)

    def content(self, file: ExportedFile) -> bytes:
        """A file of an export. Raises Refused when it is gone, or was changed."""
        return self._files.get(file.path)

    def _dossier(self, work: Work, held: HeldDossier) -> dict[str, Any]:
        dossier, case = held.dossier, held.case
        told: dict[str, Any] = {
            "number": dossier.number, "lane": dossier.lane, "document_type": dossier.code,
            "title": held.workflow.title.id, "title_en": held.workflow.title.en, "status": dossier.status,
            "applied_for_by_you": held.own, "submitted_at": _at(dossier.submitted_at),
            "closed_at": _at(dossier.closed_at), "readable": case is not None,
            "kept": {part: _kept(kept) for part, kept in held.parts.items()},
            "fields": _named(held),
        }  # fmt: skip
        if not held.own or case is None:
            return told
        return told | {
            "facts": dict(dossier.facts), "reason": case.reason,
            "asked_for": [{"item": each.item, "note": each.note} for each in case.deficiencies],
            "papers": [{"requirement": paper.requirement, "type": paper.media_type, "bytes": paper.size,
                        "handed_in_at": _at(paper.at)} for paper in held.papers],
            "documents": [{"product": each.product, "number": each.number, "made_at": _at(each.made_at),
                           "signed_at": _at(each.sealed_at)} for each in held.documents],
            "complaints": [{"number": record.number, "topic": record.topic.words.id, "filed_at": _at(record.filed_at),
                            "text": plain["text"], "answer": plain.get("answer", ""),
                            "decision": plain.get("decision", "")} for record, plain in held.complaints],
            "messages": [_message(each) for each in work.outbox.of_dossier(dossier.id)],
            "history": [_entry(each) for each in work.dossiers.journal(dossier.id)],
        }  # fmt: skip


def _at(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _kept(kept: Kept | None) -> dict[str, Any]:
    """Whether a part would go if its erasure were asked for."""
    if kept is None:
        return {"erasable": True}
    return {"erasable": False, "why": kept.why.words.id, "why_en": kept.why.words.en, "until": _at(kept.until)}


def _named(held: HeldDossier) -> list[dict[str, Any]]:
    known = held.workflow.field
    return [{"id": name, "title": known[name].title.id if name in known else name,
             "title_en": known[name].title.en if name in known else name, "value": value}
            for name, value in held.about.items()]  # fmt: skip


def _message(message: Message) -> dict[str, Any]:
    return {"message": message.message, "status": message.status, "queued_at": _at(message.queued_at),
            "sent_at": _at(message.sent_at)}  # fmt: skip


def _entry(entry: Entry) -> dict[str, Any]:
    """An entry of the journal as its subject reads it: what happened, and whether they, the system or the office did
    it."""
    who = {APPLICANT: "you", ENGINE: "system"}.get(entry.actor, "office")
    data = json.loads(entry.data)
    told = {name: data[name] for name in ("step", "outcome", "purpose", "request", "document") if name in data}
    return {"at": _at(entry.at), "event": entry.event, "by": who, **told}


def _draft(config: OfficeConfig, draft: HeldDraft) -> dict[str, Any]:
    workflow = config.workflows.get(draft.record.code)
    return {"document_type": draft.record.code, "title": workflow.title.id if workflow else draft.record.code,
            "title_en": workflow.title.en if workflow else draft.record.code, "applied_for_by_you": draft.own,
            "changed_at": _at(draft.record.changed_at), "fields": dict(draft.about)}  # fmt: skip


def _files(dossiers: Sequence[HeldDossier]) -> Iterator[ExportedFile]:
    for held in dossiers:
        folder = held.dossier.number
        for place, paper in enumerate(held.papers, start=1):
            name = f"{folder}/{place:02}-{paper.requirement}.{_SUFFIX.get(paper.media_type or '', 'bin')}"
            yield ExportedFile(name=name, path=paper.file or "")
        for place, document in enumerate(held.documents, start=1):
            yield ExportedFile(name=f"{folder}/document-{place:02}-{document.product}.pdf", path=document.file or "")


def _draft_files(drafts: Sequence[HeldDraft]) -> Iterator[ExportedFile]:
    for number, draft in enumerate((each for each in drafts if each.own), start=1):
        for place, path in enumerate(draft.record.files, start=1):
            yield ExportedFile(name=f"begun-{number}/{place:02}.bin", path=path)
