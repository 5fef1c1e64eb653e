"""A lane's rules changed from the command line: checked, put in force, told apart, taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli_office import REPOSITORY, Answer, Edit, Jalur

from adapters.clock import SystemClock
from domain.calendar import working


def line_of(calendar: str, word: str, folder: str = "calendars") -> int:
    lines = (REPOSITORY / "config" / folder / f"{calendar}.yaml").read_text().splitlines()
    return next(place for place, text in enumerate(lines, 1) if word in text)


def apply(jalur: Jalur, *more: str, lane: str = "online", by: str = "maria.lumowa") -> Answer:
    return jalur("config", "apply", "--lane", lane, "--reason", "two more people", "--as", by, *more)


def version_in_force(jalur: Jalur, lane: str = "online") -> int:
    (found,) = [each["id"] for each in jalur.done("config", "versions", "--lane", lane, "--json").json
                if each["state"] == "in force"]  # fmt: skip
    return int(found)


def test_a_step_that_may_take_longer_than_its_dossier_is_doubted_with_its_line(jalur: Jalur, edit: Edit) -> None:
    file = edit("lanes/online.yaml", "      clear_identity: 4wh\n", "      clear_identity: 9wh\n")
    lines = file.read_text().splitlines()
    line = lines.index("      clear_identity: 9wh") + 1
    (doubt,) = jalur.done("config", "check", "--json").json["doubts"]
    assert (doubt["path"], doubt["line"], Path(doubt["file"])) == ("sla.default.steps.clear_identity", line, file)
    said = jalur.done("config", "check").out
    assert f"Warning: {file}:{line}: sla.default.steps.clear_identity: the 9wh of step clear_identity of " in said


def test_a_lane_is_tuned_and_tuned_back(jalur: Jalur, edit: Edit) -> None:
    first = version_in_force(jalur)
    file = edit("lanes/online.yaml", "KTP-BARU: {target: 2wd}", "KTP-BARU: {target: 1wd} # quicker")
    said = jalur.done("config", "check").out
    assert f"The online lane's files differ from version {first}" in said
    checked = jalur.done("config", "check", "--json").json
    assert checked["unapplied"] == ["online"]
    shown = jalur.done("config", "diff", "--lane", "online").out
    assert "-    KTP-BARU: {target: 2wd}" in shown
    assert "+    KTP-BARU: {target: 1wd} # quicker" in shown
    assert "  sla.types.KTP-BARU.target: 2wd → 1wd" in shown

    answer = apply(jalur)
    assert answer.code == 0, answer.err
    second = version_in_force(jalur)
    assert f"Version {second} of the online lane's rules is in force." in answer.out
    assert "Open dossiers keep the times they were promised." in answer.out
    assert f"jalur config rollback {first} --reason TEXT" in answer.out
    assert "The lanes' files say what was applied last." in jalur.done("config", "check").out
    assert "nothing differs" in jalur.done("config", "diff", "--lane", "online").out

    back = jalur.done("config", "rollback", str(first), "--reason", "no", "--as", "admin", "--json").json
    assert (back["author"], back["reason"], back["policy"], back["lane"]) == ("admin", "no", "keep", "online")
    assert file.read_text() == (REPOSITORY / "config" / "lanes" / "online.yaml").read_text()
    listed = jalur.done("config", "versions", "--lane", "online").out
    assert [words in listed for words in ("first start", "two more people", "in force", "past")] == [True] * 4
    between = jalur.done("config", "diff", str(first), str(second), "--json").json
    assert between[0]["changes"] == ["sla.types.KTP-BARU.target: 2wd → 1wd"]
    assert jalur("config", "diff", str(first), "--lane", "manual", "--json").error["code"] == "other_lane"


def test_open_dossiers_get_new_times_when_asked_for(jalur: Jalur, edit: Edit) -> None:
    number, _ = jalur.submitted("KK-BARU", "online")
    edit("lanes/online.yaml", "target: 1wd", "target: 6wh")
    done = apply(jalur, "--policy", "recompute", "--json").json
    assert (done["dossiers"], done["failed"], done["policy"]) == (1, [], "recompute")
    assert done["carried_out_at"] == done["applied_at"]
    assert "due_recomputed" in jalur.done("show", number, "--as", "maria.lumowa", "--json").out


def test_who_leaves_the_office_before_new_rules_are_applied_is_warned_of(jalur: Jalur, edit: Edit) -> None:
    """In order taken together, yet until `apply` the rules in force name somebody who is gone: files of before hold."""
    courier = "inka.runtuwene"
    edit("lanes/online.yaml", f", {courier}]", "]")
    assert "do not fit these files" not in jalur.done("config", "check").out
    listed = f"  - {{username: {courier}, name: Inka Runtuwene, email: {courier}@dukcapil.example}}\n"
    edit("office.yaml", listed, "")
    place = f"rules version {version_in_force(jalur)} of the online lane:{line_of('online', courier, 'lanes')}: "
    (told,) = [each for each in jalur.done("config", "check", "--json").json["warnings"] if courier in each]
    before = "The rules in force do not fit these files; the office goes on by those it took up before"
    assert told.startswith(f"{before}: {place}")
    assert "somebody listed under people in office.yaml" in told
    assert "`jalur config apply --lane online`" in told
    assert place in jalur.done("tasks").err, "as was told"
    assert apply(jalur).code == 0
    assert "do not fit these files" not in jalur.done("config", "check").out
    jalur.done("tasks")


def test_wrong_yaml_changes_nothing_and_says_everything(jalur: Jalur, edit: Edit) -> None:
    edit("lanes/online.yaml", "KTP-BARU: {target: 2wd}", "KTP-BARU: {target: soon}")
    edit("lanes/manual.yaml", "lane: manual", "lane: manual\nlanes: 2")
    answer = apply(jalur)
    assert answer.code == 1
    assert "nothing was changed" in answer.err
    assert "online.yaml" in answer.err
    assert "manual.yaml" in answer.err
    assert "sla.types.KTP-BARU.target" in answer.err
    assert len(jalur.done("config", "versions", "--json").json) == 2, "and the office goes on by the rules in force"


def test_comments_are_rules_too_when_it_comes_to_what_is_kept(jalur: Jalur, edit: Edit) -> None:
    assert apply(jalur, "--json").error["code"] == "nothing_changed"
    edit("calendars/online.yaml", "timezone:", "# as agreed in May\ntimezone:")
    assert apply(jalur).code == 0
    assert "# as agreed in May" in jalur.done("config", "diff", "1", "--lane", "online").out


def test_a_rollback_never_loses_an_edit(jalur: Jalur, edit: Edit) -> None:
    first = version_in_force(jalur)
    edit("lanes/online.yaml", "KTP-BARU: {target: 2wd}", "KTP-BARU: {target: 1wd}")
    assert apply(jalur).code == 0
    file = edit("lanes/online.yaml", "KTP-GANTI: {target: 2wd}", "KTP-GANTI: {target: 1wd}")
    edited = file.read_text()
    back = ("config", "rollback", str(first), "--reason", "no", "--as", "admin", "--json")
    assert jalur(*back).error["code"] == "unapplied_changes"
    assert file.read_text() == edited
    aside = jalur.done(*back, "--discard").json["put_aside"]
    assert (Path(aside) / "online.yaml").read_text() == edited


def test_rules_may_come_into_force_later(jalur: Jalur, edit: Edit) -> None:
    edit("lanes/online.yaml", "KTP-BARU: {target: 2wd}", "KTP-BARU: {target: 1wd}")
    assert apply(jalur, "--from", "2020-01-01", "--json").error["code"] == "past_time"
    assert apply(jalur, "--from", "someday").code == 2
    assert apply(jalur, "--policy", "both").code == 2
    late = apply(jalur, "--from", "2100-01-04").err
    assert f"calendars/online.yaml:{line_of('online', 'years:')}: holidays.years" in late
    assert "the calendar ends with 2027: on 2100-01-04 no due time could be told" in late
    soon = datetime.now(UTC) + timedelta(days=9)
    answer = apply(jalur, "--from", f"{soon:%Y-%m-%d}")
    assert f"comes into force on {soon:%a %d %b %Y} 00:00" in answer.out
    assert [each["state"] for each in jalur.done("config", "versions", "--lane", "online", "--json").json] == [
        "scheduled", "in force",
    ]  # fmt: skip


def test_a_calendar_that_has_ended_is_refused(jalur: Jalur, edit: Edit) -> None:
    edit("calendars/manual.yaml", "[2025, 2026, 2027]", "[2025]")
    for answer in (jalur("config", "check"), jalur("config", "preview"), apply(jalur, lane="manual", by="kepala")):
        assert answer.code == 1
        assert f"calendars/manual.yaml:{line_of('manual', 'years:')}: holidays.years" in answer.err
        assert "the calendar ends with 2025: on " in answer.err
    assert jalur.done("tasks", "--json").json == [], "and the office goes on"


def test_a_calendar_that_ends_soon_is_told_wherever_somebody_looks(
    jalur: Jalur, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit("lanes/online.yaml", "KTP-BARU: {target: 2wd}", "KTP-BARU: {target: 1wd}")
    assert jalur.done("config", "check", "--json").json["warnings"] == []
    monkeypatch.setattr(working, "WARN_AHEAD", timedelta(days=9_999))
    words = "Warning: The online lane: the calendar knows holidays only up to 2027, "
    for command in (("config", "check"), ("config", "preview", "--lane", "online"), ("overdue",)):
        assert words in jalur.done(*command).out
    assert len(jalur.done("config", "check", "--json").json["warnings"]) == 2
    assert len(jalur.done("overdue", "--lane", "online", "--json").json["warnings"]) == 1
    assert len(jalur.done("config", "preview", "--lane", "online", "--json").json[0]["warnings"]) == 1
    assert words in apply(jalur).out
    edit("lanes/online.yaml", "KTP-GANTI: {target: 2wd}", "KTP-GANTI: {target: 1wd}")
    assert len(apply(jalur, "--json").json["warnings"]) == 1


def test_a_team_that_disappears_is_told_with_its_work(jalur: Jalur, edit: Edit) -> None:
    jalur.submitted("KK-BARU", "manual")
    jalur.let_the_system_work()
    edit("lanes/manual.yaml", "id: manual-front", "id: manual-counters")
    words = "Team manual-front disappears, with 1 open task to team manual-counters."
    assert f"Warning: The manual lane's files, once applied: {words}" in jalur.done("config", "check").out
    assert len(jalur.done("config", "check", "--json").json["warnings"]) == 1
    assert words in jalur.done("config", "preview", "--lane", "manual").out
    assert words in apply(jalur, lane="manual", by="kepala").out


def test_only_those_who_answer_for_the_lane_may(jalur: Jalur, edit: Edit) -> None:
    edit("lanes/online.yaml", "KTP-BARU: {target: 2wd}", "KTP-BARU: {target: 1wd}")
    assert apply(jalur, "--json", by="grace.supit").error["code"] == "not_allowed"
    assert apply(jalur, "--json", lane="manual").error["code"] == "not_allowed"
    assert apply(jalur, by="kepala").code == 0


def test_online_may_not_promise_less_than_the_walk_in_lane_unless_exempted_for_a_while(
    jalur: Jalur, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit("lanes/online.yaml", "KTP-BARU: {target: 2wd}", "KTP-BARU: {target: 9wd}")
    refused = apply(jalur).err
    assert "the target 9wd of KTP-BARU is longer than the walk-in lane's" in refused
    assert "parity.exempt.KTP-BARU with a reason and an end to come" in refused
    past = "parity: {exempt: {KTP-BARU: {reason: the readers are new, until: 2020-12-31}}, window"
    edit("lanes/online.yaml", "parity: {window", past)
    assert "its exemption ended on 2020-12-31" in apply(jalur).err
    edit("lanes/online.yaml", "2020-12-31", "2100-12-31")
    assert "an exemption until 2100-12-31 is for longer than a year" in apply(jalur).err
    edit("lanes/online.yaml", "2100-12-31", str(datetime.now(UTC).date() + timedelta(days=9)))
    ends = "The online lane: the parity exemption of KTP-BARU ends after "
    assert ends in apply(jalur).out
    assert ends in jalur.done("overdue").out
    monkeypatch.setattr(SystemClock, "now", lambda _: datetime.now(UTC) + timedelta(days=20))
    assert "its exemption ended on " in apply(jalur).err
    edit("lanes/manual.yaml", "MTI: {target: ", "MTI: {target: 5wh} # ")
    other = apply(jalur, lane="manual", by="kepala")
    assert (other.code, "its exemption ended on " in other.out) == (0, True), "it stops no rules of the other lane"


def test_what_one_lane_is_given_must_fit_what_the_other_works_by(jalur: Jalur, edit: Edit) -> None:
    """The walk-in lane's file would allow it, but that was never applied."""
    edit("lanes/online.yaml", "KTP-BARU: {target: 2wd}", "KTP-BARU: {target: 3wd}")
    edit("lanes/manual.yaml", "KTP-BARU: {target: ", "KTP-BARU: {target: 9wd} # ")
    manual = version_in_force(jalur, "manual")
    assert jalur.done("config", "check", "--json").json["unapplied"] == ["online", "manual"]
    refused = apply(jalur).err
    assert "lanes/online.yaml" in refused
    assert "is longer than the walk-in lane's" in refused
    assert version_in_force(jalur, "manual") == manual


