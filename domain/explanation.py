"""A due time told as a story that a citizen can follow, in Indonesian and in English.

It says how much time there is and who set it, since when it counts, what counted on each day and what did not, when
it stood and why, and what follows from that. Nothing in it is personal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain import words
from domain.account import Account, Stood, worked
from domain.calendar.story import StoryDay
from domain.clock import ClockKind, SlaClock
from domain.ladder import GRACE
from domain.pausing import PauseReason
from domain.words import Said

_WHAT = {
    ClockKind.TARGET: Said("Janji layanan untuk seluruh permohonan", "The promise for the whole application"),
    ClockKind.LIMIT: Said("Batas waktu seluruh permohonan", "The time limit of the whole application"),
    ClockKind.STEP: Said("Waktu untuk langkah", "The time for the step"),
    ClockKind.ANSWER: Said("Waktu pemohon untuk melengkapi", "The applicant's time to complete the papers"),
}
_SINCE = {
    ClockKind.TARGET: Said("saat berkas dinyatakan lengkap dan sah", "when the file was found complete and valid"),
    ClockKind.STEP: Said("saat langkah ini terbuka", "when this step was opened"),
    ClockKind.ANSWER: Said("saat berkas dikembalikan", "when the file was returned"),
}
_SINCE[ClockKind.LIMIT] = _SINCE[ClockKind.TARGET]


def headline(kind: ClockKind, clock: SlaClock, step: Said | None = None) -> Said:
    """What is promised: `The promise for the whole application: 1 working day (7 hours of work).`"""
    what, budget = _WHAT[kind], words.budget(clock.budget)
    if step:
        what = Said(f'{what.id} "{step.id}"', f'{what.en} "{step.en}"')
    return Said(f"{what.id}: {budget.id}.", f"{what.en}: {budget.en}.")


def set_by_the_lane(lane: Said, file: str, place: str, version: int) -> Said:
    """Where the budget comes from when the lane's file names it. `version` 0: before versions were kept."""
    id_, en = (f", versi aturan {version}", f", rules version {version}") if version else ("", "")
    return Said(f"Ditetapkan kantor dalam aturan {lane.id} ({place} di {file}{id_}).",
                f"Set by the office in the rules of the {lane.en} ({place} in {file}{en}).")  # fmt: skip


def set_by_the_office(lane: Said) -> Said:
    """The same for the applicant, to whom the file says nothing."""
    return Said(f"Ditetapkan kantor dalam aturan {lane.id}.", f"Set by the office in the rules of the {lane.en}.")


def set_by_the_type(basis: str) -> Said:
    """Where the budget comes from when the lane leaves it to the document type's own limit."""
    return Said(
        f"Batas jenis dokumen ini; jalur tidak menetapkan yang lebih singkat. Dasar layanan: {basis}.",
        f"The limit of this document type; the lane sets no shorter one. Basis of the service: {basis}.",
    )


SET_BEFORE = Said("Ditetapkan menurut aturan yang berlaku saat waktu ini mulai dihitung.",
                  "Set by the rules that were in force when this time began to count.")  # fmt: skip


def not_yet_counting(estimate: datetime | None, zone: ZoneInfo) -> Said:
    """For a dossier not yet found complete."""
    told = Said("Waktu seluruh permohonan baru dihitung saat berkas dinyatakan lengkap dan sah.",
                "The time of the whole application counts only once the file is found complete and valid.")  # fmt: skip
    if estimate is None:
        return told
    at = words.moment(estimate, zone)
    return told + Said(f"Perkiraan pada tanda terima, bila langsung lengkap: {at.id}.",
                       f"The estimate on the receipt, if it is complete at once: {at.en}.")  # fmt: skip


NEVER_COUNTED = Said(
    "Permohonan berakhir sebelum dinyatakan lengkap, jadi tidak ada janji waktu yang dihitung.",
    "The application ended before it was found complete, so no promise of time was counted.",
)


