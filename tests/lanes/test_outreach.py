"""Outreach is on record, and tied to what came of it: on both databases, in lists and in the lanes' report."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from support.office import ZONE, a_dossier, clock_of, manager, members_of, refused

from domain.outreach import FEW, Applied, effect, windows
from domain.roles import Lane
from lanes.office import Office
from lanes.outreach import WithEffect

ONLINE, MANUAL = Lane.ONLINE, Lane.MANUAL
HERE, THERE = "71.72.01", "71.72.02"


def at(day: int) -> datetime:
    return datetime(2026, 3, 1, tzinfo=ZONE) + timedelta(days=day)


def test_what_a_district_gained_is_what_it_rose_more_than_the_others() -> None:
    before = {(ONLINE, HERE): 2, (MANUAL, HERE): 8, (ONLINE, THERE): 10, (MANUAL, THERE): 10}
    after = {(ONLINE, HERE): 8, (MANUAL, HERE): 12, (ONLINE, THERE): 15, (MANUAL, THERE): 10}
    found = effect(HERE, before, after, 28)
    assert (found.before, found.after) == (Applied(applications=10, online=2), Applied(applications=20, online=8))
    assert found.gained == pytest.approx((0.4 - 0.2) - (0.6 - 0.5))


def test_of_too_few_applications_nothing_is_said() -> None:
    many = {(ONLINE, HERE): FEW, (ONLINE, THERE): FEW}
    assert effect(HERE, many, many, 28).gained == 0
    for few in ({**many, (ONLINE, HERE): FEW - 1}, {**many, (ONLINE, THERE): FEW - 1}, {}):
        assert (effect(HERE, few, many, 28).gained, effect(HERE, many, few, 28).gained) == (None, None)


def test_the_days_after_it_are_those_that_have_passed() -> None:
    assert windows(at(30), at(32), at(40)) == ((at(2), at(30)), (at(32), at(40)))
    assert windows(at(30), at(32), at(90)) == ((at(2), at(30)), (at(32), at(60)))
    assert windows(at(30), at(32), at(31)) == ((at(2), at(30)), (at(31), at(31)))


def recorded(office: Office, **given: object) -> object:
    told: dict[str, object] = {
        "district": HERE, "what": " Stand di pasar ", "since": office.clock.now() - timedelta(days=2),
        "until": office.clock.now() - timedelta(days=1), "by": manager(office), **given,
    }  # fmt: skip
    return office.outreach.record(told.pop("district"), told.pop("what"), **told)  # type: ignore[arg-type]


def test_it_is_listed_with_its_effect_and_stands_in_the_lanes_report(either: Office) -> None:
    lodged = [a_dossier(either).in_lane("online").lodged(), a_dossier(either).lodged()]
    districts = {each.dossier.district for each in lodged}
    now = clock_of(either).forward(days=3)
    for district in sorted(districts):
        recorded(either, district=district, since=now - timedelta(days=2), until=now - timedelta(days=1))
    a_dossier(either).in_lane("online").lodged()
    clock_of(either).forward(minutes=1)
    told = either.outreach.told()
    assert {each.outreach.district for each in told} == districts
    assert {each.outreach.what for each in told} == {"Stand di pasar"}
    assert all(isinstance(each, WithEffect) and each.effect.days == 1 for each in told)
    whole = [each.effect.before.applications + each.effect.others_before.applications for each in told]
    assert whole == [2] * len(told)
    assert [e.effect.after.online + e.effect.others_after.online for e in told] == [1] * len(told)
    report = either.reports.live(days=30)
    assert list(report.outreach) == list(told)
    charts = report.to_dict()["charts"]["outreach"]
    assert manager(either) not in str(charts), "nobody is named in what is mailed"
    assert {row["effect"]["gained"] for row in charts} == {None}


def test_who_answers_for_a_lane_records_it_and_only_what_makes_sense(office: Office) -> None:
    now = office.clock.now()
    for by in (manager(office), manager(office, Lane.ONLINE), "kepala", "admin"):
        recorded(office, by=by)
    assert refused(lambda: recorded(office, by=members_of(office, "manual-front")[1])).code == "not_allowed"
    assert refused(lambda: recorded(office, district="71.71.01")).code == "unknown_district"
    assert refused(lambda: recorded(office, district="71.72.01.1001")).code == "unknown_district"
    assert refused(lambda: recorded(office, district="71.72.99")).code == "unknown_district"
    assert refused(lambda: recorded(office, what="  ")).code == "no_words"
    assert refused(lambda: recorded(office, until=now - timedelta(days=3))).code == "end_before_start"
    assert refused(lambda: recorded(office, until=now + timedelta(days=400))).code == "outreach_too_long"
    late = {"since": now + timedelta(days=1), "until": now + timedelta(days=2)}
    assert refused(lambda: recorded(office, **late)).code == "in_the_future"
    assert len(office.outreach.told()) == 4
