"""What a citizen is told while waiting: the place in line, when it will be finished and why then, what to do now."""

from __future__ import annotations

from datetime import timedelta

from support.office import (
    ZONE,
    Lodged,
    a_dossier,
    clock_of,
    do,
    members_of,
    to_the_end,
    up_to,
    waiting_at,
    work_off,
)

from domain.citizen import Act, foreseen
from domain.dossier import TaskStatus
from domain.estimate import LEAST, Estimate
from domain.roles import Lane
from lanes.case import Deficiency
from lanes.office import Office
from lanes.views import Tracked

TYPE = "SKPTI"


def tracked(lodged: Lodged) -> Tracked:
    return lodged.office.views.track(lodged.number, lodged.code)


def a_letter(office: Office, lane: str = "online") -> Lodged:
    return up_to(a_dossier(office).of_type(TYPE).in_lane(lane).lodged(), "receive")


def finished(office: Office, count: int, *, lane: str = "online", hours: float = 1) -> None:
    """So many letters that were issued after so many hours at the intake desk, taken in the middle of a morning."""
    for _ in range(count):
        clock_of(office).to("Wed 09:00")
        letter = a_letter(office, lane)
        clock_of(office).forward(hours=hours)
        to_the_end(letter)


def estimate_of(lodged: Lodged) -> Estimate | None:
    clock_of(lodged.office).forward(minutes=11)  # what was learned before is read anew
    with lodged.office.store.read() as work:
        return lodged.office.estimates.for_dossier(work, lodged.dossier, clock_of(lodged.office).now())


# --- estimates ---------------------------------------------------------------------------------------------------


def test_a_range_is_told_once_enough_dossiers_of_the_lane_and_type_passed_the_step(either: Office) -> None:
    finished(either, LEAST - 1)
    finished(either, 2, lane="manual")
    clock_of(either).to("Wed 09:00")
    letter = a_letter(either)
    assert estimate_of(letter) is None
    assert tracked(letter).estimate is None
    finished(either, 1)
    clock_of(either).to("Wed 09:00")
    letter = a_letter(either)
    opened = letter.tasks["receive"].ready_at
    told = estimate_of(letter)
    assert told == Estimate(opened + timedelta(hours=1), opened + timedelta(hours=1), hits=0, tested=0)
    assert tracked(letter).estimate == told
    other = up_to(a_dossier(either).of_type("SKPWNI").in_lane("online").lodged(), "receive")
    assert estimate_of(other) is None
    at_the_counter = a_letter(either, "manual")
    assert estimate_of(at_the_counter) is None


def test_it_says_how_often_such_ranges_held_and_goes_by_how_long_this_one_has_waited(either: Office) -> None:
    finished(either, LEAST + 6, hours=1)
    finished(either, 6, hours=2)
    clock_of(either).to("Wed 09:00")
    letter = a_letter(either)
    opened = letter.tasks["receive"].ready_at
    told = estimate_of(letter)
    assert told is not None
    assert (told.hits, told.tested) == (6, 12)  # the slower ones were not foreseen
    assert (told.earliest, told.latest) == (opened + timedelta(hours=1), opened + timedelta(hours=1))
    clock_of(either).forward(hours=1)
    later = estimate_of(letter)
    assert later is not None
    assert (later.earliest, later.latest) == (opened + timedelta(hours=2), opened + timedelta(hours=2))
    clock_of(either).forward(hours=1)
    assert estimate_of(letter) is None  # nobody is known to have waited so long


def test_nothing_is_foreseen_while_it_waits_for_its_applicant_or_stands_still(either: Office) -> None:
    finished(either, LEAST, hours=1)
    clock_of(either).to("Wed 09:00")
    returned, paused = a_letter(either), a_letter(either)
    do(returned, "receive", "incomplete", deficiencies=[Deficiency(item="other", note="x")])
    assert estimate_of(returned) is None
    assert estimate_of(paused) is not None
    either.pausing.pause(paused.number, "SIAK_NETWORK", by=either.config.lanes[Lane.ONLINE].manager)
    assert estimate_of(paused) is None


