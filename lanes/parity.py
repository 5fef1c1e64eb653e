"""Parity, watched: the online lane held against the walk-in lane, with an alarm on record until it keeps up again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from domain.capacity import shares, short
from domain.duration import elapsed
from domain.form import Text
from domain.lane import Parity
from domain.office import OfficeConfig
from domain.parity import ALL, Comparison, Issued, Verdict, compare
from domain.roles import Lane, Role
from lanes.notices import warn
from lanes.people import away
from lanes.ports import Clock
from lanes.records.alarms import Alarm
from lanes.records.figures import Finished
from lanes.store import Message, Store, Work

SWEEP = "lane-parity/office"
_ALARM = "parity"
_MOST_STANDING = 500  # overdue dossiers of each lane that are looked at: enough to call it slow
_FEW = Text(id="terlalu sedikit berkas untuk membandingkan kedua jalur", en="too few dossiers to compare the lanes")
_SHORT = Text(id="bagian petugas yang hadir di bawah batas jalur", en="a lane has less than its share of those present")


@dataclass(frozen=True, kw_only=True, slots=True)
class ParityReport:
    """The comparisons of a window, the alarms that are open, and each lane's share of the office's people, of those of
    them who are `present`, and of the time they had work in hand (0 to 1; None where nobody worked)."""

    since: datetime
    until: datetime
    comparisons: Sequence[Comparison]
    alarms: Sequence[Alarm]
    people: Mapping[Lane, float]
    present: Mapping[Lane, float]
    work: Mapping[Lane, float | None]


class ParityWatch:
    """Compares the lanes, and raises and ends alarms."""

    def __init__(self, store: Store, config: OfficeConfig, clock: Clock) -> None:
        self._store, self._config, self._clock = store, config, clock

    @property
    def rules(self) -> Parity:
        """What the online lane's file says."""
        rules = self._config.lanes[Lane.ONLINE].parity
        if rules is None:  # the checker lets no such file load
            raise ValueError("the online lane has no parity rules")
        return rules

    def report(self) -> ParityReport:
        """How the lanes compare now."""
        now = self._clock.now()
        since = now - elapsed(self.rules.window)
        with self._store.read() as work:
            found = [*work.figures.finished(since, now), *work.figures.standing(now, _MOST_STANDING)]
            issued = [self._issued(each) for each in found]
            worked = work.figures.worked(since, now)
            alarms = work.alarms.listing(_ALARM, open_only=True)
            places = list(work.people.memberships(now))
            people = shares(self._config.lanes, places)
            present = shares(self._config.lanes, places, away(work, now))
        whole = sum(each.total_seconds() for each in worked.values())
        return ParityReport(
            since=since, until=now, comparisons=compare(issued, self.rules, self._config.office.day(now)),
            alarms=alarms, people=people, present=present,
            work={lane: each.total_seconds() / whole if whole else None for lane, each in worked.items()},
        )  # fmt: skip

    def look(self) -> ParityReport:
        """Compare, raise an alarm for what became slower, end those of what keeps up again, and tell both managers and
        the head of each. Once a day they are told, too, when nothing could be compared for a whole window, and when a
        lane has less than its share of the people who are present. Harmless when two look at once."""
        found = self.report()
        now = found.until
        opened = {alarm.code: alarm for alarm in found.alarms}
        with self._store.begin() as work:  # what was compared is read before, so that nobody waits for it to write
            for each in found.comparisons:
                if each.verdict is Verdict.SLOWER and each.code not in opened:
                    alarm = Alarm(name=_ALARM, code=each.code, opened_at=now, figures=asdict(each))
                    made = work.alarms.raise_(alarm)
                    if made is not None:
                        work.outbox.put(self._messages("staff_parity", made, each, now))
                elif each.is_well and each.code in opened:
                    alarm = opened[each.code]
                    if work.alarms.close(alarm.id, now, asdict(each)):
                        work.outbox.put(self._messages("staff_parity_better", alarm.id, each, now))
            work.outbox.put(self._warnings(work, found))
            work.clocks.swept(SWEEP, now, len(opened))
            return replace(found, alarms=work.alarms.listing(_ALARM, open_only=True))

    def alarms(self, limit: int = 100) -> Sequence[Alarm]:
        """The newest alarms, ended ones too."""
        with self._store.read() as work:
            return work.alarms.listing(_ALARM, limit=limit)

    def _warnings(self, work: Work, found: ParityReport) -> list[Message]:
        told: list[tuple[str, Lane, Text, str]] = []
        first = min(version.applied_at for version in work.rules.listing(Lane.ONLINE))
        few = any(each.code == ALL and each.verdict is Verdict.TOO_FEW for each in found.comparisons)
        if few and first <= found.since:
            words = f"{self.rules.window}, at_least {self.rules.at_least}"
            told.append(("parity_few", Lane.ONLINE, _FEW, words))
        lanes = self._config.lanes
        for lane, share in short(lanes, found.present).items():
            rules = lanes[lane]
            least = rules.capacity.least_share if rules.capacity else ""
            told.append(("capacity", lane, _SHORT, f"{rules.title.en}: {share:.0%} < {least}"))
        return [
            message
            for kind, lane, title, words in told
            for message in warn(self._config.office, self._told(), f"{kind}:{lane}", lane, title, words, found.until)
        ]

    def _told(self) -> list[str]:
        managers = [self._config.lanes[lane].manager for lane in Lane]
        return list(dict.fromkeys((*managers, *self._config.office.people_with(Role.AGENCY_HEAD))))

    def _messages(self, name: str, alarm: int, found: Comparison, now: datetime) -> list[Message]:
        values = self._words(found)
        return [
            Message(key=f"{name}:{alarm}:{person}", lane=Lane.ONLINE, to_person=person, message=name, values=values,
                    next_at=now, queued_at=now)
            for person in self._told()
        ]  # fmt: skip

    def _words(self, found: Comparison) -> dict[str, Any]:
        whole = Text(id="semua jenis dokumen", en="all document types")
        title = whole if found.code == ALL else self._config.workflows[found.code].title
        assert found.online is not None
        assert found.manual is not None
        hours = {
            "median": (found.online.median_hours, found.manual.median_hours),
            "p90": (found.online.p90_hours, found.manual.p90_hours),
        }
        more = {name: f" (+{by:.1f} h)" for name, by in found.slower_by.items()}
        reason = "; ".join(f"{name} {ours:.1f} h / {theirs:.1f} h{more.get(name, '')}"
                           for name, (ours, theirs) in hours.items())  # fmt: skip
        return {"title": title.id, "title_en": title.en, "reason": reason}

    def _issued(self, each: Finished) -> Issued:
        answering, worked = (sum(self._hours(*span) for span in spans) for spans in (each.answering, each.worked))
        return Issued(
            lane=each.lane, code=each.code, hours=self._hours(each.submitted_at, each.closed_at) - answering,
            worked_hours=worked, on_time=each.due_at is None or each.closed_at <= each.due_at,
            out_of_turn=each.taken_out_of_turn,
        )  # fmt: skip

    def _hours(self, since: datetime, until: datetime) -> float:
        """Hours in which the counters were open; see `domain.parity`."""
        return self._config.calendars[Lane.MANUAL].between(since, until) / timedelta(hours=1)
