"""Whatever goes wrong: one clear sentence, what is allowed, the right exit code, no traceback, no personal data."""

from __future__ import annotations

import errno
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from cli_office import REPOSITORY, Answer, Jalur

import adapters.bootstrap
from adapters.cli.boundary import guarded

NIK = "7172022512780001"


def _is_clean(answer: Answer) -> bool:
    return "Traceback" not in answer.out + answer.err and NIK not in answer.out + answer.err


def test_help_answers_without_opening_anything(unopened: Jalur) -> None:
    answer = unopened.process("--help")
    assert answer.code == 0
    assert "jalur demo" in answer.out
    assert not unopened.home.exists()


def test_an_act_without_a_person_says_how_to_name_one(unopened: Jalur) -> None:
    answer = unopened.process("next")
    assert answer.code == 1
    assert answer.out == ""
    assert answer.err.splitlines()[0] == "This needs to know who you are."
    assert "--as USERNAME" in answer.err


def test_a_setting_names_the_person_as_well(jalur: Jalur) -> None:
    jalur.environment["JALUR_USER"] = "kepala"
    assert "nothing for kepala to do" in jalur.done("next").out
    assert jalur.done("next", "--json").json is None


def test_machine_output_stands_alone_on_standard_output(jalur: Jalur) -> None:
    answer = jalur.process("tasks", "--json")
    assert (answer.code, answer.json, answer.err) == (0, [], "")


def test_a_refusal_as_json_tells_code_message_and_what_is_allowed(jalur: Jalur) -> None:
    answer = jalur.process("tasks", "--team", "nobody", "--json")
    assert (answer.code, answer.out) == (1, "")
    assert answer.error["code"] == "unknown_team"
    assert "online-front" in answer.error["allowed"]
    assert answer.error["problems"] == []


@pytest.mark.parametrize(
    "arguments",
    [("tasks", "--nonsense"), ("nonsense",), ("submit",), ("work", "--lane", "fast"), ("tasks", "--limit", "0"),
     ("complete", "ON-2026-000001", "--value", "novalue", "--as", "kepala"), ("tasks", "--mine", "--stuck"),
     ("operator", "absent", "kepala"), ("outbox", "--status", "lost"), ("bench", "weather")],
)  # fmt: skip
def test_wrong_use_is_exit_code_two(unopened: Jalur, arguments: tuple[str, ...]) -> None:
    assert unopened(*arguments).code == 2
    answer = unopened(*arguments, "--json")
    assert (answer.code, answer.error["code"], answer.out) == (2, "usage", "")


@pytest.mark.parametrize(
    ("arguments", "problem", "allowed"),
    [
        ("tasks --lane fast", "'fast' is not one of 'online', 'manual'.", "--lane <online|manual>: Only this lane"),
        ("bench weather", "'weather' is not one of 'lifecycle', 'calendar'", "name <lifecycle|calendar|"),
        (
            "tasks --limit 0",
            "should be greater than or equal to 1",
            "How many lines at most. [default: 50; 1<=x<=10000]",
        ),
        ("submit KK-BARU --field novalue", "write it as NAME=VALUE", "--field FIELD=VALUE: A field of the form"),
        ("reassign ON-2026-000001", "Missing option '--to'.", "--to USERNAME: Who shall do it"),
        ("operator loan grace.supit", "Choose from: online, manual", "--lane <online|manual>: The lane of the team"),
        ("submit", "Missing argument 'TYPE'.", "TYPE <str>: The document type; `jalur workflow list` names them"),
        ("tasks --nonsense", "No such option: --nonsense", "--stuck, --mine, --team, --lane, --limit"),
        ("workflow nonsense", "No such command 'nonsense'.", "check, diagram, list, schema, show"),
        ("tasks extra", "unexpected extra argument", "jalur tasks [OPTIONS]"),
        ("tasks --json --lane", "Option '--lane' requires an argument.", "as `jalur COMMAND --help` shows it"),
    ],
)
def test_wrong_use_is_told_plainly_with_what_is_allowed_there(
    unopened: Jalur, arguments: str, problem: str, allowed: str
) -> None:
    given = arguments.split()
    told = unopened(*given, *(["--json"] if "--json" not in given else [])).error
    assert problem in told["message"]
    assert allowed in told["allowed"]
    assert "Value error" not in told["message"] + unopened(*(word for word in given if word != "--json")).err