def story(
    kind: ClockKind, clock: SlaClock, told: Account, *, zone: ZoneInfo, now: datetime, due: datetime | None,
    stopped: datetime | None,
) -> Iterator[Said]:  # fmt: skip
    """From when it started to how it stands or ended, a sentence each."""
    at, why = words.moment(clock.start, zone), _SINCE[kind]
    yield Said(f"Dihitung sejak {at.id}, {why.id}.", f"Counted from {at.en} on, {why.en}.")
    if clock.budget.working and told.days:
        yield Said("Yang dihitung hanya jam buka:", "Only opening hours count:")
    elif clock.budget.working:
        yield Said("Yang dihitung hanya jam buka; sampai kini belum ada yang dihitung.",
                   "Only opening hours count; nothing has counted yet.")  # fmt: skip
    else:
        yield Said("Setiap jam dihitung, juga malam dan hari libur.", "Every hour counts, nights and holidays too.")
    today = now.astimezone(zone).date()
    for day in told.days:
        yield _day(day, ahead=day.day > today and not stopped)
    for stood in told.stood:
        yield _stood(stood, zone, clock.budget.working)
    yield _outcome(clock, told, zone=zone, now=now, due=due, stopped=stopped)


def _day(day: StoryDay, *, ahead: bool) -> Said:
    on = words.day(day.day)
    if not day.counted:
        kind = {"holiday": Said("hari libur", "holiday"), "closed": Said("kantor tutup", "office closed")}[day.kind]
        named = f": {day.name}" if day.name else ""
        return Said(f"  {on.id}  tidak dihitung, {kind.id}{named}", f"  {on.en}  not counted, {kind.en}{named}")
    whole = words.length(worked(_to_the_minute(day)), working=True)
    later = Said(" (akan datang)", " (to come)") if ahead else Said("", "")
    opened = f" ({day.name})" if day.kind == "opened" and day.name else ""
    spans = [(words.clock(start), words.clock(end)) for start, end in day.counted]
    return Said(
        f"  {on.id}  {', '.join(f'{a.id}-{b.id}' for a, b in spans)} = {whole.id}{opened}{later.id}",
        f"  {on.en}  {', '.join(f'{a.en}-{b.en}' for a, b in spans)} = {whole.en}{opened}{later.en}",
    )


def _to_the_minute(day: StoryDay) -> StoryDay:
    """The day as its clock times are shown, so that what is told of it can be worked out from them."""
    counted = tuple((a.replace(second=0, microsecond=0), b.replace(second=0, microsecond=0)) for a, b in day.counted)
    return replace(day, counted=counted)


def _stood(stood: Stood, zone: ZoneInfo, working: bool) -> Said:
    why = Said(stood.reason or "gangguan", stood.reason or "outage")
    if stood.reason in list(PauseReason):
        reason = PauseReason(stood.reason).words
        why = Said(reason.id, reason.en)
    if stood.outage:
        why = Said(f"gangguan kantor, {why.id}", f"an outage of the office, {why.en}")
    since = words.moment(stood.start, zone)
    lost = words.length(timedelta(seconds=stood.lost_s), working=working)
    if stood.end is None:
        return Said(
            f"Waktu berhenti sejak {since.id} dan masih berhenti ({why.id}); selama itu {lost.id} tidak dihitung.",
            f"Time stands still since {since.en} ({why.en}); {lost.en} did not count so far.",
        )
    until = words.moment(stood.end, zone)
    return Said(f"Waktu berhenti dari {since.id} sampai {until.id} ({why.id}); {lost.id} tidak dihitung.",
                f"Time stood still from {since.en} until {until.en} ({why.en}); {lost.en} did not count.")  # fmt: skip


def _spent(seconds: float, working: bool) -> Said:
    if seconds <= 0:
        return Said("0 menit", "0 minutes")
    told = words.length(timedelta(seconds=seconds), working=working)
    return Said(f"{told.id} waktu buka", f"{told.en} of opening time") if working else told


