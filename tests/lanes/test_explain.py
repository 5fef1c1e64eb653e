"""Every due time is told as a story in two languages, its figures add up, and what does not follow is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from support.office import (
    ZONE,
    Lodged,
    a_dossier,
    clock_of,
    do,
    given_fields,
    members_of,
    refused,
    to_the_end,
    waiting_at,
    work_off,
)

from adapters.sql.store import SqlStore
from domain.account import worked
from domain.clock import ClockKind
from domain.roles import Lane
from lanes.case import Deficiency
from lanes.explain import DueStory, Explained
from lanes.office import Office


def explained(lodged: Lodged) -> Explained:
    """As somebody of the office reads it."""
    return lodged.office.explain.for_office(lodged.number, by="admin")


def told(lodged: Lodged, kind: ClockKind = ClockKind.TARGET) -> DueStory:
    """The story of one clock, which holds against its ledger."""
    whole = explained(lodged)
    assert whole.faults == ()
    return next(due for due in whole.dues if due.kind is kind)


def rules_version(office: Office, lane: Lane = Lane.MANUAL) -> int:
    """The version of the lane's rules in force."""
    return office.config.rules.get(lane, 0)


def accepted(office: Office, when: str) -> Lodged:
    """A walk-in dossier found complete at that time."""
    lodged = waiting_at(office, "receive")
    clock_of(office).to(when)
    do(lodged, "receive")
    work_off(office)
    return lodged


def test_the_story_tells_budget_source_days_pauses_outages_and_what_is_left(either: Office) -> None:
    lodged = accepted(either, "Thu 14:00")
    clock = clock_of(either)
    clock.to("Thu 15:00")
    either.pausing.pause(lodged.number, "POWER", by="admin")
    clock.forward(minutes=20)
    either.pausing.resume(lodged.number, by="admin")
    clock.to("Fri 09:00")
    either.outages.start("SIAK_NETWORK", by="admin")
    clock.forward(minutes=90)
    either.outages.end("SIAK_NETWORK", by="admin")
    clock.forward(minutes=30)
    version = rules_version(either)
    id_, en = (f", versi aturan {version}", f", rules version {version}") if version else ("", "")
    story = told(lodged).story
    assert [each.id for each in story] == [
        "Janji layanan untuk seluruh permohonan: 1 hari kerja (7 jam kerja).",
        f"Ditetapkan kantor dalam aturan jalur loket (sla.default.target di config/lanes/manual.yaml{id_}).",
        "Dihitung sejak Kam 5 Mar 2026 14.00 WITA, saat berkas dinyatakan lengkap dan sah.",
        "Yang dihitung hanya jam buka:",
        "  Kam 5 Mar 2026  14.00-15.00, 15.20-16.00 = 1 jam 40 menit",
        "  Jum 6 Mar 2026  08.00-09.00, 10.30-12.00, 13.00-15.50 = 5 jam 20 menit",
        (
            "Waktu berhenti dari Kam 5 Mar 2026 15.00 WITA sampai Kam 5 Mar 2026 15.20 WITA (listrik padam);"
            " 20 menit tidak dihitung."
        ),
        (
            "Waktu berhenti dari Jum 6 Mar 2026 09.00 WITA sampai Jum 6 Mar 2026 10.30 WITA"
            " (gangguan kantor, gangguan jaringan SIAK); 1 jam 30 menit tidak dihitung."
        ),
        (
            "Jatuh tempo: Jum 6 Mar 2026 15.50 WITA."
            " Terpakai 3 jam 10 menit waktu buka, tersisa 3 jam 50 menit waktu buka."
        ),
    ]
    assert [each.en for each in story] == [
        "The promise for the whole application: 1 working day (7 hours of work).",
        f"Set by the office in the rules of the walk-in lane (sla.default.target in config/lanes/manual.yaml{en}).",
        "Counted from Thu 5 Mar 2026 14:00 WITA on, when the file was found complete and valid.",
        "Only opening hours count:",
        "  Thu 5 Mar 2026  14:00-15:00, 15:20-16:00 = 1 hour 40 minutes",
        "  Fri 6 Mar 2026  08:00-09:00, 10:30-12:00, 13:00-15:50 = 5 hours 20 minutes",
        (
            "Time stood still from Thu 5 Mar 2026 15:00 WITA until Thu 5 Mar 2026 15:20 WITA (power cut);"
            " 20 minutes did not count."
        ),
        (
            "Time stood still from Fri 6 Mar 2026 09:00 WITA until Fri 6 Mar 2026 10:30 WITA"
            " (an outage of the office, SIAK network fault); 1 hour 30 minutes did not count."
        ),
        (
            "Due: Fri 6 Mar 2026 15:50 WITA."
            " Used 3 hours 10 minutes of opening time, left 3 hours 50 minutes of opening time."
        ),
    ]


