"""What `jalur up` says of rules and of the configuration's files while it runs; an edit alone changes nothing."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from support.office import CONFIG, an_office

from adapters import current, supervisor
from adapters.config_watch import ConfigWatch
from adapters.settings import Settings
from adapters.status import told
from adapters.supervisor import Supervisor
from adapters.up_screen import in_words
from domain.roles import Lane
from lanes.office import Office

Said = list[tuple[str, Mapping[str, Any]]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The office's own copy of the configuration."""
    shutil.copytree(CONFIG, tmp_path / "config")
    return tmp_path / "config"


@pytest.fixture
def office(tmp_path: Path, folder: Path) -> Office:
    return an_office(tmp_path / "home", folder=folder, config=None)


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_a_calendar_that_ends_soon_is_told_on_the_screen(tmp_path: Path) -> None:
    said: list[str] = []
    in_words(Settings(home=tmp_path), said.append)("calendar_ends", {"warnings": ["The online lane: it ends."]})
    assert said == ["ATTENTION: The online lane: it ends."]


def test_an_edit_is_judged_once_when_it_is_made(office: Office, folder: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", config=folder)
    watch = ConfigWatch(settings)
    assert watch.look(office) is None, "all is as it was applied"
    edit(folder / "lanes" / "online.yaml", "KTP-BARU: {target: 2wd}", "KTP-BARU: {target: soon}")
    said = watch.look(office)
    assert said is not None
    assert said[0] == "config_broken"
    assert said[1]["problems"] == 1
    assert said[1]["first"].startswith(str(folder / "lanes" / "online.yaml"))
    assert watch.look(office) is None
    assert told(settings.home, "config") == {
        **(told(settings.home, "config") or {}),
        "state": "config_broken",
        **said[1],
    }
    edit(folder / "lanes" / "online.yaml", "target: soon", "target: 1wd")
    assert watch.look(office) == ("config_unapplied", {"lanes": [Lane.ONLINE]})
    edit(folder / "lanes" / "online.yaml", "target: 1wd}", "target: 2wd}")
    assert watch.look(office) == ("config_in_force", {})
    assert office.renew().config.rules == office.config.rules


def test_up_tells_of_new_rules_of_broken_files_and_when_it_is_well_again(
    office: Office, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in ((supervisor, "RULES_S"), (current, "LOOK_S"), (current, "AGAIN_S")):
        monkeypatch.setattr(module, name, 0.01)
    said: Said = []
    lane_file, office_file = folder / "lanes" / "online.yaml", folder / "office.yaml"

    def applied_and_another_file_broken() -> None:
        office.rules.apply(Lane.ONLINE, by="maria.lumowa", reason="quicker")
        edit(office_file, "timezone:", "postcode: 95511\ntimezone:")
        (tmp_path / "home" / "config-taken-up.json").unlink()  # nor are the files of before there any more

    wishes: dict[str, Callable[[], object]] = {
        "started": lambda: edit(lane_file, "KTP-BARU: {target: 2wd}", "KTP-BARU: {target: 1wd}"),
        "config_unapplied": applied_and_another_file_broken,
        "rules_not_taken_up": lambda: edit(office_file, "postcode: 95511\n", ""),
        "rules_well": lambda: stop[0].set(),
    }
    stop: list[asyncio.Event] = []

    async def scenario() -> None:
        def report(event: str, figures: Mapping[str, Any]) -> None:
            said.append((event, figures))
            if wish := wishes.pop(event, None):
                wish()

        watching = Supervisor(Settings(home=tmp_path / "home", config=folder), office, report, own=[])
        stop.append(watching.stop)
        report("started", {})
        await asyncio.wait_for(watching.run(), 60)

    asyncio.run(scenario())
    events = [event for event, _ in said if event.startswith(("rules_", "config_"))]
    assert events[0] == "config_unapplied"
    assert [events.count(each) for each in ("rules_not_taken_up", "rules_well")] == [1, 1]
    lines: list[str] = []
    speak = in_words(Settings(home=tmp_path / "home", config=folder), lines.append)
    for event, figures in said[1:]:
        speak(event, figures)
    words = "\n".join(lines)
    assert "jalur config diff --lane online" in words
    assert f"goes on by those of before: 1 mistake in the configuration, the first: {office_file}" in words
    assert "The rules in force could be taken up after all." in words


@pytest.mark.parametrize(
    ("event", "figures", "words"),
    [("rules_taken_up", {"versions": {"online": 3, "manual": 2}},
      "The lanes' rules in force have changed: online version 3, manual version 2."),
     ("config_broken", {"problems": 2, "first": "a:9: s: w"},
      ("ATTENTION: the configuration's files have mistakes (2); nothing changes in this office, which "
       "goes on by what they said before. The first: a:9: s: w")),
     ("config_in_force", {}, "The lanes' files say what was applied last.")],
)  # fmt: skip
def test_each_event_is_told_in_words(event: str, figures: Mapping[str, Any], words: str, tmp_path: Path) -> None:
    lines: list[str] = []
    in_words(Settings(home=tmp_path), lines.append)(event, figures)
    assert lines[0] == words
