"""`jalur escalation` and `jalur overdue`: who hears what, and what is late by lane, team and age."""

from __future__ import annotations

import sqlite3

from cli_office import Jalur


def test_the_dry_run_tells_who_would_hear_what(jalur: Jalur) -> None:
    assert "Nobody would hear of anything." in jalur.done("escalation", "dry-run").out
    number, _ = jalur.submitted("KK-BARU", "online")
    jalur.let_the_system_work()
    coming = jalur.done("escalation", "dry-run", "--days", "14", "--lane", "online", "--json").json["coming"]
    assert {each["number"] for each in coming} == {number}
    assert [each["place"] for each in coming if each["action"].startswith(("notify", "remind"))][:2] == ["80%", "100%"]
    assert number in jalur.done("escalation", "dry-run", "--days", "14").out
    assert jalur.done("escalation", "dry-run", "--days", "14", "--lane", "manual", "--json").json["coming"] == []


def test_a_document_type_s_ladders_are_shown_as_the_lane_file_has_them(jalur: Jalur) -> None:
    told = jalur.done("escalation", "dry-run", "--type", "KWN", "--lane", "manual", "--json").json["coming"]
    steps = [each["place"] for each in told if each["step"] == "receive"]
    assert list(dict.fromkeys(steps)) == ["100%", "+1wd", "+2wd"]
    assert "did you mean 'KWN'" in jalur("escalation", "dry-run", "--type", "KWM").err
    assert jalur("escalation", "dry-run", "--hours", "2", "--days", "2").code == 2


def test_a_lead_sees_the_morning_s_list_and_others_are_told_why_not(jalur: Jalur) -> None:
    jalur.submitted("KK-BARU", "online")
    jalur.let_the_system_work()
    (told,) = jalur.done("escalation", "digest", "--as", "yohanes.pangemanan", "--json").json
    assert (told["open"], told["unassigned"]) == (1, 1)
    assert "open steps 1, of them not taken 1" in jalur.done("escalation", "digest", "--as", "maria.lumowa").out
    assert jalur("escalation", "digest", "--as", "grace.supit", "--json").error["code"] == "no_digest"


def test_a_broken_dossier_is_named_and_the_dry_run_ends_with_1(jalur: Jalur) -> None:
    jalur.submitted("KK-BARU", "online")
    with sqlite3.connect(jalur.home / "data" / "jalur.sqlite") as database:
        database.execute("UPDATE clock SET rules = 99")
    told = jalur("escalation", "dry-run", "--days", "14", "--json")
    assert (told.code, told.json) == (
        1,
        {"coming": [], "failed": ["dossier ON-2026-000001: NoResultFound"], "scheduled": []},
    )
    told = jalur("escalation", "dry-run", "--days", "14")
    assert told.code == 1
    assert "dossier ON-2026-000001: NoResultFound" in told.out
