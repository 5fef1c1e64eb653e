"""A manager tightens an SLA: mistakes at their lines, the preview, applying it, its version, and the way back."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.office import CONFIG, a_home, an_office, clock_of, manager, to_the_end, waiting_at
from support.office import a_dossier as lodging
from support.web import Page, Visitor, somebody

from domain.roles import Lane
from lanes.office import Office
from lanes.records.rules import Policy

RULES = "/manager/manual/rules"


@dataclass
class Room:
    """The walk-in lane's manager before the editor, over a folder of their own."""

    office: Office
    file: Path
    visitor: Visitor

    @property
    def on_disk(self) -> str:
        return self.file.read_text()

    def tighter(self, human: str = "7wm") -> str:
        """The file with a shorter time for what people do."""
        before = self.office.config.lanes[Lane.MANUAL].sla.default.human
        assert f"human: {before}\n" in self.on_disk
        return self.on_disk.replace(f"human: {before}\n", f"human: {human}\n", 1)

    def preview(self, text: str, **values: str) -> Page:
        """Open the editor and send a text as a browser does."""
        self.visitor.get(RULES)
        return self.visitor.send(f"{RULES}/preview", text=text.replace("\n", "\r\n"), **values)

    @property
    def versions(self) -> int:
        return len(self.office.rules.versions(Lane.MANUAL))


@pytest.fixture
def room(tmp_path: Path, sqlite_template: Path) -> Room:
    """An office with a copy of the shipped configuration, and its manager signed in."""
    folder, home = tmp_path / "config", tmp_path / "home"
    shutil.copytree(CONFIG, folder)
    home.mkdir()
    office = an_office(a_home(home, sqlite_template), folder=folder)
    visitor = somebody(office, manager(office)).in_english()
    return Room(office, folder / "lanes" / "manual.yaml", visitor)


def test_a_manager_tightens_a_time_sees_what_it_does_applies_it_and_goes_back(room: Room) -> None:
    to_the_end(lodging(room.office).lodged())
    waiting_at(room.office, "verify")
    before, text = room.on_disk, room.tighter()
    page = room.preview(text)
    assert "7wm" in page.words
    assert "1 are open" in page.words
    assert "data:image/svg+xml;base64," in page.response.text
    assert (room.on_disk, room.versions) == (before, 1)

    page = room.visitor.send(f"{RULES}/apply", reason="two more people", policy="recompute")
    assert page.path == "/manager/manual/versions"
    current = room.office.rules.in_force(Lane.MANUAL)
    assert (current.source, current.reason, current.policy) == (text, "two more people", Policy.RECOMPUTE)
    assert room.on_disk == text
    assert f"Version {current.id} is in force" in page.words
    assert "two more people" in page.words

    first = room.office.rules.versions(Lane.MANUAL)[-1][0]
    page = room.visitor.get(f"/manager/versions/{first.id}")
    assert "sla.default.human" in page.words
    assert re.search("by the system; .* Why: The office.s first start", page.words)
    page = room.visitor.send(f"/manager/versions/{first.id}/rollback", reason="it did not work")
    assert page.path == "/manager/manual/versions"
    again = room.office.rules.in_force(Lane.MANUAL)
    assert (again.source, again.reason, again.policy) == (before, "it did not work", Policy.KEEP)
    assert room.on_disk == before


def test_mistakes_are_told_all_at_once_with_their_lines_and_nothing_changes(room: Room) -> None:
    before = room.on_disk
    text = room.tighter("soon").replace("manager: ", "manager: nobody.", 1)
    lines = [place for place, line in enumerate(text.splitlines(), 1) if line not in before.splitlines()]
    page = room.preview(text)
    assert page.status == 422
    assert len(lines) == 2
    for line in lines:
        assert f"Line {line}:" in page.words
    assert "Nothing was changed" in page.words
    assert "manager: nobody." in page.response.text, "what was written is still there"
    assert (room.on_disk, room.versions) == (before, 1)


