"""What the office keeps beside its dossiers is held against their journals, and each fault says which."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from support.office import Lodged, a_dossier, an_office, clock_of, do, manager, members_of, to_the_end, waiting_at
from support.tampering import Tamperer

from adapters.sql.store import SqlStore
from domain.roles import Lane
from lanes.audit import _sample
from lanes.case import Deficiency
from lanes.office import Office

Spoilt = Callable[[Tamperer, Lodged], AbstractContextManager[None]]


def card_in_hand(office: Office) -> Lodged:
    """An office with one card handed over, for which a blank was used, whose time an outage and a person held, and of
    which a sweep told people."""
    lodged = waiting_at(office, "enter", code="KTP-GANTI")
    clerk = members_of(office, "manual-front")[0]
    office.hall.take(by=clerk)
    office.hall.call(1, by=clerk)
    walk_in = a_dossier(office).of_type("KTP-GANTI").in_lane("manual").application
    receipt = office.counter.take_in(walk_in.code, walk_in.fields, walk_in.papers, channel="counter", by=clerk)
    complaint = office.complaints.file(receipt.number, receipt.code, topic="slow", text="Lama sekali (contoh).")
    office.complaints.answer(
        complaint.number, "Akan dikerjakan (contoh).", by=members_of(office, "manual-complaint")[0]
    )
    returned = waiting_at(office, "receive")
    do(returned, "receive", "incomplete", deficiencies=[Deficiency(item="other", note="mohon dilengkapi")])
    office.pausing.pause(lodged.number, "SIAK_NETWORK", by=manager(office))
    office.pausing.resume(lodged.number, by=manager(office))
    office.outages.start("POWER", lane=Lane.MANUAL, why="The fuse box burnt.", by="admin")
    clock_of(office).forward(hours=1)
    office.outages.end("POWER", lane=Lane.MANUAL, by="admin")
    for _ in range(3):
        clock_of(office).forward(days=5)
        office.watch.sweep(Lane.MANUAL)
    to_the_end(lodged)
    to_the_end(waiting_at(office, "receive"))
    return lodged


@pytest.fixture(scope="module")
def in_hand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lodged]:
    """The card that was handed over, in an office where all is well before and after."""
    office = an_office(tmp_path_factory.mktemp("in_hand"))
    lodged = card_in_hand(office)
    assert office.audit.verify() == []
    yield lodged
    assert office.audit.verify() == []


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda t, d: t.removed("outbox", message="paused"), "1 of 1 messages 'paused' to the applicant are missing"),
        (lambda t, d: t.removed("stock_move", kind="consume"), "0 blanks of ktp_blank count as used, and the journal"),
        (lambda t, d: t.removed("stock_move", kind="reserve"), "a blank set aside of ktp_blank is missing"),
        (lambda t, d: t.changed("stock", "reserved", item="ktp_blank"), "1 blanks are set aside, and the movements"),
        (lambda t, d: t.changed("stock", "available", item="ktp_blank"), "blanks are available, and the movements do"),
        (lambda t, d: t.changed("stock_move", "count", 900, kind="open", item="ktp_blank"), "are available, and the"),
        (lambda t, d: t.removed("outbox", message="late", dossier_id=d.dossier.id), "messages 'late' to the applicant"),
        (lambda t, d: t.removed("outbox", message="reminder"), "messages 'reminder' to the applicant are missing"),
        (lambda t, d: t.changed("counter", "value", 1, name="ticket:manual:2026-03-03"), "03-03: stands at 1, and"),
        (lambda t, d: t.changed("ticket", "number", "A-009", id=1), "ticket.number, row 1: is not what the journal"),
        (lambda t, d: t.changed("ticket", "dossier", "MN-2026-000099", id=1), "row 1: names a dossier that is missing"),
        (lambda t, d: t.changed("ticket", "counter", "one", id=1), "ticket.counter, row 1: holds no whole number"),
        (lambda t, d: t.changed("counter", "value", 0, name="complaint:2026"), "stands at 0, and number 1 was given"),
        (lambda t, d: t.changed("counter", "value", 2, name="complaint:2026"), "complaint 2 is missing"),
        (lambda t, d: t.removed("complaint", id=1), "complaint: a row of number ADU-2026-000001 is missing"),
        (lambda t, d: t.changed("complaint", "topic", "staff", id=1), "complaint.topic, row 1: is not what"),
        (lambda t, d: t.changed("complaint", "answered_by", "x", id=1), "complaint.answered_by, row 1: is not"),
        (lambda t, d: t.changed("complaint", "decided_at", 1, id=1), "complaint.decided_at, row 1: is not what the"),
        (lambda t, d: t.changed("complaint", "cipher", "text", id=1), "complaint.cipher, row 1: holds no bytes"),
        (lambda t, d: t.removed("outage", id=1), "names an outage that is missing"),
        (lambda t, d: t.changed("outage", "reason", "AFIS", id=1), "outage.reason, row 1: is not what"),
        (lambda t, d: t.changed("outage", "started_at", id=1), "outage.started_at, row 1: is not what"),
        (lambda t, d: t.changed("outage", "ended_at", id=1), "outage.ended_at, row 1: is not what"),
        (lambda t, d: t.changed("outage", "why", id=1), "outage.why, row 1: is not what"),
        (lambda t, d: t.changed("outage", "why", None, id=1), "outage.why, row 1: is not what"),
        (lambda t, d: t.removed("escalation", dossier_id=d.dossier.id), "escalation: the notice of "),
        (lambda t, d: t.changed("counter", "value", 0, name="dossier:manual:2026"), "stands at 0, and number 4 was"),
    ],
)  # fmt: skip
def test_what_is_missing_or_changed_beside_a_dossier_is_named(in_hand: Lodged, spoil: Spoilt, says: str) -> None:
    lodged, office = in_hand, in_hand.office
    assert isinstance(office.store, SqlStore)
    with spoil(Tamperer(office.store.engine), lodged):
        found = office.audit.verify()
    assert any(says in fault for fault in found), found


def test_a_documents_counter_that_was_set_back_is_named(office: Office) -> None:
    card_in_hand(office)
    assert isinstance(office.store, SqlStore)
    tamperer = Tamperer(office.store.engine)
    with office.store.read() as work:
        names = [row.values["name"] for row in work.evidence.counters()]
    name = next(name for name in names if name.startswith("document"))
    with tamperer.changed("counter", "value", 0, name=name):
        assert office.audit.verify() == [f"counter {name}: stands at 0, and number 1 was given out"]
    with tamperer.changed("counter", "value", 2, name=name):
        assert office.audit.verify() == [f"{name}: document 2 is missing"]


def test_in_time_every_signature_is_checked() -> None:
    signed = [(str(number), None) for number in range(300)]
    days = [{number for number, _ in _sample(signed, day)} for day in range(60)]  # type: ignore[arg-type]
    assert all({"0", "299"} < each and len(each) < 20 for each in days)
    assert set().union(*days) == {number for number, _ in signed}
    assert [len(_sample(signed[:count], 7)) for count in range(4)] == [0, 1, 2, 3]  # type: ignore[arg-type]
