"""What an applicant is told about a dossier: where it stands, why it is due when it is, and what they can do now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from domain import words
from domain.clock import SlaClock
from domain.dossier import Dossier, DossierStatus, Task, TaskKind
from domain.duration import Budget
from domain.estimate import Estimate
from domain.pausing import Hold
from domain.roles import Role
from domain.words import Said
from domain.workflow import Step

_COURIERS = "delivery_proof"  # the field that only a courier fills in

#: Where a dossier stands, in an applicant's words.
STATUS: Final[Mapping[str, Said]] = {
    DossierStatus.SUBMITTED: Said("diterima, belum dinyatakan lengkap", "taken in, not yet found complete"),
    DossierStatus.IN_PROCESS: Said("sedang diproses", "being processed"),
    DossierStatus.RETURNED: Said("dikembalikan, menunggu pemohon", "returned, waiting for the applicant"),
    DossierStatus.ISSUED: Said("dokumen terbit", "document issued"),
    DossierStatus.REJECTED: Said("ditolak", "rejected"),
    DossierStatus.CANCELLED: Said("dibatalkan", "cancelled"),
    DossierStatus.WITHDRAWN: Said("ditarik pemohon", "withdrawn by the applicant"),
}


class Act(StrEnum):
    """What an applicant can do."""

    ANSWER = "answer"
    COME = "come"
    FETCH = "fetch"
    WAIT = "wait"
    WITHDRAW = "withdraw"
    COMPLAIN = "complain"


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that the applicant can do now, in words; `by` is the last time for it."""

    act: Act
    words: Said
    by: datetime | None = None


_UNKNOWN = Said("belum dapat dipastikan", "not yet known")
_UNTIL_ANSWERED = _UNKNOWN + Said("(menunggu kekurangan dilengkapi)", "(it waits for what is missing)")
_UNTIL_IT_GOES_ON = _UNKNOWN + Said("(berkas sedang terhenti)", "(it is paused)")
_TOO_FEW = _UNKNOWN + Said(
    "(berkas serupa yang selesai masih terlalu sedikit)", "(too few like it are finished so far)"
)
_FETCH = Choice(Act.FETCH, Said("Ambil dokumen yang sudah terbit", "Fetch the issued document"))
_WAIT = Choice(Act.WAIT, Said("Tidak ada yang perlu dilakukan: tunggu", "Nothing to do: wait"))
_WITHDRAW = Choice(Act.WITHDRAW, Said("Menarik permohonan", "Withdraw the application"))
_COMPLAIN = Choice(Act.COMPLAIN, Said("Mengadu kepada petugas pengaduan", "Complain to the complaint officer"))


def due_story(budget: Budget, clock: SlaClock | None, zone: ZoneInfo) -> Said:
    """Why a dossier is due when it is, in one line; `jalur explain` tells it day by day. `clock` is None until the
    dossier has been found complete."""
    promised = words.budget(budget)
    if clock is None:
        return promised + Said(
            "sejak berkas dinyatakan lengkap; sampai saat itu waktu ini sementara",
            "from when the papers are found complete; until then this time is provisional",
        )
    since = words.moment(clock.start, zone)
    told = promised + Said("sejak berkas lengkap pada", "since the papers were found complete on") + since
    for pause in clock.pauses:
        if pause.end == pause.start:
            continue
        start, why = words.moment(pause.start, zone), Hold.read(pause.reason).reason.words
        end = words.moment(pause.end, zone) if pause.end else None
        until = Said(f" sampai {end.id}", f" until {end.en}") if end else Said("", "")
        told = Said(f"{told.id}; terhenti sejak {start.id}{until.id} ({why.id})",
                    f"{told.en}; stopped from {start.en}{until.en} ({why.en})")  # fmt: skip
    return told


def foreseen(told: Estimate | None, zone: ZoneInfo, *, returned: bool = False, paused: bool = False) -> Said:
    """When the document will be there: a range of days, with how often such ranges held; why that is not known."""
    if told is None:
        return _UNTIL_ANSWERED if returned else _UNTIL_IT_GOES_ON if paused else _TOO_FEW
    first, last = (words.day(at.astimezone(zone).date()) for at in (told.earliest, told.latest))
    days = first if first == last else Said(f"{first.id} sampai {last.id}", f"{first.en} to {last.en}")
    if not told.tested:
        return days
    return days + Said(
        f"(demikian pada {told.hits} dari {told.tested} berkas yang lalu)",
        f"(so it was in {told.hits} of {told.tested} past dossiers)",
    )


def choices(
    dossier: Dossier, live: Sequence[Task], steps: Mapping[str, Step], zone: ZoneInfo, *, document: bool, bound: bool,
    comes: date | None,
) -> tuple[Choice, ...]:  # fmt: skip
    """What the applicant can do now: what the office waits for first, then what is theirs; `document`: there is a
    sealed one, which they can fetch; `bound`: it is what they applied for, and nobody withdraws that; `comes`: the day
    of the courier's round."""
    if not dossier.is_open:
        return (_FETCH,) if document and dossier.status is DossierStatus.ISSUED else ()
    return (*(tuple(_waited_for(live, steps, zone, comes)) or (_WAIT,)), *(() if bound else (_WITHDRAW,)), _COMPLAIN)


def _waited_for(
    live: Iterable[Task], steps: Mapping[str, Step], zone: ZoneInfo, comes: date | None
) -> Iterable[Choice]:
    for task in live:
        if task.kind is TaskKind.APPLICANT:
            told = Said("Lengkapi yang kurang", "Answer what is missing")
            if task.due_at is not None:
                told = told + Said("paling lambat", "by") + words.moment(task.due_at, zone)
            yield Choice(Act.ANSWER, told, task.due_at)
        elif task.role is Role.HANDOVER_OFFICER and task.step in steps:
            title = steps[task.step].title
            if _COURIERS in steps[task.step].form:
                on = words.day(comes) if comes else None
                when = Said(f", yang datang {on.id}", f", who comes on {on.en}") if on else Said("", "")
                yield Choice(
                    Act.WAIT, Said(f"Tunggu kurir{when.id}: {title.id}", f"Wait for the courier{when.en}: {title.en}")
                )
            else:
                yield Choice(Act.COME, Said(f"Datang ke kantor: {title.id}", f"Come to the office: {title.en}"))
