"""The morning's list: what each lead's teams and each manager's lane have before them today, once a day to each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.dossier import TaskStatus
from domain.errors import Refused
from domain.escalation import Staff, reached
from domain.form import Text
from domain.ladder import RungAction
from domain.office import OfficeConfig
from domain.roles import Lane
from lanes.escalating import Escalating
from lanes.held import Held
from lanes.notices import MOST_NUMBERS, shortened, warn
from lanes.ports import Clock
from lanes.store import Message, Standing, Store, Work

SWEEP, MESSAGE = "digest", "staff_digest"
_ENDS = Text(id="pengecualian dari kesetaraan jalur yang segera atau sudah berakhir",
             en="parity exemptions that end soon or have ended")  # fmt: skip
_PEOPLE = (TaskStatus.OPEN, TaskStatus.CLAIMED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Morning:
    """What is before a person in a lane: `teams` they lead, or None for the whole lane. Steps are counted; `numbers`
    are the dossiers of those that are overdue or due today, in lane order. `out_of_turn`: the tasks taken before their
    turn that the manager has neither approved nor objected to; `held`: the pauses and outages that last for long
    (`lanes.held`); `exemptions`: the document types whose exemption from parity ends soon or has ended, each with its
    last day; all three nothing for a lead."""

    person: str
    lane: Lane
    teams: tuple[str, ...] | None
    open: int
    unassigned: int
    today: int
    overdue: int
    stuck: int
    out_of_turn: int
    held: int
    exemptions: tuple[str, ...]
    numbers: tuple[str, ...]


class Digest:
    """Makes and sends the lists."""

    def __init__(self, store: Store, config: OfficeConfig, clock: Clock, escalating: Escalating, held: Held) -> None:
        self._store, self._config, self._clock = store, config, clock
        self._escalating, self._held = escalating, held

    def send(self, lane: Lane) -> int:
        """Queue the lists of a lane, one message a day to each person however often this runs; none on a day on which
        the lane does not work, and none with nothing on it. Who is to hear of time that stands still gets a message of
        that too, and the head of exemptions from parity that end. Gives how many lists there are. Who is absent is
        stood in for."""
        now = self._clock.now()
        with self._store.begin() as work:
            lists, still, ending = list[Morning](), list[Message](), list[Message]()
            if self._works_on(lane, now):
                staff, standing = self._escalating.staff(work, lane, now), self._held.standing(work, lane, now)
                lists = [each for each in self._lists(work, lane, staff, len(standing), now)
                         if each.open or each.stuck or each.out_of_turn or each.held or each.exemptions]  # fmt: skip
                still = self._held.messages(standing, staff, now)
                ending = self._to_the_head(lane, staff, now)
            work.outbox.put([*(self._message(each, now) for each in lists), *still, *ending])
            work.clocks.swept(f"{SWEEP}/{lane}", now, len(lists))
        return len(lists)

    def lists(self, username: str) -> list[Morning]:
        """A person's lists as they would be now, one for each lane. Raises Refused for who leads nothing."""
        now, found = self._clock.now(), list[Morning]()
        with self._store.read() as work:
            for lane, rules in self._config.lanes.items():
                led = [team.id for team in rules.teams if team.lead == username]
                if rules.manager == username or led:
                    whole = rules.manager == username
                    held = len(self._held.standing(work, lane, now)) if whole else 0
                    found.append(self._list(work, lane, username, None if whole else led, held, now))
        if not found:
            raise Refused("no_digest", f"{username} leads no team and manages no lane.", allowed="leads and managers")
        return found

    def _lists(self, work: Work, lane: Lane, staff: Staff, held: int, now: datetime) -> list[Morning]:
        rules = self._config.lanes[lane]
        manager = reached(RungAction.NOTIFY_MANAGER, staff, holder=None, lead=None).person
        teams: dict[str, list[str]] = defaultdict(list)
        for team in rules.teams:
            teams[reached(RungAction.NOTIFY_LEAD, staff, holder=None, lead=team.lead).person].append(team.id)
        wanted = {**teams, manager: None}  # who manages hears of every team
        return [self._list(work, lane, person, led, held, now) for person, led in sorted(wanted.items())]

    def _list(
        self, work: Work, lane: Lane, person: str, led: Collection[str] | None, held: int, now: datetime
    ) -> Morning:  # fmt: skip
        night = self._config.office.midnight(now)
        standing = [each for each in work.tasks.standing(lane, now, night) if led is None or each.team in led]
        people = [each for each in standing if each.status in _PEOPLE]
        first = work.tasks.listing(lane=lane, statuses=_PEOPLE, teams=led, overdue_at=night, limit=MOST_NUMBERS * 5)
        return Morning(
            person=person, lane=lane, teams=None if led is None else tuple(led), open=_sum(people, "steps"),
            unassigned=_sum([each for each in people if each.status is TaskStatus.OPEN], "steps"),
            today=_sum(people, "today"), overdue=_sum(people, "overdue"),
            stuck=_sum([each for each in standing if each.status is TaskStatus.STUCK], "steps"),
            out_of_turn=work.overtakings.count_unreviewed(lane) if led is None else 0,
            held=held if led is None else 0, exemptions=self._exemptions(now) if led is None else (),
            numbers=tuple(dict.fromkeys(dossier.number for _, dossier in first)),
        )  # fmt: skip

    def _works_on(self, lane: Lane, now: datetime) -> bool:
        night = self._config.office.midnight(now)
        return self._config.calendars[lane].between(night - timedelta(days=1), night) > timedelta()

    def _exemptions(self, now: datetime) -> tuple[str, ...]:
        parity = self._config.lanes[Lane.ONLINE].parity
        ending = parity.ending(self._config.office.day(now)) if parity else {}
        return tuple(f"{code} ({until})" for code, until in ending.items())

    def _to_the_head(self, lane: Lane, staff: Staff, now: datetime) -> list[Message]:
        """Of exemptions that end the head hears with the list of the lane that has them; managers have it in theirs."""
        found = self._exemptions(now) if lane is Lane.ONLINE else ()
        head = reached(RungAction.NOTIFY_HEAD, staff, holder=None, lead=None).person
        return warn(self._config.office, [head], "exemptions", lane, _ENDS, ", ".join(found), now) if found else []

    def _message(self, each: Morning, now: datetime) -> Message:
        values: dict[str, Any] = {name: figure for name, figure in asdict(each).items() if isinstance(figure, int)}
        title = self._config.lanes[each.lane].title
        values |= {"lane": title.id, "lane_en": title.en, "numbers": shortened(each.numbers) or "-",
                   "exemptions": ", ".join(each.exemptions) or "-"}  # fmt: skip
        key = f"{SWEEP}:{each.lane}:{each.person}:{self._config.office.day(now)}"
        return Message(key=key, lane=each.lane, to_person=each.person, message=MESSAGE, values=values,
                       next_at=now, queued_at=now)  # fmt: skip


def _sum(standing: Sequence[Standing], what: str) -> int:
    return sum(getattr(each, what) for each in standing)
