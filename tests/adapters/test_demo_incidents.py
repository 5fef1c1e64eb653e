"""What befalls the demo's office, and which files are served before their turn."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from adapters.demo.incidents import events
from adapters.demo.mix import working_days
from adapters.demo.pace import Worker
from domain.capacity import shares
from domain.office import OfficeConfig
from domain.roles import Lane, Role
from lanes.records.staff import Membership

ZONE = ZoneInfo("Asia/Makassar")
FRIDAY_EVENING = datetime(2026, 3, 13, 20, 0, tzinfo=ZONE)
HOUR = timedelta(hours=1)


def _clock(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%a %H:%M}"


def test_on_days_that_are_over_everything_happens_at_its_hour(config: OfficeConfig) -> None:
    days = working_days(config.calendars[Lane.MANUAL], ZONE, FRIDAY_EVENING, 5)
    told = events(days, config, [])
    assert [_clock(at) for at in told.network] == ["Wed 10:00", "Wed 12:00"]
    assert [_clock(at) for at in told.power] == ["Mon 08:40", "Mon 09:20"]
    assert _clock(told.power_recorded) == "Mon 11:30"
    assert [_clock(told.help.begins), _clock(told.help.ends)] == ["Wed 12:30", "Wed 15:45"]
    assert [(_clock(each.begins), _clock(each.ends)) for each in told.away] == [("Wed 08:00", "Thu 08:00")]


@pytest.mark.parametrize("hour", [11, 13, 16, 20])
def test_on_a_day_that_goes_on_every_outage_has_ended_by_now(config: OfficeConfig, hour: int) -> None:
    now = FRIDAY_EVENING.replace(hour=hour)
    told = events(working_days(config.calendars[Lane.MANUAL], ZONE, now, 1), config, [])
    in_order = [*told.power, told.power_recorded, told.help.ends, told.refill_at, now]
    assert told.power[1] <= told.network[0] < told.network[1] <= told.help.begins < told.help.ends
    assert told.power_recorded > told.power[1]
    assert max(in_order) == now


def test_the_guest_is_one_whom_the_walk_in_lane_can_spare_and_no_lane_has_too_few_then(config: OfficeConfig) -> None:
    days = working_days(config.calendars[Lane.MANUAL], ZONE, FRIDAY_EVENING, 1)
    team = next(team for team in config.lanes[Lane.MANUAL].teams if Role.SIAK_OPERATOR in team.roles)
    busy = [name for name in team.members if name != team.lead][:3]
    workers = [Worker(username=name, lane=Lane.MANUAL, roles=frozenset(team.roles)) for name in busy]
    told = events(days, config, workers)
    assert told.help.username in set(team.members) - {team.lead, *busy}
    loan = Membership(
        username=told.help.username, lane=told.help.lane, team=told.help.team, reason="x", by="admin",
        at=told.help.begins, until=told.help.ends,
    )  # fmt: skip
    before, after = shares(config.lanes), shares(config.lanes, [loan])
    for lane, rules in config.lanes.items():
        assert rules.capacity is None or after[lane] >= min(before[lane], rules.capacity.share)


def test_who_is_ill_leads_a_team_that_the_demo_does_not_need_them_in(config: OfficeConfig) -> None:
    days = working_days(config.calendars[Lane.MANUAL], ZONE, FRIDAY_EVENING, 1)
    told = events(days, config, [])
    (ill,) = told.away
    led = next(team for team in config.lanes[Lane.MANUAL].teams if team.lead == ill.username)
    assert len(led.members) > 1
    assert ill.ends - ill.begins == 24 * HOUR
