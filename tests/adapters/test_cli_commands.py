"""Each command explains itself, and teaches when there is nothing to show."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import typer
from cli_office import REPOSITORY, Jalur

from adapters.cli.main import app
from domain.lane import Parity
from domain.parity import Issued, compare
from domain.roles import Lane
from lanes.parity import ParityWatch

IN_TIME = f"{datetime.now(UTC) + timedelta(days=100):%Y-%m-%d}"
"""When a loan may end: within a year."""


def _commands() -> list[tuple[str, ...]]:
    """Every command, by its words."""
    found: list[tuple[str, ...]] = [(command.name or "",) for command in app.registered_commands]
    for group in app.registered_groups:
        assert isinstance(group.typer_instance, typer.Typer)
        found += [(group.name or "", command.name or "") for command in group.typer_instance.registered_commands]
    return found


@pytest.mark.parametrize("words", _commands(), ids=" ".join)
def test_every_command_shows_help_with_examples_and_takes_json(unopened: Jalur, words: tuple[str, ...]) -> None:
    shown = unopened.done(*words, "--help").out
    assert "Examples:" in shown
    assert f"jalur {' '.join(words)}" in shown
    assert "--json" in shown


def test_the_commands_are_those_of_the_issue_and_no_others() -> None:
    assert {words[0] for words in _commands()} == {
        "up", "work", "deploy", "demo", "submit", "resubmit", "next", "tasks", "claim", "complete", "return",
        "release", "reassign", "cancel", "withdraw", "track", "show", "overdue", "retry", "stock", "outbox", "workflow",
        "config", "lane", "history", "export", "audit", "operator", "escalation", "settings", "bench", "document",
        "migrate", "pause", "resume", "outage", "explain", "fairness", "complaint", "token", "web", "counter",
        "outreach", "person", "resend", "turn", "verify", "webhook", "key",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("command", "words"),
    [("tasks", "There is nothing to do."), ("tasks --stuck", "No step is stuck."), ("overdue", "Nothing is overdue."),
     ("outbox", "There are no messages."), ("history list", "No history has been imported."),
     ("complaint list --as kepala", "No complaint is open."),
     ("lane report", "nothing to report yet"), ("audit seal", "Nothing new to seal."),
     ("audit verify", "The journal is whole.")],
)  # fmt: skip
def test_an_empty_state_says_so_and_what_to_try(jalur: Jalur, command: str, words: str) -> None:
    answer = jalur.done(*command.split())
    assert words in answer.out
    assert jalur.done(*command.split(), "--json").json is not None


def test_document_types_are_listed_shown_checked_and_drawn(jalur: Jalur, tmp_path: Path) -> None:
    assert len(jalur.done("workflow", "list", "--json").json) == 24
    assert "KK-BARU" in jalur.done("workflow", "list").out
    assert "handover" in jalur.done("workflow", "show", "KK-BARU", "--lane", "manual").out
    assert "handover" not in jalur.done("workflow", "show", "KK-BARU", "--lane", "online", "--json").json["steps"]
    assert "24 document types" in jalur.done("workflow", "check").out
    assert jalur.done("workflow", "diagram", "LHR").out.startswith("---\ntitle: LHR")
    picture = tmp_path / "LHR.svg"
    jalur.done("workflow", "diagram", "LHR", "--format", "svg", "--out", str(picture))
    assert picture.read_text().startswith("<svg")
    assert len(jalur.done("workflow", "schema", str(tmp_path / "schemas"), "--json").json) == 6
    assert "no document type 'XX'" in jalur("workflow", "show", "XX").err


def test_the_configuration_is_counted_when_it_is_in_order(jalur: Jalur) -> None:
    assert jalur.done("config", "check", "--json").json["workflows"] == 24


@pytest.mark.parametrize("lane", ["online", "manual"])
def test_every_document_type_has_an_example_that_is_taken_in(jalur: Jalur, lane: str) -> None:
    for listed in jalur.done("workflow", "list", "--json").json:
        number, _ = jalur.submitted(listed["code"], lane)
        assert number.startswith({"online": "ON-", "manual": "MN-"}[lane])


def test_blanks_are_shown_and_refilled_by_those_who_may(jalur: Jalur) -> None:
    before = jalur.done("stock", "show", "--json").json["ktp_blank"]["available"]
    assert jalur("stock", "refill", "ktp_blank", "500", "--as", "grace.supit").code == 1
    after = jalur.done("stock", "refill", "ktp_blank", "500", "--as", "adelina.paputungan", "--json").json
    assert after == {"item": "ktp_blank", "available": before + 500}
    assert "ID card blanks" in jalur.done("stock", "show").out
    assert "ktp_blank" in jalur("stock", "refill", "paper", "1", "--as", "admin").err


def test_the_parity_of_all_types_says_which_it_counts(jalur: Jalur) -> None:
    page = jalur.done("lane", "parity").out
    assert "all, at online's mix" in page
    assert (
        "All: the types that both lanes issued, but exempt ones, weighed as often as the online lane issued each."
        in page
    )
    assert "online is slower" not in page


def test_by_how_much_online_is_slower_is_told_in_words(jalur: Jalur, monkeypatch: pytest.MonkeyPatch) -> None:
    report, cases = ParityWatch.report, [
        Issued(lane=lane, code="LHR", hours=hours, worked_hours=1, on_time=True, out_of_turn=False)
        for lane, its in ((Lane.ONLINE, (5, 6, 9)), (Lane.MANUAL, (4, 5, 6))) for hours in its
    ]  # fmt: skip
    found = compare(cases, Parity(at_least=3), date(2026, 3, 2))
    monkeypatch.setattr(ParityWatch, "report", lambda self: replace(report(self), comparisons=found))
    page = jalur.done("lane", "parity").out
    for whose in ("All", "LHR"):
        assert f"{whose}: online is slower: its median is 1.0 h longer, its 90th percentile is 3.0 h longer." in page


def test_people_are_added_and_lent(jalur: Jalur) -> None:
    new = ["sinta.wowor", "--name", "Sinta", "--lane", "online", "--team", "online-front", "--as", "maria.lumowa"]
    assert "jalur next --as sinta.wowor" in jalur.done("operator", "add", *new).out
    loan = ["sinta.wowor", "--lane", "manual", "--team", "manual-front", "--until", IN_TIME, "--as", "admin"]
    assert jalur("operator", "loan", *loan, "--json").error["code"] == "reason_missing"
    jalur.done("operator", "loan", *loan, "--reason", "antrean panjang")
    (row,) = [p for p in jalur.done("operator", "list", "--json").json if p["username"] == "sinta.wowor"]
    assert row["loans"][0]["until"] == f"{IN_TIME}T15:59:59+00:00"
    told = jalur.done("operator", "loans").out
    assert re.search(r"sinta.wowor +manual-front ", told), "names stand whole in one line"
    assert jalur("operator", "loan", *loan[:-3], "soon", "--as", "admin").code == 2


def test_a_loan_is_made_by_the_lending_lane_and_ended_early_by_either(jalur: Jalur) -> None:
    place = ["grace.supit", "--lane", "manual", "--team", "manual-front"]
    loan = ["operator", "loan", *place, "--until", IN_TIME, "--reason", "antrean panjang"]
    told = jalur(*loan, "--as", "kezia.rumagit", "--json").error
    assert told["code"] == "not_allowed"
    assert told["allowed"] == "the manager of the online lane (maria.lumowa), the head or an administrator"
    jalur.done(*loan, "--as", "maria.lumowa")
    ended = jalur.done("operator", "recall", *place, "--as", "kezia.rumagit").out
    assert ended == "The loan of grace.supit to manual/manual-front is over; 0 tasks went back to the team.\n"
    assert "(over)" in jalur.done("operator", "loans").out
    assert jalur("operator", "recall", *place, "--as", "maria.lumowa", "--json").error["code"] == "no_loan"


def test_an_absence_ends_in_the_future(jalur: Jalur) -> None:
    told = jalur("operator", "absent", "grace.supit", "--until", "2020-01-01", "--as", "admin", "--json").error
    assert told["code"] == "absence_over"
    assert "`jalur operator absent grace.supit --back`" in told["allowed"]


def test_history_is_imported_once_reported_and_given_back(jalur: Jalur, tmp_path: Path) -> None:
    log, mapping = tmp_path / "log.csv", tmp_path / "map.yaml"
    log.write_text(
        "case,channel,activity,at\n"
        "1,web,apply,2026-03-02T09:00:00+08:00\n1,web,issue,2026-03-02T11:00:00+08:00\n"
        "2,desk,apply,2026-03-02T09:00:00+08:00\n"
    )
    mapping.write_text(
        "case: case\nlane: {attribute: channel, online: [web], manual: [desk]}\nactivity: activity\ntimestamp: at\n"
    )
    assert "2 cases, 3 events" in jalur.done("history", "import", str(log), "--map", str(mapping)).out
    again = jalur.done("history", "import", str(log), "--map", str(mapping), "--json").json
    assert (again["already"], again["cases"]) == (True, 2)
    report = jalur.done("lane", "report", "--history", "--json").json["history"]
    assert next((row["lane"], row["channel"], row["cases"]) for row in report["rows"]) == ("online", "web", 1)
    assert report["rows"][0]["median_hours"] == 2.0
    assert "2.00" in jalur.done("lane", "report").out
    assert jalur.process("export", "csv").out == log.read_text()
    out = tmp_path / "out.xes"
    assert jalur.done("export", "xes", "--out", str(out), "--json").json["log"] == "log.csv"
    assert out.read_text().count("<event>") == 3
    assert jalur("history", "import", str(tmp_path / "none.csv"), "--map", str(mapping)).code == 1
    assert jalur("history", "import", str(log), "--map", str(log)).code == 1


def test_live_dossiers_are_reported_and_exported_like_history(jalur: Jalur, tmp_path: Path) -> None:
    number, _ = jalur.submitted("KK-BARU", "online")
    jalur.let_the_system_work()
    report = jalur.done("lane", "report", "--live", "--json").json
    assert list(report) == ["live"]
    assert report["live"]["all"]["events"] == 2
    out = tmp_path / "live.csv"
    jalur.done("export", "csv", "--live", "--out", str(out))
    rows = out.read_text().splitlines()
    assert len(rows) == 3
    assert number in rows[1]
    personal = json.loads((jalur.home / "application.json").read_text())["fields"]
    assert personal["applicant_nik"] not in out.read_text()
    assert jalur("export", "xes").code == 1, "nothing was imported"
    assert jalur("export", "xes", "--live", "--json").code == 2, "JSON and the log cannot share standard output"


def test_a_tampered_journal_is_found(jalur: Jalur) -> None:
    import sqlite3

    jalur.submitted("KK-BARU", "online")
    with sqlite3.connect(jalur.home / "data" / "jalur.sqlite") as database:
        database.execute("UPDATE journal SET actor = 'nobody' WHERE seq = 1")
    answer = jalur("audit", "verify", "--json")
    assert (answer.code, answer.json["whole"]) == (1, False)
    assert "was changed" in jalur("audit", "verify").out


def test_the_journal_is_held_to_an_applicants_receipt(jalur: Jalur) -> None:
    number, code = jalur.submitted("KK-BARU", "online")
    receipt = jalur.done("track", number, code, "--json").json["receipt_hash"]
    assert (
        f"{number}: what this receipt was given for stands in the journal (entry 2)."
        in jalur.done("audit", "verify", "--receipt", number, receipt).out
    )
    answer = jalur("audit", "verify", "--receipt", number, "0" * 64, "--json")
    assert (answer.code, answer.json["whole"]) == (1, False)
    assert answer.json["receipt"] == {"number": number, "entry": None}
    assert answer.json["faults"] == [f"{number}: the journal is not the one that this receipt was given for"]
    assert "not the one that this receipt was given for" in jalur("audit", "verify", "--receipt", number, "0" * 64).out
    assert jalur("audit", "verify", "--receipt", number, "mine", "--json").error["code"] == "no_receipt"


def test_the_tracking_code_may_come_from_standard_input(jalur: Jalur) -> None:
    number, code = jalur.submitted("KK-BARU", "online")
    answer = jalur.process("track", number, stdin=code + "\n")
    assert answer.code == 0
    assert re.search(r"Status +taken in, not yet found complete", answer.out)
    assert jalur.process("track", number, stdin="").code == 1


def test_the_guide_names_only_commands_that_exist() -> None:
    known = {" ".join(words) for words in _commands()}
    named = re.findall(r"^jalur ([a-z-]+(?: [a-z-]+)?)", (REPOSITORY / "docs" / "guide.md").read_text(), re.M)
    assert named
    assert not [words for words in named if words not in known and words.split()[0] not in known]


def test_a_rotated_key_locks_what_comes_and_what_was_there_opens_as_before(jalur: Jalur) -> None:
    number, code = jalur.submitted("KK-BARU", "online")
    before = jalur("show", number, "--as", "debora.paputungan", "--json").json
    file = jalur.home / "data" / "keys.json"
    made = jalur.done("key", "rotate", "--json").json["key"]
    assert json.loads(file.read_text())["encryption"][-1]["id"] == made
    assert jalur("show", number, "--as", "debora.paputungan", "--json").json == before
    jalur.submitted("KK-BARU", "online")
    assert jalur("audit", "verify").code == 0
    assert jalur("track", number, code).code == 0


def test_a_key_is_added_to_no_office_that_has_none(unopened: Jalur) -> None:
    answer = unopened("key", "rotate", "--json")
    assert (answer.code, answer.error["code"]) == (1, "no_keys")
    assert not unopened.home.exists() or not list(unopened.home.iterdir())
