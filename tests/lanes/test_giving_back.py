"""However what somebody holds goes back to its line, what they took past it counts: no declared absence hides it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from support.office import claimed, clock_of, do, in_line, lead_of, manager, members_of, waiting_at, work_off

from adapters.fairness_page import fairness_page
from domain.fairness import LetBy, Verdict
from domain.giving_back import STILL_HELD, GivenBack, why_out_of_turn
from domain.roles import Lane
from lanes.office import Office

FRONT = "manual-front"


def kept(office: Office) -> list[tuple[int, str, str, list[int]]]:
    """Dossier, officer, reason and the dossiers passed over, of each overtaking."""
    with office.store.read() as work:
        found = work.overtakings.listing(clock_of(office).now() - timedelta(days=9), clock_of(office).now())
    return [(each.dossier_id, each.officer, each.reason, list(each.passed)) for each in found]


def say_absent(office: Office, who: str) -> None:
    office.people.absent(who, office.clock.now() + timedelta(days=1), by=who)


def be_absent_later(office: Office, who: str) -> None:
    begins = office.clock.now() + timedelta(hours=1)
    office.people.absent(who, begins + timedelta(days=1), by=who, start=begins)
    clock_of(office).to(begins)
    assert office.watch.sweep(Lane.MANUAL).failed == ()


def leave(office: Office, who: str) -> None:
    office.directory.leave(who, reason="moves away", by="admin")


def lose_the_place(office: Office, who: str) -> None:
    office.directory.take(who, lane=Lane.MANUAL, team=FRONT, reason="another team", by="kepala")


def go_home(office: Office, who: str) -> None:
    office.loans.recall(who, lane=Lane.MANUAL, team=FRONT, by="kepala")


def stay_past_the_loan(office: Office, who: str) -> None:
    clock_of(office).forward(hours=2)
    assert office.watch.sweep(Lane.MANUAL).failed == ()


@pytest.mark.parametrize("goes", [say_absent, be_absent_later, leave, lose_the_place, go_home, stay_past_the_loan])
def test_what_was_taken_past_what_goes_back_by_rule_is_the_holder_s_overtaking(
    either: Office, goes: Callable[[Office, str], None]
) -> None:
    clerk = members_of(either, FRONT)[1]
    if goes is lose_the_place:
        clerk = "baru"
        either.people.add(clerk, "Orang Baru", email=None, lane=Lane.MANUAL, teams=[FRONT], by="kepala")
    elif goes in (go_home, stay_past_the_loan):
        clerk, until = members_of(either, "online-front")[1], either.clock.now() + timedelta(hours=2)
        either.people.lend(clerk, lane=Lane.MANUAL, team=FRONT, reason="a rush", until=until, by="kepala")
    first, second, third, fourth = in_line(either, 4)
    claimed(either, first, clerk)
    claimed(either, second, clerk)
    either.desk.complete(third.number, None, None, by=clerk)
    clock_of(either).forward(minutes=1)
    claimed(either, fourth, clerk)
    goes(either, clerk)
    assert {each.tasks["receive"].assignee for each in (first, second, fourth)} == {None}
    passed = [first.dossier.id, second.dossier.id]
    assert kept(either) == [(third.dossier.id, clerk, STILL_HELD, passed)], "once, and none of what went back"
    report = either.fairness.report(days=9, by="kepala")
    assert report.inside[Lane.MANUAL].counts.officers[clerk].overtakings == 1
    (waiting,) = either.turn_reviews.waiting(Lane.MANUAL, by=manager(either))
    either.turn_reviews.review(waiting.overtaking.id, Verdict.APPROVED, by=manager(either))
    assert either.audit.verify() == []
    clock_of(either).forward(days=10)  # what is published is of weeks that are over
    words = why_out_of_turn({})[STILL_HELD].en
    assert words in fairness_page(either.fairness.report(days=40), either.config)


def test_what_its_holder_has_still_in_hand_was_taken_past_what_goes_back_by_rule(either: Office) -> None:
    first, second = in_line(either, 2)
    clerk, until = members_of(either, "online-front")[1], either.clock.now() + timedelta(hours=2)
    either.people.lend(clerk, lane=Lane.MANUAL, team=FRONT, reason="a rush", until=until, by="kepala")
    claimed(either, first, clerk)
    claimed(either, second, clerk)
    clock_of(either).forward(hours=2)  # the loan is over, and no sweep has taken everything from them yet
    either.desk.release(first.number, None, by=lead_of(either, FRONT))
    assert kept(either) == [(second.dossier.id, clerk, GivenBack.LEFT_TEAM, [first.dossier.id])]
    assert either.audit.verify() == []


def test_two_who_let_somebody_go_first_are_seen_though_one_of_them_is_absent_each_time(either: Office) -> None:
    clerk, other = members_of(either, FRONT)[1:3]
    for _ in range(2):
        first, second = in_line(either, 2)
        claimed(either, first, clerk)
        either.desk.complete(second.number, None, None, by=other)
        say_absent(either, clerk)
        entry = either.views.dossier(first.number)[2][-1]
        told = json.loads(entry.data)
        assert (told["why"], told["held_by"], told["let_by"]) == ("absence", clerk, {other: 1})
        either.people.absent(clerk, None, by=clerk)
        either.desk.complete(first.number, None, None, by=clerk)
    assert kept(either) == [], "each of them kept to the order"
    found = either.fairness.report(days=1, by=manager(either)).inside[Lane.MANUAL].let_by
    assert found == [LetBy(officer=clerk, other=other, given_back=2, taken=2)]
    assert either.audit.verify() == []


@pytest.mark.parametrize("goes", [say_absent, be_absent_later])
def test_what_came_twice_and_was_taken_past_it_twice_counts_twice(
    either: Office, goes: Callable[[Office, str], None]
) -> None:
    first, second = (waiting_at(either, "verify") for _ in range(2))
    clerk = members_of(either, "manual-verify")[0]
    either.desk.claim(first.number, None, by=clerk)
    for _ in range(2):
        clock_of(either).forward(minutes=1)
        do(second, "verify", "returned", by=clerk, out_of_turn=None)
        work_off(either)
        do(second, "enter")
        work_off(either)
    clock_of(either).forward(minutes=1)
    goes(either, clerk)
    assert first.tasks["verify"].assignee is None
    assert kept(either) == [(second.dossier.id, clerk, STILL_HELD, [first.dossier.id])] * 2
    assert either.audit.verify() == []
