"""Where a dossier stands, as a page for its applicant: in one language from top to bottom."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from adapters.cli.output import pairs_table, say
from domain import words
from domain.citizen import STATUS
from domain.words import Language, Said

if TYPE_CHECKING:
    from lanes.views import OpenStep, Tracked, Wanted

_OPTION: Final = {"paper": "--paper {0}=SCAN", "field": "--field {0}=VALUE"}


def show(tracked: Tracked, zone: str, language: Language) -> None:
    """Print the page."""
    _Page(tracked, ZoneInfo(zone), language).show()


class _Page:
    def __init__(self, tracked: Tracked, zone: ZoneInfo, language: Language) -> None:
        self._tracked, self._zone, self._language = tracked, zone, language

    def show(self) -> None:
        told = self._tracked
        say(f"{told.number}  {told.title}")
        rows = {
            Said("Status", "Status"): self._in(STATUS[told.status]),
            Said("Diterima", "Submitted"): self._at(told.submitted_at),
            Said("Batas waktu", "Due"): self._due(),
            Said("Mengapa saat itu", "Why then"): told.due_story and self._in(told.due_story),
            Said("Perkiraan selesai", "Estimate"): self._estimate(),
            Said("Ditutup", "Closed"): self._at(told.closed_at),
            Said("Alasan", "Reason"): told.reason,
            Said("Dokumen", "Documents"): ", ".join(told.documents),
            Said("Tanda terima", "Receipt"): told.receipt_hash,
            Said("Jurnal kini", "Journal now"): told.journal_hash,
        }
        pairs_table({self._in(name): value for name, value in rows.items()})
        for step in told.open_steps:
            self._open(step)
        for pause in told.paused:
            kind = self._in(Said("gangguan: ", "outage: ")) if pause.outage else ""
            since = words.moment(pause.since, self._zone)
            self._say(Said(f"Terhenti: waktu tidak berjalan sejak {since.id} ({kind}{pause.why})",
                           f"Paused: time stands still since {since.en} ({kind}{pause.why})"))  # fmt: skip
        if told.deficiencies and told.status == "returned":
            self._missing()
        if told.choices:
            can = "; ".join(self._in(choice.words) for choice in told.choices)
            self._say(Said(f"Yang dapat Anda lakukan: {can}.", f"You can now: {can}."))
        explain = f"`jalur explain {told.number} --code CODE`"
        self._say(Said(f"Asal setiap batas waktu: {explain}.", f"How each due time comes about: {explain}."))
        self._say(Said("Riwayat:", "What happened:"))
        for at, what in told.history:
            say(f"  {self._at(at)}  {what}")

    def _open(self, step: OpenStep) -> None:
        due = words.moment(step.due_at, self._zone) if step.due_at else None
        parts = [Said(f"Sekarang: {step.title}, oleh {step.whose}", f"Now: {step.title}, by {step.whose}")]
        if step.ahead is not None:
            parts.append(Said(f"{step.ahead} berkas sebelumnya", f"{step.ahead} before it") if step.ahead
                         else Said("berikutnya adalah berkas ini", "it is the next"))  # fmt: skip
        if due is not None:
            parts.append(Said(f"batas waktu {due.id}", f"due {due.en}"))
        if step.overdue:
            parts.append(Said("TERLAMBAT", "OVERDUE"))
        say(", ".join(self._in(part) for part in parts))

    def _missing(self) -> None:
        self._say(Said("Yang masih kurang:", "Missing:"))
        for wanted in self._tracked.deficiencies:
            said = ": ".join(filter(None, (wanted.title, wanted.note)))
            say(f"  - {said}{self._option(wanted)}")
        answer = f"`jalur resubmit {self._tracked.number} CODE`"
        self._say(Said(f"Lengkapi semuanya sekaligus: {answer}, dengan pilihan tersebut.",
                       f"Answer all of it at once: {answer}, with these options."))  # fmt: skip

    def _option(self, wanted: Wanted) -> str:
        return f"  ({_OPTION[wanted.kind].format(wanted.item)})" if wanted.kind in _OPTION else ""

    def _due(self) -> str:
        told = self._tracked
        stands = bool(told.paused) or told.status == "returned"
        if not stands or told.due_at is not None:
            return self._at(told.due_at)
        then = self._at(told.due_if_it_ran)
        later = Said(f"; bila berjalan lagi sekarang: {then}", f"; if it ran again now, it would be due {then}")
        return self._in(Said("tidak dihitung selama terhenti", "not told while it is paused")) + (
            self._in(later) if then else ""
        )

    def _estimate(self) -> str:
        told = self._tracked
        return "" if told.closed_at is not None else self._in(told.expected(self._zone))

    def _at(self, instant: datetime | None) -> str:
        return self._in(words.moment(instant, self._zone)) if instant else ""

    def _say(self, said: Said) -> None:
        say(self._in(said))

    def _in(self, said: Said) -> str:
        return said.en if self._language == "en" else said.id
