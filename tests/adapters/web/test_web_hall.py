"""The waiting room: numbers at the door, the next one called, the screen, and a walk-in taken in for their number."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.office import a_dossier, a_family, a_home, an_office, at_once, clock_of, do, refused, waiting_at, work_off
from support.web import Page, Visitor, a_visitor, somebody

from domain.ticket import TicketStatus
from lanes.office import Office

FIRST, SECOND = "leonard.kawengian", "merlin.katuuk"


@pytest.fixture
def office(tmp_path: Path, sqlite_template: Path) -> Office:
    return an_office(a_home(tmp_path, sqlite_template))


def at_the_counter(office: Office, username: str = FIRST) -> Visitor:
    """Somebody who sits at a counter, with its page before them."""
    clerk = somebody(office, username)
    clerk.get("/desk/counter?lang=en")
    return clerk


def numbers(office: Office, *firsts: str) -> list[str]:
    """Numbers given at the door, in this order; each "" or why it comes first."""
    return [office.hall.take(by=FIRST, first=first).number for first in firsts]


def standing(office: Office) -> dict[str, str]:
    """Every number of today, by where it stands."""
    with office.store.read() as work:
        day = office.config.office.day(office.clock.now()).isoformat()
        return {ticket.number: ticket.status.value for ticket in work.tickets.of_day(day)}


def screen(office: Office) -> Page:
    """What the waiting room sees."""
    return a_visitor(office).get("/counter/display?lang=en")


def test_a_number_is_given_called_shown_and_its_application_taken_in_under_it(office: Office) -> None:
    clerk = at_the_counter(office)
    assert "A-001" in clerk.send("/desk/counter/ticket").words
    assert "No number is called just now. Waiting: 1" in screen(office).words
    clerk.get("/desk/counter")
    page = clerk.send("/desk/counter/call", counter="3")
    assert "At counter 3 now: A-001" in page.words
    shown = screen(office)
    assert "A-001 → counter 3" in shown.words
    assert '<noscript><meta http-equiv="refresh"' in shown.response.text
    draft = a_dossier(office).for_family(a_family()).application
    clerk.get("/desk/counter/KK-BARU")
    given = {name: str(value) for name, value in draft.fields.items()}
    receipt = clerk.send("/desk/counter/KK-BARU", paper=sorted(draft.papers), **given)
    assert "Queue number A-001" in receipt.words
    assert standing(office) == {"A-001": "served"}
    number = next(word for word in receipt.words.split() if word.startswith("MN-"))
    work_off(office)
    assert office.sheets.dossier(number, by=FIRST).ticket == "A-001"
    assert "A-001" not in screen(office).words


def test_a_returned_dossier_takes_a_new_number(office: Office) -> None:
    numbers(office, "")
    office.hall.call(1, by=FIRST)
    draft = a_dossier(office).for_family(a_family())
    application = draft.application
    receipt = office.counter.take_in("KK-BARU", application.fields, application.papers, channel="counter", by=FIRST)
    work_off(office)
    task = next(each for each in office.views.dossier(receipt.number)[1] if each.step == "receive")
    office.desk.complete_task(task.id, "incomplete", by=FIRST, deficiencies=[_missing("marriage_proof")])
    office.intake.resubmit(receipt.number, None, papers={"marriage_proof": None}, by=FIRST)
    work_off(office)
    given = [entry.data for entry in office.views.dossier(receipt.number)[2] if '"ticket"' in entry.data]
    assert ['"A-001"' in data for data in given] == [True, False]


def _missing(item: str):  # type: ignore[no-untyped-def]
    from lanes.case import Deficiency

    return Deficiency(item=item)


def test_whom_the_law_serves_first_are_called_first_and_all_in_the_order_of_their_numbers(office: Office) -> None:
    numbers(office, "", "", "disabled", "", "elderly")
    called = []
    while ticket := office.hall.call(1, by=FIRST):
        called.append(ticket.number)
        office.hall.served(by=FIRST)
    assert called == ["A-003", "A-005", "A-001", "A-002", "A-004"]


def test_a_button_pressed_twice_calls_nobody_else(office: Office) -> None:
    numbers(office, "", "")
    assert office.hall.call(1, by=FIRST) == office.hall.call(1, by=FIRST)
    assert standing(office) == {"A-001": "called", "A-002": "waiting"}


def test_two_counters_never_call_the_same(office: Office) -> None:
    numbers(office, "", "")
    called = at_once(lambda: office.hall.call(1, by=FIRST), lambda: office.hall.call(2, by=SECOND))
    assert {ticket.number for ticket in called} == {"A-001", "A-002"}  # type: ignore[attr-defined]


def test_who_did_not_come_is_passed_over_shown_and_may_be_called_again(office: Office) -> None:
    numbers(office, "", "")
    clerk = at_the_counter(office)
    clerk.send("/desk/counter/call", counter="7")
    page = clerk.send("/desk/counter/absent")
    assert "Did not come when called" in page.words
    assert "nobody came – please ask at a counter: A-001" in screen(office).words
    page = clerk.send("/desk/counter/call", number="A-001", counter="7")
    assert "At counter 7 now: A-001" in page.words
    assert refused(lambda: office.hall.call_again("A-002", 7, by=FIRST)).code == "ticket_held"
    assert refused(lambda: office.hall.call_again("A-001", 2, by=SECOND)).code == "ticket_elsewhere"
    clerk.send("/desk/counter/served")
    assert standing(office) == {"A-001": "served", "A-002": "waiting"}
    assert refused(lambda: office.hall.call_again("A-001", 7, by=FIRST)).code == "ticket_not_there"


def test_the_counter_s_number_is_remembered_and_nobody_waiting_is_told(office: Office) -> None:
    numbers(office, "")
    clerk = at_the_counter(office)
    clerk.send("/desk/counter/call", counter="12")
    page = clerk.send("/desk/counter/served")
    assert page.form("/desk/counter/call").values["counter"] == "12"
    assert "Nobody waits." in clerk.send("/desk/counter/call").words


@pytest.mark.parametrize("counter", ["", "0", "100", "-1", "one", "1e3"])
def test_a_counter_that_there_is_not_is_refused(office: Office, counter: str) -> None:
    numbers(office, "")
    page = at_the_counter(office).send("/desk/counter/call", counter=counter)
    assert page.status == 422
    assert "Give your counter's number: 1 to 99." in page.words
    assert standing(office) == {"A-001": TicketStatus.WAITING}


def test_only_the_walk_in_lane_s_front_office_gives_and_calls_numbers(office: Office) -> None:
    numbers(office, "")
    calls = (
        lambda by: office.hall.take(by=by), lambda by: office.hall.call(1, by=by),
        lambda by: office.hall.call_again("A-001", 1, by=by), lambda by: office.hall.missed(by=by),
        lambda by: office.hall.served(by=by),
    )  # fmt: skip
    for call in calls:
        for other in ("gerald.walukow", "yohanes.pangemanan", "kepala"):
            assert refused(lambda call=call, other=other: call(other)).code == "not_allowed"  # type: ignore[misc]
    assert standing(office) == {"A-001": "waiting"}


def test_a_number_comes_first_for_a_reason_of_the_law_only(office: Office) -> None:
    assert refused(lambda: office.hall.take(by=FIRST, first="important")).code == "unknown_reason"


def test_numbers_are_of_one_day(office: Office) -> None:
    numbers(office, "")
    clock_of(office).forward(days=1)
    assert office.hall.call(1, by=FIRST) is None
    assert numbers(office, "") == ["A-001"]
    clock_of(office).forward(days=40)
    numbers(office, "")
    with office.store.read() as work:
        assert work.tickets.of_day("2026-03-03") == []


def test_a_dossier_taken_in_without_a_call_takes_its_number_from_the_same_line(office: Office) -> None:
    numbers(office, "")
    lodged = waiting_at(office, "receive")
    assert office.sheets.dossier(lodged.number, by=FIRST).ticket == "A-002"
    do(lodged, "receive")
