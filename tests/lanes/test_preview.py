"""What a draft of a lane's rules would do: told beforehand, on both databases, and nothing written for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from support.drafts import Drafts
from support.office import ZONE, Lodged, SetClock, a_dossier, clock_of, do, refused, shipped, to_the_end, waiting_at

from adapters.sql.engine import reading
from adapters.sql.store import SqlStore
from domain.clock import ClockKind
from domain.ladder import STAFF, RungAction
from domain.roles import Lane
from domain.rule_changes import Promises
from lanes.case import Deficiency
from lanes.office import Office
from lanes.previewed import Heard, LanePreview, OpenWork, Past
from lanes.records.rules import Policy

MANAGER = shipped().lanes[Lane.MANUAL].manager


def previewed(office: Office, **given: int) -> LanePreview:
    """What the walk-in lane's draft would change."""
    (found,) = office.previews.preview(Lane.MANUAL, **given)
    return found


def open_work(office: Office) -> OpenWork:
    found = previewed(office).open
    assert found is not None
    return found


def past(office: Office, **given: int) -> Past:
    found = previewed(office, **given).past
    assert found is not None
    return found


def everything(office: Office) -> dict[str, object]:
    """Every row of every table, and with them the heads of all journals."""
    assert isinstance(office.store, SqlStore)
    with reading(office.store.engine) as db:
        names = [
            "dossier", "task", "clock", "journal", "pause", "lane_rules", "sweep", "outbox", "escalation", "counter",
        ]  # fmt: skip
        return {name: sorted(map(str, db.execute(text(f"SELECT * FROM {name}")))) for name in names}


def test_a_draft_that_says_what_is_in_force_changes_nothing(drafting: Office) -> None:
    waiting_at(drafting, "verify")
    found = previewed(drafting)
    assert not found.changes.any
    assert (found.open, found.past) == (None, None)
    assert [each.lane for each in drafting.previews.preview()] == list(Lane)


def test_a_preview_writes_nothing(drafting: Office, drafts: Drafts) -> None:
    waiting_at(drafting, "verify")
    to_the_end(a_dossier(drafting).lodged())
    drafts.promise(Lane.MANUAL, target="1wh", human="1wm", steps={})
    before = everything(drafting)
    drafting.previews.preview()
    assert everything(drafting) == before


def test_each_changed_promise_is_told_with_what_it_was(drafting: Office, drafts: Drafts) -> None:
    sla = drafts.config.lanes[Lane.MANUAL].sla
    types = {
        **sla.types,
        "KK-BARU": sla.types["KK-BARU"].model_copy(update={"target": "9wd", "steps": {"verify": "5wh"}}),
    }
    front, *others = drafts.config.lanes[Lane.MANUAL].teams
    *stay, gone = front.members
    teams = (front.model_copy(update={"members": (*stay, "theresia.lumowa")}), *others)
    drafts.change(Lane.MANUAL, sla=sla.model_copy(update={"types": types}), working_day="8h", teams=teams)
    found = previewed(drafting).changes
    told = {(each.code, each.kind, each.step): (each.before, each.after) for each in found.promises}
    assert told["KK-BARU", ClockKind.TARGET, ""][1] == "9wd"
    assert told["KK-BARU", ClockKind.STEP, "verify"][1] == "5wh"
    assert ("KK-BARU", ClockKind.STEP, "receive") not in told
    assert (found.calendar, found.working_day) == (False, ("7h", "8h"))
    assert found.others == (f"teams.{front.id}.members: + theresia.lumowa, - {gone}", "working_day: 7h → 8h")


def test_the_dossiers_that_become_overdue_are_named_and_keep_spares_them(drafting: Office, drafts: Drafts) -> None:
    lodged = waiting_at(drafting, "verify")
    clock_of(drafting).forward(hours=3)
    drafts.promise(Lane.MANUAL, target="1wh")
    found = open_work(drafting)
    (group,) = found.recompute.dossiers
    assert (group.code, group.team) == ("KK-BARU", lodged.tasks["verify"].team)
    assert (group.becomes_overdue, group.no_longer_overdue) == (1, 0)
    assert group.first == {"becomes_overdue": [lodged.number]}
    assert found.recompute.overdue == (0, 1)
    assert (found.keep.overdue, found.keep.dossiers) == ((0, 0), [])
    assert all(each.changed == 0 for each in found.keep.clocks)


def test_those_that_are_saved_are_named_too(drafting: Office, drafts: Drafts) -> None:
    lodged = waiting_at(drafting, "verify")
    clock_of(drafting).forward(days=6)
    drafts.promise(Lane.MANUAL, target="30wd")
    (group,) = open_work(drafting).recompute.dossiers
    assert (group.no_longer_overdue, group.becomes_overdue, group.becomes_at_risk) == (1, 0, 0)
    assert group.first["no_longer_overdue"] == [lodged.number]


