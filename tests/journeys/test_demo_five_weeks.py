"""The demo of five weeks, small and for real: what it shows without help."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.demo import played

pytestmark = [pytest.mark.process, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("five-weeks") / "home"


@pytest.fixture(scope="module")
def figures(home: Path) -> dict[str, Any]:
    done = played(home, "--five-weeks", "--dossiers", "120", "--online-share", "0.5", "--seed", "7", "--json")
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_every_week_has_its_name_and_the_flood_is_of_walk_ins_only(figures: dict[str, Any]) -> None:
    weeks = figures["five_weeks"]["weeks"]
    assert [week["what"] for week in weeks] == [
        "network fails", "online entry halved", "a loan", "walk-in flood", "new online rules",
    ]  # fmt: skip
    came = {lane: [week[lane]["submitted"] for week in weeks] for lane in ("online", "manual")}
    assert came["manual"][3] > sum(came["manual"][:3]) / 3 * 2
    assert came["online"][3] < sum(came["online"][:3]) / 3 * 2


def test_a_staff_cut_is_warned_of_before_anything_is_due_and_people_hear_of_what_is_late(
    figures: dict[str, Any],
) -> None:
    calm, cut = (figures["five_weeks"]["weeks"][number]["online"] for number in (0, 1))
    assert cut["warnings"] > 0
    assert cut["escalations"] > calm["escalations"]
    assert cut["people"] >= calm["people"] > 0
    assert cut["waited_p95_h"] > calm["waited_p95_h"]


def test_the_preview_of_new_rules_is_what_came_of_them_for_open_dossiers(figures: dict[str, Any]) -> None:
    preview = figures["five_weeks"]["preview"]
    assert preview["due_times_moved"]["said"] == preview["due_times_moved"]["came"] != {}
    assert preview["overdue_open"]["said"] == preview["overdue_open"]["came"]
    assert preview["on_time"]["replayed"] == preview["on_time"]["came"], "the count is exact; weeks differ"


def test_the_journal_is_whole_and_prefect_executed_by_the_old_rules_and_by_the_new(figures: dict[str, Any]) -> None:
    assert figures["audit"] == {"ok": True, "faults": []}
    assert figures["prefect"]["total"] > 0
    assert figures["happened"]["sweep_faults"] == 0


def test_the_rules_that_were_changed_lie_in_the_homes_own_configuration(figures: dict[str, Any], home: Path) -> None:
    assert "target: 3wh" in (home / "config" / "lanes" / "online.yaml").read_text()


def test_five_weeks_are_as_long_as_they_are(tmp_path: Path) -> None:
    refused = played(tmp_path / "none", "--five-weeks", "--days", "3")
    assert refused.returncode == 2
    assert "25 working days" in refused.stderr