def test_every_open_clock_is_told_the_whole_dossiers_first(office: Office) -> None:
    lodged = accepted(office, "Thu 14:00")
    whole = explained(lodged)
    assert [(due.kind, due.step) for due in whole.dues] == [("target", ""), ("limit", ""), ("step", "enter")]
    assert [due.place for due in whole.dues] == [
        "sla.default.target", "sla.types.KK-BARU.limit", "sla.default.steps.enter",
    ]  # fmt: skip
    assert whole.dues[2].story[0].id == 'Waktu untuk langkah "Perekaman data di SIAK": 90 menit kerja.'
    assert [due.due_at for due in whole.dues[::2]] == [lodged.dossier.due_at, lodged.tasks["enter"].due_at]


def test_holidays_are_skipped_by_their_name(office: Office) -> None:
    clock_of(office).to(datetime(2026, 3, 17, 13, 0, tzinfo=ZONE))  # a Tuesday before Nyepi and Idul Fitri
    lodged = accepted(office, "Tue 15:00")
    names = set(office.config.calendars[Lane.MANUAL].spec.holidays.values())
    skipped = [day for day in told(lodged, ClockKind.LIMIT).account.days if day.kind in ("holiday", "closed")]
    assert skipped
    assert {day.name for day in skipped} <= names
    story = [each.id for each in told(lodged, ClockKind.LIMIT).story]
    for day in skipped:
        assert any(line.endswith(f"tidak dihitung, hari libur: {day.name}") for line in story)


def test_the_days_add_up_to_the_budget_and_used_and_left_do_too(office: Office) -> None:
    lodged = accepted(office, "Thu 14:00")
    office.pausing.pause(lodged.number, "POWER", by="admin")
    clock_of(office).to("Fri 09:30")
    office.pausing.resume(lodged.number, by="admin")
    clock_of(office).to("Fri 14:00")
    day = office.config.lanes[Lane.MANUAL].day
    for kind, budget in ((ClockKind.TARGET, day), (ClockKind.LIMIT, 3 * day)):
        account = told(lodged, kind).account
        assert sum((worked(each) for each in account.days), timedelta()) == budget
        assert account.used_s + account.left_s == budget.total_seconds()


def test_seconds_are_left_out_so_that_what_is_told_still_adds_up(office: Office) -> None:
    lodged = accepted(office, "Thu 14:00")
    clock_of(office).forward(seconds=50)
    office.pausing.pause(lodged.number, "POWER", by="admin")
    clock_of(office).to("Thu 14:10")
    office.pausing.resume(lodged.number, by="admin")
    clock_of(office).to("Thu 15:58")
    story = [each.en for each in told(lodged).story]
    assert story[4:6] == [
        "  Thu 5 Mar 2026  14:00-14:00, 14:10-16:00 = 1 hour 50 minutes",
        "  Fri 6 Mar 2026  08:00-12:00, 13:00-14:09 = 5 hours 9 minutes (to come)",
    ]
    assert story[-1].endswith("Used 1 hour 48 minutes of opening time, left 5 hours 12 minutes of opening time.")


def test_before_anything_has_counted_that_is_said(office: Office) -> None:
    lodged = accepted(office, "Thu 14:00")
    office.pausing.pause(lodged.number, "POWER", by="admin")
    story = [each.en for each in told(lodged).story]
    assert story[3] == "Only opening hours count; nothing has counted yet."
    assert story[4].startswith("Time stands still since")


