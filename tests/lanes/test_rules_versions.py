"""The rules in force: put there for a reason, kept by version, and never again what a file happens to say."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from support.drafts import Drafts
from support.office import (
    ZONE,
    Lodged,
    a_dossier,
    an_office,
    at_once,
    clock_of,
    members_of,
    refused,
    shipped,
    waiting_at,
)

import lanes.carrying
from adapters.sql.engine import writing
from adapters.sql.store import SqlStore
from domain.clock import ClockKind
from domain.errors import Conflict
from domain.roles import Lane
from lanes.carrying import SETTLES_AFTER
from lanes.office import Office
from lanes.records.rules import Policy
from lanes.rules import State
from lanes.store import StoredClock

MANAGER = {Lane.ONLINE: "maria.lumowa", Lane.MANUAL: shipped().lanes[Lane.MANUAL].manager}


def applied(office: Office, lane: Lane = Lane.MANUAL, **given: object) -> int:
    """Put the draft in force as the lane's manager; gives the version."""
    settings = {"by": MANAGER[lane], "reason": "so that it fits", **given}
    return office.rules.apply(lane, **settings).version.id  # type: ignore[arg-type]


def clocks(office: Office, lodged: Lodged) -> dict[tuple[ClockKind, int | None], StoredClock]:
    """The running clocks of a dossier."""
    with office.store.read() as work:
        return {(each.kind, each.task_id): each for each in work.clocks.of(lodged.dossier.id)}


def due(lodged: Lodged) -> tuple[datetime | None, dict[str, datetime | None]]:
    """When a dossier and its open steps are due."""
    return lodged.dossier.due_at, {step: task.due_at for step, task in lodged.tasks.items()}


def test_the_first_start_puts_the_files_in_force(drafting: Office, tmp_path: Path, database_url: str) -> None:
    an_office(tmp_path, database_url=database_url)
    found = drafting.rules.versions()
    assert [(v.lane, v.author, v.reason, v.policy, state) for v, state in found] == [
        (Lane.MANUAL, "jalur", "first start", Policy.KEEP, State.IN_FORCE),
        (Lane.ONLINE, "jalur", "first start", Policy.KEEP, State.IN_FORCE),
    ]
    assert drafting.config.rules == {v.lane: v.id for v, _ in found}
    assert drafting.is_current()


def test_offices_that_start_at_once_agree_on_the_first_version(tmp_path: Path, database_url: str) -> None:
    def start() -> Office:
        return an_office(tmp_path, database_url=database_url)

    first, second = at_once(start, start)
    assert isinstance(first, Office)
    assert isinstance(second, Office)
    assert len(first.rules.versions()) == 2
    assert first.config.rules == second.config.rules


def test_a_draft_changes_nothing_until_it_is_applied(drafting: Office, drafts: Drafts) -> None:
    drafts.promise(Lane.MANUAL, target="9wd")
    assert drafting.renew().config.lanes[Lane.MANUAL] == drafting.config.lanes[Lane.MANUAL]
    number = applied(drafting)
    assert not drafting.is_current()
    renewed = drafting.renew()
    assert renewed.is_current()
    assert renewed.config.rules[Lane.MANUAL] == number
    assert renewed.config.lanes[Lane.MANUAL].sla.default.target == "9wd"
    assert renewed.config.lanes[Lane.ONLINE] == drafting.config.lanes[Lane.ONLINE]


def test_kept_dossiers_go_on_under_their_rules_and_new_ones_do_not(drafting: Office, drafts: Drafts) -> None:
    before = waiting_at(drafting, "verify")
    was, clocked = due(before), clocks(drafting, before)
    drafts.promise(Lane.MANUAL, target="9wd", human="8wh", steps={})
    number = applied(drafting)
    assert (due(before), clocks(drafting, before)) == (was, clocked)
    clock_of(drafting).forward(minutes=11)
    assert drafting.rules.carry_out().dossiers == 0
    assert (due(before), clocks(drafting, before)) == (was, clocked)
    after = waiting_at(drafting.renew(), "verify")
    assert {each.rules for each in clocks(drafting, after).values()} == {number}
    assert {
        each.clock.budget.text for (kind, _), each in clocks(drafting, after).items() if kind is ClockKind.TARGET
    } == {"9wd"}


