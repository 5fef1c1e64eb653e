"""The demo's office as a whole does by itself what the real one has scheduled."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from support.office import ZONE, a_dossier, an_office, members_of, residents, up_to

from adapters.demo.clock import SimulatedClock
from adapters.demo.house import House
from adapters.demo.incidents import events
from adapters.demo.mix import working_days
from adapters.demo.timeline import Timeline
from adapters.registry.outage import InterruptibleRegistry
from domain.roles import Lane

END = datetime(2026, 3, 9, 20, 0, tzinfo=ZONE)  # a Monday


def test_the_mornings_lists_go_out_at_their_time_on_every_working_day_of_the_demo(tmp_path: Path) -> None:
    clock = SimulatedClock(datetime(2026, 2, 20, 0, 0, tzinfo=ZONE))  # when an application nobody answers for came in
    registry = InterruptibleRegistry(residents())
    office = an_office(tmp_path, clock=cast(Any, clock), registry=registry)
    waiting = {lane: up_to(a_dossier(office).in_lane(lane).lodged(), "receive") for lane in Lane}
    days = working_days(office.config.calendars[Lane.MANUAL], ZONE, END, 2)
    time = Timeline(clock, END)
    House(
        office=office, registry=registry, time=time, events=events(days, office.config, []), happened=Counter(),
        refills=members_of(office, "manual-print")[0], end=END,
    )  # fmt: skip
    while time.run():
        pass
    lists = [each for each in office.outbox.listing(limit=1_000) if each.message == "staff_digest"]
    for lane, rules in office.config.lanes.items():
        at = Counter(f"{each.queued_at.astimezone(ZONE):%a %H:%M}" for each in lists if each.lane is lane)
        people = {rules.manager, rules.team[waiting[lane].tasks["receive"].team or ""].lead}
        assert at == {f"Fri {rules.watch.digest}": len(people), f"Mon {rules.watch.digest}": len(people)}
    with office.store.read() as work:
        assert {f"digest/{lane}" for lane in Lane} <= work.clocks.sweeps().keys()