def test_four_fifths_of_the_time_used_is_at_risk(drafting: Office, drafts: Drafts) -> None:
    waiting_at(drafting, "verify")
    clock_of(drafting).forward(minutes=85)
    drafts.promise(Lane.MANUAL, target="100wm")
    found = open_work(drafting).recompute
    assert (found.overdue, found.at_risk) == ((0, 0), (0, 1))
    assert [group.becomes_at_risk for group in found.dossiers] == [1]


def test_a_dossier_not_yet_found_complete_counts_by_the_promise_it_shows(drafting: Office, drafts: Drafts) -> None:
    fresh = a_dossier(drafting).lodged()
    clock_of(drafting).forward(hours=2)
    drafts.promise(Lane.MANUAL, target="1wh")
    found = open_work(drafting)
    assert (found.dossiers, found.unaccepted) == (1, 1)
    assert found.recompute.overdue == (0, 1)
    assert found.recompute.dossiers[0].first == {"becomes_overdue": [fresh.number]}


def test_what_waits_for_its_applicant_is_not_overdue_under_any_rules(drafting: Office, drafts: Drafts) -> None:
    lodged = waiting_at(drafting, "verify")
    clock_of(drafting).forward(hours=3)
    do(lodged, "verify", "incomplete", deficiencies=[Deficiency(item="marriage_proof")])
    drafts.promise(Lane.MANUAL, target="1wh")
    found = open_work(drafting)
    assert found.dossiers == 1
    assert found.recompute.overdue == (0, 0)


def test_applications_that_a_shorter_time_to_answer_would_close_are_counted(drafting: Office, drafts: Drafts) -> None:
    lodged = waiting_at(drafting, "receive")
    do(lodged, "receive", "incomplete", deficiencies=[Deficiency(item="other")])
    clock_of(drafting).forward(days=3)
    drafts.promise(Lane.MANUAL, answer="4d")
    assert open_work(drafting).recompute.closings == 0
    drafts.promise(Lane.MANUAL, answer="2d")
    found = open_work(drafting)
    assert (found.recompute.closings, found.keep.closings) == (1, 0)


def test_each_team_sees_its_load_before_and_after(drafting: Office, drafts: Drafts) -> None:
    lodged = waiting_at(drafting, "verify")
    waiting_at(drafting, "receive")
    clock_of(drafting).forward(minutes=20)
    drafts.promise(Lane.MANUAL, steps={"verify": "10wm", "receive": "2wd"})
    loads = {load.team: load for load in open_work(drafting).recompute.teams}
    verify = loads[lodged.tasks["verify"].team or ""]
    assert (verify.open, verify.due_today_before, verify.due_today_after) == (1, 1, 0)
    assert (verify.overdue_before, verify.overdue_after) == (0, 1)
    front = loads["manual-front"]
    assert (front.open, front.due_today_before, front.due_today_after) == (1, 1, 0)
    assert (front.overdue_before, front.overdue_after) == (0, 0)


def test_what_recompute_foretells_is_what_then_happens(drafting: Office, drafts: Drafts) -> None:
    paused = waiting_at(drafting, "verify")
    others = [waiting_at(drafting, "enter"), a_dossier(drafting).lodged(), waiting_at(drafting, "verify", code="LHR")]
    answered = waiting_at(drafting, "receive")
    do(answered, "receive", "incomplete", deficiencies=[Deficiency(item="other")])
    clock_of(drafting).forward(minutes=5)
    drafting.intake.resubmit(answered.number, answered.code)
    others.append(answered)
    drafting.pausing.pause(paused.number, "POWER", by=MANAGER)
    clock_of(drafting).forward(minutes=40)
    drafting.pausing.resume(paused.number, "POWER", by=MANAGER)
    clock_of(drafting).forward(minutes=100)
    drafts.promise(Lane.MANUAL, target="2wh", limit="1wd", human="3wh", answer="7d", steps={"verify": "10wm"})
    found = open_work(drafting).recompute
    before = _due_times(drafting, [paused, *others])

    drafting.rules.apply(Lane.MANUAL, by=MANAGER, reason="to see", policy=Policy.RECOMPUTE)

    after = _due_times(drafting.renew(), [paused, *others])
    for kind in found.clocks:
        both = [(before[key], after[key]) for key in before if key[1] == kind.kind]
        assert kind.open == len(both)
        assert kind.changed == sum(was != now for was, now in both)
        assert kind.earlier == sum(was is not None and now is not None and now < was for was, now in both)
    late = {dossier.number for dossier in drafting.renew().views.overdue_dossiers(lane=Lane.MANUAL)}
    told = {number for group in found.dossiers for number in group.first.get("becomes_overdue", ())}
    assert (found.overdue[1], told) == (len(late), late)
    assert late == {each.number for each in others}  # the pause left the first one twenty minutes


