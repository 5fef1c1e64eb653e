"""Pull order is the order: who takes something else says why, and that is kept, counted and published without names."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import event
from support.office import (
    ZONE,
    Lodged,
    a_dossier,
    a_family,
    claimed,
    clock_of,
    do,
    given_fields,
    in_line,
    lead_of,
    manager,
    members_of,
    refused,
    up_to,
    waiting_at,
    work_off,
)

from adapters.fairness_page import fairness_page
from adapters.sql.store import SqlStore
from domain.clock import ClockKind
from domain.fairness import FEW, WITHHELD, LetBy, Verdict
from domain.giving_back import STILL_HELD
from domain.roles import Lane
from lanes.case import Deficiency
from lanes.office import Office

FRONT = "manual-front"


def kept(office: Office) -> list[tuple[str, str, str, list[int]]]:
    """Officer, step, reason and the dossiers passed over, of each overtaking."""
    with office.store.read() as work:
        found = work.overtakings.listing(clock_of(office).now() - timedelta(days=400), clock_of(office).now())
    return [(each.officer, each.step, each.reason, list(each.passed)) for each in found]


# --- the order ---------------------------------------------------------------------------------------------------


def test_what_next_gives_and_the_first_of_the_line_need_no_reason(either: Office) -> None:
    first, second, third = in_line(either)
    clerk, other = members_of(either, FRONT)[:2]
    taken = either.desk.next(clerk)
    assert taken is not None
    assert taken[1].number == first.number
    either.desk.complete(first.number, None, None, by=clerk)
    either.desk.claim(second.number, None, by=clerk)
    either.desk.complete(third.number, None, None, by=other)
    assert kept(either) == []


@pytest.mark.parametrize("act", ["claim", "claim_task", "complete", "complete_task", "reassign"])
def test_another_one_is_refused_with_the_first_and_the_reasons_and_nothing_changes(either: Office, act: str) -> None:
    first, second, _ = in_line(either)
    clerk, lead = members_of(either, FRONT)[1], lead_of(either, FRONT)
    task, before = second.tasks["receive"].id, second.events
    acts = {
        "claim": lambda **why: either.desk.claim(second.number, None, by=clerk, **why),
        "claim_task": lambda **why: either.desk.claim_task(task, by=clerk, **why),
        "complete": lambda **why: either.desk.complete(second.number, None, None, by=clerk, **why),
        "complete_task": lambda **why: either.desk.complete_task(task, by=clerk, **why),
        "reassign": lambda **why: either.desk.reassign(second.number, None, to=clerk, by=lead, **why),
    }
    refusal = refused(acts[act])
    assert refusal.code == "out_of_turn"
    assert f"{first.number} (receive) comes first" in refusal.message
    assert "FUNERAL (A funeral or a family emergency), MEDICAL" in refusal.allowed
    assert "SAME_CASE" in refused(lambda: acts[act](out_of_turn="FRIEND")).allowed
    assert (second.events, kept(either)) == (before, [])
    acts[act](out_of_turn="MEDICAL")
    by = lead if act == "reassign" else clerk
    assert kept(either) == [(by, "receive", "MEDICAL", [first.dossier.id])]
    assert second.events[len(before)] == "taken_out_of_turn"
    entry = either.views.dossier(second.number)[2][len(before)]
    told = json.loads(entry.data)
    said = {"step": "receive", "reason": "MEDICAL", "passed": 1, "team": FRONT}
    assert {name: value for name, value in told.items() if not name.endswith("_sha256")} == said
    assert set(told) - set(said) == {"applicant_sha256", "passed_sha256"}, "no token and no dossier stands in it"
    assert either.audit.verify() == []


def test_a_reason_given_in_turn_is_no_overtaking(either: Office) -> None:
    first = in_line(either)[0]
    either.desk.claim(first.number, None, by=members_of(either, FRONT)[0], out_of_turn="TRAVEL")
    assert kept(either) == []
    assert "taken_out_of_turn" not in first.events


def test_what_a_person_may_not_do_or_others_hold_is_not_passed_over(either: Office) -> None:
    clerk, other = members_of(either, FRONT)[:2]
    first, second, third = in_line(either)
    either.desk.claim(first.number, None, by=other)
    with either.store.begin() as work:  # as if four eyes kept the clerk from the second
        task, dossier = work.tasks.get(second.tasks["receive"].id) or pytest.fail("gone")
        work.tasks.cancel_live(dossier.id, clock_of(either).now())
        work.tasks.add([type(task)(**{**{n: getattr(task, n) for n in task.__slots__}, "barred": (clerk,)})])
    waiting_at(either, "receive", "online")
    either.desk.claim(third.number, None, by=clerk)
    assert kept(either) == []


def test_another_step_of_the_same_dossier_passes_nobody_over(either: Office) -> None:
    lodged = up_to(a_dossier(either).of_type("KTP-BARU").lodged(), "enter")
    assert {task.team for task in lodged.tasks.values()} == {"manual-entry"}
    waiting = either.views.tasks(lane=Lane.MANUAL, team="manual-entry")
    assert len(waiting) == 2
    for step in reversed([task.step for task, _ in waiting]):
        either.desk.claim(lodged.number, step, by=members_of(either, "manual-entry")[0])
    assert kept(either) == []


def test_handing_over_follows_who_comes(either: Office) -> None:
    first, second = (waiting_at(either, "handover") for _ in range(2))
    officer = members_of(either, "manual-handover")[0]
    for each in (second, first):
        either.desk.claim(each.number, None, by=officer)
    do(second, "handover", by=officer)
    assert kept(either) == []


def test_those_passed_over_are_kept_in_their_order_and_all_counted(either: Office) -> None:
    lodged = in_line(either, 4)
    do(lodged[3], "receive", by=members_of(either, FRONT)[0], out_of_turn="DISABILITY")
    ((_, _, reason, passed),) = kept(either)
    assert (reason, passed) == ("DISABILITY", [each.dossier.id for each in lodged[:3]])


# --- what is held ------------------------------------------------------------------------------------------------


def test_who_holds_a_whole_line_and_serves_its_last_first_has_passed_the_others_over(either: Office) -> None:
    *before, last = in_line(either, 4)
    clerk, other = members_of(either, FRONT)[1:3]
    for each in (*before, last):
        claimed(either, each, clerk)  # each in its turn, for those before it are held
    either.desk.complete(last.number, None, None, by=clerk)
    assert kept(either) == [(clerk, "receive", STILL_HELD, [each.dossier.id for each in before])]
    assert last.events.count("taken_out_of_turn") == 1
    clock_of(either).forward(minutes=1)
    either.desk.complete(before[2].number, None, None, by=clerk, out_of_turn="MEDICAL")
    passed = [each.dossier.id for each in before[:2]]
    assert kept(either)[1:] == [(clerk, "receive", "MEDICAL", passed)], "each completion is one"
    either.desk.release(before[1].number, None, by=clerk)  # all that went past it is told
    either.desk.complete(before[0].number, None, None, by=clerk)
    either.desk.complete(before[1].number, None, None, by=other)
    assert len(kept(either)) == 2
    counts = either.fairness.report(days=1, by=manager(either)).inside[Lane.MANUAL].counts
    assert counts.officers[clerk].overtakings == 2
    assert {each.overtaking.reason for each in either.turn_reviews.waiting(Lane.MANUAL, by=manager(either))} == {
        STILL_HELD, "MEDICAL",
    }  # fmt: skip
    assert either.audit.verify() == []
    clock_of(either).forward(days=10)
    page = fairness_page(either.fairness.report(days=40), either.config)
    assert "The one before it was still in the same hands" in page


def test_what_is_completed_past_what_is_held_is_told_once_whatever_was_told_before(either: Office) -> None:
    first, second, third, fourth = in_line(either, 4)
    clerk = members_of(either, FRONT)[1]
    either.desk.claim(second.number, None, by=clerk, out_of_turn="MEDICAL")
    claimed(either, first, clerk)
    either.desk.complete(second.number, None, None, by=clerk)
    assert kept(either) == [(clerk, "receive", "MEDICAL", [first.dossier.id])], "it was told when it was taken"
    assert refused(lambda: either.desk.complete(fourth.number, None, None, by=clerk)).code == "out_of_turn"
    either.desk.complete(fourth.number, None, None, by=clerk, out_of_turn="TRAVEL")
    passed = [first.dossier.id, third.dossier.id]
    assert kept(either)[1:] == [(clerk, "receive", "TRAVEL", passed)], "of hands and of the line together"
    assert either.audit.verify() == []


def test_who_works_in_the_order_of_next_or_was_handed_an_earlier_one_has_passed_nobody_over(either: Office) -> None:
    first, second, third = in_line(either)
    clerk, other = members_of(either, FRONT)[1:3]
    claimed(either, first, other)
    claimed(either, second, clerk)
    claimed(either, third, clerk)
    either.desk.reassign(first.number, None, to=clerk, by=lead_of(either, FRONT))  # they have begun the second by then
    either.desk.complete(second.number, None, None, by=clerk)
    while (mine := either.desk.next(clerk)) is not None:
        do(next(each for each in (first, third) if each.number == mine[1].number), "receive", by=clerk)
    assert kept(either) == []


# --- giving back -------------------------------------------------------------------------------------------------


def test_who_gives_back_what_comes_before_their_other_tasks_has_passed_it_over(either: Office) -> None:
    first, second, third = in_line(either)
    clerk, other = members_of(either, FRONT)[1:3]
    claimed(either, first, clerk)
    claimed(either, second, clerk)
    clock_of(either).forward(minutes=1)
    before = (first.events, second.events)
    refusal = refused(lambda: either.desk.release(first.number, None, by=clerk))
    assert refusal.code == "out_of_turn"
    assert f"not the turn of {second.number} (receive): {first.number} (receive) comes first" in refusal.message
    assert "FUNERAL (A funeral or a family emergency), MEDICAL" in refusal.allowed
    assert "SAME_CASE" in refused(lambda: either.desk.release(first.number, None, by=clerk, out_of_turn="A")).allowed
    assert ((first.events, second.events), kept(either)) == (before, [])
    either.desk.release(first.number, None, by=clerk, out_of_turn="MEDICAL")
    assert kept(either) == [(clerk, "receive", "MEDICAL", [first.dossier.id])]
    assert second.events[len(before[1])] == "taken_out_of_turn"
    either.desk.complete(second.number, None, None, by=clerk)
    assert either.desk.next(other) is not None
    either.desk.release(first.number, None, by=other)
    claimed(either, first, clerk)
    either.desk.release(first.number, None, by=clerk)  # nothing was taken since
    do(third, "receive", by=other, out_of_turn="TRAVEL")
    assert [reason for _, _, reason, _ in kept(either)] == ["MEDICAL", "TRAVEL"]
    assert either.audit.verify() == []


def test_an_overtaking_told_after_its_step_came_again_is_proven_by_the_journal(either: Office) -> None:
    first, second = in_line(either, 2)
    clerk = members_of(either, FRONT)[1]
    claimed(either, first, clerk)
    claimed(either, second, clerk)
    do(second, "receive", "incomplete", by=clerk, deficiencies=[Deficiency(item="other")], out_of_turn="TRAVEL")
    either.intake.resubmit(second.number, second.code)
    work_off(either)
    assert second.tasks["receive"].assignee is None
    either.desk.release(first.number, None, by=clerk)  # which was told of already
    assert kept(either) == [(clerk, "receive", "TRAVEL", [first.dossier.id])]
    assert either.audit.verify() == []


def test_a_lead_who_takes_the_first_away_from_somebody_says_why_whether_it_goes_back_or_to_another(
    either: Office,
) -> None:
    first, second = in_line(either, 2)
    lead, (clerk, other) = lead_of(either, FRONT), members_of(either, FRONT)[1:3]
    claimed(either, first, clerk)
    claimed(either, second, clerk)
    assert refused(lambda: either.desk.release(first.number, None, by=lead)).code == "out_of_turn"
    either.desk.reassign(first.number, None, to=clerk, by=lead)  # it is theirs, and was theirs before the other
    assert refused(lambda: either.desk.release(first.number, None, by=clerk)).code == "out_of_turn"
    before = first.events
    refusal = refused(lambda: either.desk.reassign(first.number, None, to=other, by=lead))
    assert (refusal.code, f"{first.number} (receive) comes first" in refusal.message) == ("out_of_turn", True)
    assert (first.tasks["receive"].assignee, first.events, kept(either)) == (clerk, before, [])
    either.desk.reassign(first.number, None, to=other, by=lead, out_of_turn="TRAVEL")
    either.desk.release(first.number, None, by=other)
    assert kept(either) == [(clerk, "receive", "TRAVEL", [first.dossier.id])], "once, and theirs who took it"
    assert either.audit.verify() == []


def test_one_lead_alone_serves_no_later_one_first_by_way_of_a_colleague(either: Office) -> None:
    first, second = in_line(either, 2)
    lead, other = lead_of(either, FRONT), members_of(either, FRONT)[1]
    for mine in (first, second):
        claimed(either, mine, lead)
        clock_of(either).forward(minutes=1)
    assert refused(lambda: either.desk.release(first.number, None, by=lead)).code == "out_of_turn"
    assert refused(lambda: either.desk.reassign(first.number, None, to=other, by=lead)).code == "out_of_turn"
    either.desk.reassign(first.number, None, to=other, by=lead, out_of_turn="FUNERAL")
    clock_of(either).forward(minutes=1)
    either.desk.release(first.number, None, by=lead)
    assert kept(either) == [(lead, "receive", "FUNERAL", [first.dossier.id])]
    assert "taken_out_of_turn" in second.events
    assert either.audit.verify() == []


def test_what_a_lead_hands_on_tells_who_was_let_by_while_it_was_held(either: Office) -> None:
    clerk, other, third = *members_of(either, FRONT)[1:3], lead_of(either, FRONT)
    for _ in range(2):
        first, second = in_line(either, 2)
        claimed(either, first, clerk)
        either.desk.complete(second.number, None, None, by=other)
        either.desk.reassign(first.number, None, to=third, by=third)
        either.desk.release(first.number, None, by=third)
        either.desk.complete(first.number, None, None, by=third)
    inside = either.fairness.report(days=1, by=manager(either)).inside[Lane.MANUAL]
    assert inside.let_by == [LetBy(officer=clerk, other=other, given_back=2, taken=2)]
    assert kept(either) == []
    assert either.audit.verify() == []


def test_two_who_let_somebody_go_first_together_are_seen_by_who_answers_for_the_lane(either: Office) -> None:
    lodged = in_line(either, 4)
    clerk, other = members_of(either, FRONT)[1:3]
    claimed(either, lodged[0], clerk)
    claimed(either, lodged[1], clerk)
    claimed(either, lodged[2], other)  # the first of the line, as long as the two before it are held
    for parked in (lodged[1], lodged[0]):
        either.desk.release(parked.number, None, by=clerk)
    assert kept(either) == [], "each of them kept to the order"
    entry = either.views.dossier(lodged[0].number)[2][-1]
    assert json.loads(entry.data) == {"step": "receive", "why": "released", "held_by": clerk, "let_by": {other: 1}}
    inside = either.fairness.report(days=1, by=manager(either)).inside[Lane.MANUAL]
    assert inside.let_by == [LetBy(officer=clerk, other=other, given_back=2, taken=2)]
    assert either.fairness.report(days=1, by=clerk).inside == {}
    assert either.audit.verify() == []


def test_giving_back_once_while_others_worked_on_says_nothing(either: Office) -> None:
    first, second, third = in_line(either)
    clerk, other = members_of(either, FRONT)[1:3]
    claimed(either, first, clerk)
    claimed(either, second, other)
    either.desk.release(first.number, None, by=clerk)
    either.desk.release(second.number, None, by=other)  # what came before it was taken in between by nobody
    assert either.fairness.report(days=1, by=manager(either)).inside[Lane.MANUAL].let_by == []
    assert "let_by" not in either.views.dossier(second.number)[2][-1].data
    assert third.tasks["receive"].assignee is None


def test_giving_back_in_order_or_by_rule_needs_no_reason(either: Office) -> None:
    first, second, third = in_line(either)
    clerk, other = members_of(either, FRONT)[1:3]
    claimed(either, first, clerk)
    claimed(either, second, clerk)
    either.desk.reassign(third.number, None, to=clerk, by=lead_of(either, FRONT))  # nobody's own choice
    either.desk.release(second.number, None, by=clerk)
    either.desk.release(first.number, None, by=clerk)
    claimed(either, first, other)
    claimed(either, second, other)
    assert either.people.absent(other, clock_of(either).now() + timedelta(days=1), by="admin") == 2
    assert kept(either) == []
    assert either.audit.verify() == []


# --- the figures -------------------------------------------------------------------------------------------------


def helped(office: Office, *, times: int = 2) -> tuple[str, list[Lodged]]:
    """An officer who takes several dossiers of one family before everybody else; gives them."""
    clerk, family = members_of(office, FRONT)[1], a_family()
    in_line(office, 2)
    theirs = []
    for code in ("KK-BARU", "KTP-GANTI", "SKPWNI")[:times]:
        mine = up_to(a_dossier(office).of_type(code).for_family(family).lodged(), "receive")
        do(mine, "receive", by=clerk, out_of_turn="FUNERAL")
        theirs.append(mine)
    work_off(office)
    return clerk, theirs


def test_counts_per_lane_officer_type_and_reason_are_shares_of_what_was_taken(either: Office) -> None:
    clerk, _ = helped(either)
    first = either.desk.next(members_of(either, FRONT)[0])
    assert first is not None
    report = either.fairness.report(days=7, by=either.config.lanes[Lane.MANUAL].manager)
    counts = report.inside[Lane.MANUAL].counts
    assert (counts.whole.overtakings, counts.whole.claims) == (2, 3)
    assert counts.officers[clerk].share == 1.0
    assert counts.officers[members_of(either, FRONT)[0]].overtakings == 0
    assert (counts.types["KK-BARU"].overtakings, counts.types["KK-BARU"].claims) == (1, 2)
    assert counts.reasons == {"FUNERAL": 2}
    assert [share.overtakings for share in counts.weeks.values()] == [0, 2]


def test_an_officer_and_an_applicant_who_recur_are_found_and_the_applicant_is_a_number(either: Office) -> None:
    clerk, theirs = helped(either)
    inside = either.fairness.report(days=7, by="kepala").inside[Lane.MANUAL]
    (pair,) = inside.pairs
    assert (pair.officer, pair.applicant, pair.tasks, pair.dossiers) == (clerk, 1, 2, 2)
    with either.store.read() as work:
        now = clock_of(either).now()
        (token,) = {each.applicant for each in work.overtakings.listing(now - timedelta(days=1), now)}
    assert token
    assert token != theirs[0].fields["applicant_nik"]
    assert token not in repr(inside)


def test_the_dossiers_passed_over_most_come_first(either: Office) -> None:
    helped(either)
    most = either.fairness.report(days=7, by="kepala").inside[Lane.MANUAL].passed_over
    assert [times for _, times in most] == [2, 2]
    assert most[0][0] < most[1][0]


@pytest.mark.parametrize(("hours_before", "found"), [(20, False), (1, True)])
def test_a_pause_set_just_before_due_is_told(either: Office, hours_before: int, found: bool) -> None:
    lodged = waiting_at(either, "enter")
    due = lodged.dossier.due_at
    assert due is not None
    clock_of(either).to(due - timedelta(hours=hours_before))
    lead = either.config.lanes[Lane.MANUAL].manager
    either.pausing.pause(lodged.number, "SIAK_NETWORK", by=lead)
    pauses = either.fairness.report(days=30, by="kepala").inside[Lane.MANUAL].pauses
    assert [(p.number, p.by, p.reason) for p in pauses] == [(lodged.number, lead, "SIAK_NETWORK")] * found


def test_a_pause_that_saves_the_limit_or_a_step_is_told_though_the_target_is_missed(either: Office) -> None:
    lodged = waiting_at(either, "enter")
    with either.store.read() as work:
        dues = {each.kind: each.due_at for each in work.clocks.of(lodged.dossier.id)}
    limit, step = dues[ClockKind.LIMIT], dues[ClockKind.STEP]
    assert limit is not None
    assert step is not None
    boss = manager(either)
    for due, reason in ((step, "POWER"), (limit, "TTE_BSRE")):
        clock_of(either).to(due - timedelta(minutes=1))
        either.pausing.pause(lodged.number, reason, by=boss)
        clock_of(either).forward(seconds=30)
        either.pausing.resume(lodged.number, reason, by=boss)
    pauses = either.fairness.report(days=30, by="kepala").inside[Lane.MANUAL].pauses
    found = [(p.reason, p.kind, p.step) for p in pauses]
    assert found == [("POWER", ClockKind.STEP, "enter"), ("TTE_BSRE", ClockKind.LIMIT, "")]
    assert pauses[0].due_at == step


def test_an_outage_recorded_late_is_told_to_the_head_and_shown_with_what_it_saved(either: Office) -> None:
    late, new = waiting_at(either, "enter"), waiting_at(either, "receive", "online")
    due = late.dossier.due_at
    assert due is not None
    clock_of(either).to(due + timedelta(hours=1))
    boss, now = manager(either), clock_of(either).now()
    either.outages.start("AFIS", lane=Lane.MANUAL, at=now - timedelta(minutes=30), by=boss)  # in time, and of no avail
    either.outages.start("POWER", at=due - timedelta(days=1), why=" The fuse  box burnt. ", by="admin")
    either.outages.end("POWER", at=due - timedelta(minutes=30), by="admin")
    inside = either.fairness.report(days=30, by="kepala").inside
    (found,) = inside[Lane.MANUAL].late_outages
    assert (found.reason, found.by, found.recorded_at, found.touched, found.saved) == ("POWER", "admin", now, 1, 1)
    assert found.why == "The fuse box burnt."
    assert [(each.touched, each.saved) for each in inside[Lane.ONLINE].late_outages] == [(1, 0)], new.number
    told = [each for each in either.outbox.listing(limit=100) if each.message == "staff_outage_late"]
    assert {(each.to_person, each.values["person"]) for each in told} == {("kepala", "admin"), ("sekretaris", "admin")}
    assert {each.values["why"] for each in told} == {"The fuse box burnt."}
    either.outages.withdraw("POWER", why="it was another building", by="admin")
    assert either.fairness.report(days=30, by="kepala").inside[Lane.MANUAL].late_outages == []


def test_what_a_late_outage_saved_costs_the_same_however_many_dossiers_it_touched(office: Office) -> None:
    assert isinstance(office.store, SqlStore)
    statements, costs = list[str](), list[int]()

    @event.listens_for(office.store.engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    waiting_at(office, "receive")
    clock_of(office).forward(hours=2)
    office.outages.start("POWER", at=clock_of(office).now() - timedelta(hours=2), by="admin")
    for touched in (1, 4):
        while len(office.views.tasks()) < touched:
            waiting_at(office, "receive")
        office.outages.apply_open()
        statements.clear()
        (found,) = office.fairness.report(days=30, by="kepala").inside[Lane.MANUAL].late_outages
        assert found.touched == touched
        costs.append(len(statements))
    assert costs[0] == costs[1]


def test_officers_are_shown_to_who_answers_for_the_lane_and_to_nobody_else(either: Office) -> None:
    clerk, _ = helped(either)
    managers = {lane: either.config.lanes[lane].manager for lane in Lane}
    for by, sees in (
        (None, set()), (clerk, set()), (lead_of(either, FRONT), set()), (managers[Lane.MANUAL], {Lane.MANUAL}),
        (managers[Lane.ONLINE], {Lane.ONLINE}), ("kepala", set(Lane)), ("admin", set(Lane)),
    ):  # fmt: skip
        report = either.fairness.report(days=7, by=by)
        assert set(report.inside) == sees
        assert clerk not in repr(report.published)
    assert refused(lambda: either.fairness.report(days=7, by="nobody.here")).code == "unknown_person"
    assert [each.lane for each in either.fairness.report(days=7, lane=Lane.ONLINE).published] == [Lane.ONLINE]


# --- what is published -------------------------------------------------------------------------------------------


def test_the_published_page_names_nobody_and_no_dossier(either: Office) -> None:
    helped(either, times=3)
    clock_of(either).forward(days=7)
    assert "<svg" not in fairness_page(either.fairness.report(days=28, by="kepala"), either.config), "one week"
    _, theirs = helped(either, times=3)
    clock_of(either).forward(days=7)
    others = in_line(either, 2)
    page = fairness_page(either.fairness.report(days=28, by="kepala"), either.config)
    assert page.startswith("<!doctype html>")
    assert "<svg" in page
    assert "<script" not in page
    assert "Keadilan giliran" in page
    for person in either.config.office.people:
        assert person.username not in page
        assert person.name not in page.replace(either.config.office.name.id, "")
    for each in (*theirs, *others):
        assert each.number not in page
        assert each.code not in page
        assert not [secret for secret in given_fields(each) if secret in page]
    with either.store.read() as work:
        now = clock_of(either).now()
        tokens = {each.applicant for each in work.overtakings.listing(now - timedelta(days=9), now)}
    assert not [token for token in tokens if token in page]


def test_everybody_is_told_of_weeks_that_are_over_in_three_lengths_alone(either: Office) -> None:
    helped(either, times=3)
    told = lambda days: either.fairness.report(days=days, lane=Lane.MANUAL)  # noqa: E731
    assert {told(days).published[0].whole.overtakings for days in (1, 28, 366)} == {"0"}, "the week is not over"
    clock_of(either).forward(days=7)
    found = {days: told(days) for days in (1, 27, 28, 60, 90, 91, 365, 366)}
    assert {days: (each.closed - each.opened).days // 7 for days, each in found.items()} == {
        1: 4, 27: 4, 28: 4, 60: 4, 90: 4, 91: 13, 365: 52, 366: 52,
    }  # fmt: skip
    clock_of(either).forward(hours=1)
    assert told(28).published == found[1].published, "nothing is told at once"
    monday = found[1].closed.astimezone(ZONE)
    assert (monday.weekday(), monday.hour, monday.minute) == (0, 0, 0)
    assert monday <= clock_of(either).now() < monday + timedelta(days=7)


def test_small_counts_are_withheld_from_the_page(either: Office) -> None:
    helped(either, times=1)
    clock_of(either).forward(days=7)
    (online, manual) = either.fairness.report(days=7).published
    assert (online.whole.overtakings, online.whole.claims) == ("0", "0")
    assert (manual.whole.overtakings, manual.whole.claims, manual.whole.share) == ("<3", "<3", "")
    page = fairness_page(either.fairness.report(days=7), either.config)
    assert "&lt;3 dari &lt;3 tugas" in page


def test_the_page_escapes_what_the_configuration_says(either: Office) -> None:
    report = either.fairness.report(days=7)
    spec = either.config.office.model_copy(
        update={"name": either.config.office.name.model_copy(update={"id": "<b>&", "en": '"'})}
    )
    page = fairness_page(report, type(either.config)(**{**vars(either.config), "office": spec}))
    assert "&lt;b&gt;&amp;" in page
    assert "<b>" not in page


# --- approved or objected to afterwards --------------------------------------------------------------------------


def overtaken(office: Office, *, by: str | None = None) -> int:
    """A task taken out of its turn; gives the overtaking's id."""
    lodged = in_line(office, 2)[1]
    office.desk.claim(lodged.number, None, by=by or members_of(office, FRONT)[0], out_of_turn="MEDICAL")
    return office.turn_reviews.waiting(Lane.MANUAL, by=manager(office))[-1].overtaking.id


