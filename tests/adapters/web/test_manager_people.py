"""The manager's room: notices without a reaction, turns, loans, absences, and what-ifs of staffing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.office import clock_of, do, lead_of, manager, members_of, somebody_for, waiting_at
from support.web import Visitor, somebody

from domain.roles import Lane
from lanes.office import Office

PEOPLE = "/manager/people"


@pytest.fixture
def visitor(office: Office) -> Visitor:
    """The walk-in lane's manager, signed in, who reads English."""
    return somebody(office, manager(office)).in_english()


def name_of(office: Office, username: str) -> str:
    return next(each.name for each in office.people.listing() if each.username == username)


def day(office: Office, days: int) -> str:
    return f"{office.config.office.day(clock_of(office).now() + timedelta(days=days))}"


def test_who_was_told_and_has_not_reacted_is_named_until_somebody_works_on_it(office: Office) -> None:
    lodged = waiting_at(office, "verify")
    due = lodged.tasks["verify"].due_at
    assert due is not None
    clock_of(office).to(due)
    clock_of(office).forward(hours=24)
    office.watch.sweep(Lane.MANUAL)
    visitor = somebody(office, manager(office)).in_english()
    page = visitor.get("/manager/manual/escalations")
    assert name_of(office, lead_of(office, lodged.tasks["verify"].team or "")) in page.words
    assert lodged.number in page.words
    of_lead = f"/manager/manual/escalations?who={lead_of(office, lodged.tasks['verify'].team or '')}"
    assert of_lead in page.links
    assert lodged.number in visitor.get(of_lead).words.partition("Within 24 hours")[0]
    of_nobody = visitor.get("/manager/manual/escalations?who=nobody").words
    assert lodged.number not in of_nobody.partition("Within 24 hours")[0]
    clock_of(office).forward(minutes=1)
    do(lodged, "verify")
    assert "None: whoever was told" in visitor.get("/manager/manual/escalations").words


def test_who_will_hear_within_a_day_is_told_beforehand(office: Office, visitor: Visitor) -> None:
    lodged = waiting_at(office, "verify")
    page = visitor.get("/manager/manual/escalations")
    ahead = page.words.partition("Within 24 hours")[2]
    assert lodged.number in ahead


def test_overtakings_are_counted_by_reason_type_and_officer(office: Office, visitor: Visitor) -> None:
    waiting_at(office, "receive")
    second = waiting_at(office, "receive")
    who = somebody_for(office, second.tasks["receive"])
    code, reason = next(iter(office.config.lanes[Lane.MANUAL].out_of_turn.reasons.items()))
    office.desk.claim(second.number, "receive", by=who, out_of_turn=code)
    clock_of(office).forward(minutes=1)
    page = visitor.get("/manager/manual/turns")
    assert "1 of 1 tasks were taken before their turn (100.0%)" in page.words
    for words in (reason.en, name_of(office, who), "(KK-BARU)"):
        assert words in page.words


def test_a_manager_lends_somebody_and_recalls_them(office: Office, visitor: Visitor) -> None:
    who = members_of(office, "manual-front")[-1]
    visitor.get(PEOPLE)
    page = visitor.send(
        f"{PEOPLE}/loan", username=who, team="online/online-front", until=day(office, 3), reason="a rush"
    )
    assert (page.path, page.status) == (PEOPLE, 200)
    assert "a rush" in page.words
    loans = next(each.loans for each in office.people.listing() if each.username == who)
    assert [(each.lane, each.team) for each in loans] == [(Lane.ONLINE, "online-front")]
    visitor.send(f"{PEOPLE}/recall")
    assert not next(each.loans for each in office.people.listing() if each.username == who)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reason": ""}, "Write the reason"),
        ({"until": ""}, "Give the last day"),
        ({"until": "soon"}, "Write a date"),
        ({"team": ""}, "Choose a team"),
        ({"team": "online/none"}, "Choose a team"),
        ({"username": "nobody"}, "Nobody with this username"),
    ],
)
def test_a_loan_that_lacks_something_says_what_and_lends_nobody(
    office: Office, visitor: Visitor, change: dict[str, str], words: str
) -> None:
    who = members_of(office, "manual-front")[-1]
    given = {"username": who, "team": "online/online-front", "until": day(office, 3), "reason": "a rush", **change}
    visitor.get(PEOPLE)
    page = visitor.send(f"{PEOPLE}/loan", **given)
    assert page.status == 422
    assert words in page.words
    assert not any(each.loans for each in office.people.listing())