def test_recomputed_dossiers_get_new_times_and_their_journals_say_so(drafting: Office, drafts: Drafts) -> None:
    lodged, online = waiting_at(drafting, "verify"), waiting_at(drafting, "verify", "online")
    fresh = a_dossier(drafting).lodged()
    was, was_online = due(lodged), due(online)
    drafts.promise(Lane.MANUAL, target="9wd", human="8wh", steps={})
    (foreseen,) = drafting.previews.preview(Lane.MANUAL)
    assert foreseen.open is not None
    done = drafting.rules.apply(Lane.MANUAL, by=MANAGER[Lane.MANUAL], reason="fewer hands", policy=Policy.RECOMPUTE)
    number = done.version.id
    assert done.carried_out is not None
    assert (done.carried_out.dossiers, done.carried_out.failed) == (2, ())
    assert done.carried_out.moved == sum(each.changed for each in foreseen.open.recompute.clocks) > 0
    assert {each.rules for each in clocks(drafting, lodged).values()} == {number}
    assert {kind: each.clock.budget.text for (kind, _), each in clocks(drafting, lodged).items()} == {
        ClockKind.LIMIT: shipped().workflows["KK-BARU"].limit, ClockKind.TARGET: "9wd", ClockKind.STEP: "8wh",
    }  # fmt: skip
    now = due(lodged)
    assert now[0] is not None
    assert was[0] is not None
    assert now[0] > was[0]
    calendar = drafting.config.calendars[Lane.MANUAL]
    assert now[0] == calendar.add(lodged.dossier.accepted_at or now[0], timedelta(hours=7) * 9)
    assert fresh.dossier.due_at == calendar.add(fresh.dossier.submitted_at, timedelta(hours=7) * 9)
    entry = drafting.views.dossier(lodged.number)[2][-1]
    assert (entry.event, entry.actor) == ("due_recomputed", "jalur")
    told = json.loads(entry.data)
    assert told["rules"] == number
    assert [datetime.fromisoformat(told[part]) for part in ("was", "due")] == [was[0], now[0]]
    assert datetime.fromisoformat(told["steps"]["verify"]["due"]) == now[1]["verify"]
    assert due(online) == was_online, "the other lane is not touched"
    assert "due_recomputed" not in online.events
    assert drafting.audit.verify() == []


def test_new_hours_move_due_times_too(drafting: Office, drafts: Drafts) -> None:
    lodged = waiting_at(drafting, "verify")
    drafts.open_hours(Lane.MANUAL, "13:00-14:00")
    applied(drafting, policy=Policy.RECOMPUTE)
    accepted = lodged.dossier.accepted_at
    target = clocks(drafting, lodged)[ClockKind.TARGET, None]
    assert accepted is not None
    assert target.due_at == drafts.config.calendars[Lane.MANUAL].add(accepted, target.clock.budget.amount)


def test_rules_for_later_wait_for_their_time(drafting: Office, drafts: Drafts) -> None:
    lodged = waiting_at(drafting, "verify")
    was, at = due(lodged), clock_of(drafting).now() + timedelta(days=3)
    drafts.promise(Lane.MANUAL, target="9wd")
    number = applied(drafting, policy=Policy.RECOMPUTE, at=at)
    assert next((v.id, state) for v, state in drafting.rules.versions(Lane.MANUAL)) == (number, State.SCHEDULED)
    assert drafting.rules.carry_out().dossiers == 0
    assert drafting.is_current()
    clock_of(drafting).to(at)
    assert not drafting.is_current()
    assert due(lodged) == was
    assert drafting.rules.carry_out().dossiers == 1
    assert drafting.rules.carry_out().dossiers == 0
    assert due(lodged) != was
    assert [state for _, state in drafting.rules.versions(Lane.MANUAL)] == [State.IN_FORCE, State.PAST]