def test_a_field_without_a_value_is_refused_without_repeating_what_was_typed(unopened: Jalur) -> None:
    answer = unopened("submit", "KK-BARU", "--lane", "online", "--field", NIK)
    assert answer.code == 2
    assert _is_clean(answer)


@pytest.mark.parametrize("arguments", [("tasks", "7172060102030004"), ("tasks", "--lane", "7172060102030004")])
def test_a_number_of_a_person_typed_where_none_belongs_is_not_repeated(
    unopened: Jalur, arguments: tuple[str, ...]
) -> None:
    for answer in (unopened(*arguments), unopened(*arguments, "--json")):
        assert answer.code == 2
        assert "…" in answer.err
        assert "7172060102030004" not in answer.err


def test_every_mistake_in_an_application_is_told_at_once_by_field(jalur: Jalur) -> None:
    fields = {"applicant_nik": NIK + "9", "marriage": "perhaps", "colour": "red"}
    answer = jalur.process("submit", "KK-BARU", "--lane", "online", "--file", "-", "--json",
                           stdin=json.dumps({"fields": fields}))  # fmt: skip
    assert answer.code == 1
    told = [problem.partition(":")[0] for problem in answer.error["problems"]]
    assert {"applicant_nik", "marriage", "colour", "applicant_name", "district", "applicant_phone"} <= set(told)
    assert _is_clean(answer)


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "is not JSON (line 1"), ("[]", "is not a JSON object"), ('{"nik": "x"}', "unknown name"),
     ('{"fields": {"b": "", "a": []}}', "fields, entry 2: holds a list (allowed: a text, a number"),
     ('{"lane": "fast"}', "names a lane that does not exist (allowed: online, manual)"),
     ('{"papers": {"a": 1}}', "papers, entry 1: holds a number (allowed: the path"),
     ('{"papers": []}', "papers: has to be an object"), ('{"channel": 7}', "channel: is no text")],
)  # fmt: skip
def test_a_broken_application_file_is_told_by_its_place(jalur: Jalur, text: str, words: str) -> None:
    file = jalur.home / "a.json"
    file.write_text(text)
    answer = jalur("submit", "KK-BARU", "--lane", "online", "--file", str(file))
    assert (answer.code, words in answer.err) == (1, True), answer.err


def test_everything_that_is_misshapen_in_an_application_file_is_told_at_once(jalur: Jalur) -> None:
    told = {"lane": "fast", "fields": {"Budi": [], "b": {}}, "papers": {"Budi": True}, "nik": 1, "channel": []}
    answer = jalur.process("submit", "KK-BARU", "--lane", "online", "--file", "-", "--json", stdin=json.dumps(told))
    assert answer.code == 1
    places = [problem.partition(":")[0] for problem in answer.error["problems"]]
    assert places == ["the top", "lane", "channel", "fields, entry 1", "fields, entry 2", "papers, entry 1"]
    assert "Budi" not in answer.err


def _example(jalur: Jalur) -> dict[str, Any]:
    example: dict[str, Any] = jalur.done("submit", "KK-BARU", "--lane", "online", "--example").json
    return example


def _paper_files(jalur: Jalur) -> list[Path]:
    return [path for path in jalur.home.rglob("papers/*") if path.is_file()]


