"""The benchmark asks everybody the same and reports what it found; how fast they were is not this test's business."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from adapters.bench.calendar import run
from adapters.bench.result import BenchRow


def test_all_rivals_give_the_calendars_answers_and_every_promise_has_a_row() -> None:
    rows = {row.name: row for row in run(questions=60)}
    assert {name: (row.sense, row.limit) for name, row in rows.items()} == {
        "add_against_bisect": ("at_most", 2),
        "between_against_bisect": ("at_most", 2),
        "add_against_pandas": ("at_least", 40),
        "add_against_businesstimedelta": ("at_least", 500),
        "between_against_businesstimedelta": ("at_least", 500),
    }
    assert all(row.raw["ours_us"] > 0 and row.raw["rival_us"] > 0 for row in rows.values())


@pytest.mark.parametrize(
    ("sense", "ratio", "met"),
    [
        ("at_most", 1.9, True),
        ("at_most", 2.0, True),
        ("at_most", 2.1, False),
        ("at_least", 2.1, True),
        ("at_least", 1.9, False),
    ],
)
def test_a_row_knows_whether_its_promise_is_kept(sense: str, ratio: float, met: bool) -> None:
    row = BenchRow(name="n", compared="a with b", ratio=ratio, limit=2.0, sense=sense, raw={})  # type: ignore[arg-type]
    assert row.met is met
    assert asdict(row)["met"] is met
