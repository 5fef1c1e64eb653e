"""Rules written in an editor: what was previewed is what is applied, and nothing that changed in between is lost."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.office import CONFIG, a_home, an_office, clock_of, manager, refused, waiting_at

from domain.errors import ConfigError, Refused
from domain.roles import Lane
from lanes.office import Office
from lanes.records.rules import Policy
from lanes.rules import Applied

LANE = Lane.MANUAL


@dataclass
class Editor:
    """A manager before the editor of the walk-in lane, over a folder of its own."""

    office: Office
    file: Path

    @property
    def by(self) -> str:
        return manager(self.office)

    @property
    def on_disk(self) -> str:
        return self.file.read_text()

    def tighter(self) -> str:
        """The file with a shorter time for what people do."""
        before = self.office.config.lanes[LANE].sla.default.human
        assert f"human: {before}\n" in self.on_disk
        return self.on_disk.replace(f"human: {before}\n", "human: 7wm\n", 1)

    def seen(self, text: str) -> str:
        """Preview a text; gives the mark of having seen it."""
        opened = self.office.proposals.opened(LANE, by=self.by)
        return self.office.proposals.preview(LANE, text, by=self.by, opened=opened.mark)[1]

    def apply(self, text: str, seen: str, *, by: str = "") -> Applied:
        return self.office.proposals.apply(
            LANE, text, by=by or self.by, seen=seen, reason="so that it fits", policy=Policy.RECOMPUTE
        )


@pytest.fixture
def editor(tmp_path: Path, sqlite_template: Path) -> Editor:
    """An office with a copy of the shipped configuration."""
    folder = tmp_path / "config"
    shutil.copytree(CONFIG, folder)
    home = tmp_path / "home"
    home.mkdir()
    return Editor(an_office(a_home(home, sqlite_template), folder=folder), folder / "lanes" / f"{LANE}.yaml")


def test_a_text_is_previewed_without_being_written_and_applied_as_it_was_seen(editor: Editor) -> None:
    waiting_at(editor.office, "verify")
    before, text = editor.on_disk, editor.tighter()
    opened = editor.office.proposals.opened(LANE, by=editor.by)
    assert (opened.text, opened.differs) == (before, False)
    found, seen = editor.office.proposals.preview(LANE, text, by=editor.by, opened=opened.mark)
    assert "7wm" in {each.after for each in found.changes.promises}
    assert editor.on_disk == before
    done = editor.apply(text, seen)
    assert editor.on_disk == text
    assert editor.office.rules.in_force(LANE).id == done.version.id
    assert (done.version.source, done.version.author) == (text, editor.by)
    assert editor.office.renew().config.lanes[LANE].sla.default.human == "7wm"


def test_mistakes_are_told_with_their_lines_and_change_nothing(editor: Editor) -> None:
    before = editor.on_disk
    text = editor.tighter().replace("human: 7wm", "human: soon", 1).replace("manager: ", "manager: nobody.", 1)
    lines = {place for place, line in enumerate(text.splitlines(), 1) if line not in before.splitlines()}
    with pytest.raises(ConfigError) as told:
        editor.seen(text)
    assert {each.line for each in told.value.problems} == lines
    assert {Path(each.file).name for each in told.value.problems} == {"manual.yaml"}
    assert editor.on_disk == before
    assert len(editor.office.rules.versions(LANE)) == 1


@pytest.mark.parametrize("what", ["the text", "the file", "the calendar", "the rules in force", "the time"])
def test_what_changed_between_preview_and_apply_is_told_and_nothing_is_applied(editor: Editor, what: str) -> None:
    text = editor.tighter()
    seen = editor.seen(text)
    match what:
        case "the text":
            text = text.replace("human: 7wm", "human: 8wm", 1)
        case "the file":
            editor.file.write_text(editor.on_disk + "# by somebody else\n")
        case "the calendar":
            with (editor.file.parents[1] / "calendars" / "manual.yaml").open("a") as calendar:
                calendar.write("# by somebody else\n")
        case "the rules in force":
            other = editor.on_disk + "# by somebody else\n"
            editor.apply(other, editor.seen(other))
            editor.file.write_text(other.removesuffix("# by somebody else\n"))
        case "the time":
            seen = editor.office.proposals.preview(
                LANE, text, by=editor.by, opened=editor.office.proposals.opened(LANE, by=editor.by).mark,
                at=clock_of(editor.office).now().replace(year=2027),
            )[1]  # fmt: skip
    on_disk, versions = editor.on_disk, len(editor.office.rules.versions(LANE))
    told = refused(lambda: editor.apply(text, seen))
    assert told.code == "changed_in_between"
    assert (editor.on_disk, len(editor.office.rules.versions(LANE))) == (on_disk, versions)


def test_an_editor_opened_before_somebody_changed_the_file_previews_nothing(editor: Editor) -> None:
    opened, text = editor.office.proposals.opened(LANE, by=editor.by), editor.tighter()
    editor.file.write_text(editor.on_disk + "# by somebody else\n")
    told = refused(lambda: editor.office.proposals.preview(LANE, text, by=editor.by, opened=opened.mark))
    assert told.code == "changed_in_between"


@pytest.mark.parametrize("who", ["maria.lumowa", "auditor"])
def test_who_may_not_change_the_rules_may_not_open_preview_or_apply_them(editor: Editor, who: str) -> None:
    text = editor.tighter()
    opened, seen = editor.office.proposals.opened(LANE, by=editor.by), editor.seen(text)
    for attempt in (
        lambda: editor.office.proposals.opened(LANE, by=who),
        lambda: editor.office.proposals.preview(LANE, text, by=who, opened=opened.mark),
        lambda: editor.apply(text, seen, by=who),
    ):
        told = refused(attempt)
        assert isinstance(told, Refused)
        assert (told.code, who in told.message) == ("not_allowed", True)
    assert len(editor.office.rules.versions(LANE)) == 1
