"""A mistake in any file of a running office changes nothing: everybody is served on, and every command says so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from cli_office import REPOSITORY, Answer, Edit, Jalur

from adapters.bootstrap import build
from adapters.settings import Settings

_OF_THE_LANE = ("--lane", "online")


def warning(answer: Answer) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(answer.err)["warning"]
    return told


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [("office.yaml", "timezone:", "time zone:"), ("workflows/KK-BARU.yaml", "code: KK-BARU", "code: ["),
     ("messages/received.yaml", "subject:", "subjects:"), ("lanes/online.yaml", "lane: online", "lane: [")],
)  # fmt: skip
def test_citizens_and_operators_are_served_on(jalur: Jalur, edit: Edit, name: str, old: str, new: str) -> None:
    number, code = jalur.submitted("KK-BARU", "online")
    file = edit(name, old, new)
    known = name.startswith("lanes/")  # what a lane file says stands in the database
    for arguments in (("track", number, code), ("tasks",), ("next", "--as", "grace.supit")):
        answer = jalur.done(*arguments)
        assert known or "ATTENTION: The configuration has" in answer.err
        assert known or f"{file}:" in answer.err
        assert known or warning(jalur.done(*arguments[:3], "--json"))["code"] == "configuration"
    assert jalur("config", "check").code == 1


@pytest.mark.parametrize("arguments", [
    ("config", "check"), ("config", "preview", *_OF_THE_LANE),
    ("config", "apply", *_OF_THE_LANE, "--as", "kepala", "--reason", "x")])  # fmt: skip
def test_what_looks_at_the_files_refuses_them(jalur: Jalur, edit: Edit, arguments: tuple[str, ...]) -> None:
    jalur.done("tasks")
    edit("office.yaml", "timezone:", "time zone:")
    assert jalur(*arguments, "--json").error["code"] == "configuration"
    jalur.done("config", "versions")


def test_what_was_accepted_last_is_gone_on_by(jalur: Jalur, edit: Edit) -> None:
    number, _ = jalur.submitted("KK-BARU", "online")
    edit("workflows/KK-BARU.yaml", "en: New family card", "en: Fresh card")
    assert "Fresh card" in jalur.done("show", number, "--as", "maria.lumowa").out
    edit("office.yaml", "timezone:", "time zone:")
    edit("workflows/KK-BARU.yaml", "en: Fresh card", "en: Newest card")
    assert "Fresh card" in jalur.done("show", number, "--as", "maria.lumowa").out, "half of an edit is none"
    edit("office.yaml", "time zone:", "timezone:")
    answer = jalur.done("show", number, "--as", "maria.lumowa")
    assert "Newest card" in answer.out
    assert answer.err == ""


def test_a_first_start_refuses(unopened: Jalur, tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "config", tmp_path / "config")
    (tmp_path / "config" / "office.yaml").write_text("name: [")
    unopened.environment["JALUR_CONFIG"] = str(tmp_path / "config")
    assert unopened("tasks", "--json").error["code"] == "configuration"
    assert not unopened.home.exists()


def test_a_service_that_starts_again_takes_up_the_rules_in_force_with_the_files_of_before(
    jalur: Jalur, edit: Edit, tmp_path: Path
) -> None:
    edit("lanes/online.yaml", "KTP-BARU: {target: 2wd}", "KTP-BARU: {target: 1wd}")
    jalur.done("config", "apply", "--lane", "online", "--reason", "quicker", "--as", "maria.lumowa")
    edit("office.yaml", "timezone:", "time zone:")
    office = build(Settings(home=jalur.home, config=tmp_path / "config"))
    assert [problem.line > 0 for problem in office.mistakes]
    assert office.is_current()
