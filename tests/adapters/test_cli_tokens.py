"""`jalur token`: made, shown once, listed without its text, taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from cli_office import Jalur

MAKE = ("token", "create", "merlin.katuuk", "--scope", "manual:read", "--name", "a screen")


def test_a_token_is_shown_once_and_opens_the_api_until_it_is_taken_back(jalur: Jalur) -> None:
    made: dict[str, Any] = jalur.done(*MAKE, "--json").json
    assert made["token"].startswith("jalur_")
    assert (made["username"], made["scopes"], made["good"]) == ("merlin.katuuk", ["manual:read"], True)
    listed = jalur.done("token", "list", "--of", "merlin.katuuk", "--json")
    assert made["token"] not in listed.out
    assert [each["id"] for each in listed.json] == [made["id"]]
    assert made["id"] in jalur.done("token", "list").out
    assert jalur.done("token", "revoke", made["id"], "--as", "merlin.katuuk", "--json").json["good"] is False
    assert "revoked" in jalur.done("token", "list").out


def test_a_token_for_people_is_told_in_words_with_how_to_use_and_end_it(jalur: Jalur) -> None:
    until = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    told = jalur.done(*MAKE, "--until", until).out
    assert "Authorization: Bearer" in told
    assert "jalur token revoke tok-" in told


def test_what_is_wrong_with_a_token_is_refused_in_words(jalur: Jalur) -> None:
    assert jalur(*MAKE[:3], "--scope", "online:read", "--name", "x", "--json").error["code"] == "scope_of_no_use"
    assert jalur(*MAKE[:3], "--scope", "manual:all", "--name", "x", "--json").error["code"] == "unknown_scope"
    assert jalur(*MAKE, "--until", "2020-01-01", "--json").error["code"] == "token_end"
    assert jalur(*MAKE, "--as", "kezia.rumagit", "--json").error["code"] == "not_allowed"
    assert jalur("token", "revoke", "tok-0", "--json").error["code"] == "unknown_token"
    assert "There is no token" in jalur.done("token", "list").out
