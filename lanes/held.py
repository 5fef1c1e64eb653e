"""Time that the office itself lets stand still, for longer than was meant: a pause that a person set, or an outage.

While a clock stands still no ladder of it climbs, so one that is forgotten would hold its dossiers for ever. It is
therefore told by itself: to the lane's manager once a whole working date has passed, to the head too after three, and
on each working day again until it ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.calendar import CalendarEnds
from domain.escalation import Staff, reached
from domain.ladder import RungAction
from domain.office import OfficeConfig
from domain.roles import Lane
from lanes.notices import shortened
from lanes.ports import Clock
from lanes.records.pauses import Outage, PauseRecord
from lanes.store import Message, Store, Work

MANAGER_AFTER, HEAD_AFTER = 1, 3
"""Whole working dates of the lane, after the date on which time was stopped."""
_MESSAGE = "staff_held"


@dataclass(frozen=True, kw_only=True, slots=True)
class StandsStill:
    """What holds time in a lane and since when: a pause of the dossier `number`, or (None) an outage. `for_head`: it
    has lasted so long that the head is told."""

    lane: Lane
    number: str | None
    reason: str
    since: datetime
    by: str
    for_head: bool

    @property
    def words(self) -> str:
        """What it is, in a word that every language of the office has: a dossier's number, or the command to end it."""
        return self.number or "outage"


class Held:
    """Finds it, and tells of it."""

    def __init__(self, store: Store, config: OfficeConfig, clock: Clock) -> None:
        self._store, self._config, self._clock = store, config, clock

    def long(self, lane: Lane | None = None) -> list[StandsStill]:
        """What has held time in a lane, or (None) in any, for long enough that the manager is told; the longest
        first in each lane."""
        now = self._clock.now()
        with self._store.read() as work:
            return [each for its in Lane if lane in (None, its) for each in self.standing(work, its, now)]

    def standing(self, work: Work, lane: Lane, now: datetime) -> list[StandsStill]:
        """The same within a transaction, of one lane."""
        lasting: list[tuple[str | None, Outage | PauseRecord]] = [
            (None, each) for each in work.pauses.outages(unfinished=True)
            if lane in each.lanes and each.ended_at is None and each.withdrawn_at is None
        ]  # fmt: skip
        lasting += work.pauses.lasting_alone(lane)
        found = [
            StandsStill(lane=lane, number=number, reason=each.reason, since=each.started_at, by=each.by,
                        for_head=self._passed(lane, each.started_at, HEAD_AFTER, now))
            for number, each in lasting if self._passed(lane, each.started_at, MANAGER_AFTER, now)
        ]  # fmt: skip
        return sorted(found, key=lambda each: each.since)

    def messages(self, found: list[StandsStill], staff: Staff, now: datetime) -> list[Message]:
        """One message a day for each person who is to hear of what stands still in a lane."""
        if not found:
            return []
        lists = {
            reached(RungAction.NOTIFY_HEAD, staff, holder=None, lead=None).person: [x for x in found if x.for_head],
            reached(RungAction.NOTIFY_MANAGER, staff, holder=None, lead=None).person: found,
        }
        return [self._message(person, its, now) for person, its in lists.items() if its]

    def _message(self, person: str, found: list[StandsStill], now: datetime) -> Message:
        lane, office = found[0].lane, self._config.office
        title = self._config.lanes[lane].title
        lines = [f"{each.words}: {each.reason}, {office.told(each.since)}" for each in found]
        values = {"count": len(found), "numbers": shortened(lines), "lane": title.id, "lane_en": title.en}
        return Message(key=f"held:{lane}:{person}:{office.day(now)}", lane=lane, to_person=person, message=_MESSAGE,
                       values=values, next_at=now, queued_at=now)  # fmt: skip

    def _passed(self, lane: Lane, since: datetime, dates: int, now: datetime) -> bool:
        try:
            return self._config.calendars[lane].end_of_dates(since, dates) <= now
        except CalendarEnds:  # rather told too early than never
            return (now - since).days >= dates