def test_while_it_stands_the_story_says_when_it_would_be_due_if_it_ran_again(office: Office) -> None:
    lodged = accepted(office, "Thu 14:00")
    clock_of(office).to("Thu 15:00")
    office.pausing.pause(lodged.number, "TTE_BSRE", by="admin")
    clock_of(office).to("Fri 10:00")
    held = told(lodged)
    assert (held.due_at, held.account.stood[0].end) == (None, None)
    assert held.story[-1].en.startswith(
        "Used 1 hour of opening time, left 6 hours of opening time. If time ran again from now on, it would be due"
    )
    assert "Time stands still since Thu 5 Mar 2026 15:00 WITA (signature service down)" in held.story[-2].en
    office.pausing.resume(lodged.number, by="admin")
    assert told(lodged).due_at == held.account.if_it_ran


def test_a_returned_dossier_tells_the_applicants_time_and_why_its_own_stands(office: Office) -> None:
    lodged = waiting_at(office, "verify")
    do(lodged, "verify", "incomplete", deficiencies=[Deficiency(item="other")])
    answer, (asked,) = told(lodged, ClockKind.ANSWER), lodged.tasks.values()
    assert (answer.place, answer.due_at) == ("sla.default.answer", asked.due_at)
    assert answer.story[3].en == "Every hour counts, nights and holidays too."
    assert "(waiting for the applicant)" in told(lodged).story[-2].en
    clock_of(office).forward(days=2)
    office.intake.resubmit(lodged.number, lodged.code)
    (stood,) = told(lodged).account.stood
    assert (stood.reason, stood.outage) == ("APPLICANT_INCOMPLETE", False)


def test_where_the_lane_sets_no_limit_the_document_types_own_is_named_with_its_basis(office: Office) -> None:
    lodged = waiting_at(office, "enter", code="LHR")
    limit = told(lodged, ClockKind.LIMIT)
    workflow = office.config.workflows["LHR"]
    assert (limit.place, limit.budget) == ("", workflow.limit)
    assert limit.story[1].en.endswith(f"Basis of the service: {'; '.join(workflow.basis)}.")


def test_before_it_is_complete_the_estimate_of_the_receipt_is_told(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    whole = explained(lodged)
    assert [due.kind for due in whole.dues] == ["step"]
    assert whole.notes[0].en.endswith("if it is complete at once: Wed 4 Mar 2026 09:00 WITA.")


def test_what_is_late_is_told_late(office: Office) -> None:
    lodged = accepted(office, "Thu 14:00")
    clock_of(office).to("Mon 10:00")
    assert told(lodged).story[-1].id == (
        "Jatuh tempo Jum 6 Mar 2026 14.00 WITA sudah lewat: terlambat 4 jam 30 menit waktu buka."
    )


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("Fri 10:00", "on time, with 3 hours of opening time left."),
        ("Mon 10:00", "late by 4 hours 30 minutes of opening"),
    ],
)
def test_what_is_closed_is_held_against_its_promise(office: Office, when: str, words: str) -> None:
    lodged = accepted(office, "Thu 14:00")
    clock_of(office).to(when)
    to_the_end(lodged)
    whole = explained(lodged)
    assert [due.kind for due in whole.dues] == ["target", "limit"]
    assert words in whole.dues[0].story[-1].en
    assert whole.faults == ()


def test_one_that_was_closed_while_paused_is_held_against_the_time_that_counted(office: Office) -> None:
    lodged = accepted(office, "Thu 14:00")
    clock_of(office).to("Thu 15:00")
    office.outages.start("POWER", by="admin")
    clock_of(office).to("Mon 10:00")
    office.closing.withdraw(lodged.number, lodged.code)
    assert "tepat waktu, tersisa 6 jam waktu buka." in told(lodged).story[-1].id