def test_who_is_told_that_it_is_late_is_told_the_new_estimate(either: Office) -> None:
    for _ in range(LEAST):
        clock_of(either).to("Wed 09:00")
        letter = up_to(a_letter(either), "enter")
        clock_of(either).forward(days=28)
        to_the_end(letter)
    clock_of(either).to("Wed 09:00")
    letter = up_to(a_letter(either), "enter")
    assert letter.dossier.due_at is not None
    clock_of(either).to(letter.dossier.due_at + timedelta(minutes=1))
    either.watch.sweep(Lane.ONLINE)
    (message,) = [each for each in either.outbox.listing(limit=500) if each.message == "late"]
    told = tracked(letter).estimate
    assert told is not None
    assert message.values["estimate_en"] == foreseen(told, ZONE).en
    assert f"{told.latest.astimezone(ZONE).day} " in message.values["estimate_en"]


# --- the place in the line ---------------------------------------------------------------------------------------


def test_the_place_in_the_line_is_how_many_next_gives_before(either: Office) -> None:
    lodged = []
    for code in ("KK-BARU", "KTP-GANTI", "MTI", "KK-BARU"):
        lodged.append(waiting_at(either, "receive", code=code))
        clock_of(either).forward(minutes=7)
    waiting_at(either, "receive", "online")
    with either.store.begin() as work:
        work.tasks.raise_priority([lodged[2].dossier.id], 3)
    told = {each.number: tracked(each).open_steps[0].ahead for each in lodged}
    assert sorted(told.values(), key=str) == [0, 1, 2, 3]
    assert told[lodged[2].number] == 0
    for place in range(4):
        taken = either.desk.next(members_of(either, "manual-front")[place])
        assert taken is not None
        assert told[taken[1].number] == place
    assert {tracked(each).open_steps[0].ahead for each in lodged} == {None}  # they are being done


def test_an_automatic_step_and_a_handover_stand_in_no_line(either: Office) -> None:
    lodged = a_dossier(either).lodged()
    assert next(iter(lodged.tasks.values())).status is TaskStatus.READY
    assert tracked(lodged).open_steps[0].ahead is None
    assert tracked(waiting_at(either, "handover")).open_steps[0].ahead is None


# --- the due time and what to do ---------------------------------------------------------------------------------


def test_the_due_time_is_told_with_where_it_comes_from(either: Office) -> None:
    lodged = waiting_at(either, "receive")
    before = tracked(lodged).due_story
    assert before is not None
    assert "until then this time is provisional" in before.en
    assert "sementara" in before.id
    do(lodged, "receive")
    work_off(either)
    either.pausing.pause(lodged.number, "SIAK_NETWORK", by=either.config.lanes[Lane.MANUAL].manager)
    clock_of(either).forward(hours=1)
    either.pausing.resume(lodged.number, "SIAK_NETWORK", by=either.config.lanes[Lane.MANUAL].manager)
    after = tracked(lodged).due_story
    assert after is not None
    assert "since the papers were found complete on Tue 3 Mar 2026 09:00 WITA" in after.en
    assert "stopped from Tue 3 Mar 2026 09:00 WITA until Tue 3 Mar 2026 10:00 WITA (SIAK network fault)" in after.en


def test_what_the_citizen_can_do_is_what_the_office_waits_for_and_what_is_always_theirs(either: Office) -> None:
    def acts(lodged: Lodged) -> list[Act]:
        return [choice.act for choice in tracked(lodged).choices]

    lodged = waiting_at(either, "receive")
    assert acts(lodged) == [Act.WAIT, Act.WITHDRAW, Act.COMPLAIN]
    do(lodged, "receive", "incomplete", deficiencies=[Deficiency(item="other", note="x")])
    assert acts(lodged) == [Act.ANSWER, Act.WITHDRAW, Act.COMPLAIN]
    answer = tracked(lodged).choices[0]
    (asked,) = lodged.tasks.values()
    assert answer.by == asked.due_at
    assert answer.words.en.startswith("Answer what is missing by ")
    either.intake.resubmit(lodged.number, lodged.code)
    up_to(lodged, "handover")
    assert acts(lodged) == [Act.COME, Act.COMPLAIN], "nobody withdraws what is sealed"
    to_the_end(lodged)
    assert acts(lodged) == [Act.FETCH]
    assert (tracked(lodged).due_story, tracked(lodged).estimate) == (None, None)
    assert tracked(lodged).documents
    assert tracked(lodged).products == ("family_card",)
    card = up_to(a_dossier(either).of_type("KTP-GANTI").in_lane("online").lodged(), "deliver")
    assert tracked(card).choices[0].words.en.startswith("Wait for the courier")
    to_the_end(card)
    assert (tracked(card).documents, acts(card)) == ((), [])
    gone = a_dossier(either).lodged()
    either.closing.withdraw(gone.number, gone.code)
    assert acts(gone) == []
