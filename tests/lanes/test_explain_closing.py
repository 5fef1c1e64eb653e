"""When an unanswered dossier closes by rule is told as the sweeps then do it, and why it is later than it is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from support.drafts import Drafts
from support.office import Lodged, an_office, clock_of, closed_by_sweeps_at, do, waiting_at

from domain.clock import ClockKind
from domain.ladder import GRACE, RungAction
from domain.roles import Lane
from lanes.case import Deficiency
from lanes.explain import DueStory
from lanes.office import Office
from lanes.records.rules import Policy

AT_ALL = "Unless it is completed, the application closes by rule "
LATER = "That is later than it is due: "


def returned(office: Office) -> Lodged:
    lodged = waiting_at(office, "receive")
    do(lodged, "receive", "incomplete", deficiencies=[Deficiency(item="other")])
    return lodged


def told(lodged: Lodged) -> DueStory:
    """The story of the applicant's time."""
    whole = lodged.office.explain.for_applicant(lodged.number, lodged.code)
    return next(due for due in whole.dues if due.kind is ClockKind.ANSWER)


def sweep(office: Office) -> None:
    assert office.watch.sweep(Lane.MANUAL).failed == ()


def with_answer(home: Path, answer: str, *ladder: dict[str, object]) -> Office:
    """An office whose applicants have so long to answer, and this ladder for it."""
    drafts = Drafts()
    drafts.promise(Lane.MANUAL, answer=answer)
    if ladder:
        escalation = drafts.config.lanes[Lane.MANUAL].escalation.model_dump(mode="json", exclude_none=True)
        escalation["default"]["answer"] = ladder
        drafts.change(Lane.MANUAL, escalation=escalation)
    return an_office(home, config=drafts.config, rule_files=drafts)


def closes_as(lodged: Lodged, story: DueStory) -> None:
    """Sweeps that are in time close the dossier at the told instant, and not a second before."""
    office, at = lodged.office, story.closes_at
    assert at is not None
    coming = office.rehearsal.dry_run(Lane.MANUAL, at).coming
    for reminder in sorted({each.at for each in coming if each.action is RungAction.REMIND_APPLICANT}):
        clock_of(office).to(reminder)
        sweep(office)
        assert told(lodged).closes_at == at, "a reminder that comes in time puts nothing off"
    closed_by_sweeps_at(lodged, at)


def test_with_time_enough_it_closes_when_it_is_due_and_nothing_is_to_be_explained(either: Office) -> None:
    lodged = returned(either)
    story = told(lodged)
    assert story.closes_at == story.due_at
    assert story.story[-1].id == (
        "Bila tidak dilengkapi, permohonan ditutup menurut aturan paling cepat Sel 17 Mar 2026 09.00 WITA."
    )
    closes_as(lodged, story)
    assert lodged.office.explain.for_applicant(lodged.number, lodged.code).dues == ()


def test_before_a_late_reminder_is_sent_it_says_so_and_after_it_that_a_reminder_named_the_date(either: Office) -> None:
    lodged = returned(either)
    due = told(lodged).due_at
    assert due is not None
    now = clock_of(either).to(due + timedelta(hours=2))
    before = told(lodged)
    assert before.closes_at == now + GRACE
    assert before.story[-1].en == (
        f"{AT_ALL}Fri 20 Mar 2026 11:00 WITA at the earliest. {LATER}"
        "no reminder has been sent yet, and the first one leaves at least 3 days."
    )
    sweep(either)
    clock_of(either).forward(days=1)
    after = told(lodged)
    assert after.closes_at == before.closes_at
    assert after.story[-1].id == (
        "Bila tidak dilengkapi, permohonan ditutup menurut aturan paling cepat Jum 20 Mar 2026 11.00 WITA."
        " Itu lebih lambat dari jatuh tempo: tanggal itulah yang disebut dalam pengingat."
    )
    closes_as(lodged, after)


def test_a_time_to_answer_shorter_than_a_reminder_leaves_is_told_from_the_start(tmp_path: Path) -> None:
    lodged = returned(with_answer(tmp_path, "2d"))
    story = told(lodged)
    assert story.closes_at == story.started_at + timedelta(days=1) + GRACE
    assert "no reminder has been sent yet" in story.story[-1].en
    closes_as(lodged, story)


def test_a_ladder_that_closes_some_days_later_is_named(tmp_path: Path) -> None:
    office = with_answer(tmp_path, "7d", {"at": "50%", "do": ["remind_applicant"]}, {"at": "+2d", "do": ["close"]})
    lodged = returned(office)
    story = told(lodged)
    assert story.due_at is not None
    assert story.closes_at == story.due_at + timedelta(days=2)
    assert story.story[-1].en.endswith(f"{LATER}the office's rules close at +2d.")
    closes_as(lodged, story)


def test_when_its_last_date_has_come_it_can_be_closed_at_any_moment(office: Office) -> None:
    lodged = returned(office)
    due = told(lodged).due_at
    assert due is not None
    clock_of(office).to(due - timedelta(days=4))
    sweep(office)
    now = clock_of(office).to(due + timedelta(minutes=3))
    story = told(lodged)
    assert story.closes_at == now
    assert story.story[-1].id.endswith("dapat ditutup menurut aturan setiap saat.")


def test_new_rules_that_close_where_a_reminder_was_sent_close_it_all_the_same(tmp_path: Path) -> None:
    remind, close = ["remind_applicant"], ["close"]
    before = [{"at": "50%", "do": remind}, {"at": "100%", "do": remind}, {"at": "+30d", "do": close}]
    office = with_answer(tmp_path, "7d", *before)
    lodged = returned(office)
    clock_of(office).to(told(lodged).due_at or office.clock.now())
    sweep(office)
    drafts = Drafts()
    drafts.promise(Lane.MANUAL, answer="7d")
    office = an_office(tmp_path, config=drafts.config, rule_files=drafts, clock=clock_of(office))
    office.rules.apply(Lane.MANUAL, by="admin", reason="to see", policy=Policy.RECOMPUTE)
    office = office.renew()
    story = told(replace(lodged, office=office))
    assert story.closes_at == office.clock.now() + GRACE
    closes_as(replace(lodged, office=office), story)


@pytest.mark.parametrize("late", [False, True])
def test_while_an_outage_holds_its_time_it_is_not_closed(office: Office, late: bool) -> None:
    lodged = returned(office)
    due = told(lodged).due_at
    assert due is not None
    clock_of(office).to(due + timedelta(hours=1 if late else -1))
    office.outages.start("POWER", by="admin")
    story = told(lodged)
    assert (story.closes_at, story.story[-1].en) == (
        None, "While time stands still, the application is not closed by rule.",
    )  # fmt: skip
    clock_of(office).forward(days=30)
    sweep(office)
    assert lodged.dossier.is_open
    office.outages.end("POWER", by="admin")
    closes_as(lodged, told(lodged))


def test_what_closes_nothing_says_nothing_of_it(office: Office) -> None:
    lodged = returned(office)
    whole = office.explain.for_office(lodged.number, by="admin")
    assert [due.kind for due in whole.dues if due.closes_at] == [ClockKind.ANSWER]
    assert [due.kind for due in whole.dues if "by rule" in str(due.story)] == [ClockKind.ANSWER]