def test_scans_are_refused_by_what_they_are(jalur: Jalur) -> None:
    letter = jalur.home / "Budi Santoso.docx"
    letter.write_text("not a scan")
    example = jalur.home / "a.json"
    example.write_text(json.dumps(_example(jalur)))
    for given, words in (
        (f"event_form={letter}", "event_form: the scan is no document or photo (allowed: PDF, JPEG, PNG)"),
        (f"event_form={letter}x", "event_form: the scan cannot be read: No such file or directory (allowed: the path"),
        (f"event_form={letter.parent}", "event_form: the scan cannot be read: Is a directory (allowed: the path"),
        ("event_form=\0", "event_form: the scan cannot be read: that is no path (allowed: the path"),
        ("event_form=data:application/pdf;base64,###", "event_form: the scan is no base64 text (allowed: data:app"),
        ("event_form=data:application/pdf;base64,é", "event_form: the scan is no base64 text (allowed: data:app"),
    ):
        answer = jalur("submit", "KK-BARU", "--lane", "online", "--file", str(example), "--paper", given)
        assert (answer.code, f"  - {words}" in answer.err) == (1, True), answer.err
        assert "Budi" not in answer.err
    assert jalur.done("tasks", "--json").json == []
    assert _paper_files(jalur) == []


def test_bad_scans_are_told_together_with_the_fields_and_the_papers_that_are_missing(jalur: Jalur) -> None:
    application = _example(jalur)
    application["fields"] |= {"applicant_nik": NIK + "9", "member_count": "many"}
    application["papers"] = {"event_form": "nowhere.pdf", "family_card_form": "data:application/pdf;base64,###"}
    file = jalur.home / "a.json"
    file.write_text(json.dumps(application))
    answer = jalur("submit", "KK-BARU", "--lane", "online", "--file", str(file), "--paper", "moon_stone",
                   "--field", "marriage=book", "--json")  # fmt: skip
    assert (answer.code, answer.error["code"]) == (1, "invalid_application")
    told = [problem.partition(":")[0] for problem in answer.error["problems"]]
    assert {"applicant_nik", "member_count", "event_form", "moon_stone", "marriage_proof"} <= set(told)
    assert f"({len(told)} to correct); nothing was kept" in answer.error["message"]
    assert _is_clean(answer)
    assert _paper_files(jalur) == []


def test_an_answer_with_a_bad_scan_is_told_of_its_fields_too(jalur: Jalur) -> None:
    number, code = jalur.submitted("KK-BARU", "manual")
    jalur.let_the_system_work()
    clerk = jalur.done("tasks", "--json").json[0]
    jalur.done("return", number, "--deficiency", "event_form", "--as", _member(jalur, clerk["team"]))
    given = ["--paper", "event_form=nowhere.pdf", "--field", "applicant_nik=1"]
    answer = jalur("resubmit", number, code, *given, "--json")
    assert [problem.partition(":")[0] for problem in answer.error["problems"]] == ["applicant_nik", "event_form"]
    assert _paper_files(jalur) == []


def _member(jalur: Jalur, team: str) -> str:
    people = jalur.done("operator", "list", "--json").json
    return str(next(each["username"] for each in people if f"manual/{team}" in each["teams"]))


def test_what_comes_in_at_the_counter_is_taken_in_by_somebody_of_the_front_office(jalur: Jalur) -> None:
    file = jalur.home / "application.json"
    file.write_text(jalur.done("submit", "KK-BARU", "--lane", "manual", "--example").out)
    submit = ("submit", "KK-BARU", "--lane", "manual", "--file", str(file))
    assert "--as USERNAME" in jalur(*submit).err
    refusal = jalur(*submit, "--as", "yohanes.pangemanan")
    assert (refusal.code, "Only the front office of the manual lane" in refusal.err) == (1, True)
    receipt = jalur.done(*submit, "--as", "merlin.katuuk", "--json").json
    assert receipt["number"].endswith("-000001"), "nothing was kept before"


def test_an_unknown_type_or_channel_names_what_there_is(jalur: Jalur) -> None:
    assert "KK-BARU" in jalur("submit", "KK", "--lane", "online", "--example").err
    assert "app, web, whatsapp" in jalur("submit", "KK-BARU", "--lane", "online", "--channel", "counter").err