def test_the_last_word_counts_and_what_it_overtook_is_told(drafting: Office, drafts: Drafts) -> None:
    drafts.promise(Lane.MANUAL, target="9wd")
    planned = applied(drafting, policy=Policy.RECOMPUTE, at=clock_of(drafting).now() + timedelta(days=3))
    drafts.promise(Lane.MANUAL, target="4wd")
    done = drafting.rules.apply(Lane.MANUAL, by="admin", reason="sooner")
    assert done.overtook == (planned,)
    clock_of(drafting).forward(days=4)
    assert drafting.rules.carry_out().dossiers == 0
    assert [state for _, state in drafting.rules.versions(Lane.MANUAL)] == [
        State.IN_FORCE, State.OVERTAKEN, State.PAST,
    ]  # fmt: skip
    with drafting.store.read() as work:
        assert list(work.rules.unsettled(clock_of(drafting).now())) == []


def test_a_plan_is_given_up_by_rolling_back_to_what_is_in_force(drafting: Office, drafts: Drafts) -> None:
    first = drafting.config.rules[Lane.MANUAL]
    drafts.promise(Lane.MANUAL, target="9wd")
    planned = applied(drafting, at=clock_of(drafting).now() + timedelta(days=3))
    done = drafting.rules.rollback(first, by="admin", reason="not now")
    assert done.overtook == (planned,)
    clock_of(drafting).forward(days=4)
    assert drafting.renew().config.lanes[Lane.MANUAL] == drafting.config.lanes[Lane.MANUAL]


def test_a_plan_may_be_brought_forward_or_given_another_policy(drafting: Office, drafts: Drafts) -> None:
    first, now = drafting.config.rules[Lane.MANUAL], clock_of(drafting).now()
    drafts.promise(Lane.MANUAL, target="9wd")
    planned = applied(drafting, at=now + timedelta(days=9))
    assert refused(lambda: applied(drafting, at=now + timedelta(days=9))).code == "nothing_changed"
    assert refused(lambda: applied(drafting, at=now + timedelta(days=10))).code == "nothing_changed", "it comes earlier"
    other = applied(drafting, at=now + timedelta(days=9), policy=Policy.RECOMPUTE)
    sooner = applied(drafting, at=now + timedelta(days=5))
    done = drafting.rules.apply(Lane.MANUAL, by="admin", reason="at once")
    assert (done.before, done.overtook) == (first, (sooner,)), "the way back is what was in force"
    assert {v.id: state for v, state in drafting.rules.versions(Lane.MANUAL)} == {
        done.version.id: State.IN_FORCE, sooner: State.OVERTAKEN, other: State.OVERTAKEN, planned: State.OVERTAKEN,
        first: State.PAST,
    }  # fmt: skip
    assert refused(lambda: applied(drafting, policy=Policy.RECOMPUTE)).code == "nothing_changed"


def test_what_was_kept_from_open_dossiers_may_be_brought_to_them_after_all(drafting: Office, drafts: Drafts) -> None:
    lodged = waiting_at(drafting, "verify")
    was = due(lodged)
    drafts.promise(Lane.MANUAL, target="9wd")
    applied(drafting)
    assert refused(lambda: applied(drafting)).code == "nothing_changed"
    number = applied(drafting, policy=Policy.RECOMPUTE)
    assert due(lodged) != was
    assert {each.rules for each in clocks(drafting, lodged).values()} == {number}
    assert refused(lambda: applied(drafting, policy=Policy.RECOMPUTE)).code == "nothing_changed"
    assert refused(lambda: applied(drafting)).code == "nothing_changed"


def test_what_is_in_force_may_be_applied_again_only_to_give_up_a_plan(drafting: Office, drafts: Drafts) -> None:
    in_force = drafts.config
    drafts.promise(Lane.MANUAL, target="9wd")
    planned = applied(drafting, at=clock_of(drafting).now() + timedelta(days=9))
    drafts.config = in_force
    assert drafting.rules.apply(Lane.MANUAL, by="admin", reason="not now").overtook == (planned,)
    assert refused(lambda: applied(drafting)).code == "nothing_changed"


