"""The waiting room: numbers at the door, the next one called, the screen, and a walk-in taken in for their number."""

from __future__ import annotations

import json

import pytest
from support.office import (
    LIVE,
    a_dossier,
    a_family,
    at_once,
    clock_of,
    do,
    refused,
    waiting_at,
    work_off,
)
from support.web import Page, Visitor, a_visitor, somebody

from domain.dossier import DossierStatus
from domain.ticket import TicketStatus
from lanes.case import Deficiency
from lanes.office import Office

FIRST, SECOND = "leonard.kawengian", "merlin.katuuk"


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
    page = clerk.send("/desk/counter/ticket")
    assert "Queue number A-001" in page.words
    assert "Called before this number: 0." in page.words
    assert "No number is called just now. Waiting: 1" in screen(office).words
    clerk.get("/desk/counter")
    page = clerk.send("/desk/counter/call", counter="3")
    assert "At counter 3 now: A-001" in page.words
    shown = screen(office)
    assert "A-001 → counter 3" in shown.words
    assert '<noscript><meta http-equiv="refresh"' in shown.response.text
    draft = a_dossier(office).for_family(a_family()).application
    assert "Taken in at the counter · ticket A-001" in clerk.get("/desk/counter/KK-BARU").words
    given = {name: str(value) for name, value in draft.fields.items()}
    receipt = clerk.send("/desk/counter/KK-BARU", paper=sorted(draft.papers), **given)
    assert "Queue number A-001" in receipt.words
    assert standing(office) == {"A-001": "served"}
    number = next(word for word in receipt.words.split() if word.startswith("MN-"))
    work_off(office)
    assert office.sheets.dossier(number, by=FIRST).ticket == "A-001"
    assert "A-001" not in screen(office).words


def given_to(office: Office, number: str) -> list[str]:
    """The numbers that a dossier has had, in order."""
    done = [json.loads(entry.data) for entry in office.views.dossier(number)[2] if entry.event == "step_completed"]
    return [each["ticket"] for each in done if "ticket" in each]


def test_what_a_returned_application_lacked_is_taken_in_at_the_counter_under_the_new_number(office: Office) -> None:
    numbers(office, "", "", "")
    office.hall.call(1, by=FIRST)
    application = a_dossier(office).for_family(a_family()).application
    taken = office.counter.take_in("KK-BARU", application.fields, application.papers, channel="counter", by=FIRST)

    def returned() -> None:
        work_off(office)
        task = next(each for each in office.views.dossier(taken.number)[1] if each.status in LIVE)
        lacked = [Deficiency(item="marriage_proof", note="buram"), Deficiency(item="applicant_address")]
        office.desk.complete_task(task.id, "incomplete", by=FIRST, deficiencies=lacked)
        clock_of(office).forward(minutes=5)

    returned()
    office.hall.call(1, by=FIRST)
    clerk = somebody(office, FIRST)
    path = f"/desk/dossiers/{taken.number}/answer"
    assert path in clerk.get(f"/desk/dossiers/{taken.number}?lang=en").links
    assert "buram" in clerk.get(path).words
    page = clerk.send(path, paper=None, applicant_address="Jalan Baru 3")
    assert page.status == 422
    assert "This is still missing." in page.words
    assert "Jalan Baru 3" in page.words
    page = clerk.send(path, paper="marriage_proof", applicant_address="Jalan Baru 3")
    assert page.path == "/desk"
    returned()
    office.counter.complete(taken.number, {"applicant_address": "Jalan Lain 4"}, ["marriage_proof"], by=FIRST)
    work_off(office)
    assert given_to(office, taken.number) == ["A-001", "A-002", "A-004"]  # the last time without being called
    assert standing(office) == {"A-001": "served", "A-002": "served", "A-003": "waiting"}


def test_only_who_sits_at_the_counter_takes_in_what_was_missing(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    do(lodged, "receive", "incomplete", deficiencies=[Deficiency(item="marriage_proof")])
    for who in ("theresia.lumowa", "yohanes.pangemanan"):
        refusal = refused(lambda who=who: office.counter.complete(lodged.number, {}, ["marriage_proof"], by=who))  # type: ignore[misc]
        assert refusal.code == "not_allowed"
    online = waiting_at(office, "receive", lane="online")
    do(online, "receive", "incomplete", deficiencies=[Deficiency(item="marriage_proof")])
    assert (
        refused(lambda: office.counter.complete(online.number, {}, ["marriage_proof"], by=FIRST)).code == "not_allowed"
    )
    assert lodged.dossier.status is online.dossier.status is DossierStatus.RETURNED


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
