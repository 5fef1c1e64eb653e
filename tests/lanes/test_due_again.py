"""A due time that is moved past now by an outage recorded later, or by new rules, truly comes once more: it is told."""

from __future__ import annotations

from datetime import datetime, timedelta

from support.office import Lodged, clock_of, dues, waiting_at

from domain.roles import Lane
from lanes.office import Office


def late_at_a_step(office: Office) -> tuple[Lodged, datetime]:
    """A dossier whose step and target have passed all their rungs, and when it came to the step."""
    lodged = waiting_at(office, "enter")
    came = office.clock.now()
    clock_of(office).forward(days=10)
    office.watch.sweep(Lane.MANUAL)
    assert to_applicant(office, lodged)[-1] == "late"
    return lodged, came


def to_applicant(office: Office, lodged: Lodged) -> list[str]:
    told = [each for each in office.outbox.listing(limit=100) if each.dossier_id == lodged.dossier.id]
    return [each.message for each in reversed(told) if each.to_person is None]


def put_off(office: Office, since: datetime) -> None:
    """The whole time since then is recorded as an outage that ends now."""
    office.outages.start("SIAK_NETWORK", at=since, by="admin")
    office.outages.end("SIAK_NETWORK", by="admin")


def due_at(lodged: Lodged) -> datetime:
    """When the open step is due."""
    due = dues(lodged)["enter"]
    assert due is not None
    return due


def told_of(office: Office, lodged: Lodged) -> list[tuple[str, str, datetime | None]]:
    """What was told of the open step, at which place of the ladder and for which due time."""
    with office.store.read() as work:
        return [(each.place, each.person, each.due_at) for each in work.escalations.of(lodged.dossier.id)
                if each.step == "enter"]  # fmt: skip


def test_what_an_outage_recorded_later_put_off_falls_due_again_and_is_told_once_more(either: Office) -> None:
    lodged, came = late_at_a_step(either)
    before, fell = told_of(either, lodged), lodged.events.count("fell_due")
    put_off(either, came)
    due = dues(lodged)
    assert min(each for each in due.values() if each) > either.clock.now()
    assert told_of(either, lodged) == before
    assert either.views.overdue(lane=Lane.MANUAL) == []
    step = due_at(lodged)
    clock_of(either).to(step + timedelta(minutes=1))
    either.watch.sweep(Lane.MANUAL)
    fresh = [each for each in told_of(either, lodged) if each not in before]
    assert fresh
    assert {each[2] for each in fresh} == {step}
    assert lodged.events.count("fell_due") > fell
    either.watch.sweep(Lane.MANUAL)
    assert [each for each in told_of(either, lodged) if each not in before] == fresh
    assert either.audit.verify() == []


def test_an_applicant_who_heard_that_it_is_late_hears_when_it_is_due_now(either: Office) -> None:
    lodged, came = late_at_a_step(either)
    put_off(either, came)
    assert to_applicant(either, lodged)[-1] == "due_later"
    assert lodged.dossier.due_at is not None
    clock_of(either).to(lodged.dossier.due_at + timedelta(minutes=1))
    either.watch.sweep(Lane.MANUAL)
    assert to_applicant(either, lodged)[-1] == "late"


def test_an_outage_that_put_off_nothing_past_now_makes_nobody_hear_anything_again(office: Office) -> None:
    lodged, came = late_at_a_step(office)
    before, heard = told_of(office, lodged), to_applicant(office, lodged)
    office.outages.start("SIAK_NETWORK", at=came, by="admin")
    office.outages.end("SIAK_NETWORK", at=came + timedelta(minutes=1), by="admin")
    office.watch.sweep(Lane.MANUAL)
    assert (told_of(office, lodged), to_applicant(office, lodged)) == (before, heard)


def test_a_due_time_that_comes_back_is_told_no_second_time(either: Office) -> None:
    lodged, came = late_at_a_step(either)
    fell, told = due_at(lodged), told_of(either, lodged)
    put_off(either, came)
    put_off_until = due_at(lodged)
    clock_of(either).to(put_off_until + timedelta(minutes=1))
    either.watch.sweep(Lane.MANUAL)
    assert len(told_of(either, lodged)) > len(told)
    either.outages.withdraw("SIAK_NETWORK", why="a mistake", by="admin")
    assert due_at(lodged) == fell
    clock_of(either).forward(days=10)
    either.watch.sweep(Lane.MANUAL)
    assert [each for each in told_of(either, lodged) if each[2] == fell] == told
    assert either.audit.verify() == []