def test_the_manager_approves_or_objects_once_and_figures_digest_and_audit_know(either: Office) -> None:
    first, second, third = (overtaken(either) for _ in range(3))
    boss = manager(either)
    (digest,) = either.digest.lists(boss)
    assert digest.out_of_turn == 3
    either.turn_reviews.review(first, Verdict.APPROVED, by=boss)
    either.turn_reviews.review(second, Verdict.OBJECTED, remark="nobody at the hospital knows of it", by="kepala")
    clock_of(either).forward(days=7)
    report = either.fairness.report(days=14, lane=Lane.MANUAL, by=boss)
    assert report.inside[Lane.MANUAL].counts.verdicts == {"approved": 1, "objected": 1, "unanswered": 1}
    assert set(dict(report.published[0].verdicts).values()) <= {FEW, WITHHELD}, "each alone could point at somebody"
    assert [each.overtaking.id for each in either.turn_reviews.waiting(Lane.MANUAL, by=boss)] == [third]
    assert refused(lambda: either.turn_reviews.review(first, Verdict.OBJECTED, remark="no", by=boss)).code == (
        "reviewed_already"
    )
    with either.store.read() as work:
        over = work.overtakings.get(second)
        assert over is not None
        entry = work.dossiers.journal(over.dossier_id)[-1]
    told = json.loads(entry.data)
    assert (entry.event, entry.actor, told["verdict"]) == ("turn_reviewed", "kepala", "objected")
    assert "hospital" not in entry.data, "what was remarked stands in its row alone"
    assert either.audit.verify() == []
    with either.store.engine.begin() as raw:  # type: ignore[attr-defined]
        raw.exec_driver_sql("UPDATE overtaking SET remark = 'all is well' WHERE verdict = 'objected'")
    (fault,) = either.audit.verify()
    assert "overtaking.remark" in str(fault)


