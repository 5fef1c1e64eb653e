"""`jalur complaint`: found, read, answered and decided at the command line by those who handle it."""

from __future__ import annotations

import pytest
from cli_office import REPOSITORY, Jalur

from adapters.bootstrap import build
from adapters.settings import Settings

TEXT = "Sudah dua minggu dan tidak ada kabar sama sekali."


@pytest.fixture
def complaint(jalur: Jalur) -> str:
    """A complaint about an online dossier, filed on its page."""
    number, code = jalur.submitted("KK-BARU", "online")
    office = build(Settings(home=jalur.home, config=REPOSITORY / "config"))
    return office.complaints.file(number, code, topic="no_news", text=TEXT).number


def test_a_complaint_is_listed_read_answered_and_decided(jalur: Jalur, complaint: str) -> None:
    (listed,) = jalur.done("complaint", "list", "--as", "johan.walukow", "--json").json
    assert (listed["complaint"], listed["topic"], listed["waits_for"]) == (complaint, "no_news", "answer")
    assert TEXT not in jalur.done("complaint", "list", "--as", "johan.walukow").out
    shown = jalur.done("complaint", "show", complaint, "--as", "johan.walukow")
    assert TEXT in shown.out
    assert f"jalur complaint answer {complaint}" in shown.out
    jalur.done("complaint", "answer", complaint, "--text", "Besok pagi selesai.", "--as", "johan.walukow")
    assert jalur.done("complaint", "list", "--as", "kepala", "--json").json[0]["waits_for"] == "decision"
    answer = jalur.done(
        "complaint", "decide", complaint, "--text", "Pengaduan benar.", "--as", "maria.lumowa", "--json"
    )
    assert answer.json == {"complaint": complaint, "status": "decided"}
    assert "No complaint is open." in jalur.done("complaint", "list", "--as", "kepala").out
    shown = jalur.done("complaint", "show", complaint, "--as", "kepala", "--json")
    assert (shown.json["answer"], shown.json["decision"]) == ("Besok pagi selesai.", "Pengaduan benar.")


def test_who_does_not_handle_it_is_refused(jalur: Jalur, complaint: str) -> None:
    for command in (("list",), ("show", complaint), ("answer", complaint, "--text", TEXT)):
        answer = jalur("complaint", *command, "--as", "debora.paputungan")
        assert answer.code == 1
        assert "does not handle complaints" in answer.err
