"""What a journal tells when it is played again, and what it cannot tell because no office wrote it so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.journal import ENGINE, Entry, chain
from domain.proof import TASK_KEYS, Row, paired
from domain.replay import Contradiction, Told, replay

START = datetime(2026, 3, 3, 1, tzinfo=UTC)
SUBMITTED = (
    "dossier_submitted",
    {"lane": "manual", "channel": "counter", "type": "KK-BARU", "version": "v1", "papers": []},
)
OPENED = ("steps_opened", {"steps": ["receive"]})
ACCEPTED = [("step_completed", {"step": "receive", "outcome": "complete"}), ("found_complete", {"due": "x"})]
RETURNED = [
    ("step_completed", {"step": "receive", "outcome": "incomplete", "deficiencies": ["other"]}),
    ("returned_to_applicant", {"resumes_at": "receive"}),
]
ANSWERED = [("resubmitted", {"papers": [], "fields": []}), OPENED]


def written(*events: tuple[str, dict[str, Any]], actor: str = "dewi") -> list[Entry]:
    """A journal with these entries, a minute apart."""
    entries: list[Entry] = []
    for event in events:
        seq, head = (entries[-1].seq, entries[-1].hash) if entries else (0, "")
        at = START + timedelta(minutes=seq)
        entries += chain(number="MN-2026-000001", seq=seq, head=head, at=at, actor=actor, events=[event])
    return entries


def told(*events: tuple[str, dict[str, Any]], actor: str = "dewi") -> Told:
    """What these events, after a submission that opened a step, tell."""
    return replay(written(SUBMITTED, OPENED, *events, actor=actor))


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([], "submitted"),
        (ACCEPTED, "in_process"),
        (RETURNED, "returned"),
        ([*RETURNED, *ANSWERED], "submitted"),
        ([*RETURNED, *ANSWERED, *ACCEPTED], "in_process"),
        ([*RETURNED, ("dossier_withdrawn", {})], "withdrawn"),
        ([*ACCEPTED, ("dossier_issued", {})], "issued"),
        ([*ACCEPTED, ("dossier_rejected", {})], "rejected"),
        ([("dossier_cancelled", {})], "cancelled"),
    ],
)
def test_the_status_is_what_the_entries_lead_to(events: list[tuple[str, dict[str, Any]]], status: str) -> None:
    assert told(*events).dossier["status"] == status


def test_one_answer_ends_every_return_that_waits() -> None:
    opened = ("steps_opened", {"steps": ["verify"]})
    other = [
        ("step_completed", {"step": "verify", "outcome": "incomplete"}),
        ("returned_to_applicant", {"resumes_at": "enter"}),
    ]
    tasks = told(*ACCEPTED, opened, *RETURNED[1:], *other, ("resubmitted", {})).tasks
    assert [task["outcome"] for task in tasks if task.get("kind") == "applicant"] == ["resubmitted"] * 2


def test_what_a_task_was_ended_with_is_told_by_its_entry() -> None:
    (task,) = told(("step_completed", {"step": "receive", "outcome": "complete", "ticket": "A-001"})).tasks
    assert (task["status"], task["outcome"], task["done_by"], task["assignee"]) == ("done", "complete", "dewi", "dewi")
    assert task["done_at"] == START + timedelta(minutes=2)
    assert task["details"] == {"ticket": "A-001"}
    (task,) = told(*ACCEPTED, actor=ENGINE).tasks
    assert (task["kind"], task["assignee"]) == ("automatic", None)


def test_a_closed_dossier_leaves_nothing_live() -> None:
    tasks = told(*RETURNED, ("dossier_withdrawn", {})).tasks
    assert [task["status"] for task in tasks] == ["done", "cancelled"]


def test_events_that_this_program_does_not_know_tell_nothing() -> None:
    assert told(("fell_due", {"clock": "step"}), ("something_new", {})) == told()


@pytest.mark.parametrize(
    "events",
    [
        [],
        [OPENED],
        [SUBMITTED, SUBMITTED],
        [SUBMITTED, ("dossier_issued", {}), ("dossier_rejected", {})],
        [SUBMITTED, ("step_completed", {"step": "receive", "outcome": "complete"})],
        [SUBMITTED, OPENED, ("step_completed", {"step": "receive"})],
        [SUBMITTED, OPENED, *ACCEPTED, ACCEPTED[0]],
        [SUBMITTED, OPENED, ("task_claimed", {"step": "verify"})],
        [SUBMITTED, ("steps_opened", {"steps": 3})],
        [SUBMITTED, ("resubmitted", {})],
        [
            SUBMITTED,
            OPENED,
            ("step_completed", {"step": "receive", "outcome": "sealed", "document": "x", "sha256": "y"}),
        ],
    ],
)
def test_a_journal_that_no_office_wrote_is_refused_by_its_last_entry(events: list[tuple[str, dict[str, Any]]]) -> None:
    with pytest.raises(Contradiction) as refusal:
        replay(written(*events))
    assert str(refusal.value) == f"entry {len(events)} cannot follow from those before it"


_STEPS = st.sampled_from(["receive", "enter", "verify"])


@given(rows=st.lists(st.tuples(_STEPS, st.integers(0, 2)), max_size=8), lost=st.integers(0, 7))
def test_rows_are_found_again_in_any_order_and_the_one_cut_out_is_missed(
    rows: list[tuple[str, int]], lost: int
) -> None:
    expected = [{"step": step, "ready_at": minute, "status": "done"} for step, minute in rows]
    kept = [Row(table="task", id=place, values=values) for place, values in enumerate(expected)]
    cut_out = kept.pop(lost) if lost < len(kept) else None
    pairs, missing, extra = paired(expected, kept[::-1], TASK_KEYS)
    assert all(told == row.values for told, row in pairs)
    assert missing == ([] if cut_out is None else [cut_out.values])
    assert extra == []
