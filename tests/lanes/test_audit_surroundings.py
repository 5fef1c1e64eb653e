"""What the office keeps beside its dossiers is held against their journals, and each fault says which."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from support.office import Lodged, clock_of, manager, to_the_end, waiting_at
from support.tampering import Tamperer

from adapters.sql.store import SqlStore
from domain.roles import Lane
from lanes.audit import _sample
from lanes.office import Office

Spoilt = Callable[[Tamperer, Lodged], AbstractContextManager[None]]


def card_in_hand(office: Office) -> Lodged:
    """An office with one card handed over, for which a blank was used, whose time an outage and a person held, and of
    which a sweep told people."""
    lodged = waiting_at(office, "receive", code="KTP-GANTI")
    office.pausing.pause(lodged.number, "SIAK_NETWORK", by=manager(office))
    office.pausing.resume(lodged.number, by=manager(office))
    office.outages.start("POWER", lane=Lane.MANUAL, by="admin")
    clock_of(office).forward(hours=1)
    office.outages.end("POWER", lane=Lane.MANUAL, by="admin")
    clock_of(office).forward(days=3)
    office.watch.sweep(Lane.MANUAL)
    to_the_end(lodged)
    to_the_end(waiting_at(office, "receive"))
    return lodged


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda t, d: t.removed("outbox", message="paused"), "1 of 1 messages 'paused' to the applicant are missing"),
        (lambda t, d: t.removed("stock_move", kind="consume"), "0 blanks of ktp_blank count as used, and the journal"),
        (lambda t, d: t.removed("stock_move", kind="reserve"), "a blank set aside of ktp_blank is missing"),
        (lambda t, d: t.changed("stock", "reserved", item="ktp_blank"), "1 blanks are set aside, and the movements"),
        (lambda t, d: t.removed("outage", id=1), "names an outage that is missing"),
        (lambda t, d: t.changed("outage", "reason", "AFIS", id=1), "outage.reason, row 1: is not what"),
        (lambda t, d: t.changed("outage", "started_at", id=1), "outage.started_at, row 1: is not what"),
        (lambda t, d: t.changed("outage", "ended_at", id=1), "outage.ended_at, row 1: is not what"),
        (lambda t, d: t.removed("escalation", dossier_id=d.dossier.id), "escalation: the notice of "),
        (lambda t, d: t.changed("counter", "value", 0, name="dossier:manual:2026"), "stands at 0, and number 2 was"),
    ],
)  # fmt: skip
def test_what_is_missing_or_changed_beside_a_dossier_is_named(office: Office, spoil: Spoilt, says: str) -> None:
    lodged = card_in_hand(office)
    assert office.audit.verify() == []
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
