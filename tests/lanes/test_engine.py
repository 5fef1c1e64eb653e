"""Automatic steps: leased, executed once in effect, stuck when they fail for good, waiting for what must come in."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.office import (
    a_dossier,
    an_office,
    at_once,
    clock_of,
    lead_of,
    leave_blanks,
    members_of,
    refused,
    residents,
    taken,
    to_the_end,
    up_to,
    waiting_at,
    work_off,
)

from adapters.registry.outage import InterruptibleRegistry
from domain.dossier import TaskStatus
from domain.roles import Lane
from lanes.engine import Claim, LeaseLost
from lanes.office import Office
from lanes.ports import Unavailable


def registry_of(office: Office) -> InterruptibleRegistry:
    assert isinstance(office.tools.registry, InterruptibleRegistry)
    return office.tools.registry


@pytest.fixture
def fragile(tmp_path: Path) -> Office:
    """An office whose register can be out of reach."""
    return an_office(tmp_path, registry=InterruptibleRegistry(residents()))


def test_a_lane_takes_only_its_own_steps(office: Office) -> None:
    a_dossier(office).in_lane("online").lodged()
    assert office.engine.claim_ready(Lane.MANUAL, "worker", 8) == []
    (claim,) = office.engine.claim_ready(Lane.ONLINE, "worker", 8)
    assert (claim.step, claim.action, claim.lane) == ("intake", "upload.check", Lane.ONLINE)


def test_workers_at_once_share_the_steps_and_none_takes_anothers(either: Office) -> None:
    for _ in range(6):
        a_dossier(either).lodged()
    shares = at_once(
        *(lambda who=who: either.engine.claim_ready(Lane.MANUAL, who, 3) for who in ("one", "two", "three"))
    )
    given = [claim.task_id for share in shares if isinstance(share, list) for claim in share]
    assert len(given) == len(set(given)) == 6
    assert either.engine.claim_ready(Lane.MANUAL, "four", 8) == []


def test_a_lease_that_ran_out_is_taken_over_and_the_first_result_dropped(either: Office) -> None:
    lodged = a_dossier(either).lodged()
    (lost,) = either.engine.claim_ready(Lane.MANUAL, "one", 8)
    clock_of(either).forward(seconds=29)
    assert either.engine.claim_ready(Lane.MANUAL, "two", 8) == []
    clock_of(either).forward(seconds=2)
    (again,) = either.engine.claim_ready(Lane.MANUAL, "two", 8)
    either.engine.execute(again)
    with pytest.raises(LeaseLost):
        either.engine.execute(lost)
    assert lodged.events.count("step_completed") == 1


def test_a_lease_taken_over_by_the_same_worker_is_lost_to_its_first_try_too(office: Office) -> None:
    a_dossier(office).lodged()
    (lost,) = office.engine.claim_ready(Lane.MANUAL, "one", 8)
    clock_of(office).forward(seconds=31)
    (again,) = office.engine.claim_ready(Lane.MANUAL, "one", 8)
    with pytest.raises(LeaseLost):
        office.engine.execute(lost)
    office.engine.execute(again)


def test_a_lease_that_is_prolonged_is_kept_and_one_given_back_is_free_at_once(office: Office) -> None:
    a_dossier(office).lodged()
    (claim,) = office.engine.claim_ready(Lane.MANUAL, "one", 8)
    clock_of(office).forward(seconds=29)
    office.engine.extend("one", [claim.task_id])
    clock_of(office).forward(seconds=29)
    assert office.engine.claim_ready(Lane.MANUAL, "two", 8) == []
    office.engine.release("one", [claim.task_id])
    assert [taken.step for taken in office.engine.claim_ready(Lane.MANUAL, "two", 8)] == ["intake"]


def test_a_step_that_is_cut_off_after_taking_a_number_takes_no_second_one(fragile: Office) -> None:
    lodged = waiting_at(fragile, "approve")
    fragile.desk.complete(lodged.number, "approve", None, by=members_of(fragile, "manual-approve-population")[0])
    fragile.engine.execute(taken(fragile, lodged, "record"))
    registry_of(fragile).down = True  # the number is taken, then the register's data are asked for
    claim = taken(fragile, lodged, "make_document")
    for _ in range(3):
        with pytest.raises(Unavailable):
            fragile.engine.execute(claim)
    registry_of(fragile).down = False
    fragile.engine.execute(claim)
    (document,) = fragile.views.dossier(lodged.number)[3]
    assert document.number.endswith("/0001")
    other = up_to(a_dossier(fragile).lodged(), "sign")
    assert fragile.views.dossier(other.number)[3][0].number.endswith("/0002")


def test_an_effect_in_the_register_happens_once_however_often_its_step_runs(office: Office) -> None:
    lodged = waiting_at(office, "approve")
    office.desk.complete(lodged.number, "approve", None, by=members_of(office, "manual-approve-population")[0])
    one = taken(office, lodged, "record", "one")
    clock_of(office).forward(seconds=31)
    two = taken(office, lodged, "record", "two")
    office.engine.execute(two)
    with pytest.raises(LeaseLost):
        office.engine.execute(one)
    mine = [event for event in residents().events() if event.details.get("office_reference") == lodged.number]
    nik = lodged.fields["applicant_nik"]
    assert len([event for event in mine if event.nik == nik and event.event == "KK-BARU"]) == 1


# --- stuck ---------------------------------------------------------------------------------------------------------


def given_up(office: Office) -> tuple[Claim, str]:
    """A dossier whose first step failed for good."""
    lodged = a_dossier(office).lodged()
    (claim,) = office.engine.claim_ready(Lane.MANUAL, "one", 8)
    office.engine.give_up(claim, "The register did not answer.")
    return claim, lodged.number


def test_a_step_given_up_is_stuck_with_its_reason_and_people_are_told(office: Office) -> None:
    _, number = given_up(office)
    ((task, dossier),) = office.views.tasks(stuck=True)
    assert (dossier.number, task.step, task.error) == (number, "intake", "The register did not answer.")
    assert office.engine.claim_ready(Lane.MANUAL, "two", 8) == []
    told = {message.to_person for message in office.outbox.listing() if message.message == "staff_stuck"}
    assert told == {office.config.lanes[Lane.MANUAL].manager, "admin", "admin2"}


def test_what_gives_up_in_an_outage_on_record_is_told_to_nobody_and_taken_on_when_the_last_one_ends(
    office: Office,
) -> None:
    lodged = a_dossier(office).lodged()
    for reason in ("SIAK_NETWORK", "POWER"):
        office.outages.start(reason, by="admin")
    (claim,) = office.engine.claim_ready(Lane.MANUAL, "one", 8)
    office.engine.give_up(claim, "The register did not answer.")
    clock_of(office).forward(hours=1)
    office.outages.end("POWER", by="admin")
    assert [dossier.number for _, dossier in office.views.tasks(stuck=True)] == [lodged.number]
    office.outages.end("SIAK_NETWORK", by="admin")
    assert office.views.tasks(stuck=True) == []
    assert [message for message in office.outbox.listing() if message.message == "staff_stuck"] == []


def test_retry_takes_it_on_for_those_who_may(office: Office) -> None:
    claim, number = given_up(office)
    refusal = refused(lambda: office.engine.retry(number, None, by=members_of(office, "manual-front")[1]))
    assert (refusal.code, "administrator" in refusal.message) == ("not_allowed", True)
    office.engine.retry(number, None, by="admin")
    assert refused(lambda: office.engine.retry(number, None, by="admin")).code == "nothing_stuck"
    (again,) = office.engine.claim_ready(Lane.MANUAL, "two", 8)
    with pytest.raises(LeaseLost):
        office.engine.execute(claim)
    office.engine.execute(again)
    assert office.views.tasks(stuck=True) == []


def test_all_stuck_steps_are_taken_on_at_once_by_those_who_may(office: Office) -> None:
    numbers = [given_up(office)[1] for _ in range(3)]
    assert office.engine.retry_all(Lane.ONLINE, by="admin") == []
    refusal = refused(lambda: office.engine.retry_all(None, by=members_of(office, "manual-front")[1]))
    assert (refusal.code, len(office.views.tasks(stuck=True))) == ("not_allowed", 3)
    assert sorted(office.engine.retry_all(None, by="admin")) == [(number, "intake") for number in sorted(numbers)]
    assert office.views.tasks(stuck=True) == []


def test_the_end_of_an_outage_takes_on_what_got_stuck_in_it(office: Office) -> None:
    _, number = given_up(office)
    office.outages.start("SIAK_NETWORK", by="admin")
    clock_of(office).forward(hours=1)
    office.outages.end("SIAK_NETWORK", by="admin")
    assert office.views.tasks(stuck=True) == []
    assert [entry.event for entry in office.views.dossier(number)[2]][-2:] == ["outage_ended", "step_retried"]
    assert office.audit.verify() == []


def test_a_step_stuck_again_tells_people_again(office: Office) -> None:
    _, number = given_up(office)
    office.engine.retry(number, None, by="admin")
    (claim,) = office.engine.claim_ready(Lane.MANUAL, "one", 8)
    office.engine.give_up(claim, "Still not.")
    told = [message for message in office.outbox.listing() if message.to_person == "admin"]
    assert len(told) == 2


def test_a_lost_lease_gives_nothing_up(office: Office) -> None:
    lodged = a_dossier(office).lodged()
    (claim,) = office.engine.claim_ready(Lane.MANUAL, "one", 8)
    clock_of(office).forward(seconds=31)
    work_off(office)
    office.engine.give_up(claim, "late")
    assert "step_stuck" not in lodged.events


def test_an_action_that_fails_keeps_nothing(fragile: Office) -> None:
    lodged = up_to(a_dossier(fragile).lodged(), "receive")
    fragile.desk.complete(lodged.number, None, None, by=lead_of(fragile, "manual-front"))
    before = lodged.dossier
    registry_of(fragile).down = True
    claim = taken(fragile, lodged, "check_identity")
    with pytest.raises(Unavailable):
        fragile.engine.execute(claim)
    assert lodged.dossier == before
    registry_of(fragile).down = False
    fragile.engine.execute(claim)


# --- waiting for blanks --------------------------------------------------------------------------------------------


def test_a_step_that_waits_for_blanks_goes_on_as_soon_as_some_come_in(either: Office) -> None:
    dossier = a_dossier(either).of_type("KTP-GANTI").lodged()
    leave_blanks(either, "ktp_blank", 0)
    up_to(dossier, "sign_suket")
    either.desk.complete(dossier.number, "sign_suket", None, by="kepala")
    work_off(either)
    waiting = dossier.tasks["wait_blank"]
    assert (waiting.status, waiting.error, waiting.attempts) == (TaskStatus.READY, "waiting for ktp_blank", 0)
    assert either.engine.claim_ready(Lane.MANUAL, "one", 8) == []
    either.stock.refill("ktp_blank", 3, by=members_of(either, "manual-print")[0])
    work_off(either)
    assert either.stock.levels()["ktp_blank"] == (2, 1)
    assert to_the_end(dossier).status == "issued"
    assert either.stock.levels()["ktp_blank"] == (2, 0)


def test_a_waiting_step_looks_again_by_itself(office: Office) -> None:
    dossier = a_dossier(office).of_type("KTP-GANTI").lodged()
    leave_blanks(office, "ktp_blank", 0)
    up_to(dossier, "sign_suket")
    office.desk.complete(dossier.number, "sign_suket", None, by="kepala")
    work_off(office)
    leave_blanks(office, "ktp_blank", 1)
    assert work_off(office) == 0
    clock_of(office).forward(hours=1)
    work_off(office)
    assert "wait_blank" not in dossier.tasks