def _outcome(
    clock: SlaClock, told: Account, *, zone: ZoneInfo, now: datetime, due: datetime | None, stopped: datetime | None
) -> Said:
    # Time used is told in whole minutes; what that leaves out is told as left, so that both make up the budget.
    remaining = told.left_s + told.used_s % 60 if told.left_s > 0 else told.left_s
    used, left, over = (_spent(seconds, clock.budget.working) for seconds in (told.used_s, remaining, -told.left_s))
    promised = words.moment(due, zone) if due else None
    spent = Said(f"Terpakai {used.id}, tersisa {left.id}.", f"Used {used.en}, left {left.en}.")
    if stopped is not None:
        ended = words.moment(stopped, zone)
        by = Said(f" Jatuh temponya {promised.id}.", f" It was due {promised.en}.") if promised else Said("", "")
        if told.left_s >= 0:
            return Said(f"Berakhir {ended.id}: tepat waktu, tersisa {left.id}.{by.id}",
                        f"Ended {ended.en}: on time, with {left.en} left.{by.en}")  # fmt: skip
        return Said(f"Berakhir {ended.id}: terlambat {over.id}.{by.id}",
                    f"Ended {ended.en}: late by {over.en}.{by.en}")  # fmt: skip
    if promised is None:
        if told.if_it_ran is None:
            return spent
        then = words.moment(told.if_it_ran, zone)
        return spent + Said(f"Bila waktu berjalan lagi sekarang, jatuh temponya {then.id}.",
                            f"If time ran again from now on, it would be due {then.en}.")  # fmt: skip
    if due is not None and due <= now:
        return Said(f"Jatuh tempo {promised.id} sudah lewat: terlambat {over.id}.",
                    f"It was due {promised.en}: late by {over.en}.")  # fmt: skip
    return Said(f"Jatuh tempo: {promised.id}.", f"Due: {promised.en}.") + spent


def what_happened(reason: PauseReason, since: datetime, until: datetime | None, why: str, *, zone: ZoneInfo) -> Said:
    """An outage as it held a dossier, in the words of who recorded it, which are for who works here."""
    began = words.moment(since, zone)
    ended = words.moment(until, zone) if until else None
    span = (Said(f"dari {began.id} sampai {ended.id}", f"from {began.en} until {ended.en}") if ended
            else Said(f"sejak {began.id}", f"since {began.en}"))  # fmt: skip
    return Said(f"Gangguan kantor ({reason.words.id}) {span.id}, menurut pencatat: {why}",
                f"The outage of the office ({reason.words.en}) {span.en}, as recorded: {why}")  # fmt: skip


def taken_back(reason: PauseReason, since: datetime, until: datetime | None, at: datetime, *, zone: ZoneInfo) -> Said:
    """That an outage was recorded by mistake and counts no more: the one case in which a due time came earlier."""
    began, then = words.moment(since, zone), words.moment(at, zone)
    ended = words.moment(until, zone) if until else None
    span = Said(f" sampai {ended.id}", f" until {ended.en}") if ended else Said("", "")
    why = reason.words
    return Said(
        f"Gangguan kantor ({why.id}) dari {began.id}{span.id} ternyata salah dicatat dan ditarik kembali {then.id}: "
        "waktu dihitung seolah-olah gangguan itu tidak pernah ada, sehingga jatuh temponya lebih awal.",
        f"An outage of the office ({why.en}) from {began.en}{span.en} was recorded by mistake and taken back "
        f"{then.en}: time counts as if it had never been, so that it is due earlier.",
    )


NOT_CLOSED_WHILE_IT_STANDS = Said("Selama waktu berhenti, permohonan tidak ditutup menurut aturan.",
                                  "While time stands still, the application is not closed by rule.")  # fmt: skip


def closing(
    at: datetime, due: datetime, named: datetime | None, rung: str | None, *, zone: ZoneInfo, now: datetime
) -> Said:
    """When a dossier whose applicant does not answer closes by rule at the earliest, and why that is later than the due
    time: at its `rung` of the ladder, or else at the last date that a reminder `named`, or (None) will name."""
    if at <= now:
        return Said("Bila belum dilengkapi, permohonan dapat ditutup menurut aturan setiap saat.",
                    "Unless it is completed, the application can be closed by rule at any moment.")  # fmt: skip
    then = words.moment(at, zone)
    told = Said(f"Bila tidak dilengkapi, permohonan ditutup menurut aturan paling cepat {then.id}.",
                f"Unless it is completed, the application closes by rule {then.en} at the earliest.")  # fmt: skip
    if at <= due:
        return told
    if rung is not None:
        why = Said(f"menurut aturan kantor penutupan ada pada {rung}", f"the office's rules close at {rung}")
    elif named is not None:
        why = Said("tanggal itulah yang disebut dalam pengingat", "that is the last date that a reminder named")
    else:
        why = Said(f"belum ada pengingat, dan pengingat pertama memberi waktu paling sedikit {GRACE.days} hari",
                   f"no reminder has been sent yet, and the first one leaves at least {GRACE.days} days")  # fmt: skip
    return told + Said(f"Itu lebih lambat dari jatuh tempo: {why.id}.", f"That is later than it is due: {why.en}.")
