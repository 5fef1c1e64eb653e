"""Mistakes of several kinds in one file are told together, and nothing is told that only follows from one of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_office import ACTIONS, PRODUCTS, write_office

from adapters.config.load import load_config
from domain.errors import ConfigError, Problem

Edit = tuple[str, str, str]
ON, MN, OFFICE, LHR = "lanes/online.yaml", "lanes/manual.yaml", "office.yaml", "workflows/LHR.yaml"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return write_office(tmp_path)


def problems(office: Path) -> list[Problem]:
    with pytest.raises(ConfigError) as caught:
        load_config(office, actions=ACTIONS, products=PRODUCTS)
    return list(caught.value.problems)


def told(office: Path) -> list[tuple[str, int, str]]:
    return sorted((Path(each.file).relative_to(office).as_posix(), each.line, each.path) for each in problems(office))


def planted(office: Path, edits: list[Edit]) -> list[tuple[str, int]]:
    """Write each mistake on the line it stands on; gives file and line of each."""
    places = []
    for file, old, new in edits:
        text = (office / file).read_text(encoding="utf-8")
        assert old in text, old
        assert "\n" not in new
        (office / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        places.append((file, text[: text.index(old)].count("\n") + 1))
    return sorted(places)


MISTAKES: dict[str, list[Edit]] = {
    "a lane: a duration in a leaf nobody can do without, and a person": [
        (ON, "working_day: 7h", "working_day: 7x"), (ON, "members: [on.entry]", "members: [on.entri]")],
    "a lane: the watch, the default promise, a calendar, a document type": [
        (ON, "every: 1m", "every: 1wm"), (ON, "default: {target: 1wd,", "default: {target: soon,"),
        (ON, "calendar: hours", "calendar: hour"), (ON, "    LHR: {limit", "    LHX: {limit")],
    "a lane: a wrong role, a misspelt lead of the same team, a promise for no step": [
        (MN, "roles: [siak_operator]", "roles: [siak_oprator]"), (MN, "lead: mn.entry", "lead: mn.entri"),
        (MN, "verify: 1wh", "verfy: 1wh")],
    "a lane: a member that is no name, on the line before one that nobody knows": [
        (MN, "members: [mn.check]", "members: [7]"), (MN, "lead: mn.check", "lead: mn.chek")],
    "a lane: a manager and a calendar that are no names, and a lead": [
        (ON, "manager: on.boss", "manager: On Boss"), (ON, "calendar: hours", "calendar: Hours!"),
        (ON, "lead: on.front", "lead: on.frunt")],
    "a lane: an unknown key, and the manager": [
        (ON, "watch: {every: 1m}", "watch: {every: 1m, evry: 1m}"), (ON, "manager: on.boss", "manager: on.bos")],
    "a lane: the watch, and a ladder for a document type that is none": [
        (ON, "every: 1m", "every: 1wm"), (ON, "types: {LHR: {answer: [{at", "types: {LHX: {answer: [{at")],
    "the office: a city code, a timezone, a role held in a lane": [
        (OFFICE, 'city_code: "71.72"', "city_code: 7172"), (OFFICE, "Asia/Makassar", "Asia/Nowhere"),
        (OFFICE, "username: on.boss, name: Bos Daring", "username: on.boss, name: Bos Daring, roles: [verifier]")],
    "the office: a number, a workflow's message, a lane's unknown person": [
        (OFFICE, "at_start: 10", "at_start: many"), (LHR, "with: {message: received}", "with: {message: recieved}"),
        (MN, "lead: mn.check", "lead: mn.chek")],
    "the office: a person's name, and a lane's unknown person": [
        (OFFICE, "name: Cek Daring", "name: [Cek Daring]"), (ON, "manager: on.boss", "manager: on.bos")],
    "the office: a username nobody may have, which lanes name": [
        (OFFICE, "username: on.boss", "username: Boss"), (ON, "every: 1m", "every: 1wm")],
    "a workflow: the limit, a step, a form": [
        (LHR, "limit: 30d", "limit: soon"), (LHR, "entered: verify", "entered: verfy"),
        (LHR, "form: F-2.01", "form: F-2.02")],
    "a workflow: a role, a step, a field of a form, an action": [
        (LHR, "human: siak_operator", "human: siak_oprator"), (LHR, "to: [enter, identify]", "to: [enter, identfy]"),
        (LHR, "form: [marriage]", "form: [mariage]"), (LHR, "automatic: message.send", "automatic: message.sent")],
    "a workflow: an outcome's way, and a template": [
        (LHR, "returned: enter", "returned: {too: enter}"), (LHR, "signed_pdf: birth_deed", "signed_pdf: birth_ded")],
    "a workflow: a field's type, a step": [
        (LHR, "type: date", "type: dat"), (LHR, "entered: verify", "entered: verfy")],
    "a key that stands twice, in a workflow and in a lane, and unknown names beside them": [
        (LHR, "title: {id: Akta kelahiran, en", "title: {id: Akta kelahiran, id: Akta, en"),
        (LHR, "entered: verify", "entered: verfy"),
        (ON, "watch: {every: 1m}", "watch: {every: 1m, every: 2m}"), (MN, "manager: mn.boss", "manager: mn.bos")],
    "a workflow: a role, and a dead end": [
        (LHR, "human: siak_operator", "human: siak_oprator"),
        (LHR, "{granted: make, refused: {end: rejected}}", "{later: decide}")],
    "a workflow: a role, and a dead end in the very step": [
        (LHR, "human: agency_head", "human: head"),
        (LHR, "{granted: make, refused: {end: rejected}}", "{later: decide}")],
    "a workflow: a step without outcomes, a dead end, and an outcome without a way on": [
        (LHR, "on: {entered: verify}", "on: {}"), (LHR, ", to: decide}, {to: make}]", ", to: decide}]"),
        (LHR, "{granted: make, refused: {end: rejected}}", "{later: decide}")],
    "a workflow: a step without outcomes, and machines in a circle": [
        (LHR, "{granted: make, refused: {end: rejected}}", "{}"),
        (LHR, "{match: verify, mismatch: {return_to: applicant}}", "{match: identify, mismatch: verify}")],
    "a workflow: a step whose outcomes are left open, and a misspelt step": [
        (LHR, "on: {entered: verify}", "on:"), (LHR, "returned: enter", "returned: entr")],
    "a workflow: a family, a duty, and an outcome without a way on": [
        (LHR, "family: civil_deed", "family: deed"), (LHR, "duty: Merekam.", "duty: [Merekam]"),
        (LHR, ", to: decide}, {to: make}]", ", to: decide}]")],
    "a workflow: a title, and a join that cannot complete": [
        (LHR, "title: {id: Akta kelahiran, en: Birth deed}", "title: Akta"),
        (LHR, "waits_for: [enter, identify]", "waits_for: [enter, decide]")],
    "a workflow: an action's form, and machines in a circle": [
        (LHR, "automatic: document.make", "automatic: document"),
        (LHR, "{match: verify, mismatch: {return_to: applicant}}", "{match: identify, mismatch: verify}")],
    "a workflow: a limit, other eyes of no step, an action's outcome, an argument": [
        (LHR, "limit: 30d", "limit: 14 days"), (LHR, "distinct_from: [enter]", "distinct_from: [ghost]"),
        (LHR, "{match: verify, mismatch:", "{match: verify, strange: verify, mismatch:"),
        (LHR, "with: {product: birth_deed}", "with: {product: [birth_deed]}")],
    "a workflow: a step's title, other eyes of a step that comes later, an action without a word for an outcome": [
        (LHR, "title: {id: Tautan, en: Link}", "title: Link"),
        (LHR, "distinct_from: [enter]", "distinct_from: [hand_over]"),
        (LHR, "{match: verify, mismatch: {return_to: applicant}}", "{match: verify}")],
    "a workflow: a field's type, a paper in no lane, a start that is no step": [
        (LHR, "type: date", "type: dat"),
        (LHR, "online: scan_of_original, manual: copy_and_original_shown", "online: not_needed, manual: not_needed"),
        (LHR, "start: receive", "start: recieve")],
    "a workflow: a field's type, a role, and all that hangs on neither": [
        (LHR, "type: date", "type: dat"), (LHR, "human: siak_operator", "human: siak_oprator"),
        (LHR, "form: [marriage]", "form: [mariage]"), (LHR, "distinct_from: [enter]", "distinct_from: [ghost]"),
        (LHR, "{granted: make, refused: {end: rejected}}", "{later: decide}")],
    "a workflow: a mark of a field, and a condition on no field": [
        (LHR, "type: date", "required: maybe, type: date"),
        (LHR, "when: {marriage: [book, deed]}", "when: {wedding: [x]}")],
    "across files: a workflow's limit, a lane's step of it, the office, the other lane's person": [
        (LHR, "limit: 30d", "limit: 3m1"), (ON, "verify: 1wh", "verfy: 1wh"),
        (OFFICE, "at_start: 10", "at_start: many"), (MN, "working_day: 7h", "working_day: 7"),
        (MN, "lead: mn.front", "lead: mn.frunt")],
    "both lanes: a duration each, and a person of the other": [
        (ON, "working_day: 7h", "working_day: 7x"), (MN, "working_day: 7h", "working_day: 7x"),
        (MN, "manager: mn.boss", "manager: mn.bosss")],
}  # fmt: skip


@pytest.mark.parametrize("edits", MISTAKES.values(), ids=MISTAKES)
def test_each_mistake_is_told_and_nothing_that_only_follows_from_one(office: Path, edits: list[Edit]) -> None:
    places = planted(office, edits)
    found = told(office)
    assert [(file, line) for file, line, _ in found] == places, found


def test_a_step_without_outcomes_is_told_what_an_outcome_may_be(office: Path) -> None:
    planted(office, [(LHR, "on: {entered: verify}", "on: {}")])
    (only,) = problems(office)
    assert only.problem == "no outcome is named, so the step never ends"
    assert only.allowed.startswith("at least one outcome, each leading to a step, a list of parallel steps")


def test_what_stands_behind_a_wrong_item_of_a_list_is_told_by_its_own_number(office: Path) -> None:
    planted(office, [(ON, "members: [on.check]", "members: [7, on.check, on.chek]")])
    line = (office / ON).read_text(encoding="utf-8").split("[7, on.check")[0].count("\n") + 1
    assert told(office) == [(ON, line, "teams[check].members[1]"), (ON, line, "teams[check].members[3]")]


SPOILT: dict[str, tuple[bytes, int]] = {
    "a list": (b"- a\n- b\n", 1),
    "empty": (b"", 1),
    "only a text": (b"hello\n", 1),
    "a tab": (b"title:\n\tid: a\n", 2),
    "a long line": (b"title: " + b"a" * (1024 * 1024) + b"\n", 1),
    "binary": (bytes(range(128, 256)), 1),
}


@pytest.mark.parametrize("file", [ON, OFFICE, LHR, "calendars/hours.yaml", "messages/received.yaml"])
@pytest.mark.parametrize(("raw", "line"), SPOILT.values(), ids=SPOILT)
def test_a_file_beyond_reading_is_told_and_hides_no_other(office: Path, file: str, raw: bytes, line: int) -> None:
    (office / file).write_bytes(raw)
    places = planted(office, [(MN, "working_day: 7h", "working_day: 7x")])
    found = problems(office)
    assert all(each.problem for each in found)
    here = [each for each in found if each.file == str(office / file)]
    assert here
    assert here[0].allowed
    assert (file, line) in {(name, number) for name, number, _ in told(office)}
    assert {(name, number) for name, number, _ in told(office)} == {(file, line), *places}
