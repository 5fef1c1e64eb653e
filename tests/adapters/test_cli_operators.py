"""`jalur operator`: places, leaving, absences to come and passwords for one use, each in the register."""

from __future__ import annotations

from cli_office import Jalur, in_days


def test_what_is_changed_about_a_person_is_told_with_who_and_why(jalur: Jalur) -> None:
    def operator(*words: str) -> str:
        return jalur.done("operator", *words, "--as", "admin").out

    operator("add", "sari.baru", "--name", "Sari Baru", "--lane", "manual", "--team", "manual-front")
    place = ("sari.baru", "--lane", "manual", "--team", "manual-entry", "--reason", "a rush")
    assert "works in manual/manual-entry too now" in operator("give", *place)
    assert "0 tasks went back" in operator("take", *place)
    assert "from " in operator("absent", "sari.baru", "--from", in_days(200), "--until", in_days(210), "--why", "leave")
    given = jalur.done("operator", "password", "sari.baru", "--once", "--as", "admin", "--json").json["password"]
    assert len(given) == 23
    assert "works here no more" in operator("leave", "sari.baru", "--reason", "moved")
    assert "works here no more" in jalur.done("operator", "list").out
    assert "works here again" in operator("leave", "sari.baru", "--back", "--reason", "is back")
    refusal = jalur("operator", "leave", "admin", "--reason", "x", "--as", "admin")
    assert (refusal.code, "another administrator" in refusal.err.lower()) == (1, True)
    found = jalur.done("operator", "changes", "sari.baru", "--as", "auditor", "--json").json
    assert [each["event"] for each in found] == [
        "person_came_back", "person_left", "password_given", "absence_entered", "place_taken", "place_given",
        "person_added",
    ]  # fmt: skip
    assert {each["by"] for each in found} == {"admin"}
    assert found[1]["reason"] == "moved"
    told = jalur.done("operator", "changes", "--as", "auditor").out
    assert "a rush" in told
    assert given not in told


def test_who_leaves_a_lane_with_too_few_people_is_told_of_at_once(jalur: Jalur) -> None:
    people = jalur.done("operator", "list", "--json").json
    everywhere = {each["username"]: {team.partition("/")[0] for team in each["teams"]} for each in people}
    online, walk_in = ([who for who, lanes in everywhere.items() if lanes == {lane}] for lane in ("online", "manual"))
    told, alike = list[str](), ("--until", in_days(230), "--as", "admin")
    for username in online:
        told.append(jalur.done("operator", "absent", username, "--from", in_days(200), *alike).out)
    assert "Warning" not in told[0]
    assert "Warning: the online lane has " in told[-1]
    assert "it keeps 30%." in told[-1]
    left = jalur.done("operator", "leave", online[0], "--reason", "moved", "--as", "admin", "--json").json
    assert left["left_short"] == {"online": 0.0}
    assert "Warning" not in jalur.done("operator", "absent", walk_in[0], *alike).out
