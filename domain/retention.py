"""What of a person's data may be erased when they ask for it, and what the law keeps: a list of named rules.

Each rule looks at one part of what is held and says why it is kept, or nothing. A right to erasure ends where another
law demands keeping (UU 27/2022 articles 15 and 44): an issued civil deed and its dossier are state archives
(UU 24/2013, UU 43/2009 on archives), a refusal must be provable while it can be contested (UU 30/2014, UU 25/2009).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict

from domain import duration
from domain.dossier import DossierStatus
from domain.form import Elapsed
from domain.words import Said


class Retention(BaseModel):
    """`retention` of `config/office.yaml`, where each span is explained; the defaults are for offices older than it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    drafts: Elapsed = "14d"
    refused: Elapsed = "90d"
    issued: Elapsed = "3650d"
    complaints: Elapsed = "730d"
    requests: Elapsed = "1825d"

    def span(self, name: str) -> timedelta:
        """One of them as a length of time."""
        return duration.elapsed(getattr(self, name))


class Part(StrEnum):
    """A part of what is held about a person; each is erased or kept as a whole."""

    DRAFT = "draft"
    FORM = "form"
    CONTACT = "contact"
    PAPERS = "papers"
    DOCUMENTS = "documents"
    COMPLAINTS = "complaints"

    @property
    def words(self) -> Said:
        """As people read it."""
        return _PARTS[self]


_PARTS: Final = {
    Part.DRAFT: Said("permohonan yang belum dikirim", "application not sent yet"),
    Part.FORM: Said("isian formulir", "what was filled in"),
    Part.CONTACT: Said("nomor telepon dan surel", "phone and e-mail"),
    Part.PAPERS: Said("pindaian persyaratan", "scans of papers"),
    Part.DOCUMENTS: Said("dokumen yang dibuat", "documents made"),
    Part.COMPLAINTS: Said("isi pengaduan", "what complaints say"),
}


class Why(StrEnum):
    """Why something is kept."""

    UNREADABLE = "unreadable"
    ANOTHERS = "anothers"
    OPEN = "open"
    COMPLAINT_OPEN = "complaint_open"
    DEED = "deed"
    REGISTER = "register"
    CONTESTABLE = "contestable"
    COMPLAINT_RECENT = "complaint_recent"

    @property
    def words(self) -> Said:
        """As the person reads it."""
        return _WHYS[self]


_WHYS: Final = {
    Why.UNREADABLE: Said("datanya tidak dapat dibuka; petugas teknis memeriksanya",
                         "it does not open; the office's technicians look into it"),
    Why.ANOTHERS: Said("diajukan orang lain, dan menyebut Anda",
                       "somebody else applied for it, and it names you"),
    Why.OPEN: Said("permohonan masih diproses; tarik kembali dahulu bila tidak diteruskan",
                   "the application is still open; withdraw it first if it shall not go on"),
    Why.COMPLAINT_OPEN: Said("pengaduan tentangnya masih ditangani (UU 25/2009)",
                             "a complaint about it is being handled (UU 25/2009)"),
    Why.DEED: Said("akta pencatatan sipil dan berkasnya adalah arsip negara (UU 24/2013, UU 43/2009)",
                   "a civil deed and its dossier are state archives (UU 24/2013, UU 43/2009)"),
    Why.REGISTER: Said("berkas dokumen kependudukan yang terbit disimpan menurut jadwal retensi arsip (UU 43/2009)",
                       "the dossier of an issued population document is kept for its archive term (UU 43/2009)"),
    Why.CONTESTABLE: Said("penolakan atau pembatalan masih dapat digugat (UU 30/2014)",
                          "the refusal or cancellation can still be contested (UU 30/2014)"),
    Why.COMPLAINT_RECENT: Said("pengaduan masih dapat dibawa ke Ombudsman (UU 37/2008)",
                               "the complaint can still be taken to the Ombudsman (UU 37/2008)"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """One part of what is held, as the rules see it. `own`: the person applied for it; `document`: it was issued, or a
    document of it was signed; `deed`: that is a civil deed; `complaint_ended_at`: when its last one was decided."""

    part: Part
    own: bool
    readable: bool = True
    status: DossierStatus | None = None  # None: of a draft
    is_open: bool = False
    ended_at: datetime | None = None
    document: bool = False
    deed: bool = False
    complaint_open: bool = False
    complaint_ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """That a part is kept: why, and until when at least, where a time is known."""

    why: Why
    until: datetime | None = None


Rule = Callable[[Held, Retention, datetime], Kept | None]

_OF_THE_CASE: Final = frozenset({Part.FORM, Part.PAPERS, Part.DOCUMENTS})


def _does_not_open(held: Held, _spans: Retention, _now: datetime) -> Kept | None:
    return None if held.readable else Kept(Why.UNREADABLE)


def _applied_for_by_another(held: Held, _spans: Retention, _now: datetime) -> Kept | None:
    return None if held.own else Kept(Why.ANOTHERS)


def _still_open(held: Held, _spans: Retention, _now: datetime) -> Kept | None:
    return Kept(Why.OPEN) if held.is_open else None


def _complaint_being_handled(held: Held, _spans: Retention, _now: datetime) -> Kept | None:
    return Kept(Why.COMPLAINT_OPEN) if held.complaint_open else None


def _deed_is_archive(held: Held, _spans: Retention, _now: datetime) -> Kept | None:
    return Kept(Why.DEED) if held.document and held.deed and held.part in _OF_THE_CASE else None


def _population_archive(held: Held, spans: Retention, now: datetime) -> Kept | None:
    if not held.document or held.part not in _OF_THE_CASE:
        return None
    return _until(Why.REGISTER, held.ended_at, spans.span("issued"), now)


def _may_be_contested(held: Held, spans: Retention, now: datetime) -> Kept | None:
    decided = held.status in (DossierStatus.REJECTED, DossierStatus.CANCELLED)
    if not decided or held.part not in _OF_THE_CASE:
        return None
    return _until(Why.CONTESTABLE, held.ended_at, spans.span("refused"), now)


def _complaint_may_go_on(held: Held, spans: Retention, now: datetime) -> Kept | None:
    if held.part is not Part.COMPLAINTS:
        return None
    return _until(Why.COMPLAINT_RECENT, held.complaint_ended_at, spans.span("complaints"), now)


KEPT_BY: Final[tuple[Rule, ...]] = (
    _does_not_open, _applied_for_by_another, _still_open, _complaint_being_handled, _deed_is_archive,
    _population_archive, _may_be_contested, _complaint_may_go_on,
)  # fmt: skip


def why_kept(held: Held, spans: Retention, now: datetime) -> Kept | None:
    """Why this part stays although its erasure was asked for; None when it may go."""
    return next((kept for rule in KEPT_BY if (kept := rule(held, spans, now))), None)


def _until(why: Why, since: datetime | None, span: timedelta, now: datetime) -> Kept | None:
    until = None if since is None else since + span
    return Kept(why, until) if until is not None and now < until else None