def test_what_becomes_of_teams_people_and_tasks_is_told(drafting: Office, drafts: Drafts) -> None:
    lodged = [waiting_at(drafting, "receive") for _ in range(3)]
    verified = waiting_at(drafting, "verify")
    front, verifiers = members_of(drafting, "manual-front"), members_of(drafting, "manual-verify")
    for each, holder in zip(lodged, front[:2], strict=False):
        drafting.desk.claim(each.number, "receive", by=holder)
    drafting.desk.claim(verified.number, "verify", by=verifiers[-1])
    drafting.people.add("baru", "Orang Baru", email=None, lane=Lane.MANUAL, teams=["manual-front"], by="kepala")
    teams = [team.model_dump(mode="json") for team in drafts.config.lanes[Lane.MANUAL].teams]
    for team in teams:
        if team["id"] == "manual-front":
            team |= {"id": "manual-counters", "members": [each for each in team["members"] if each != front[1]]}
        if team["id"] == "manual-verify":
            team["members"].remove(verifiers[-1])
    drafts.change(Lane.MANUAL, teams=teams)
    words = (
        ("Team manual-front disappears, with 3 open tasks to team manual-counters."
         " Who was added or lent to it goes with its work: baru."),
        f"{front[1]} is not in team manual-counters then: 1 claimed task of theirs goes back to the team's list.",
        f"{verifiers[-1]} is not in team manual-verify then: 1 claimed task of theirs goes back to the team's list.",
    )  # fmt: skip
    (seen,) = drafting.previews.preview(Lane.MANUAL)
    assert sorted(seen.moves) == sorted(words)
    done = drafting.rules.apply(Lane.MANUAL, by="admin", reason="other teams")
    assert done.moves == seen.moves
    assert {each.tasks["receive"].team for each in lodged} == {"manual-counters"}, "as was told"
    renewed = drafting.renew()
    renewed.watch.sweep(Lane.MANUAL)
    assert [each.tasks["receive"].assignee for each in lodged] == [front[0], None, None]
    assert verified.tasks["verify"].assignee is None


def renamed(drafts: Drafts, old: str, new: str) -> None:
    """Draft another name for a team of the manual lane."""
    teams = [team.model_dump(mode="json") for team in drafts.config.lanes[Lane.MANUAL].teams]
    drafts.change(Lane.MANUAL, teams=[team | {"id": new} if team["id"] == old else team for team in teams])


def moves_of(lodged: Lodged) -> list[tuple[str, str]]:
    """From which team to which a dossier's tasks were moved, as its journal tells."""
    journal = lodged.office.views.dossier(lodged.number)[2]
    told = [json.loads(entry.data) for entry in journal if entry.event == "task_moved"]
    return [(each["from"], each["team"]) for each in told]


def test_only_the_version_in_force_says_where_tasks_stand_however_often_one_sweeps(
    drafting: Office, drafts: Drafts
) -> None:
    lodged = [waiting_at(drafting, "receive") for _ in range(3)]
    drafts.promise(Lane.MANUAL, target="9wd")
    applied(drafting)
    clock_of(drafting).forward(minutes=1)
    renamed(drafts, "manual-front", "manual-counters")
    applied(drafting)
    office = drafting.renew()
    for lane in (Lane.MANUAL, Lane.ONLINE, Lane.MANUAL):
        clock_of(office).forward(minutes=1)
        assert office.watch.sweep(lane).failed == ()
    clock_of(office).forward(seconds=SETTLES_AFTER.total_seconds())
    office.watch.sweep(Lane.MANUAL)
    assert [moves_of(each) for each in lodged] == [[("manual-front", "manual-counters")]] * 3
    assert {each.tasks["receive"].team for each in lodged} == {"manual-counters"}
    with office.store.read() as work:
        assert list(work.rules.unsettled(clock_of(office).now())) == []


