"""Applications begun online and not sent yet: kept encrypted for a while (`retention` in config/office.yaml), gone on
with by a code, sent once.

A scan is judged when it is handed in, so that a mistake in one shows at once and none is sent twice over a slow line.
Whoever holds the draft's code can go on with it, on another phone too; sending the same draft again gives the same
receipt, however often the button is pressed.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from domain.application import InvalidApplication
from domain.errors import Refused
from domain.office import OfficeConfig
from domain.roles import Lane
from domain.sentence import Sentence
from lanes.intake import Application, Intake, Receipt, known_type, normal_code, tracking_code
from lanes.papers import Files, Opened, Paper, Papers
from lanes.ports import Clock, Vault
from lanes.records.drafts import DraftRecord
from lanes.store import Store, Work

_FOLDER: Final = "drafts"
_BATCH: Final = 500  # so many are forgotten at once
_ANSWER: Final = "ANSW"  # begins the code of an answer that is being put together; never typed by anybody


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftScan:
    """A scan of a draft: where it lies, what it is, how large (bytes)."""

    file: str
    media_type: str
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """An application as far as it is filled in, `kept` so long from its last change; `sent` is the number and tracking
    code it got when it was sent."""

    code: str
    type: str
    changed_at: datetime
    kept: timedelta
    fields: Mapping[str, Any] = field(default_factory=dict)
    scans: Mapping[str, DraftScan] = field(default_factory=dict)
    sent: tuple[str, str] | None = None

    @property
    def kept_until(self) -> datetime:
        """When it is forgotten if nobody changes it."""
        return self.changed_at + self.kept


class Drafts:
    """See the module."""

    def __init__(
        self, store: Store, config: OfficeConfig, clock: Clock, vault: Vault, files: Files, papers: Papers,
        intake: Intake,
    ) -> None:  # fmt: skip
        self._store, self._config, self._clock, self._vault = store, config, clock, vault
        self._files, self._papers, self._intake = files, papers, intake
        self.kept = config.office.retention.span("drafts")

    def begin(self, type_: str) -> Draft:
        """Begin an application for a document type. Raises Refused for an unknown one."""
        known_type(self._config, type_)
        draft = Draft(code=tracking_code(), type=type_, changed_at=self._clock.now(), kept=self.kept)
        with self._store.begin() as work:
            self._put(work, draft)
        return draft

    def get(self, code: str) -> Draft:
        """The draft with a code. Raises Refused when there is none, or no longer."""
        if normal_code(code).startswith(_ANSWER):
            raise self._unknown()
        with self._store.read() as work:
            return self._get(work, code)

    def for_answer(self, number: str, code: str) -> Draft:
        """What an applicant has handed in so far of the answer to their returned dossier, under the dossier's own code.
        Raises Refused for a wrong code."""
        with self._store.begin() as work:
            type_ = self._intake.owned(work, number, code, lock=False).code
            try:
                return self._get(work, _ANSWER + code)
            except Refused:
                self._drop_left(work, draft_key(answer_code(code)))
                draft = Draft(code=answer_code(code), type=type_, changed_at=self._clock.now(), kept=self.kept)
                self._put(work, draft)
                return draft

    def papers(self, draft: Draft) -> dict[str, Paper]:
        """The scans of a draft, as they were judged."""
        return {
            name: Paper(opened=Opened(self._files.get(scan.file), scan.media_type))
            for name, scan in sorted(draft.scans.items())
        }

    def drop(self, draft: Draft) -> None:
        """Forget a draft that was handed in some other way, and its scans."""
        with self._store.begin() as work:
            work.drafts.remove(draft_key(draft.code))
        for scan in draft.scans.values():
            self._files.remove(scan.file)

    def fill_in(self, code: str, fields: Mapping[str, Any]) -> Draft:
        """Keep what was filled in, as it was typed; an empty value takes one away. Raises Refused."""
        with self._store.begin() as work:
            draft = self._unsent(work, code)
            whole = {name: value for name, value in {**draft.fields, **fields}.items() if value not in (None, "")}
            draft = replace(draft, fields=whole, changed_at=self._clock.now())
            self._put(work, draft)
        return draft

    def hand_in(self, code: str, papers: Mapping[str, Paper]) -> tuple[Draft, tuple[Sentence, ...]]:
        """Judge scans and keep those that are in order, each in the place of an earlier one; gives what is wrong with
        the others, as `Papers.judge` says it. Raises Refused."""
        with self._store.read() as work:
            draft = self._unsent(work, code)
        wanted = {requirement.id for requirement in known_type(self._config, draft.type).requirements}
        judged = self._papers.judge({name: paper for name, paper in papers.items() if name in wanted})
        kept = {
            name: DraftScan(file=self._files.put(_FOLDER, secrets.token_hex(16), opened.content),
                            media_type=opened.media_type, size=len(opened.content))
            for name, opened in judged.papers.items() if opened is not None
        }  # fmt: skip
        with self._store.begin() as work:
            draft = self._unsent(work, code)
            replaced = [draft.scans[name].file for name in kept if name in draft.scans]
            draft = replace(draft, scans={**draft.scans, **kept}, changed_at=self._clock.now())
            self._put(work, draft)
        for file in replaced:
            self._files.remove(file)
        return draft, judged.problems

    def keep_only(self, code: str, wanted: Collection[str]) -> None:
        """Take away the scans of all other papers: an answer that asked for them was changed. Raises Refused."""
        with self._store.begin() as work:
            draft = self._unsent(work, code)
            gone = [scan.file for name, scan in draft.scans.items() if name not in wanted]
            if gone:
                scans = {name: scan for name, scan in draft.scans.items() if name in wanted}
                self._put(work, replace(draft, scans=scans))
        for file in gone:
            self._files.remove(file)

    def send(self, code: str, *, channel: str = "web") -> Receipt:
        """Hand the application in; what was sent already gives the same receipt. Raises InvalidApplication or
        Refused, as `Intake.submit` does."""
        with self._store.read() as work:
            draft = self._get(work, code)
            if draft.sent is not None:
                return self._receipt(work, draft.sent)
        papers = self.papers(draft)

        def keep(work: Work, number: str, tracking: str) -> None:
            self._put(work, replace(draft, fields={}, scans={}, sent=(number, tracking), changed_at=self._clock.now()))

        try:
            receipt = self._intake.submit(
                Application(lane=Lane.ONLINE, channel=channel, code=draft.type, fields=draft.fields,
                            papers=self._asked(draft, papers), also=keep)
            )  # fmt: skip
        except Refused as refused:
            if isinstance(refused, InvalidApplication):
                raise
            with self._store.read() as work:  # the button was pressed twice
                draft = self._get(work, code)
                if draft.sent is None:
                    raise
                return self._receipt(work, draft.sent)
        for scan in draft.scans.values():
            self._files.remove(scan.file)
        return receipt

    def _asked(self, draft: Draft, papers: Mapping[str, Paper]) -> Mapping[str, Paper]:
        """The scans of papers that the type still has: the configuration may have changed since."""
        known = {requirement.id for requirement in known_type(self._config, draft.type).requirements}
        return {name: paper for name, paper in papers.items() if name in known}

    def _receipt(self, work: Work, sent: tuple[str, str]) -> Receipt:
        dossier = self._intake.owned(work, *sent, lock=False)
        return Receipt(number=dossier.number, code=sent[1], hash=dossier.journal_head,
                       due_at=dossier.due_at or dossier.submitted_at)  # fmt: skip

    def _unsent(self, work: Work, code: str) -> Draft:
        draft = self._get(work, code)
        if draft.sent is not None:
            raise Refused("draft_sent", "This application has been sent already.", allowed="follow it by its number")
        return draft

    def _get(self, work: Work, code: str) -> Draft:
        code = normal_code(code[:40])
        record = work.drafts.get(draft_key(code))
        if record is None or self._clock.now() >= record.changed_at + self.kept:
            raise self._unknown()
        plain = self._vault.unlock(record.key_id, record.cipher, context=record.key)
        return Draft(code=code, type=record.code, changed_at=record.changed_at, kept=self.kept, fields=plain["fields"],
                     scans={name: DraftScan(**scan) for name, scan in plain["scans"].items()},
                     sent=tuple(plain["sent"]) if plain["sent"] else None)  # fmt: skip

    def _put(self, work: Work, draft: Draft) -> None:
        key = draft_key(draft.code)
        scans = {name: {"file": s.file, "media_type": s.media_type, "size": s.size} for name, s in draft.scans.items()}
        plain = {"fields": dict(draft.fields), "scans": scans, "sent": list(draft.sent) if draft.sent else None}
        key_id, cipher = self._vault.lock(plain, context=key)
        files = sorted(scan.file for scan in draft.scans.values())
        work.drafts.put(DraftRecord(key=key, code=draft.type, changed_at=draft.changed_at, files=files, key_id=key_id,
                                    cipher=cipher))  # fmt: skip

    def forget(self) -> int:
        """Take away drafts that nobody went on with, their scans first, some at a time; gives how many."""
        with self._store.read() as work:
            old = work.drafts.left_before(self._clock.now() - self.kept, _BATCH)
        for record in old:
            with self._store.begin() as work:
                self._drop_left(work, record.key)
        return len(old)

    def _drop_left(self, work: Work, key: str) -> None:
        """Take one away that is forgotten by now: its files first, so that a crash leaves none without its draft."""
        record = work.drafts.get(key, lock=True)
        if record is not None and self._clock.now() >= record.changed_at + self.kept:
            for file in record.files:
                self._files.remove(file)
            work.drafts.remove(key)

    def _unknown(self) -> Refused:
        return Refused("unknown_draft", "There is no application begun under this code, or no longer.",
                       allowed=f"a code of the last {self.kept.days} days, such as ABCD-EFGH-JKMN")  # fmt: skip


def answer_code(code: str) -> str:
    """The code under which the answer to a returned dossier is put together; `code` is the dossier's own."""
    return normal_code(_ANSWER + code)


def draft_key(code: str) -> str:
    """What a draft with this code is kept under."""
    return hashlib.sha256(f"draft:{code}".encode()).hexdigest()