def _due_times(office: Office, lodged: list[Lodged]) -> dict[tuple[str, ClockKind, int | None], datetime | None]:
    with office.store.read() as work:
        return {
            (one.number, each.kind, each.task_id): each.due_at
            for one in lodged for each in work.clocks.of(one.dossier.id)
        }  # fmt: skip


def test_from_a_time_to_come_counts_what_will_have_run_out_by_then(drafting: Office, drafts: Drafts) -> None:
    waiting_at(drafting, "verify")
    drafts.promise(Lane.MANUAL, target="2wd")
    at = drafting.clock.now() + timedelta(days=1, hours=5)
    (found,) = drafting.previews.preview(Lane.MANUAL, at=at)
    assert found.open is not None
    assert found.open.recompute.overdue == (1, 0)
    past = refused(lambda: drafting.previews.preview(at=drafting.clock.now() - timedelta(hours=1)))
    assert past.code == "past_time"


# --- the past ------------------------------------------------------------------------------------------------------


def test_the_past_is_told_as_it_was_and_as_it_would_have_been(drafting: Office, drafts: Drafts) -> None:
    slow = waiting_at(drafting, "verify")
    clock_of(drafting).forward(hours=23)
    to_the_end(slow)
    to_the_end(a_dossier(drafting).lodged())
    drafts.promise(Lane.MANUAL, target="2wh")
    found = past(drafting)
    assert found.dossiers == 2
    tally = found.promise["KK-BARU"]
    assert (tally.clocks, tally.then, tally.before, tally.after) == (2, 2, 2, 1)
    assert (tally.made_late, tally.made_timely) == (1, 0)
    assert found.limit["KK-BARU"].after == 2
    verify = found.steps["manual-verify", "verify"]
    assert (verify.clocks, verify.then, verify.before, verify.after) == (2, 1, 1, 1)
    assert found.teams["manual-verify"] == verify


def test_pauses_stay_pauses_in_the_past(drafting: Office, drafts: Drafts) -> None:
    lodged = waiting_at(drafting, "verify")
    drafting.pausing.pause(lodged.number, "POWER", by=MANAGER)
    clock_of(drafting).forward(days=7)
    drafting.pausing.resume(lodged.number, "POWER", by=MANAGER)
    to_the_end(lodged)
    drafts.promise(Lane.MANUAL, target="1wh")
    assert past(drafting).promise["KK-BARU"].after == 1


def test_longer_hours_make_the_past_later_because_more_of_it_counts(drafting: Office, drafts: Drafts) -> None:
    slow = waiting_at(drafting, "verify")
    clock_of(drafting).forward(hours=23)  # six working hours of seven
    to_the_end(slow)
    drafts.open_hours(Lane.MANUAL, "07:00-20:00")
    tally = past(drafting).promise["KK-BARU"]
    assert (tally.before, tally.after) == (1, 0)


def test_only_the_days_asked_for_and_the_types_that_could_change_are_replayed(drafting: Office, drafts: Drafts) -> None:
    to_the_end(a_dossier(drafting).lodged())
    to_the_end(a_dossier(drafting).of_type("SKTT").lodged())
    sla = drafts.config.lanes[Lane.MANUAL].sla
    types = {**sla.types, "SKTT": sla.types["SKTT"].model_copy(update={"target": "3wd"})}
    drafts.change(Lane.MANUAL, sla=sla.model_copy(update={"types": types}))
    clock_of(drafting).forward(days=3)
    assert list(past(drafting).promise) == ["SKTT"]
    assert past(drafting, days=2).dossiers == 0


def test_every_due_time_that_is_kept_follows_from_its_ledger(drafting: Office) -> None:
    lodged = waiting_at(drafting, "verify")
    drafting.pausing.pause(lodged.number, "TTE_BSRE", by=MANAGER)
    clock_of(drafting).forward(hours=30)
    drafting.pausing.resume(lodged.number, "TTE_BSRE", by=MANAGER)
    to_the_end(lodged)
    promises = Promises(drafting.config.lanes[Lane.MANUAL], drafting.config.calendars[Lane.MANUAL])
    statutory = drafting.config.workflows["KK-BARU"].limit
    since, until = drafting.clock.now() - timedelta(days=9), drafting.clock.now()
    with drafting.store.read() as work:
        (whole,) = work.ledgers.finished_dossiers(Lane.MANUAL, ["KK-BARU"], since, until, {})
        steps = list(work.ledgers.finished_steps(Lane.MANUAL, ["KK-BARU"], since, until, {}))
    assert promises.whole("KK-BARU", statutory).due(whole.start, whole.pauses) == whole.due
    assert promises.limit("KK-BARU", statutory).due(whole.start, whole.pauses) == whole.limit_due
    assert len(steps) == 6
    for (_, _, step), start, _, due, pauses in steps:
        assert promises.step("KK-BARU", step, human=True).due(start, pauses) == due


