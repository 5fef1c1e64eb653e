"""The web bench on a small town: a real server, people at work, no answer that goes wrong; how fast is not asked."""

from __future__ import annotations

import pytest

from adapters.bench.web import run

EVERY_ROUND = {
    "worklist",
    "next",
    "task",
    "complete",
    "glance",
    "overdue",
    "escalations",
    "track",
    "tracked",
    "figures",
}

pytestmark = pytest.mark.process


def test_everybody_at_work_gets_every_page_and_nothing_goes_wrong_on_either_database() -> None:
    rows = run(dossiers=40, played=12, people=6, seconds=1.0, think_s=0.02, looks=2)

    assert [row.name for row in rows] == [
        f"web_{database}{what}" for database in ("sqlite", "postgresql") for what in ("_one", "", "_errors")
    ]
    for one, working, errors in (rows[:3], rows[3:]):
        assert errors.raw["wrong"] == {}
        assert errors.met
        assert errors.raw["live_counts"] > 0
        assert one.raw["pages"]["worklist"]["count"] == 2
        assert working.raw["pages"].keys() >= EVERY_ROUND
