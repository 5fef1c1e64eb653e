"""`pause`, `resume`, `outage` and `explain` as people type them."""

from __future__ import annotations

import re
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from cli_office import Jalur

BY = ("--as", "admin")
CLERK = ("--as", "merlin.katuuk")


@pytest.fixture
def number(jalur: Jalur) -> str:
    """A walk-in dossier at its first person's step."""
    found, _ = jalur.submitted("KK-BARU", "manual")
    jalur.let_the_system_work()
    return found


def test_a_dossier_is_paused_and_resumed_and_its_applicant_told(jalur: Jalur, number: str) -> None:
    answer = jalur.done("pause", number, "--reason", "POWER", *BY)
    assert f"jalur resume {number}" in answer.out
    assert [each["message"] for each in jalur.done("outbox", "--json").json].count("paused") == 1
    assert list(jalur.done("resume", number, *BY, "--json").json["held"]) == []
    assert jalur("resume", number, *BY).code == 1
    assert jalur("pause", number, "--reason", "APPLICANT_INCOMPLETE", *BY, "--json").error["code"] == "needs_message"


def test_what_still_holds_a_dossier_is_told_at_its_resume(jalur: Jalur, number: str) -> None:
    for reason in ("POWER", "TTE_BSRE"):
        jalur.done("pause", number, "--reason", reason, *BY)
    jalur.done("outage", "start", "SIAK_NETWORK", *BY)
    told = jalur.done("resume", number, "--reason", "POWER", *BY).out
    assert "it is still held: signature service down (TTE_BSRE); outage, SIAK network fault (SIAK_NETWORK)." in told


def test_track_says_why_time_stands_still(jalur: Jalur) -> None:
    number, code = jalur.submitted("KK-BARU", "online")
    jalur.done("outage", "start", "SIAK_NETWORK", *BY)
    assert "(outage: SIAK network fault)" in jalur.done("track", number, code).out
    assert "(gangguan: gangguan jaringan SIAK)" in jalur.done("track", number, code, "--lang", "id").out
    (paused,) = jalur.done("track", number, code, "--json").json["paused"]
    assert (paused["reason"], paused["outage"]) == ("SIAK_NETWORK", True)


def test_track_says_what_a_paused_dossiers_due_time_would_be(jalur: Jalur) -> None:
    number, code = jalur.submitted("KK-BARU", "manual")
    jalur.let_the_system_work()
    people = jalur.done("operator", "list", "--lane", "manual", "--json").json
    clerk = next(each["username"] for each in people if "manual/manual-front" in each["teams"])
    jalur.done("complete", number, "--as", clerk)
    jalur.let_the_system_work()
    jalur.done("pause", number, "--reason", "POWER", *BY)
    page = jalur.done("track", number, code).out
    assert "not told while it is paused; if it ran again now, it would be due " in page
    assert "Why then" in page
    assert jalur.done("track", number, code, "--json").json["due_if_it_ran"]


def test_the_receipts_own_hash_is_told_for_ever(jalur: Jalur) -> None:
    application = jalur.done("submit", "KK-BARU", "--lane", "manual", "--example").out
    file = jalur.home / "application.json"
    file.write_text(application)
    receipt = jalur.done("submit", "KK-BARU", "--lane", "manual", "--file", str(file), "--json", *CLERK).json
    jalur.let_the_system_work()
    jalur.done("pause", receipt["number"], "--reason", "POWER", *BY)
    tracked = jalur.done("track", receipt["number"], receipt["code"], "--json").json
    assert tracked["receipt_hash"] == receipt["hash"] != tracked["journal_hash"]
    page = jalur.done("track", receipt["number"], receipt["code"]).out
    assert re.search(rf"Receipt +{receipt['hash']}\n +Journal now +{tracked['journal_hash']}\n", page)


def test_an_outage_is_started_listed_and_ended(jalur: Jalur, number: str) -> None:
    assert "No outage has been recorded." in jalur.done("outage", "list").out
    day = datetime.now(UTC).date() - timedelta(days=2)
    began = jalur.done("outage", "start", "POWER", "--lane", "manual", "--at", f"{day}T09:30", *BY, "--json").json
    assert (began["started_at"], began["dossiers"]) == (f"{day}T01:30:00+00:00", 1)
    assert "lasts" in jalur.done("outage", "list").out
    ended = jalur.done("outage", "end", "POWER", "--at", f"{day}T03:00+00:00", *BY, "--json").json
    assert (ended["ended_at"], ended["failed"]) == (f"{day}T03:00:00+00:00", [])
    (listed,) = jalur.done("outage", "list", "--json").json
    assert (listed["lane"], listed["ended_by"]) == ("manual", "admin")