def test_an_opened_office_does_not_read_lane_files(jalur: Jalur, edit: Edit) -> None:
    edit("lanes/online.yaml", "lane: online", "lane: [")
    edit("calendars/manual.yaml", "timezone:", "time zone:")
    assert jalur.done("tasks", "--json").json == []
    assert jalur("config", "check").code == 1


def test_rules_that_no_longer_fit_the_workflows_are_told_with_their_line(jalur: Jalur, edit: Edit) -> None:
    number = version_in_force(jalur)
    edit("office.yaml", "username: grace.supit", "username: grace.s")
    lines = (REPOSITORY / "config" / "lanes" / "online.yaml").read_text().splitlines()
    line = next(place for place, text in enumerate(lines, 1) if "grace.supit" in text)
    answer = jalur.done("tasks")
    assert f"rules version {number} of the online lane:{line}: teams[online-front].members[4]" in answer.err
    assert "unknown person 'grace.supit'" in answer.err
    assert "or mend lanes/online.yaml, then `jalur config apply --lane online`" in answer.err
    edit("lanes/online.yaml", "grace.supit", "grace.s")
    assert apply(jalur, by="kepala").code == 0
    answer = jalur.done("tasks", "--json")
    assert (answer.json, answer.err) == ([], "")


def test_where_no_office_was_opened_a_check_opens_none(unopened: Jalur) -> None:
    assert unopened.done("config", "check", "--json").json["unapplied"] == []
    assert not unopened.home.exists()


def test_that_everybody_at_the_end_of_the_ladders_is_absent_is_told_with_who_is_back_first(jalur: Jalur) -> None:
    heads = ["kepala", "sekretaris", "admin", "admin2"]
    for days, username in enumerate(heads, 2):
        assert not any("is present" in each for each in jalur.done("config", "check", "--json").json["warnings"])
        until = f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}"
        jalur.done("operator", "absent", username, "--until", until, "--as", "admin2")
    (told,) = [each for each in jalur.done("config", "check", "--json").json["warnings"] if "is present" in each]
    assert told.endswith(f", for {heads[0]}.")
