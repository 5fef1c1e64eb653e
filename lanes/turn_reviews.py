"""Tasks taken out of their turn, said to be right or wrong by who answers for the lane.

The work does not wait for it: the reason counted when the task was taken. What is said afterwards is journalled and
published with the figures of fairness, so that a reason which nobody would stand up for does not go unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.errors import Conflict, Refused
from domain.fairness import Verdict
from domain.permissions import not_allowed, why_not_look_into, why_not_review_turn
from domain.roles import Lane
from domain.sentence import Sentence
from lanes.people import People
from lanes.ports import Clock
from lanes.records.overtakings import OvertakingRecord
from lanes.store import Store
from lanes.turns import held_to

_LONGEST = 300  # characters of a remark


@dataclass(frozen=True, kw_only=True, slots=True)
class ToReview:
    """A task taken out of its turn of which nothing is said yet: of the dossier `number`, past `passed` others (at
    most 500 are known). `why_not`: why who asks may not say it; None when they may."""

    overtaking: OvertakingRecord
    number: str
    passed: int
    why_not: Sentence | None


class TurnReviews:
    """See the module."""

    def __init__(self, store: Store, clock: Clock, people: People) -> None:
        self._store, self._clock, self._people = store, clock, people

    def waiting(self, lane: Lane, *, by: str, limit: int = 200) -> Sequence[ToReview]:
        """What nobody has said anything of yet in a lane, the oldest first. Raises Refused for who may not see who did
        what there."""
        with self._store.read() as work:
            actor = self._people.actor(work, by, self._clock.now())
            if reason := why_not_look_into(actor, lane):
                raise not_allowed(reason)
            found = work.overtakings.unreviewed(lane, limit)
            numbers = work.dossiers.numbers({each.dossier_id for each in found})
        return [
            ToReview(overtaking=each, number=numbers[each.dossier_id], passed=len(each.passed),
                     why_not=why_not_review_turn(actor, lane, each.officer))
            for each in found
        ]  # fmt: skip

    def count(self, lane: Lane) -> int:
        """How many those are."""
        with self._store.read() as work:
            return work.overtakings.count_unreviewed(lane)

    def review(self, overtaking_id: int, verdict: Verdict, *, remark: str = "", by: str) -> OvertakingRecord:
        """Approve of an overtaking or object to it; an objection needs a remark. Once and for all. Raises Refused for
        an unknown one, for who may not, and for an objection without a remark; Conflict when it was said already."""
        now, remark = self._clock.now(), remark.strip()
        if verdict is Verdict.OBJECTED and not remark:
            raise Refused("remark_missing", "An objection needs its reason, which goes on record.",
                          allowed="--reason TEXT")  # fmt: skip
        if len(remark) > _LONGEST:
            raise Refused("remark_too_long", f"A remark of {len(remark)} characters is too long.",
                          allowed=f"at most {_LONGEST} characters")  # fmt: skip
        with self._store.begin() as work:
            found = work.overtakings.get(overtaking_id)
            if found is None:
                raise Refused("unknown_overtaking", f"There is no overtaking {overtaking_id}.",
                              allowed="a number of the list of those to approve")  # fmt: skip
            if reason := why_not_review_turn(self._people.actor(work, by, now), found.lane, found.officer):
                raise not_allowed(reason)
            dossier = work.dossiers.by_id(found.dossier_id, lock=True)
            reviewed = replace(found, verdict=verdict, remark=remark, reviewed_at=now, reviewed_by=by)
            if not work.overtakings.review(reviewed):
                raise Conflict("reviewed_already", "Somebody has said already whether this was rightly taken.",
                               allowed="another one of the list")  # fmt: skip
            event = ("turn_reviewed", {"step": found.step, "taken_at": found.at.isoformat(), "verdict": verdict,
                                       **held_to(dossier.number, remark=remark)})  # fmt: skip
            work.dossiers.save(dossier, [event], at=now, actor=by)
        return reviewed