def test_people_of_the_other_lane_are_not_offered_and_not_lent(office: Office, visitor: Visitor) -> None:
    other = members_of(office, "online-front")[-1]
    page = visitor.get(PEOPLE)
    assert ("username", other) not in page.form(f"{PEOPLE}/loan").every
    page = visitor.send(f"{PEOPLE}/loan", username=other, team="manual/manual-front", until=day(office, 3), reason="x")
    assert page.status == 403
    assert not any(each.loans for each in office.people.listing())


def test_somebody_is_away_and_their_work_goes_back_until_they_return(office: Office, visitor: Visitor) -> None:
    lodged = waiting_at(office, "receive")
    who = somebody_for(office, lodged.tasks["receive"])
    office.desk.claim(lodged.number, "receive", by=who)
    visitor.get(PEOPLE)
    action = f"{PEOPLE}/absent"
    page = visitor.send(action, username=who, until=day(office, 2))
    assert name_of(office, who) in page.words.partition("Absences")[2]
    assert lodged.tasks["receive"].assignee is None
    visitor.send(action)
    assert not any(each.absent_until for each in office.people.listing())


def test_an_absence_that_leaves_the_lane_with_too_few_people_says_so_at_once(office: Office) -> None:
    visitor = somebody(office, manager(office, Lane.ONLINE)).in_english()
    assert "too few people" not in visitor.get(PEOPLE).words
    *others, last = {name: None for team in ("online-front", "online-entry", "online-verify")
                     for name in members_of(office, team)}  # fmt: skip
    for who in others:
        office.people.absent(who, clock_of(office).now() + timedelta(days=1), by="admin")
    page = visitor.send(f"{PEOPLE}/absent", username=last, until=day(office, 2))
    assert page.words.count("too few people Online lane: ") == 1
    assert "of the people who are present then; it keeps 30%." in page.words


def test_a_what_if_says_when_too_little_is_known(office: Office, visitor: Visitor) -> None:
    visitor.get("/manager/manual/staffing")
    page = visitor.get("/manager/manual/staffing?team=manual-front&people=3")
    assert page.status == 200
    assert "Nobody can say yet" in page.words
    for asked in ("team=manual-front&people=many", "team=none&people=3"):
        assert visitor.get(f"/manager/manual/staffing?{asked}").status == 422


def test_a_turn_is_approved_on_the_page_by_who_may_and_nobody_else(office: Office, visitor: Visitor) -> None:
    for by in (members_of(office, "manual-front")[0], None):
        waiting_at(office, "receive")
        picked = waiting_at(office, "receive")
        if by:
            office.desk.claim(picked.number, None, by=by, out_of_turn="MEDICAL")
        else:
            office.desk.reassign(picked.number, None, to=members_of(office, "manual-front")[1], by=manager(office),
                                 out_of_turn="TRAVEL")  # fmt: skip
    theirs, own = (each.overtaking.id for each in office.turn_reviews.waiting(Lane.MANUAL, by=manager(office)))
    turns = "/manager/manual/turns"
    assert "2 to approve" in visitor.get("/manager").words
    page = visitor.get(turns)
    assert "may not approve it" in page.words
    assert f"{turns}/{own}" not in {form.action for form in page.forms}, "nobody answers for their own pick"
    token = {name: value for name, value in page.form(f"{turns}/{theirs}").values.items() if name == "form_token"}
    assert visitor.client.post(f"{turns}/{own}", data={**token, "verdict": "approved"}).status_code == 403
    assert visitor.client.post(f"{turns}/999999", data={**token, "verdict": "approved"}).status_code == 404
    page = visitor.send(f"{turns}/{theirs}", verdict="approved")
    assert "On record: approved." in page.words
    assert visitor.client.post(f"{turns}/{theirs}", data={**token, "verdict": "approved"}).status_code == 409
    other = somebody(office, manager(office, Lane.ONLINE))
    assert other.get(turns).status == 403
    assert [each.overtaking.id for each in office.turn_reviews.waiting(Lane.MANUAL, by="kepala")] == [own]