def test_nobody_approves_their_own_pick_or_another_lanes_and_an_objection_says_why(office: Office) -> None:
    boss = manager(office)
    lodged = in_line(office, 2)[1]
    office.desk.reassign(lodged.number, None, to=members_of(office, FRONT)[0], by=boss, out_of_turn="TRAVEL")
    (own,) = office.turn_reviews.waiting(Lane.MANUAL, by=boss)
    before = lodged.events
    for by, code, says in ((boss, "not_allowed", "may not approve it"),
                           (manager(office, Lane.ONLINE), "not_allowed", "Only the manager of the manual lane"),
                           (lead_of(office, FRONT), "not_allowed", "Only the manager of the manual lane"),
                           ("kepala", "remark_missing", "needs its reason")):  # fmt: skip
        refusal = refused(
            lambda by=by: office.turn_reviews.review(own.overtaking.id, Verdict.OBJECTED, remark=" ", by=by)
            if by == "kepala" else office.turn_reviews.review(own.overtaking.id, Verdict.APPROVED, by=by)
        )  # fmt: skip
        assert (refusal.code, says in refusal.message) == (code, True), refusal.message
    assert "may not approve it" in str(own.why_not)
    assert lodged.events == before
    assert refused(lambda: office.turn_reviews.waiting(Lane.MANUAL, by=members_of(office, FRONT)[0])).code == (
        "not_allowed"
    )
    office.turn_reviews.review(own.overtaking.id, Verdict.APPROVED, by="kepala")
