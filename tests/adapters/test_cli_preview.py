"""Previews and what-ifs as managers type them."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli_office import REPOSITORY, Edit, Jalur

from adapters.bench.preview_year import Year
from adapters.bootstrap import configured
from adapters.settings import Settings
from adapters.sql.engine import make_engine

_SHIPPED = Settings(config=REPOSITORY / "config")


@pytest.fixture
def with_a_past(jalur: Jalur) -> Jalur:
    """The command line in an office that has finished some hundred dossiers in the past year."""
    engine = make_engine(Settings(home=jalur.home, config=REPOSITORY / "config").database)
    Year(configured(_SHIPPED), datetime.now(UTC), lives=240).write(engine, range(1))
    engine.dispose()
    return jalur


def test_files_that_say_what_is_in_force_change_nothing(jalur: Jalur, edit: Edit) -> None:
    answer = jalur.done("config", "preview")
    assert "The online lane's files say what is in force (version" in answer.out
    assert "The manual lane's files say what is in force (version" in answer.out
    assert [each["changed"] for each in jalur.done("config", "preview", "--json").json] == [False, False]


def test_a_change_is_shown_with_open_dossiers_and_the_past(with_a_past: Jalur, edit: Edit) -> None:
    with_a_past.submitted("KK-BARU", "online")
    edit("lanes/online.yaml", "    target: 1wd\n", "    target: 5wh\n")
    answer = with_a_past.done("config", "preview", "--lane", "online")
    words = " ".join(answer.out.split())
    assert "target 1wd (1 × 7h) 5wh" in words
    assert "A working day" not in words
    assert "Open dossiers: 1, of which 1 are not yet found complete" in words
    assert "With --policy keep no running clock changes: overdue 0, at risk 0." in words
    assert "With --policy recompute: overdue 0 -> 0" in words
    assert "In time: whole dossiers" in words
    assert "online-verify verify" in words
    assert "manual" not in words


def test_what_a_working_day_and_a_week_are_worth_is_told_where_the_words_stay(jalur: Jalur, edit: Edit) -> None:
    edit("lanes/online.yaml", "working_day: 7h", "working_day: 6h")
    edit("calendars/online.yaml", 'fri: ["07:30-12:00", "13:00-17:00"]', 'fri: ["07:30-12:00", "13:00-16:30"]')
    words = " ".join(jalur.done("config", "preview", "--lane", "online").out.split())
    assert "target 2wd (2 × 7h) 2wd (2 × 6h)" in words
    assert "A working day (1wd) is 7h of working time now, 6h as proposed." in words
    assert "Open in an ordinary week: 42 hours 30 minutes now, 42 hours as proposed." in words


def test_applications_that_would_be_closed_for_no_answer_are_told(jalur: Jalur, edit: Edit) -> None:
    number, _ = jalur.submitted("KK-BARU", "manual")
    jalur.let_the_system_work()
    jalur.done("return", number, "--deficiency", "other=formulir", "--as", "leonard.kawengian")
    edit("lanes/manual.yaml", "    answer: 14d", "    answer: 2d")
    asked = ("config", "preview", "--lane", "manual", "--from", f"{datetime.now(UTC) + timedelta(days=4):%Y-%m-%d}")
    words = " ".join(jalur.done(*asked).out.split())
    assert "1 application would be closed for no answer (after a reminder)." in words
    (told,) = jalur.done(*asked, "--json").json
    assert (told["open"]["recompute"]["closings"], told["open"]["keep"]["closings"]) == (1, 0)


def test_one_policy_is_shown_when_one_is_asked_for(jalur: Jalur, edit: Edit) -> None:
    edit("lanes/manual.yaml", "    target: 1wd\n", "    target: 3wd\n")
    keep = jalur.done("config", "preview", "--lane", "manual", "--keep").out
    assert ("--policy keep" in keep, "--policy recompute" in keep) == (True, False)
    recompute = jalur.done("config", "preview", "--lane", "manual", "--recompute").out
    assert ("--policy keep" in recompute, "--policy recompute" in recompute) == (False, True)


def test_programs_get_all_of_it(with_a_past: Jalur, edit: Edit) -> None:
    edit("lanes/online.yaml", "    target: 1wd\n", "    target: 1wh\n")
    online, manual = with_a_past.done("config", "preview", "--json").json
    assert (online["lane"], online["changed"], manual["changed"]) == ("online", True, False)
    assert {(p["before"], p["after"]) for p in online["changes"]["promises"]} == {("1wd", "1wh")}
    past = online["past"]
    assert past["all"]["clocks"] == past["dossiers"] == sum(each["clocks"] for each in past["promise"].values()) > 0
    assert past["all"]["after"] < past["all"]["before"] == past["all"]["then"]
    assert past["all"]["made_late"] == past["all"]["before"] - past["all"]["after"]
    assert {"team", "step", "clocks", "before", "after"} <= past["steps"][0].keys()
    assert online["open"]["keep"]["overdue"] == [0, 0]


def test_the_chart_shows_both_rules_in_both_languages_without_colour_alone(
    with_a_past: Jalur, edit: Edit, tmp_path: Path
) -> None:
    edit("lanes/online.yaml", "    target: 1wd\n", "    target: 1wh\n")
    file = tmp_path / "preview.svg"
    assert f"The chart is in {file}." in with_a_past.done("config", "preview", "--svg", str(file)).out
    drawn = ET.parse(file).getroot()
    words = "|".join("".join(each.itertext()) for each in drawn.iter() if each.tag.endswith("text"))
    for word in ("berlaku sekarang / in force", "usulan / proposed", "Tepat waktu / In time", "KK-BARU", "%"):
        assert word in words


def test_nothing_to_draw_is_refused_and_no_file_is_made(jalur: Jalur, edit: Edit, tmp_path: Path) -> None:
    file = tmp_path / "preview.svg"
    answer = jalur("config", "preview", "--svg", str(file), "--json")
    assert (answer.code, answer.error["code"], file.exists()) == (1, "nothing_to_draw", False)


def test_mistakes_are_told_all_at_once_and_nothing_is_previewed(jalur: Jalur, edit: Edit) -> None:
    edit("lanes/online.yaml", "    target: 1wd\n", "    target: 1 week\n")
    edit("lanes/manual.yaml", "    human: 2wh\n", "    human: soon\n")
    answer = jalur("config", "preview", "--lane", "online", "--json")
    assert (answer.code, answer.out) == (1, "")
    problems = answer.error["problems"]
    assert any(each["file"].endswith("online.yaml") and "1 week" in each["problem"] for each in problems)
    assert any(each["file"].endswith("manual.yaml") and "soon" in each["problem"] for each in problems)


def test_a_time_that_has_passed_is_refused(jalur: Jalur, edit: Edit) -> None:
    answer = jalur("config", "preview", "--from", "2020-01-01", "--json")
    assert (answer.code, answer.error["code"]) == (1, "past_time")


def test_a_team_is_simulated_beside_what_was_measured(with_a_past: Jalur) -> None:
    asked = ("lane", "staffing", "--lane", "manual", "--team", "manual-verify", "--people", "2", "--days", "366")
    words = " ".join(with_a_past.done(*asked, "--runs", "10").out.split())
    assert "measured" in words
    assert "simulated, asked for 2" in words
    assert "95 % confidence, of 10 runs" in words
    told = with_a_past.done(*asked, "--runs", "10", "--json").json
    assert told["measured"]["tasks"] > 0
    assert {each["people"] for each in told["simulated"]} >= {2, told["present"]}
    assert told["simulated"][0]["on_time"].keys() == {"mean", "low", "high"}


def test_too_few_tasks_say_unknown_and_strange_teams_are_refused(jalur: Jalur) -> None:
    asked = ("lane", "staffing", "--lane", "manual", "--people", "2")
    assert jalur.done(*asked, "--team", "manual-verify").out.startswith("Unknown: only 0 tasks")
    answer = jalur(*asked, "--team", "manual-nobody", "--json")
    assert (answer.code, answer.error["code"]) == (1, "unknown_team")
    assert "manual-verify" in answer.error["allowed"]