def test_a_rename_that_was_taken_back_before_anybody_swept_moves_nothing(drafting: Office, drafts: Drafts) -> None:
    """Both versions come into force between two sweeps: where tasks stand now is right already."""
    lodged, now = waiting_at(drafting, "receive"), clock_of(drafting).now()
    drafting.people.add("baru", "Orang Baru", email=None, lane=Lane.MANUAL, teams=["manual-front"], by="kepala")
    as_it_was = drafts.config
    renamed(drafts, "manual-front", "manual-counters")
    applied(drafting, at=now + timedelta(minutes=1))
    drafts.config = as_it_was
    applied(drafting, at=now + timedelta(minutes=2))
    clock_of(drafting).forward(minutes=3)
    drafting.watch.sweep(Lane.MANUAL)
    assert (moves_of(lodged), lodged.tasks["receive"].team) == ([], "manual-front")
    assert teams_of(drafting, "baru") == ("manual/manual-front",)


def test_who_was_added_to_a_team_that_was_renamed_twice_between_two_sweeps_goes_with_its_work(
    drafting: Office, drafts: Drafts
) -> None:
    lodged, now = waiting_at(drafting, "receive"), clock_of(drafting).now()
    drafting.people.add("baru", "Orang Baru", email=None, lane=Lane.MANUAL, teams=["manual-front"], by="kepala")
    renamed(drafts, "manual-front", "manual-counters")
    applied(drafting, at=now + timedelta(minutes=1))
    renamed(drafts, "manual-counters", "manual-hall")
    applied(drafting, at=now + timedelta(minutes=2))
    clock_of(drafting).forward(minutes=3)
    office = drafting.renew()
    office.watch.sweep(Lane.MANUAL)
    assert moves_of(lodged) == [("manual-front", "manual-hall")]
    assert teams_of(office, "baru") == ("manual/manual-hall",)


def teams_of(office: Office, username: str) -> tuple[str, ...]:
    """The teams a person is in."""
    return next(each.teams for each in office.people.listing() if each.username == username)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"by": "grace.supit"}, "not_allowed"), ({"by": "maria.lumowa"}, "not_allowed"), ({"by": "x"}, "unknown_person"),
     ({"reason": " "}, "reason_missing"), ({"at": datetime.fromisoformat("2026-03-03T00:00:00Z")}, "past_time")],
)  # fmt: skip
def test_who_may_not_or_gives_no_reason_is_refused(
    drafting: Office, drafts: Drafts, change: dict[str, object], code: str
) -> None:
    drafts.promise(Lane.MANUAL, target="9wd")
    assert refused(lambda: applied(drafting, **change)).code == code
    assert len(drafting.rules.versions()) == 2


def test_what_says_the_same_is_not_applied_again(drafting: Office, drafts: Drafts) -> None:
    assert refused(lambda: applied(drafting)).code == "nothing_changed"
    drafts.promise(Lane.MANUAL, target="9wd")
    number = applied(drafting)
    assert refused(lambda: applied(drafting)).code == "nothing_changed"
    assert refused(lambda: drafting.rules.rollback(number, by="admin", reason="r")).code == "nothing_changed"
    assert refused(lambda: drafting.rules.rollback(99, by="admin", reason="r")).code == "unknown_version"


def test_of_two_who_change_the_same_version_one_is_refused(drafting: Office, drafts: Drafts) -> None:
    drafts.promise(Lane.MANUAL, target="9wd")
    proposal = replace(drafting.rules.proposed(Lane.MANUAL), follows=drafting.config.rules[Lane.MANUAL],
                       applied_at=clock_of(drafting).now(), effective_at=clock_of(drafting).now())  # fmt: skip
    results = at_once(*[lambda: drafting.rules._put(proposal, None)] * 2)
    assert sorted(type(result) is Conflict for result in results) == [False, True]
    assert len(drafting.rules.versions(Lane.MANUAL)) == 2