def test_without_a_configuration_one_sentence_says_where_it_should_be(unopened: Jalur, tmp_path: Path) -> None:
    unopened.environment["JALUR_CONFIG"] = str(tmp_path / "none")
    for arguments in (("tasks",), ("config", "check"), ("workflow", "list")):
        answer = unopened.process(*arguments)
        assert answer.code == 1
        assert "there is no such folder" in answer.err
        assert _is_clean(answer)


def test_a_broken_configuration_is_told_whole_with_files_and_lines(unopened: Jalur, tmp_path: Path) -> None:
    broken = tmp_path / "config"
    shutil.copytree(REPOSITORY / "config", broken)
    lane = broken / "lanes" / "online.yaml"
    lane.write_text(lane.read_text().replace("manager: maria.lumowa", "manager: nobody.here"))
    (broken / "workflows" / "LHR.yaml").write_text("code: [\n")
    unopened.environment["JALUR_CONFIG"] = str(broken)
    answer = unopened.process("tasks", "--json")
    assert (answer.code, answer.error["code"]) == (1, "configuration")
    told = {str(Path(each["file"]).relative_to(broken)): each for each in answer.error["problems"]}
    assert {"lanes/online.yaml", "workflows/LHR.yaml"} <= told.keys()
    assert told["lanes/online.yaml"].keys() == {"file", "line", "path", "problem", "allowed"}
    assert unopened.process("workflow", "check").code == 1


def test_an_unwritable_home_says_so_and_leaves_nothing(jalur: Jalur, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    jalur.home = tmp_path / "file" / "home"
    answer = jalur.process("tasks")
    assert answer.code == 1
    assert "JALUR_HOME" in answer.err
    assert _is_clean(answer)


def test_a_wrong_setting_is_named_with_what_is_wrong(unopened: Jalur) -> None:
    unopened.environment["JALUR_PREFECT_PORT"] = "many"
    answer = unopened("tasks")
    assert answer.code == 1
    assert "JALUR_PREFECT_PORT: input should be a valid integer" in answer.err


def test_settings_that_mean_nothing_are_found_with_the_name_probably_meant(unopened: Jalur) -> None:
    unopened.environment["JALUR_USRE"] = "x"
    assert "Unknown and ignored: JALUR_USRE (perhaps JALUR_USER?)" in unopened.done("settings").out
    answer = unopened("settings", "--check")
    assert (answer.code, "JALUR_USRE (perhaps JALUR_USER?)" in answer.err) == (1, True)


def test_settings_show_no_secret(unopened: Jalur) -> None:
    unopened.environment |= {
        "JALUR_DATABASE_URL": "postgresql://jalur:geheim@localhost/jalur",
        "JALUR_MAIL_URL": "mailto://user:geheim@host/?to={recipient}",
        "JALUR_REGISTRY_TOKEN": "geheim",
    }
    shown = unopened.done("settings").out + unopened.done("settings", "--json").out
    assert "geheim" not in shown
    assert "postgresql://jalur:***@localhost/jalur" in shown


def test_an_unreachable_database_is_one_sentence_without_its_password(unopened: Jalur) -> None:
    unopened.environment["JALUR_DATABASE_URL"] = "postgresql://jalur:geheim@127.0.0.1:1/jalur"
    answer = unopened.process("tasks")
    assert answer.code == 1
    assert "cannot be reached" in answer.err
    assert "geheim" not in answer.err
    assert "Traceback" not in answer.err


def test_a_full_disk_says_what_to_free(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/var/jalur")

    assert guarded(fail, as_json=False) == 1
    assert "no space left on device (/var/jalur)" in capsys.readouterr().err


def test_a_mistake_of_our_own_tells_its_place_and_not_its_words(jalur: Jalur, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise KeyError(NIK)

    monkeypatch.setattr(adapters.bootstrap, "build", fail)
    answer = jalur("tasks")
    assert (answer.code, "KeyError at test_cli_refusals.py" in answer.err) == (1, True)
    assert _is_clean(answer)


def test_an_interrupted_command_ends_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    assert guarded(interrupt, as_json=False) == 1
    assert "Stopped." in capsys.readouterr().err