@pytest.mark.parametrize("text", ["lane: [manual", "\tlane: manual", "", "- a list"])
def test_what_is_no_yaml_or_no_lane_file_is_told_and_changes_nothing(room: Room, text: str) -> None:
    before = room.on_disk
    page = room.preview(text)
    assert page.status == 422
    assert "Line 1:" in page.words
    assert (room.on_disk, room.versions) == (before, 1)


def test_another_text_than_the_one_previewed_is_not_applied(room: Room) -> None:
    room.preview(room.tighter())
    before = room.on_disk
    page = room.visitor.send(f"{RULES}/apply", text=room.tighter("8wm"), reason="so that it fits")
    assert page.status == 409
    assert "changed since" in page.words
    assert (room.on_disk, room.versions) == (before, 1)


def test_a_file_that_somebody_changed_meanwhile_is_not_overwritten(room: Room) -> None:
    room.preview(room.tighter())
    room.file.write_text(room.on_disk + "# by somebody else\n")
    page = room.visitor.send(f"{RULES}/apply", reason="so that it fits")
    assert page.status == 409
    assert room.on_disk.endswith("# by somebody else\n")
    assert room.versions == 1
    assert "it takes the file's place" in page.words
    assert "holds changes that are not in force" in room.visitor.get(RULES).words


def test_without_a_reason_the_preview_stays_and_the_next_try_applies(room: Room) -> None:
    room.preview(room.tighter())
    page = room.visitor.send(f"{RULES}/apply", reason=" ")
    assert page.status == 422
    assert "Write the reason: it goes on record." in page.words
    assert room.versions == 1
    page = room.visitor.send(f"{RULES}/apply", reason="two more people")
    assert page.path == "/manager/manual/versions"
    assert room.versions == 2


def test_from_the_preview_one_goes_back_to_the_text_as_it_was_written(room: Room) -> None:
    page = room.preview(room.tighter())
    form = page.form(f"{RULES}/apply")
    page = Page(room.visitor.client.post(f"{RULES}/edit", data=form.values))
    assert "human: 7wm" in page.response.text
    assert room.versions == 1


def test_rules_can_come_into_force_later_and_not_in_the_past(room: Room) -> None:
    text, now = room.tighter(), clock_of(room.office).now()
    page = room.preview(text, **{"from": f"{now.year - 1}-01-04T07:30"})
    assert page.status == 422
    page = room.preview(text, **{"from": f"{now.year + 1}-01-04T07:30"})
    assert page.status == 200, page.words
    page = room.visitor.send(f"{RULES}/apply", reason="from the new year on")
    assert "comes into force on" in page.words
    assert room.office.rules.in_force(Lane.MANUAL).source != text
    assert room.office.rules.versions(Lane.MANUAL)[0][0].source == text


def test_a_rollback_over_changes_never_applied_asks_first(room: Room) -> None:
    room.preview(room.tighter())
    room.visitor.send(f"{RULES}/apply", reason="two more people")
    room.file.write_text(room.on_disk + "# a draft\n")
    first = room.office.rules.versions(Lane.MANUAL)[-1][0]
    room.visitor.get(f"/manager/versions/{first.id}")
    page = room.visitor.send(f"/manager/versions/{first.id}/rollback", reason="it did not work")
    assert page.status == 422
    assert room.versions == 2
    page = room.visitor.send(f"/manager/versions/{first.id}/rollback", reason="it did not work", discard="yes")
    assert page.path == "/manager/manual/versions"
    assert room.versions == 3


@pytest.mark.parametrize("who", ["maria.lumowa", "auditor", "leonard.kawengian"])
def test_who_does_not_answer_for_the_lane_is_refused_with_the_reason(room: Room, who: str) -> None:
    page = room.preview(room.tighter())
    values = page.form(f"{RULES}/apply").values
    other = somebody(room.office, who).in_english()
    page = other.get(RULES)
    assert page.status == 403
    assert f"{room.office.people.names()[who]} may not change the rules of the walk-in lane" in page.words
    token = other.get("/desk").form("/sign-out").values["form_token"]
    for action in ("edit", "preview", "apply"):
        answer = other.client.post(f"{RULES}/{action}", data={**values, "form_token": token, "reason": "mine"})
        assert answer.status_code == 403
    first = room.office.rules.versions(Lane.MANUAL)[-1][0]
    answer = other.client.post(f"/manager/versions/{first.id}/rollback", data={"form_token": token, "reason": "mine"})
    assert answer.status_code == 403
    assert room.versions == 1


