"""The office as a whole in the simulation: what befalls it, and what watches it: sweeps, parity, lists, seals."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from adapters.demo.incidents import Away, Events
from adapters.demo.timeline import Timeline
from adapters.registry.outage import InterruptibleRegistry
from domain.duration import elapsed
from domain.pausing import PauseReason
from domain.roles import Lane
from lanes.office import Office

ADMIN: Final = "admin"
_AGAIN: Final = timedelta(minutes=20)
_MOMENT: Final = timedelta(seconds=1)
_MOST: Final = 100_000


@dataclass(kw_only=True)
class House:
    """See the module. `refills`: who enters new blanks."""

    office: Office
    registry: InterruptibleRegistry
    time: Timeline
    events: Events
    happened: Counter[str]
    refills: str
    end: datetime

    def __post_init__(self) -> None:
        self._lasting = False
        events, now = self.events, self.office.clock.now()
        begins, ends = events.network
        self.time.at(begins, partial(self._network, down=True))
        self.time.at(ends, partial(self._network, down=False))
        self.time.at(events.power_recorded, self._record_power_cut)
        for each in events.away:
            self.time.at(each.begins, partial(self._leave, each))
        self.time.at(events.help.begins, self._lend)
        self.time.at(events.refill_at, self._refill)
        night = now.astimezone(ZoneInfo(self.office.config.office.timezone)).replace(hour=23, minute=0)
        while night < self.end:
            self.time.at(night, self._seal)
            night += timedelta(days=1)
        for lane, rules in self.office.config.lanes.items():
            morning = datetime.combine(events.begins, time.fromisoformat(rules.watch.digest), events.begins.tzinfo)
            while morning < self.end:
                self.time.at(morning, partial(self._send_lists, lane))
                morning += timedelta(days=1)
        self.time.at(now, self._look_round)

    def dark_until(self, lane: Lane) -> datetime | None:
        """When the power comes back; None while it is there. Nobody of the lane works without it."""
        begins, ends = self.events.power
        return ends if lane is Lane.MANUAL and begins <= self.office.clock.now() < ends else None

    def away_until(self, username: str) -> datetime | None:
        """When somebody who is absent now will be back; None for who is there."""
        now = self.office.clock.now()
        ends = (each.ends for each in self.events.away if each.username == username and each.begins <= now < each.ends)
        return max(ends, default=None)

    def watch(self) -> None:
        """Sweep the lanes in which something fell due, and both while an outage lasts, which holds who comes in."""
        now = self.office.clock.now()
        for lane in Lane:
            with self.office.store.read() as work:
                due = work.clocks.due(lane, now, 1)
            if due or self._lasting:
                self.happened["sweeps"] += 1
                self.happened["sweep_faults"] += len(self.office.watch.sweep(lane).failed)

    def _look_round(self) -> None:
        """As often as the online lane's parity rules say while a lane is at work: the lanes held against each other,
        and a sweep by itself."""
        self.watch()
        self.office.parity.look()
        now = self.office.clock.now()
        with self.office.store.read() as work:
            if any(work.outbox.any_due(lane, now) for lane in Lane):
                self.time.stir()
        again = now + elapsed(self.office.parity.rules.every)
        opens = min(calendar.add(again, _MOMENT) for calendar in self.office.config.calendars.values())
        self.time.at(max(again, opens - _MOMENT), self._look_round)

    def _network(self, *, down: bool) -> None:
        """The register fails, and the office puts it on record: every dossier that it touches is held meanwhile."""
        self.registry.down = self._lasting = down
        if down:
            self.office.outages.start(PauseReason.SIAK_NETWORK, why="kabel serat optik ke pusat data putus", by=ADMIN)
        else:
            self.office.outages.end(PauseReason.SIAK_NETWORK, by=ADMIN)
            self.time.at(self.office.clock.now() + _AGAIN, self._take_on_stuck)
        self.time.stir()

    def _take_on_stuck(self) -> None:
        """After the outage an administrator takes on every step that had given up."""
        stuck = self.office.views.tasks(stuck=True, limit=_MOST)
        for task, dossier in stuck:
            self.office.engine.retry(dossier.number, task.step, by=ADMIN)
        self.happened["stuck_and_retried"] += len(stuck)
        self.time.stir()

    def _record_power_cut(self) -> None:
        """Nobody wrote it down while it was dark: the lane's manager does so afterwards."""
        by = self.office.config.lanes[Lane.MANUAL].manager
        begins, ends = self.events.power
        self.office.outages.start(PauseReason.POWER, lane=Lane.MANUAL, at=begins, why="pemadaman listrik", by=by)
        self.office.outages.end(PauseReason.POWER, lane=Lane.MANUAL, at=ends, by=by)
        self.time.stir()

    def _leave(self, away: Away) -> None:
        self.office.people.absent(away.username, away.ends, by=ADMIN)

    def _lend(self) -> None:
        loan = self.events.help
        self.office.people.lend(
            loan.username, lane=loan.lane, team=loan.team, reason="Antrean setelah gangguan jaringan (contoh)",
            until=loan.ends, by=self.office.config.lanes[loan.lender].manager,
        )  # fmt: skip

    def _refill(self) -> None:
        for item in self.office.config.office.stock:
            self.office.stock.refill(item, self.events.refill, by=self.refills)
        self.time.stir()

    def _send_lists(self, lane: Lane) -> None:
        """The morning's lists of a lane, every day as it is scheduled; on a day without work there are none."""
        if self.office.digest.send(lane):
            self.time.stir()

    def _seal(self) -> None:
        self.office.audit.seal()
