"""Everything the office holds about one person, in both lanes: found by the blind index of their NIK, never by name.

Of an application that somebody else handed in, only what it says about this person is theirs. Drafts are not indexed:
there are few, and each is opened. What the national register holds is the register's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from domain.dossier import Dossier, DossierStatus
from domain.form import FieldType
from domain.office import OfficeConfig
from domain.retention import Held, Kept, Part, why_kept
from domain.roles import Lane
from domain.workflow import Workflow
from lanes.case import Case, Cases
from lanes.moves import Moves
from lanes.ports import Tampered, Vault
from lanes.records.complaints import ComplaintRecord
from lanes.records.drafts import DraftRecord
from lanes.store import Attachment, Document, Work

MOST: Final = 2_000
"""Dossiers of one person; a village's officer may have applied for many."""
APPLICANT: Final = "applicant_nik"
CONTACT: Final = frozenset({FieldType.PHONE, FieldType.EMAIL})
_ABOUT_ITSELF: Final = ("name", "born", "birth_place", "birth_time")  # beside a field that is just called `nik`


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldDossier:
    """A dossier in which the person is named. `own`: they applied for it; `case` is None when it does not open. `about`
    are the fields that are theirs. `parts` says of each part there is why it is kept, or None."""

    dossier: Dossier
    workflow: Workflow
    own: bool
    case: Case | None
    about: Mapping[str, Any]
    papers: Sequence[Attachment] = ()
    documents: Sequence[Document] = ()
    complaints: Sequence[tuple[ComplaintRecord, Mapping[str, str]]] = ()
    parts: Mapping[Part, Kept | None] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldDraft:
    """An application begun and not sent yet. `about` are the fields that are theirs."""

    record: DraftRecord
    own: bool
    about: Mapping[str, Any]
    kept: Kept | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Holdings:
    """See the module. `history` counts cases of imported history in which the number stands."""

    dossiers: Sequence[HeldDossier]
    drafts: Sequence[HeldDraft]
    history: int


class PersonData:
    """Finds it."""

    def __init__(self, config: OfficeConfig, moves: Moves, cases: Cases, vault: Vault) -> None:
        self._config, self._moves, self._cases, self._vault = config, moves, cases, vault

    def find(self, work: Work, nik: str, now: datetime, *, lock: bool = False) -> Holdings:
        """What is held about the person with this NIK. `lock` keeps others from changing it until the end."""
        tokens = [(FieldType.NIK.value, token) for token in self._vault.index(FieldType.NIK.value, nik)]
        found = sorted(work.dossiers.find(tokens, lanes=list(Lane), limit=MOST), key=lambda each: each.id)
        if lock:
            found = [work.dossiers.by_id(each.id, lock=True) for each in found]
        return Holdings(
            dossiers=[self._dossier(work, each, nik, now) for each in found],
            drafts=[draft for record in work.drafts.everything() if (draft := self._draft(record, nik, now))],
            history=work.person_requests.in_history(nik),
        )

    def _dossier(self, work: Work, dossier: Dossier, nik: str, now: datetime) -> HeldDossier:
        workflow = self._moves.workflow(work, dossier).workflow
        try:
            case: Case | None = self._cases.read(work, dossier)
        except Tampered:
            case = None
        fields = case.fields if case else {}
        own = fields.get(APPLICANT) == nik
        complaints = [
            (record, self._vault.unlock(record.key_id, record.cipher, context=record.number))
            for record in (work.complaints.of(dossier.id) if own else ())
        ]
        held = HeldDossier(
            dossier=dossier, workflow=workflow, own=own, case=case,
            about=fields if own else about(fields, workflow, nik), complaints=complaints,
            papers=[paper for paper in work.dossiers.attachments(dossier.id) if paper.file] if own else [],
            documents=[document for document in work.documents.of(dossier.id) if document.file] if own else [],
        )  # fmt: skip
        return replace(held, parts=self._parts(held, now))

    def _parts(self, held: HeldDossier, now: datetime) -> dict[Part, Kept | None]:
        dossier = held.dossier
        ends = [record.decided_at for record, _ in held.complaints if record.decided_at]
        there = {
            Part.FORM: bool(held.about) or held.case is None,
            Part.CONTACT: held.own and bool(contact(held.about, held.workflow)),
            Part.PAPERS: bool(held.papers), Part.DOCUMENTS: bool(held.documents),
            Part.COMPLAINTS: any(plain["text"] for _, plain in held.complaints),
        }  # fmt: skip
        signed = any(document.sealed_at for document in held.documents)
        seen: dict[str, Any] = {
            "own": held.own, "readable": held.case is not None, "status": dossier.status, "is_open": dossier.is_open,
            "ended_at": dossier.closed_at, "document": signed or dossier.status is DossierStatus.ISSUED,
            "deed": held.workflow.family == "civil_deed",
            "complaint_open": any(record.decided_at is None for record, _ in held.complaints),
            "complaint_ended_at": max(ends, default=None),
        }  # fmt: skip
        spans = self._config.office.retention
        return {part: why_kept(Held(part=part, **seen), spans, now) for part, is_there in there.items() if is_there}

    def _draft(self, record: DraftRecord, nik: str, now: datetime) -> HeldDraft | None:
        workflow = self._config.workflows.get(record.code)
        try:
            fields = self._vault.unlock(record.key_id, record.cipher, context=record.key)["fields"]
        except Tampered:
            return None
        own = fields.get(APPLICANT) == nik
        theirs = fields if own else about(fields, workflow, nik) if workflow else {}
        if not theirs:
            return None
        held = Held(part=Part.DRAFT, own=own)
        return HeldDraft(record=record, own=own, about=theirs, kept=why_kept(held, self._config.office.retention, now))


def about(fields: Mapping[str, Any], workflow: Workflow, nik: str) -> dict[str, Any]:
    """Of a form that somebody else filled in: what it says about the person with this NIK. Fields about one person
    begin with the same word: `subject_nik`, `subject_name`."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        kind = workflow.field[name].type if name in workflow.field else None
        if kind is FieldType.NIK and value == nik:
            whose = name.removesuffix("nik")
            theirs = (other for other in fields if (other.startswith(whose.rstrip("_")) if whose else
                                                    other in _ABOUT_ITSELF))  # fmt: skip
            found |= {name: value, **{other: fields[other] for other in theirs}}
        elif kind is FieldType.NIKS and nik in str(value).split(", "):
            found[name] = nik
    return found


def contact(fields: Mapping[str, Any], workflow: Workflow) -> set[str]:
    """The fields by which somebody is reached."""
    return {name for name in fields if name in workflow.field and workflow.field[name].type in CONTACT}
