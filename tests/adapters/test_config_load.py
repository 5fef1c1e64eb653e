"""The whole configuration: one that is right loads, one that is wrong is refused with all its mistakes and lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel
from small_office import ACTIONS, PRODUCTS, write_office

from adapters.config.load import load_config
from domain.calendar import CalendarSpec
from domain.checks.form import PATTERNS
from domain.errors import ConfigError, Problem
from domain.lane import LaneRules
from domain.office import MessageSpec, OfficeConfig, OfficeSpec
from domain.roles import Lane
from domain.workflow import Workflow


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return write_office(tmp_path)


def load(folder: Path) -> OfficeConfig:
    return load_config(folder, actions=ACTIONS, products=PRODUCTS)


def edit(path: Path, old: str, new: str) -> int:
    """Replace `old` once; gives the line it stood on."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def problems(folder: Path) -> list[Problem]:
    with pytest.raises(ConfigError) as caught:
        load(folder)
    return list(caught.value.problems)


def test_a_good_configuration_loads(office: Path) -> None:
    config = load(office)
    assert set(config.workflows) == {"LHR"}
    assert set(config.lanes) == set(config.calendars) == set(Lane)
    assert config.messages["received"].subject.id == "Berkas $number"
    assert len(config.versions["LHR"]) == 16


PLANTED = [
    ("workflows/LHR.yaml", "human: siak_operator", "human: siak_oprator", "steps.enter.human",
     "unknown value 'siak_oprator'; did you mean 'siak_operator'?", "front_office"),
    ("workflows/LHR.yaml", "limit: 30d", "limit: soon", "limit", "'soon' is not a duration", "such as 14d"),
    ("workflows/LHR.yaml", "limit: 30d", "limt: 30d", "limt", "unknown key 'limt'; did you mean 'limit'?", "limit"),
    ("workflows/LHR.yaml", "family: civil_deed", "family: deed", "family", "unknown value 'deed'", "civil_deed"),
    ("workflows/LHR.yaml", "entered: verify", "entered: verfy", "steps.enter.on.entered",
     "unknown step 'verfy'; did you mean 'verify'?", "verify"),
    ("workflows/LHR.yaml", "to: [enter, identify]", "to: [enter, identfy]", "steps.receive.on.complete.to[2]",
     "unknown step 'identfy'", "identify"),
    ("workflows/LHR.yaml", "{when: {late: [true]}, to: decide}", "{when: {late: [true]}, to: decid}",
     "steps.verify.on.approved[1].to", "unknown step 'decid'", "decide"),
    ("workflows/LHR.yaml", "returned: enter", "returned: [enter, gone]", "steps.verify.on.returned[2]",
     "unknown step 'gone'", "enter"),
    ("workflows/LHR.yaml", "on: {made: hand_over}", "on: {made: tell}", "steps.make.manual.on.made",
     "step 'tell' does not exist in this lane", "hand_over"),
    ("workflows/LHR.yaml", "waits_for: [enter, identify]", "waits_for: identify", "steps.verify.waits_for",
     "is text, but must be a list", ""),
    ("workflows/LHR.yaml", "form: F-2.01", "form: F-2.02", "requirements[birth_form].form",
     "unknown form 'F-2.02'", "F-2.01"),
    ("workflows/LHR.yaml", "form: F-2.01", "form: birth", "requirements[birth_form].form",
     "'birth' is not written as it must be", "a form code, such as F-1.02"),
    ("workflows/LHR.yaml", "{return_to: applicant}", "{return_to: applicant, end: rejected}",
     "steps.receive.on.incomplete", "leads nowhere", "exactly one of to, return_to, end"),
    ("workflows/LHR.yaml", "{return_to: applicant}", "", "steps.receive.on.incomplete",
     "does not say where the outcome leads", "a list of parallel steps"),
    ("workflows/LHR.yaml", "basis: [UU 24/2013]", "basis: [2013]", "basis[1]", "is a number, but must be text", ""),
    ("workflows/LHR.yaml", "start: receive", "strat: receive", "strat", "did you mean 'start'?", "start"),
    ("workflows/LHR.yaml", "code: LHR", "code: LHX", "code", "the file is named LHR.yaml", "LHR"),
    ("workflows/LHR.yaml", "human: siak_operator", "human: siak_operator\n    retries: 50", "steps.enter.retries",
     "is too large", "20 or less"),
    ("lanes/online.yaml", "calendar: hours", "calendar: hour", "calendar", "did you mean 'hours'?", "hours"),
    ("lanes/online.yaml", "working_day: 7h", "working_day: 24h", "working_day",
     "a working day of 24h is longer than any day of the calendar 'hours'", "ordinary week: 7 hours"),
    ("lanes/online.yaml", "limit: 20wd", "limit: 31d", "sla.types.LHR.limit", "longer than its statutory", "30d"),
    ("lanes/online.yaml", "{at: +4wh, do: [notify_manager]}", "{at: +4wh, do: [reassign]}",
     "escalation.default.step[3].do", "the ladder ends and nobody is told", "notify_head"),
    ("lanes/online.yaml", "every: 1m", "every: 1wm", "watch.every", "counts working time", ""),
    ("lanes/online.yaml", "lane: online", "lane: manual", "lane", "this file is for the online lane", "online"),
    ("lanes/manual.yaml", "members: [mn.entry]", "members: [on.entry]", "teams[entry].members[1]",
     "works in the online lane too", "one lane"),
    ("office.yaml", "at_start: 10", "at_start: many", "stock.kia_blank.at_start",
     "is text, but must be a whole number", ""),
    ("office.yaml", "username: on.boss", "username: Boss", "people[Boss].username", "not written as it must", "small"),
    ("office.yaml", 'city_code: "71.72"', "city_code: 71.72", "city_code", "is a number, but must be text", ""),
    ("messages/received.yaml", "$number", "$nmber", "subject.id", "did you mean 'number'?", "deficiencies"),
    ("messages/received.yaml", "id: Lihat $track_url, ", "", "body.id", "'id' is missing", ""),
    ("calendars/hours.yaml", "08:00-12:00", "12:00-08:00", "week.mon", "", ""),
    ("calendars/hours.yaml", "mon:", "moon:", "week.moon", "not a weekday", "mon, tue"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "path", "words", "allowed"), PLANTED)
