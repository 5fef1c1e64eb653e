"""The sweep: what fell due is flagged once each, whatever else happens."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import event
from support.office import a_dossier, at_once, clock_of, do, refused, to_the_end, waiting_at, work_off

from adapters.sql.store import SqlStore
from domain.clock import ClockKind
from domain.roles import Lane
from lanes.case import Deficiency
from lanes.escalating import Escalating
from lanes.office import Office
from lanes.rehoming import Rehoming
from lanes.watch import SweepResult


def told(office: Office) -> Counter[str]:
    """Who of the office got a message that something needs attention, and how many."""
    return Counter(
        str(m.to_person) for m in office.outbox.listing(limit=1000) if m.message.startswith("staff_escalation")
    )


def test_nothing_is_flagged_before_it_is_due(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    due = lodged.tasks["receive"].due_at
    assert due is not None
    clock_of(office).to(due.replace(microsecond=0))
    clock_of(office).forward(seconds=-1)
    assert office.watch.sweep(Lane.MANUAL).flagged == 0
    clock_of(office).forward(seconds=1)
    assert office.watch.sweep(Lane.MANUAL).flagged == 1
    assert [task.step for task, _ in office.views.overdue()] == ["receive"]


def test_what_fell_due_is_flagged_once_however_often_is_swept(either: Office) -> None:
    lodged = waiting_at(either, "receive")
    clock_of(either).forward(days=1)
    assert either.watch.sweep(Lane.MANUAL) == SweepResult(found=1, flagged=1, failed=())
    head = lodged.dossier.journal_head
    assert either.watch.sweep(Lane.MANUAL) == SweepResult(found=0, flagged=0, failed=())
    assert lodged.dossier.journal_head == head
    manager = either.config.lanes[Lane.MANUAL].manager
    assert told(either) == {manager: 1, lodged.tasks["receive"].assignee: 1}  # the rung at +4wh hands it on


def test_two_sweeps_at_once_flag_each_once(either: Office) -> None:
    lodged = [waiting_at(either, "receive") for _ in range(5)]
    clock_of(either).forward(days=1)
    results = at_once(lambda: either.watch.sweep(Lane.MANUAL), lambda: either.watch.sweep(Lane.MANUAL))
    assert sum(result.flagged for result in results if isinstance(result, SweepResult)) == 5
    assert [each.events.count("fell_due") for each in lodged] == [1] * 5
    assert [each.events.count("rung_passed") for each in lodged] == [1] * 5
    with either.store.begin() as work:
        assert work.escalations.untold(Lane.MANUAL) == []
        assert [len(work.escalations.of(each.dossier.id)) for each in lodged] == [2] * 5


def test_a_sweep_flags_only_its_own_lane(office: Office) -> None:
    waiting_at(office, "receive", "online")
    clock_of(office).forward(days=2)
    assert office.watch.sweep(Lane.MANUAL).found == 0
    assert office.watch.sweep(Lane.ONLINE).flagged == 1


@pytest.mark.parametrize("held", list(Lane))
def test_a_sweep_that_is_held_up_holds_up_nothing_of_the_other_lane(
    either: Office, monkeypatch: pytest.MonkeyPatch, held: Lane
) -> None:
    assert isinstance(either.store, SqlStore)
    (other,) = set(Lane) - {held}
    for lane in Lane:
        waiting_at(either, "receive", lane.value)
    clock_of(either).forward(days=2)
    reached, free, freed = Event(), Event(), list[bool]()
    # Held in the midst of its transaction; SQLite has one writer at a time, so there just before it.
    owner, name = (Escalating, "treat") if either.store.engine.name == "postgresql" else (Rehoming, "holders")
    real = getattr(owner, name)

    def hold(self: object, *given: object, **more: object) -> object:
        if held in given and not freed:
            reached.set()
            freed.append(free.wait(30))
        return real(self, *given, **more)

    monkeypatch.setattr(owner, name, hold)
    with ThreadPoolExecutor() as pool:
        try:
            slow = pool.submit(either.watch.sweep, held)
            assert reached.wait(30)
            assert either.watch.sweep(other) == SweepResult(found=1, flagged=1, failed=())
            assert freed == [], "it is held still"
        finally:
            free.set()
        assert slow.result(30) == SweepResult(found=1, flagged=1, failed=())
    assert freed == [True]


def test_a_dossier_that_is_late_as_a_whole_is_told_of(office: Office) -> None:
    lodged = waiting_at(office, "enter")
    clock_of(office).forward(days=40)
    office.watch.sweep(Lane.MANUAL)
    assert [dossier.number for dossier in office.views.overdue_dossiers()] == [lodged.number]
    got = lodged.tasks["enter"].assignee
    # Step, promise and limit are past their last rungs, which is one message; the step was handed on, which is another.
    assert told(office) == {"kepala": 1, got: 1}
    assert lodged.events.count("fell_due") == 3


def test_a_returned_dossier_is_not_overdue_for_the_list_nor_by_the_rule(office: Office) -> None:
    late, returned = waiting_at(office, "enter"), waiting_at(office, "receive")
    do(returned, "receive", "incomplete", deficiencies=[Deficiency(item="other")])
    clock_of(office).forward(days=40)
    now = office.clock.now()
    assert returned.dossier.due_at is not None
    assert returned.dossier.due_at < now
    assert [lodged.dossier.is_overdue(now) for lodged in (late, returned)] == [True, False]
    assert [dossier.number for dossier in office.views.overdue_dossiers()] == [late.number]


def test_what_is_done_in_time_is_never_flagged(office: Office) -> None:
    to_the_end(a_dossier(office).lodged())
    clock_of(office).forward(days=60)
    assert office.watch.sweep(Lane.MANUAL).found == 0


def test_while_the_applicant_must_answer_the_dossiers_clocks_stand_still(office: Office) -> None:
    lodged = waiting_at(office, "verify")
    do(lodged, "verify", "incomplete", deficiencies=[Deficiency(item="other")])
    clock_of(office).forward(days=13)
    office.watch.sweep(Lane.MANUAL)
    assert "fell_due" not in lodged.events
    office.intake.resubmit(lodged.number, lodged.code)
    assert office.watch.sweep(Lane.MANUAL).found == 0
    assert lodged.dossier.due_at is not None
    assert lodged.dossier.due_at > office.clock.now()


def test_one_broken_dossier_is_named_and_the_others_get_their_treatment(either: Office) -> None:
    lodged = [waiting_at(either, "receive") for _ in range(6)]
    broken = lodged[2]
    assert isinstance(either.store, SqlStore)
    with either.store.engine.begin() as connection:  # a journal that ends after its end: nothing can be added
        connection.exec_driver_sql(
            f"INSERT INTO journal (dossier_id, seq, at, actor, event, data, hash) SELECT dossier_id, seq + 1, at,"
            f" actor, event, data, hash FROM journal WHERE dossier_id = {broken.dossier.id}"
            f" ORDER BY seq DESC LIMIT 1"
        )
    clock_of(either).forward(days=1)
    result = either.watch.sweep(Lane.MANUAL)
    assert (result.flagged, len(result.failed)) == (5, 1)
    assert result.failed[0].startswith(f"dossier {broken.number}: ")
    assert [each.events.count("rung_passed") for each in lodged if each is not broken] == [1] * 5
    again = either.watch.sweep(Lane.MANUAL)
    assert (again.found, again.flagged, len(again.failed)) == (1, 0, 1)


def test_what_no_sweep_can_treat_stays_on_record_and_is_told_by_message_until_it_is_mended(either: Office) -> None:
    broken, whole = (waiting_at(either, "receive") for _ in range(2))
    assert isinstance(either.store, SqlStore)
    with either.store.engine.begin() as connection:
        mended = connection.exec_driver_sql(
            f"SELECT ledger FROM clock WHERE dossier_id = {broken.dossier.id}"
        ).scalars()
        mended = list(mended)
        connection.exec_driver_sql(f"UPDATE clock SET ledger = '{{broken' WHERE dossier_id = {broken.dossier.id}")

    def warned() -> Counter[tuple[str, str]]:
        found = [each for each in either.outbox.listing(limit=1000) if each.message == "staff_warning"]
        return Counter((str(each.to_person), str(each.values["reason"]).split("\n")[0]) for each in found)

    clock_of(either).forward(days=1)
    name = f"dossier {broken.number}: JSONDecodeError"
    for _ in range(2):
        result = either.watch.sweep(Lane.MANUAL)
        assert set(result.failed) == {name}
        assert either.watch.failed(Lane.MANUAL) == tuple(result.failed) == either.warnings.broken(Lane.MANUAL)
    assert either.warnings.broken(Lane.ONLINE) == ()
    assert whole.events.count("rung_passed") == 1
    assert warned() == {(person, name): 1 for person in ("admin", "admin2", either.config.lanes[Lane.MANUAL].manager)}
    assert {each.name for each in either.watch.runs() if each.failed} == {"watch-sla/manual"}
    refusal = refused(lambda: either.explain.for_office(broken.number, by="admin"))
    assert (refusal.code, broken.number in str(refusal), "clock" in str(refusal)) == ("unreadable_dossier", True, True)
    assert "jalur audit verify" in refusal.allowed
    with either.store.engine.begin() as connection:
        for (number,) in [*connection.exec_driver_sql(f"SELECT id FROM clock WHERE dossier_id = {broken.dossier.id}")]:
            connection.exec_driver_sql(f"UPDATE clock SET ledger = '{mended.pop(0)}' WHERE id = {number}")
    assert either.watch.sweep(Lane.MANUAL).failed == ()
    assert either.watch.failed(Lane.MANUAL) == either.warnings.broken(Lane.MANUAL) == ()
    assert broken.events.count("rung_passed") == 1


def test_a_sweep_costs_what_fell_due_and_not_what_is_open(office: Office) -> None:
    assert isinstance(office.store, SqlStore)
    statements: list[str] = []

    @event.listens_for(office.store.engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    office.watch.sweep(Lane.MANUAL)  # the first notes that sweeps began
    counts = []
    for _ in range(2):
        for _ in range(5):
            a_dossier(office).lodged()
        work_off(office)
        statements.clear()
        office.watch.sweep(Lane.MANUAL)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_sweep_that_does_not_run_is_told_of(office: Office) -> None:
    assert office.watch.late() == []
    office.watch.sweep(Lane.MANUAL)
    clock_of(office).forward(minutes=3)
    assert office.watch.late() == []
    clock_of(office).forward(seconds=1)
    (late,) = office.watch.late()
    assert late == "watch-sla/manual last ran 03-03-2026 09:00; it should run every 1 minute", "in office time"


def test_a_lanes_sweep_tells_of_the_others_that_do_not_run_beside_it(either: Office) -> None:
    for lane in Lane:
        either.watch.sweep(lane)
    either.parity.look()
    either.digest.send(Lane.MANUAL)
    clock_of(either).forward(hours=40)  # the office was down

    def minutes(count: int) -> list[str]:
        found = []
        for _ in range(count):
            either.watch.sweep(Lane.ONLINE)
            found = [each.name for each in either.warnings.beside(Lane.ONLINE)]
            clock_of(either).forward(minutes=1)
        return found

    assert minutes(4) == []
    assert minutes(1) == ["watch-sla/manual"]
    assert minutes(12) == ["watch-sla/manual", "housekeeping"]
    either.watch.sweep(Lane.MANUAL)
    assert minutes(1) == ["housekeeping"]
    told = {str(m.to_person) for m in either.outbox.listing(limit=1000)
            if m.message == "staff_warning" and str(m.values["reason"]).startswith("watch-sla/manual")}  # fmt: skip
    assert told == {"admin", "admin2", either.config.lanes[Lane.MANUAL].manager}


def test_a_sweep_is_not_late_for_the_time_in_which_the_office_was_down(office: Office) -> None:
    office.watch.sweep(Lane.MANUAL)
    clock_of(office).forward(days=2)
    began = office.clock.now()
    assert len(office.watch.late()) == 1
    clock_of(office).forward(minutes=3)
    assert office.watch.late(since=began) == []
    clock_of(office).forward(seconds=1)
    online, manual = office.watch.late(since=began)
    assert online == "watch-sla/online has never run; it should run every 1 minute"
    assert manual.startswith("watch-sla/manual last ran ")
    office.watch.sweep(Lane.MANUAL)
    assert office.watch.late(since=began) == [online]


def test_an_automatic_step_that_is_late_is_told_to_the_manager(office: Office) -> None:
    a_dossier(office).lodged()
    clock_of(office).forward(days=1)
    office.watch.sweep(Lane.MANUAL)
    assert told(office) == {office.config.lanes[Lane.MANUAL].manager: 1}
    with office.store.read() as work:
        assert {clock.kind for clock in work.clocks.of(1)} == {ClockKind.STEP}


def test_who_answers_before_the_file_was_found_complete_is_promised_from_then_on(office: Office) -> None:
    lodged, prompt = waiting_at(office, "receive"), waiting_at(office, "receive")
    do(lodged, "receive", "incomplete", deficiencies=[Deficiency(item="other")])
    clock_of(office).forward(days=10)
    office.intake.resubmit(lodged.number, lodged.code)
    late = a_dossier(office).lodged()
    assert lodged.dossier.due_at == late.due_at
    assert [each.number for each in office.views.overdue_dossiers(lane=Lane.MANUAL)] == [prompt.number]


def test_what_keeps_the_office_from_running_well_is_told_by_message_once_a_day_to_who_can_mend_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def warned() -> Counter[tuple[str, str]]:
        found = [each for each in office.outbox.listing(limit=1000) if each.message == "staff_warning"]
        return Counter((str(each.to_person), str(each.values["reason"])) for each in found)

    began, online, manual = office.clock.now(), *(office.config.lanes[lane].manager for lane in Lane)
    monkeypatch.setattr(type(office.config), "warnings", lambda _self, _now, lanes: [f"{its} ends" for its in lanes])
    clock_of(office).forward(minutes=3, seconds=1)
    office.watch.sweep(Lane.MANUAL)
    broken = "lanes/online.yaml:12: wrong"
    for _ in range(2):
        (late,) = [each.told for each in office.warnings.late(began)]
        office.warnings.files(broken)
        assert office.warnings.rules() == 2
    assert late.startswith("watch-sla/online has never run")
    told = warned()
    assert set(told.values()) == {1}, "once a day"
    assert {reason for person, reason in told if person == "admin"} == {late, broken, "online ends", "manual ends"}
    assert {reason for person, reason in told if person == online} == {late, broken, "online ends"}
    assert {reason for person, reason in told if person == manual} == {broken, "manual ends"}
    clock_of(office).forward(days=1)
    office.warnings.files(broken)
    assert warned()["admin", broken] == 2, "and the next day again"
