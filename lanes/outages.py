"""Outages: times in which the office could not work, held against every dossier they touched.

An outage is one record, and a mark (a pause) on each dossier. The record is kept first; the marks follow in small
transactions, so that nobody at a desk waits long, and each dossier is looked at again under its lock. Whatever is
killed in between is made up for by calling the same again, or by `apply_open`, which a sweep calls: it also holds
the dossiers that came in since. What closed before anybody recorded the outage is marked once its end is known, so
that no figure counts as late what nobody could work on; nothing else about it changes. One that was recorded by mistake
is withdrawn: its marks are taken out again in the same way, and the journals keep that it was there and that it went.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.dossier import Dossier, TaskStatus
from domain.errors import Conflict, Refused
from domain.form import Text
from domain.office import OfficeConfig
from domain.pausing import (
    Hold,
    PauseReason,
    checked_times,
    held_by_outage,
    is_recorded_late,
    office_reason,
    types_stopped,
)
from domain.permissions import not_allowed, why_not_record_outage
from domain.roles import Lane, Role
from domain.staff import reason_given
from lanes.finding import broken
from lanes.moves import Moves, taken_on_again
from lanes.people import People
from lanes.ports import Clock, Progress
from lanes.records.pauses import Outage, PauseRecord
from lanes.store import Event, Message, Store, Work
from lanes.timing import Timing
from lanes.urgency import settled_urgency

_BATCH = 50  # dossiers a transaction: some tens of milliseconds
_BOTH = Text(id="kedua jalur", en="both lanes")


@dataclass(frozen=True, kw_only=True, slots=True)
class Carried:
    """An outage, how many dossiers were marked just now, and those that could not be."""

    outage: Outage
    touched: int
    failed: tuple[str, ...]


class Outages:
    """See the module."""

    def __init__(
        self, store: Store, config: OfficeConfig, clock: Clock, people: People, moves: Moves, timing: Timing
    ) -> None:
        self._store, self._config, self._clock, self._people = store, config, clock, people
        self._moves, self._timing = moves, timing

    def start(
        self, reason: str, *, lane: Lane | None = None, at: datetime | None = None, why: str = "", by: str,
        progress: Progress | None = None,
    ) -> Carried:  # fmt: skip
        """Hold every open dossier that an outage touches, from `at` (which may lie in the past; None: now) on, in one
        lane or (None) in both. `why` is what happened, in words for who works here; they go on record. The head is told
        of one that is recorded late. Called again it completes what was cut off, under the words it has. Raises
        Refused for people who may not, a time in the future or more than 30 days back, and an outage that overlaps
        another one for the same reason."""
        what, now = office_reason(reason), self._clock.now()
        words = reason_given(why) if why.strip() else None
        new = Outage(reason=what, lane=lane, started_at=at or now, recorded_at=now, by=by, why=words)
        checked_times(new.started_at, None, now, self._config.office.told)
        with self._store.begin() as work:
            self._must_record(work, by, new.lanes)
            work.pauses.lock_outages()
            others = [each for each in _standing(work, what) if _overlap(each, new)]
            cut_off = next((each for each in others if _is_called_again(each, new, at)), None)
            if others and cut_off is None:
                raise _overlapping(others[-1], self._config.office.told)
            outage = cut_off or work.pauses.add_outage(new)
            if cut_off is None and is_recorded_late(outage.started_at, now):
                work.outbox.put(self._tell_heads(outage))
        carried = self._carry_out(outage, progress)
        if cut_off is not None and not carried.touched and not carried.failed:
            raise _overlapping(cut_off, self._config.office.told)
        return carried

    def end(
        self, reason: str, *, lane: Lane | None = None, at: datetime | None = None, by: str,
        progress: Progress | None = None,
    ) -> Carried:  # fmt: skip
        """Let every dossier go that an outage holds, from `at` (None: now) on, and enter it in those that closed before
        it was recorded. Called again it completes what was cut off. Raises Refused for people who may not, a time in
        the future or before its start, and when none lasts."""
        why, now = office_reason(reason), self._clock.now()
        with self._store.begin() as work:
            work.pauses.lock_outages()
            known = [each for each in _standing(work, why) if lane in (None, each.lane)]
            outage = _the_one(why, known, lane)
            self._must_record(work, by, outage.lanes)
            if outage.ended_at is None:
                outage = replace(outage, ended_at=at or now, ended_by=by)
                checked_times(outage.started_at, outage.ended_at, now, self._config.office.told)
                work.pauses.save_outage(outage)
            elif at not in (None, outage.ended_at):
                raise _no_outage(why, lane)
        return self._carry_out(outage, progress)

    def withdraw(
        self, reason: str, *, lane: Lane | None = None, at: datetime | None = None, why: str, by: str,
        progress: Progress | None = None,
    ) -> Carried:  # fmt: skip
        """Take back an outage that was recorded by mistake: its pauses are gone from every dossier, due times are as if
        it had never been, and applicants who were told a later date hear of the earlier one. `at` is when it began,
        needed where several are recorded. Called again it completes what was cut off. Raises Refused for people who may
        not, without a reason, and when there is none, or more than one."""
        what, now = office_reason(reason), self._clock.now()
        if not why.strip():
            raise Refused("reason_missing", "Taking an outage back needs a reason, which goes on record.",
                          allowed="--reason TEXT")  # fmt: skip
        with self._store.begin() as work:
            work.pauses.lock_outages()
            known = work.pauses.outages(reason=what)
            outage = _the_mistaken(what, known, lane, at, self._config.office.told)
            self._must_record(work, by, outage.lanes)
            if outage.withdrawn_at is None:
                outage = replace(outage, withdrawn_at=now, withdrawn_by=by, withdrawn_why=why.strip(),
                                 carried_out_at=None)  # fmt: skip
                work.pauses.save_outage(outage)
        return self._carry_out(outage, progress)

    def apply_open(self) -> list[Carried]:
        """Mark whatever lasting outages have not marked yet, and complete what was cut off: for a sweep."""
        with self._store.read() as work:
            unfinished = work.pauses.outages(unfinished=True)
        return [self._carry_out(outage, None) for outage in unfinished]

    def listing(self, limit: int = 100) -> list[Outage]:
        """The newest outages, the newest first."""
        with self._store.read() as work:
            return work.pauses.outages(limit=limit)[::-1]

    def _must_record(self, work: Work, by: str, lanes: Sequence[Lane]) -> None:
        reason = why_not_record_outage(self._people.actor(work, by, self._clock.now()), lanes)
        if reason:
            raise not_allowed(reason)

    def _tell_heads(self, outage: Outage) -> list[Message]:
        where = _BOTH if outage.lane is None else self._config.lanes[outage.lane].title
        why, told = PauseReason(outage.reason).words, self._config.office.told
        values = {"reason": why.id, "reason_en": why.en, "lane": where.id, "lane_en": where.en, "person": outage.by,
                  "since": told(outage.started_at), "why": outage.why or "-"}  # fmt: skip
        heads = self._config.office.people_with(Role.AGENCY_HEAD)
        return [
            Message(key=f"outage_late:{outage.id}:{head}", lane=outage.lanes[0], to_person=head,
                    message="staff_outage_late", values=values, next_at=outage.recorded_at,
                    queued_at=outage.recorded_at)
            for head in heads
        ]  # fmt: skip

    def _carry_out(self, outage: Outage, progress: Progress | None) -> Carried:
        workflows, why = self._config.workflows, PauseReason(outage.reason)
        with self._store.read() as work:
            if outage.withdrawn_at is not None:
                todo = work.pauses.marked(outage.id)
            else:
                types = {lane: types_stopped(why, workflows, lane) for lane in outage.lanes}
                ending = work.pauses.lasting(outage.id) if outage.ended_at else []
                todo = sorted({*work.pauses.missing(outage, types), *ending})
        touched, failed = 0, []  # type: int, list[str]
        for first in range(0, len(todo), _BATCH):
            batch = todo[first : first + _BATCH]
            marked, left = self._batch(outage.id, batch)
            touched, failed = touched + marked, failed + left
            if progress:
                progress(first + len(batch), len(todo))
        if (outage.ended_at or outage.withdrawn_at) and not failed:
            outage = replace(outage, carried_out_at=self._clock.now())
            with self._store.begin() as work:
                work.pauses.save_outage(outage)
        return Carried(outage=outage, touched=touched, failed=tuple(failed))

    def _batch(self, outage_id: int, dossiers: Sequence[int]) -> tuple[int, list[str]]:
        """Mark some dossiers in one transaction; when one of them cannot be, each in its own. Gives how many were, and
        the others by name. Raises Refused when it is the store that fails, and no dossier."""
        try:
            return self._mark(outage_id, dossiers), []
        except Exception as fault:
            if isinstance(fault, Refused) and fault.code.startswith("store_") and not isinstance(fault, Conflict):
                raise
            if len(dossiers) == 1:
                with self._store.read() as work:
                    return 0, [broken(work, fault, dossier_id=dossiers[0])]
        alone = [self._batch(outage_id, [each]) for each in dossiers]
        return sum(marked for marked, _ in alone), [name for _, names in alone for name in names]

    def _mark(self, outage_id: int, dossiers: Sequence[int]) -> int:
        now = self._clock.now()
        with self._store.begin() as work:
            outage = work.pauses.outage(outage_id)  # it may have ended since
            locked = [work.dossiers.by_id(each, lock=True) for each in dossiers]
            marks = work.pauses.marks(outage_id, dossiers)
            if outage.withdrawn_at is not None:
                return self._take_back(work, outage, [(each, marks[each.id]) for each in locked if each.id in marks])
            return sum(self._mark_one(work, outage, each, marks.get(each.id), now) for each in locked)

    def _mark_one(self, work: Work, outage: Outage, dossier: Dossier, mark: PauseRecord | None, now: datetime) -> bool:
        why, until = PauseReason(outage.reason), outage.ended_at
        if until and dossier.closed_at:
            until = min(until, dossier.closed_at)
        since = mark.started_at if mark else max(outage.started_at, dossier.submitted_at)
        words = {"why": outage.why} if outage.why else {}
        began: Event = ("outage_started", {"reason": why, "since": since, **words})
        ended: Event = ("outage_ended", {"reason": why, "until": until})
        if (not dossier.is_open and until is None) or (mark and (mark.ended_at or until is None)):
            return False
        if mark and until:
            dossier = self._timing.release(work, dossier, Hold(why, outage=True), until)
            dossier = self._timing.stood_stopped(work, dossier, why, since, until)
            self._moves.tell_it_goes_on(work, dossier, now)
            events = [ended]
            if not held_by_outage(dossier.held):  # by another one; what it failed for is over
                stuck = [task for task in work.tasks.of(dossier.id) if task.status is TaskStatus.STUCK]
                events += [taken_on_again(work, task)[1] for task in stuck]
        elif until is None:
            dossier = self._timing.hold(work, dossier, why, since, by=outage.by, now=now, outage=outage.id)
            events = [began]
        else:
            dossier = self._timing.stood(work, dossier, why, since, until, by=outage.by, now=now, outage=outage.id)
            events = [began, ended]
        self._moves.tell_it_is_not_late(work, dossier, now)
        dossier, lowered = settled_urgency(work, self._timing, dossier, now, early=False)
        events += lowered
        work.dossiers.save(dossier, events, at=now, actor=outage.ended_by or outage.by)
        return True

    def _take_back(self, work: Work, outage: Outage, marked: Sequence[tuple[Dossier, PauseRecord]]) -> int:
        now = self._clock.now()
        told = work.outbox.told([dossier.id for dossier, _ in marked], outage.recorded_at, self._naming_dates())
        for dossier, mark in marked:
            freed = self._timing.take_back(work, dossier, mark)
            event = ("outage_withdrawn", {"reason": mark.reason, "since": mark.started_at, "until": mark.ended_at})
            sooner = freed.is_open and freed.due_at and dossier.due_at and freed.due_at < dossier.due_at
            if sooner and dossier.id in told:
                message = self._moves.message(freed, "due_earlier", now)
                work.outbox.put([replace(message, next_at=self._config.office.by_day(now))])
            if dossier.held:
                self._moves.tell_it_goes_on(work, freed, now)
            work.dossiers.save(freed, [event], at=now, actor=str(outage.withdrawn_by))
        return len(marked)

    def _naming_dates(self) -> list[str]:
        """The messages that tell applicants when their dossier is due, or when it may be finished."""
        return sorted(name for name, text in self._config.messages.items()
                      if "$due" in text.body.id or "$estimate" in text.body.id)  # fmt: skip


def _standing(work: Work, why: PauseReason) -> list[Outage]:
    """The outages for a reason that were not taken back."""
    return [each for each in work.pauses.outages(reason=why) if each.withdrawn_at is None]


def _the_mistaken(
    why: PauseReason, known: Sequence[Outage], lane: Lane | None, at: datetime | None, told: Callable[[datetime], str]
) -> Outage:
    """The outage to take back: the only one that is meant, or the one whose taking back was cut off."""
    meant = [each for each in known
             if lane in (None, each.lane) and (at is None or told(each.started_at) == told(at))]  # fmt: skip
    standing = [each for each in meant if each.withdrawn_at is None]
    if len(standing) > 1:
        raise Refused("which_outage", f"{len(standing)} outages for {why} are recorded.",
                      allowed="--at with when one of them began; `jalur outage list` tells")  # fmt: skip
    cut_off = [each for each in meant if each.withdrawn_at and each.carried_out_at is None]
    if not standing and not cut_off:
        raise Refused("no_outage", f"No such outage for {why} is recorded.",
                      allowed="`jalur outage list` names them")  # fmt: skip
    return (standing or cut_off)[-1]


def _overlap(one: Outage, other: Outage) -> bool:
    """Whether two outages hold some lane at the same time."""
    return (
        bool({*one.lanes} & {*other.lanes})
        and (one.ended_at is None or one.ended_at > other.started_at)
        and (other.ended_at is None or other.ended_at > one.started_at)
    )


def _is_called_again(known: Outage, new: Outage, at: datetime | None) -> bool:
    return known.lane == new.lane and known.ended_at is None and at in (None, known.started_at)


def _overlapping(other: Outage, told: Callable[[datetime], str]) -> Refused:
    where = "both lanes" if other.lane is None else f"the {other.lane} lane"
    times = f"since {told(other.started_at)}"
    if other.ended_at is not None:
        return Refused("outage_overlaps", f"An outage for {other.reason} in {where} is recorded {times} until "
                       f"{told(other.ended_at)} (office time).", allowed="a start after its end")  # fmt: skip
    return Refused("outage_lasts", f"An outage for {other.reason} in {where} is recorded {times} (office time), and "
                   "every dossier it touches is held.",
                   allowed=f"`jalur outage end {other.reason}`, or another reason")  # fmt: skip


def _the_one(why: PauseReason, known: Sequence[Outage], lane: Lane | None) -> Outage:
    """The outage to end: the one that lasts, or else the one whose end was cut off."""
    lasting = [each for each in known if each.ended_at is None]
    if len(lasting) > 1:
        raise Refused(
            "which_lane", f"An outage for {why} lasts in each lane.", allowed="--lane online or --lane manual"
        )
    cut_off = [each for each in known if each.carried_out_at is None]
    if not cut_off:
        raise _no_outage(why, lane)
    return (lasting or cut_off)[0]


def _no_outage(why: PauseReason, lane: Lane | None) -> Refused:
    where = "" if lane is None else f" in the {lane} lane alone"
    return Refused("no_outage", f"No outage for {why} lasts{where}.", allowed="`jalur outage list` names them")
