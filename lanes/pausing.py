"""One dossier's time held by the office for a reason, and let go again.

The applicant's own pause comes and goes with a return (`lanes.moves`), an outage's with the outage (`lanes.outages`).
"""

from __future__ import annotations

from domain.dossier import Dossier
from domain.errors import Refused
from domain.pausing import OFFICE_REASONS, Hold, PauseReason, can_stop, office_reason
from domain.permissions import not_allowed, why_not_pause
from domain.sentence import Sentence, say
from domain.workflow import Workflow
from lanes.finding import Seen, dossier_called, still
from lanes.moves import Moves
from lanes.people import People
from lanes.ports import Clock
from lanes.store import Store, Work
from lanes.timing import Timing


class Pausing:
    """See the module."""

    def __init__(self, store: Store, clock: Clock, people: People, moves: Moves, timing: Timing) -> None:
        self._store, self._clock, self._people, self._moves, self._timing = store, clock, people, moves, timing

    def pause(self, number: str, reason: str, *, by: str, seen: Seen | None = None) -> Dossier:
        """Hold a dossier's clocks from now on for a reason; its applicant is told. Raises Refused for people who may
        not, for a closed dossier, for what its document does not need, when that reason holds it already, and when it
        is not as it was `seen`."""
        why, now = office_reason(reason), self._clock.now()
        with self._store.begin() as work:
            dossier = self._open(work, number, by)
            still(dossier, seen)
            self._must_fit(why, self._moves.workflow(work, dossier).workflow, dossier)
            held = [Hold.read(each) for each in sorted(dossier.held)]
            if why in {hold.reason for hold in held}:
                raise _paused_already(number, why, held)
            due = dossier.due_at  # the pause keeps it, for it may have been set to save it
            dossier = self._timing.hold(work, dossier, why, now, by=by, now=now)
            told = self._moves.message(dossier, "paused", now, reason=why.words.id, reason_en=why.words.en)
            work.outbox.put([told])
            return work.dossiers.save(dossier, [("paused", {"reason": why, "due": due})], at=now, actor=by)

    def resume(self, number: str, reason: str | None = None, *, by: str, seen: Seen | None = None) -> Dossier:
        """Let a dossier's clocks run again, as far as nothing else holds them; once nothing does, its applicant is told
        when it is due now. `reason` may be left out when only one pause was set by hand. Raises Refused naming what
        holds it when this does not."""
        now = self._clock.now()
        with self._store.begin() as work:
            dossier = self._open(work, number, by)
            still(dossier, seen)
            why = _set_by_hand(dossier, reason)
            dossier = self._timing.release(work, dossier, Hold(why), now)
            self._moves.tell_it_goes_on(work, dossier, now)
            return work.dossiers.save(dossier, [("resumed", {"reason": why})], at=now, actor=by)

    def _must_fit(self, why: PauseReason, workflow: Workflow, dossier: Dossier) -> None:
        if not can_stop(why, workflow, dossier.lane):
            raise Refused(
                "reason_misfits",
                say("reason_misfits", f"{dossier.number} ({dossier.code}) needs nothing that {why} stops.",
                    number=dossier.number),
                allowed=", ".join(each for each in OFFICE_REASONS if can_stop(each, workflow, dossier.lane)),
            )  # fmt: skip

    def is_for(self, dossier: Dossier, *, by: str) -> bool:
        """Whether somebody may pause and resume a dossier as it is."""
        with self._store.read() as work:
            return dossier.is_open and self._why_not(work, dossier, by) is None

    def _why_not(self, work: Work, dossier: Dossier, by: str) -> Sentence | None:
        teams = {task.team for task in work.tasks.of(dossier.id) if task.team}
        return why_not_pause(self._people.actor(work, by, self._clock.now()), dossier.lane, teams)

    def _open(self, work: Work, number: str, by: str) -> Dossier:
        """The dossier, open, for somebody who may hold it."""
        dossier = dossier_called(work, number, lock=True)
        reason = self._why_not(work, dossier, by)
        if reason:
            raise not_allowed(reason)
        if not dossier.is_open:
            raise Refused("dossier_closed", f"{number} is {dossier.status}: its time no longer runs.",
                          allowed="an open dossier")  # fmt: skip
        return dossier


def _paused_already(number: str, why: PauseReason, held: list[Hold]) -> Refused:
    """The refusal to pause for a reason that holds the dossier already: what ends that, and the reasons left."""
    outage = Hold(why, outage=True) in held
    ways = [f"`jalur outage end {why}` ends the outage" if outage else f"`jalur resume {number} --reason {why}`"]
    others = [each for each in OFFICE_REASONS if each not in {hold.reason for hold in held}]
    if others:
        ways.append(f"another reason: {', '.join(others)}")
    return Refused("paused_already", f"{number} is paused {'by an outage' if outage else 'already'} for {why}.",
                   allowed=", or ".join(ways))  # fmt: skip


def _set_by_hand(dossier: Dossier, reason: str | None) -> PauseReason:
    """Which pause of a dossier to end."""
    holds = [Hold.read(each) for each in sorted(dossier.held)]
    mine = [hold.reason for hold in holds if hold.by_hand]
    if reason is not None and reason not in mine:
        office_reason(reason)
        raise Refused("not_paused", f"{dossier.number} is not paused by hand for {reason}.", allowed=_ends(holds))
    if reason is None and len(mine) != 1:
        held = "paused for several reasons" if mine else "not paused by hand"
        raise Refused(
            "not_paused" if not mine else "which_reason", f"{dossier.number} is {held}.", allowed=_ends(holds)
        )
    return PauseReason(reason or mine[0])


def _ends(holds: list[Hold]) -> str:
    """How each hold of a dossier ends."""
    ways = [
        f"`jalur outage end {hold.reason}`" if hold.outage
        else "the applicant's answer (`jalur resubmit`)" if hold.reason not in OFFICE_REASONS
        else f"--reason {hold.reason}"
        for hold in holds
    ]  # fmt: skip
    return " or ".join(ways) or "nothing, its time runs"