FORM = f"{RULES}/form"


def test_the_form_changes_its_values_in_the_text_and_applies_like_it(room: Room) -> None:
    before = room.on_disk
    room.visitor.get(FORM)
    draft = {
        "sla.default.steps.verify": "45wm", "sla.types.KK-BARU.target": "1wd", "watch.every": "2m",
        "escalation.default.step[5].at": "50%", "escalation.default.step[5].do": "remind",
    }  # fmt: skip
    wanted = before.replace("verify: 1wh", "verify: 45wm").replace("{limit: 3wd}", "{limit: 3wd, target: 1wd}", 1)
    wanted = wanted.replace("every: 1m", "every: 2m").replace(
        "    step:\n      - {at: 80%", "    step:\n      - {at: 50%, do: [remind]}\n      - {at: 80%", 1
    )
    text = room.visitor.send(FORM, **draft, do="text").form(f"{RULES}/preview").values
    assert text.get("text") is not None
    assert (room.on_disk, room.versions) == (before, 1)
    room.visitor.get(FORM)
    page = room.visitor.send(FORM, **draft, do="show", show="KWN")
    assert page.form(FORM).values["sla.types.KWN.target"] == "12wd"
    page = room.visitor.send(FORM, **{"sla.types.KWN.steps.verify": "3wh"}, do="preview")
    assert "45wm" in page.words
    assert "3wh" in page.words, "what was filled in on one part is kept on the next"
    room.visitor.send(f"{RULES}/apply", reason="two more people", policy="keep")
    assert room.on_disk == wanted.replace("close_announcement: 4wh}}", "close_announcement: 4wh, verify: 3wh}}", 1)
    assert room.office.rules.in_force(Lane.MANUAL).source == room.on_disk


def test_mistakes_stand_at_their_fields_in_the_checkers_words_and_change_nothing(room: Room) -> None:
    before = room.on_disk
    room.visitor.get(FORM)
    page = room.visitor.send(FORM, **{"sla.default.human": "soon", "sla.types.KK-BARU.limit": "60d",
                                      "escalation.default.limit[1].at": "90%"}, do="preview")  # fmt: skip
    assert page.status == 422
    assert "#sla.default.human" in page.links
    assert page.form(FORM).values["sla.default.human"] == "soon"
    assert "'soon' is not a duration" in page.words
    page = room.visitor.send(FORM, **{"sla.default.human": "2wh"}, do="preview")
    assert page.status == 422
    assert "#escalation.default.limit[2].at" in page.links
    assert "80% does not come after 90%" in page.words
    assert "longer than its statutory" in page.words
    page = room.visitor.send(
        FORM,
        **{
            "escalation.default.limit[2].at": "80%",
            "escalation.default.limit[1].at": "50%",
            "sla.types.KK-BARU.limit": "3wd",
            "sla.types.MTI.limit": "1wd",
        },
        do="preview",
    )
    assert "online.yaml" in page.words, "what another file says against it is told too"
    assert (room.on_disk, room.versions) == (before, 1)


def test_a_text_that_cannot_be_read_stays_text_and_another_lanes_form_is_refused(room: Room) -> None:
    room.visitor.get(RULES)
    form = room.visitor.page and room.visitor.page.form(f"{RULES}/preview").values
    assert form
    answer = room.visitor.client.post(FORM, data={**form, "text": "sla: [", "do": "open"})
    assert answer.status_code == 422
    assert "sla: [" in Page(answer).response.text
    assert room.visitor.get("/manager/online/rules/form").status == 403
