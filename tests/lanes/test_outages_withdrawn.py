"""An outage that was recorded by mistake is taken back: due times are as if it never was, and journals keep both."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.office import Killed, Lodged, a_dossier, clock_of, do, dues, manager, refused, to_the_end, waiting_at

from domain.roles import Lane
from lanes.case import Deficiency
from lanes.office import Office
from lanes.outages import Outages
from lanes.store import Message

WHY = "it was the building next door"


def withdraw(office: Office, **given: object) -> int:
    return office.outages.withdraw("POWER", **{"why": WHY, "by": "admin", **given}).touched  # type: ignore[arg-type]


def told(lodged: Lodged, name: str) -> list[Message]:
    found = lodged.office.outbox.listing(limit=1000)
    return [each for each in found if each.message == name and each.dossier_id == lodged.dossier.id]


def an_outage(office: Office, hours: int = 3) -> None:
    office.outages.start("POWER", by="admin")
    clock_of(office).forward(hours=hours)
    office.outages.end("POWER", by="admin")


def test_due_times_are_as_if_it_had_never_been(either: Office) -> None:
    lodged = waiting_at(either, "enter")
    before = dues(lodged)
    an_outage(either)
    assert dues(lodged) != before
    assert withdraw(either) == 1
    assert dues(lodged) == before
    assert lodged.events[-3:] == ["outage_started", "outage_ended", "outage_withdrawn"]
    assert either.audit.verify() == []
    told = either.explain.for_office(lodged.number, by="admin")
    assert told.faults == ()
    assert "recorded by mistake and taken back" in told.notes[0].en
    assert not any("power cut" in line.en for due in told.dues for line in due.story)
    (outage,) = either.outages.listing()
    assert (outage.withdrawn_by, outage.withdrawn_why) == ("admin", WHY)
    assert outage.carried_out_at is not None


def test_one_that_still_lasts_lets_go_of_what_it_held(either: Office) -> None:
    lodged = waiting_at(either, "enter")
    before = dues(lodged)
    either.outages.start("POWER", by="admin")
    assert set(dues(lodged).values()) == {None}
    withdraw(either)
    assert (dues(lodged), dict(lodged.dossier.held)) == (before, {})
    either.watch.sweep(Lane.MANUAL)
    assert lodged.events[-1] != "outage_started", "a sweep does not hold it again"
    assert either.audit.verify() == []
    either.outages.start("POWER", by="admin")
    assert lodged.dossier.held, "and another one may be recorded"


def test_dossiers_that_closed_meanwhile_are_due_as_before_too(either: Office) -> None:
    lodged = waiting_at(either, "enter")
    since = either.clock.now()
    due = lodged.dossier.due_at
    clock_of(either).forward(minutes=30)
    to_the_end(lodged)
    either.outages.start("POWER", at=since, by="admin")
    either.outages.end("POWER", by="admin")
    assert due is not None
    assert lodged.dossier.due_at is not None
    assert lodged.dossier.due_at > due
    withdraw(either)
    assert lodged.dossier.due_at == due
    assert either.audit.verify() == []


def test_who_was_told_a_later_date_is_told_the_earlier_one(office: Office) -> None:
    quiet = waiting_at(office, "enter")
    an_outage(office)
    newer = waiting_at(office, "enter")
    an_outage(office, hours=6)
    with office.store.begin() as work:  # what tells a citizen a date after the outage was recorded
        work.outbox.put([Message(key="late", lane=Lane.MANUAL, dossier_id=newer.dossier.id, message="late", values={},
                                 next_at=office.clock.now(), queued_at=office.clock.now())])  # fmt: skip
    later = newer.dossier.due_at
    started = office.outages.listing()[0].started_at
    assert refused(lambda: withdraw(office)).code == "which_outage"
    withdraw(office, at=started)
    assert later is not None
    assert newer.dossier.due_at is not None
    assert newer.dossier.due_at < later
    assert len(told(newer, "due_earlier")) == 1
    assert told(quiet, "due_earlier") == [], "nobody told them another date"


def test_a_taking_back_that_was_killed_is_completed_by_the_sweep(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    lodged = waiting_at(office, "enter")
    before = dues(lodged)
    an_outage(office)

    def dies(*_: object) -> int:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Outages, "_take_back", dies)
        with pytest.raises(Killed):
            withdraw(office)
    assert dues(lodged) != before
    office.watch.sweep(Lane.MANUAL)
    assert dues(lodged) == before


def test_it_takes_somebody_who_may_a_reason_and_an_outage(office: Office) -> None:
    a_dossier(office).lodged()
    assert refused(lambda: withdraw(office)).code == "no_outage"
    an_outage(office)
    assert refused(lambda: withdraw(office, why=" ")).code == "reason_missing"
    assert refused(lambda: withdraw(office, by="grace.supit")).code == "not_allowed"
    assert refused(lambda: withdraw(office, by=manager(office))).code == "not_allowed", "it held both lanes"
    withdraw(office)
    assert refused(lambda: withdraw(office)).code == "no_outage"


def test_the_citizen_hears_when_a_pause_ends_and_when_it_is_due_now(office: Office) -> None:
    lodged = waiting_at(office, "enter")
    office.pausing.pause(lodged.number, "SIAK_NETWORK", by=manager(office))
    office.pausing.pause(lodged.number, "POWER", by=manager(office))
    clock_of(office).to(office.clock.now() + timedelta(hours=1))
    office.pausing.resume(lodged.number, "POWER", by=manager(office))
    assert told(lodged, "resumed") == [], "it still stands"
    office.pausing.resume(lodged.number, by=manager(office))
    assert len(told(lodged, "resumed")) == 1


@pytest.mark.parametrize("let_go", ["end", "withdraw", "answer"])
def test_who_was_told_of_a_pause_hears_that_it_goes_on_when_the_last_hold_lets_go(office: Office, let_go: str) -> None:
    lodged, untold = waiting_at(office, "enter"), waiting_at(office, "enter")
    office.pausing.pause(lodged.number, "SIAK_NETWORK", by=manager(office))
    if let_go == "answer":
        do(lodged, "enter", "incomplete", deficiencies=[Deficiency(item="other")])
    else:
        office.outages.start("POWER", by="admin")
    clock_of(office).to("Tue 19:30")
    office.pausing.resume(lodged.number, by=manager(office))
    assert told(lodged, "resumed") == [], "it still stands"
    clock_of(office).to("Tue 21:00")
    if let_go == "end":
        office.outages.end("POWER", by="admin")
    elif let_go == "withdraw":
        withdraw(office)
    else:
        office.intake.resubmit(lodged.number, lodged.code)
    (letter,) = told(lodged, "resumed")
    assert letter.next_at == office.config.office.by_day(office.clock.now()) > office.clock.now()
    assert lodged.dossier.held == {}
    assert told(untold, "resumed") == [], "nobody had told them of a pause"


def test_a_pause_by_hand_that_outlasts_an_outage_ends_with_one_letter(office: Office) -> None:
    lodged = waiting_at(office, "enter")
    office.outages.start("POWER", by="admin")
    office.pausing.pause(lodged.number, "SIAK_NETWORK", by=manager(office))
    clock_of(office).forward(hours=1)
    office.outages.end("POWER", by="admin")
    assert told(lodged, "resumed") == [], "it still stands"
    office.pausing.resume(lodged.number, by=manager(office))
    an_outage(office)
    assert len(told(lodged, "resumed")) == 1, "of the outage after it nobody was told"
