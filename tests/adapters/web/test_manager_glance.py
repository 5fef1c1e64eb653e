"""The manager's room: the glance shows what the store holds, and lists only what is one's own."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from support.office import (
    a_dossier,
    clock_of,
    do,
    given_fields,
    manager,
    members_of,
    somebody_for,
    waiting_at,
)
from support.web import Page, Visitor, somebody

from domain.lane import Parity
from domain.parity import Issued, compare
from domain.roles import Lane
from lanes.case import Deficiency
from lanes.office import Office

_STANDS = "Time stands still"


def at(office: Office, who: str) -> Visitor:
    """Somebody signed in, who reads English."""
    return somebody(office, who).in_english()


def row(page: Page, title: str) -> list[int]:
    """The figures of both lanes in a row of the first table: online, then manual."""
    after = page.words.partition(f"{title} ")[2].split()
    return [int(each) for each in after[:2]]


def test_the_glance_shows_what_the_store_holds(office: Office) -> None:
    waiting_at(office, "verify")
    waiting_at(office, "receive")
    waiting_at(office, "receive", "online")
    page = at(office, manager(office)).get("/manager")
    assert page.status == 200, page.words
    assert row(page, "Applications now Online lane Walk-in lane Open") == [1, 2], page.words[:600]
    assert row(page, "Overdue") == [0, 0]
    assert row(page, "Age: up to one day") == [1, 2]
    assert "No alarm is on" in page.words


def test_by_how_much_online_is_slower_stands_beside_the_verdict(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [Issued(lane=lane, code="LHR", hours=hours, worked_hours=1, on_time=True, out_of_turn=False)
             for lane, its in ((Lane.ONLINE, (5, 6, 9)), (Lane.MANUAL, (4, 5, 6))) for hours in its]  # fmt: skip
    found = replace(office.parity.report(), comparisons=compare(cases, Parity(at_least=3), date(2026, 3, 2)))
    monkeypatch.setattr(office.parity, "report", lambda: found)
    words = at(office, manager(office)).get("/manager").words
    assert words.count("Online is slower half within 1.0 h more; nine in ten within 3.0 h more") == 3  # all; by type


def test_what_falls_due_is_counted_and_listed_with_its_dossier(office: Office) -> None:
    lodged = waiting_at(office, "verify")
    assert lodged.dossier.due_at is not None
    clock_of(office).to(lodged.dossier.due_at)
    visitor = at(office, manager(office))
    page = visitor.get("/manager")
    assert row(page, "Overdue") == [0, 1]
    page = visitor.get("/manager/manual/dossiers?show=overdue")
    assert lodged.number in page.words
    assert f"/desk/dossiers/{lodged.number}" in page.links
    assert visitor.get(f"/desk/dossiers/{lodged.number}").status == 200


def test_a_list_says_whose_time_stands_still_and_until_when_an_applicant_may_answer(office: Office) -> None:
    running, paused, returned = (
        waiting_at(office, "verify"),
        waiting_at(office, "verify"),
        waiting_at(office, "receive"),
    )
    office.pausing.pause(paused.number, "SIAK_NETWORK", by=manager(office))
    office.desk.claim(returned.number, "receive", by=somebody_for(office, returned.tasks["receive"]))
    do(returned, "receive", "incomplete", deficiencies=[Deficiency(item="other", note="a paper")])
    words = at(office, manager(office)).get("/manager/manual/dossiers").words
    its = {
        each: re.search(rf"{each}.*?({_STANDS}|due in)", words)
        for each in (running.number, paused.number, returned.number)
    }
    assert [found and found[1] for found in its.values()] == ["due in", _STANDS, _STANDS]
    assert words.count("The applicant may answer until") == 1


def test_each_age_leads_to_the_applications_of_that_age(office: Office) -> None:
    old = waiting_at(office, "verify")
    clock_of(office).forward(days=2)
    new = waiting_at(office, "verify")
    visitor = at(office, manager(office))
    ages = [each for each in visitor.get("/manager").links if "older=" in each]
    assert ages == ["/manager/manual/dossiers?older=0&younger=1", "/manager/manual/dossiers?older=1&younger=3"]
    for address, its, other in zip(ages, (new, old), (old, new), strict=True):
        page = visitor.get(address)
        assert its.number in page.words
        assert other.number not in page.words
    assert visitor.get("/manager/manual/dossiers?older=-1").status == 422


def test_a_queue_tells_who_has_a_step_in_hand(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    holder = somebody_for(office, lodged.tasks["receive"])
    office.desk.claim(lodged.number, "receive", by=holder)
    visitor = at(office, manager(office))
    assert "/manager/manual/queue/receive" in visitor.get("/manager").links
    page = visitor.get("/manager/manual/queue/receive")
    name = next(each.name for each in office.people.listing() if each.username == holder)
    assert name in page.words


def test_the_room_is_in_the_navigation_of_managers_and_the_head_only(office: Office) -> None:
    for who in (manager(office), "kepala", "auditor"):
        assert "/manager" in at(office, who).get("/desk").links
    assert "/manager" not in at(office, members_of(office, "manual-front")[0]).get("/desk").links


def test_an_operator_is_refused_with_the_reason(office: Office) -> None:
    who = members_of(office, "manual-front")[0]
    visitor = at(office, who)
    for path in ("/manager", "/manager/people", "/manager/manual/versions"):
        page = visitor.get(path)
        assert page.status == 403
        assert f"{office.people.names()[who]} is none" in page.words


@pytest.mark.parametrize("part", ["dossiers", "queue/receive", "escalations", "turns", "staffing"])
def test_the_other_lanes_lists_and_officers_are_refused_with_the_reason(office: Office, part: str) -> None:
    lodged = waiting_at(office, "receive")
    who = manager(office, Lane.ONLINE)
    page = at(office, who).get(f"/manager/manual/{part}")
    assert page.status == 403
    assert f"{office.people.names()[who]} is none" in page.words
    assert lodged.number not in page.words


def test_no_page_of_the_room_shows_personal_data(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    clock_of(office).forward(days=3)
    office.watch.sweep(Lane.MANUAL)
    visitor = at(office, "kepala")
    personal = given_fields(lodged)
    for path in ("/manager", "/manager/people", "/manager/manual/dossiers", "/manager/manual/queue/receive",
                 "/manager/manual/escalations", "/manager/manual/turns"):  # fmt: skip
        page = visitor.get(path)
        assert page.status == 200
        assert [each for each in personal if each in page.words] == []


def test_an_empty_office_teaches_what_will_stand_here(office: Office) -> None:
    visitor = at(office, manager(office))
    assert "No step is open in either lane." in visitor.get("/manager").words
    assert "There is none of these now." in visitor.get("/manager/manual/dossiers").words
    assert "None: whoever was told" in visitor.get("/manager/manual/escalations").words
    assert "Every task was taken in its turn." in visitor.get("/manager/manual/turns").words
    assert "Nobody is or was on loan." in visitor.get("/manager/people").words


def test_a_list_shows_only_its_own_lane(office: Office) -> None:
    mine, other = waiting_at(office, "receive"), a_dossier(office).in_lane("online").lodged()
    page = at(office, manager(office)).get("/manager/manual/dossiers")
    assert mine.number in page.words
    assert other.number not in page.words
