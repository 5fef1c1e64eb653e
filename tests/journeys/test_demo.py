"""A small demo, for real: one process, its own Prefect server, and what it leaves behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.demo import played

from adapters.bootstrap import build
from adapters.settings import Settings

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "home"


@pytest.fixture(scope="module")
def figures(home: Path) -> dict[str, Any]:
    done = played(home, "--days", "1", "--dossiers", "12", "--seed", "7", "--json")
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_it_takes_in_what_was_asked_for_in_both_lanes(figures: dict[str, Any]) -> None:
    assert figures["dossiers"] == sum(lane["submitted"] for lane in figures["lanes"].values()) == 12
    assert all(lane["submitted"] for lane in figures["lanes"].values())


def test_no_dossier_is_unaccounted_for(figures: dict[str, Any]) -> None:
    for lane in figures["lanes"].values():
        ended = sum(lane[status] for status in ("issued", "rejected", "cancelled", "withdrawn"))
        assert lane["submitted"] == ended + lane["open"]


def test_the_journal_is_whole(figures: dict[str, Any]) -> None:
    assert figures["audit"] == {"ok": True, "faults": []}


def test_outages_are_on_record_and_over_one_of_them_written_down_afterwards(figures: dict[str, Any]) -> None:
    outages = {each["reason"]: each for each in figures["clocks"]["outages"]}
    assert set(outages) == {"SIAK_NETWORK", "POWER"}
    assert all(each["until"] for each in outages.values())
    assert outages["SIAK_NETWORK"]["dossiers"] > 0
    assert outages["SIAK_NETWORK"]["recorded"] == outages["SIAK_NETWORK"]["from"]
    assert outages["POWER"]["recorded"] >= outages["POWER"]["until"]


def test_whoever_does_not_answer_is_reminded(figures: dict[str, Any], home: Path) -> None:
    reminders = sum(figures["clocks"]["reminders"].values())
    office = build(Settings(home=home))
    with office.store.read() as work:
        sent = [each for each in work.outbox.listing(status="sent", limit=10_000) if each.message == "reminder"]
    assert len(sent) == reminders >= 1


def test_whoever_had_something_on_it_got_the_mornings_list(figures: dict[str, Any], home: Path) -> None:
    office = build(Settings(home=home))
    with office.store.read() as work:
        sent = [each for each in work.outbox.listing(limit=10_000) if each.message == "staff_digest"]
        assert {"digest/online", "digest/manual"} <= set(work.clocks.sweeps())
    for lane, count in figures["clocks"]["digests"].items():
        assert len([each for each in sent if each.lane == lane]) == count
    assert not [each for each in sent if each.status != "sent"]


def test_sweeps_ran_for_both_lanes_and_left_nothing_untreated(figures: dict[str, Any], home: Path) -> None:
    assert figures["happened"].get("sweep_faults", 0) == 0
    office = build(Settings(home=home))
    with office.store.read() as work:
        assert {"watch-sla/online", "watch-sla/manual", "lane-parity/office"} <= set(work.clocks.sweeps())
    told = figures["clocks"]
    assert told["escalations"]["online"].keys() == told["escalations"]["manual"].keys() != set()


def test_one_person_was_lent_and_picks_out_of_turn_have_reasons(figures: dict[str, Any]) -> None:
    told = figures["clocks"]
    (loan,) = told["loans"]
    assert loan["lane"] == "online"
    assert told["parity"]["verdict"] == "too_few"
    for lane in told["out_of_turn"].values():
        assert sum(lane["reasons"].values()) == lane["tasks"] <= lane["of"]


def test_prefect_knows_every_step_that_was_executed_by_lane_and_type(figures: dict[str, Any], home: Path) -> None:
    office = build(Settings(home=home))
    with office.store.read() as work:
        steps = [
            entry
            for _, entries in work.dossiers.everything()
            for entry in entries
            if entry.event == "step_completed" and entry.actor == "jalur"
        ]
    counted = sum(n for types in figures["prefect"]["task_runs"].values() for n in types.values())
    assert counted == figures["prefect"]["total"] >= len(steps) > 12


def test_the_office_it_leaves_behind_lies_in_the_past_and_is_not_late(figures: dict[str, Any], home: Path) -> None:
    office = build(Settings(home=home))
    now = office.clock.now()
    with office.store.read() as work:
        assert all(dossier.submitted_at <= now for dossier, _ in work.dossiers.everything())
    assert office.audit.verify() == []
    assert not any(office.engine.waiting(lane) for lane in office.config.lanes if figures["lanes"][lane]["stuck"] == 0)


def test_it_goes_into_no_home_that_holds_dossiers(figures: dict[str, Any], home: Path) -> None:
    again = played(home, "--days", "1", "--dossiers", "5")
    assert again.returncode == 1
    assert f"holds {figures['dossiers']} dossiers of an earlier demo" in " ".join(again.stderr.split())
    assert "JALUR_HOME" in again.stderr


def test_asked_to_play_only_into_an_empty_home_it_leaves_this_one_alone(figures: dict[str, Any], home: Path) -> None:
    again = played(home, "--if-empty")
    assert (again.returncode, figures["dossiers"]) == (0, 12)
    assert "in use already" in again.stdout


@pytest.mark.parametrize(
    ("option", "value", "allowed"),
    [("--days", "0", "1 to 30"), ("--dossiers", "0", "1 to 10000"), ("--online-share", "1.5", "0 to 1")],
)
def test_wrong_options_are_refused_with_what_is_allowed(option: str, value: str, allowed: str, tmp_path: Path) -> None:
    refused = played(tmp_path / "none", option, value)
    assert refused.returncode == 2
    assert allowed in refused.stderr
    assert not (tmp_path / "none" / "data").exists()