def test_one_that_ended_before_it_was_complete_promised_nothing(office: Office) -> None:
    lodged = a_dossier(office).lodged()
    office.closing.withdraw(lodged.number, lodged.code)
    whole = explained(lodged)
    assert whole.dues == ()
    assert whole.notes[0].en.startswith("The application ended before it was found complete")


def test_an_outage_that_took_nothing_from_a_step_is_not_told_of_it(office: Office) -> None:
    lodged = waiting_at(office, "receive")
    office.outages.start("POWER", by="admin")
    ended = clock_of(office).forward(hours=1)
    clock_of(office).forward(hours=1)
    do(lodged, "receive")
    work_off(office)
    office.outages.end("POWER", at=ended, by="admin")
    assert told(lodged, ClockKind.STEP).account.stood == ()


def test_the_applicant_is_told_what_the_office_is_but_for_its_files_and_nothing_personal(office: Office) -> None:
    lodged = accepted(office, "Thu 14:00")
    mine = office.explain.for_applicant(lodged.number, lodged.code.lower())
    theirs = office.explain.for_office(lodged.number, by=members_of(office, "online-front")[0])
    for ours, office_s in zip(mine.dues, theirs.dues, strict=True):
        differing = [
            (each.id, other.id) for each, other in zip(ours.story, office_s.story, strict=True) if each != other
        ]
        assert all("config/" in other and "config/" not in each for each, other in differing)
        assert replace(ours, story=office_s.story) == office_s
    assert replace(mine, dues=theirs.dues) == theirs
    assert "config/" in repr(theirs.dues)
    assert "Ditetapkan kantor dalam aturan jalur loket." in [each.id for due in mine.dues for each in due.story]
    assert not [value for value in given_fields(lodged) if value in repr(mine)]


def test_strangers_are_told_nothing(office: Office) -> None:
    lodged = accepted(office, "Thu 14:00")
    other = a_dossier(office).lodged()
    assert refused(lambda: office.explain.for_applicant(lodged.number, other.code)).code == "unknown_dossier"
    assert refused(lambda: office.explain.for_applicant("MN-2026-999999", lodged.code)).code == "unknown_dossier"
    assert refused(lambda: office.explain.for_office(lodged.number, by="nobody.here")).code == "unknown_person"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE clock SET due_at = due_at + 60000000 WHERE kind = 'target'", "its ledger gives 2026-03-06T06:00"),
        ("UPDATE task SET due_at = due_at + 60000000 WHERE status = 'open'", "its task enter says 2026-03-05T07:31"),
        ("UPDATE dossier SET due_at = due_at + 60000000", "the dossier is stored as due 2026-03-06T06:01"),
        ('UPDATE dossier SET held = \'{"POWER":"2026-03-05T06:00:00+00:00"}\'', "the dossier is held by POWER"),
    ],
)
def test_a_due_time_that_does_not_follow_from_its_ledger_is_said_to_be_a_defect(
    office: Office, change: str, words: str
) -> None:
    lodged = accepted(office, "Thu 14:00")
    assert explained(lodged).faults == ()
    assert isinstance(office.store, SqlStore)
    with office.store.engine.begin() as connection:
        connection.execute(text(change.replace(":", "\\:")))
    assert any(words in fault for fault in explained(lodged).faults)


def test_a_dossiers_page_for_its_applicant_says_why_it_is_paused(office: Office) -> None:
    lodged = accepted(office, "Thu 14:00")
    assert office.views.track(lodged.number, lodged.code).paused == ()
    since = office.clock.now()
    office.pausing.pause(lodged.number, "TTE_BSRE", by="admin")
    clock_of(office).forward(minutes=1)
    office.outages.start("SIAK_NETWORK", by="admin")
    page = office.views.track(lodged.number, lodged.code)
    assert (page.due_at, page.due_if_it_ran) == (None, told(lodged).account.if_it_ran)
    assert "stopped from" in str(page.due_story and page.due_story.en)
    first, second = page.paused
    assert (first.reason, first.outage, first.since) == ("TTE_BSRE", False, since)
    assert (second.reason, second.outage, second.why) == ("SIAK_NETWORK", True, "gangguan jaringan SIAK")