def test_a_rollback_brings_back_the_times_and_the_file(drafting: Office, drafts: Drafts) -> None:
    lodged = waiting_at(drafting, "verify")
    was, first, file = due(lodged), drafting.config.rules[Lane.MANUAL], drafts.config.texts[Lane.MANUAL]
    drafts.promise(Lane.MANUAL, target="9wd", human="8wh", steps={})
    applied(drafting, policy=Policy.RECOMPUTE)
    assert due(lodged) != was
    done = drafting.rules.rollback(first, by=MANAGER[Lane.MANUAL], reason="it did not work", policy=Policy.RECOMPUTE)
    assert due(lodged) == was
    assert drafts.config.texts[Lane.MANUAL] == file
    assert drafting.renew().config.rules[Lane.MANUAL] == done.version.id
    assert lodged.events.count("due_recomputed") == 2


def test_a_rollback_does_not_overwrite_what_was_never_applied(drafting: Office, drafts: Drafts) -> None:
    first = drafting.config.rules[Lane.MANUAL]
    drafts.promise(Lane.MANUAL, target="9wd")
    applied(drafting)
    drafts.promise(Lane.MANUAL, target="5wd")
    edited = drafts.config.texts[Lane.MANUAL]
    back: Callable[..., object] = lambda **more: drafting.rules.rollback(first, by="admin", reason="back", **more)  # noqa: E731
    assert refused(back).code == "unapplied_changes"
    assert drafts.config.texts[Lane.MANUAL] == edited
    assert len(drafting.rules.versions(Lane.MANUAL)) == 2
    back(discard=True)
    assert drafts.aside == [edited]
    assert drafts.config.texts[Lane.MANUAL] != edited


def test_no_rollback_to_a_calendar_that_ends_too_soon_while_the_one_in_force_reaches(
    drafting: Office, drafts: Drafts
) -> None:
    first, year = drafting.config.rules[Lane.MANUAL], 2028
    drafts.know_holidays_until(year)
    drafts.promise(Lane.MANUAL, target="9wd")
    number = applied(drafting)
    files = drafts.config.texts[Lane.MANUAL]
    back = lambda: drafting.rules.rollback(first, by="admin", reason="back")  # noqa: E731
    clock_of(drafting).to(datetime(2027, 12, 20, 9, 0, tzinfo=ZONE))
    assert refused(back).message.startswith(f"Version {first}: the calendar ends with 2027, before the 30d of ")
    clock_of(drafting).to(datetime(2028, 2, 1, 9, 0, tzinfo=ZONE))
    ended = refused(back)
    assert (ended.code, ended.message) == (
        "calendar_ends", f"Version {first}: the calendar ends with 2027: on 2028-02-01 no due time could be told.",
    )  # fmt: skip
    assert ended.allowed == (
        f"what it says (`jalur config diff {first} --lane manual`), written into lanes/manual.yaml with the holidays of"
        " 2028 too in calendars/manual.yaml, then `jalur config apply --lane manual`"
    )
    assert drafting.rules.in_force(Lane.MANUAL).id == number
    assert drafts.config.texts[Lane.MANUAL] == files


def test_bad_rules_are_taken_back_also_when_the_calendar_of_both_is_about_to_end(
    drafting: Office, drafts: Drafts
) -> None:
    first = drafting.config.rules[Lane.MANUAL]
    drafts.promise(Lane.MANUAL, target="9wd")
    applied(drafting)
    clock_of(drafting).to(datetime(2027, 12, 20, 9, 0, tzinfo=ZONE))
    done = drafting.rules.rollback(first, by="admin", reason="back")
    assert drafting.rules.in_force(Lane.MANUAL).id == done.version.id
    assert "knows holidays only up to 2027" in done.warnings[0]