def test_what_has_stood_still_for_long_is_listed_with_what_is_overdue_and_an_outage_taken_back_lasts_no_more(
    jalur: Jalur,
) -> None:
    long_ago = (datetime.now(UTC) - timedelta(days=20)).date()
    jalur.done("outage", "start", "POWER", "--lane", "manual", "--at", f"{long_ago}T09:30", *BY)
    jalur.done("outage", "start", "AFIS", "--lane", "manual", *BY)
    (held,) = jalur.done("overdue", "--json").json["held"]
    assert (held["lane"], held["number"], held["reason"], held["for_head"]) == ("manual", None, "POWER", True)
    assert "Time that stands still" in jalur.done("overdue").out
    jalur.done("outage", "withdraw", "POWER", "--reason", "another building", *BY)
    assert jalur.done("overdue", "--json").json["held"] == []
    assert "taken back" in jalur.done("outage", "list").out


def test_what_happened_is_told_to_who_works_here_and_not_to_the_applicant(jalur: Jalur) -> None:
    number, code = jalur.submitted("KK-BARU", "manual")
    words = "the fuse box burnt"
    jalur.done("outage", "start", "POWER", "--reason", words, *BY)
    assert jalur.done("outage", "list", "--json").json[0]["why"] == words
    assert words in jalur.done("explain", number, *BY).out
    assert words in jalur.done("show", number, *BY).out
    for seen in (("explain", number, "--code", code), ("track", number, code), ("track", number, code, "--json")):
        assert words not in (told := jalur.done(*seen).out)
        assert "power cut" in told or "POWER" in told


def test_an_outage_is_told_in_words(jalur: Jalur, number: str) -> None:
    assert "POWER in both lanes since" in (began := jalur.done("outage", "start", "POWER", *BY).out)
    assert "1 dossier held." in began
    assert "1 dossier let go." in jalur.done("outage", "end", "POWER", *BY).out


@pytest.mark.parametrize("at", ["yesterday", "2026-11-02", "25:00", "12345678"])
def test_a_time_that_is_none_is_wrong_use(jalur: Jalur, at: str) -> None:
    answer = jalur("outage", "start", "POWER", "--at", at, *BY)
    assert (answer.code, "09:30" in answer.err) == (2, True)


def test_a_time_to_come_is_refused(jalur: Jalur) -> None:
    assert jalur("outage", "start", "POWER", "--at", "2100-01-01T09:00", *BY, "--json").error["code"] == "in_the_future"


def test_due_times_are_explained_to_the_applicant_and_to_the_office(jalur: Jalur) -> None:
    number, code = jalur.submitted("KK-BARU", "manual")
    jalur.let_the_system_work()
    page = jalur.done("explain", number, "--code", code).out
    assert page.index("30 menit kerja") < page.index("30 working minutes"), "Indonesian first"
    office = jalur.done("explain", number, "--as", "kepala").out
    assert ("config/lanes/manual.yaml" in office, "config/lanes/manual.yaml" in page) == (True, False)
    told = jalur.done("explain", number, "--as", "kepala", "--json").json
    assert (told["faults"], told["dues"][0]["step"]) == ([], "receive")
    assert set(told["dues"][0]["story"][0]) == {"id", "en"}
    assert jalur("explain", number).code == 1, "nobody said who they are"
    assert jalur("explain", number, "--code", code, "--as", "kepala").code == 2


def test_a_due_time_that_does_not_follow_is_told_and_is_a_failure(jalur: Jalur, number: str) -> None:
    with sqlite3.connect(jalur.home / "data" / "jalur.sqlite") as database:
        database.execute("UPDATE clock SET due_at = due_at + 1 WHERE stopped_at IS NULL")
    answer = jalur("explain", number, *BY)
    assert (answer.code, "DEFECT, please report: the step clock" in answer.out) == (1, True)


def test_the_applicants_page_is_in_one_language_from_top_to_bottom(jalur: Jalur) -> None:
    number, code = jalur.submitted("KK-BARU", "manual")
    jalur.let_the_system_work()
    jalur.done("pause", number, "--reason", "POWER", *BY)
    english, indonesian = (jalur.done("track", number, code, *more).out for more in ((), ("--lang", "id")))
    assert "New family card" in english
    assert "Status       taken in, not yet found complete" in english
    assert "Application received" in english
    assert "Paused: time stands still since" in english
    assert "Kartu Keluarga baru" in indonesian
    assert "diterima, belum dinyatakan lengkap" in indonesian
    assert "Permohonan diterima" in indonesian
    assert "Terhenti: waktu tidak berjalan sejak" in indonesian
    other = {"id": ("Kartu", "berkas", "Permohonan", "waktu", "oleh", "loket"),
             "en": ("family", "before", "received", "since", "time", "You can", "Due")}  # fmt: skip
    assert not [word for word in other["id"] if word in english]
    assert not [word for word in other["en"] if word in indonesian]
    assert "'en', 'id'" in jalur("track", number, code, "--lang", "fr").err
