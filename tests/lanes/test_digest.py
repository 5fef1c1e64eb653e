"""The morning's list: each lead and manager once a working day, with what is before them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from support.office import ZONE, an_office, at_once, clock_of, lead_of, refused, shipped, waiting_at

from domain.lane import EXEMPTION_TOLD_DAYS, Parity
from domain.roles import Lane, Role
from lanes.office import Office
from lanes.store import Message

FRONT = "manual-front"


def digests(office: Office) -> dict[str, Message]:
    found = [each for each in office.outbox.listing(limit=1000) if each.message == "staff_digest"]
    assert len({each.to_person for each in found}) == len(found)
    return {str(each.to_person): each for each in found}


def still_told(office: Office) -> list[Message]:
    found = [each for each in office.outbox.listing(limit=1000) if each.message == "staff_held"]
    return sorted(found, key=lambda each: each.id)


def test_who_leads_work_and_the_manager_get_one_list_a_day_also_when_two_digests_overlap(either: Office) -> None:
    waiting_at(either, "receive")
    clock_of(either).to("Wed 07:30")
    at_once(*[lambda: either.digest.send(Lane.MANUAL)] * 3)
    rules = either.config.lanes[Lane.MANUAL]
    assert digests(either).keys() == {rules.manager, lead_of(either, FRONT)}, "and nobody a list of nothing"
    clock_of(either).to("Thu 07:30")
    either.digest.send(Lane.MANUAL)
    told = [each for each in either.outbox.listing(limit=1000) if each.message == "staff_digest"]
    assert len(told) == 2 * len({each.to_person for each in told})


def test_the_list_tells_what_is_open_not_taken_due_today_overdue_and_which_dossiers(office: Office) -> None:
    taken, late = waiting_at(office, "receive"), waiting_at(office, "receive")
    office.desk.claim(taken.number, None, by=lead_of(office, FRONT))
    clock_of(office).to("Tue 15:50")
    today = waiting_at(office, "receive")
    tomorrow = waiting_at(office, "enter")
    (told,) = office.digest.lists(lead_of(office, FRONT))
    assert (told.open, told.unassigned, told.overdue, told.today, told.stuck) == (3, 2, 2, 0, 0)
    assert told.numbers == (taken.number, late.number)
    clock_of(office).to("Wed 07:30")
    (told,) = office.digest.lists(lead_of(office, FRONT))
    assert (told.overdue, told.today) == (2, 1)
    assert told.numbers == (taken.number, late.number, today.number)
    (whole,) = office.digest.lists(office.config.lanes[Lane.MANUAL].manager)
    assert whole.teams is None
    assert (whole.open, whole.today) == (4, 2)
    assert tomorrow.number in whole.numbers


def test_on_a_day_off_nobody_gets_a_list_and_the_digest_still_counts_as_run(office: Office) -> None:
    waiting_at(office, "receive")
    clock_of(office).to("Sun 07:30")
    assert office.digest.send(Lane.MANUAL) == 0
    assert digests(office) == {}
    with office.store.read() as work:
        assert work.clocks.sweeps()["digest/manual"] == office.clock.now()


def test_whoever_stands_in_for_an_absent_lead_gets_the_list_of_the_team(office: Office) -> None:
    lead, manager = lead_of(office, FRONT), office.config.lanes[Lane.MANUAL].manager
    waiting_at(office, "receive")
    office.people.absent(lead, office.clock.now() + timedelta(days=9), by="admin")
    clock_of(office).to("Wed 07:30")
    office.digest.send(Lane.MANUAL)
    assert lead not in digests(office)
    assert manager in digests(office)


def test_a_forgotten_pause_or_outage_is_told_to_the_manager_then_the_head_and_each_working_day_again(
    either: Office,
) -> None:
    rules = either.config.lanes[Lane.MANUAL]
    head = next(person.username for person in either.config.office.people if Role.AGENCY_HEAD in person.roles)
    lodged = waiting_at(either, "receive")  # on a Monday
    clock_of(either).to("Tue 10:00")
    either.pausing.pause(lodged.number, "TTE_BSRE", by=rules.manager)
    either.outages.start("POWER", lane=Lane.ONLINE, by="admin")
    told: list[list[str]] = []
    for day in ("Wed", "Thu", "Fri", "Sat", "Sun", "Mon", "Tue"):
        clock_of(either).to(f"{day} 07:30")
        at_once(*[lambda: either.digest.send(Lane.MANUAL)] * 2)
        told.append(sorted(str(each.to_person) for each in still_told(either)[sum(len(each) for each in told) :]))
    both = sorted((head, rules.manager))
    assert told == [[], [rules.manager], [rules.manager], [], [], both, both]
    last = still_told(either)[-1]
    assert str(last.values["numbers"]).startswith(f"{lodged.number}: TTE_BSRE, ")
    assert [each.held for each in either.digest.lists(rules.manager)] == [1]
    assert [(each.lane, each.number) for each in either.held.long()] == [
        (Lane.ONLINE, None), (Lane.MANUAL, lodged.number)
    ]  # fmt: skip
    either.pausing.resume(lodged.number, by=rules.manager)
    either.outages.end("POWER", by="admin")
    assert either.held.long() == []


def test_a_digest_that_does_not_run_is_told_of(office: Office) -> None:
    office.digest.send(Lane.MANUAL)
    clock_of(office).forward(hours=25)
    assert office.watch.late() == []
    clock_of(office).forward(seconds=1)
    (late,) = office.watch.late()
    assert late.startswith("digest/manual last ran ")
    assert late.endswith("it should run every day at 07:30")


def test_who_leads_and_manages_nothing_has_no_list(office: Office) -> None:
    assert refused(lambda: office.digest.lists("admin")).code == "no_digest"


def test_that_an_exemption_from_parity_ends_stands_in_both_managers_lists_and_goes_to_the_head(tmp_path: Path) -> None:
    online = shipped().lanes[Lane.ONLINE]
    parity = Parity.model_validate({"exempt": {
        "LHR": {"reason": "the couriers are new", "until": "2026-03-13"},
        "KWN": {"reason": "the couriers are new", "until": "2026-12-31"},
    }})  # fmt: skip
    lanes = {**shipped().lanes, Lane.ONLINE: online.model_copy(update={"parity": parity})}
    office = an_office(tmp_path, config=replace(shipped(), lanes=lanes))
    head = office.config.office.people_with(Role.AGENCY_HEAD)[0]

    def told() -> list[tuple[str, str]]:
        found = [
            each for each in office.outbox.listing(limit=1000) if each.message in ("staff_digest", "staff_warning")
        ]
        return sorted((str(each.to_person), str(each.values.get("exemptions", each.values.get("reason"))))
                      for each in found)  # fmt: skip

    def morning(day: date) -> None:
        clock_of(office).to(datetime.combine(day, time(7, 30), ZONE))
        for lane in (*Lane, *Lane):
            office.digest.send(lane)

    last = date(2026, 3, 13)
    morning(last - timedelta(days=EXEMPTION_TOLD_DAYS))
    assert told() == []
    morning(last - timedelta(days=EXEMPTION_TOLD_DAYS - 3))
    people = (*(rules.manager for rules in lanes.values()), head)
    assert told() == sorted((person, "LHR (2026-03-13)") for person in people)
    morning(last + timedelta(days=3))
    assert len(told()) == 2 * len(people), "until it is taken out of the file"
