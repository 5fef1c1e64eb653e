"""What clocks write to citizens reaches them by day; an English half is English; nobody gets a list of nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.office import CONFIG, ZONE, clock_of, do, shipped, to_the_end, waiting_at

from domain.roles import Lane
from lanes.case import Deficiency
from lanes.office import Office


@pytest.mark.parametrize(
    ("at", "by_day"),
    [("02:30", "07:00"), ("06:59", "07:00"), ("07:00", "07:00"), ("19:59", "19:59"), ("20:00", "31:00")],
)
def test_a_letter_waits_for_the_morning(at: str, by_day: str) -> None:
    midnight = datetime(2026, 3, 3, tzinfo=ZONE)
    hour = {name: midnight + timedelta(hours=int(name[:2]), minutes=int(name[3:])) for name in (at, by_day)}
    assert shipped().office.by_day(hour[at].astimezone(UTC)) == hour[by_day]


def test_a_sweep_at_night_writes_to_nobody_before_the_morning(office: Office) -> None:
    lodged = waiting_at(office, "enter")
    night = clock_of(office).to("Mon 23:00")
    clock_of(office).to(night + timedelta(days=14))
    office.watch.sweep(Lane.MANUAL)
    late = [each for each in office.outbox.listing(limit=1000) if each.message == "late"]
    assert [each.dossier_id for each in late] == [lodged.dossier.id]
    assert late[0].next_at == datetime(2026, 3, 24, 7, tzinfo=ZONE)
    assert late[0].id not in {each.id for each in office.outbox.claim(Lane.MANUAL, 1000)}


def test_what_is_no_longer_so_in_the_morning_is_not_sent(office: Office) -> None:
    answered, silent = waiting_at(office, "receive"), waiting_at(office, "receive")
    for lodged in (answered, silent):
        do(lodged, "receive", "incomplete", deficiencies=[Deficiency(item="other")])
    issued = waiting_at(office, "enter")
    clock_of(office).to(clock_of(office).to("Mon 22:00") + timedelta(days=7))
    office.watch.sweep(Lane.MANUAL)
    office.intake.resubmit(answered.number, answered.code)
    to_the_end(issued)
    clock_of(office).to("Tue 07:00")
    for message in office.outbox.claim(Lane.MANUAL, 1000):
        office.outbox.deliver(message)
    became = {(each.message, each.dossier_id): each.status for each in office.outbox.listing(limit=1000)}
    assert became["reminder", answered.dossier.id] == "overtaken"
    assert became["reminder", silent.dossier.id] == "sent"
    assert became["late", issued.dossier.id] == "overtaken"


def test_the_english_half_of_a_letter_is_english(office: Office, tmp_path: Path) -> None:
    waiting_at(office, "enter")
    for message in office.outbox.claim(Lane.MANUAL, 100):
        office.outbox.deliver(message)
    letters = [file.read_text() for file in sorted((tmp_path / "messages").rglob("*")) if file.is_file()]
    (received,) = [letter for letter in letters if "We have received" in letter]
    assert '"New family card"' in received
    assert '"Kartu Keluarga baru"' in received


def test_the_english_half_of_what_the_staff_hear_names_the_step_in_english(office: Office, tmp_path: Path) -> None:
    lodged = waiting_at(office, "enter")
    step = lodged.workflow.steps["enter"].title
    assert step.id != step.en
    clock_of(office).forward(hours=3)
    office.watch.sweep(Lane.MANUAL)
    for message in office.outbox.claim(Lane.MANUAL, 100):
        office.outbox.deliver(message)
    letters = [file.read_text() for file in sorted((tmp_path / "messages").rglob("*")) if file.is_file()]
    told = [letter for letter in letters if "Langkah: " in letter]
    assert told
    assert all(f"Langkah: {step.id}\n" in letter and f"Step: {step.en}\n" in letter for letter in told)


@pytest.mark.parametrize("file", sorted((CONFIG / "messages").glob("*.yaml")), ids=lambda file: file.stem)
def test_english_texts_name_nothing_in_indonesian(file: Path) -> None:
    text = shipped().messages[file.stem]
    indonesian = re.compile(r"\$(title|lane|deficiencies|item)(?![_a-z])")
    assert [indonesian.findall(each) for each in (text.subject.en, text.body.en)] == [[], []]


def test_nobody_gets_a_list_of_nothing(office: Office) -> None:
    assert office.digest.send(Lane.MANUAL) == 0
    waiting_at(office, "receive")
    clock_of(office).forward(days=1)
    assert office.digest.send(Lane.MANUAL) > 0