def test_a_rollback_looks_at_the_calendar_of_its_own_lane_only(drafting: Office, drafts: Drafts) -> None:
    first = drafting.config.rules[Lane.MANUAL]
    drafts.know_holidays_until(2028, Lane.MANUAL)
    longer = applied(drafting)
    drafts.promise(Lane.MANUAL, target="9wd")
    applied(drafting)
    clock_of(drafting).to(datetime(2027, 12, 20, 9, 0, tzinfo=ZONE))
    drafting.rules.rollback(longer, by="admin", reason="back")
    assert refused(lambda: drafting.rules.rollback(first, by="admin", reason="back")).code == "calendar_ends"


def test_what_a_killed_process_left_half_done_is_completed_by_calling_again(
    drafting: Office, drafts: Drafts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes.carrying, "_BATCH", 2)
    lodged = [waiting_at(drafting, "receive") for _ in range(5)]
    drafts.promise(Lane.MANUAL, target="9wd", human="8wh", steps={})

    def killed(done: int, _total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        applied(drafting, policy=Policy.RECOMPUTE, progress=killed)
    assert sum("due_recomputed" in each.events for each in lodged) == 4
    assert drafting.rules.carry_out().dossiers == 1
    assert [each.events.count("due_recomputed") for each in lodged] == [1] * 5


def test_a_dossier_that_cannot_be_treated_is_named_and_stops_no_other(drafting: Office, drafts: Drafts) -> None:
    lodged = [waiting_at(drafting, "receive") for _ in range(3)]
    assert isinstance(drafting.store, SqlStore)
    with writing(drafting.store.engine) as db:
        db.execute(text("UPDATE dossier SET workflow_version = 'none' WHERE id = :of"), {"of": lodged[1].dossier.id})
    drafts.promise(Lane.MANUAL, target="9wd", human="8wh", steps={})
    done = drafting.rules.apply(Lane.MANUAL, by="admin", reason="r", policy=Policy.RECOMPUTE)
    assert done.carried_out is not None
    assert done.carried_out.failed == (f"dossier {lodged[1].number}: ValidationError",)
    assert [each.events.count("due_recomputed") for each in (lodged[0], lodged[2])] == [1, 1]
    with drafting.store.read() as work:
        assert [each.carried_out_at for each in work.rules.unsettled(clock_of(drafting).now())] == [None]


@pytest.mark.parametrize("policy", list(Policy))
def test_clocks_of_a_process_that_had_not_noticed_come_under_the_new_rules(
    drafting: Office, drafts: Drafts, policy: Policy
) -> None:
    before = waiting_at(drafting, "receive")
    clock_of(drafting).forward(minutes=1)
    drafts.promise(Lane.MANUAL, target="9wd", human="8wh", steps={})
    number = applied(drafting, policy=policy)
    clock_of(drafting).forward(seconds=2)
    late = waiting_at(drafting, "receive")  # by the office as it was
    assert {each.rules for each in clocks(drafting, late).values()} == {drafting.config.rules[Lane.MANUAL]}
    clock_of(drafting).forward(seconds=SETTLES_AFTER.total_seconds())
    drafting.rules.carry_out()
    assert {each.rules for each in clocks(drafting, late).values()} == {number}
    kept = {each.rules for each in clocks(drafting, before).values()}
    assert kept == ({number} if policy is Policy.RECOMPUTE else {drafting.config.rules[Lane.MANUAL]})
    assert late.dossier.due_at == drafts.config.calendars[Lane.MANUAL].add(
        late.dossier.submitted_at, timedelta(hours=7) * 9
    )
    with drafting.store.read() as work:
        assert list(work.rules.unsettled(clock_of(drafting).now())) == []


def test_clocks_from_before_versions_were_kept_run_under_the_first(tmp_path: Path, database_url: str) -> None:
    office = an_office(tmp_path, database_url=database_url)
    lodged = waiting_at(office, "receive")
    assert isinstance(office.store, SqlStore)
    with writing(office.store.engine) as db:
        db.execute(text("UPDATE clock SET rules = 0"))
        db.execute(text("DELETE FROM lane_rules"))
    office = an_office(tmp_path, database_url=database_url, clock=clock_of(office))
    assert {each.rules for each in clocks(office, lodged).values()} == {office.config.rules[Lane.MANUAL]}