def test_who_would_be_written_to_is_whom_the_sweeps_after_an_apply_then_write_to(
    drafting: Office, drafts: Drafts
) -> None:
    late = [waiting_at(drafting, "verify"), waiting_at(drafting, "enter")]
    asked = waiting_at(drafting, "receive")
    do(asked, "receive", "incomplete", deficiencies=[Deficiency(item="other")])
    night = clock_of(drafting).to("Tue 22:00")
    drafts.promise(Lane.MANUAL, target="30wm", human="15wm", answer="16h")
    hearing = open_work(drafting).hearing
    without, under = hearing.at_once
    assert (without.late, under.late) == (0, len(late))
    assert hearing.letters_at == datetime(2026, 3, 4, 7, tzinfo=ZONE)
    drafting.rules.apply(Lane.MANUAL, by=MANAGER, reason="Shorter times", policy=Policy.RECOMPUTE)
    renewed = drafting.renew()
    assert said(renewed, night, lambda: renewed.watch.sweep(Lane.MANUAL)) == under
    times = sorted({each.at for each in renewed.rehearsal.dry_run(Lane.MANUAL, night + timedelta(days=1)).coming})

    def the_day_after() -> None:
        for at in times:
            clock_of(renewed).to(at)
            renewed.watch.sweep(Lane.MANUAL)

    came, foreseen = said(renewed, night + timedelta(microseconds=1), the_day_after), hearing.day_after[1]
    # Who gets the work that is handed on then is not known before, so neither is who is reminded of it.
    assert replace(came, people={}) == replace(foreseen, people={})
    letters = {each.message: each.next_at for each in renewed.outbox.listing(limit=1000) if each.next_at > night}
    assert letters["late"] == hearing.letters_at


def test_what_comes_anyway_is_not_laid_to_the_proposal_though_time_goes_on_meanwhile(
    drafting: Office, drafts: Drafts, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting_at(drafting, "verify")
    clock = clock_of(drafting)
    clock.forward(days=4)  # unswept: what has come by now comes at once, whatever the rules
    drafts.promise(Lane.MANUAL, answer="9d")
    standing, now = open_work(drafting).hearing, type(clock).now

    def ticking(self: SetClock) -> datetime:
        self.forward(milliseconds=3)
        return now(self)

    monkeypatch.setattr(type(clock), "now", ticking)
    without, under = open_work(drafting).hearing.at_once
    assert without == under == standing.at_once[0]
    assert without.people


def said(office: Office, since: datetime, sweeps: Callable[[], object]) -> Heard:
    """What sweeps say from `since` on, by the messages and journals they write."""
    known = {each.id for each in office.outbox.listing(limit=1000)}
    sweeps()
    letters = Counter(m.message for m in office.outbox.listing(limit=1000) if m.id not in known and not m.to_person)
    with office.store.read() as work:
        dossiers = {each.id: each.number for each in work.ledgers.open_dossiers(Lane.MANUAL)}
        notices = [each for of in dossiers for each in work.escalations.of(of) if each.at >= since]
    told = {(each.person, each.number) for each in notices if each.action in STAFF}
    return Heard(
        late=letters["late"], reminded=letters["reminder"], closed=letters["cancelled"],
        handed_on=sum(each.action is RungAction.REASSIGN for each in notices),
        people=dict(Counter(person for person, _ in sorted(told)).most_common()),
    )  # fmt: skip


def test_no_place_that_was_passed_under_earlier_rules_is_foreseen_again(drafting: Office, drafts: Drafts) -> None:
    waiting_at(drafting, "verify")
    clock_of(drafting).forward(days=4)
    drafting.watch.sweep(Lane.MANUAL)
    drafts.promise(Lane.MANUAL, target="1wm", human="1wm")
    without, under = open_work(drafting).hearing.at_once
    assert without == Heard(late=0, reminded=0, closed=0, handed_on=0, people={})
    assert under == without  # every place up to +1wd was passed before, and none is passed twice


def test_what_is_scheduled_before_is_what_later_rules_are_held_against(drafting: Office, drafts: Drafts) -> None:
    now = clock_of(drafting).now()
    drafts.promise(Lane.MANUAL, target="9wd")
    drafting.rules.apply(Lane.MANUAL, by="kepala", reason="r", at=now + timedelta(days=3))
    (sooner,) = drafting.previews.preview(Lane.MANUAL, at=now + timedelta(days=2))
    (later,) = drafting.previews.preview(Lane.MANUAL, at=now + timedelta(days=4))
    assert (sooner.changes.any, later.changes.any) == (True, False)