def test_a_mistake_is_told_with_file_line_path_and_what_is_allowed(
    office: Path, file: str, old: str, new: str, path: str, words: str, allowed: str
) -> None:
    line = edit(office / file, old, new) + new.count("\n")
    found = problems(office)
    here = [each for each in found if each.path == path]
    assert here, [str(each) for each in found]
    assert here[0].file == str(office / file)
    assert here[0].line == line
    assert words in here[0].problem
    assert allowed in here[0].allowed


def test_a_promise_that_is_longer_by_the_lanes_own_hours_is_told_with_both_lengths_and_why(office: Path) -> None:
    edit(office / "lanes/online.yaml", "calendar: hours", "calendar: short")
    edit(office / "lanes/online.yaml", "working_day: 7h", "working_day: 1h")
    line = edit(office / "lanes/online.yaml", "types:\n    LHR: {limit", "types:\n    LHR: {target: 3wd, limit") + 1
    short = 'timezone: Asia/Makassar\nweek: {mon: ["09:00-10:00"]}\n'
    (office / "calendars/short.yaml").write_text(short, encoding="utf-8")
    edit(office / "lanes/manual.yaml", "LHR: {limit", "LHR: {target: 3wd, limit")
    told = [each for each in problems(office) if each.path == "sla.types.LHR.target"]
    assert [(each.file, each.line) for each in told] == [(str(office / "lanes/online.yaml"), line)]
    assert told[0].problem == (
        "the target 3wd of LHR is longer than the walk-in lane's 3wd: on average 17 days 12 hours 30 minutes"
        " (1wd = 1h, 1 hour open a week), there 3 days 17 hours 58 minutes (1wd = 7h, 35 hours open a week)"
    )
    assert told[0].allowed.startswith(
        "at most 3 days 17 hours 58 minutes by this lane's own hours, or parity.exempt.LHR"
    )


def test_the_laws_limit_is_held_to_the_lanes_own_hours_too(office: Path) -> None:
    short = 'timezone: Asia/Makassar\nweek: {mon: ["08:00-15:00"], fri: ["08:00-12:00"]}\n'
    (office / "calendars/hours.yaml").write_text(short, encoding="utf-8")
    told = [each for each in problems(office) if each.path == "sla.types.LHR.limit"]
    assert {each.problem for each in told} == {"the limit 20wd of LHR is longer than its statutory 30d"}, "13 weeks"


def test_all_mistakes_of_all_files_are_told_at_once(office: Path) -> None:
    for file, old, new in (
        ("workflows/LHR.yaml", "entered: verify", "entered: verfy"),
        ("workflows/LHR.yaml", "form: [marriage]", "form: [mariage]"),
        ("workflows/LHR.yaml", "limit: 30d", "limit: 3m"),
        ("lanes/online.yaml", "calendar: hours", "calendar: hour"),
        ("lanes/manual.yaml", "manager: mn.boss", "manager: nobody"),
        ("office.yaml", "timezone: Asia/Makassar", "timezone: Asia/Nowhere"),
        ("calendars/hours.yaml", "mon:", "moon:"),
        ("messages/returned.yaml", "subject:", "sbject:"),
    ):
        edit(office / file, old, new)
    (office / "messages" / "staff_stuck.yaml").write_text("a: [\n", encoding="utf-8")
    (office / "messages" / "rejected.yaml").unlink()
    (office / "workflows" / "KK-BARU.yml").write_text("code: KK-BARU\n", encoding="utf-8")
    told = [(Path(each.file).relative_to(office).as_posix(), each.path) for each in problems(office)]
    assert set(told) >= {
        ("workflows/LHR.yaml", "steps.enter.on.entered"),
        ("workflows/LHR.yaml", "steps.enter.form[1]"),
        ("workflows/LHR.yaml", "limit"),
        ("workflows/KK-BARU.yml", "(file)"),
        ("lanes/online.yaml", "calendar"),
        ("lanes/manual.yaml", "manager"),
        ("office.yaml", "timezone"),
        ("calendars/hours.yaml", "week.moon"),
        ("messages/returned.yaml", "sbject"),
        ("messages/returned.yaml", "subject"),
        ("messages/staff_stuck.yaml", "(file)"),
        ("messages/rejected.yaml", "(file)"),
    }


