"""Erasing what a person asked to be erased: decided by `domain.retention`, in one transaction, files after it.

What the database holds of it goes in the transaction in which the request ends, with an entry in the journal of every
dossier that it touches. The files that went with it are noted there as doomed and removed afterwards; a process killed
in between leaves them noted, and the next erasure or housekeeping removes them. Chains stay whole, for no entry ever
held personal data; what was erased is no fault to the audit, because the journal tells of it (`domain.replay`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from domain.errors import Refused
from domain.form import FieldType
from domain.journal import ENGINE
from domain.office import OfficeConfig
from domain.permissions import not_allowed, why_not_erase
from domain.person_request import RequestEnd, RequestKind
from domain.retention import Kept, Part
from domain.words import Said
from lanes.case import Case, Cases
from lanes.drafts import answer_code, draft_key
from lanes.intake import tracking_code
from lanes.papers import Files
from lanes.person_data import HeldDossier, Holdings, PersonData, contact
from lanes.person_requests import PersonRequests
from lanes.ports import Clock, Vault
from lanes.records.person_requests import Act, RequestRecord
from lanes.store import Store, Work

_BATCH = 500
_TELLING = frozenset({FieldType.NIK, FieldType.FAMILY_CARD, FieldType.NAME, FieldType.PHONE, FieldType.EMAIL})


@dataclass(frozen=True, kw_only=True, slots=True)
class Erased:
    """What went and what stays. `gone` gives the parts by dossier, `kept` why a part of a dossier ("" for a draft)
    stays; `drafts` and `files` count; `in_clear` names places where something of it stands in clear, against all
    rules."""

    gone: Mapping[str, Sequence[Part]]
    kept: Sequence[tuple[str, Part, Kept]]
    drafts: int
    files: int
    history: int
    in_clear: Sequence[str] = field(default_factory=tuple)


class Erasing:
    """See the module."""

    def __init__(
        self, store: Store, config: OfficeConfig, clock: Clock, requests: PersonRequests, data: PersonData,
        cases: Cases, vault: Vault, files: Files,
    ) -> None:  # fmt: skip
        self._store, self._config, self._clock, self._requests = store, config, clock, requests
        self._data, self._cases, self._vault, self._files = data, cases, vault, files

    def erase(self, number: str, *, reason: str, by: str) -> Erased:
        """Erase what may go, end the request and tell the person what stays and why. `reason`: why it may, for the
        record of processing; no personal data. Repeated after a crash it finishes, and gives nothing new. Raises
        Refused for who may not, for a request of another kind and for one that ended otherwise."""
        now, why = self._clock.now(), " ".join(reason.split())
        if not 5 <= len(why) <= 300:
            raise Refused("reason_missing", f"The reason has {len(why)} characters.", allowed="5 to 300")
        with self._store.begin() as work:
            record = self._requests.known(work, number, lock=True)
            if refusal := why_not_erase(by, self._requests.roles(work, by, now), record.recorded_by):
                raise not_allowed(refusal)
            if record.kind is not RequestKind.ERASURE:
                raise Refused("not_for_erasure", f"{record.number} asks for something else: {record.kind}.",
                              allowed="a request for an erasure")  # fmt: skip
            if record.ended_how in (RequestEnd.ERASED, RequestEnd.NOTHING_ERASED):
                done = Erased(gone={}, kept=(), drafts=0, files=0, history=0)
            else:
                done = self._erase(work, record, why, by, now)
        self.finish()
        self._store.let_go()
        return done

    def finish(self) -> int:
        """Remove the files of erasures that are not gone yet; gives how many. One that cannot be removed stays noted,
        and keeps no other from going."""
        gone = 0
        while True:
            with self._store.read() as work:
                doomed = work.person_requests.doomed(_BATCH)
            removed = [path for path, _ in doomed if self._remove(path)]
            if removed:
                of = dict(doomed)
                with self._store.begin() as work:
                    work.person_requests.removed(removed)
                    for request, files in Counter(of[path] for path in removed).items():
                        work.person_requests.note(Act(request_id=request, at=self._clock.now(), by=ENGINE,
                                                      act="files_removed", data={"files": files}))  # fmt: skip
            gone += len(removed)
            if len(removed) < _BATCH:
                return gone

    def _remove(self, path: str) -> bool:
        try:
            self._files.remove(path)
        except Refused:
            return False
        return True

    def _erase(self, work: Work, record: RequestRecord, why: str, by: str, now: datetime) -> Erased:
        asker = self._requests.asker_of_open(record)
        holdings = self._data.find(work, asker.nik, now, lock=True)
        doomed, gone, in_clear = list[str](), dict[str, Sequence[Part]](), list[str]()
        for held in holdings.dossiers:
            parts = [part for part, kept in held.parts.items() if kept is None]
            if parts:
                in_clear += _in_clear(work, held) if Part.FORM in parts else []
                doomed += self._erase_dossier(work, record, held, parts, by, now)
                gone[held.dossier.number] = parts
        for draft in holdings.drafts:
            if draft.kept is None:
                work.drafts.remove(draft.record.key)
                doomed += draft.record.files
        work.person_requests.doom(record.id, doomed)
        done = Erased(gone=gone, kept=_kept(holdings), drafts=sum(each.kept is None for each in holdings.drafts),
                      files=len(set(doomed)), history=holdings.history, in_clear=tuple(in_clear))  # fmt: skip
        how = RequestEnd.ERASED if done.gone or done.drafts else RequestEnd.NOTHING_ERASED
        self._requests.close(work, record, how, letter(done, self._config), by=by, now=now,
                             data=_told(done, why))  # fmt: skip
        return done

    def _erase_dossier(
        self, work: Work, record: RequestRecord, held: HeldDossier, parts: Sequence[Part], by: str, now: datetime
    ) -> list[str]:
        """Take these parts of a dossier away; gives the files that go with them."""
        dossier, case, doomed, drafts = held.dossier, held.case, list[str](), list[str]()
        assert case is not None  # what does not open is kept
        if Part.DOCUMENTS in parts:
            for document in held.documents:
                work.documents.save(replace(document, file=None, sha256=None))
                doomed.append(document.file or "")
                drafts.append(document.number)
        if Part.PAPERS in parts:
            doomed += work.person_requests.forget_papers(dossier.id)
        if Part.COMPLAINTS in parts:
            self._empty_complaints(work, held)
        if Part.FORM in parts:
            answer = work.drafts.get(draft_key(answer_code(case.code)))
            if answer is not None:
                work.drafts.remove(answer.key)
                doomed += answer.files
            # Another code that nobody was given: without any, an empty one would fit.
            self._cases.write(work, dossier, Case(fields={}, code=tracking_code()))
            work.dossiers.reindex(dossier.id, ())
            work.person_requests.forget_applicant(dossier.id)
        elif Part.CONTACT in parts:
            reached = contact(case.fields, held.workflow)
            left = replace(case, fields={name: value for name, value in case.fields.items() if name not in reached})
            self._cases.write(work, dossier, left)
            work.dossiers.reindex(dossier.id, self._cases.tokens(held.workflow, left))
        if Part.CONTACT in parts or Part.FORM in parts:
            work.person_requests.stop_letters(dossier.id, now)
        event = ("personal_data_erased", {"request": record.number, "parts": sorted(parts), "documents": drafts})
        work.dossiers.save(dossier, [event], at=now, actor=by)
        return doomed

    def _empty_complaints(self, work: Work, held: HeldDossier) -> None:
        for complaint, _ in held.complaints:
            key_id, cipher = self._vault.lock({"text": ""}, context=complaint.number)
            work.complaints.save(replace(complaint, key_id=key_id, cipher=cipher))


def _kept(holdings: Holdings) -> list[tuple[str, Part, Kept]]:
    dossiers = [(held.dossier.number, part, kept) for held in holdings.dossiers
                for part, kept in held.parts.items() if kept is not None]  # fmt: skip
    return dossiers + [("", Part.DRAFT, draft.kept) for draft in holdings.drafts if draft.kept is not None]


def _in_clear(work: Work, held: HeldDossier) -> list[str]:
    """Where personal data of this dossier stand outside of what is erased: nowhere, if all keep to the rules."""
    known, fields = held.workflow.field, held.case.fields if held.case else {}
    values = [str(value).casefold() for name, value in fields.items() if name in known and known[name].type in _TELLING]
    number = held.dossier.number
    places = [(f"{number}: journal entry {entry.seq}", entry.data)
              for entry in work.dossiers.journal(held.dossier.id)]  # fmt: skip
    places += [(f"{number}: message {message.key.rpartition(':')[0]}", str(dict(message.values)))
               for message in work.outbox.of_dossier(held.dossier.id)]  # fmt: skip
    places += [(f"{number}: step {task.step}", f"{task.error} {dict(task.details)}")
               for task in work.tasks.of(held.dossier.id, live=False)]  # fmt: skip
    return [where for where, text in places if any(value in text.casefold() for value in values)]


def _told(done: Erased, why: str) -> dict[str, Any]:
    """What the record of processing holds of an erasure."""
    kept = [{"dossier": number, "part": part, "why": kept.why, "until": kept.until and kept.until.isoformat()}
            for number, part, kept in done.kept]  # fmt: skip
    return {"reason": why, "gone": {number: list(parts) for number, parts in done.gone.items()}, "kept": kept,
            "drafts": done.drafts, "files": done.files, "history": done.history,
            "in_clear": list(done.in_clear)}  # fmt: skip


def letter(done: Erased, config: OfficeConfig) -> Said:
    """What the person is told: what went, what stays, and why."""
    lines = [Said(f"- {number}: dihapus ({_parts(parts).id})", f"- {number}: erased ({_parts(parts).en})")
             for number, parts in done.gone.items()]  # fmt: skip
    if done.drafts:
        lines.append(Said(f"- permohonan yang belum dikirim: {done.drafts} dihapus",
                          f"- applications not sent yet: {done.drafts} erased"))  # fmt: skip
    for (number, why), kept in _together(done.kept).items():
        until = f" {config.office.day(until):%d-%m-%Y}" if (until := kept[0][1].until) else ""
        parts = _parts([part for part, _ in kept])
        named = number or "–"
        lines.append(Said(f"- {named}: disimpan ({parts.id}): {why.id}{until and '; paling singkat sampai' + until}",
                          f"- {named}: kept ({parts.en}): {why.en}{until and '; at least until' + until}"))  # fmt: skip
    if done.history:
        lines.append(Said("- riwayat dari sistem lama: diperiksa petugas", "- history of an older system: looked into"))
    if not lines:
        return Said("Tidak ada data Anda di kantor ini.", "This office holds no data about you.")
    return Said("\n".join(line.id for line in lines), "\n".join(line.en for line in lines))


def _together(kept: Sequence[tuple[str, Part, Kept]]) -> dict[tuple[str, Said], list[tuple[Part, Kept]]]:
    found: dict[tuple[str, Said], list[tuple[Part, Kept]]] = {}
    for number, part, each in kept:
        found.setdefault((number, each.why.words), []).append((part, each))
    return found


def _parts(parts: Sequence[Part]) -> Said:
    return Said(", ".join(part.words.id for part in parts), ", ".join(part.words.en for part in parts))