def test_a_folder_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path / "none")
    assert problem.problem == "there is no such folder"
    assert "office.yaml" in problem.allowed


def test_no_name_or_address_of_a_person_stands_in_a_problem(office: Path) -> None:
    edit(office / "office.yaml", "name: Rekam Daring", "name: [Rekam Daring]")
    edit(office / "office.yaml", "name: Cek Daring", f"name: {'Cek Daring ' * 9}")
    assert not any("Rekam" in str(each) or "Cek" in str(each) for each in problems(office))


def extended(office: Path) -> tuple[Path, Path]:
    """The office's workflow split into a shared base and what is its own."""
    base, own = office / "workflows" / "_deed.yaml", office / "workflows" / "LHR.yaml"
    text = own.read_text(encoding="utf-8")
    base.write_text(text.replace("code: LHR\n", ""), encoding="utf-8")
    own.write_text("code: LHR\nextends: deed\n", encoding="utf-8")
    return base, own


def test_a_workflow_is_laid_upon_what_it_extends(office: Path) -> None:
    _, own = extended(office)
    more = (
        "fields:\n"
        "  - {id: marriage, required: false}\n"
        "  - {id: twins, type: flag, title: {id: Kembar, en: Twins}}\n"
        "requirements:\n"
        "  - {id: birth_form, title: {id: Baru, en: New}}\n"
        "steps:\n"
        "  decide: null\n"
        "  verify: {on: {approved: make}, distinct_from: []}\n"
    )
    own.write_text(own.read_text(encoding="utf-8") + more, encoding="utf-8")
    workflow = load(office).workflows["LHR"]
    assert [field.id for field in workflow.fields] == ["birth_date", "late", "marriage", "twins"]
    assert not workflow.field["marriage"].required
    assert workflow.field["marriage"].choices == ("book", "deed", "none")
    assert workflow.requirements[0].title.en == "New"
    assert workflow.requirements[0].form == "F-2.01"
    assert "decide" not in workflow.steps
    assert workflow.steps["verify"].on.keys() == {"approved", "returned", "rejected"}
    assert workflow.steps["verify"].distinct_from == ()


def test_a_mistake_in_a_shared_file_is_told_there_and_once(office: Path) -> None:
    base, own = extended(office)
    line = edit(base, "entered: verify", "entered: verfy")
    (office / "workflows" / "MTI.yaml").write_text(
        own.read_text(encoding="utf-8").replace("LHR", "MTI"), encoding="utf-8"
    )
    told = [(each.file, each.line) for each in problems(office) if each.path == "steps.enter.on.entered"]
    assert told == [(str(base), line)]


def test_what_is_extended_must_exist_and_not_come_back(office: Path) -> None:
    base, own = extended(office)
    edit(own, "extends: deed", "extends: ded")
    (found,) = problems(office)[:1]
    assert (found.line, found.path, found.allowed) == (2, "extends", "deed")
    assert found.problem == "unknown base 'ded'; did you mean 'deed'?"
    edit(own, "extends: ded", "extends: deed")
    edit(base, "family:", "extends: deed\nfamily:")
    assert "extends itself: deed -> deed" in {each.problem for each in problems(office)}


def patterns_in(schema: object) -> set[str]:
    if isinstance(schema, list):
        return {found for item in schema for found in patterns_in(item)}
    if not isinstance(schema, dict):
        return set()
    below = {found for item in schema.values() for found in patterns_in(item)}
    named = set(schema.get("patternProperties", {}))
    return below | named | ({schema["pattern"]} if isinstance(schema.get("pattern"), str) else set())


def test_every_pattern_of_the_models_has_words() -> None:
    models: list[type[BaseModel]] = [Workflow, LaneRules, OfficeSpec, MessageSpec, CalendarSpec]
    patterns = {found for model in models for found in patterns_in(model.model_json_schema())}
    assert patterns
    assert patterns <= PATTERNS.keys()
